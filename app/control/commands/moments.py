"""Times as typed on the command line."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from app.core.hours.wall_clock import to_instant
from app.core.language.speech import _
from protocol.errors import SettingsError

_LONGEST: Final = timedelta(days=30)
_FURTHEST: Final = timedelta(days=366)
MORNING: Final = time(8)
"""When “tomorrow” is, where no time is said: after the night that the person wants for themselves."""
_ADVICE: Final = "Write it like 07:00, tomorrow, tomorrow 09:00 or 2026-12-24T07:00."


def parse_until(text: str, now: datetime) -> datetime:
    """The next time that the clock of `now` shows `text`, like 07:00; or a day and a time. Raises SettingsError."""
    typed = text.strip().lower()
    if (clock := _time_of_day(typed)) is not None:
        return _next(clock, now)
    if found := re.fullmatch(r"(today|tomorrow)(?:\s+(\S+))?", typed):
        clock = _time_of_day(found[2]) if found[2] else MORNING
        if clock is None:
            raise SettingsError(_("“{text}” is not a time.").format(text=text), _(_ADVICE))
        return _checked(_at(now.date() + timedelta(days=found[1] == "tomorrow"), clock, now), text, now)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise SettingsError(_("“{text}” is not a time.").format(text=text), _(_ADVICE)) from None
    if re.fullmatch(r"[\d-]+", typed):
        moment = datetime.combine(moment.date(), MORNING)
    if moment.tzinfo is None:
        # Roughly first: the ends of the calendar are no moments in every zone.
        away = moment - now.replace(tzinfo=None)
        if abs(away) > 2 * _FURTHEST:
            raise _too_far(away, text)
        moment = _at(moment.date(), moment.time(), now)
    return _checked(moment, text, now)


def parse_span(text: str) -> timedelta:
    """A length like 90m, 2h, 2h30m or 1d. Raises SettingsError."""
    found = re.fullmatch(r"(?:(\d{1,2})\s*d)?\s*(?:(\d{1,3})\s*h)?\s*(?:(\d{1,4})\s*m(?:in)?)?", text.strip().lower())
    if found is None or not any(found.groups()):
        raise SettingsError(
            _("“{text}” is not a length of time.").format(text=text), _("Write it like 90m, 2h or 2h30m.")
        )
    days, hours, minutes = (int(part or 0) for part in found.groups())
    span = timedelta(days=days, hours=hours, minutes=minutes)
    if not timedelta(0) < span <= _LONGEST:
        raise SettingsError(
            _("“{text}” is too short or too long.").format(text=text), _("Anything up to 30 days will do.")
        )
    return span


def moment(until: str | None, span: str | None, now: datetime) -> datetime | None:
    """What --until and --for mean together: None where neither was given. Raises SettingsError."""
    if until is not None and span is not None:
        raise SettingsError(_("--until and --for can't be given together."), _("Choose one."))
    if until is not None:
        return parse_until(until, now)
    if span is None:
        return None
    # In UTC: two hours are two hours in the night in which clocks change too.
    return (now.astimezone(UTC) + parse_span(span)).astimezone(now.tzinfo)


def _time_of_day(text: str) -> time | None:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def _next(clock: time, now: datetime) -> datetime:
    """Wall-clock arithmetic: 07:00 tomorrow is 07:00 there, be the night 23 hours long or 25. Of a time that comes
    twice the first that is still to come."""
    assert now.tzinfo is not None
    wall = datetime.combine(now.date(), clock)
    for last in (False, True):
        found = to_instant(wall, now.tzinfo, last=last)
        if found > now:
            return found.astimezone(now.tzinfo)
    return _at(now.date() + timedelta(days=1), clock, now)


def _at(day: date, clock: time, now: datetime) -> datetime:
    assert now.tzinfo is not None
    return to_instant(datetime.combine(day, clock), now.tzinfo, last=False).astimezone(now.tzinfo)


def _checked(found: datetime, text: str, now: datetime) -> datetime:
    if not timedelta() < found - now <= _FURTHEST:
        raise _too_far(found - now, text)
    return found


def _too_far(away: timedelta, text: str) -> SettingsError:
    if away <= timedelta():
        return SettingsError(_("“{text}” is over already.").format(text=text), _("Name a time that is still to come."))
    return SettingsError(
        _("“{text}” is more than a year away.").format(text=text),
        _("To stop until told otherwise: train-at-home stop"),
    )
