"""A list to choose one thing from, with no label beside it, whose name readers hear all the same."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QComboBox, QLabel


class ChoiceList(QComboBox):
    """On Linux Qt tells readers what is chosen in place of such a list's name, and leaves it to the label beside it,
    its "buddy", to say what is chosen there. Here one that nobody sees does that."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._unseen = QLabel()
        self._unseen.hide()
        self._unseen.setBuddy(self)
        self.setAccessibleName(name)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self._unseen.setText(name)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ParentChange:
            self._unseen.setParent(self.parentWidget())  # Qt looks for buddies among siblings only
        return super().event(event)
