"""Times as typed on the command line."""

import re
from datetime import datetime, timedelta
from typing import Final

from protocol.errors import SettingsError

_LONGEST: Final = timedelta(days=30)


def parse_until(text: str, now: datetime) -> datetime:
    """The next time that the clock of `now` shows `text`, like 07:00. Raises SettingsError."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise SettingsError(f"“{text}” is not a time of day.", "Write it like 07:00.")
    moment = now.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0, fold=0)
    if moment > now:
        return moment
    # Wall-clock arithmetic: 07:00 tomorrow is 07:00 there, be the night 23 hours long or 25.
    return (moment.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=now.tzinfo)


def parse_span(text: str) -> timedelta:
    """A length like 90m, 2h or 1h30m. Raises SettingsError."""
    found = re.fullmatch(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?", text.strip())
    if found is None or not text.strip():
        raise SettingsError(f"“{text}” is not a length of time.", "Write it like 90m, 2h or 1h30m.")
    span = timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))
    if not timedelta(0) < span <= _LONGEST:
        raise SettingsError(f"“{text}” is too short or too long.", "Anything up to 30 days will do.")
    return span


def moment(until: str | None, span: str | None, now: datetime) -> datetime | None:
    """What --until and --for mean together: None where neither was given. Raises SettingsError."""
    if until is not None and span is not None:
        raise SettingsError("--until and --for can't be given together.", "Choose one.")
    if until is not None:
        return parse_until(until, now)
    return None if span is None else now + parse_span(span)
