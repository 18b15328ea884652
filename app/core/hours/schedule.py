"""The hours in which this computer may train: windows by start weekday, across midnight, through daylight saving.

A window belongs to the day it *starts* on: "Friday 22:00-06:00" ends on Saturday morning and says nothing of Friday's.
We ask "is the clock inside a window now?" and never wait for an edge, so sleep and clock changes can't lose one.

Windows follow the wall clock. Where the clock is put back, a window starts at the first occurrence of its start and
ends at the last of its end. Where it jumps forward, a time inside the gap means the moment of the jump. (RFC 5545 would
shift it by the gap's length; then 02:30-03:15 would end before it starts.)

Windows that overlap or touch are one stretch. How late it may begin and how long it may hand over is decided where the
stretch ends, by the window that ends there; what the others say of their ends never comes to pass.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

import msgspec

from app.core.hours.wall_clock import to_instant
from app.core.hours.windows import (
    AS_FOR_ALL,
    MINUTES_PER_DAY,
    DaysOff,
    Ending,
    Level,
    NotTonight,
    Schedule,
    ScheduleException,
    Window,
    counting_windows,
    ending_of,
    exception_for,
    minutes_at_end,
)
from app.core.language.speech import _
from protocol.errors import SettingsError

__all__ = ["MINUTES_PER_DAY", "Hours", "Level", "Schedule", "Window", "hours_at", "last_opening", "parse_hours"]

_LOOK_BACK: Final = timedelta(days=2)
_LOOK_AHEAD: Final = timedelta(days=9)
"""A weekly schedule without exceptions that opens at all opens within eight days."""
_LONGEST_HOLIDAY_DAYS: Final = 400
"""How far an opening is looked for behind days off."""


class Closed(StrEnum):
    """Why the hours say no."""

    OUTSIDE = "outside"
    TOO_LATE = "too_late"
    """Inside a window, but its end is too near to begin."""
    DAY_OFF = "day_off"
    NOT_TONIGHT = "not_tonight"
    NO_HOURS = "no_hours"
    """They will not open again as far as can be seen."""


class Hours(msgspec.Struct, frozen=True):
    """What the schedule says at one instant; times in UTC. `opened` is None unless open since a known moment."""

    open: bool
    opened: datetime | None
    next_change: datetime | None
    """When `open` changes next; None where it doesn't within nine days, or never opens."""
    level: Level = Level.FULL
    closed_by: Closed | None = None
    hand_over_until: datetime | None = None
    """After hours have ended: until when what is in flight may be handed over."""
    next_look: datetime | None = None
    """The next moment at which anything here changes; `next_change` at the latest."""


class Occurrence(msgspec.Struct, frozen=True):
    """One window on one day, as instants. `exception` keeps it from opening."""

    opens: datetime
    closes: datetime
    level: Level
    start: datetime
    """On the wall clock; naive."""
    end: datetime
    exception: ScheduleException | None = None
    ending: Ending = AS_FOR_ALL


class Stretch(msgspec.Struct, frozen=True):
    """Open occurrences that touch, as one."""

    opens: datetime
    closes: datetime
    parts: tuple[Occurrence, ...]
    starts_until: datetime
    """From then on it is too late to begin."""
    hand_over_until: datetime
    ending: Ending
    """What the hours that end here say of that themselves."""


def hours_at(schedule: Schedule, now: datetime, zone: tzinfo, *, at_work: bool = False) -> Hours:
    """What holds at `now` (aware) for wall-clock windows in `zone`. `at_work`: training goes on already, so it is
    never too late to begin."""
    if not (schedule.enabled or schedule.exceptions):
        return Hours(True, None, None)
    now = now.astimezone(UTC)
    ended: datetime | None = None
    for stretch in stretches(schedule, now, zone):
        if stretch.closes <= now:
            ended = stretch.hand_over_until
        elif stretch.opens > now:
            return _closed(schedule, now, zone, ended, stretch.opens)
        elif not at_work and now >= _starts_until(stretch, now):
            after = next_opening(schedule, now, zone)
            return Hours(False, None, after, closed_by=Closed.TOO_LATE, next_look=_earliest(after, stretch.closes))
        else:
            return _open(stretch, now, at_work)
    return _closed(schedule, now, zone, ended, None)


def next_opening(schedule: Schedule, after: datetime, zone: tzinfo) -> datetime | None:
    """When hours next begin after `after` (UTC); None where they never close or never open."""
    if not (schedule.enabled or schedule.exceptions):
        return None
    openings = (stretch.opens for stretch in stretches(schedule, after, zone))
    return next((opens for opens in openings if opens > after), None)


def last_opening(schedule: Schedule, now: datetime, zone: tzinfo) -> datetime | None:
    """When the current or the latest window began (UTC); None when that is over two days ago or always open."""
    if not schedule.enabled:
        return None
    now = now.astimezone(UTC)
    latest = None
    for stretch in stretches(schedule, now, zone):
        if stretch.opens > now:
            break
        latest = stretch.opens
    return latest if latest is not None and latest > now - _LOOK_BACK else None


def stretches(schedule: Schedule, now: datetime, zone: tzinfo) -> Iterator[Stretch]:
    """What is open around `now` and later, in order; one that is still open after nine days ends the list."""
    now = now.astimezone(UTC)
    parts: list[Occurrence] = []
    closes = now
    for occurrence in occurrences(schedule, now, zone):
        if occurrence.exception is not None:
            continue
        if parts and occurrence.opens > closes:
            yield _stretch(schedule, parts, closes)
            parts = []
        closes = max(closes, occurrence.closes) if parts else occurrence.closes
        parts.append(occurrence)
        if closes >= now + _LOOK_AHEAD:
            break
    if parts:
        yield _stretch(schedule, parts, closes)


