"""Whether somebody is looking at our windows, or has merely left one open.

An app that waits with its update until the last window is closed never gets it where a window stays open for months,
and where the network asks for the newer version it would train no more.
"""

import time
from collections.abc import Callable, Hashable
from typing import Final, NamedTuple

from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog

AWAY_AFTER_SECONDS: Final = 900.0
"""Without a sign at a window that was left open."""


class Sight(NamedTuple):
    """What can be seen from here at one moment."""

    window: bool
    """Whether one is shown that is not minimised."""
    question: bool
    """Whether a dialog is open: its half of an answer would be lost."""
    trace: Hashable
    """Whatever changes as a person moves the pointer, writes, or turns to another window."""


class Onlooker:
    """Told what is seen every few seconds; says from it whether somebody looks."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._trace: Hashable = None
        self._stirred_at = clock()
        self.looks = False
        self.window = False
        """Whether a window is shown, watched or not."""

    def see(self, sight: Sight) -> None:
        now = self._clock()
        if sight.trace != self._trace or (sight.window and not self.window):
            self._trace, self._stirred_at = sight.trace, now
        self.window = sight.window
        self.looks = sight.question or (sight.window and now - self._stirred_at < AWAY_AFTER_SECONDS)


def sight_now() -> Sight:
    """Of the application's own windows. Under Wayland the pointer is known over them alone, which suffices here."""
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible() and not widget.isMinimized()]
    pointer, caret = QCursor.pos(), QGuiApplication.inputMethod().cursorRectangle()
    used = QGuiApplication.focusWindow()
    trace = (pointer.x(), pointer.y(), caret.x(), caret.y(), None if used is None else int(used.winId()))
    return Sight(bool(shown), any(isinstance(widget, QDialog) for widget in shown), trace)
