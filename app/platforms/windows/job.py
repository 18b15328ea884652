"""What a child starts belongs to it: a job object for each child, since Windows has no groups that could be ended.

The job holds the limit on memory for all of them together. It is not ended with the app that made it: an engine whose
app was killed still saves its work, as on other systems.
"""

import ctypes
import struct
from typing import Any, Final

import structlog

from app.platforms.windows.system_calls import library

_log = structlog.get_logger(__name__)

_SET_QUOTA_AND_TERMINATE: Final = 0x0101
_EXTENDED_LIMITS: Final = 9
_JOB_MEMORY: Final = 0x0200
_ENDED: Final = 1


class Job:
    """A child and whatever it starts from now on. Made by `job_of`."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    def end(self) -> None:
        """End all that is left of it, the child too; a second time does nothing."""
        handle, self._handle = self._handle, None
        if handle is not None:
            kernel = library("kernel32")
            kernel.TerminateJobObject(ctypes.c_void_p(handle), _ENDED)
            kernel.CloseHandle(ctypes.c_void_p(handle))


def job_of(pid: int, memory_bytes: int | None) -> Job | None:
    """A job for the process; None where Windows refuses one. `memory_bytes` is what all in it may take together."""
    kernel = _kernel()
    process = kernel.OpenProcess(_SET_QUOTA_AND_TERMINATE, 0, pid)
    if not process:
        return None  # it ended at once; its outcome says why
    try:
        return _with_limits(kernel, process, memory_bytes)
    finally:
        kernel.CloseHandle(ctypes.c_void_p(process))


def _with_limits(kernel: Any, process: int, memory_bytes: int | None) -> Job | None:
    handle = kernel.CreateJobObjectW(None, None)
    if not handle:
        _log.warning("windows_gave_no_job")
        return None
    limits = limits_on(memory_bytes)
    job = ctypes.c_void_p(handle)
    if memory_bytes and not kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, limits, len(limits)):
        _log.warning("windows_set_no_limit_on_memory")
    if not kernel.AssignProcessToJobObject(job, ctypes.c_void_p(process)):
        kernel.CloseHandle(job)
        _log.warning("windows_took_no_process_into_the_job")
        return None
    return Job(handle)


def limits_on(memory_bytes: int | None) -> bytes:
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of 64-bit Windows: basic limits, counters of I/O, then memory of a process
    and of the job, and both peaks."""
    flags = 0 if memory_bytes is None else _JOB_MEMORY
    basic = struct.pack("<qqI4xQQI4xQII", 0, 0, flags, 0, 0, 0, 0, 0, 0)
    return basic + bytes(6 * 8) + struct.pack("<QQQQ", 0, memory_bytes or 0, 0, 0)


def _kernel() -> Any:
    """Handles are as wide as addresses."""
    kernel = library("kernel32")
    kernel.OpenProcess.restype = kernel.CreateJobObjectW.restype = ctypes.c_void_p
    return kernel
