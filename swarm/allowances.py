"""How much may be sent: bytes a second, and bytes a month. Pure state; clock and calendar are passed in."""

from dataclasses import dataclass, replace
from typing import Final

BURST_SECONDS: Final = 0.25
"""What may go at once after a silence, in seconds of the rate."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A rate as a token bucket that lends: whatever is next may go as soon as the debt of those before is paid.

    So a packet larger than the bucket passes whole, and the one after it waits.
    """

    bytes_per_second: float
    level_bytes: float = 0.0
    """Below zero: what was sent ahead of its time."""
    at: float = 0.0

    def spent(self, size_bytes: int, now: float) -> "tuple[float, Bucket]":
        """(seconds to wait before sending, the bucket after it)."""
        most = self.bytes_per_second * BURST_SECONDS
        level = min(most, self.level_bytes + max(0.0, now - self.at) * self.bytes_per_second)
        wait_seconds = max(0.0, -level / self.bytes_per_second)
        return wait_seconds, replace(self, level_bytes=level - size_bytes, at=max(now, self.at))


@dataclass(frozen=True, slots=True)
class MonthlyUse:
    """Bytes of one calendar month, written "2026-11"."""

    month: str = ""
    used_bytes: int = 0
    behind: str = ""
    """What the clock named last, where that was before `month`: one of the two was wrong."""

    def after(self, month: str, size_bytes: int) -> "MonthlyUse":
        """A new month begins at nothing; one that is over, by a clock put back, does not come again. Where a month
        begins by a clock that is behind, it was right and the one before it ahead."""
        if month > self.month or "" < self.behind < month < self.month:
            return MonthlyUse(month, size_bytes)
        behind = max(month, self.behind) if month < self.month else ""
        return MonthlyUse(self.month, self.used_bytes + size_bytes, behind)
