"""The hours as a list beside the week grid: weekdays, start, end, level, and what holds at the end. Both edit the one
draft."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, QTime, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.core.hours.windows import MINUTES_PER_DAY, Ending, Level
from app.core.hours.words import group_text, weekday_text
from app.core.language.dates import short_weekday
from app.ui.hours.draft import HoursRow, ScheduleDraft, with_weekday
from app.ui.hours.ending_fields import EndingFields
from app.ui.look.card import button, label
from app.ui.look.fields import LoneDropDown, TimeField
from app.ui.look.icons import glyph
from app.ui.look.theme import LIGHT, Colours, Space, TextRole
from app.ui.look.translation import _


class RowEditor(QFrame):
    """One line of the list."""

    edited = Signal(object)
    """With the HoursRow that the fields say now."""
    removed = Signal()

    def __init__(self, row: HoursRow) -> None:
        super().__init__()
        self._row = row
        self.weekdays = [button(short_weekday(day), look="chip") for day in range(7)]
        for day, chip in enumerate(self.weekdays):
            chip.setCheckable(True)
            chip.toggled.connect(partial(self._on_weekday_toggled, day))
        self.start, self.end = TimeField(), TimeField()
        for field in (self.start, self.end):
            field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # mirrored, Qt shows 17:00 as 00:17
            field.setDisplayFormat("HH:mm")
            field.setAlignment(Qt.AlignmentFlag.AlignCenter)
            field.timeChanged.connect(self._on_times_changed)
        self.level = LoneDropDown()
        for level, text in ((Level.FULL, _("In full")), (Level.GENTLE, _("Gently"))):
            self.level.addItem(text, level)
        self.level.currentIndexChanged.connect(self._on_level_changed)
        self.remove = button("", look="icon")
        self.remove.clicked.connect(self.removed)
        self.ending = EndingFields()
        self.ending.edited.connect(self._on_ending_edited)
        self._lay_out()
        self.show_row(row)

    def _lay_out(self) -> None:
        times = QHBoxLayout()
        times.setSpacing(Space.SMALL)
        times.addWidget(self.start)
        times.addWidget(label(_("to"), wraps=False))
        times.addWidget(self.end)
        times.addWidget(self.level)
        times.addStretch(1)
        times.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, Space.SMALL)
        column.setSpacing(Space.TIGHT)
        self._days = QGridLayout()
        self._days.setSpacing(Space.TIGHT)
        column.addLayout(self._days)
        self._place_weekdays(7)
        column.addLayout(times)
        column.addWidget(self.ending)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Seven beside each other, or where their names would be cut, four above three."""
        widest = max(chip.fontMetrics().horizontalAdvance(chip.text()) for chip in self.weekdays) + Space.MEDIUM
        per_line = 7 if 7 * widest + 6 * Space.TIGHT <= event.size().width() else 4
        if per_line != self._days_per_line:
            self._place_weekdays(per_line)
        super().resizeEvent(event)

    def _place_weekdays(self, per_line: int) -> None:
        self._days_per_line = per_line
        for day, chip in enumerate(self.weekdays):
            self._days.addWidget(chip, *divmod(day, per_line))
        for column in range(7):
            self._days.setColumnStretch(column, 1 if column < per_line else 0)

    def show_row(self, row: HoursRow) -> None:
        """Nothing is told back while the fields are filled."""
        self._row = row
        fields = (*self.weekdays, self.start, self.end, self.level)
        blockers = [QSignalBlocker(field) for field in fields]
        for day, chip in enumerate(self.weekdays):
            chip.setChecked(day in row.weekdays)
        self.start.setTime(_time(row.start_minute))
        self.end.setTime(_time(row.start_minute + row.length_minutes))
        self.level.setCurrentIndex(self.level.findData(row.level))
        for blocker in blockers:
            blocker.unblock()
        self.ending.show_ending(row.ending)
        self._name_fields()

    def dress(self, colours: Colours) -> None:
        self.remove.setIcon(QIcon(glyph("cross", colours.muted, self.fontMetrics().height())))

    def _name_fields(self) -> None:
        row = self._row
        spoken = group_text(row.key, sorted(row.weekdays)) if row.weekdays else _("hours without a weekday")
        self.setAccessibleName(spoken)
        for day, chip in enumerate(self.weekdays):
            chip.setAccessibleName(_("{day}, for {hours}").format(day=weekday_text(day), hours=spoken))
        self.start.setAccessibleName(_("From, for {hours}").format(hours=spoken))
        self.end.setAccessibleName(_("To, for {hours}").format(hours=spoken))
        self.level.setAccessibleName(_("How hard, for {hours}").format(hours=spoken))
        self.ending.name_fields(spoken)
        self.remove.setAccessibleName(_("Remove {hours}").format(hours=spoken))
        self.remove.setToolTip(self.remove.accessibleName())

    def _on_weekday_toggled(self, day: int, on: bool) -> None:
        self._edit(with_weekday(self._row, day, on))

    def _on_times_changed(self) -> None:
        start, end = _minute(self.start.time()), _minute(self.end.time())
        length = (end - start) % MINUTES_PER_DAY or MINUTES_PER_DAY
        self._edit(replace(self._row, start_minute=start, length_minutes=length))

    def _on_level_changed(self) -> None:
        self._edit(replace(self._row, level=Level(self.level.currentData())))

    def _on_ending_edited(self, ending: Ending) -> None:
        self._edit(replace(self._row, ending=ending))

    def _edit(self, row: HoursRow) -> None:
        self._row = row
        self._name_fields()
        self.edited.emit(row)


class ScheduleList(QWidget):
    """Lines are kept and only retold while their number stays, so that nobody loses the field they are in."""

    def __init__(self, draft: ScheduleDraft) -> None:
        super().__init__()
        self._draft = draft
        self._colours = LIGHT
        self.rows: list[RowEditor] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.SMALL)
        self._empty = label(_("No hours yet. Paint some in the week, or add them here."), TextRole.MUTED)
        self._column.addWidget(self._empty)
        self.add = button(_("Add hours"), look="quiet", description=_("A new line in the list of hours"))
        self.add.clicked.connect(self._on_add_clicked)
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeading)
        self._column.addStretch(1)
        draft.changed.connect(self._show)
        self._show()

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        for row in self.rows:
            row.dress(colours)

    def _show(self) -> None:
        rows = self._draft.rows
        self._empty.setVisible(not rows)
        while len(self.rows) > len(rows):
            gone = self.rows.pop()
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for editor, row in zip(self.rows, rows, strict=False):
            editor.show_row(row)
        for row in rows[len(self.rows) :]:
            self._append(row)

    def _append(self, row: HoursRow) -> None:
        editor = RowEditor(row)
        editor.dress(self._colours)
        editor.edited.connect(partial(self._draft.set_row, len(self.rows)))
        editor.removed.connect(partial(self._draft.remove_row, len(self.rows)))
        self.rows.append(editor)
        self._column.insertWidget(len(self.rows), editor)

    def _on_add_clicked(self) -> None:
        self._draft.add_row()
        self.rows[-1].weekdays[0].setFocus()


def _time(minute: int) -> QTime:
    return QTime(*divmod(minute % MINUTES_PER_DAY, 60))


def _minute(time: QTime) -> int:
    return time.hour() * 60 + time.minute()
