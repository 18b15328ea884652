"""The building blocks of every window: cards, labels and buttons that wrap, mirror, and can be read aloud."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.look.icons import glyph
from app.ui.look.spoken import Role
from app.ui.look.theme import Space, TextRole, set_role
from app.ui.look.translation import _

_CHOICE_GLYPH_SIZE = 28
_OVERLONG_WORD = re.compile(r"\S{25,}")
_PIECE = re.compile(r"\S{1,8}")
_BREAK_HERE = "\u200b"


class WrappingLabel(QLabel):
    """A label in which even a word longer than the line, an address or a German title, can wrap.

    A reader hears it without the places to break, and a value with the name that stands beside it: the name alone, as
    `setAccessibleName` would have it, is heard instead of the value.
    """

    def __init__(self, named: str = "") -> None:
        super().__init__()
        self._named = named

    def setText(self, text: str) -> None:
        shown = breakable(text)
        super().setText(shown)
        if self._named and text:
            self.setAccessibleName(_("{name}: {value}").format(name=self._named, value=text))
        else:
            self.setAccessibleName("" if shown == text else text)


class NameLabel(WrappingLabel):
    """The name of a value beside it. Readers pass over it, since they say it with the value (`label(named=...)`)."""

    spoken_role = Role.Whitespace


def breakable(text: str) -> str:
    """`text` with invisible places to break inside overlong words."""
    return _OVERLONG_WORD.sub(lambda word: _BREAK_HERE.join(_PIECE.findall(word.group())), text)


def label(text: str = "", role: TextRole = TextRole.BODY, *, wraps: bool = True, named: str = "") -> QLabel:
    """A label of plain text: what comes from a network is never taken for markup. `named` is what a reader says before
    a value whose name stands beside it."""
    return _set_up(WrappingLabel(named), text, role, wraps)


def name_label(text: str, role: TextRole = TextRole.MUTED, *, wraps: bool = False) -> QLabel:
    """What stands beside a value that is `label(named=text)`."""
    return _set_up(NameLabel(), text, role, wraps)


def _set_up(made: WrappingLabel, text: str, role: TextRole, wraps: bool) -> QLabel:
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wraps)
    made.setProperty("role", role.value)
    if wraps:
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)  # else a page of nothing but such labels is given no height at all
        made.setSizePolicy(policy)
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


class Segment(QPushButton):
    """One of a few views to choose from, with room for the bolder letters that it gets once it is chosen."""

    def __init__(self, text: str = "") -> None:
        super().__init__(plain_text(text))
        self.setAutoDefault(False)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # so that a reader says that it is one of several
        self.setAccessibleName(text)
        self.setProperty("look", "segment")

    def sizeHint(self) -> QSize:
        bold = self.font()
        bold.setWeight(QFont.Weight.DemiBold)
        size = super().sizeHint()
        grows = QFontMetrics(bold).horizontalAdvance(self.text()) - self.fontMetrics().horizontalAdvance(self.text())
        return size + QSize(max(0, grows) + Space.TIGHT, 0)


def plain_text(text: str) -> str:
    """`text` for buttons and menus, where a lone & would mark a shortcut."""
    return text.replace("&", "&&")


def set_glyph(target: QPushButton, name: str, colour: str) -> None:
    """Put a glyph as tall as the text before a button's text."""
    size = target.fontMetrics().height()
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


