"""What must be true of this computer before it trains, and how much of it the engine may take: every limit's editor."""

from datetime import datetime
from typing import Final

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.commands import SetEngineLimits, SetGates
from app.core.gates.gate import GateName, GateReading, GateSettings, Switch
from app.core.gates.words import evidence
from app.core.settings.limit_fields import (
    LIMIT_GROUPS,
    LimitField,
    LimitGroup,
    Unit,
    as_edited,
    program_names,
    with_field,
)
from app.core.settings.settings import LEAST_WORK_SHARE, MOST_CARDS, Settings
from app.core.settings.typed_limits import DEVICES
from app.core.snapshot import Snapshot
from app.platforms.portable import running_programs
from app.ui.limits.connection_form import BYTES_PER_GIGABYTE, Cap
from app.ui.limits.programs_picker import ProgramsPicker, Running
from app.ui.look.card import Card, button, label
from app.ui.look.fields import AmountField, DropDown, NumberField
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _

_EMS_WIDE: Final = 46
_NUMBER_EMS: Final = 8
"""Room for the longest, so that all are as wide."""


class LimitRow:
    """One gate: what it asks, how much that counts, its number, and what was read last."""

    def __init__(self, field: LimitField, gates: GateSettings) -> None:
        self.field = field
        text = _(field.text)
        self.name = label(text)
        self.evidence = label(role=TextRole.CAPTION)
        self.switch = DropDown()
        self.switch.setAccessibleName(text)
        self.name.setBuddy(self.switch)
        for switch, shown in ((Switch.OFF, _("Off")), (Switch.AUTOMATIC, _("Automatic")), (Switch.ON, _("Always"))):
            self.switch.addItem(shown, switch)
        self._saved = field.switch(gates)
        self.switch.setCurrentIndex(self.switch.findData(self._saved))
        self.number = None if field.number is None else _number(text, field, gates)
        self._shown = None if self.number is None else self.number.value()
        self._read: tuple[GateReading | None, datetime | None] = (None, None)
        self.programs: QLineEdit | None = None
        self.choose: QPushButton | None = None
        if field.gate is GateName.BUSY_PROGRAM:
            self.programs = QLineEdit(", ".join(gates.busy_programs))
            self.programs.setPlaceholderText(_("blender, steam"))
            self.programs.setAccessibleName(_("Programs, with commas between them"))
            self.choose = button(_("Choose…"), description=_("From the programs that run now"))
        self.switch.currentIndexChanged.connect(self._enable)
        if self.number is not None:
            self.number.valueChanged.connect(self._tell)
        self._enable()

    @property
    def chosen(self) -> Switch:
        return Switch(self.switch.currentData())

    def applied(self, gates: GateSettings) -> GateSettings:
        """`gates` with what this row says."""
        amount = None if self.number is None else self.number.value()
        # What was only rounded to be shown stays as it was written.
        gates = with_field(gates, self.field, self.chosen, None if amount == self._shown else amount)
        if self.programs is not None:
            gates = msgspec.structs.replace(gates, busy_programs=program_names(self.programs.text()))
        return gates

    def show_reading(self, reading: GateReading | None, snapshot: Snapshot) -> None:
        """What these settings make of it; what was switched off is not looked at."""
        self._read = reading, snapshot.at
        self._tell()

    def _tell(self) -> None:
        told = self._told()
        self.evidence.setText(told)
        self.switch.setAccessibleDescription(told)

    def _told(self) -> str:
        reading, at = self._read
        if reading is None or at is None:
            return _("Not looked at now.")
        amount = None if self.number is None else self.number.value()
        is_off = reading.switch is Switch.OFF  # also where it makes no sense now, whatever is set
        if self.chosen is self._saved and amount == self._shown:
            return _("Not looked at now.") if is_off else evidence(reading, at)
        if self.chosen is Switch.OFF:
            return _("Not looked at any more, once it is saved.")
        if is_off:
            return _("Looked at once it is saved.") if self._saved is Switch.OFF else _("Not looked at now.")
        edited = as_edited(reading, self.field, self.chosen, amount)
        return evidence(edited, at) + (" " + _("So it would wait.") if edited.holds else "")

    def _enable(self) -> None:
        self._tell()
        for widget in (self.number, self.programs, self.choose):
            if widget is not None:
                widget.setEnabled(self.chosen is not Switch.OFF)


