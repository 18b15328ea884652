"""How much room a window may take on the screen."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication


def room_on_screen() -> QRect:
    """Of the main screen, without the panels on it.

    Never `QWidget.screen()`: PySide (6.11) takes its result for a part of the widget, and deletes the screen itself
    with a window that Python's garbage collector finds; the next window then crashes the app.
    """
    return QGuiApplication.primaryScreen().availableGeometry()
