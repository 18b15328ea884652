"""Work behind a window: told in Qt's thread, one piece at a time, and a window may go whatever the thread is doing."""

import threading

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.ui.background import Background
from protocol.errors import StorageError


def test_a_result_is_told_in_qts_thread(qtbot: QtBot) -> None:
    owner = QObject()
    work = Background(owner)
    threads = []
    work.done.connect(lambda _result: threads.append(QThread.currentThread()))
    with qtbot.waitSignal(work.done, timeout=5000) as told:
        work.begin(lambda: 7)
    assert told.args == [7]
    assert threads == [owner.thread()]
    with qtbot.waitSignal(work.done, timeout=5000) as told:
        work.begin(lambda: 8)
    assert told.args == [8]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(StorageError("The disk is full.", "Free some."), "The disk is full. Free some."), (OSError(), "The log says")],
)
def test_a_failure_is_told_in_words(qtbot: QtBot, error: Exception, sentence: str) -> None:
    owner = QObject()
    work = Background(owner)

    def fail() -> None:
        raise error

    with qtbot.waitSignal(work.failed, timeout=5000) as told:
        work.begin(fail)
    assert sentence in told.args[0]


def test_what_comes_while_work_is_under_way_is_left_out(qtbot: QtBot) -> None:
    owner, gate, asked = QObject(), threading.Event(), []
    work = Background(owner)
    work.begin(gate.wait)
    work.begin(lambda: asked.append(1))
    with qtbot.waitSignal(work.done, timeout=5000):
        gate.set()
    assert not asked


def test_a_window_may_go_while_its_work_is_under_way(qtbot: QtBot) -> None:
    gate, told = threading.Event(), list[object]()
    for _round in range(20):
        owner = QObject()
        work = Background(owner)
        work.done.connect(told.append)
        work.begin(gate.wait)
        delete(owner)
    before = threading.active_count()
    gate.set()
    qtbot.waitUntil(lambda: threading.active_count() <= before - 20, timeout=5000)
    assert not told


def test_whoever_ends_it_hears_the_last_result_and_whoever_left_does_not(qtbot: QtBot) -> None:
    owner, told = QObject(), list[object]()
    for leaves in (False, True):
        work = Background(owner)
        work.done.connect(told.append)
        work.begin(lambda: "result")
        if leaves:
            work.leave()
        work.end()
    assert told == ["result"]
