"""What a request to change the hours means: pure, from the schedule there is to the one that was asked for."""

from datetime import datetime

import msgspec

from app.control.messages import ChangeSchedule
from app.core.hours.changes import (
    checked,
    with_exception,
    with_windows,
    without_days_off,
    without_windows,
)
from app.core.hours.parsing import parse_days_off, parse_windows
from app.core.hours.windows import Schedule


def changed_schedule(schedule: Schedule, request: ChangeSchedule, now: datetime) -> Schedule:
    """All of `request` or nothing. Raises SettingsError with advice."""
    if request.hours is not None:
        schedule = _with_hours(schedule, request.hours)
    for text in request.add:
        schedule = with_windows(schedule, parse_windows(text))
    for text in request.remove:
        schedule = without_windows(schedule, parse_windows(text))
    for text in request.days_off:
        schedule = with_exception(schedule, parse_days_off(text, now.date()), now)
    for text in request.days_on:
        schedule = without_days_off(schedule, parse_days_off(text, now.date()).first)
    if request.last_start_minutes is not None:
        schedule = msgspec.structs.replace(schedule, last_start_minutes=request.last_start_minutes)
    if request.overrun_minutes is not None:
        schedule = msgspec.structs.replace(schedule, overrun_minutes=request.overrun_minutes)
    return checked(schedule)


def _with_hours(schedule: Schedule, texts: tuple[str, ...]) -> Schedule:
    """“always” keeps the windows for when they are wanted again."""
    if [text.strip().lower() for text in texts] == ["always"]:
        return msgspec.structs.replace(schedule, enabled=False)
    windows = {window for text in texts for window in parse_windows(text)}
    return msgspec.structs.replace(schedule, enabled=True, windows=tuple(sorted(windows)))
