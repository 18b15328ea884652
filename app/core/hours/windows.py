"""What a person's hours are made of: weekly windows, days off, and the few numbers that go with them. Values only."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec

MINUTES_PER_DAY = 1440
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
LAST_YEAR = 2999
"""Later days are refused: at the end of the calendar there is no day after one, and no moment in every zone."""


class Level(StrEnum):
    """How hard the computer works."""

    FULL = "full"
    GENTLE = "gentle"
    """A good part of the time it rests, so that it stays cool, quiet and free for other work."""


LastStartMinutes: TypeAlias = Annotated[int, msgspec.Meta(ge=0, lt=MINUTES_PER_DAY)]
OverrunMinutes: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=120)]


class Ending(msgspec.Struct, frozen=True):
    """What hours say of their own end; None is what the schedule says for all."""

    last_start_minutes: int | None = None
    overrun_minutes: int | None = None


AS_FOR_ALL = Ending()


class Window(msgspec.Struct, frozen=True):
    """One weekly window of wall-clock time."""

    weekday: Annotated[int, msgspec.Meta(ge=0, le=6)]
    """On which it starts; Monday is 0."""
    start_minute: Annotated[int, msgspec.Meta(ge=0, lt=MINUTES_PER_DAY)]
    length_minutes: Annotated[int, msgspec.Meta(ge=1, le=MINUTES_PER_DAY)]
    level: Level = Level.FULL
    last_start_minutes: LastStartMinutes | None = None
    """Wins over the schedule's where hours end with this window."""
    overrun_minutes: OverrunMinutes | None = None

    @property
    def ending(self) -> Ending:
        return Ending(self.last_start_minutes, self.overrun_minutes)

    def __lt__(self, other: "Window") -> bool:
        """In the order of the week."""
        return self._place() < other._place()

    def _place(self) -> tuple[int | str, ...]:
        ending = (-1 if minutes is None else minutes for minutes in (self.last_start_minutes, self.overrun_minutes))
        return (self.weekday, self.start_minute, self.length_minutes, self.level, *ending)


WallTime: TypeAlias = Annotated[datetime, msgspec.Meta(tz=False)]


class DaysOff(msgspec.Struct, frozen=True, tag_field="exception", tag="days_off"):
    """No window that starts on one of these days opens; both ends count."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if max(self.first, self.last).year > LAST_YEAR:
            raise ValueError(f"days after the year {LAST_YEAR}")

    @property
    def span(self) -> tuple[datetime, datetime]:
        """As wall-clock times, the second one excluded."""
        return datetime.combine(self.first, time()), datetime.combine(self.last + timedelta(days=1), time())


class NotTonight(msgspec.Struct, frozen=True, tag_field="exception", tag="not_tonight"):
    """Once: no window that starts from `begins` until before `ends` opens."""

    begins: WallTime
    ends: WallTime

    @property
    def span(self) -> tuple[datetime, datetime]:
        return self.begins, self.ends


ScheduleException: TypeAlias = DaysOff | NotTonight


class Schedule(msgspec.Struct, frozen=True):
    """Weekly hours. `enabled` False keeps the windows but lets every hour count."""

    enabled: bool = False
    windows: tuple[Window, ...] = ()
    exceptions: tuple[ScheduleException, ...] = ()
    """Those that are over do no harm and are dropped when the next one is added."""
    last_start_minutes: LastStartMinutes = 0
    """So long before hours end no new training begins; what runs goes on. A window may say otherwise for its end."""
    overrun_minutes: OverrunMinutes = 2
    """So long what is in flight may go on past the end of the hours, to be handed over, before it is stopped. A window
    may say otherwise for its end."""


EVERY_HOUR = tuple(Window(weekday, 0, MINUTES_PER_DAY) for weekday in range(7))


def counting_windows(schedule: Schedule) -> tuple[Window, ...]:
    """The windows that count: without hours every day is one, so that days off work there too."""
    return schedule.windows if schedule.enabled else EVERY_HOUR


def ending_of(endings: Iterable[Ending]) -> Ending:
    """Of windows that end at one moment: a value of their own before the schedule's, and of several the one that
    leaves more time to train, as of two levels the fuller one counts."""
    found = list(endings)
    last_starts = [each.last_start_minutes for each in found if each.last_start_minutes is not None]
    overruns = [each.overrun_minutes for each in found if each.overrun_minutes is not None]
    return Ending(min(last_starts, default=None), max(overruns, default=None))


def minutes_at_end(schedule: Schedule, ending: Ending) -> tuple[int, int]:
    """Last start and overrun that count where hours end so."""
    last_start, overrun = ending.last_start_minutes, ending.overrun_minutes
    return (
        schedule.last_start_minutes if last_start is None else last_start,
        schedule.overrun_minutes if overrun is None else overrun,
    )


def exception_for(schedule: Schedule, start: datetime) -> ScheduleException | None:
    """What keeps a window from opening that starts at wall-clock time `start`."""
    for exception in schedule.exceptions:
        begins, ends = exception.span
        if begins <= start < ends:
            return exception
    return None
