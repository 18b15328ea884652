"""One window of a kind: asked for again, it comes back from wherever it is."""

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.look.theme import Colours
from app.ui.window_slot import WindowSlot


class AWindow(QWidget):
    closed = Signal()

    def dress(self, colours: Colours) -> None:
        pass


@pytest.fixture
def slot(qtbot: QtBot) -> WindowSlot[AWindow]:
    made: WindowSlot[AWindow] = WindowSlot(AWindow, lambda: None)
    qtbot.addWidget(made.ready())
    return made


def test_a_minimised_window_comes_back_when_it_is_asked_for(slot: WindowSlot[AWindow]) -> None:
    window = slot.bring()
    window.showMinimized()
    assert window.isMinimized()
    assert slot.bring() is window
    assert not window.isMinimized()
    assert window.isVisible()


def test_a_window_that_was_maximised_before_comes_back_maximised(slot: WindowSlot[AWindow]) -> None:
    window = slot.bring()
    window.showMaximized()
    assert slot.bring().isMaximized()
    window.showMinimized()
    window = slot.bring()
    assert not window.isMinimized()
    assert window.isMaximized()
