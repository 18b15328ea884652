"""The hours while they are being edited: one draft that the week grid, the list and the preview all show."""

from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec
from PySide6.QtCore import QObject, Signal

from app.core.hours.changes import tonight_after_all, with_exception, without_tonight
from app.core.hours.week_ring import painted
from app.core.hours.windows import AS_FOR_ALL, MINUTES_PER_DAY, DaysOff, Ending, Level, NotTonight, Schedule, Window
from app.core.hours.words import HoursKey, grouped
from protocol.errors import SettingsError

CELL_MINUTES = 30
CELLS_PER_DAY = MINUTES_PER_DAY // CELL_MINUTES
NIGHT_START_MINUTE, NIGHT_LENGTH_MINUTES = 22 * 60, 9 * 60


@dataclass(frozen=True)
class HoursRow:
    """One line of the list: the same hours on some weekdays. Without weekdays it stands for nothing yet."""

    weekdays: frozenset[int]
    start_minute: int
    length_minutes: int
    level: Level = Level.FULL
    ending: Ending = AS_FOR_ALL

    @property
    def key(self) -> HoursKey:
        return HoursKey(self.start_minute, self.length_minutes, self.level, self.ending)

    def windows(self) -> list[Window]:
        minutes = self.ending.last_start_minutes, self.ending.overrun_minutes
        return [
            Window(day, self.start_minute, self.length_minutes, self.level, *minutes) for day in sorted(self.weekdays)
        ]


@dataclass(frozen=True)
class Cells:
    """A rectangle of the week grid; both ends count."""

    first_day: int
    last_day: int
    first_cell: int
    last_cell: int

    @property
    def start_minute(self) -> int:
        return self.first_cell * CELL_MINUTES

    @property
    def length_minutes(self) -> int:
        return (self.last_cell - self.first_cell + 1) * CELL_MINUTES

    @staticmethod
    def between(one: tuple[int, int], other: tuple[int, int]) -> "Cells":
        """From two opposite corners, each a day and a cell of it."""
        (first_day, last_day), (first_cell, last_cell) = (sorted(pair) for pair in zip(one, other, strict=True))
        return Cells(first_day, last_day, first_cell, last_cell)


def rows_of(windows: tuple[Window, ...]) -> tuple[HoursRow, ...]:
    """The fewest lines that list `windows`."""
    return tuple(HoursRow(frozenset(days), *key) for key, days in grouped(windows))


class ScheduleDraft(QObject):
    """Nothing here is saved; `schedule()` is what it says now."""

    changed = Signal()

    def __init__(self, schedule: Schedule, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._schedule = schedule
        self._rows = rows_of(schedule.windows)

    @property
    def enabled(self) -> bool:
        return self._schedule.enabled

    @property
    def rows(self) -> tuple[HoursRow, ...]:
        return self._rows

    def schedule(self) -> Schedule:
        """The draft as a schedule; lines without a weekday are not part of it."""
        return self._schedule

    def set_enabled(self, enabled: bool) -> None:
        """Switched on without any hours it begins with the nights, so that nobody faces an empty week."""
        rows = self._rows
        if enabled and not self._schedule.windows:
            rows = (HoursRow(frozenset(range(7)), NIGHT_START_MINUTE, NIGHT_LENGTH_MINUTES),)
        self._become(msgspec.structs.replace(self._schedule, enabled=enabled), rows)

    def paint(self, cells: Cells, level: Level | None, base: tuple[Window, ...] | None = None) -> None:
        """Give `cells` this level, None clears them; `base` are the windows from before a drag began."""
        windows = self._schedule.windows if base is None else base
        for day in range(cells.first_day, cells.last_day + 1):
            first = day * MINUTES_PER_DAY + cells.start_minute
            windows = painted(windows, first, cells.length_minutes, level)
        self._become(self._schedule, rows_of(windows))

    def set_row(self, place: int, row: HoursRow) -> None:
        self._become(self._schedule, (*self._rows[:place], row, *self._rows[place + 1 :]))

    def add_row(self) -> None:
        """A new line, with no weekday yet."""
        self._become(self._schedule, (*self._rows, HoursRow(frozenset(), NIGHT_START_MINUTE, NIGHT_LENGTH_MINUTES)))

    def remove_row(self, place: int) -> None:
        self._become(self._schedule, (*self._rows[:place], *self._rows[place + 1 :]))

    def clear(self) -> None:
        self._become(self._schedule, ())

    def set_minutes(self, last_start: int, overrun: int) -> None:
        minutes = {"last_start_minutes": last_start, "overrun_minutes": overrun}
        self._become(msgspec.structs.replace(self._schedule, **minutes), self._rows)

    def add_days_off(self, first: date, last: date, now: datetime) -> None:
        self._become(with_exception(self._schedule, DaysOff(first, last), now), self._rows)

    def remove_days_off(self, days: DaysOff) -> None:
        kept = tuple(one for one in self._schedule.exceptions if one != days)
        self._become(msgspec.structs.replace(self._schedule, exceptions=kept), self._rows)

    def skip_tonight(self, skip: bool, now: datetime) -> None:
        """Leave out the current or next hours, once; where there are none nothing changes."""
        schedule = tonight_after_all(self._schedule)
        if skip:
            try:
                schedule = without_tonight(schedule, now)
            except SettingsError:
                return
        self._become(schedule, self._rows)

    def days_off(self) -> tuple[DaysOff, ...]:
        return tuple(one for one in self._schedule.exceptions if isinstance(one, DaysOff))

    def skips_tonight(self, now: datetime) -> bool:
        wall = now.replace(tzinfo=None)
        return any(isinstance(one, NotTonight) and one.ends > wall for one in self._schedule.exceptions)

    def _become(self, schedule: Schedule, rows: tuple[HoursRow, ...]) -> None:
        windows = tuple(sorted({window for row in rows for window in row.windows()}))
        schedule = msgspec.structs.replace(schedule, windows=windows)
        if (schedule, rows) != (self._schedule, self._rows):
            self._schedule, self._rows = schedule, rows
            self.changed.emit()


def with_weekday(row: HoursRow, weekday: int, on: bool) -> HoursRow:
    """`row` with this weekday switched on or off."""
    return replace(row, weekdays=row.weekdays | {weekday} if on else row.weekdays - {weekday})
