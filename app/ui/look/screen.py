"""How much room a window may take on the screen."""

from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_TITLE_BAR: Final = 60


def room_on_screen() -> QRect:
    """Of the main screen, without the panels on it.

    Never `QWidget.screen()`: PySide (6.11) takes its result for a part of the widget, and deletes the screen itself
    with a window that Python's garbage collector finds; the next window then crashes the app.
    """
    return QGuiApplication.primaryScreen().availableGeometry()


def open_at(window: QWidget, width: int, height: int) -> None:
    """Give a window its first size: this, or what a smaller screen has room for, so that its buttons can be seen."""
    room = room_on_screen()
    window.resize(min(width, room.width()), min(height, room.height() - _TITLE_BAR))
