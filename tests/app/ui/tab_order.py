"""What the Tab key visits, asked by pressing it.

`nextInFocusChain` would tell it too, but PySide (6.11) then takes the widget for a child of the one before it: whole
windows stay, or go while Qt is at work on them.
"""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

_MOST = 400


def tab_stops(qtbot: QtBot, first: QWidget) -> list[QWidget]:
    """Every widget that Tab comes to from `first` on, once around; its window is shown and made the active one."""
    window = first.window()
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    first.setFocus()
    stops: list[QWidget] = []
    current = QApplication.focusWidget()
    while current is not None and current not in stops and len(stops) < _MOST:
        stops.append(current)
        QTest.keyClick(current, Qt.Key.Key_Tab)
        current = QApplication.focusWidget()
    return stops
