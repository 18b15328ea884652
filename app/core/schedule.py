"""The hours in which this computer may train: windows by start weekday, across midnight, through daylight saving.

A window belongs to the day it *starts* on: "Friday 22:00-06:00" ends on Saturday morning and says nothing of Friday's.
We ask "is the clock inside a window now?" and never wait for an edge, so sleep and clock changes can't lose one.

Windows follow the wall clock. Where the clock is put back, a window starts at the first occurrence of its start and
ends at the last of its end. Where it jumps forward, a time inside the gap means the moment of the jump. (RFC 5545 would
shift it by the gap's length; then 02:30-03:15 would end before it starts.)
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Annotated

import msgspec

from protocol.errors import SettingsError

MINUTES_PER_DAY = 1440
_LOOK_BACK_DAYS = 2
_LOOK_AHEAD_DAYS = 9
"""A weekly schedule that opens at all opens within eight days."""


class Window(msgspec.Struct, frozen=True, order=True):
    """One weekly window of wall-clock time."""

    weekday: Annotated[int, msgspec.Meta(ge=0, le=6)]
    """On which it starts; Monday is 0."""
    start_minute: Annotated[int, msgspec.Meta(ge=0, lt=MINUTES_PER_DAY)]
    length_minutes: Annotated[int, msgspec.Meta(ge=1, le=MINUTES_PER_DAY)]


class Schedule(msgspec.Struct, frozen=True):
    """Weekly hours. `enabled` False keeps the windows but lets every hour count."""

    enabled: bool = False
    windows: tuple[Window, ...] = ()


class Hours(msgspec.Struct, frozen=True):
    """What the schedule says at one instant; both times in UTC. `opened` is None unless open since a known moment."""

    open: bool
    opened: datetime | None
    next_change: datetime | None


def hours_at(schedule: Schedule, now: datetime, zone: tzinfo) -> Hours:
    """Whether `now` (aware) lies inside a window of wall-clock time in `zone`, and when that next changes."""
    if not schedule.enabled:
        return Hours(True, None, None)
    now = now.astimezone(UTC)
    first = now - timedelta(days=_LOOK_BACK_DAYS)
    end = now + timedelta(days=_LOOK_AHEAD_DAYS)
    for opens, closes in _merged(schedule, now, zone):
        if closes <= now:
            continue
        if opens > now:
            return Hours(False, None, opens)
        return Hours(True, opens if opens > first else None, closes if closes < end else None)
    return Hours(False, None, None)


def last_opening(schedule: Schedule, now: datetime, zone: tzinfo) -> datetime | None:
    """When the current or the latest window began (UTC); None when that is over two days ago or always open."""
    now = now.astimezone(UTC)
    openings = [opens for opens, _ in _merged(schedule, now, zone) if opens <= now]
    if not schedule.enabled or not openings or openings[-1] <= now - timedelta(days=_LOOK_BACK_DAYS):
        return None
    return openings[-1]


def parse_hours(text: str) -> Schedule:
    """A schedule for every day from "22:00-07:00"; "always" means no limits. Raises SettingsError."""
    if text.strip().lower() == "always":
        return Schedule()
    try:
        start, end = (_minute_of_day(part) for part in text.split("-"))
    except ValueError:
        raise SettingsError(f"“{text}” is not a span of hours.", "Write it like 22:00-07:00, or: always.") from None
    start, length = start % MINUTES_PER_DAY, (end - start) % MINUTES_PER_DAY
    if length == 0 and abs(end) != MINUTES_PER_DAY:
        raise SettingsError(f"“{text}” begins and ends at the same time.", "For the whole day write 00:00-24:00.")
    return Schedule(True, tuple(Window(day, start, length or MINUTES_PER_DAY) for day in range(7)))


def to_instant(wall: datetime, zone: tzinfo, *, last: bool) -> datetime:
    """The instant (UTC) at which clocks in `zone` show naive `wall`: of two the first or last, of none the jump."""
    before, after = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if after >= before:
        return after if last else before
    return _jump_between(after, before, zone)


def _jump_between(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The one moment in (low, high] at which the offset of `zone` changes, to the second."""
    old = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high


def _merged(schedule: Schedule, now: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """The windows around `now` as instants, in order, those that touch joined."""
    current: tuple[datetime, datetime] | None = None
    for opens, closes in sorted(_instants(schedule, now, zone)):
        if current is None:
            current = (opens, closes)
        elif opens <= current[1]:
            current = (current[0], max(current[1], closes))
        else:
            yield current
            current = (opens, closes)
    if current is not None:
        yield current


def _instants(schedule: Schedule, now: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    today = now.astimezone(zone).date()
    for shift in range(-_LOOK_BACK_DAYS - 1, _LOOK_AHEAD_DAYS + 1):
        midnight = datetime.combine(today + timedelta(days=shift), time())
        for window in schedule.windows:
            if window.weekday == midnight.weekday():
                starts = midnight + timedelta(minutes=window.start_minute)
                ends = starts + timedelta(minutes=window.length_minutes)
                opens, closes = to_instant(starts, zone, last=False), to_instant(ends, zone, last=True)
                if opens < closes:
                    yield opens, closes


def _minute_of_day(text: str) -> int:
    hours, minutes = text.strip().split(":")
    if len(minutes) != 2 or not (hours + minutes).isascii() or not (hours + minutes).isdigit():
        raise ValueError(text)
    if int(minutes) > 59 or int(hours) * 60 + int(minutes) > MINUTES_PER_DAY:
        raise ValueError(text)
    return int(hours) * 60 + int(minutes)
