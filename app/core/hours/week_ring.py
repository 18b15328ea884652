"""The week as a ring of minutes, each closed, gentle or full: what painting and comparing hours is done on."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from app.core.hours.windows import MINUTES_PER_DAY, MINUTES_PER_WEEK, Level, Window

_LEVELS: Final = (None, Level.GENTLE, Level.FULL)
"""A minute holds a place in this; of two levels the later one counts."""
_RUN: Final = re.compile(rb"(.)\1*", re.DOTALL)


def painted(windows: Sequence[Window], first_minute: int, length: int, level: Level | None) -> tuple[Window, ...]:
    """`windows` with `length` minutes from `first_minute` of the week at `level`, or closed for None."""
    ring = ring_of(windows)
    _fill(ring, first_minute, min(length, MINUTES_PER_WEEK), level)
    return windows_of(ring)


def ring_of(windows: Sequence[Window]) -> bytearray:
    """Each minute of the week, Monday's first one first."""
    ring = bytearray(MINUTES_PER_WEEK)
    for window in sorted(windows, key=lambda window: _LEVELS.index(window.level)):
        _fill(ring, window.weekday * MINUTES_PER_DAY + window.start_minute, window.length_minutes, window.level)
    return ring


def level_of(place: int) -> Level | None:
    """What a number in a ring means."""
    return _LEVELS[place]


def runs(minutes: bytes | bytearray) -> Iterator[tuple[int, int, Level | None]]:
    """Where each level in part of a ring begins and ends."""
    for run in _RUN.finditer(minutes):
        yield run.start(), run.end(), _LEVELS[run[1][0]]


def windows_of(ring: bytearray) -> tuple[Window, ...]:
    """The fewest windows that make `ring`; what is longer than a day is cut at midnight."""
    found = list(runs(ring))
    if len(found) == 1:
        level = found[0][2]
        return () if level is None else tuple(Window(day, 0, MINUTES_PER_DAY, level) for day in range(7))
    found = _closed_ring(found)
    windows = [
        _window(first, length, level)
        for begins, ends, level in found
        if level is not None
        for first, length in _pieces(begins, ends)
    ]
    return tuple(sorted(windows))


def weekly_stretches(windows: Sequence[Window]) -> list[tuple[int, int]]:
    """Start in the week and length, in minutes, of what the windows cover together; those that touch are one."""
    covered = ring_of(windows).replace(b"\x01", b"\x02")
    found = list(runs(covered))
    if len(found) > 1:
        found = _closed_ring(found)
    return [(begins, ends - begins) for begins, ends, level in found if level is not None]


def _closed_ring(found: list[tuple[int, int, Level | None]]) -> list[tuple[int, int, Level | None]]:
    """Runs with the last and the first joined where Sunday night goes on into Monday."""
    first, last = found[0], found[-1]
    if first[2] is not last[2]:
        return found
    return [*found[1:-1], (last[0], last[1] + first[1], last[2])]


def _fill(ring: bytearray, first: int, length: int, level: Level | None) -> None:
    filling = bytes([_LEVELS.index(level)])
    end = first + length
    ring[first : min(end, MINUTES_PER_WEEK)] = filling * (min(end, MINUTES_PER_WEEK) - first)
    if end > MINUTES_PER_WEEK:
        ring[: end - MINUTES_PER_WEEK] = filling * (end - MINUTES_PER_WEEK)


def _pieces(begins: int, ends: int) -> list[tuple[int, int]]:
    if ends - begins <= MINUTES_PER_DAY:
        return [(begins, ends - begins)]
    first_midnight = -(-begins // MINUTES_PER_DAY) * MINUTES_PER_DAY
    cuts = [begins, *range(first_midnight, ends, MINUTES_PER_DAY), ends]
    return [(low, high - low) for low, high in pairwise(cuts) if high > low]


def _window(first: int, length: int, level: Level) -> Window:
    weekday, start = divmod(first % MINUTES_PER_WEEK, MINUTES_PER_DAY)
    return Window(weekday, start, length, level)
