"""What a process and all that it started take: resident memory and processor time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import psutil

T = TypeVar("T", int, float)


@dataclass(frozen=True)
class Spent:
    """Over `seconds`."""

    seconds: float
    cpu_seconds: float
    most_bytes: int
    """Resident, of all processes together, at the worst look."""

    @property
    def share(self) -> float:
        """Of one core."""
        return self.cpu_seconds / self.seconds


def tree(process: psutil.Process) -> list[psutil.Process]:
    """`process` and everything below it that is still there."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def resident_bytes(process: psutil.Process) -> int:
    """Of the whole tree. Pages that processes share count in each."""
    return sum(_of(each, lambda one: int(one.memory_info().rss)) for each in tree(process))


def cpu_seconds(process: psutil.Process) -> float:
    """Of the whole tree, and of its children that ended."""
    return sum(_of(each, _cpu_of) for each in tree(process))


def watched(process: psutil.Process, seconds: float, look_seconds: float = 1.0) -> Spent:
    """Look at it for `seconds`."""
    began, spent, most = time.perf_counter(), cpu_seconds(process), 0
    while (passed := time.perf_counter() - began) < seconds:
        most = max(most, resident_bytes(process))
        time.sleep(min(look_seconds, max(0.0, seconds - passed)))
    return Spent(time.perf_counter() - began, cpu_seconds(process) - spent, most)


def _cpu_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def _of(process: psutil.Process, read: Callable[[psutil.Process], T]) -> T | int:
    try:
        return read(process)
    except psutil.NoSuchProcess:
        return 0
