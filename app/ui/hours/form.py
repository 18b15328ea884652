"""The hours as a simple form shows them: one span per weekday. Pure; the schedule itself can hold more."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import msgspec

from app.core import words
from app.core.hours.schedule import hours_at
from app.core.hours.windows import AS_FOR_ALL, MINUTES_PER_DAY, Ending, Level, Schedule, Window
from app.core.hours.words import minute_text
from app.ui.home.status_card import duration_text
from app.ui.look.translation import _

SLEEP_START_MINUTE = 22 * 60
SLEEP_END_MINUTE = 7 * 60


class HoursKind(StrEnum):
    NIGHTS = "nights"
    """The same span every day."""
    ALWAYS = "always"
    CHOSEN = "chosen"


@dataclass(frozen=True)
class Day:
    """One weekday's span; an end at or before the start lies on the next day."""

    on: bool = True
    start_minute: int = SLEEP_START_MINUTE
    end_minute: int = SLEEP_END_MINUTE
    level: Level = Level.FULL
    ending: Ending = AS_FOR_ALL
    """Kept, and not shown."""


@dataclass(frozen=True)
class HoursForm:
    """`extras` are further windows of the same days, which this form keeps and doesn't show as rows; so does it with
    what else there is to a schedule, in `rest`."""

    kind: HoursKind = HoursKind.NIGHTS
    night: Day = Day()
    days: tuple[Day, ...] = (Day(),) * 7
    extras: tuple[Window, ...] = ()
    rest: Schedule = field(default_factory=Schedule)


def form_of(schedule: Schedule) -> HoursForm:
    """The form that shows `schedule`."""
    first: dict[int, Window] = {}
    extras = []
    for window in sorted(schedule.windows):
        if window.weekday in first:
            extras.append(window)
        else:
            first[window.weekday] = window
    days = tuple(_day(first.get(weekday)) for weekday in range(7))
    form = HoursForm(days=days if first else (Day(),) * 7, extras=tuple(extras), rest=schedule)
    if not schedule.enabled:
        return replace(form, kind=HoursKind.ALWAYS)
    if len(first) == 7 and len(set(days)) == 1 and not extras:
        return replace(form, night=days[0])
    return replace(form, kind=HoursKind.CHOSEN)


def schedule_of(form: HoursForm) -> Schedule:
    """What the form says, as a schedule; hours of another kind are kept for when they are chosen again."""
    match form.kind:
        case HoursKind.ALWAYS:
            return _like(form.rest, False, _windows(form.days) + form.extras)
        case HoursKind.NIGHTS:
            return _like(form.rest, True, _windows((replace(form.night, on=True),) * 7))
        case HoursKind.CHOSEN:
            return _like(form.rest, True, tuple(sorted(_windows(form.days) + form.extras)))


def preview_text(schedule: Schedule, now: datetime) -> str:
    """The next stretch of these hours in plain words; `now` is aware, in the zone of the hours."""
    assert now.tzinfo is not None
    if not schedule.enabled:
        return _("It may work day and night.")
    hours = hours_at(schedule, now, now.tzinfo)
    if hours.open:
        if hours.next_change is None:
            return _("It may work day and night.")
        return _("It may work now, until {end}.").format(end=words.time_text(hours.next_change, now))
    if hours.next_change is None:
        return _("It would never work: choose at least one day.")
    opens = hours.next_change
    closes = hours_at(schedule, opens, now.tzinfo).next_change
    if closes is None:
        return _("It works from {start} on.").format(start=words.time_text(opens, now))
    return _("Next: {start} to {end}, {duration}.").format(
        start=words.time_text(opens, now),
        end=minute_text(closes.astimezone(now.tzinfo).hour * 60 + closes.astimezone(now.tzinfo).minute),
        duration=duration_text(closes - opens),
    )


def _day(window: Window | None) -> Day:
    if window is None:
        return Day(on=False)
    end = (window.start_minute + window.length_minutes) % MINUTES_PER_DAY
    return Day(True, window.start_minute, end, window.level, window.ending)


def _like(rest: Schedule, enabled: bool, windows: tuple[Window, ...]) -> Schedule:
    return msgspec.structs.replace(rest, enabled=enabled, windows=windows)


def _windows(days: tuple[Day, ...]) -> tuple[Window, ...]:
    return tuple(
        Window(
            weekday,
            day.start_minute,
            (day.end_minute - day.start_minute) % MINUTES_PER_DAY or MINUTES_PER_DAY,
            day.level,
            day.ending.last_start_minutes,
            day.ending.overrun_minutes,
        )
        for weekday, day in enumerate(days)
        if day.on
    )
