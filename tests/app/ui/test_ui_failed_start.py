"""An app that can't start says so in a window too: who starts it from a menu sees no terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.control.exit_codes import ExitCode
from app.platforms.paths import places_of
from app.ui.failed_start import FailedStart

ROOT = Path(__file__).resolve().parents[3]
STARTING = ROOT / "tests" / "app" / "fakes" / "desktop_that_can_not_start.py"


def started(key: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The app in a process of its own; `key` closes the window that it shows."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), "LANGUAGE": "en"}
    command = [sys.executable, str(STARTING), key, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60
    )


def told(ran: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """Title and advice of the window, without the places where overlong words may break."""
    title, _bar, advice = ran.stdout.strip().replace("\u200b", "").partition(" | ")
    return title, advice


def newer_settings(folder: Path) -> None:
    config = places_of(folder).config_folder
    config.mkdir(parents=True, exist_ok=True)
    (config / "settings.json").write_text('{"schema_version": 999}', encoding="utf-8")


def test_settings_of_a_newer_version_are_told_in_a_window_that_escape_closes(tmp_path: Path) -> None:
    newer_settings(tmp_path)
    ran = started("Key_Escape", "--profile-folder", str(tmp_path))
    assert ran.returncode == ExitCode.FAILED, ran.stderr
    title, advice = told(ran)
    assert "newer" in title + advice
    assert title in ran.stderr and advice in ran.stderr  # for whoever has a terminal


def test_a_profile_folder_that_can_not_be_made_is_told_in_a_window_that_enter_closes(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    ran = started("Key_Return", "--profile-folder", str(tmp_path / "file" / "profile"))
    assert ran.returncode == ExitCode.FAILED, ran.stderr
    title, advice = told(ran)
    assert title and advice
    assert title in ran.stderr


def test_an_app_that_the_system_starts_with_the_session_shows_no_window_over_and_over(tmp_path: Path) -> None:
    newer_settings(tmp_path)
    ran = started("Key_Escape", "--profile-folder", str(tmp_path), "--hidden")
    assert ran.returncode == ExitCode.FAILED
    assert ran.stdout == ""
    assert "newer" in ran.stderr


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_each_of_the_usual_keys_closes_the_window(qtbot: QtBot, key: Qt.Key) -> None:
    window = FailedStart("The log can't be written.", "Check the profile's folder.")
    qtbot.addWidget(window)
    window.show()
    QTest.keyClick(window, key)
    assert not window.isVisible()
    assert window.result() == QDialog.DialogCode.Rejected


def test_the_window_is_read_aloud_with_its_advice(qtbot: QtBot) -> None:
    window = FailedStart("The log can't be written.", "Check the profile's folder.")
    qtbot.addWidget(window)
    spoken = QAccessible.queryAccessibleInterface(window)
    assert spoken.text(QAccessible.Text.Name) == "The log can't be written."
    assert spoken.text(QAccessible.Text.Description) == "Check the profile's folder."
    assert window.cancel.text() == "Close"
