"""How fast a miner trains, told from what it finished lately."""

from dataclasses import dataclass, field
from typing import Final

RATE_SECONDS: Final = 10.0


@dataclass
class Pace:
    """How fast this miner trains, over the last seconds. The clock is passed in."""

    finished: list[tuple[float, int]] = field(default_factory=list)

    def add(self, now: float, tokens: int) -> None:
        self.finished.append((now, tokens))
        while self.finished and self.finished[0][0] < now - RATE_SECONDS:
            del self.finished[0]

    def microbatches_per_second(self, now: float) -> float:
        return len(self._recent(now)) / RATE_SECONDS

    def tokens_per_second(self, now: float) -> float:
        recent = self._recent(now)
        span = max(0.5, now - recent[0][0]) if recent else 1.0
        return sum(tokens for _, tokens in recent) / span

    def last(self) -> float | None:
        return self.finished[-1][0] if self.finished else None

    def _recent(self, now: float) -> list[tuple[float, int]]:
        return [entry for entry in self.finished if entry[0] >= now - RATE_SECONDS]
