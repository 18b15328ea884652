"""Runs the system's own command-line tools: bounded in time and output, and silent about what is missing."""

import os
import subprocess
from collections.abc import Callable, Sequence
from typing import Final

import structlog

_log = structlog.get_logger(__name__)

TOOL_SECONDS: Final = 2.0
_MOST_CHARACTERS: Final = 200_000

RunTool = Callable[[Sequence[str]], "str | None"]


def run_tool(command: Sequence[str], seconds: float = TOOL_SECONDS) -> str | None:
    """What it printed; None where it is missing, hangs or fails. English, whatever the person speaks."""
    try:
        done = subprocess.run(
            [*command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.debug("a_tool_did_not_answer", tool=command[0], reason=type(error).__name__)
        return None
    return done.stdout.decode("utf-8", "replace")[:_MOST_CHARACTERS] if done.returncode == 0 else None


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "LANGUAGE": ""}
