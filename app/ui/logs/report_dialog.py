"""Exactly what a problem report holds, file by file, before it is saved. Nothing is sent."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QListWidget, QSplitter, QWidget

from app.core.language.speech import counted
from app.core.report.contents import ReportFile, zipped
from app.core.settings.stored_file import write_atomically
from app.core.words import bytes_text
from app.ui.background import Background
from app.ui.logs.view import plain_page
from app.ui.look.card import label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.screen import room_on_screen
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _
from protocol.errors import StorageError

Compose = Callable[[], tuple[ReportFile, ...]]
"""Gathers and redacts the report; may take seconds."""


class ReportDialog(FormDialog):
    """Composed in a thread as soon as it opens; what is shown is what is saved."""

    def __init__(self, compose: Compose, suggested: Path, parent: QWidget | None = None) -> None:
        super().__init__(_("Problem report — Train at Home"), _("What the report holds"), parent)
        self._files: tuple[ReportFile, ...] = ()
        self._suggested = suggested
        self.message = label(_("Gathering it…"), TextRole.MUTED)
        self.names = QListWidget()
        self.names.setAccessibleName(_("Files of the report"))
        self.names.currentRowChanged.connect(self._show_file)
        self.page = plain_page(_("The chosen file, as it will be saved"))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(Space.MEDIUM)
        split.addWidget(self.names)
        split.addWidget(self.page)
        split.setStretchFactor(1, 1)
        em = self.fontMetrics().height()
        split.setSizes([17 * em, 35 * em])
        split.setMinimumHeight(18 * em)
        self.body.addWidget(label(_explanation()))
        self.body.addWidget(split, 1)
        self.body.addWidget(self.message)
        self.save.setText(_("Save…"))
        self.save.setEnabled(False)
        self.cancel.setText(_("Close"))
        self.resize(54 * em, min(44 * em, room_on_screen().height() - 2 * em))
        self._background = Background(self)
        self._background.done.connect(self._on_composed)
        self._background.failed.connect(self.message.setText)
        self.finished.connect(self._background.leave)
        self._background.begin(compose)

    def on_save(self) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save the report"), str(self._suggested), "ZIP (*.zip)")
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, path: Path) -> None:
        """Save what is shown; the message says how that went."""
        try:
            write_atomically(path, zipped(self._files))
        except StorageError as error:
            self.message.setText(str(error))
        else:
            self.message.setText(_("Saved as {path}. Nothing was sent.").format(path=path))

    def _on_composed(self, files: tuple[ReportFile, ...]) -> None:
        self._files = files
        self.names.addItems([f"{file.name}   {bytes_text(file.size_bytes)}" for file in files])
        self.names.setCurrentRow(0)
        self.save.setEnabled(bool(files))
        told = counted(
            "{count} file. Look through it, then save.", "{count} files. Look through them, then save.", len(files)
        )
        self.message.setText(told.format(count=len(files)))

    def _show_file(self, row: int) -> None:
        self.page.setPlainText(self._files[row].text if 0 <= row < len(self._files) else "")


def _explanation() -> str:
    return _(
        "Names, folders, addresses, passwords and keys were taken out as far as they could be recognised. Nothing is "
        "sent to anybody: you save one file, and give it to whoever helps you."
    )
