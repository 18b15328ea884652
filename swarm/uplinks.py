"""How fast a miner's uplink is, learned from its own packets; nothing is sent to find out.

A packet's delivery rate is what was confirmed of all packets begun since its own begin, over the time that took beyond
a round trip (after BBR's delivery rate, Cardwell et al., ACM Queue 14-5, 2016). Waiting makes that smaller than the
truth. Subtracting too long a round trip makes it larger, without bound for a packet that is through in a moment: and
the connection's own estimate is an average, of Wi-Fi that hesitates and of routers that others fill. So of the round
trip only what is sure is subtracted: the shortest that the way showed lately, up to a third of the packet's time, so
that what is told is at most 1.5 times what went over the line meanwhile; and beyond a third what is left of the
shortest after thrice its distance from the median, since averages that hardly vary are averages of what hardly varies.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from protocol.keys import NodeId

WINDOW_SECONDS: Final = 30.0
LATELY_SECONDS: Final = 10.0
"""What is slower lately counts at once, what is faster once it has been so for longer."""
ROUND_TRIP_SECONDS: Final = 300.0
"""A way's shortest round trip may be so old: other traffic that fills a queue for longer counts as part of the way."""
REMEMBERED: Final = 64
"""Packets whose bytes may share a packet's time."""
REMEMBERED_READINGS: Final = 1024
REMEMBERED_ROUND_TRIPS: Final = 256
ENOUGH: Final = 4
"""So many readings lately say how it is lately."""
LEAST_READINGS: Final = 2
"""One alone proves nothing."""
HIGH: Final = 0.9
"""The share of readings that may be above what is told: most packets share the line with others, few with nobody."""
LEAST_BYTES: Final = 4096
"""Less says more about clocks than about lines."""
LEAST_SECONDS: Final = 1e-6
EXCUSED: Final = 1 / 3
"""The share of a packet's time that may be laid to a round trip of which little is known."""
EXCUSED_OF_STEADY: Final = 0.95
STEADY_OBSERVATIONS: Final = 16
DISTANCES: Final = 3.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A confirmed packet; seconds of one monotonic clock."""

    began: float
    ended: float
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What one packet told, at `at`."""

    at: float
    bytes_per_second: float


@dataclass
class UplinkMeter:
    """One per miner: what its packets share is the home's line."""

    _recent: deque[Sent] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _readings: deque[Reading] = field(default_factory=lambda: deque(maxlen=REMEMBERED_READINGS))
    _round_trips: dict[NodeId, deque[tuple[float, float]]] = field(default_factory=dict)

    def confirmed(
        self, began: float, now: float, size_bytes: int, round_trip_seconds: float, peer: NodeId = ""
    ) -> None:
        """A packet given at `began` is with its peer; the round trip is the connection's own estimate."""
        self._recent.append(Sent(began, now, size_bytes))
        seconds = max(LEAST_SECONDS, now - began)
        excused = _excused(self._known_round_trips(peer, now, min(round_trip_seconds, seconds)), seconds)
        together = sum(sent.size_bytes for sent in self._recent if sent.began >= began)
        if together >= LEAST_BYTES:
            self._readings.append(Reading(now, together / (seconds - excused)))

    def bytes_per_second(self, now: float) -> float | None:
        """None until something was measured lately."""
        recent = _since(self._readings, now - WINDOW_SECONDS)
        if len(recent) < LEAST_READINGS:
            return None
        lately = _since(recent, now - LATELY_SECONDS)
        before = recent[: len(recent) - len(lately)]
        if len(lately) < ENOUGH:
            return _high(recent)
        return min(_high(lately), _high(before)) if before else _high(lately)

    def _known_round_trips(self, peer: NodeId, now: float, seconds: float) -> list[float]:
        """Of the way to `peer`, with one more, in order; ways that nothing goes any more are forgotten."""
        self._round_trips.setdefault(peer, deque(maxlen=REMEMBERED_ROUND_TRIPS)).append((now, seconds))
        since = now - ROUND_TRIP_SECONDS
        self._round_trips = {node: known for node, known in self._round_trips.items() if known[-1][0] > since}
        return sorted(shown for at, shown in self._round_trips[peer] if at > since)


def _excused(round_trips: Sequence[float], seconds: float) -> float:
    """How much of a packet's `seconds` was surely its round trip; those known of its way come in order."""
    shortest = round_trips[0]
    excused = min(shortest, EXCUSED * seconds)
    if len(round_trips) < STEADY_OBSERVATIONS:
        return excused
    sure = shortest - DISTANCES * (round_trips[len(round_trips) // 2] - shortest)
    return max(excused, min(sure, EXCUSED_OF_STEADY * seconds))


def _since(readings: Sequence[Reading] | deque[Reading], moment: float) -> list[Reading]:
    return [reading for reading in readings if reading.at > moment]


def _high(readings: list[Reading]) -> float:
    rates = sorted(reading.bytes_per_second for reading in readings)
    return rates[int(HIGH * (len(rates) - 1))]
