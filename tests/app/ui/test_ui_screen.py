"""The screen outlives the windows that asked how large it is."""

import ast
import gc
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.core.snapshot import Snapshot
from tests.app.ui.every_window import WINDOWS, finish_work, of_numbers

UI = Path(__file__).resolve().parents[3] / "app" / "ui"


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


def test_no_window_asks_a_widget_for_its_screen() -> None:
    """PySide would delete that screen together with the widget."""
    asking = [
        f"{path.relative_to(UI)}:{node.lineno}"
        for path in UI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "screen"
    ]
    assert not asking
