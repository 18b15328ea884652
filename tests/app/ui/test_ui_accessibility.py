"""In every window each control has a name and a role for a screen reader, and a place where the Tab key comes by."""

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core.snapshot import Snapshot
from app.ui.logs.report_dialog import ReportDialog
from app.ui.look.card import NameLabel
from app.ui.look.form_dialog import FormDialog
from app.ui.settings.remove_dialog import RemoveDialog
from tests.app.ui.every_window import QTS_OWN_PARTS, WINDOWS, finish_work, of_numbers

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit)
NO_ROLES = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Pane, QAccessible.Role.Window}
PASSED_OVER = NO_ROLES - {QAccessible.Role.Window} | {QAccessible.Role.LayeredPane}
WINDOW_ROLES = {QAccessible.Role.Window, QAccessible.Role.Dialog}
BREAK_HERE = "\u200b"

every_window = pytest.mark.parametrize("name", WINDOWS)


@pytest.fixture
def shown(qtbot: QtBot, make_snapshot: Callable[..., Snapshot], tmp_path: Path) -> Callable[[str], QWidget]:
    def show(name: str) -> QWidget:
        window = WINDOWS[name](of_numbers(make_snapshot()), tmp_path)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        if isinstance(window, ReportDialog):
            qtbot.waitUntil(lambda: window.names.count() > 0)
        finish_work(window)
        return window

    return show


def controls_of(window: QWidget) -> list[QWidget]:
    """What a person can use now; a part of a control, such as the field in a spin box, is the control's own matter."""
    found = [each for each in window.findChildren(QWidget) if _is_control(each) and each.isVisible()]
    own = [each for each in found if not isinstance(each.parentWidget(), QAbstractSpinBox | QComboBox)]
    return [each for each in own if each.isEnabled() and not _is_qts_own(each)]


def _is_control(widget: QWidget) -> bool:
    return isinstance(widget, CONTROLS) and not isinstance(widget, QHeaderView)  # it names a table's lines


def _is_qts_own(widget: QWidget) -> bool:
    place: QWidget | None = widget
    while place is not None:
        if place.objectName().startswith(QTS_OWN_PARTS) or place.inherits("QComboBoxPrivateContainer"):
            return True
        place = place.parentWidget()
    return False


def told(widget: QWidget) -> str:
    return f"{type(widget).__name__} {QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)!r}"


@every_window
def test_every_control_has_a_name_and_a_role(shown: Callable[[str], QWidget], name: str) -> None:
    window = shown(name)
    for control in controls_of(window):
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.text(QAccessible.Text.Name).strip(), told(control)
        assert interface.role() not in NO_ROLES, told(control)


@every_window
def test_a_label_says_what_is_chosen_in_a_list_since_linux_tells_the_choice_as_its_name(
    shown: Callable[[str], QWidget], name: str
) -> None:
    window = shown(name)
    for each in (control for control in controls_of(window) if isinstance(control, QComboBox)):
        interface = QAccessible.queryAccessibleInterface(each)
        labels = [one for one, relation in interface.relations() if relation is QAccessible.RelationFlag.Label]
        assert [one.text(QAccessible.Text.Name) for one in labels] == [each.accessibleName()], told(each)
        assert each.accessibleName().strip()


@every_window
def test_what_a_label_shows_is_what_a_reader_says(shown: Callable[[str], QWidget], name: str) -> None:
    window = shown(name)
    labels = [each for each in window.findChildren(QLabel) if each.isVisible() and not _is_qts_own(each)]
    heard = {each: QAccessible.queryAccessibleInterface(each).text(QAccessible.Text.Name) for each in labels}
    for each in labels:
        text = each.text().replace(BREAK_HERE, "").replace(" –\n", " to ")
        assert BREAK_HERE not in heard[each]
        if isinstance(each, NameLabel):
            assert not heard[each] and any(value.startswith(text) for value in heard.values()), text
        else:
            assert text in heard[each], told(each)


@every_window
def test_a_reader_passes_over_nothing_that_has_a_name(shown: Callable[[str], QWidget], name: str) -> None:
    window = shown(name)
    assert QAccessible.queryAccessibleInterface(window).role() in WINDOW_ROLES
    for each in window.findChildren(QWidget):
        found = QAccessible.queryAccessibleInterface(each)
        if each.isVisible() and not _is_qts_own(each) and found.text(QAccessible.Text.Name):
            assert found.role() not in PASSED_OVER, told(each)


@every_window
def test_of_several_buttons_for_one_choice_each_is_told_as_one_of_them(
    shown: Callable[[str], QWidget], name: str
) -> None:
    window = shown(name)
    for each in controls_of(window):
        group = each.group() if isinstance(each, QAbstractButton) else None
        if group is not None and group.exclusive():
            assert QAccessible.queryAccessibleInterface(each).role() is QAccessible.Role.RadioButton, told(each)


@every_window
def test_a_form_begins_with_its_first_field_and_not_with_its_end(shown: Callable[[str], QWidget], name: str) -> None:
    window = shown(name)
    if isinstance(window, FormDialog) and not window.save.isHidden() and not _warns(window):
        first = window.focusWidget()
        assert first not in (None, window.save, window.cancel), told(window)
        group = first.group() if isinstance(first, QAbstractButton) else None
        assert group is None or not group.exclusive() or group.checkedButton() is first, told(first)


def _warns(window: QWidget) -> bool:
    """Before what can't be undone the safe way out has the keyboard."""
    return isinstance(window, RemoveDialog) and not any(box.isVisible() for box in window.keep.values())


@every_window
def test_who_scrolls_a_page_with_the_wheel_changes_nothing_on_the_way(
    shown: Callable[[str], QWidget], name: str
) -> None:
    window = shown(name)
    for each in (control for control in controls_of(window) if isinstance(control, QAbstractSpinBox | QComboBox)):
        wheel = QWheelEvent(
            QPointF(each.rect().center()),
            QPointF(each.mapToGlobal(each.rect().center())),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        before = _shows(each)
        QApplication.sendEvent(each, wheel)
        assert (_shows(each), wheel.isAccepted()) == (before, False), told(each)
        assert Qt.FocusPolicy.WheelFocus not in each.focusPolicy(), told(each)


def _shows(field: QWidget) -> str:
    assert isinstance(field, QAbstractSpinBox | QComboBox)
    return field.currentText() if isinstance(field, QComboBox) else field.text()


@every_window
def test_the_tab_key_comes_to_every_control_and_back(shown: Callable[[str], QWidget], name: str) -> None:
    window = shown(name)
    controls = controls_of(window)
    reached = _walked(window, limit=3 * len(controls) + 20)
    missed = [each for each in controls if each not in reached and not _stands_for(each, reached)]
    assert not missed, [told(each) for each in missed]


def _walked(window: QWidget, limit: int) -> set[QWidget]:
    reached: set[QWidget] = set()
    for _press in range(limit):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.add(focused)
    return reached


def _stands_for(control: QWidget, reached: set[QWidget]) -> bool:
    """Of buttons of which only one can be pressed, Tab comes to one, and the arrow keys go on from there."""
    if not isinstance(control, QAbstractButton):
        return False
    group = control.group()
    if group is not None and group.exclusive():
        return any(each in reached for each in group.buttons())
    above = control.parentWidget()
    beside = above.findChildren(QAbstractButton) if above is not None and control.autoExclusive() else []
    return any(each in reached for each in beside if each.autoExclusive())
