"""What of Qt must not be asked through PySide: the screen of a widget, and what follows it in the focus chain."""

import ast
import gc
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.control.speaking import speak_for
from app.core.language.speech import ENGLISH, speak
from app.core.snapshot import Snapshot
from tests.app.ui.every_window import WINDOWS, finish_work, of_numbers

REPOSITORY = Path(__file__).resolve().parents[3]
UI, TESTS, PICTURES = REPOSITORY / "app" / "ui", REPOSITORY / "tests" / "app", REPOSITORY / "docs" / "images"


def test_a_window_that_is_collected_does_not_take_the_screen_along(
    qtbot: QtBot, make_snapshot: Callable[..., Snapshot], tmp_path: Path
) -> None:
    screen = QGuiApplication.primaryScreen()
    for make in WINDOWS.values():
        window = make(of_numbers(make_snapshot()), tmp_path)
        window.show()
        finish_work(window)
        window.close()
        del window
        gc.collect()
    assert isValid(screen)
    assert screen.availableGeometry().height() > 0


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("tag", ["en", "de", "zh-Hans"])
def test_every_window_fits_on_a_small_screen(
    qtbot: QtBot, make_snapshot: Callable[..., Snapshot], tmp_path: Path, tag: str, name: str
) -> None:
    """Full HD at 200 % has 960 by 540 points, panels included; old laptops have little more."""
    try:
        speak_for(tag, ())
        window = WINDOWS[name](of_numbers(make_snapshot()), tmp_path)
        qtbot.addWidget(window)
        window.resize(720, 460)
        window.show()
        finish_work(window)
        assert window.width() <= 720 and window.height() <= 460
        window.close()
    finally:
        speak(ENGLISH)


def test_no_window_asks_a_widget_for_its_screen() -> None:
    """PySide would delete that screen together with the widget."""
    assert not asking("screen", UI)


def test_nobody_asks_a_widget_for_its_neighbour_in_the_focus_chain() -> None:
    """PySide takes the neighbour for the widget's child: windows stay for good, or go while Qt is at work on them."""
    for name in ("nextInFocusChain", "previousInFocusChain"):
        assert not asking(name, UI, TESTS, PICTURES), "tests.app.ui.tab_order tells what Tab visits"


def test_nobody_takes_a_layouts_own_items_into_python() -> None:
    """PySide may take a later object at such an item's place in memory for the item: a button was a QWidgetItem."""
    for name in ("takeAt", "itemAt", "itemAtPosition"):
        assert not asking(name, UI, TESTS, PICTURES)


def test_what_waits_for_a_signal_or_a_window_is_waited_in() -> None:
    """Called without `with`, it waits for nothing."""
    waiting = {"waitExposed", "waitActive", "waitSignal", "waitSignals", "wait_exposed", "wait_active"}
    unwaited = [
        f"{path.name}:{node.lineno}"
        for path in TESTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        if isinstance(node.value.func, ast.Attribute) and node.value.func.attr in waiting
    ]
    assert not unwaited


def asking(name: str, *folders: Path) -> list[str]:
    """Where the attribute `name` is used."""
    return [
        f"{path.name}:{node.lineno}"
        for folder in folders
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == name
    ]
