"""Who sits at a window, and who has merely left it open."""

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.ui.onlooker import AWAY_AFTER_SECONDS, Onlooker, Sight, sight_now


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def looks(onlooker: Onlooker, sight: Sight) -> bool:
    onlooker.see(sight)
    return onlooker.looks


def test_a_window_left_open_is_watched_for_a_quarter_of_an_hour_after_the_last_stir(clock: Clock) -> None:
    onlooker = Onlooker(clock)
    assert looks(onlooker, Sight(True, False, "here"))
    clock.now += AWAY_AFTER_SECONDS - 1
    assert looks(onlooker, Sight(True, False, "there")), "the pointer has moved"
    clock.now += AWAY_AFTER_SECONDS - 1
    assert looks(onlooker, Sight(True, False, "there"))
    clock.now += 1
    assert not looks(onlooker, Sight(True, False, "there"))
    assert onlooker.window, "it is to come back"
    assert looks(onlooker, Sight(True, False, "back at it"))


def test_an_open_question_is_never_taken_away(clock: Clock) -> None:
    onlooker = Onlooker(clock)
    assert looks(onlooker, Sight(True, True, "here"))
    clock.now += 10 * AWAY_AFTER_SECONDS
    assert looks(onlooker, Sight(True, True, "here"))


def test_who_has_no_window_open_looks_at_none_and_one_just_opened_is_looked_at(clock: Clock) -> None:
    onlooker = Onlooker(clock)
    assert not looks(onlooker, Sight(False, False, "here"))
    clock.now += 10 * AWAY_AFTER_SECONDS
    assert looks(onlooker, Sight(True, False, "here")), "opened by keyboard, the pointer where it was"


def test_what_is_seen_are_shown_windows_dialogs_and_where_pointer_and_caret_stand(qtbot: QtBot) -> None:
    window = QWidget()
    line = QLineEdit("text", window)
    qtbot.addWidget(window)
    assert sight_now()[:2] == (False, False)
    with qtbot.waitExposed(window):
        window.show()
    assert sight_now()[:2] == (True, False)
    before = sight_now()
    assert sight_now() == before, "nobody stirs"
    QCursor.setPos(QCursor.pos() + QPoint(7, 3))
    assert sight_now().trace != before.trace
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    before = sight_now()
    QTest.keyClicks(line, "ten more letters")
    assert sight_now().trace != before.trace
    dialog = QDialog(window)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert sight_now()[:2] == (True, True)
    dialog.close()
    window.showMinimized()
    qtbot.waitUntil(lambda: not sight_now().window)
