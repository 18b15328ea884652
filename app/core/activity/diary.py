"""What this computer did, hour by hour: lines become spans that fill each day of the person's zone. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final

import msgspec

from app.core.activity.lines import TRUSTED_MS, Ahead, Did, Line, NotRecorded, Off, Slept, Trained
from app.core.hours.schedule import Occurrence, occurrences
from app.core.hours.wall_clock import to_instant
from app.core.hours.windows import Schedule

BRIEF: Final = timedelta(minutes=1)
"""A shorter span is not told by itself: nobody asks what the computer did for three seconds."""
_NIGHTS_BACK: Final = timedelta(days=7)
_LATEST: Final = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


class Span(msgspec.Struct, frozen=True):
    """From `begins` until before `ends` (UTC)."""

    begins: datetime
    ends: datetime
    did: Did

    @property
    def length(self) -> timedelta:
        return self.ends - self.begins


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the calendar, which its spans fill without gap or overlap; or several of which nothing is known."""

    day: date
    """Of several the last one."""
    begins: datetime
    ends: datetime
    spans: tuple[Span, ...]
    trained: timedelta
    """Exact, while `spans` leaves out what was brief."""
    first: date
    """Of several the first one, else the same day."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written down of it."""
        return all(isinstance(span.did, NotRecorded | Ahead) for span in self.spans)


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """The hours that run now or, outside of hours, the last ones: windows that begin in one night are one."""

    ranges: tuple[tuple[datetime, datetime], ...]
    """Without overlap, in order (UTC); empty where every window of it was left out."""
    left_out: bool
    """An exception kept all of it from opening."""
    going_on: bool
    any_hour: bool
    """No hours are set: these are the last 24."""


def spans_between(lines: Iterable[Line], begins: datetime, ends: datetime, now: datetime) -> tuple[Span, ...]:
    """Everything from `begins` until `ends` as spans without gap or overlap; equal neighbours are one.

    The same lines in another order, or some of them twice, make the same spans. All times are aware.
    """
    begins, ends, now = (moment.astimezone(UTC) for moment in (begins, ends, now))
    if begins >= ends:
        return ()
    edges = _edges(_since(lines, begins), now)
    untils = [*(edge for edge, _did in edges[1:]), _LATEST]
    found = (Span(max(edge, begins), min(until, ends), did) for (edge, did), until in zip(edges, untils, strict=True))
    return _joined(span for span in found if span.begins < span.ends)


def day_of(lines: Iterable[Line], day: date, zone: tzinfo, now: datetime) -> Day:
    """A day of the person's zone, be it 23, 24 or 25 hours long."""
    return _day(spans_between(lines, *day_bounds(day, zone), now), day, zone)


def days_until(lines: Iterable[Line], count: int, zone: tzinfo, now: datetime) -> tuple[Day, ...]:
    """Today and the days before it, newest first."""
    today = now.astimezone(zone).date()
    first, _ = day_bounds(today - timedelta(days=count - 1), zone)
    _, last = day_bounds(today, zone)
    spans = spans_between(lines, first, last, now)
    return tuple(_day(spans, today - timedelta(days=back), zone) for back in range(count))


def folded(days: Sequence[Day], keep: Callable[[Day], bool]) -> tuple[Day, ...]:
    """`days`, newest first, with empty ones that follow each other as one; those that `keep` names stay alone."""
    found: list[Day] = []
    for day in days:
        last = found[-1] if found else None
        if last is not None and all(one.is_empty and not keep(one) for one in (last, day)):
            whole = Span(day.begins, last.ends, NotRecorded())
            found[-1] = msgspec.structs.replace(last, first=day.first, begins=day.begins, spans=(whole,))
        else:
            found.append(day)
    return tuple(found)


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Its first moment and the next day's (UTC)."""
    midnights = (datetime.combine(day + timedelta(days=shift), time()) for shift in (0, 1))
    first, second = (to_instant(midnight, zone, last=False) for midnight in midnights)
    return first, second


def trained_of(spans: Iterable[Span]) -> timedelta:
    return sum((span.length for span in spans if isinstance(span.did, Trained)), timedelta())


def without_brief(spans: Sequence[Span], least: timedelta = BRIEF) -> tuple[Span, ...]:
    """The same stretch of time without what lasted less than `least`, which goes to the span before it."""
    kept: list[Span] = []
    for span in spans:
        if kept and span.length < least:
            kept[-1] = msgspec.structs.replace(kept[-1], ends=span.ends)
        elif len(kept) == 1 and kept[0].length < least:
            kept[0] = msgspec.structs.replace(span, begins=kept[0].begins)
        else:
            kept.append(span)
    return _joined(kept)


