"""Every limit can be set in the window, and what nobody touched stays to the byte."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from app.core.commands import SetEngineLimits, SetGates
from app.core.gates.gate import GateName, GateSettings, Switch, at_least, at_most, plain
from app.core.settings.limit_fields import LIMIT_GROUPS, LimitField, as_edited, program_names, with_field
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot
from app.ui.limits.connection_form import ConnectionDialog, connection_of
from app.ui.limits.dialog import LimitsDialog, limits_text
from app.ui.limits.programs_picker import ProgramsPicker
from app.ui.settings.window import SettingsWindow

FIELDS = [field for group in LIMIT_GROUPS for field in group.fields]
ODD = Settings(
    gates=GateSettings(battery_least_share=0.333, disk_least_bytes=1_234_567_891, temperature_most_celsius=120.0),
    memory_limit_bytes=3_333_333_333,
    graphics_memory_share=0.507,
    work_share=0.333,
)


@pytest.fixture
def dialog(qtbot: QtBot) -> LimitsDialog:
    made = LimitsDialog(ODD)
    qtbot.addWidget(made)
    made.show()
    return made


def saved_by(dialog: LimitsDialog) -> list[object]:
    told: list[object] = []
    dialog.saved.connect(told.append)
    dialog.on_save()
    return told


def choose(dialog: LimitsDialog, gate: GateName, switch: Switch) -> None:
    row = dialog.rows[gate]
    row.switch.setCurrentIndex(row.switch.findData(switch))


def test_every_switch_of_the_gates_has_a_row_but_the_ones_that_stand_elsewhere() -> None:
    switches = {name for name in GateSettings.__struct_fields__ if isinstance(getattr(GateSettings(), name), Switch)}
    assert switches - {field.gate.value for field in FIELDS} == {"data_quota", "network", "update"}
    numbers = {field.number.field for field in FIELDS if field.number is not None}
    rest = set(GateSettings.__struct_fields__) - switches - numbers
    assert rest == {"busy_programs", "data_quota_bytes"}


def test_saving_without_a_change_asks_for_nothing(dialog: LimitsDialog) -> None:
    assert saved_by(dialog) == []


def test_a_switch_a_number_and_programs_are_saved_and_the_rest_stays(dialog: LimitsDialog) -> None:
    choose(dialog, GateName.IDLE, Switch.ON)
    choose(dialog, GateName.BUSY_PROGRAM, Switch.ON)
    idle, programs = dialog.rows[GateName.IDLE].number, dialog.rows[GateName.BUSY_PROGRAM].programs
    assert idle is not None and programs is not None
    idle.setValue(10)
    programs.setText("Blender,  steam , ,Blender")
    wanted = msgspec.structs.replace(
        ODD.gates,
        idle=Switch.ON,
        idle_least_seconds=600.0,
        busy_program=Switch.ON,
        busy_programs=("Blender", "steam"),
    )
    assert saved_by(dialog) == [SetGates(wanted)]


def test_what_the_engine_may_take_is_saved_as_one_command(dialog: LimitsDialog) -> None:
    dialog.threads.setValue(3)
    dialog.graphics_cards.setValue(2)
    dialog.memory.box.setChecked(False)
    dialog.graphics_share.setValue(40)
    dialog.work_share.setValue(60)
    assert saved_by(dialog) == [
        SetEngineLimits(
            device="auto",
            threads=3,
            graphics_cards=2,
            memory_limit_bytes=None,
            disk_limit_bytes=ODD.disk_limit_bytes,
            graphics_memory_share=0.4,
            work_share=0.6,
        )
    ]


def test_each_row_shows_what_was_read_and_who_says_so(
    dialog: LimitsDialog, make_snapshot: Callable[..., Snapshot]
) -> None:
    gates = (
        plain(GateName.MAINS, Switch.AUTOMATIC, True, "upower"),
        at_most(GateName.TEMPERATURE, Switch.AUTOMATIC, 61.0, 95.0, "coretemp"),
        plain(GateName.IDLE, Switch.OFF, None),
    )
    dialog.show_snapshot(make_snapshot(gates=gates))
    assert dialog.rows[GateName.MAINS].evidence.text() == "On mains, says upower."
    assert dialog.rows[GateName.TEMPERATURE].evidence.text() == "61 °C, 95 °C at most, says coretemp."
    assert dialog.rows[GateName.IDLE].evidence.text() == "Not looked at now."


def test_each_row_shows_what_its_new_value_would_do_before_it_is_saved(
    dialog: LimitsDialog, make_snapshot: Callable[..., Snapshot]
) -> None:
    gates = (
        at_most(GateName.TEMPERATURE, Switch.AUTOMATIC, 71.0, 120.0, "coretemp"),
        at_least(GateName.MEMORY, Switch.AUTOMATIC, 2e9, 0.5e9),
        plain(GateName.FANS, Switch.OFF, None),
        plain(GateName.METERED, Switch.OFF, None),  # set to automatic, and of no concern on a network of its own
    )
    dialog.show_snapshot(make_snapshot(gates=gates))
    heat, memory, fans = (dialog.rows[gate] for gate in (GateName.TEMPERATURE, GateName.MEMORY, GateName.FANS))
    assert heat.number is not None and memory.number is not None
    heat.number.setValue(70)
    assert heat.evidence.text() == "71 °C, 70 °C at most, says coretemp. So it would wait."
    heat.number.setValue(72)
    assert heat.evidence.text() == "71 °C, 72 °C at most, says coretemp."
    heat.number.setValue(120)
    assert heat.evidence.text() == "71 °C, 120 °C at most, says coretemp."
    memory.number.setValue(3)
    assert memory.evidence.text() == "2 GB free, 3 GB wanted. So it would wait."
    assert memory.switch.accessibleDescription() == memory.evidence.text()
    choose(dialog, GateName.MEMORY, Switch.OFF)
    assert memory.evidence.text() == "Not looked at any more, once it is saved."
    assert dialog.rows[GateName.METERED].evidence.text() == "Not looked at now."
    choose(dialog, GateName.FANS, Switch.ON)
    assert fans.evidence.text() == "Looked at once it is saved."


@pytest.mark.parametrize("field", [field for field in FIELDS if field.number is not None], ids=lambda each: each.gate)
def test_what_a_row_would_do_is_what_its_gate_then_does(field: LimitField) -> None:
    assert field.number is not None
    of_setting = field.number.unit.of_setting
    for amount in (field.number.least, field.number.most):
        for measured in (0.0, amount * of_setting, amount * of_setting * 2 + 1):
            reads = at_most if field.number.holds_above else at_least
            wanted = reads(field.gate, Switch.ON, measured, amount * of_setting)
            read = reads(field.gate, Switch.AUTOMATIC, measured, 5.0)
            assert as_edited(read, field, Switch.ON, amount) == wanted


def test_a_number_counts_only_while_its_switch_is_not_off(dialog: LimitsDialog) -> None:
    number = dialog.rows[GateName.BATTERY].number
    assert number is not None and number.isEnabled()
    choose(dialog, GateName.BATTERY, Switch.OFF)
    assert not number.isEnabled()


@given(field=st.sampled_from(FIELDS), switch=st.sampled_from(Switch), share=st.floats(0, 1))
def test_what_is_written_is_what_is_read_back(field: LimitField, switch: Switch, share: float) -> None:
    number = field.number
    amount = None if number is None else number.least + share * (number.most - number.least)
    gates = with_field(GateSettings(), field, switch, amount)
    assert field.switch(gates) is switch
    if amount is not None:
        assert abs(field.amount(gates) - amount) < 0.051


@given(text=st.text(alphabet="ab ,\n\t", max_size=40))
def test_program_names_are_clean_and_each_once(text: str) -> None:
    names = program_names(text)
    assert len(set(names)) == len(names)
    assert all(name == " ".join(name.split()) != "" for name in names)


def test_every_editor_has_a_name_of_its_own_and_a_place_for_the_keyboard(dialog: LimitsDialog) -> None:
    kinds = (QComboBox, QDoubleSpinBox, QSpinBox, QCheckBox, QLineEdit)
    editors = [editor for kind in kinds for editor in dialog.findChildren(kind)]
    editors = [editor for editor in editors if editor.objectName() != "qt_spinbox_lineedit"]
    names = [editor.accessibleName() or (editor.text() if isinstance(editor, QCheckBox) else "") for editor in editors]
    assert all(names) and len(set(names)) == len(names)
    assert all(editor.focusPolicy() & Qt.FocusPolicy.TabFocus for editor in editors)


def test_the_settings_tell_how_many_limits_were_set_and_open_them(
    qtbot: QtBot, make_snapshot: Callable[..., Snapshot], tmp_path: Path
) -> None:
    assert limits_text(Settings()) == "As suggested"
    assert limits_text(ODD) == "6 set by you"
    window = SettingsWindow(ODD, tmp_path)
    qtbot.addWidget(window)
    window.show()
    window.show_snapshot(make_snapshot())
    assert window.limits.text() == "6 set by you"
    opened = window.dialogs.edit_limits()
    assert opened.rows[GateName.MAINS].evidence.text()
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        opened.threads.setValue(2)
        opened.on_save()
    assert isinstance(caught.args[0], SetEngineLimits)


RUNNING = frozenset({"steam", "blender.exe", "zed", "kworker/0:1", ""})


@pytest.fixture
def picking(qtbot: QtBot) -> LimitsDialog:
    chosen = msgspec.structs.replace(ODD.gates, busy_program=Switch.ON, busy_programs=("Blender", "gone"))
    made = LimitsDialog(msgspec.structs.replace(ODD, gates=chosen), running=lambda: RUNNING)
    qtbot.addWidget(made)
    made.show()
    return made


def listed(picker: ProgramsPicker) -> list[str]:
    items = [picker.names.item(row) for row in range(picker.names.count())]
    return [item.text() for item in items if not item.isHidden()]


def test_programs_are_chosen_from_those_that_run_and_the_ones_chosen_before_stay(
    picking: LimitsDialog, qtbot: QtBot
) -> None:
    row = picking.rows[GateName.BUSY_PROGRAM]
    assert row.programs is not None and row.choose is not None
    row.choose.click()
    (picker,) = picking.findChildren(ProgramsPicker)
    qtbot.waitUntil(lambda: listed(picker) == ["Blender", "gone", "steam", "zed"])
    assert picker.ticked == ("Blender", "gone")
    picker.words.setText("ST")
    assert listed(picker) == ["steam"]
    picker.names.setCurrentRow(2)
    QTest.keyClick(picker.names, Qt.Key.Key_Space)
    picker.on_save()
    assert row.programs.text() == "Blender, gone, steam"
    assert picking.gates.busy_programs == ("Blender", "gone", "steam")


def test_where_no_programs_can_be_listed_that_is_said(qtbot: QtBot) -> None:
    picker = ProgramsPicker(("one",), lambda: None)
    qtbot.addWidget(picker)
    qtbot.waitUntil(lambda: picker.message.text() == "The programs that run can't be listed here.")
    assert picker.ticked == ("one",)
    picker.reject()


def test_nothing_is_chosen_from_programs_while_the_switch_is_off(dialog: LimitsDialog) -> None:
    row = dialog.rows[GateName.BUSY_PROGRAM]
    assert row.choose is not None
    choose(dialog, GateName.BUSY_PROGRAM, Switch.OFF)
    assert not row.choose.isEnabled()
    choose(dialog, GateName.BUSY_PROGRAM, Switch.ON)
    assert row.choose.isEnabled()


def test_a_bar_tells_how_much_of_the_months_allowance_is_used(qtbot: QtBot) -> None:
    unlimited = connection_of(Settings())
    made = ConnectionDialog(msgspec.structs.replace(unlimited, monthly_bytes=100 * 10**9), 25 * 10**9)
    qtbot.addWidget(made)
    made.show()
    assert made.used.isVisible()
    assert made.used.value() / made.used.maximum() == 0.25
    assert made.used.accessibleDescription() == "25 GB of 100 GB used this month"
    made.monthly.number.setValue(20)
    assert made.used.value() == made.used.maximum(), "the bar follows what is typed"
    made.monthly.box.setChecked(False)
    assert not made.used.isVisible()
    unread = ConnectionDialog(msgspec.structs.replace(unlimited, monthly_bytes=100 * 10**9), None)
    qtbot.addWidget(unread)
    unread.show()
    assert not unread.used.isVisible()
