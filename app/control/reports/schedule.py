"""The hours as command line, socket and agents are told them."""

from datetime import date, datetime, tzinfo

import msgspec

from app.core.hours.parsing import window_text
from app.core.hours.preview import Span, SpanReason, week_preview
from app.core.hours.schedule import hours_at
from app.core.hours.windows import DaysOff, Level, NotTonight, Schedule
from app.core.hours.words import schedule_line, span_text
from app.core.wish import Wish


class WindowLine(msgspec.Struct, frozen=True, kw_only=True):
    weekday: int
    """Monday is 0."""
    start_minute: int
    length_minutes: int
    level: Level
    last_start_minutes: int | None = None
    """None is what holds for all hours."""
    overrun_minutes: int | None = None
    text: str
    """As `schedule add` and `schedule remove` read it."""


class DaysOffLine(msgspec.Struct, frozen=True, kw_only=True):
    first: date
    last: date


class SpanLine(msgspec.Struct, frozen=True, kw_only=True):
    begins: datetime
    ends: datetime
    level: Level | None
    reason: SpanReason
    starts_until: datetime | None = None
    """Where hours end with this span: from then on nothing new begins, if that is before the end."""
    hand_over_until: datetime | None = None
    """Where these hours say themselves how long may be handed over past their end."""
    text: str


class ScheduleReport(msgspec.Struct, frozen=True, kw_only=True):
    """`enabled` False: any hour counts. Times carry the offset of the computer's zone."""

    at: datetime
    line: str
    enabled: bool
    open: bool
    """Whether the hours allow training now; the wish and other conditions may say otherwise."""
    next_change: datetime | None
    windows: tuple[WindowLine, ...]
    days_off: tuple[DaysOffLine, ...]
    not_tonight: bool
    last_start_minutes: int
    overrun_minutes: int
    preview: tuple[SpanLine, ...]
    """The next seven days without a gap."""


def schedule_report(schedule: Schedule, wish: Wish, now: datetime) -> ScheduleReport:
    """`now` is aware, in the zone of the hours."""
    zone = now.tzinfo
    assert zone is not None
    hours = hours_at(schedule, now, zone, at_work=True)
    return ScheduleReport(
        at=now,
        line=schedule_line(schedule, now),
        enabled=schedule.enabled,
        open=hours.open,
        next_change=None if hours.next_change is None else hours.next_change.astimezone(zone),
        windows=tuple(
            WindowLine(
                weekday=window.weekday,
                start_minute=window.start_minute,
                length_minutes=window.length_minutes,
                level=window.level,
                last_start_minutes=window.last_start_minutes,
                overrun_minutes=window.overrun_minutes,
                text=window_text(window),
            )
            for window in sorted(schedule.windows)
        ),
        days_off=tuple(
            DaysOffLine(first=one.first, last=one.last) for one in schedule.exceptions if isinstance(one, DaysOff)
        ),
        not_tonight=any(
            isinstance(one, NotTonight) and one.ends > now.replace(tzinfo=None) for one in schedule.exceptions
        ),
        last_start_minutes=schedule.last_start_minutes,
        overrun_minutes=schedule.overrun_minutes,
        preview=tuple(_span_line(span, now, zone) for span in week_preview(schedule, wish, now, zone)),
    )


def _span_line(span: Span, now: datetime, zone: tzinfo) -> SpanLine:
    return SpanLine(
        begins=span.begins.astimezone(zone),
        ends=span.ends.astimezone(zone),
        level=span.level,
        reason=span.reason,
        starts_until=None if span.starts_until is None else span.starts_until.astimezone(zone),
        hand_over_until=None if span.hand_over_until is None else span.hand_over_until.astimezone(zone),
        text=span_text(span, now),
    )
