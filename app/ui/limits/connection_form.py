"""How much of the internet connection the engine may use, and whether others learn this computer's address."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QHBoxLayout, QProgressBar, QWidget

from app.core import words
from app.core.commands import SetConnection
from app.core.gates.gate import Switch
from app.core.language.speech import figure
from app.core.settings.settings import Settings
from app.ui.look.card import label
from app.ui.look.fields import AmountField
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _

BYTES_PER_MEGABIT: Final = 1e6 / 8
BYTES_PER_GIGABYTE: Final = 1e9
_EMS_WIDE: Final = 8
_BAR_STEPS: Final = 1000
_SUGGESTED_MONTHLY_GIGABYTES: Final = 100.0
_SUGGESTED_UP_MEGABITS: Final = 10.0
_SUGGESTED_DOWN_MEGABITS: Final = 50.0


def connection_of(settings: Settings) -> SetConnection:
    """What is set now, as the command that would set it."""
    gates = settings.gates
    return SetConnection(
        upload_bytes_per_second=settings.upload_bytes_per_second,
        download_bytes_per_second=settings.download_bytes_per_second,
        monthly_bytes=gates.data_quota_bytes if gates.data_quota is not Switch.OFF else None,
        hide_address=settings.hide_address,
    )


def connection_text(connection: SetConnection) -> str:
    """One line for the settings."""
    parts = []
    if connection.monthly_bytes is not None:
        parts.append(_("{amount} a month").format(amount=words.bytes_text(connection.monthly_bytes)))
    if connection.upload_bytes_per_second is not None:
        parts.append(_("{rate} Mbit/s up").format(rate=_megabits(connection.upload_bytes_per_second)))
    if connection.download_bytes_per_second is not None:
        parts.append(_("{rate} Mbit/s down").format(rate=_megabits(connection.download_bytes_per_second)))
    if connection.hide_address:
        parts.append(_("address not shown"))
    return _(", ").join(parts) if parts else _("No limits")


def _megabits(bytes_per_second: float) -> str:
    return figure(bytes_per_second / BYTES_PER_MEGABIT, "g")


class Cap(QWidget):
    """A limit that can be off: a box to tick, and a number with its unit."""

    def __init__(self, text: str, unit: str, value: float | None, suggestion: float, most: float) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.MEDIUM)
        self.box = QCheckBox(text)
        self.number = AmountField()
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number.setDecimals(1)
        self.number.setRange(0.1, most)
        self.number.setMinimumWidth(_EMS_WIDE * self.fontMetrics().height())
        self.number.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.number.setSuffix(f" {unit}")
        self.number.setAccessibleName(f"{text}, {unit}")
        self.number.setValue(suggestion if value is None else value)
        self.box.setChecked(value is not None)
        self.number.setEnabled(value is not None)
        self.box.toggled.connect(self.number.setEnabled)
        row.addWidget(self.box, 1)
        row.addWidget(self.number)

    @property
    def value(self) -> float | None:
        return self.number.value() if self.box.isChecked() else None


class ConnectionDialog(FormDialog):
    """`saved` carries a SetConnection. `used_bytes`: sent and received this month, None where that can't be told."""

    saved = Signal(object)

    def __init__(self, connection: SetConnection, used_bytes: int | None, parent: QWidget | None = None) -> None:
        super().__init__(_("Connection"), _("Your internet connection"), parent)
        self.monthly = Cap(
            _("Use at most, in a month"),
            _("GB"),
            _in(BYTES_PER_GIGABYTE, connection.monthly_bytes),
            _SUGGESTED_MONTHLY_GIGABYTES,
            100_000.0,
        )
        up, down = connection.upload_bytes_per_second, connection.download_bytes_per_second
        self.up = Cap(_("Send at most"), _("Mbit/s"), _in(BYTES_PER_MEGABIT, up), _SUGGESTED_UP_MEGABITS, 100_000.0)
        self.down = Cap(
            _("Receive at most"), _("Mbit/s"), _in(BYTES_PER_MEGABIT, down), _SUGGESTED_DOWN_MEGABITS, 100_000.0
        )
        self.hide_address = QCheckBox(_("Don't show this computer's address to the others"))
        self.hide_address.setChecked(connection.hide_address)
        self.body.addWidget(self.monthly)
        self.body.addWidget(label(_used_text(used_bytes), TextRole.MUTED))
        self.used = QProgressBar()
        self.used.setTextVisible(False)
        self.used.setRange(0, _BAR_STEPS)
        self.used.setAccessibleName(_("Used of this month's data"))
        self._used_bytes = used_bytes
        self.body.addWidget(self.used)
        self.monthly.box.toggled.connect(self._show_used)
        self.monthly.number.valueChanged.connect(self._show_used)
        self._show_used()
        for widget in (self.up, self.down, self.hide_address):
            self.body.addWidget(widget)
        self.body.addWidget(label(_address_text(), TextRole.MUTED))
        self.body.addStretch(1)
        self.fit()

    def _show_used(self) -> None:
        """Of what is typed now, so that one sees whether it would be enough."""
        most = self.monthly_bytes
        if self._used_bytes is None or not most:
            self.used.hide()
            return
        self.used.setValue(round(min(1.0, self._used_bytes / most) * _BAR_STEPS))
        told = _("{used} of {most} used this month")
        self.used.setAccessibleDescription(
            told.format(used=words.bytes_text(self._used_bytes), most=words.bytes_text(most))
        )
        self.used.show()

    def on_save(self) -> None:
        self.saved.emit(self.connection)
        self.accept()

    @property
    def monthly_bytes(self) -> int | None:
        monthly = self.monthly.value
        return None if monthly is None else round(monthly * BYTES_PER_GIGABYTE)

    @property
    def connection(self) -> SetConnection:
        """What the form says."""
        return SetConnection(
            upload_bytes_per_second=_bytes(BYTES_PER_MEGABIT, self.up.value),
            download_bytes_per_second=_bytes(BYTES_PER_MEGABIT, self.down.value),
            monthly_bytes=self.monthly_bytes,
            hide_address=self.hide_address.isChecked(),
        )


def _in(unit_bytes: float, count: float | None) -> float | None:
    return None if count is None else count / unit_bytes


def _bytes(unit_bytes: float, value: float | None) -> float | None:
    return None if value is None else value * unit_bytes


def _used_text(used_bytes: int | None) -> str:
    rule = _("Sent and received together. When it is used up, training waits for the next month.")
    if used_bytes is None:
        return rule
    return rule + " " + _("This month so far: {amount}.").format(amount=words.bytes_text(used_bytes))


def _address_text() -> str:
    return _(
        "Computers that train together talk to each other directly and see each other's internet address. With this "
        "box ticked everything goes through the network's store instead, which is slower and earns less."
    )
