"""How long the computer has slept since it was switched on: the difference of the system's own two clocks."""

import ctypes
import sys
import time
from typing import Any


def asleep_seconds(system: str = sys.platform) -> float:
    """Grows by the length of each sleep; always 0 where the system has only one clock."""
    if system == "linux":
        with_sleep = time.clock_gettime(time.CLOCK_BOOTTIME)  # type: ignore[attr-defined, unused-ignore]
        return with_sleep - time.clock_gettime(time.CLOCK_MONOTONIC)
    if system == "darwin":
        awake = time.clock_gettime(time.CLOCK_UPTIME_RAW)  # type: ignore[attr-defined, unused-ignore]
        return time.clock_gettime(time.CLOCK_MONOTONIC) - awake
    if system == "win32":
        return _windows(_library("kernel32"), _library("kernelbase"))
    return 0.0


def _windows(kernel32: Any, kernelbase: Any) -> float:
    """Both count in steps of 100 ns: one with sleep, the other without."""
    with_sleep, awake = ctypes.c_ulonglong(0), ctypes.c_ulonglong(0)
    kernelbase.QueryInterruptTime(ctypes.byref(with_sleep))
    kernel32.QueryUnbiasedInterruptTime(ctypes.byref(awake))
    return float(with_sleep.value - awake.value) / 1e7


def _library(name: str) -> Any:
    return ctypes.WinDLL(name)  # type: ignore[attr-defined, unused-ignore]
