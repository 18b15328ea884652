"""How the engine and the network's processes report: one line per event on stderr, since stdout carries messages."""

import logging
import sys

import structlog


def log_to_stderr() -> None:
    """From INFO on. Plain tracebacks: those with local variables would show keys and session tokens."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S"),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
