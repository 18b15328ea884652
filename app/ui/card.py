"""The building blocks of every window: cards, labels and buttons that wrap, mirror, and can be read aloud."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui.icons import glyph
from app.ui.theme import Space, TextRole, set_role


def label(text: str = "", role: TextRole = TextRole.BODY, *, wraps: bool = True) -> QLabel:
    """A label of plain text: what comes from a network is never taken for markup."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wraps)
    made.setProperty("role", role.value)
    if wraps:
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        made.setMinimumWidth(1)
    return made


def button(text: str, *, look: str = "", description: str = "") -> QPushButton:
    """A push button. `look` is "primary", "quiet", "choice" or empty; `description` is what a screen reader adds."""
    made = QPushButton(plain_text(text))
    made.setAutoDefault(False)
    made.setAccessibleName(text)
    made.setAccessibleDescription(description)
    if look:
        made.setProperty("look", look)
    return made


def plain_text(text: str) -> str:
    """`text` for buttons and menus, where a lone & would mark a shortcut."""
    return text.replace("&", "&&")


def set_glyph(target: QPushButton, name: str, colour: str, size: int = 18) -> None:
    target.setIcon(QIcon(glyph(name, colour, size)))
    target.setIconSize(QSize(size, size))


class Card(QFrame):
    """A titled box. The title is its accessible name."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "plain")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        self.body.setSpacing(Space.SMALL)
        self.title = label(title, TextRole.HEADING)
        self.title.setVisible(bool(title))
        self.body.addWidget(self.title)
        self.setAccessibleName(title)

    def set_title(self, title: str) -> None:
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.setAccessibleName(title)

    def set_tone(self, tone: str) -> None:
        """`tone` is "plain", "warning" or "danger"."""
        set_role(self, "card", tone)


class Columns(QWidget):
    """Two cards side by side where both have room for their text, else one below the other."""

    _EMS_PER_COLUMN = 25

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(Space.LARGE)
        self._row.addWidget(first, 1)
        self._row.addWidget(second, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        needed = 2 * self._EMS_PER_COLUMN * self.fontMetrics().averageCharWidth()
        wide = event.size().width() >= needed
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != direction:
            self._row.setDirection(direction)
        super().resizeEvent(event)
