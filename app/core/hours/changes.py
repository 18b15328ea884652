"""How hours change: pure functions from schedule to schedule, refusing with words what would make no sense."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from app.core.hours.schedule import occurrences
from app.core.hours.wall_clock import to_wall
from app.core.hours.week_ring import laid, painted, ring_of, weekly_stretches
from app.core.hours.windows import (
    MINUTES_PER_DAY,
    DaysOff,
    NotTonight,
    Schedule,
    ScheduleException,
    Window,
    minutes_at_end,
)
from app.core.language.speech import _
from protocol.errors import SettingsError

LONGEST_HOLIDAY: Final = timedelta(days=366)
LONGEST_OVERRUN_MINUTES: Final = 120
_LONGEST_TONIGHT: Final = timedelta(days=1)
_NO_LONGER_MATTERS: Final = timedelta(days=2)
"""A window is at most a day long, so an exception that ended before that keeps none closed any more."""


def checked(schedule: Schedule) -> Schedule:
    """`schedule`, if a computer that follows it would ever train. Raises SettingsError."""
    if schedule.enabled and not schedule.windows:
        raise SettingsError(_("With no hours at all this computer would never train."), _("Add hours, or allow any."))
    _check_ends(schedule)
    for exception in schedule.exceptions:
        if isinstance(exception, DaysOff):
            _check_days(exception)
    return schedule


def without_tonight(schedule: Schedule, now: datetime) -> Schedule:
    """The hours that run at `now` (aware, in the zone of the hours), or else the next ones, left out once."""
    zone = now.tzinfo
    assert zone is not None
    if not schedule.enabled:
        raise SettingsError(
            _("No hours are set, so there is no night to leave out."), _("Pause until the morning instead.")
        )
    coming = (one for one in occurrences(schedule, now, zone) if one.closes > now and one.exception is None)
    first = next(coming, None)
    if first is None:
        raise SettingsError(_("There are no hours to leave out."), "")
    ends, closes = first.end, first.closes
    for later in coming:
        if later.opens > closes or later.opens - first.opens >= _LONGEST_TONIGHT:
            break
        ends, closes = max(ends, later.end), max(closes, later.closes)
    return with_exception(schedule, NotTonight(first.start, ends), now)


def tonight_after_all(schedule: Schedule) -> Schedule:
    """Takes `without_tonight` back."""
    kept = tuple(exception for exception in schedule.exceptions if not isinstance(exception, NotTonight))
    return msgspec.structs.replace(schedule, exceptions=kept)


def with_exception(schedule: Schedule, exception: ScheduleException, now: datetime) -> Schedule:
    """`exception` added, those that are over dropped."""
    assert now.tzinfo is not None
    limit = to_wall(now, now.tzinfo) - _NO_LONGER_MATTERS
    kept = {old for old in schedule.exceptions if old.span[1] > limit} | {exception}
    return msgspec.structs.replace(schedule, exceptions=tuple(sorted(kept, key=lambda one: one.span)))


def without_days_off(schedule: Schedule, day: date) -> Schedule:
    """Without the days off that hold `day`. Raises SettingsError where there are none."""
    kept = tuple(one for one in schedule.exceptions if not (isinstance(one, DaysOff) and one.first <= day <= one.last))
    if kept == schedule.exceptions:
        raise SettingsError(_("{day} is no day off.").format(day=day), _("The days off: train-at-home schedule show"))
    return msgspec.structs.replace(schedule, exceptions=kept)


def with_windows(schedule: Schedule, added: Sequence[Window]) -> Schedule:
    """`added` as well, switched on; where windows overlap the added ones count."""
    windows = schedule.windows if schedule.enabled else ()
    for window in added:
        windows = laid(windows, window)
    return msgspec.structs.replace(schedule, enabled=True, windows=windows)


def without_windows(schedule: Schedule, removed: Sequence[Window]) -> Schedule:
    """The hours of `removed` are taken out, whatever windows they belong to. Raises SettingsError if none did."""
    windows = schedule.windows
    for window in removed:
        first = window.weekday * MINUTES_PER_DAY + window.start_minute
        windows = painted(windows, first, window.length_minutes, None)
    if ring_of(windows) == ring_of(schedule.windows):
        raise SettingsError(
            _("These hours were not set, so nothing was removed."), _("See: train-at-home schedule show")
        )
    return msgspec.structs.replace(schedule, windows=windows)


def _check_ends(schedule: Schedule) -> None:
    overruns = (window.overrun_minutes for window in schedule.windows if window.overrun_minutes is not None)
    for overrun in (schedule.overrun_minutes, *overruns):
        if not 0 <= overrun <= LONGEST_OVERRUN_MINUTES:
            raise SettingsError(
                _("{minutes} minutes past the end are not possible.").format(minutes=overrun), _("Up to 120 are.")
            )
    last_starts = (window.last_start_minutes for window in schedule.windows if window.last_start_minutes is not None)
    for last_start in (schedule.last_start_minutes, *last_starts):
        if not 0 <= last_start < MINUTES_PER_DAY:
            raise SettingsError(
                _("A last start {minutes} minutes before the end is not possible.").format(minutes=last_start),
                _("From 0 to 1439 are."),
            )
    for stretch in weekly_stretches(schedule.windows):
        last_start, _overrun = minutes_at_end(schedule, stretch.ending)
        if last_start >= stretch.length_minutes:
            raise SettingsError(
                _(
                    "With the last start {minutes} minutes before the end, hours that are "
                    "{shortest} minutes long would never begin."
                ).format(minutes=last_start, shortest=stretch.length_minutes),
                _("Choose fewer minutes, or longer hours."),
            )


def _check_days(days: DaysOff) -> None:
    if days.last < days.first:
        raise SettingsError(
            _("The days off from {first} to {last} end before they begin.").format(first=days.first, last=days.last),
            _("Swap them."),
        )
    if days.last - days.first >= LONGEST_HOLIDAY:
        raise SettingsError(
            _("Days off are a year at most."), _("For longer, turn training off until you turn it on again.")
        )
