"""What goes with the hours: days off, “not tonight”, the last start, and the time to hand over."""

from datetime import date, datetime, timedelta
from functools import partial

from PySide6.QtCore import QDate, QSignalBlocker, Qt
from PySide6.QtGui import QColor, QIcon, QTextCharFormat
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QDateEdit,
    QGridLayout,
    QHBoxLayout,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.hours.changes import LONGEST_HOLIDAY, LONGEST_OVERRUN_MINUTES
from app.core.hours.windows import DaysOff
from app.core.language.dates import day_text
from app.ui.hours.draft import ScheduleDraft
from app.ui.hours.ending_fields import LONGEST_LAST_START_MINUTES
from app.ui.look.card import Card, FlowRow, button, label
from app.ui.look.fields import DateField, NumberField
from app.ui.look.icons import glyph
from app.ui.look.theme import LIGHT, Colours, Space, TextRole
from app.ui.look.translation import _


class DaysOffCard(Card):
    """Which days are left out, each with a way to take it back, and two date fields for the next."""

    def __init__(self, draft: ScheduleDraft, now: datetime) -> None:
        super().__init__(_("Days off"))
        self._draft, self._now = draft, now
        self._colours = LIGHT
        self.tonight = QCheckBox(_("Not tonight"))
        self.tonight.toggled.connect(self._on_tonight_toggled)
        self.tonight.setAccessibleDescription(_("Leave out the hours that run now, or else the next ones, once"))
        self.tonight.setToolTip(self.tonight.accessibleDescription())
        self.body.addWidget(self.tonight)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(Space.TIGHT)
        self.body.addLayout(self._lines)
        self.lines: list[tuple[DaysOff, QWidget]] = []
        self.first, self.last = self._date_field(_("First day off")), self._date_field(_("Last day off"))
        self.first.dateChanged.connect(self._on_first_changed)
        self.add = button(_("Add"), description=_("No hours that begin on these days will count"))
        self.add.clicked.connect(self._on_add_clicked)
        between = label(_("to"), wraps=False)
        between.setFixedHeight(self.first.sizeHint().height())
        self.body.addWidget(FlowRow([self.first, between, self.last, self.add]))
        note = _("Hours belong to the day they begin on. A night that began the day before still ends as ever.")
        self.body.addWidget(label(note, TextRole.CAPTION))
        self.body.addStretch(1)
        draft.changed.connect(self._show)
        self._show()

    def _date_field(self, name: str) -> QDateEdit:
        field = DateField()
        field.setDate(_qdate(self._now.date() + timedelta(days=1)))
        field.setCalendarPopup(True)
        field.setMinimumDate(_qdate(self._now.date()))
        field.setMaximumDate(_qdate(self._now.date() + LONGEST_HOLIDAY))
        field.setAccessibleName(name)
        field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        field.setDisplayFormat("yyyy-MM-dd")
        return field

    def dress(self, colours: Colours) -> None:
        self._colours = colours
        for field in (self.first, self.last):
            _dress_calendar(field.calendarWidget(), colours)
        self._show(again=True)

    def _show(self, *, again: bool = False) -> None:
        self.tonight.setVisible(self._draft.enabled)
        blocker = QSignalBlocker(self.tonight)
        self.tonight.setChecked(self._draft.skips_tonight(self._now))
        blocker.unblock()
        days_off = list(self._draft.days_off())
        if again or [days for days, _line in self.lines] != days_off:
            for _days, line in self.lines:
                self._lines.removeWidget(line)
                line.hide()
                line.deleteLater()
            self.lines = [(days, self._line(days)) for days in days_off]
            for _days, line in self.lines:
                self._lines.addWidget(line)

    def _line(self, days: DaysOff) -> QWidget:
        text = days_text(days, self._now.date())
        remove = button("", look="icon")
        remove.setIcon(QIcon(glyph("cross", self._colours.muted, self.fontMetrics().height())))
        remove.setAccessibleName(_("Train on these days after all: {days}").format(days=text))
        remove.setToolTip(remove.accessibleName())
        remove.clicked.connect(partial(self._draft.remove_days_off, days))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(text), 1)
        row.addWidget(remove)
        return line

    def _on_first_changed(self, day: QDate) -> None:
        self.last.setMinimumDate(day)

    def _on_tonight_toggled(self, on: bool) -> None:
        self._draft.skip_tonight(on, self._now)

    def _on_add_clicked(self) -> None:
        self._draft.add_days_off(_date(self.first.date()), _date(self.last.date()), self._now)


class MinutesCard(Card):
    """How hours begin and end."""

    def __init__(self, draft: ScheduleDraft) -> None:
        super().__init__(_("Beginning and end"))
        self._draft = draft
        self.last_start = self._minutes_field(LONGEST_LAST_START_MINUTES, _("Last start before the end, in minutes"))
        self.overrun = self._minutes_field(LONGEST_OVERRUN_MINUTES, _("Handing over past the end, in minutes"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.LARGE)
        grid.setVerticalSpacing(Space.SMALL)
        grid.setColumnStretch(0, 1)
        for place, (field, text) in enumerate(
            (
                (self.last_start, _("So long before the end begin nothing new. What runs goes on.")),
                (self.overrun, _("So long after the end, what is under way may be handed over.")),
            )
        ):
            grid.addWidget(label(text), place, 0)
            grid.addWidget(field, place, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(grid)
        note = _("This holds for all hours but those that say otherwise in the list.")
        self.body.addWidget(label(note, TextRole.CAPTION))
        self.body.addStretch(1)
        draft.changed.connect(self._show)
        self._show()

    def _minutes_field(self, most: int, name: str) -> QSpinBox:
        field = NumberField()
        field.setRange(0, most)
        field.setSingleStep(5)
        field.setSuffix(_(" min"))
        field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        field.setAccessibleName(name)
        field.valueChanged.connect(self._on_minutes_changed)
        return field

    def _show(self) -> None:
        schedule = self._draft.schedule()
        blockers = QSignalBlocker(self.last_start), QSignalBlocker(self.overrun)
        self.last_start.setValue(schedule.last_start_minutes)
        self.overrun.setValue(schedule.overrun_minutes)
        for blocker in blockers:
            blocker.unblock()

    def _on_minutes_changed(self) -> None:
        self._draft.set_minutes(self.last_start.value(), self.overrun.value())


def _dress_calendar(calendar: QCalendarWidget, colours: Colours) -> None:
    """Qt paints weekends red and the arrows in whatever the desktop has."""
    plain = QTextCharFormat()
    plain.setForeground(QColor(colours.text))
    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        calendar.setWeekdayTextFormat(day, plain)
    for name, text, spoken in (
        ("qt_calendar_prevmonth", "‹", _("Previous month")),
        ("qt_calendar_nextmonth", "›", _("Next month")),
    ):
        arrow = calendar.findChild(QToolButton, name)
        if arrow is not None:
            arrow.setIcon(QIcon())
            arrow.setText(text)
            arrow.setAccessibleName(spoken)


def days_text(days: DaysOff, today: date) -> str:
    """“Thu 24 Dec to Sat 26 Dec”."""
    first, last = (day_text(day, today) for day in (days.first, days.last))
    return first if days.first == days.last else _("{first} to {last}").format(first=first, last=last)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
