"""Hours in plain words: the one line that stands for a whole schedule, and the names of its parts."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from app.core.hours.preview import Span, SpanReason, horizon_of
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
)
from app.core.language.dates import date_text, day_text, short_weekday
from app.core.language.speech import _

_EVENING_MINUTE = 20 * 60
_PHRASES_AT_MOST = 5


class HoursKey(NamedTuple):
    """What windows of several weekdays have in common."""

    start_minute: int
    length_minutes: int
    level: Level = Level.FULL
    ending: Ending = AS_FOR_ALL


def schedule_line(schedule: Schedule, now: datetime | None = None) -> str:
    """The whole schedule in one line; exceptions are told that are not over at `now` (aware)."""
    if not schedule.enabled:
        text = _("At any hour")
    elif not schedule.windows:
        text = _("Never: no hours are set")
    else:
        text = _hours_line(schedule.windows)
    told = [] if now is None else [one for one in schedule.exceptions if one.span[1] > now.replace(tzinfo=None)]
    for exception in told:
        text = _("{hours}; {exception}").format(hours=text, exception=exception_text(exception, now))
    return text


def grouped(windows: Sequence[Window]) -> list[tuple[HoursKey, tuple[int, ...]]]:
    """Windows that differ in their weekday only, together; in the order of the week."""
    groups: dict[HoursKey, set[int]] = {}
    for window in sorted(windows):
        key = HoursKey(window.start_minute, window.length_minutes, window.level, window.ending)
        groups.setdefault(key, set()).add(window.weekday)
    return [(key, tuple(sorted(days))) for key, days in groups.items()]


def group_text(key: HoursKey, weekdays: Sequence[int]) -> str:
    """“weekdays 09:00 to 17:00, gently, nothing new in the last 30 min”, for the middle of a sentence."""
    return _times_of_group(key, weekdays) + ending_text(key.ending)


def ending_text(ending: Ending) -> str:
    """What hours say of their own end, as the rest of a phrase; empty where that is what holds for all."""
    text = ""
    if ending.last_start_minutes == 0:
        text += _(", to begin up to the end")
    elif ending.last_start_minutes is not None:
        text += _(", nothing new in the last {minutes} min").format(minutes=ending.last_start_minutes)
    if ending.overrun_minutes is not None:
        text += _(", {minutes} min to hand over").format(minutes=ending.overrun_minutes)
    return text


def _times_of_group(key: HoursKey, weekdays: Sequence[int]) -> str:
    start, length, level, _ending = key
    gently = level is Level.GENTLE
    days = _days_text(weekdays, night=_is_night(start, length))
    if length == MINUTES_PER_DAY and start == 0:
        if len(weekdays) == 7:
            return _("day and night, gently") if gently else _("day and night")
        pattern = _("{days} all day, gently") if gently else _("{days} all day")
        return pattern.format(days=days)
    pattern = _("{days} {start} to {end}, gently") if gently else _("{days} {start} to {end}")
    return pattern.format(days=days, start=minute_text(start), end=minute_text(start + length))


def exception_text(exception: ScheduleException, now: datetime | None) -> str:
    """“off 24 to 26 Dec”, “not tonight”."""
    today = None if now is None else now.date()
    match exception:
        case DaysOff(first, last) if first == last:
            return _("off on {day}").format(day=date_text(first, today))
        case DaysOff(first, last):
            return _("off from {first} to {last}").format(first=date_text(first, today), last=date_text(last, today))
        case NotTonight(begins, ends):
            wall = None if now is None else now.replace(tzinfo=None)
            if begins.date() == today or (wall is not None and begins <= wall < ends):
                return _("not tonight") if begins.hour >= 17 else _("not today")
            day = day_text(begins.date(), today)
            return _("not on {day} from {time}").format(day=day, time=f"{begins:%H:%M}")


def span_text(span: Span, now: datetime) -> str:
    """One span of a preview: “Fri 22:00 to Sat 07:00, training, gently”."""
    zone = now.tzinfo
    assert zone is not None
    start = span.begins.astimezone(zone)
    day, what = short_weekday(start.weekday()), reason_text(span)
    if span.ends >= horizon_of(now):
        return _("{day} from {start} on, {what}").format(day=day, start=f"{start:%H:%M}", what=what)
    text = _("{day} {times}, {what}").format(day=day, times=times_text(span, zone), what=what)
    return text + ends_text(span, zone) + clock_change_text(span, zone)


def ends_text(span: Span, zone: tzinfo) -> str:
    """What holds at the end of a span with which hours end; empty for all others."""
    text = ""
    if span.starts_until is not None:
        text += _(", nothing new after {time}").format(time=f"{span.starts_until.astimezone(zone):%H:%M}")
    if span.hand_over_until is not None and span.hand_over_until > span.ends:
        text += _(", handing over until {time}").format(time=f"{span.hand_over_until.astimezone(zone):%H:%M}")
    return text


def times_text(span: Span, zone: tzinfo) -> str:
    """“22:00 to Sat 07:00”."""
    start, end = span.begins.astimezone(zone), span.ends.astimezone(zone)
    return _("{start} to {end}").format(start=f"{start:%H:%M}", end=_end_text(start, end))


def _end_text(start: datetime, end: datetime) -> str:
    days = (end.date() - start.date()).days
    if days == 1 and (end.hour, end.minute) == (0, 0):
        return "24:00"
    if days == 0:
        return f"{end:%H:%M}"
    return _("{weekday} {date}").format(weekday=short_weekday(end.weekday()), date=f"{end:%H:%M}")


def reason_text(span: Span) -> str:
    """What happens in a span, in a word or two."""
    match span.reason:
        case SpanReason.HOURS | SpanReason.ANY_HOUR:
            return level_text(span.level)
        case SpanReason.ASKED:
            return _("training, as you asked")
        case SpanReason.OUTSIDE:
            return _("no training")
        case SpanReason.DAY_OFF:
            return _("day off")
        case SpanReason.NOT_TONIGHT:
            return _("left out")
        case SpanReason.PAUSED:
            return _("paused")
        case SpanReason.TURNED_OFF:
            return _("off")


def clock_change_text(span: Span, zone: tzinfo) -> str:
    """A remark for a span in which clocks are put back or forward; empty for all others."""
    before, after = (moment.astimezone(zone).utcoffset() for moment in (span.begins, span.ends))
    if before is None or after is None or before == after:
        return ""
    minutes = round(abs((after - before).total_seconds()) / 60)
    pattern = (
        _(" (clocks go forward, {minutes} min shorter)")
        if after > before
        else _(" (clocks go back, {minutes} min longer)")
    )
    return pattern.format(minutes=minutes)


def level_text(level: Level | None) -> str:
    """“training”, “training, gently” or “no training”."""
    match level:
        case None:
            return _("no training")
        case Level.FULL:
            return _("training")
        case Level.GENTLE:
            return _("training, gently")


def minute_text(minute: int) -> str:
    """A minute counted from the midnight before; the end of the day is 24:00."""
    return "24:00" if minute == MINUTES_PER_DAY else f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def weekday_text(weekday: int) -> str:
    """The weekday's whole name; Monday is 0."""
    names = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    return names[weekday]


