"""Where the app's log goes: JSON lines in the profile's log folder, a few files of a few megabytes."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from typing import Final

import structlog

from app.core.language.speech import _
from app.platforms.paths import ProfilePaths
from protocol.errors import StorageError

_FILE_BYTES: Final = 4 * 1024**2
_FILES: Final = 3


def log_to_file(paths: ProfilePaths, level: int = logging.INFO) -> None:
    """Send everything that structlog says to app.log. Raises StorageError."""
    try:
        handler = RotatingFileHandler(
            paths.log_folder / "app.log", maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8"
        )
    except OSError as error:
        raise StorageError(
            _("The log can't be written: {problem}.").format(problem=error.strerror), _("Check the profile's folder.")
        ) from error
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger("app")
    root.setLevel(level)
    root.propagate = False
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def log_to_stderr() -> None:
    """For commands, until one logs to the file: what went wrong goes past the answer, which may be JSON."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def close_log() -> None:
    """Nothing is written any more: the file may go."""
    root = logging.getLogger("app")
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    root.addHandler(logging.NullHandler())
