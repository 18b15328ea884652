"""What a way to a peer costs, learned from what was sent by it: seconds = round trip + bytes / rate.

An exponentially weighted line through (bytes, seconds). Where all packets are alike no slope can be seen, and the
whole duration counts as the round trip: for packets like those before it comes to the same.
"""

from dataclasses import dataclass
from typing import Final

NEWEST_WEIGHT: Final = 0.1
LEAST_SPREAD_SHARE: Final = 0.01
"""Of the squared mean size: below this variance of sizes a slope is noise."""


@dataclass(frozen=True, slots=True)
class LinkCost:
    """Means and spreads so far; nothing is known before the first `observed`."""

    packets: int = 0
    mean_bytes: float = 0.0
    mean_seconds: float = 0.0
    variance: float = 0.0
    """Of the sizes."""
    covariance: float = 0.0

    def observed(self, size_bytes: int, seconds: float) -> "LinkCost":
        """After one more packet of `size_bytes` was confirmed in `seconds`."""
        weight = max(NEWEST_WEIGHT, 1.0 / (self.packets + 1))
        more_bytes, more_seconds = size_bytes - self.mean_bytes, seconds - self.mean_seconds
        return LinkCost(
            packets=self.packets + 1,
            mean_bytes=self.mean_bytes + weight * more_bytes,
            mean_seconds=self.mean_seconds + weight * more_seconds,
            variance=(1 - weight) * (self.variance + weight * more_bytes**2),
            covariance=(1 - weight) * (self.covariance + weight * more_bytes * more_seconds),
        )

    @property
    def bytes_per_second(self) -> float | None:
        """None while sizes were too much alike to tell, or larger packets took no longer."""
        if self.variance <= LEAST_SPREAD_SHARE * self.mean_bytes**2 or self.covariance <= 0.0:
            return None
        # A line through the origin is the slowest that the measurements allow: no packet costs less than nothing.
        return max(self.variance / self.covariance, self.mean_bytes / max(self.mean_seconds, 1e-9))

    @property
    def round_trip_seconds(self) -> float:
        rate = self.bytes_per_second
        return self.mean_seconds if rate is None else max(0.0, self.mean_seconds - self.mean_bytes / rate)

    def seconds(self, size_bytes: int) -> float:
        """What a packet of `size_bytes` should take."""
        rate = self.bytes_per_second
        return self.round_trip_seconds + (size_bytes / rate if rate else 0.0)
