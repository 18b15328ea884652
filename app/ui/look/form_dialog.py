"""A dialog with a title, a page of fields and Save or Cancel: as tall as its text needs, scrolling past the screen."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractButton, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.ui.look.card import ScrolledPage, ScrollPage, label
from app.ui.look.screen import room_on_screen
from app.ui.look.theme import Space, TextRole, set_role
from app.ui.look.translation import _

_EMS_WIDE = 34


class FormDialog(QDialog):
    """Subclasses fill `body` and override `on_save`."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(name)
        self._page = ScrolledPage()
        self.body = QVBoxLayout(self._page)
        self.body.setContentsMargins(Space.HUGE, Space.HUGE, Space.HUGE, Space.SMALL)
        self.body.setSpacing(Space.MEDIUM)
        self.heading = label(title, TextRole.DISPLAY)
        self.body.addWidget(self.heading)
        self.buttons = QDialogButtonBox()
        self.buttons.setContentsMargins(Space.HUGE, 0, Space.HUGE, 0)
        self.save = self.buttons.addButton(_("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        set_role(self.save, "look", "primary")
        self.cancel = self.buttons.addButton(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.on_save)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, Space.LARGE)
        column.addWidget(ScrollPage(self._page), 1)
        column.addWidget(self.buttons)

    def only_close(self) -> None:
        """Nothing is saved here: one button that says so."""
        self.save.hide()
        self.cancel.setText(_("Close"))

    def on_save(self) -> None:
        """Check, tell, and accept."""

    def showEvent(self, event: QShowEvent) -> None:
        """Who comes by the keyboard begins with the first thing to fill in; Qt would begin with Save."""
        super().showEvent(event)
        first = self._first_field()
        if self.focusWidget() is None and not self.save.isHidden() and first is not None:
            first.setFocus()

    def _first_field(self) -> QWidget | None:
        """In the order of the page; `nextInFocusChain` would make PySide (6.11) mistake who owns whom."""
        for field in self._page.findChildren(QWidget):
            takes_tab = Qt.FocusPolicy.TabFocus in field.focusPolicy() and field.isEnabled() and field.isVisible()
            if takes_tab and not _is_other_choice(field):
                return field
        return None

    def fit(self, ems_wide: int = _EMS_WIDE) -> None:
        """As wide as a line reads well and as what can't wrap needs, as tall as the page then is; to be called when
        `body` is filled."""
        wanted = max(ems_wide * self.fontMetrics().height(), self.body.totalMinimumSize().width())
        width = min(wanted, room_on_screen().width() - Space.HUGE)
        height = self.body.totalHeightForWidth(width) + self.buttons.sizeHint().height() + Space.HUGE + Space.LARGE
        self.resize(width, min(height, room_on_screen().height() - Space.HUGE))


def _is_other_choice(field: QWidget) -> bool:
    """One of several of which another is chosen; the keyboard comes to that one."""
    if not isinstance(field, QAbstractButton) or field.isChecked():
        return False
    group = field.group()
    return field.autoExclusive() or (group is not None and group.exclusive())
