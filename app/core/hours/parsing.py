"""Hours and days off as a person types them: “fri 22:00-06:00”, “weekends all day gently”, “2026-12-24..2026-12-26”.
A line of cron does too (cron.py).

Hours may say what holds at their own end: “22:00-07:00 last-start 30 overrun 10”, both in minutes.
"""

import re
from datetime import date, timedelta
from typing import Final

from app.core.hours.cron import Span, is_cron, spans_of_cron
from app.core.hours.schedule import parse_span_of_day
from app.core.hours.windows import LAST_YEAR, MINUTES_PER_DAY, DaysOff, Ending, Level, Window
from app.core.language.speech import _
from protocol.errors import SettingsError

_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS: Final = {
    "daily": range(7),
    "everyday": range(7),
    "weekdays": range(5),
    "weekends": (5, 6),
    "weekend": (5, 6),
}
_LEVELS: Final = {"gently": Level.GENTLE, "gentle": Level.GENTLE, "full": Level.FULL}
_OF_THE_END: Final = re.compile(r",?\s*\b(last[- ]start|overrun)\b\s*(\d+\s*(?:minutes|min|m)\b|\S*)", re.ASCII)
_MINUTES: Final = re.compile(r"(\d{1,5})\s*(?:minutes|min|m)?,?", re.ASCII)
_ADVICE: Final = "Write it like 22:00-07:00, fri 22:00-06:00, weekdays 09:00-17:00 gently or weekends all day."


def parse_windows(text: str) -> tuple[Window, ...]:
    """Days, hours, level and what holds at the end, of which only the hours must be there. Raises SettingsError."""
    ending = _ending(text)
    words = _OF_THE_END.sub("", text.lower()).replace("all day", "00:00-24:00").replace("every day", "daily").split()
    level = _LEVELS.get(words[-1].strip(","), None) if words else None
    if level is not None:
        words.pop()
    return tuple(
        Window(day, start, length, level or Level.FULL, ending.last_start_minutes, ending.overrun_minutes)
        for day, start, length in (spans_of_cron(words) if is_cron(words) else _spans(words, text))
    )


def parse_days_off(text: str, today: date) -> DaysOff:
    """One day or a span of days like 2026-12-24..2026-12-26; also today and tomorrow. Raises SettingsError."""
    parts = re.split(r"\s*\.\.\s*|\s+to\s+", text.strip().lower())
    if len(parts) > 2:
        raise SettingsError(
            _("“{text}” are not days.").format(text=text), _("Write them like 2026-12-24 or 2026-12-24..2026-12-26.")
        )
    days = [_date(part, today) for part in parts]
    return DaysOff(days[0], days[-1])


def window_text(window: Window) -> str:
    """What `parse_windows` reads as `window`."""
    hours = "{:02d}:{:02d}-{:02d}:{:02d}"
    end = window.start_minute + window.length_minutes
    # A whole day that begins in the middle of one ends at 24 and more: as 10:00-10:00 it could be no time at all.
    end = end if end == MINUTES_PER_DAY or window.length_minutes == MINUTES_PER_DAY else end % MINUTES_PER_DAY
    text = f"{_NAMES[window.weekday][:3]} {hours.format(*divmod(window.start_minute, 60), *divmod(end, 60))}"
    text += " gently" if window.level is Level.GENTLE else ""
    text += "" if window.last_start_minutes is None else f" last-start {window.last_start_minutes}"
    return text + ("" if window.overrun_minutes is None else f" overrun {window.overrun_minutes}")


def _spans(words: list[str], text: str) -> tuple[Span, ...]:
    """One span of hours, on each of the days that were named, or on all."""
    if not words or not re.search(r"\d", words[-1]):
        raise SettingsError(_("“{text}” says no hours.").format(text=text), _(_ADVICE))
    start, length = parse_span_of_day(words.pop().strip(","))
    days = sorted({day for word in words for part in word.split(",") if part for day in _days(part, text)})
    return tuple((day, start, length) for day in days or range(7))


def _ending(text: str) -> Ending:
    found: dict[str, int] = {}
    for word, value in _OF_THE_END.findall(text.lower()):
        minutes = _MINUTES.fullmatch(value)
        name = word.replace(" ", "-")
        if minutes is None or name in found:
            raise SettingsError(
                _("“{text}” should say once how many minutes “{word}” is.").format(text=text, word=name),
                _("Write it like 22:00-07:00 last-start 30 overrun 10."),
            )
        found[name] = int(minutes[1])
    return Ending(found.get("last-start"), found.get("overrun"))


def _days(word: str, text: str) -> list[int]:
    if word in _GROUPS:
        return list(_GROUPS[word])
    ends = [_weekday(part, text) for part in word.split("-")]
    if len(ends) > 2:
        raise SettingsError(_("“{text}” names no days.").format(text=text), _(_ADVICE))
    return [(ends[0] + shift) % 7 for shift in range((ends[-1] - ends[0]) % 7 + 1)]


def _weekday(word: str, text: str) -> int:
    found = [place for place, name in enumerate(_NAMES) if len(word) >= 2 and name.startswith(word.removesuffix("s"))]
    if len(found) != 1:
        raise SettingsError(_("“{word}” in “{text}” is no weekday.").format(word=word, text=text), _(_ADVICE))
    return found[0]


def _date(text: str, today: date) -> date:
    if text in ("today", "tomorrow"):
        return today + timedelta(days=text == "tomorrow")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise SettingsError(_("“{text}” is not a date.").format(text=text), _("Write it like 2026-12-24.")) from None
    if day.year > LAST_YEAR:
        raise SettingsError(
            _("{day} is too far away.").format(day=day),
            _("For longer, turn training off until you turn it on again."),
        )
    return day