def occurrences(schedule: Schedule, now: datetime, zone: tzinfo) -> Iterator[Occurrence]:
    """Every window around `now` and later by its opening, those of the next days included that an exception closes."""
    today = now.astimezone(zone).date()
    windows = sorted(counting_windows(schedule), key=lambda window: (window.start_minute, window.length_minutes))
    for shift in range(-_LOOK_BACK.days - 1, _LONGEST_HOLIDAY_DAYS if windows else 0):
        midnight = datetime.combine(today + timedelta(days=shift), time())
        for window in windows:
            if window.weekday == midnight.weekday():
                start = midnight + timedelta(minutes=window.start_minute)
                exception = exception_for(schedule, start)
                if exception is not None and shift > _LOOK_AHEAD.days:
                    continue
                end = start + timedelta(minutes=window.length_minutes)
                opens, closes = to_instant(start, zone, last=False), to_instant(end, zone, last=True)
                if opens < closes:
                    yield Occurrence(opens, closes, window.level, start, end, exception, window.ending)


def parse_hours(text: str) -> Schedule:
    """A schedule for every day from "22:00-07:00"; "always" means no limits. Raises SettingsError."""
    if text.strip().lower() == "always":
        return Schedule()
    start, length = parse_span_of_day(text)
    return Schedule(True, tuple(Window(day, start, length) for day in range(7)))


def parse_span_of_day(text: str) -> tuple[int, int]:
    """Start and length in minutes of "22:00-07:00"; a whole day is "10:00-34:00". Raises SettingsError."""
    try:
        start, end = (_minutes(part) for part in text.split("-"))
        if start > MINUTES_PER_DAY or (end > MINUTES_PER_DAY and end - start != MINUTES_PER_DAY):
            raise ValueError(text)
    except ValueError:
        raise SettingsError(
            _("“{text}” is not a span of hours.").format(text=text), _("Write it like 22:00-07:00, or: always.")
        ) from None
    start, length = start % MINUTES_PER_DAY, (end - start) % MINUTES_PER_DAY
    if length == 0 and end - start != MINUTES_PER_DAY:
        raise SettingsError(
            _("“{text}” begins and ends at the same time.").format(text=text), _("For the whole day write 00:00-24:00.")
        )
    return start, length or MINUTES_PER_DAY


def _stretch(schedule: Schedule, parts: Sequence[Occurrence], closes: datetime) -> Stretch:
    ending = ending_of(part.ending for part in parts if part.closes == closes)
    last_start, overrun = (timedelta(minutes=minutes) for minutes in minutes_at_end(schedule, ending))
    return Stretch(parts[0].opens, closes, tuple(parts), closes - last_start, closes + overrun, ending)


def _open(stretch: Stretch, now: datetime, at_work: bool) -> Hours:
    closes = stretch.closes if stretch.closes < now + _LOOK_AHEAD else None
    level = level_at(stretch.parts, now)
    edges = sorted({edge for part in stretch.parts for edge in (part.opens, part.closes)})
    inside = (edge for edge in edges if now < edge < stretch.closes)
    level_change = next((edge for edge in inside if level_at(stretch.parts, edge) is not level), None)
    too_late = None if at_work or closes is None else _starts_until(stretch, now)
    return Hours(
        True,
        stretch.opens if stretch.opens > now - _LOOK_BACK else None,
        closes,
        level or Level.FULL,
        next_look=_earliest(closes, level_change, too_late),
    )


def _closed(schedule: Schedule, now: datetime, zone: tzinfo, ended: datetime | None, opens: datetime | None) -> Hours:
    hand_over_until = ended if ended is not None and ended > now else None
    reason, changes = _reason(schedule, now, zone)
    if opens is None and reason is Closed.OUTSIDE:
        reason = Closed.NO_HOURS
    look = _earliest(opens, hand_over_until, changes)
    return Hours(False, None, opens, closed_by=reason, hand_over_until=hand_over_until, next_look=look)


def _reason(schedule: Schedule, now: datetime, zone: tzinfo) -> tuple[Closed, datetime | None]:
    """Why it is closed at `now`, and when that reason may change without it being open."""
    if not schedule.exceptions:
        return Closed.OUTSIDE, None
    for occurrence in occurrences(schedule, now, zone):
        if occurrence.opens > now:
            return Closed.OUTSIDE, occurrence.opens
        match occurrence.exception:
            case DaysOff() if now < occurrence.closes:
                return Closed.DAY_OFF, occurrence.closes
            case NotTonight() if now < occurrence.closes:
                return Closed.NOT_TONIGHT, occurrence.closes
            case _:
                pass
    return Closed.OUTSIDE, None


def level_at(parts: Sequence[Occurrence], moment: datetime) -> Level | None:
    """Of windows that overlap the fuller one counts; None where none is open."""
    levels = {part.level for part in parts if part.opens <= moment < part.closes}
    if not levels:
        return None
    return Level.FULL if Level.FULL in levels else Level.GENTLE


def _starts_until(stretch: Stretch, now: datetime) -> datetime:
    """From when on it is too late to begin; never, where no end is in sight."""
    return stretch.closes if stretch.closes >= now + _LOOK_AHEAD else stretch.starts_until


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _minutes(text: str) -> int:
    hours, minutes = text.strip().split(":")
    if len(minutes) != 2 or not (hours + minutes).isascii() or not (hours + minutes).isdigit():
        raise ValueError(text)
    if int(minutes) > 59 or int(hours) * 60 + int(minutes) > 2 * MINUTES_PER_DAY:
        raise ValueError(text)
    return int(hours) * 60 + int(minutes)
