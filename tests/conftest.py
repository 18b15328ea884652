"""What holds for every test: no stray library, one thread per process, no screen."""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest
import structlog
from hypothesis import HealthCheck, settings

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TOKENIZERS_PARALLELISM"):
    os.environ.setdefault(variable, "1" if variable != "TOKENIZERS_PARALLELISM" else "false")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":  # without a screen Qt looks for fonts beside itself, and brings none
    os.environ.setdefault("QT_QPA_FONTDIR", os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "Fonts"))
os.environ["LC_ALL"] = "C.UTF-8"  # what tests start speaks English, whatever the person at this computer reads

# As the programs themselves log (edge/process_log.py): structlog's own tracebacks take a second each to draw.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.dev.set_exc_info,
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

# Machines that run these tests are shared: how long an example took says nothing of the code.
settings.register_profile("shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared-machine")

FORBIDDEN_PACKAGES = frozenset(filter(None, os.environ.get("TRAIN_AT_HOME_FORBID", "").split(",")))
"""Packages that this run must do without: tests/app runs without torch, every other room without PySide6."""


class ForbiddenImports(MetaPathFinder):
    """First on sys.meta_path, so a forbidden package is as absent as if it were never installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return None, so that the next finder looks, or raise ModuleNotFoundError for a forbidden package."""
        package = fullname.partition(".")[0]
        if package in FORBIDDEN_PACKAGES:
            raise ModuleNotFoundError(f"{package} is forbidden in this test run", name=fullname)
        return None


if FORBIDDEN_PACKAGES:
    sys.meta_path.insert(0, ForbiddenImports())


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """pytest-qt loads PySide6 when it is configured, so it has to go where that is forbidden."""
    if "PySide6" in FORBIDDEN_PACKAGES:
        plugin = pluginmanager.get_plugin("pytest-qt")
        if plugin is not None:
            pluginmanager.unregister(plugin)


def pytest_configure(config: pytest.Config) -> None:
    """Name what is forbidden, and keep pytest-qt's marker known where pytest-qt itself is gone."""
    if "PySide6" in FORBIDDEN_PACKAGES:
        config.addinivalue_line("markers", "no_qt_log: pytest-qt's")


def pytest_report_header() -> str | None:
    """One line in the head of the report, so that a log shows which wall was proven."""
    return f"without: {', '.join(sorted(FORBIDDEN_PACKAGES))}" if FORBIDDEN_PACKAGES else None
