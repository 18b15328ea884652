"""The orchestrator's clocks: what the computer says, what nobody sets, and one that follows the first without a jump.

A virtual machine that was frozen, a time server that steps: the computer's clock may leap by minutes, and with it every
lease, session and merge would run out at once. So deadlines go by a clock that counts by the steady one and takes up a
difference slowly, as NTP's own slewing does (RFC 5905, section 12). Signatures go by the computer's, since senders do.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final, TypeAlias

Clock: TypeAlias = Callable[[], int]
"""Unix milliseconds."""
SteadyClock: TypeAlias = Callable[[], int]
"""Milliseconds since some moment of its own; nobody sets it back or forward. For spans in memory only."""

SLEW: Final = 0.1
"""Of the time that passes: how much faster or slower the calm clock runs while it is off."""
AT_ONCE_MS: Final = 3600 * 1000
"""A larger difference is taken at once, since slewing would take a working day: such a clock was never set before."""


def system_clock() -> int:
    return time.time_ns() // 1_000_000


def steady_clock() -> int:
    return time.monotonic_ns() // 1_000_000


def followed(calm_ms: float, passed_ms: int, wall_ms: int) -> float:
    """What the calm clock says `passed_ms` after it said `calm_ms`, when the computer's says `wall_ms`."""
    straight_ms = calm_ms + passed_ms
    off_ms = wall_ms - straight_ms
    if abs(off_ms) > AT_ONCE_MS:
        return wall_ms
    most_ms = SLEW * passed_ms
    return straight_ms + max(-most_ms, min(most_ms, off_ms))


class CalmClock:
    """A Clock for deadlines. Read from any thread."""

    def __init__(self, wall: Clock = system_clock, steady: SteadyClock = steady_clock) -> None:
        self._wall, self._steady = wall, steady
        self._lock = Lock()
        self._seen_ms, self._calm_ms = steady(), float(wall())

    def __call__(self) -> int:
        with self._lock:
            steady_ms = self._steady()
            self._calm_ms = followed(self._calm_ms, steady_ms - self._seen_ms, self._wall())
            self._seen_ms = steady_ms
            return int(self._calm_ms)
