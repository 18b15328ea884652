"""The week as 7 rows of 48 half hours, painted with the mouse or by keys, and told cell by cell to a screen reader."""

from datetime import datetime

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from app.core.hours.windows import Level, Window
from app.ui.hours.draft import CELLS_PER_DAY, Cells, ScheduleDraft
from app.ui.hours.week_cells import Index, WeekCells, cells_text
from app.ui.hours.week_drawing import draw_hour_names, draw_week, draw_weekday
from app.ui.look.spoken import Whisper, reads_whole_rows
from app.ui.look.theme import LIGHT, Colours, Space
from app.ui.look.translation import _

_ROW_EMS = 2.1
_LEAST_CELL = 4


class _Hours(QHeaderView):
    """The hours above the grid."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.colours = LIGHT

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.fontMetrics().height() + Space.SMALL)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_hour_names(QPainter(self.viewport()), self.viewport(), self.colours)


class _Days(QHeaderView):
    """The weekdays before it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.colours = LIGHT
        self.today = -1

    def sizeHint(self) -> QSize:
        names = [str(self.model().headerData(day, Qt.Orientation.Vertical)) for day in range(7)]
        width = max(self.fontMetrics().horizontalAdvance(name) for name in names)
        return QSize(width + 2 * Space.MEDIUM, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        for day in range(self.count()):
            place = self.sectionViewportPosition(day), self.sectionSize(day)
            name = str(self.model().headerData(day, Qt.Orientation.Vertical))
            draw_weekday(painter, self.viewport(), place, name, self.colours, is_today=day == self.today)


class WeekGrid(QTableView):
    """Space paints or clears what is chosen, G makes it gentle, Delete clears it; dragging paints a rectangle."""

    told = Signal(str)
    """What is chosen, in words, whenever that or its level changes."""

    def __init__(self, draft: ScheduleDraft, now: datetime) -> None:
        super().__init__()
        self._draft, self._now = draft, now
        self._colours: Colours = LIGHT
        self._level = Level.FULL
        self._drag: tuple[tuple[int, int], Level | None, tuple[Window, ...]] | None = None
        self.cells = WeekCells(draft, self)
        self.hours, self.days = _Hours(self), _Days(self)
        self.days.today = now.weekday()
        self._whisper = Whisper(self.viewport())
        self._set_up()
        self.setAccessibleName(_("Hours of the week"))
        self.setAccessibleDescription(
            _(
                "Arrow keys move, Shift and arrow keys choose several. "
                "Space paints or clears, G makes it gentle, Delete clears."
            )
        )
        self.setCurrentIndex(self.cells.index(now.weekday(), CELLS_PER_DAY - 4))
        self.cells.dataChanged.connect(self._on_cells_changed)

    def _set_up(self) -> None:
        self.setModel(self.cells)
        for header in (self.hours, self.days):
            header.setSectionsClickable(False)
            header.setMinimumSectionSize(_LEAST_CELL)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setHorizontalHeader(self.hours)
        self.setVerticalHeader(self.days)
        self.setCornerButtonEnabled(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def level(self) -> Level:
        """With which it paints."""
        return self._level

    def set_level(self, level: Level) -> None:
        self._level = level

    def dress(self, colours: Colours) -> None:
        self._colours = self.hours.colours = self.days.colours = colours
        for part in (self, self.hours, self.days):
            part.viewport().update()

    def sizeHint(self) -> QSize:
        em = self.fontMetrics().height()
        return QSize(40 * em, round(7 * _ROW_EMS * em) + self.hours.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(16 * self.fontMetrics().height(), self.sizeHint().height())

    def chosen(self) -> Cells:
        """The rectangle that keys act on."""
        selection = self.selectionModel().selection()
        if selection.isEmpty():
            current = self.currentIndex()
            return Cells(current.row(), current.row(), current.column(), current.column())
        part = selection.at(0)
        return Cells(part.top(), part.bottom(), part.left(), part.right())

    def apply(self, level: Level | None) -> None:
        """Give what is chosen this level; None clears it."""
        self._draft.paint(self.chosen(), level)
        self._announce()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        levels = self.cells.level_of_all(self.chosen())
        match event.key():
            case Qt.Key.Key_Space:
                self.apply(None if levels == {self._level} else self._level)
            case Qt.Key.Key_G:
                self.apply(Level.FULL if levels == {Level.GENTLE} else Level.GENTLE)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.apply(None)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Escape:
                event.ignore()
            case _:
                super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are for painting, not for finding."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._near(event)
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            return
        level = self.cells.level_at(index.row(), index.column())
        painting = None if level is self._level else self._level
        self._drag = ((index.row(), index.column()), painting, self._draft.schedule().windows)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._drag_to(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._near(event)
        if self._drag is not None and index.isValid() and index != self.currentIndex():
            self._drag_to(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag = None
            self._announce()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()
        self._tell()
        self._say_chosen()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Where a reader would read all 48 cells of the row for one, it is not told by Qt, but of what is chosen."""
        if not reads_whole_rows():
            super().currentChanged(current, previous)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._say_chosen()

    def paintEvent(self, event: QPaintEvent) -> None:
        bars = [self.cells.bars(day) for day in range(7)]
        chosen = self.chosen() if self.hasFocus() or self._drag is not None else None
        rows = [(self.rowViewportPosition(day), self.rowHeight(day)) for day in range(7)]
        draw_week(QPainter(self.viewport()), self.viewport(), rows, bars, chosen, self._now, self._colours)

    def _near(self, event: QMouseEvent) -> QModelIndex:
        """The cell under the pointer, or where that has left the grid, the nearest."""
        area = self.viewport().rect()
        x = min(max(round(event.position().x()), area.left()), area.right())
        y = min(max(round(event.position().y()), area.top()), area.bottom())
        return self.indexAt(area.topLeft() + type(area.topLeft())(x - area.left(), y - area.top()))

    def _drag_to(self, index: QModelIndex) -> None:
        assert self._drag is not None
        start, level, base = self._drag
        cells = Cells.between(start, (index.row(), index.column()))
        first = self.cells.index(cells.first_day, cells.first_cell)
        last = self.cells.index(cells.last_day, cells.last_cell)
        model = self.selectionModel()
        model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(QItemSelection(first, last), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._draft.paint(cells, level, base)

    def _on_cells_changed(self) -> None:
        self.viewport().update()
        self._tell()

    def words(self) -> str:
        """What is chosen, and what it is."""
        cells = self.chosen()
        return cells_text(cells, self.cells.level_of_all(cells))

    def _tell(self) -> None:
        self.told.emit(self.words())

    def _announce(self) -> None:
        """Screen readers hear what a key has just done."""
        if reads_whole_rows():
            self._say_chosen()
        else:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.words()))

    def _say_chosen(self) -> None:
        if reads_whole_rows() and self.hasFocus():
            self._whisper.say(self.words(), self.visualRect(self.currentIndex()))
