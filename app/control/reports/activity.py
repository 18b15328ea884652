"""What this computer did, as command line, socket and agents are told it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from app.core.activity.diary import Day, Span, days_until, last_night, spans_of_night, trained_of
from app.core.activity.lines import Did
from app.core.activity.words import (
    day_name,
    day_rao,
    day_sentence,
    did_text,
    last_night_sentence,
    times_text,
)
from app.core.hours.windows import Schedule
from app.core.language.speech import _
from app.core.snapshot import Snapshot
from protocol.errors import SettingsError

DAYS_LIMIT: Final = 30
SPANS_LIMIT: Final = 1000
"""A reply has room for so many; of days before that only the sentence is told."""


class SpanDone(msgspec.Struct, frozen=True, kw_only=True):
    begins: datetime
    ends: datetime
    did: Did
    times: str
    text: str


class DayDone(msgspec.Struct, frozen=True, kw_only=True):
    day: str
    """As a date, 2026-11-21."""
    name: str
    sentence: str
    trained_seconds: int
    empty: bool = False
    """Nothing was written down of it, and nothing was earned on it."""
    spans: tuple[SpanDone, ...]
    """From midnight to midnight without a gap, without what lasted less than a minute."""
    spans_left_out: bool = False
    """There are too many for one answer: ask for fewer days."""


class ActivityReport(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    last_night: str
    """Did it run last night? By the hours as they are set now."""
    trained_last_night_seconds: int
    days: tuple[DayDone, ...]
    """Newest first."""


def activity_report(snapshot: Snapshot, schedule: Schedule, days: int) -> ActivityReport:
    """Today and the days before it. Raises SettingsError where nobody can know so many."""
    if not 1 <= days <= DAYS_LIMIT:
        raise SettingsError(_("So many days are not kept."), _("Ask for 1 to {most}.").format(most=DAYS_LIMIT))
    now, lines = snapshot.at, snapshot.activity
    zone = now.tzinfo
    assert zone is not None
    night = last_night(schedule, now, zone)
    spans = () if night is None else spans_of_night(lines, night, now)
    return ActivityReport(
        at=now,
        last_night=last_night_sentence(night, spans, now),
        trained_last_night_seconds=int(trained_of(spans).total_seconds()),
        days=_days(days_until(lines, days, zone, now), snapshot),
    )


def _days(days: Sequence[Day], snapshot: Snapshot) -> tuple[DayDone, ...]:
    told, room = [], SPANS_LIMIT
    for day in days:
        made = _day(day, snapshot)
        room -= len(made.spans)
        told.append(made if room >= 0 else msgspec.structs.replace(made, spans=(), spans_left_out=True))
    return tuple(told)


def _day(day: Day, snapshot: Snapshot) -> DayDone:
    rao = day_rao(snapshot.money.books, snapshot.network.name, day)
    return DayDone(
        day=day.day.isoformat(),
        name=day_name(day, snapshot.at),
        sentence=day_sentence(day, rao, snapshot.money.view),
        trained_seconds=int(day.trained.total_seconds()),
        empty=day.is_empty and not rao and day.ends <= snapshot.at,
        spans=tuple(_span(span, snapshot.at) for span in day.spans),
    )


def _span(span: Span, now: datetime) -> SpanDone:
    zone = now.tzinfo
    assert zone is not None
    return SpanDone(
        begins=span.begins.astimezone(zone),
        ends=span.ends.astimezone(zone),
        did=span.did,
        times=times_text(span, zone),
        text=did_text(span.did),
    )
