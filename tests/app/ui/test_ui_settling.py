"""The collector passes over what is there for good, and loses nothing of what has become garbage since."""

import gc
import weakref
from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("PySide6")

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.application import Desktop
from app.ui.settling import set_aside, settle


class Ring:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _nothing_stays_frozen() -> Iterator[None]:
    yield
    gc.unfreeze()


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


def test_the_desktop_tells_when_its_last_window_has_gone(qapp: QApplication, qtbot: QtBot, fake_backend) -> None:
    desktop = Desktop(qapp, fake_backend, with_tray=True)
    desktop.tray = AlwaysThere()
    desktop.show_home()
    desktop.show_activity()
    with qtbot.assertNotEmitted(desktop.windows_gone, wait=50):
        desktop.activity.close()
    with qtbot.waitSignal(desktop.windows_gone):
        desktop.home.close()
    desktop.close()


class AlwaysThere:
    """A tray as app.ui.tray.tray.Tray that can be seen."""

    visible = True

    def show_state(self, state: object, tooltip: str) -> None: ...

    def notify(self, title: str, text: str) -> None: ...

    def close(self) -> None: ...
