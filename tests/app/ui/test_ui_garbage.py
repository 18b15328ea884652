"""Garbage goes in Qt's thread between two events, and the collector passes over what is there for good."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.ui.application import Desktop
from app.ui.garbage import GarbageRounds, set_aside, settle
from tests.app.conftest import FakeBackend


class Ring:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


class Allocating(QLabel):
    """Makes garbage while Qt dresses it, as any handler does that is written in Python."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.StyleChange:
            make_garbage()
        super().changeEvent(event)


def make_garbage() -> None:
    for _each in range(100 * gc.get_threshold()[0]):
        Ring()


def left_in_a_circle(widget: QWidget) -> "weakref.ref[QWidget]":
    """`widget`, which then only the collector can free."""
    widget.itself = widget  # type: ignore[attr-defined]
    return weakref.ref(widget)


@pytest.fixture(autouse=True)
def _nothing_stays_frozen() -> Iterator[None]:
    was_left_to_itself = gc.isenabled()
    gc.collect()
    yield
    gc.unfreeze()
    if not was_left_to_itself:
        gc.disable()


@pytest.fixture
def rounds(qapp: QApplication) -> Iterator[GarbageRounds]:
    made = GarbageRounds()
    yield made
    made.close()


def test_a_widget_that_is_garbage_stays_until_qt_has_dressed_every_widget(
    rounds: GarbageRounds, qapp: QApplication, qtbot: QtBot
) -> None:
    standing = [Allocating() for _each in range(5)]
    gone = [left_in_a_circle(QLabel()) for _each in range(50)]
    for widget in (*standing, *(each() for each in gone)):
        assert widget is not None
        widget.ensurePolished()
    del widget
    qapp.setStyleSheet("QLabel { color: red }")
    assert all(each() is not None for each in gone)
    qapp.setStyleSheet("")
    qtbot.waitUntil(lambda: all(each() is None for each in gone), timeout=20_000)


def test_a_widget_that_is_garbage_goes_in_qts_thread_whichever_makes_the_garbage(
    rounds: GarbageRounds, qtbot: QtBot
) -> None:
    threads: list[threading.Thread] = []
    gone = left_in_a_circle(QLabel())
    label = gone()
    assert label is not None
    label.destroyed.connect(lambda: threads.append(threading.current_thread()))
    del label
    other = threading.Thread(target=make_garbage)
    other.start()
    other.join()
    assert threads == []
    qtbot.waitUntil(lambda: gone() is None, timeout=20_000)
    assert threads in ([], [threading.main_thread()])


def test_once_closed_the_collector_is_left_to_itself(qapp: QApplication) -> None:
    rounds = GarbageRounds()
    assert not gc.isenabled()
    rounds.close()
    assert gc.isenabled()


@pytest.mark.parametrize("put_away", [set_aside, settle])
def test_what_was_there_is_no_longer_looked_at(put_away: Callable[[], None]) -> None:
    put_away()
    assert gc.get_freeze_count() > 1000
    assert len(gc.get_objects()) < 1000


def test_garbage_of_before_and_of_afterwards_is_found() -> None:
    before = Ring()
    settle()
    after = Ring()
    gone = [weakref.ref(before), weakref.ref(after)]
    del before, after
    gc.collect()
    assert gone[1]() is None
    settle()
    assert gone[0]() is None


def test_the_desktop_tells_when_its_last_window_has_gone(
    qapp: QApplication, qtbot: QtBot, fake_backend: FakeBackend
) -> None:
    desktop = Desktop(qapp, fake_backend, with_tray=True)
    desktop.tray = AlwaysThere()
    desktop.show_home()
    desktop.side.show_activity()
    assert desktop.side.activity.window is not None and desktop.home is not None
    with qtbot.assertNotEmitted(desktop.windows_gone, wait=50):
        desktop.side.activity.window.close()
    with qtbot.waitSignal(desktop.windows_gone):
        desktop.home.close()
    desktop.close()


class AlwaysThere:
    """A tray as app.ui.tray.tray.Tray that can be seen."""

    visible = True

    def show_state(self, state: object, tooltip: str) -> None: ...

    def notify(self, title: str, text: str) -> None: ...

    def close(self) -> None: ...
