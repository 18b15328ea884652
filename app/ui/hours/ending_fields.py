"""How some hours begin and end, where that differs from what holds for all: two fields under a line of the list."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSpinBox, QVBoxLayout, QWidget

from app.core.hours.changes import LONGEST_OVERRUN_MINUTES
from app.core.hours.windows import AS_FOR_ALL, Ending
from app.ui.look.card import button, label
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _

LONGEST_LAST_START_MINUTES = 12 * 60
_NO_OWN = -1


class OwnMinutes(QSpinBox):
    """Minutes, or below their least the words “as for all”."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.setRange(_NO_OWN, most)
        self.setSingleStep(5)
        self.setSuffix(_(" min"))
        self.setSpecialValueText(_("as for all"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def stepBy(self, steps: int) -> None:
        """From “as for all” the first step is to 0, so that the next are 5, 10, 15."""
        if self.value() == _NO_OWN and steps > 0:
            self.setValue((steps - 1) * self.singleStep())
        else:
            super().stepBy(steps)

    def minutes(self) -> int | None:
        return None if self.value() == _NO_OWN else self.value()

    def show_minutes(self, minutes: int | None) -> None:
        """Nothing is told back."""
        blocker = QSignalBlocker(self)
        self.setValue(_NO_OWN if minutes is None else minutes)
        blocker.unblock()


class EndingFields(QWidget):
    """Folded away behind a button until these hours say something of their own."""

    edited = Signal(object)
    """With the Ending that the fields say now."""

    def __init__(self) -> None:
        super().__init__()
        self.opener = button(_("Beginning and end"), look="quiet")
        self.opener.setCheckable(True)
        self.last_start = OwnMinutes(LONGEST_LAST_START_MINUTES)
        self.overrun = OwnMinutes(LONGEST_OVERRUN_MINUTES)
        self._fields = QWidget()
        grid = QGridLayout(self._fields)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.SMALL)
        grid.setVerticalSpacing(Space.TIGHT)
        grid.setColumnStretch(0, 1)
        rows = ((self.last_start, _("Nothing new so long before the end")), (self.overrun, _("To hand over after it")))
        for place, (field, text) in enumerate(rows):
            grid.addWidget(label(text, TextRole.CAPTION), place, 0)
            grid.addWidget(field, place, 1)
            field.valueChanged.connect(self._on_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TIGHT)
        column.addWidget(self.opener, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self._fields)
        self._shown = AS_FOR_ALL
        self._fields.hide()
        self.opener.toggled.connect(self._fields.setVisible)

    def show_ending(self, ending: Ending) -> None:
        """Nothing is told back. What is open stays open, so that nobody loses the field they are in; what the person
        folded away stays so until it says something else."""
        self.last_start.show_minutes(ending.last_start_minutes)
        self.overrun.show_minutes(ending.overrun_minutes)
        if ending not in (AS_FOR_ALL, self._shown):
            self.opener.setChecked(True)
        self._shown = ending

    def name_fields(self, hours: str) -> None:
        """What a screen reader says; `hours` are those that the fields belong to."""
        self.opener.setAccessibleName(_("Beginning and end of {hours}").format(hours=hours))
        self.last_start.setAccessibleName(_("Last start before the end, in minutes, for {hours}").format(hours=hours))
        self.overrun.setAccessibleName(_("Handing over past the end, in minutes, for {hours}").format(hours=hours))

    def _on_changed(self) -> None:
        self.edited.emit(Ending(self.last_start.minutes(), self.overrun.minutes()))