def last_night(schedule: Schedule, now: datetime, zone: tzinfo) -> Night | None:
    """By the hours as they are set now; None where none began in the last week."""
    now = now.astimezone(UTC)
    if not schedule.enabled:
        day_ago = now - timedelta(hours=24)
        return Night(ranges=((day_ago, now),), left_out=False, going_on=True, any_hour=True)
    begun: list[Occurrence] = []
    for occurrence in occurrences(schedule, now - _NIGHTS_BACK, zone):
        if occurrence.opens > now:
            break
        if occurrence.opens > now - _NIGHTS_BACK:
            begun.append(occurrence)
    if not begun:
        return None
    evening = _evening(begun[-1])
    together = [one for one in begun if _evening(one) == evening]
    opened = [(one.opens, min(one.closes, now)) for one in together if one.exception is None]
    going_on = any(one.closes > now for one in together if one.exception is None)
    return Night(ranges=_united(opened), left_out=not opened, going_on=going_on, any_hour=False)


def spans_of_night(lines: Sequence[Line], night: Night, now: datetime) -> tuple[Span, ...]:
    """What was done in the hours of that night, without what was brief."""
    parts = (without_brief(spans_between(lines, begins, ends, now)) for begins, ends in night.ranges)
    return tuple(span for part in parts for span in part)


def _day(spans: Sequence[Span], day: date, zone: tzinfo) -> Day:
    """`spans` without gap or overlap, the whole day among them."""
    begins, ends = day_bounds(day, zone)
    first = bisect_right(spans, begins, key=lambda span: span.ends)
    last = bisect_left(spans, ends, key=lambda span: span.begins)
    inside = [Span(max(span.begins, begins), min(span.ends, ends), span.did) for span in spans[first:last]]
    spans, trained = without_brief(inside), trained_of(inside)
    return Day(day=day, begins=begins, ends=ends, spans=spans, trained=trained, first=day)


def _since(lines: Iterable[Line], begins: datetime) -> list[Line]:
    """Those that say anything about what came after `begins`: all from then on, and the last one before."""
    begins_ms = int(begins.timestamp() * 1000)
    known = list(lines)
    last_ms = max((line.at_ms for line in known if line.at_ms < begins_ms), default=0)
    return [line for line in known if line.at_ms >= last_ms]


def _edges(lines: Iterable[Line], now: datetime) -> list[tuple[datetime, Did]]:
    """When another thing began, from the beginning of time on; a later edge at the same moment counts."""
    now_ms = int(now.timestamp() * 1000)
    known = sorted({line for line in lines if line.at_ms <= now_ms}, key=_order)
    edges: list[tuple[datetime, Did]] = [(datetime.min.replace(tzinfo=UTC), NotRecorded())]
    for line, after in pairwise([*known, None]):
        assert line is not None
        edges.append((_moment(line.at_ms), line.did if _is_trusted(line, after, now_ms) else Off()))
    edges.append((now, Ahead()))
    return edges


def _is_trusted(line: Line, after: Line | None, now_ms: int) -> bool:
    """Whether what `line` says holds until the next one. Of an app that was killed nobody knows how long it went on,
    so that what came after its last line does not count."""
    if isinstance(line.did, Off):
        return True
    if after is not None and after.starts:
        return False
    return (now_ms if after is None else after.at_ms) - line.at_ms <= TRUSTED_MS or (
        after is not None and isinstance(line.did, Slept)
    )


def _order(line: Line) -> tuple[int, bool, bytes]:
    """Lines of one moment come in one order, whatever the file's: a start is the first of them."""
    return line.at_ms, not line.starts, msgspec.json.encode(line.did)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].did == span.did:
            joined[-1] = msgspec.structs.replace(joined[-1], ends=span.ends)
        else:
            joined.append(span)
    return tuple(joined)


def _evening(occurrence: Occurrence) -> date:
    """Windows from noon to noon belong to one night."""
    return (occurrence.start - timedelta(hours=12)).date()


def _united(ranges: Iterable[tuple[datetime, datetime]]) -> tuple[tuple[datetime, datetime], ...]:
    united: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(ranges):
        if united and begins <= united[-1][1]:
            united[-1] = (united[-1][0], max(ends, united[-1][1]))
        elif begins < ends:
            united.append((begins, ends))
    return tuple(united)


def _moment(at_ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)
