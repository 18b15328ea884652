"""Whose turn it is among audits or disputes: one that fails waits, behind all others, and holds nobody up. Pure.

Failures counted here are this side's own: whatever a miner did wrong has a verdict.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

Item = TypeVar("Item")

FIRST_WAIT_SECONDS: Final = 5.0
LONGEST_WAIT_SECONDS: Final = 600.0
GIVEN_UP_AFTER: Final = 4
"""Failures after which an audit is excused."""


class Turns:
    """Failures by id; times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._failures: dict[int, int] = {}
        self._due: dict[int, float] = {}

    def in_order(self, items: Iterable[Item], id_of: Callable[[Item], int], now: float) -> list[Item]:
        """Those that may be tried now, the least failed first. What is no longer listed is forgotten."""
        listed = list(items)
        ids = {id_of(item) for item in listed}
        self._failures = {one: count for one, count in self._failures.items() if one in ids}
        self._due = {one: due for one, due in self._due.items() if one in ids}
        ready = [item for item in listed if self._due.get(id_of(item), now) <= now]
        return sorted(ready, key=lambda item: self._failures.get(id_of(item), 0))

    def failed(self, one: int, now: float) -> bool:
        """Put `one` off, each time for four times as long; whether it has failed so often that it is given up."""
        count = self._failures[one] = self._failures.get(one, 0) + 1
        self._due[one] = now + min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 4 ** (count - 1))
        return count >= GIVEN_UP_AFTER
