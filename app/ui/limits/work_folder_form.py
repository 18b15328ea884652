"""Where what is large of the engine's work lies: with the app's other data, or in a folder on another disk."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QHBoxLayout, QLineEdit, QRadioButton, QWidget

from app.core.commands import FreeDisk, SetWorkFolder
from app.core.engine.phase import ALIVE
from app.core.settings.work_folder import BESIDE, checked_work_folder
from app.core.snapshot import Snapshot
from app.core.words import bytes_text
from app.ui.background import Background
from app.ui.look.card import Card, button, label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import Space, TextRole, set_role
from app.ui.look.translation import _
from protocol.errors import SettingsError


class WorkFolderDialog(FormDialog):
    """`saved` carries a SetWorkFolder, or a FreeDisk."""

    saved = Signal(object)

    def __init__(
        self, setting: str | None, kept_bytes: Callable[[], int] = lambda: 0, parent: QWidget | None = None
    ) -> None:
        """`kept_bytes`: what lies there already; asked in a thread."""
        super().__init__(_("Folder for its work"), _("Where should its work lie?"), parent)
        self._kept_bytes: int | None = None
        self._at_work = False
        self._group = QButtonGroup(self)
        self.beside, self.own = QRadioButton(_("With the app's other data")), QRadioButton(_("In this folder:"))
        for choice in (self.beside, self.own):
            self._group.addButton(choice)
        self.folder = QLineEdit(setting or "")
        self.folder.setAccessibleName(_("Folder for its work"))
        self.choose = button(_("Choose…"), description=_("Look for a folder on your disks"))
        self.choose.clicked.connect(self._on_choose)
        self.hint = label(role=TextRole.ERROR)
        row = QHBoxLayout()
        row.setSpacing(Space.SMALL)
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose)
        self.body.addWidget(label(_what_lies_there(), TextRole.MUTED))
        for widget in (self.beside, self.own):
            self.body.addWidget(widget)
        self.body.addLayout(row)
        self.body.addWidget(self.hint)
        self.body.addWidget(label(_moving(), TextRole.MUTED))
        self.body.addWidget(self._kept())
        self.body.addStretch(1)
        (self.beside if setting is None else self.own).setChecked(True)
        self._group.buttonToggled.connect(self._on_changed)
        self.folder.textChanged.connect(self._on_changed)
        self._on_changed()
        self.fit()
        self._background = Background(self)
        self._background.done.connect(self._on_added_up)
        self._background.failed.connect(self.amount.setText)
        self.finished.connect(self._background.leave)
        self._background.begin(kept_bytes)

    def _kept(self) -> Card:
        card = Card(_("What lies there now"))
        self.amount = label(_("Adding up…"))
        self.free = button(_("Free that room"), description=_("Delete what it keeps and can fetch again"))
        self.why_not = label(_what_is_lost(), TextRole.CAPTION)
        self.free.clicked.connect(self._on_free)
        self.free.setEnabled(False)
        row = QHBoxLayout()
        row.addWidget(self.amount, 1)
        row.addWidget(self.free)
        card.body.addLayout(row)
        card.body.addWidget(self.why_not)
        return card

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Whether an engine needs it now."""
        self._at_work = snapshot.engine.phase in ALIVE
        self._tell_kept()

    def _on_added_up(self, kept_bytes: int) -> None:
        self._kept_bytes = kept_bytes
        self._tell_kept()

    def _on_free(self) -> None:
        self.saved.emit(FreeDisk())
        self._on_added_up(0)

    def _tell_kept(self) -> None:
        kept = self._kept_bytes
        if kept is not None:
            self.amount.setText(_("{size} on the disk").format(size=bytes_text(kept)) if kept else _("Nothing"))
        self.free.setEnabled(bool(kept) and not self._at_work)
        self.why_not.setText(_needed_now() if self._at_work else _what_is_lost())

    @property
    def typed(self) -> str:
        return self.folder.text().strip() if self.own.isChecked() else BESIDE

    def on_save(self) -> None:
        if self.save.isEnabled():
            self.saved.emit(SetWorkFolder(self.typed))
            self.accept()

    def _on_choose(self) -> None:
        chooser = QFileDialog(self, _("Folder for its work"), self.folder.text())
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chooser.fileSelected.connect(self.folder.setText)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _on_changed(self) -> None:
        own = self.own.isChecked()
        self.folder.setEnabled(own)
        self.choose.setEnabled(own)
        problem = self._problem() if own and self.typed else ""
        self.hint.setText(problem)
        self.hint.setVisible(bool(problem))
        set_role(self.hint, "role", TextRole.ERROR.value)
        self.folder.setAccessibleDescription(problem)
        self.save.setEnabled(not problem and bool(self.typed))

    def _problem(self) -> str:
        try:
            checked_work_folder(self.typed)
        except SettingsError as error:
            return f"{error.title} {error.advice}"
        return ""


def _what_lies_there() -> str:
    return _(
        "Parts of models, unfinished work and the text to learn from take the room that you allow under Limits. They "
        "may lie on another disk; the key and what is still to be credited stay with the app's other data."
    )


def _moving() -> str:
    return _(
        "What is there already is moved when training next begins, which can take minutes. While that disk is not "
        "connected, this computer does not train."
    )


def _what_is_lost() -> str:
    return _(
        "What is needed is fetched again when training next begins. Your earnings, the key and what is still to be "
        "credited stay."
    )


def _needed_now() -> str:
    return _("The engine needs it now. Once it has ended, that room can be freed.")
