"""One direction of a home's line as pure state: rate, delay, random loss and a bounded queue, the clock passed in."""

from dataclasses import dataclass
from typing import Final

import msgspec

from benchmarks.homes.nat import NatKind

LEAST_QUEUE_BYTES: Final = 32 * 1024
QUEUE_SECONDS: Final = 0.2
"""What a router at home holds back when its line is full."""


class HomeLink(msgspec.Struct, frozen=True, kw_only=True):
    """A home's line. Delay and loss are of one crossing: a packet between two homes crosses two lines, but is lost
    only on the sender's."""

    up_bytes_per_second: float | None = None
    """None for no limit."""
    down_bytes_per_second: float | None = None
    delay_seconds: float = 0.0
    loss: float = 0.0
    """Share of the packets sent from here that vanish."""
    nat: NatKind | None = None
    """The router at its end; without one the home stands open to the world."""


@dataclass
class Queue:
    """Packets leave one after the other at the line's rate; one that finds the queue full is dropped."""

    bytes_per_second: float | None
    free_at: float = 0.0
    dropped: int = 0

    def __post_init__(self) -> None:
        rate = self.bytes_per_second
        self._longest_seconds = max(LEAST_QUEUE_BYTES, rate * QUEUE_SECONDS) / rate if rate else 0.0

    def leaves_at(self, now: float, size_bytes: int) -> float | None:
        """When a packet that comes `now` has left; None if it is dropped."""
        if self.bytes_per_second is None:
            return now
        begins = self.free_at if self.free_at > now else now
        if begins - now > self._longest_seconds:
            self.dropped += 1
            return None
        self.free_at = begins + size_bytes / self.bytes_per_second
        return self.free_at
