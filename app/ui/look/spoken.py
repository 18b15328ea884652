"""What a screen reader takes a widget for. Qt calls every plain QWidget an area of no kind, which readers pass over
though it has a name; a widget that draws itself says here what it is."""

import sys
from functools import cache
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QAccessibleWidget, QWidget

Role = QAccessible.Role


@runtime_checkable
class HasRole(Protocol):
    """A widget whose class says what it is to a reader."""

    spoken_role: QAccessible.Role


@cache
def tell_roles() -> None:
    """From here on readers hear of `spoken_role`. Qt keeps one answer for each widget, so this comes before any is
    shown; a second call does nothing."""
    QAccessible.installFactory(_interface)


def read_as_focused(part: QWidget) -> None:
    """As lists do it: the keyboard stays where it is, and a reader follows to the part of it that is meant."""
    QAccessible.updateAccessibility(QAccessibleEvent(part, QAccessible.Event.Focus))


def reads_whole_rows() -> bool:
    """Whether the reader here, Orca, reads a table's whole row whenever a cell of another one is chosen."""
    return sys.platform.startswith("linux")


class SpokenPart(QWidget):
    """A part of what `owner` draws, which a reader can walk to; nothing of it is seen."""

    spoken_role = Role.ListItem

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setVisible(True)


class Whisper:
    """Speaks as two unseen parts of `owner` by turns: a reader is silent about a part that it has just read."""

    def __init__(self, owner: QWidget) -> None:
        self._parts = SpokenPart(owner), SpokenPart(owner)

    def say(self, text: str, area: QRect) -> None:
        """`area` is where it is, for who magnifies that or asks."""
        self._parts = self._parts[1], self._parts[0]
        self._parts[0].setAccessibleName(text)
        self._parts[0].setGeometry(area)
        read_as_focused(self._parts[0])


def _interface(kind: str, thing: QObject) -> QAccessibleWidget | None:
    """Qt asks for each class that `thing` descends from, and owns what it is given."""
    if kind == type(thing).__name__ and isinstance(thing, QWidget) and isinstance(thing, HasRole):
        return QAccessibleWidget(thing, thing.spoken_role)
    return None