class LimitsDialog(FormDialog):
    """`saved` carries a SetGates, a SetEngineLimits, or one after the other; nothing where nothing was changed."""

    saved = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None, running: Running = running_programs) -> None:
        """`running` is asked in a thread, and only for the list to choose from."""
        super().__init__(_("Limits — Train at Home"), _("What limits training"), parent)
        self._settings = settings
        self._running = running
        self.rows: dict[GateName, LimitRow] = {}
        self.body.addWidget(label(_explanation(), TextRole.MUTED))
        for group in LIMIT_GROUPS:
            self.body.addWidget(self._group(group))
        self.body.addWidget(self._engine())
        self.body.addStretch(1)
        self.fit(_EMS_WIDE)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Tell the newest readings; what is being edited stays."""
        readings = {reading.gate: reading for reading in snapshot.gates}
        for gate, row in self.rows.items():
            row.show_reading(readings.get(gate), snapshot)

    @property
    def gates(self) -> GateSettings:
        gates = self._settings.gates
        for row in self.rows.values():
            gates = row.applied(gates)
        return gates

    @property
    def engine_limits(self) -> SetEngineLimits:
        before, memory = self._settings, self.memory.value
        return SetEngineLimits(
            device=str(self.device.currentData()),
            threads=self.threads.value(),
            graphics_cards=self.graphics_cards.value(),
            memory_limit_bytes=_kept(before.memory_limit_bytes, memory),
            disk_limit_bytes=_kept(before.disk_limit_bytes, self.disk.value()) or 0,
            graphics_memory_share=_kept_share(before.graphics_memory_share, self.graphics_share.value()),
            work_share=_kept_share(before.work_share, self.work_share.value()),
        )

    def on_save(self) -> None:
        if self.gates != self._settings.gates:
            self.saved.emit(SetGates(self.gates))
        if self.engine_limits != engine_limits_of(self._settings):
            self.saved.emit(self.engine_limits)
        self.accept()

    def choose_programs(self) -> ProgramsPicker:
        """Open the list of what runs now; returns at once."""
        programs = self.rows[GateName.BUSY_PROGRAM].programs
        assert programs is not None
        picker = ProgramsPicker(program_names(programs.text()), self._running, self)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.picked.connect(lambda names: programs.setText(", ".join(names)))
        picker.open()
        return picker

    def _group(self, group: LimitGroup) -> Card:
        card = Card(_(group.title))
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.MEDIUM)
        grid.setVerticalSpacing(Space.MEDIUM)
        grid.setColumnStretch(0, 1)
        for place, field in enumerate(group.fields):
            row = self.rows[field.gate] = LimitRow(field, self._settings.gates)
            grid.addLayout(_told(row), place, 0)
            if row.choose is not None:
                row.choose.clicked.connect(self.choose_programs)
            if row.number is not None:
                grid.addWidget(row.number, place, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(row.switch, place, 2, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(grid)
        return card

    def _engine(self) -> Card:
        settings = self._settings
        card = Card(_("What the engine may take"))
        self.device = DropDown()
        for device in dict.fromkeys((*DEVICES, settings.device)):
            self.device.addItem(_("The fastest there is") if device == "auto" else device.upper(), device)
        self.device.setCurrentIndex(self.device.findData(settings.device))
        self.threads = NumberField()
        self.threads.setRange(1, 256)
        self.threads.setValue(settings.threads)
        self.threads.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.graphics_cards = NumberField()
        self.graphics_cards.setRange(1, MOST_CARDS)
        self.graphics_cards.setValue(settings.graphics_cards)
        self.graphics_cards.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.graphics_share = _spin(5, 100, Unit.PERCENT, settings.graphics_memory_share * 100)
        self.work_share = _spin(LEAST_WORK_SHARE * 100, 100, Unit.PERCENT, settings.work_share * 100)
        self.disk = _spin(0.1, 100_000, Unit.GIGABYTES, settings.disk_limit_bytes / BYTES_PER_GIGABYTE)
        memory = settings.memory_limit_bytes
        suggested = 4.0
        self.memory = Cap(
            _("Memory, at most"), _("GB"), None if memory is None else memory / BYTES_PER_GIGABYTE, suggested, 4096.0
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.MEDIUM)
        grid.setVerticalSpacing(Space.MEDIUM)
        grid.setColumnStretch(0, 1)
        for place, (text, editor) in enumerate(
            (
                (_("Compute on"), self.device),
                (_("Graphics cards, where there are several"), self.graphics_cards),
                (_("Processor threads"), self.threads),
                (_("Computes at most this much of the time"), self.work_share),
                (_("Of the graphics card's memory, at most"), self.graphics_share),
                (_("Disk space for its work, at most"), self.disk),
            )
        ):
            editor.setAccessibleName(text)
            name = label(text)
            name.setBuddy(editor)
            grid.addWidget(name, place, 0)
            grid.addWidget(editor, place, 1)
        card.body.addLayout(grid)
        card.body.addWidget(self.memory)
        card.body.addWidget(
            label(
                _(
                    "Less of the time keeps fans quiet and leaves room for other programs. That changes at once; "
                    "for the rest a running engine saves its work and starts anew."
                ),
                TextRole.CAPTION,
            )
        )
        return card


def engine_limits_of(settings: Settings) -> SetEngineLimits:
    """What is set now, as the command that would set it."""
    return SetEngineLimits(
        device=settings.device,
        threads=settings.threads,
        graphics_cards=settings.graphics_cards,
        memory_limit_bytes=settings.memory_limit_bytes,
        disk_limit_bytes=settings.disk_limit_bytes,
        graphics_memory_share=settings.graphics_memory_share,
        work_share=settings.work_share,
    )


def limits_text(settings: Settings) -> str:
    """One line for the settings: how many differ from what is set at first."""
    first, changed = Settings(), 0
    for group in LIMIT_GROUPS:
        for field in group.fields:
            same = field.switch(settings.gates) is field.switch(first.gates)
            if same and field.number is not None:
                same = field.amount(settings.gates) == field.amount(first.gates)
            changed += not same
    ours, theirs = engine_limits_of(settings), engine_limits_of(first)
    changed += sum(getattr(ours, name) != getattr(theirs, name) for name in ours.__struct_fields__)
    return _("As suggested") if not changed else _("{count} set by you").format(count=changed)


def _told(row: LimitRow) -> QVBoxLayout:
    lines = QVBoxLayout()
    lines.setSpacing(Space.HAIR)
    lines.addWidget(row.name)
    if row.programs is not None and row.choose is not None:
        beside = QHBoxLayout()
        beside.setSpacing(Space.SMALL)
        beside.addWidget(row.programs, 1)
        beside.addWidget(row.choose)
        lines.addLayout(beside)
    lines.addWidget(row.evidence)
    return lines


def _number(text: str, field: LimitField, gates: GateSettings) -> QDoubleSpinBox:
    assert field.number is not None
    number = field.number
    made = _spin(number.least, number.most, number.unit, field.amount(gates))
    made.setAccessibleName(f"{text}, {_(number.unit.value)}")
    return made


def _spin(least: float, most: float, unit: Unit, value: float) -> QDoubleSpinBox:
    """What is set already is shown even where it lies outside the range that we would suggest."""
    made = AmountField()
    made.setDecimals(unit.decimals)
    made.setRange(min(least, value), max(most, value))
    made.setSuffix(f" {_(unit.value)}")
    made.setValue(value)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setMinimumWidth(_NUMBER_EMS * made.fontMetrics().height())
    return made


def _kept(before: int | None, gigabytes: float | None) -> int | None:
    """A number that was only rounded to be shown stays as it was."""
    if gigabytes is None:
        return None
    if before is not None and abs(before / BYTES_PER_GIGABYTE - gigabytes) < 0.0501:
        return before
    return round(gigabytes * BYTES_PER_GIGABYTE)


def _kept_share(before: float, percent: float) -> float:
    """The same for a share that is shown in whole percent."""
    return before if abs(before - percent / 100) < 0.00501 else percent / 100


def _explanation() -> str:
    return _(
        "Automatic counts where this computer can tell. Always also waits while it can't tell. "
        "What is off is never looked at. Below each stands what was read last, and who says so."
    )
