"""Sets of microbatch indices as sorted, disjoint, half-open ranges, so that a billion indices cost a few numbers."""

from collections import deque
from collections.abc import Iterable
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]
Ranges: TypeAlias = tuple[Range, ...]


def normalised(ranges: Iterable[Range]) -> Ranges:
    """The union of `ranges`: sorted, disjoint, neighbours joined, empty ones gone."""
    joined: list[Range] = []
    for start, end in sorted(part for part in ranges if part[0] < part[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def union(left: Iterable[Range], right: Iterable[Range]) -> Ranges:
    return normalised((*left, *right))


def difference(ranges: Ranges, removed: Ranges) -> Ranges:
    """What of `ranges` is not in `removed`; both normalised."""
    rest: list[Range] = []
    place = 0
    for first, end in ranges:
        start = first
        while place < len(removed) and removed[place][1] <= start:
            place += 1
        number = place
        while number < len(removed) and removed[number][0] < end:
            if removed[number][0] > start:
                rest.append((start, removed[number][0]))
            start = max(start, removed[number][1])
            number += 1
        if start < end:
            rest.append((start, end))
    return tuple(rest)


def intersection(left: Ranges, right: Ranges) -> Ranges:
    """What is in both; both normalised."""
    return difference(left, difference(left, right))


def contains(ranges: Ranges, index: int) -> bool:
    return any(start <= index < end for start, end in ranges)


def count(ranges: Ranges) -> int:
    return sum(end - start for start, end in ranges)


def lowest(ranges: Ranges, wanted: int) -> tuple[Ranges, Ranges]:
    """The `wanted` lowest indices (fewer if there are not so many), and the rest."""
    taken: list[Range] = []
    for place, (start, end) in enumerate(ranges):
        if wanted <= 0:
            return tuple(taken), ranges[place:]
        middle = min(end, start + wanted)
        taken.append((start, middle))
        wanted -= middle - start
        if middle < end:
            return tuple(taken), ((middle, end), *ranges[place + 1 :])
    return tuple(taken), ()


class Queue:
    """The indices of some ranges in their order, taken one by one; a trillion of them take no more room than two."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        self._ranges = deque(part for part in ranges if part[0] < part[1])
        self._left = sum(end - first for first, end in self._ranges)

    def __bool__(self) -> bool:
        return self._left > 0

    @property
    def left(self) -> int:
        return self._left

    def take(self) -> int:
        """The next index; raises IndexError where none is left."""
        first, end = self._ranges[0]
        if first + 1 < end:
            self._ranges[0] = (first + 1, end)
        else:
            self._ranges.popleft()
        self._left -= 1
        return first

    def clear(self) -> None:
        self._ranges.clear()
        self._left = 0