def _hours_line(windows: Sequence[Window]) -> str:
    phrases = [group_text(key, days) for key, days in grouped(windows)]
    text = _("; ").join(phrases[:_PHRASES_AT_MOST])
    if len(phrases) > _PHRASES_AT_MOST:
        text = _("{hours}; and {count} more").format(hours=text, count=len(phrases) - _PHRASES_AT_MOST)
    return text[:1].upper() + text[1:]


def _is_night(start: int, length: int) -> bool:
    return length < MINUTES_PER_DAY and (start >= _EVENING_MINUTE or start + length > MINUTES_PER_DAY)


def _days_text(weekdays: Sequence[int], *, night: bool) -> str:
    days = set(weekdays)
    if len(days) == 7:
        return _("nights") if night else _("every day")
    if days == {5, 6}:
        return _("weekend nights") if night else _("weekends")
    if days == {0, 1, 2, 3, 4}:
        return _("Monday to Friday")
    run = _run(days)
    if len(days) > 2 and run is not None:
        return _("{first} to {last}").format(first=weekday_text(run[0]), last=weekday_text(run[1]))
    names = [weekday_text(day) for day in sorted(days)]
    if len(names) == 1:
        return names[0]
    return _("{list} and {last}").format(list=_(", ").join(names[:-1]), last=names[-1])


def _run(days: set[int]) -> tuple[int, int] | None:
    """First and last of weekdays that follow each other, past Sunday if need be."""
    starts = [day for day in days if (day - 1) % 7 not in days]
    return (starts[0], (starts[0] + len(days) - 1) % 7) if len(starts) == 1 else None
