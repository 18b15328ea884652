"""The week as a ring of minutes, each closed or open in some way: what painting and comparing hours is done on."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple, TypeAlias

import msgspec

from app.core.hours.windows import AS_FOR_ALL, MINUTES_PER_DAY, MINUTES_PER_WEEK, Ending, Level, Window, ending_of


class Minute(msgspec.Struct, frozen=True):
    """An open minute, and what would hold if hours ended after it."""

    level: Level
    ending: Ending


Ring: TypeAlias = list[Minute | None]
"""Each minute of the week, Monday's first one first; None is closed."""

Run: TypeAlias = tuple[int, int, Minute]
"""Where it begins and ends, and what each of its minutes is."""

_FILLING: Final = (None, Level.GENTLE, Level.FULL)
"""Of two levels the later one counts."""


class WeeklyStretch(NamedTuple):
    """Hours without a break, in minutes of the week."""

    start_minute: int
    length_minutes: int
    ending: Ending


def painted(windows: Sequence[Window], first_minute: int, length: int, level: Level | None) -> tuple[Window, ...]:
    """`windows` with `length` minutes from `first_minute` of the week at `level`, or closed for None.

    Only the level is painted: open minutes keep what they say of their end, and those that are new say what the hours
    say that they touch, so that a night made longer ends as before.
    """
    ring = ring_of(windows)
    places = [minute % MINUTES_PER_WEEK for minute in range(first_minute, first_minute + length)][:MINUTES_PER_WEEK]
    near = (ring[place % MINUTES_PER_WEEK] for place in (first_minute - 1, *places, first_minute + length))
    ending = next((minute.ending for minute in near if minute is not None), AS_FOR_ALL)
    for place in places:
        old = ring[place]
        ending = ending if old is None else old.ending
        ring[place] = None if level is None else Minute(level, ending)
    return windows_of(ring)


def laid(windows: Sequence[Window], window: Window) -> tuple[Window, ...]:
    """`windows` with `window` on top: in its minutes nothing else counts."""
    ring = ring_of(windows)
    minute = Minute(window.level, window.ending)
    for ends, begins in _places(window):
        ring[max(begins, 0) : ends] = [minute] * (min(ends, MINUTES_PER_WEEK) - max(begins, 0))
    return windows_of(ring)


def ring_of(windows: Sequence[Window]) -> Ring:
    """Where windows overlap the fuller level counts, and the end of the one that ends last."""
    ring: Ring = [None] * MINUTES_PER_WEEK
    pieces = sorted((*place, window) for window in windows for place in _places(window))
    for _ends, same_end in groupby(pieces, key=lambda piece: piece[0]):
        ending = AS_FOR_ALL
        for ends, begins, window in same_end:
            # Each of these lies within the one before it, so together they end as all of them say.
            ending = ending_of((ending, window.ending))
            mine, full = Minute(window.level, ending), Minute(Level.FULL, ending)
            here = slice(max(begins, 0), min(ends, MINUTES_PER_WEEK))
            ring[here] = [full if each is not None and each.level is Level.FULL else mine for each in ring[here]]
    return ring


def most_common_level(minutes: Ring) -> Level | None:
    """The level of most of these minutes; of two as frequent the fuller one."""
    levels = levels_of(minutes)
    return max(_FILLING, key=lambda level: (levels.count(level), _FILLING.index(level)))


def levels_of(minutes: Ring) -> list[Level | None]:
    """What is seen of a ring in the grid."""
    return [None if minute is None else minute.level for minute in minutes]


def level_runs(minutes: Ring) -> Iterator[tuple[int, int, Level]]:
    """Where each level in part of a ring begins and ends."""
    begins = 0
    for level, run in groupby(levels_of(minutes)):
        ends = begins + len(list(run))
        if level is not None:
            yield begins, ends, level
        begins = ends


def windows_of(ring: Ring) -> tuple[Window, ...]:
    """The fewest windows that make `ring`; what is longer than a day is cut at midnight."""
    if ring[0] is not None and all(minute == ring[0] for minute in ring):
        return tuple(_window(day * MINUTES_PER_DAY, MINUTES_PER_DAY, ring[0]) for day in range(7))
    found = [
        _window(first, length, minute)
        for begins, ends, minute in _closed_ring(list(_runs(ring)))
        for first, length in _pieces(begins, ends)
    ]
    return tuple(sorted(found))


def weekly_stretches(windows: Sequence[Window]) -> list[WeeklyStretch]:
    """What the windows cover together; those that touch are one. All the week has no end and is told without one."""
    ring = ring_of(windows)
    found = [(begins, ends) for begins, ends in _open_spans(ring)]
    if len(found) > 1 and found[0][0] == 0 and found[-1][1] == MINUTES_PER_WEEK:
        found = [*found[1:-1], (found[-1][0], MINUTES_PER_WEEK + found[0][1])]
    lasts = [ring[(ends - 1) % MINUTES_PER_WEEK] for _begins, ends in found]
    return [
        WeeklyStretch(begins, ends - begins, AS_FOR_ALL if last is None else last.ending)
        for (begins, ends), last in zip(found, lasts, strict=True)
    ]


def _open_spans(ring: Ring) -> Iterator[tuple[int, int]]:
    begins = 0
    for is_open, run in groupby(minute is not None for minute in ring):
        ends = begins + len(list(run))
        if is_open:
            yield begins, ends
        begins = ends


def _runs(ring: Ring) -> Iterator[Run]:
    begins = 0
    for minute, run in groupby(ring):
        ends = begins + len(list(run))
        if minute is not None:
            yield begins, ends, minute
        begins = ends


def _closed_ring(found: list[Run]) -> list[Run]:
    """Runs with the last and the first joined where Sunday night goes on into Monday."""
    if len(found) < 2 or found[0][0] != 0 or found[-1][1] != MINUTES_PER_WEEK or found[0][2] != found[-1][2]:
        return found
    first, last = found[0], found[-1]
    return [*found[1:-1], (last[0], last[1] + first[1], last[2])]


def _places(window: Window) -> list[tuple[int, int]]:
    """End and begin in the week. Sunday's may go on into Monday: then it is there a week before, too."""
    begins = window.weekday * MINUTES_PER_DAY + window.start_minute
    ends = begins + window.length_minutes
    week_before = (ends - MINUTES_PER_WEEK, begins - MINUTES_PER_WEEK)
    return [(ends, begins), week_before] if ends > MINUTES_PER_WEEK else [(ends, begins)]


def _pieces(begins: int, ends: int) -> list[tuple[int, int]]:
    if ends - begins <= MINUTES_PER_DAY:
        return [(begins, ends - begins)]
    first_midnight = -(-begins // MINUTES_PER_DAY) * MINUTES_PER_DAY
    cuts = [begins, *range(first_midnight, ends, MINUTES_PER_DAY), ends]
    return [(low, high - low) for low, high in pairwise(cuts) if high > low]


def _window(first: int, length: int, minute: Minute) -> Window:
    weekday, start = divmod(first % MINUTES_PER_WEEK, MINUTES_PER_DAY)
    ending = minute.ending
    return Window(weekday, start, length, minute.level, ending.last_start_minutes, ending.overrun_minutes)
