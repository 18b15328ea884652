"""High contrast that is switched on in the system's settings is seen when the person comes back from there."""

import threading

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.settings.settings import Theme
from app.ui.look.contrast_watch import ContrastWatch
from app.ui.look.palettes import CONTRAST_DARK, CONTRAST_LIGHT
from app.ui.look.theme import Appearance


class Service:
    """Tells what it is told to, and remembers who asked."""

    def __init__(self) -> None:
        self.answer: bool | None = None
        self.asked_in: list[str] = []

    def more_wanted(self) -> bool | None:
        self.asked_in.append(threading.current_thread().name)
        return self.answer


def test_the_windows_change_when_the_person_comes_back_from_the_settings(qapp: QApplication, qtbot: QtBot) -> None:
    service, parent = Service(), QObject()
    watch = ContrastWatch(qapp, service.more_wanted, parent)
    appearance = Appearance(qapp, Theme.SYSTEM)
    watch.answered.connect(appearance.heed_contrast)
    with qtbot.waitSignal(watch.answered):
        watch.look()
    assert appearance.colours not in (CONTRAST_LIGHT, CONTRAST_DARK)
    service.answer = True
    with qtbot.waitSignal(appearance.changed):
        qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert appearance.colours in (CONTRAST_LIGHT, CONTRAST_DARK)
    assert set(service.asked_in) == {"window"}  # never in the thread that draws
    watch.close()
    qapp.setStyleSheet("")
    appearance.deleteLater()


def test_nobody_is_asked_while_the_person_is_elsewhere_or_after_the_end(qapp: QApplication, qtbot: QtBot) -> None:
    service, parent = Service(), QObject()
    watch = ContrastWatch(qapp, service.more_wanted, parent)
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    watch.close()
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert service.asked_in == []
