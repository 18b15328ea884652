"""Imports that would bring along what an app in the tray never uses."""

import importlib.util
import sys


def load_structlog_without_rich() -> None:
    """structlog takes rich and pygments along wherever they are installed, for tracebacks on a terminal: 66 modules and
    4.4 MB. The app's log is a file. Whoever prints to a terminal imports rich afterwards, as ever."""
    if "rich" in sys.modules or importlib.util.find_spec("structlog") is None:  # dev.py asks before it is installed
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # what an import then takes for not installed
    try:
        import structlog  # noqa: F401
    finally:
        del sys.modules["rich"]
