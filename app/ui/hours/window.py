"""The Schedule window: the week to paint, the list beside it, days off, beginning and end, and the next seven days."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QPushButton, QRadioButton, QVBoxLayout, QWidget

from app.core.hours.changes import checked
from app.core.hours.windows import Level, Schedule
from app.core.hours.words import schedule_line
from app.core.wish import Auto, Wish
from app.ui.hours.draft import ScheduleDraft
from app.ui.hours.extras import DaysOffCard, MinutesCard
from app.ui.hours.list import ScheduleList
from app.ui.hours.preview import PreviewCard
from app.ui.hours.week_drawing import draw_level
from app.ui.hours.week_grid import WeekGrid
from app.ui.look.card import Card, Columns, FlowRow, button, label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import LIGHT, Colours, Space, TextRole
from app.ui.look.translation import _
from protocol.errors import SettingsError

_EMS_WIDE = 66
_EMS_FOR_BOTH = 52
"""Narrower than this the list stands below the grid."""
_LIST_EMS = 20


class _WideColumns(Columns):
    """A row of date fields needs more room than text."""

    _EMS_PER_COLUMN = 52


class WeekCard(Card):
    """Grid and list side by side, with what the mouse paints above them."""

    def __init__(self, draft: ScheduleDraft, now: datetime) -> None:
        super().__init__(_("The week"))
        self.grid, self.list = WeekGrid(draft, now), ScheduleList(draft)
        self.levels = {Level.FULL: _level_chip(_("Paint in full")), Level.GENTLE: _level_chip(_("Paint gently"))}
        group = QButtonGroup(self)
        for level, chip in self.levels.items():
            chip.setCheckable(True)
            chip.setAutoExclusive(True)
            group.addButton(chip)
            chip.clicked.connect(lambda _checked, level=level: self.grid.set_level(level))
        self.levels[Level.FULL].setChecked(True)
        self.clear = button(_("Clear the week"), look="quiet")
        self.clear.clicked.connect(draft.clear)
        self.told = label(role=TextRole.CAPTION)
        self.grid.told.connect(self.told.setText)
        self.told.setText(self.grid.words())
        self._lay_out()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(Space.SMALL)
        left.addWidget(FlowRow([*self.levels.values(), self.clear]))
        left.addWidget(self.grid)
        left.addWidget(self.told)
        keys = _("Drag to paint or clear. With the keys: Space paints, G makes it gentle, Delete clears.")
        left.addWidget(label(keys, TextRole.CAPTION))
        left.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(Space.HUGE)
        self._row.addLayout(left, 1)
        self._row.addWidget(self.list)
        self.body.addLayout(self._row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        em = self.fontMetrics().height()
        wide = event.size().width() >= _EMS_FOR_BOTH * em
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self.list.setMaximumWidth(max(_LIST_EMS * em, self.list.minimumSizeHint().width()) if wide else 16777215)
        super().resizeEvent(event)

    def dress(self, colours: Colours) -> None:
        self.grid.dress(colours)
        self.list.dress(colours)
        for level, chip in self.levels.items():
            _show_sample(chip, level, colours)


class ScheduleDialog(FormDialog):
    """`saved` carries the Schedule; nothing changes before Save."""

    saved = Signal(object)

    def __init__(
        self,
        schedule: Schedule,
        now: datetime,
        wish: Wish | None = None,
        colours: Colours = LIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(_("Hours"), _("When may this computer work?"), parent)
        self._now = now
        self.draft = ScheduleDraft(schedule, self)
        self.line = label(role=TextRole.HEADING)
        self.problem = label(role=TextRole.ERROR)
        self.only_hours, self.any_hour = QRadioButton(_("Only in these hours")), QRadioButton(_("At any hour"))
        self.week = WeekCard(self.draft, now)
        self.days_off, self.minutes = DaysOffCard(self.draft, now), MinutesCard(self.draft)
        self.preview = PreviewCard(self.draft, Auto() if wish is None else wish, now)
        self._lay_out()
        (self.only_hours if self.draft.enabled else self.any_hour).setChecked(True)
        self.only_hours.toggled.connect(self.draft.set_enabled)
        self.draft.changed.connect(self._show)
        self._show()
        for part in (self.week, self.days_off, self.preview):
            part.dress(colours)
        self.fit(_EMS_WIDE)

    def _lay_out(self) -> None:
        modes = QHBoxLayout()
        modes.setSpacing(Space.HUGE)
        modes.addWidget(self.only_hours)
        modes.addWidget(self.any_hour)
        modes.addStretch(1)
        self.body.addWidget(self.line)
        self.body.addLayout(modes)
        self.body.addWidget(self.week)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.preview)
        self.body.addWidget(_WideColumns(self.days_off, self.minutes))
        self.body.addStretch(1)

    def _show(self) -> None:
        schedule = self.draft.schedule()
        self.line.setText(schedule_line(schedule, self._now))
        self.week.setVisible(schedule.enabled)
        self.minutes.setEnabled(schedule.enabled)
        try:
            checked(schedule)
        except SettingsError as error:
            self.problem.setText(f"{error.title} {error.advice}")
            self.problem.setVisible(True)
            self.save.setEnabled(False)
        else:
            self.problem.setVisible(False)
            self.save.setEnabled(True)

    def on_save(self) -> None:
        self.saved.emit(self.draft.schedule())
        self.accept()


def _level_chip(name: str) -> QPushButton:
    chip = button(f"\u2002{name}", look="switch")  # a gap between the sample and the name
    chip.setAccessibleName(name)
    return chip


def _show_sample(chip: QPushButton, level: Level, colours: Colours) -> None:
    """What the level looks like in the grid, before its name."""
    size = round(chip.fontMetrics().height() * 0.8)
    on_chosen = replace(colours, accent=colours.on_accent, accent_soft=colours.accent_hover)
    icon = QIcon()
    for state, dressed in ((QIcon.State.Off, colours), (QIcon.State.On, on_chosen)):
        sample = QPixmap(2 * size, 2 * size)
        sample.fill(Qt.GlobalColor.transparent)
        painter = QPainter(sample)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_level(painter, QRectF(0, 0, 2 * size, 2 * size), level, dressed)
        painter.end()
        sample.setDevicePixelRatio(2.0)
        icon.addPixmap(sample, QIcon.Mode.Normal, state)
    chip.setIcon(icon)
    chip.setIconSize(QSize(size, size))
