"""Which of the programs that run now training should wait for: a list to tick, instead of names to know."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.ui.background import Background
from app.ui.look.card import label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import TextRole
from app.ui.look.translation import _

Running: TypeAlias = Callable[[], frozenset[str] | None]
"""Names in lower case, or None where none can be listed. May take a moment."""


class ProgramsPicker(FormDialog):
    """`picked` carries the names that are ticked, those that were chosen before as they were written."""

    picked = Signal(object)

    def __init__(self, chosen: tuple[str, ...], running: Running, parent: QWidget | None = None) -> None:
        super().__init__(_("Programs — Train at Home"), _("Wait while these run"), parent)
        self.words = QLineEdit()
        self.words.setPlaceholderText(_("Only names with these letters"))
        self.words.setAccessibleName(_("Only names with these letters"))
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self._filter)
        self.names = QListWidget()
        self.names.setAccessibleName(_("Programs that run now"))
        self.names.setMinimumHeight(14 * self.fontMetrics().height())
        self.message = label(_("Looking which programs run…"), TextRole.MUTED)
        self.body.addWidget(label(_("These run now. Tick those that training should wait for."), TextRole.MUTED))
        for widget in (self.words, self.names, self.message):
            self.body.addWidget(widget)
        self.save.setText(_("Choose"))
        self._chosen = chosen
        self._add(chosen, ticked=True)
        self.fit()
        self._background = Background(self)
        self._background.done.connect(self._on_listed)
        self._background.failed.connect(self.message.setText)
        self.finished.connect(self._background.leave)
        self._background.begin(running)

    def on_save(self) -> None:
        self.picked.emit(self.ticked)
        self.accept()

    @property
    def ticked(self) -> tuple[str, ...]:
        items = (self.names.item(row) for row in range(self.names.count()))
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)

    def _on_listed(self, running: frozenset[str] | None) -> None:
        known = {form for name in self._chosen for form in (name.lower(), f"{name.lower()}.exe")}
        found = sorted(name for name in running or () if _is_program(name) and name not in known)
        self._add(found, ticked=False)
        self.message.setText("" if found else _("The programs that run can't be listed here."))
        self.message.setVisible(not found)
        self._filter()

    def _add(self, names: Iterable[str], *, ticked: bool) -> None:
        for name in names:
            item = QListWidgetItem(name, self.names)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)

    def _filter(self) -> None:
        wanted = self.words.text().strip().casefold()
        for row in range(self.names.count()):
            item = self.names.item(row)
            item.setHidden(wanted not in item.text().casefold())


def _is_program(name: str) -> bool:
    """The system's own threads have slashes in their names; one with a comma could not be told from two."""
    return bool(name) and "/" not in name and "," not in name
