"""How fast a run goes: tokens over the last stretch of time, from what its trained microbatches add up to."""

from collections import deque
from typing import Final

WINDOW_MS: Final = 20_000
SHORTEST_MS: Final = 2_000
"""Less time than this says nothing: microbatches come back in bunches."""
LOOK_MS: Final = 1_000


class Speedometer:
    """Keeps a few readings of each run; after a restart it is silent until it has seen some time."""

    def __init__(self) -> None:
        self._readings: dict[str, deque[tuple[int, int]]] = {}

    def read(self, run_id: str, tokens_done: int, now_ms: int) -> float | None:
        """Tokens per second, at most once in LOOK_MS; None in between and while too little was seen."""
        readings = self._readings.setdefault(run_id, deque())
        if readings and 0 <= now_ms - readings[-1][0] < LOOK_MS:
            return None
        if readings and (now_ms < readings[-1][0] or tokens_done < readings[-1][1]):
            readings.clear()  # the clock was put back
        readings.append((now_ms, tokens_done))
        while now_ms - readings[0][0] > WINDOW_MS:
            readings.popleft()
        began_ms, began_tokens = readings[0]
        if now_ms - began_ms < SHORTEST_MS:
            return None
        return (tokens_done - began_tokens) * 1000 / (now_ms - began_ms)

    def forget(self, run_id: str) -> None:
        self._readings.pop(run_id, None)
