"""What a person's hours are made of: weekly windows, days off, and the few numbers that go with them. Values only."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec

MINUTES_PER_DAY = 1440
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY


class Level(StrEnum):
    """How hard the computer works."""

    FULL = "full"
    GENTLE = "gentle"
    """A good part of the time it rests, so that it stays cool, quiet and free for other work."""


class Window(msgspec.Struct, frozen=True, order=True):
    """One weekly window of wall-clock time."""

    weekday: Annotated[int, msgspec.Meta(ge=0, le=6)]
    """On which it starts; Monday is 0."""
    start_minute: Annotated[int, msgspec.Meta(ge=0, lt=MINUTES_PER_DAY)]
    length_minutes: Annotated[int, msgspec.Meta(ge=1, le=MINUTES_PER_DAY)]
    level: Level = Level.FULL


WallTime: TypeAlias = Annotated[datetime, msgspec.Meta(tz=False)]


class DaysOff(msgspec.Struct, frozen=True, tag_field="exception", tag="days_off"):
    """No window that starts on one of these days opens; both ends count."""

    first: date
    last: date

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
    last_start_minutes: Annotated[int, msgspec.Meta(ge=0, lt=MINUTES_PER_DAY)] = 0
    """So long before hours end no new training begins; what runs goes on."""
    overrun_minutes: Annotated[int, msgspec.Meta(ge=0, le=120)] = 2
    """So long what is in flight may go on past the end of the hours, to be handed over, before it is stopped."""


EVERY_HOUR = tuple(Window(weekday, 0, MINUTES_PER_DAY) for weekday in range(7))


def counting_windows(schedule: Schedule) -> tuple[Window, ...]:
    """The windows that count: without hours every day is one, so that days off work there too."""
    return schedule.windows if schedule.enabled else EVERY_HOUR


def exception_for(schedule: Schedule, start: datetime) -> ScheduleException | None:
    """What keeps a window from opening that starts at wall-clock time `start`."""
    for exception in schedule.exceptions:
        begins, ends = exception.span
        if begins <= start < ends:
            return exception
    return None
