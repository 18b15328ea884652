"""Limits that the system keeps for us on a child process; whatever that starts later inherits them."""

import contextlib
import sys
from pathlib import Path
from typing import Any, Final

import psutil
import structlog

from app.core.ports import ChildLimits, EndAll

_log = structlog.get_logger(__name__)

ROOM_FOR_LIBRARIES_BYTES: Final = 2 * 1024**3
"""Libraries reserve memory that they never touch; a limit without room for that would stop what is in order."""
_FIRST_TO_GO: Final = "500"
"""When memory runs out the system ends the engine sooner than anything of the person's."""


def bind_child(pid: int, limits: ChildLimits) -> EndAll | None:
    """app.core.ports.BindChild."""
    end_all = _job_on_windows(pid, limits) if sys.platform == "win32" else None
    try:
        process = psutil.Process(pid)
        process.nice(priority_of(limits.niceness))
        if sys.platform == "linux":
            _bind_on_linux(process, limits)
    except psutil.NoSuchProcess:
        pass  # it ended at once; its outcome says why
    except (psutil.Error, OSError, ValueError) as error:
        _log.warning("a_child_has_no_limits", reason=str(error))
    return end_all


def priority_of(niceness: int, system: str = sys.platform) -> int:
    """Windows has classes instead of numbers: below normal, or idle."""
    if system != "win32":
        return niceness
    constants: Any = psutil
    name = "BELOW_NORMAL_PRIORITY_CLASS" if niceness < 15 else "IDLE_PRIORITY_CLASS"
    return int(getattr(constants, name, {"BELOW_NORMAL_PRIORITY_CLASS": 0x4000}.get(name, 0x40)))


def _with_room(memory_bytes: int | None) -> int | None:
    return None if memory_bytes is None else memory_bytes + ROOM_FOR_LIBRARIES_BYTES


def _job_on_windows(pid: int, limits: ChildLimits) -> EndAll | None:
    from app.platforms.windows.job import job_of

    job = job_of(pid, _with_room(limits.memory_bytes))
    return None if job is None else job.end


def _bind_on_linux(process: Any, limits: ChildLimits) -> None:
    most = _with_room(limits.memory_bytes)
    if most is not None:
        process.rlimit(psutil.RLIMIT_DATA, (most, most))
    with contextlib.suppress(OSError):  # some containers forbid it
        Path(f"/proc/{process.pid}/oom_score_adj").write_text(_FIRST_TO_GO)
