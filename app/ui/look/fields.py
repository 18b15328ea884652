"""Fields to choose, count or set a time in. None turns with the mouse wheel: whoever scrolls a page past them would
change what is set, and not notice."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QDoubleSpinBox, QLabel, QSpinBox, QTimeEdit

_NOT_BY_WHEEL = Qt.FocusPolicy.StrongFocus


class _LeavesTheWheel:
    """To the page. Comes before Qt's class among the bases."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class NumberField(_LeavesTheWheel, QSpinBox):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(_NOT_BY_WHEEL)


class AmountField(_LeavesTheWheel, QDoubleSpinBox):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(_NOT_BY_WHEEL)


class TimeField(_LeavesTheWheel, QTimeEdit):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(_NOT_BY_WHEEL)


class DateField(_LeavesTheWheel, QDateEdit):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(_NOT_BY_WHEEL)


class DropDown(_LeavesTheWheel, QComboBox):
    """A list to choose from, with a label beside it whose buddy it is.

    Without one nobody who can't see it knows what is chosen there: on Linux Qt tells readers what is chosen in place of
    such a list's own name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(_NOT_BY_WHEEL)


class LoneDropDown(DropDown):
    """One that says by itself what is chosen, to who sees it; readers are told by a label that nobody sees."""

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
