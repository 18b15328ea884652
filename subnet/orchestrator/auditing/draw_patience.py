"""How long a step waits for a validator that is at work. Pure; the clock is passed in."""

from collections import deque
from typing import Final

DRAW_MS: Final = 3_000
"""A validator at work looks twice a second. A burst of steps must not be let go of before it has looked."""


class DrawPatience:
    """Remembers which steps were there when. After a restart all wait anew."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, int]] = deque()
        self._waited_through = 0

    def waited_through(self, newest_cursor: int, now_ms: int) -> int:
        """Up to which cursor steps have waited for DRAW_MS, now that `newest_cursor` is the newest."""
        if self._seen and now_ms < self._seen[-1][0]:
            self._seen.clear()  # the clock went back
        if not self._seen or self._seen[-1][1] < newest_cursor:
            self._seen.append((now_ms, newest_cursor))
        while self._seen and self._seen[0][0] <= now_ms - DRAW_MS:
            self._waited_through = self._seen.popleft()[1]
        return self._waited_through
