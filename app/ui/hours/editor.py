"""When may it work? Nights, always, or a span for each weekday. Used by the first visit."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.core.hours.windows import Schedule
from app.core.hours.words import minute_text, weekday_text
from app.ui.hours.form import Day, HoursForm, HoursKind, form_of, preview_text, schedule_of
from app.ui.look.card import label
from app.ui.look.fields import TimeField
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _


class SpanFields(QWidget):
    """From and to, as wall-clock times."""

    changed = Signal()

    def __init__(self, spoken: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.SMALL)
        self._day = Day()
        self.start, self.end = TimeField(), TimeField()
        self.start.setAccessibleName(_("{day}, from").format(day=spoken))
        self.end.setAccessibleName(_("{day}, to").format(day=spoken))
        for field in (self.start, self.end):
            field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # mirrored, Qt shows 17:00 as 00:17
            field.setDisplayFormat("HH:mm")
            field.setAlignment(Qt.AlignmentFlag.AlignCenter)
            field.timeChanged.connect(self.changed)
        row.addWidget(self.start)
        row.addWidget(label(_("to"), wraps=False))
        row.addWidget(self.end)
        row.addStretch(1)

    def show_day(self, day: Day) -> None:
        self._day = day
        self.start.setTime(QTime(*divmod(day.start_minute, 60)))
        self.end.setTime(QTime(*divmod(day.end_minute, 60)))

    def day(self, on: bool) -> Day:
        start, end = self.start.time(), self.end.time()
        start_minute, end_minute = (time.hour() * 60 + time.minute() for time in (start, end))
        return replace(self._day, on=on, start_minute=start_minute, end_minute=end_minute)


class HoursEditor(QWidget):
    """`schedule()` is what the fields say now; the line at the bottom says what that means tonight."""

    changed = Signal()

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._now = now
        self._extras, self._rest = HoursForm().extras, HoursForm().rest
        self.kinds = {
            HoursKind.NIGHTS: QRadioButton(_("Only while I sleep")),
            HoursKind.ALWAYS: QRadioButton(_("Always")),
            HoursKind.CHOSEN: QRadioButton(_("Choose for each day")),
        }
        self._group = QButtonGroup(self)
        for button in self.kinds.values():
            self._group.addButton(button)
            button.toggled.connect(self._on_changed)
        self.night = SpanFields(_("Every night"))
        self.night.changed.connect(self._on_changed)
        self.days = [(QCheckBox(weekday_text(weekday)), SpanFields(weekday_text(weekday))) for weekday in range(7)]
        for box, span in self.days:
            box.toggled.connect(self._on_changed)
            span.changed.connect(self._on_changed)
        self._extras_line = label(role=TextRole.CAPTION)
        self.preview = label(role=TextRole.HEADING)
        self._lay_out()
        self.set_schedule(schedule_of(HoursForm()))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addWidget(self.kinds[HoursKind.NIGHTS], 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(_indented(self.night))
        column.addWidget(self.kinds[HoursKind.ALWAYS], 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.kinds[HoursKind.CHOSEN], 0, Qt.AlignmentFlag.AlignLeading)
        self._days_page = QWidget()
        grid = QGridLayout(self._days_page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.LARGE)
        grid.setVerticalSpacing(Space.TIGHT)
        grid.setColumnStretch(1, 1)
        for row, (box, span) in enumerate(self.days):
            grid.addWidget(box, row, 0)
            grid.addWidget(span, row, 1)
        grid.addWidget(self._extras_line, 7, 0, 1, 2)
        column.addWidget(_indented(self._days_page))
        column.addSpacing(Space.SMALL)
        column.addWidget(self.preview)
        note = _(
            "The screen may go dark; the computer stays awake while it works. "
            "A span past midnight belongs to the day it begins on."
        )
        column.addWidget(label(note, TextRole.CAPTION))
        column.addStretch(1)

    def set_schedule(self, schedule: Schedule) -> None:
        form = form_of(schedule)
        self._extras, self._rest = form.extras, form.rest
        self.night.show_day(form.night)
        for (box, span), day in zip(self.days, form.days, strict=True):
            box.setChecked(day.on)
            span.show_day(day)
        self.kinds[form.kind].setChecked(True)
        self._on_changed()

    def schedule(self) -> Schedule:
        return schedule_of(self._form())

    def _form(self) -> HoursForm:
        kind = next(kind for kind, button in self.kinds.items() if button.isChecked())
        days = tuple(span.day(box.isChecked()) for box, span in self.days)
        return HoursForm(kind, self.night.day(True), days, self._extras, self._rest)

    def _on_changed(self) -> None:
        if self._group.checkedButton() is None:
            return
        form = self._form()
        self.night.setEnabled(form.kind is HoursKind.NIGHTS)
        self._days_page.setVisible(form.kind is HoursKind.CHOSEN)
        for box, span in self.days:
            span.setEnabled(box.isChecked())
        extras = _(", ").join(
            f"{weekday_text(extra.weekday)} {minute_text(extra.start_minute)}" for extra in form.extras
        )
        self._extras_line.setText(_("Further spans begin: {list}.").format(list=extras))
        self._extras_line.setVisible(bool(form.extras))
        schedule = schedule_of(form)
        self.preview.setText(preview_text(schedule, self._now))
        self.changed.emit()


def _indented(inner: QWidget) -> QWidget:
    outer = QWidget()
    row = QHBoxLayout(outer)
    row.setContentsMargins(Space.HUGE + Space.TIGHT, 0, 0, 0)
    row.addWidget(inner)
    return outer
