"""Sets of microbatch indices as sorted, disjoint, half-open ranges, so that a billion indices cost a few numbers."""

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
