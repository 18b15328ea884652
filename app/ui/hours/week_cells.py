"""The draft as a table of 7 days by 48 half hours: what a screen reader says of each, and the bars of each day."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.core.hours.week_ring import level_runs, most_common_level, ring_of
from app.core.hours.windows import MINUTES_PER_DAY, Level
from app.core.hours.words import level_text, minute_text, weekday_text
from app.core.language.dates import short_weekday
from app.ui.hours.draft import CELL_MINUTES, CELLS_PER_DAY, Cells, ScheduleDraft
from app.ui.look.translation import _

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True)
class Bar:
    """Open without a break at one level, in minutes of one day."""

    start_minute: int
    end_minute: int
    level: Level


class WeekCells(QAbstractTableModel):
    """Reads the draft; the grid changes it."""

    def __init__(self, draft: ScheduleDraft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._ring = ring_of(draft.schedule().windows)
        draft.changed.connect(self._on_draft_changed)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 7

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else CELLS_PER_DAY

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return cell_text(index.row(), index.column(), self.level_at(index.row(), index.column()))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        horizontal = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return minute_text(section * CELL_MINUTES) if horizontal else weekday_text(section)
        if role == Qt.ItemDataRole.DisplayRole and not horizontal:
            return short_weekday(section)
        return None

    def level_at(self, day: int, cell: int) -> Level | None:
        """What most of this half hour is."""
        first = day * MINUTES_PER_DAY + cell * CELL_MINUTES
        minutes = self._ring[first : first + CELL_MINUTES]
        return most_common_level(minutes)

    def level_of_all(self, cells: Cells) -> set[Level | None]:
        """The levels that occur in these cells."""
        days, columns = range(cells.first_day, cells.last_day + 1), range(cells.first_cell, cells.last_cell + 1)
        return {self.level_at(day, cell) for day in days for cell in columns}

    def bars(self, day: int) -> list[Bar]:
        """To the minute, so that hours typed beside the grid are drawn as they are."""
        first = day * MINUTES_PER_DAY
        return [Bar(*run) for run in level_runs(self._ring[first : first + MINUTES_PER_DAY])]

    def _on_draft_changed(self) -> None:
        ring = ring_of(self._draft.schedule().windows)
        if ring != self._ring:
            self._ring = ring
            self.dataChanged.emit(self.index(0, 0), self.index(6, CELLS_PER_DAY - 1))


def cell_text(day: int, cell: int, level: Level | None) -> str:
    """“Friday 22:30, training, gently”."""
    return _("{day} {time}, {what}").format(
        day=weekday_text(day), time=minute_text(cell * CELL_MINUTES), what=level_text(level)
    )


def cells_text(cells: Cells, levels: set[Level | None]) -> str:
    """“Friday to Sunday, 22:30 to 24:00: training”, for what is chosen in the grid."""
    days = weekday_text(cells.first_day)
    if cells.last_day != cells.first_day:
        days = _("{first} to {last}").format(first=days, last=weekday_text(cells.last_day))
    what = level_text(next(iter(levels))) if len(levels) == 1 else _("partly training")
    start = minute_text(cells.start_minute)
    end = minute_text(cells.start_minute + cells.length_minutes)
    return _("{days}, {start} to {end}: {what}").format(days=days, start=start, end=end, what=what)
