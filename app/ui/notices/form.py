"""A switch for each kind of notice, and the quiet hours: a widget for whichever window wants it."""

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QTimeEdit, QVBoxLayout, QWidget

from app.core.commands import SetNotices
from app.core.notices.settings import URGENT, NoticeKind, NoticeSettings
from app.core.notices.words import kind_label
from app.ui.look.card import label
from app.ui.look.fields import TimeField
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _


class NoticesForm(QWidget):
    """Each change leaves at once as `command_requested` with a SetNotices; `show_settings` shows what is kept."""

    command_requested = Signal(object)

    def __init__(self, settings: NoticeSettings) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TIGHT)
        self.switches = {kind: QCheckBox(kind_label(kind)) for kind in NoticeKind}
        for kind, switch in self.switches.items():
            if kind in URGENT:
                switch.setAccessibleDescription(_("Comes in quiet hours too"))
            switch.clicked.connect(self._on_changed)
            column.addWidget(switch)
        self.quiet = QCheckBox(_("Quiet hours"))
        self.quiet.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)  # as tall as its row
        self.quiet.clicked.connect(self._on_changed)
        self.begins, self.ends = _clock(_("Quiet hours, from")), _clock(_("Quiet hours, to"))
        for field in (self.begins, self.ends):
            field.editingFinished.connect(self._on_changed)
        column.addLayout(self._row())
        column.addWidget(label(_("In quiet hours only what needs you, or a changed payout address, is told."), _MUTED))
        column.addStretch(1)
        self._shown = settings
        self.show_settings(settings)

    def _row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.SMALL)
        row.addWidget(self.quiet)
        row.addWidget(self.begins)
        row.addWidget(label(_("to"), wraps=False))
        row.addWidget(self.ends)
        row.addStretch(1)
        return row

    def show_settings(self, settings: NoticeSettings) -> None:
        """What is kept now; a change that was refused thus goes back."""
        self._shown = settings
        for kind, switch in self.switches.items():
            switch.setChecked(settings.wants(kind))
        self.quiet.setChecked(settings.quiet)
        self.begins.setTime(QTime(*divmod(settings.quiet_from_minute, 60)))
        self.ends.setTime(QTime(*divmod(settings.quiet_until_minute, 60)))
        for field in (self.begins, self.ends):
            field.setEnabled(settings.quiet)

    def keyboard_widgets(self) -> list[QWidget]:
        """Top to bottom as one reads."""
        return [*self.switches.values(), self.quiet, self.begins, self.ends]

    @property
    def settings(self) -> NoticeSettings:
        """What the form says."""
        return NoticeSettings(
            quiet=self.quiet.isChecked(),
            quiet_from_minute=_minute(self.begins),
            quiet_until_minute=_minute(self.ends),
            **{kind.value: switch.isChecked() for kind, switch in self.switches.items()},
        )

    def _on_changed(self) -> None:
        settings = self.settings
        for field in (self.begins, self.ends):
            field.setEnabled(settings.quiet)
        if settings != self._shown:
            self._shown = settings
            self.command_requested.emit(SetNotices(settings))


_MUTED = TextRole.MUTED


def _clock(name: str) -> QTimeEdit:
    field = TimeField()
    field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # mirrored, Qt shows 17:00 as 00:17
    field.setDisplayFormat("HH:mm")
    field.setAlignment(Qt.AlignmentFlag.AlignCenter)
    field.setAccessibleName(name)
    return field


def _minute(field: QTimeEdit) -> int:
    return field.time().hour() * 60 + field.time().minute()