class ScrollPage(QScrollArea):
    """A page that scrolls only when its text, wrapped at the present width, is taller than the window."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.setObjectName("page")
        self.setWidget(page)


class ScrolledPage(QWidget):
    """What a ScrollPage holds. Wrapped labels claim the height they would need at their narrowest; this ignores it."""

    spoken_role = Role.Grouping

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class ChoiceButton(QPushButton):
    """One of several to pick from: a picture, a title and a sentence, as tall as these need."""

    def __init__(self, title: str, text: str, glyph_name: str) -> None:
        super().__init__()
        self._glyph_name = glyph_name
        self.setCheckable(True)
        self.setAutoExclusive(True)  # so that a reader says that it is one of several
        self.setAutoDefault(False)
        self.setProperty("look", "choice")
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._picture = QLabel()
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        row.setSpacing(Space.LARGE)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(Space.TIGHT)
        lines.addWidget(label(title, TextRole.HEADING))
        lines.addWidget(label(text, TextRole.MUTED))
        row.addLayout(lines, 1)
        for inner in self.findChildren(QLabel):
            inner.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_glyph(self, colour: str) -> None:
        self._picture.setPixmap(glyph(self._glyph_name, colour, _CHOICE_GLYPH_SIZE))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._row.totalHeightForWidth(width)

    def sizeHint(self) -> QSize:
        width = 24 * self.fontMetrics().averageCharWidth()
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class ValueRows(QGridLayout):
    """Lines of a name, what is set, and a button that changes it."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(Space.LARGE)
        self.setVerticalSpacing(Space.TIGHT)
        self.setColumnStretch(1, 1)
        self._rows = 0
        self._names: list[QLabel] = []

    def add(self, name: str, description: str, act: str = "") -> tuple[QLabel, QPushButton]:
        """The value's label and the button, which says `act` or else Change."""
        value = label(named=name)
        change = button(act or _("Change"), look="quiet", description=description)
        change.setAccessibleName(f"{act}: {name}" if act else _("Change: {what}").format(what=name))
        row = self._next_row(name_label(name))
        self.addWidget(value, row, 1)
        self.addWidget(change, row, 2, Qt.AlignmentFlag.AlignTrailing)
        return value, change

    def add_field(self, name: str, field: QWidget) -> None:
        """A line whose value is chosen in place."""
        field.setAccessibleName(name)
        shown = label(name, TextRole.MUTED, wraps=False)
        shown.setBuddy(field)
        self.addWidget(field, self._next_row(shown), 1, 1, 2, Qt.AlignmentFlag.AlignLeading)

    def _next_row(self, shown: QLabel) -> int:
        self.addWidget(shown, self._rows, 0)
        self._names.append(shown)
        self._rows += 1
        return self._rows - 1

    @staticmethod
    def line_up(several: "Sequence[ValueRows]") -> None:
        """Let the values of all begin at one edge."""
        widest = max(name.sizeHint().width() for rows in several for name in rows._names)
        for rows in several:
            rows.setColumnMinimumWidth(0, widest)


class Columns(QWidget):
    """Two cards side by side where both have room for their text, else one below the other."""

    _EMS_PER_COLUMN = 40

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


class FlowRow(QWidget):
    """Buttons in a row that continues on the next line where it would not fit; hidden ones leave no gap."""

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        super().__init__()
        self._widgets = list(widgets)
        self._was_laid_out = False
        for widget in self._widgets:
            widget.setParent(self)
            widget.installEventFilter(self)
        self.installEventFilter(self)  # Qt asks the row, not the button, to make room for a longer text
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        shown = [widget.sizeHint() for widget in self._widgets if not widget.isHidden()]
        gaps = [_gap(widget) for widget in self._widgets if not widget.isHidden()]
        width = sum(size.width() for size in shown) + sum(gaps[:-1])
        # Layouts give a widget of fixed height no more than this, whatever its height for a width.
        return QSize(width, self.heightForWidth(self.width() if self._was_laid_out else width))

    def minimumSizeHint(self) -> QSize:
        shown = [widget.sizeHint() for widget in self._widgets if not widget.isHidden()]
        width, height = (max(sides, default=0) for sides in ([s.width() for s in shown], [s.height() for s in shown]))
        return QSize(width, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        before = self.sizeHint().height()
        self._was_laid_out = True
        if self._place(event.size().width(), move=True) != before or event.size().height() != before:
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._place(self.width(), move=True)
        super().changeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.ShowToParent, QEvent.Type.HideToParent, QEvent.Type.FontChange, QEvent.Type.LayoutRequest)
        if event.type() in kinds or event.type() is QEvent.Type.StyleChange:
            self.updateGeometry()
            self._place(self.width(), move=True)
        return False

    def _place(self, width: int, *, move: bool) -> int:
        x = y = row_height = 0
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for widget in self._widgets:
            if widget.isHidden():
                continue
            size = widget.sizeHint()
            if x and x + size.width() > width:
                x, y, row_height = 0, y + row_height + Space.SMALL, 0
            if move:
                left = width - x - size.width() if mirrored else x
                widget.setGeometry(left, y, size.width(), size.height())
            x, row_height = x + size.width() + _gap(widget), max(row_height, size.height())
        return y + row_height


def _gap(widget: QWidget) -> int:
    """After it; a quiet button is bare text, which needs more air to be told from the next."""
    return Space.LARGE if widget.property("look") == "quiet" else Space.SMALL
