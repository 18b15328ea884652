"""What the hours and the wish will do in the coming days, as spans with their level and reason. Pure."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

import msgspec

from app.core.hours.schedule import Occurrence, Stretch, level_at, next_opening, occurrences, stretches
from app.core.hours.wall_clock import to_instant
from app.core.hours.windows import DaysOff, Level, Schedule
from app.core.wish import Auto, FinishThenOff, Off, OffUntil, OffUntilOpening, OnUntil, Wish

PREVIEW_DAYS = 7


class SpanReason(StrEnum):
    """Why a span is open or closed."""

    HOURS = "hours"
    ANY_HOUR = "any_hour"
    """No hours are set."""
    ASKED = "asked"
    OUTSIDE = "outside"
    DAY_OFF = "day_off"
    NOT_TONIGHT = "not_tonight"
    PAUSED = "paused"
    TURNED_OFF = "turned_off"


class Span(msgspec.Struct, frozen=True):
    """From `begins` until before `ends` (UTC). `level` None: no training."""

    begins: datetime
    ends: datetime
    level: Level | None
    reason: SpanReason
    starts_until: datetime | None = None
    """Where hours end with this span: from then on nothing new begins, if that is before the end."""
    hand_over_until: datetime | None = None
    """Where they end with it: so long may be handed over, if these hours say so themselves."""


def preview(schedule: Schedule, wish: Wish, now: datetime, zone: tzinfo, days: int = PREVIEW_DAYS) -> tuple[Span, ...]:
    """Everything from `now` until the midnight after `days` days, today included, without a gap."""
    now = now.astimezone(UTC)
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=days), time())
    end = to_instant(midnight, zone, last=False)
    near = []
    for occurrence in occurrences(schedule, now, zone):
        if occurrence.opens >= end:
            break
        if occurrence.closes > now:
            near.append(occurrence)
    asked = _asked(schedule, wish, now, zone)
    edges = {edge for one in near for edge in (one.opens, one.closes)} | {until for until, *_what in asked if until}
    moments = [now, *sorted(edge for edge in edges if now < edge < end), end]
    spans = [Span(a, b, *_at(schedule, near, asked, a)) for a, b in itertools.pairwise(moments)]
    return _with_ends(_joined(spans), schedule, now, zone)


def week_preview(schedule: Schedule, wish: Wish, now: datetime, zone: tzinfo) -> tuple[Span, ...]:
    """What begins within seven days, today included; the last span is told to its own end, or for a day."""
    spans = preview(schedule, wish, now, zone, PREVIEW_DAYS + 1)
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=PREVIEW_DAYS), time())
    end = to_instant(midnight, zone, last=False)
    return tuple(span for span in spans if span.begins < end)


def horizon_of(now: datetime) -> datetime:
    """Where `week_preview` ends (UTC): what lasts until then may last longer. `now` is aware, in the hours' zone."""
    assert now.tzinfo is not None
    midnight = datetime.combine(now.date() + timedelta(days=PREVIEW_DAYS + 1), time())
    return to_instant(midnight, now.tzinfo, last=False)


_Asked = tuple[datetime | None, Level | None, SpanReason]
"""Until when (None: for good) the wish alone decides, and what."""


def _asked(schedule: Schedule, wish: Wish, now: datetime, zone: tzinfo) -> list[_Asked]:
    """One after the other: a pause, then what it interrupts."""
    match wish:
        case Auto():
            return []
        case OnUntil(until):
            return [(until, Level.FULL, SpanReason.ASKED)]
        case OffUntil(until=until, interrupts=interrupted):
            after = [] if interrupted is None else _asked(schedule, interrupted, now, zone)
            return [(until, None, SpanReason.PAUSED), *after]
        case OffUntilOpening(until=until):
            return [(until, None, SpanReason.PAUSED)]
        case FinishThenOff():
            until = next_opening(schedule, now, zone)
            return [(until, None, SpanReason.TURNED_OFF if until is None else SpanReason.PAUSED)]
        case Off():
            return [(None, None, SpanReason.TURNED_OFF)]


def _at(
    schedule: Schedule, near: Sequence[Occurrence], asked: Sequence[_Asked], moment: datetime
) -> tuple[Level | None, SpanReason]:
    for until, asked_level, asked_reason in asked:
        if until is None or moment < until:
            return asked_level, asked_reason
    here = [one for one in near if one.opens <= moment < one.closes]
    level = level_at([one for one in here if one.exception is None], moment)
    if level is not None:
        return level, SpanReason.HOURS if schedule.enabled else SpanReason.ANY_HOUR
    if not here:
        return None, SpanReason.OUTSIDE
    return None, SpanReason.DAY_OFF if isinstance(here[0].exception, DaysOff) else SpanReason.NOT_TONIGHT


def _with_ends(spans: Sequence[Span], schedule: Schedule, now: datetime, zone: tzinfo) -> tuple[Span, ...]:
    """`spans` with what holds at the end of those with which hours end."""
    until = spans[-1].ends
    near = itertools.takewhile(lambda stretch: stretch.opens < until, stretches(schedule, now, zone))
    endings = {stretch.closes: stretch for stretch in near}
    return tuple(
        _with_end(span, endings[span.ends]) if span.reason is SpanReason.HOURS and span.ends in endings else span
        for span in spans
    )


def _with_end(span: Span, stretch: Stretch) -> Span:
    says_how_long = stretch.ending.overrun_minutes is not None
    return msgspec.structs.replace(
        span,
        starts_until=stretch.starts_until if stretch.starts_until < stretch.closes else None,
        hand_over_until=stretch.hand_over_until if says_how_long else None,
    )


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is not None and (last.level, last.reason) == (span.level, span.reason):
            joined[-1] = msgspec.structs.replace(last, ends=span.ends)
        else:
            joined.append(span)
    return tuple(joined)
