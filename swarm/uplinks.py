"""How fast a miner's uplink is, learned from its own packets; nothing is sent to find out.

A packet's delivery rate is what was confirmed of all packets begun since its own begin, over the time that took beyond
a round trip (after BBR's delivery rate, Cardwell et al., ACM Queue 14-5, 2016). Every disturbance makes that smaller
than the truth, so the largest of the last half minute counts.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

WINDOW_SECONDS: Final = 30.0
REMEMBERED: Final = 64
LEAST_BYTES: Final = 4096
"""Less says more about clocks than about lines."""
LEAST_SECONDS: Final = 0.001


@dataclass(frozen=True, slots=True)
class Sent:
    """A confirmed packet; seconds of one monotonic clock."""

    began: float
    ended: float
    size_bytes: int


@dataclass
class UplinkMeter:
    """One per miner: what its packets share is the home's line."""

    _recent: deque[Sent] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _rates: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _round_trips: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def confirmed(self, began: float, now: float, size_bytes: int, round_trip_seconds: float) -> None:
        """A packet given at `began` is with its peer; the round trip is the connection's own estimate."""
        self._recent.append(Sent(began, now, size_bytes))
        self._round_trips.append((now, round_trip_seconds))
        together = sum(sent.size_bytes for sent in self._recent if sent.began >= began)
        if together >= LEAST_BYTES:
            # A full queue at home is part of the estimate, so the smallest one is the line's own.
            quickest = min(seconds for at, seconds in self._round_trips if at > now - WINDOW_SECONDS)
            self._rates.append((now, together / max(LEAST_SECONDS, now - began - quickest)))

    def bytes_per_second(self, now: float) -> float | None:
        """None until something was measured lately."""
        return max((rate for at, rate in self._rates if at > now - WINDOW_SECONDS), default=None)
