"""In a made-up language two fifths longer, and from right to left, every window says and shows all of itself."""

import ast
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QRect, Qt, QTranslator
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.control.speaking import speak_for
from app.core.language.languages import LANGUAGES
from app.core.language.speech import ENGLISH, speak
from app.core.settings.settings import Theme
from app.core.snapshot import Snapshot
from app.core.wish import Auto, Off, OffUntil, OnUntil, Wish
from app.ui.logs.report_dialog import ReportDialog
from app.ui.logs.window import LogsWindow
from app.ui.look.theme import Appearance
from app.ui.look.translation import teach_qt
from app.ui.tray.menu import TrayMenu
from tests.app.conftest import MakeSnapshot
from tests.app.fakes.made_up_language import MADE_UP, escaped
from tests.app.ui.every_window import WINDOWS, finish_work, menu_texts, of_numbers, texts_of

WINDOWS_ARE = {"QMainWindow", "QDialog", "FormDialog"}
ROUNDING = 2
"""Pixels that fonts of different engines differ by."""

every_window = pytest.mark.parametrize("name", WINDOWS)


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    speak(ENGLISH)


@pytest.fixture
def _dressed(qapp: QApplication) -> Iterator[None]:
    """In the style sheet of the app, whose borders take room. Without any font Qt draws boxes, which fit nothing."""
    letters = QFontMetrics(qapp.font())
    if letters.horizontalAdvance("i") == letters.horizontalAdvance("W"):
        pytest.skip("there is no font here to measure")
    appearance = Appearance(qapp, Theme.LIGHT)
    yield
    qapp.setStyleSheet("")
    appearance.deleteLater()


@pytest.fixture
def snapshot(make_snapshot: Callable[..., Snapshot]) -> Snapshot:
    return of_numbers(make_snapshot())


@pytest.fixture
def shown(_dressed: None, qtbot: QtBot, snapshot: Snapshot, tmp_path: Path) -> Callable[[str], QWidget]:
    def show(name: str) -> QWidget:
        window = WINDOWS[name](snapshot, tmp_path)
        qtbot.addWidget(window, before_close_func=leave)
        with qtbot.waitExposed(window):
            window.show()
        if isinstance(window, ReportDialog):
            qtbot.waitUntil(lambda: window.names.count() > 0)
        finish_work(window)
        settle(window)
        return window

    return show


def leave(window: QWidget) -> None:
    """Nothing may come from a thread to a window that is gone."""
    for thread in threading.enumerate():
        if thread.name == "window":
            thread.join(10)
    if isinstance(window, ReportDialog):
        window.reject()
    if isinstance(window, LogsWindow):
        window.view.end()


def settle(window: QWidget) -> None:
    """Layouts that answer to a width need a few rounds."""
    for _round in range(4):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()


def test_every_window_and_dialog_of_the_app_is_looked_at() -> None:
    """A new one needs its row in every_window.py."""
    rows = Path(__file__).with_name("every_window.py").read_text("utf-8")
    made = set()
    for path in (Path(__file__).resolve().parents[3] / "app" / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & WINDOWS_ARE:
                made.add(node.name)
    assert {name for name in made if f" {name}(" not in rows} == {"FormDialog"}


@every_window
def test_no_text_of_a_window_escapes(name: str, shown: Callable[[str], QWidget]) -> None:
    speak(MADE_UP)
    found = {text: escaped(text) for text in (each.replace("\\", "/") for each in texts_of(shown(name)))}
    assert sum("⟦" in text for text in found) >= 3
    assert {text for text, letters in found.items() if letters} == set()


@pytest.mark.parametrize("wish", [Auto(), OnUntil(), OffUntil(), Off()], ids=lambda wish: type(wish).__name__)
def test_no_line_of_the_trays_menu_escapes(qapp: QApplication, make_snapshot: MakeSnapshot, wish: Wish) -> None:
    speak(MADE_UP)
    menu = TrayMenu()
    menu.show_snapshot(of_numbers(make_snapshot(wish=wish)))
    assert [text for text in menu_texts(menu.menu) if escaped(text)] == []


def cut_off(window: QWidget) -> list[str]:
    """Labels and buttons that have less room than their text needs."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, QLabel | QAbstractButton | QComboBox) or not widget.isVisibleTo(window):
            continue
        text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
        if not text:
            continue
        needs = widget.sizeHint()
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        height = widget.heightForWidth(widget.width()) if wraps else needs.height()
        if widget.height() + ROUNDING < height or (not wraps and widget.width() + ROUNDING < needs.width()):
            found.append(f"{type(widget).__name__} {widget.size()} for {needs}, {height} high: {text}")
    return found


def overlapping(window: QWidget) -> list[str]:
    """Texts of one parent that lie on each other, and texts that reach out of their parent."""
    texts = [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, QLabel | QPushButton | QCheckBox | QRadioButton) and widget.isVisibleTo(window)
    ]
    found = []
    for place, one in enumerate(texts):
        parent = one.parentWidget()
        assert parent is not None
        if not parent.rect().adjusted(-ROUNDING, -ROUNDING, ROUNDING, ROUNDING).contains(one.geometry()):
            found.append(f"out of its parent: {one.text()}")
        for other in texts[place + 1 :]:
            if other.parentWidget() is parent and lies_on(one.geometry(), other.geometry()):
                found.append(f"on each other: {one.text()} / {other.text()}")
    return found


def lies_on(one: QRect, other: QRect) -> bool:
    both = one.intersected(other)
    return both.width() > ROUNDING and both.height() > ROUNDING


@every_window
def test_longer_texts_are_neither_cut_off_nor_on_each_other(name: str, shown: Callable[[str], QWidget]) -> None:
    speak(MADE_UP)
    window = shown(name)
    assert cut_off(window) == []
    assert overlapping(window) == []


@every_window
@pytest.mark.parametrize("tag", [language.tag for language in LANGUAGES])
def test_each_language_fits_every_window(name: str, tag: str, shown: Callable[[str], QWidget]) -> None:
    speak_for(tag, ())
    window = shown(name)
    assert cut_off(window) == []
    assert overlapping(window) == []


@every_window
def test_every_window_mirrors_for_languages_from_right_to_left(name: str, shown: Callable[[str], QWidget]) -> None:
    window = shown(name)
    before = {widget: widget.mapTo(window, widget.rect().center()).x() for widget in movable(window)}
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    settle(window)
    assert cut_off(window) == []
    assert overlapping(window) == []
    for widget, x in before.items():
        now = widget.mapTo(window, widget.rect().center()).x()
        assert abs((window.width() - x) - now) <= window.width() // 10, widget.text()


def movable(window: QWidget) -> list[QPushButton]:
    """Buttons far from the middle, which must change sides."""
    middle, far = window.width() // 2, window.width() // 5
    buttons = [each for each in window.findChildren(QPushButton) if each.isVisibleTo(window)]
    return [each for each in buttons if abs(each.mapTo(window, each.rect().center()).x() - middle) > far]


def test_qt_says_its_own_texts_in_the_language_of_the_app(qapp: QApplication) -> None:
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    before = QLocale()
    for tag, undo in (("de", "&Rückgängig"), ("zh-Hans", "撤消(&U)")):
        speak_for(tag, ())
        teach_qt(qapp)
        assert QCoreApplication.translate("QWidgetTextControl", "&Undo") == undo
        assert QLocale().language() == QLocale(tag).language()
        for translator in qapp.findChildren(QTranslator):
            qapp.removeTranslator(translator)
            translator.deleteLater()
    assert Path(folder).is_dir()
    QLocale.setDefault(before)
