"""Hours as a line of cron, for who thinks in those: “* 22-23,0-6 * * 1-5” names the minutes of the week that count.

cron itself starts things at moments. Hours that only begin at a moment would be lost in every sleep and restart, so
here each minute that the line names is one to train in, and a line that names single moments is refused.
"""

import re
from itertools import groupby
from typing import Final

from app.core.hours.windows import MINUTES_PER_DAY, MINUTES_PER_WEEK
from app.core.language.speech import _
from protocol.errors import SettingsError

FIELDS: Final = 5
_FIELD: Final = re.compile(r"[\d*,/-]|[a-z]+")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES: Final = frozenset((*_WEEKDAYS, *_MONTHS))
"""Other letters mean what hours can't: a lot to be drawn, the last Friday of a month."""
_LEAST_MINUTES: Final = 5
_MOST_SPANS: Final = 100

Span = tuple[int, int, int]
"""Weekday, with Monday 0; first minute of that day; minutes."""


def is_cron(words: list[str]) -> bool:
    """Whether these lower-case words can only be meant as such a line."""
    return len(words) == FIELDS and "*" in words[2:4] and all("".join(_FIELD.findall(word)) == word for word in words)


def spans_of_cron(words: list[str]) -> tuple[Span, ...]:
    """Stretches of the week that the line names, none longer than a day. Raises SettingsError with advice."""
    from croniter import CroniterError, croniter  # costs a twentieth of a second that nobody else should pay

    line = " ".join(words)
    try:
        if not _NAMES.issuperset(re.findall("[a-z]+", line)):
            raise ValueError("letters that are no names")
        minutes, hours, days_of_month, months, weekdays = croniter.expand(line)[0]
    except (CroniterError, ValueError) as error:
        raise SettingsError(_("“{line}” can't be read as a line of cron.").format(line=line), _advice()) from error
    if days_of_month != ["*"] or months != ["*"]:
        raise SettingsError(
            _("“{line}” names days of the year, and hours here repeat every week.").format(line=line),
            _("Leave its third and fourth field as *; days off are set beside the hours."),
        )
    in_hour, in_day, in_week = _numbers(minutes, 60), _numbers(hours, 24), _numbers(weekdays, 7)
    of_day = [minute in in_hour and hour in in_day for hour in range(24) for minute in range(60)]
    # cron counts from Sunday.
    named = [(day + 1) % 7 in in_week and open_ for day in range(7) for open_ in of_day]
    spans = _cut(_stretches(named))
    if not spans or len(spans) > _MOST_SPANS or min(length for _day, _start, length in spans) < _LEAST_MINUTES:
        raise SettingsError(_("“{line}” names moments, not hours.").format(line=line), _advice())
    return spans


def _numbers(field: list[int | str], count: int) -> frozenset[int]:
    return frozenset(range(count)) if field == ["*"] else frozenset(int(number) for number in field)


def _stretches(named: list[bool]) -> list[tuple[int, int]]:
    """First minute of the week and length of each; one that goes on over the week's end is one."""
    if all(named):
        return [(day * MINUTES_PER_DAY, MINUTES_PER_DAY) for day in range(7)]
    first = named.index(False)
    turned = [
        ((first + shift) % MINUTES_PER_WEEK, named[(first + shift) % MINUTES_PER_WEEK]) for shift in range(len(named))
    ]
    runs = ([minute for minute, _open in run] for open_, run in groupby(turned, lambda each: each[1]) if open_)
    return [(run[0], len(run)) for run in runs]


def _cut(stretches: list[tuple[int, int]]) -> tuple[Span, ...]:
    spans = []
    for start, length in stretches:
        while length > 0:
            part = min(length, MINUTES_PER_DAY)
            spans.append((start // MINUTES_PER_DAY, start % MINUTES_PER_DAY, part))
            start, length = (start + part) % MINUTES_PER_WEEK, length - part
    return tuple(sorted(spans))


def _advice() -> str:
    return _("Write it like * 22-23,0-6 * * mon-fri: every minute that it names is one to train in.")
