"""Asks for a password, whatever it is for; it stands in no field longer than it must."""

from enum import Enum, auto

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.identity.choice import LEAST_PASSWORD, Password
from app.ui.look.card import label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import TextRole
from app.ui.look.translation import _


class Task(Enum):
    """What a password is wanted for."""

    EXPORT = auto()
    RESTORE = auto()
    KEEP_IN_FILE = auto()
    UNLOCK = auto()


class PasswordDialog(FormDialog):
    """A new password twice, an old one once. `given` carries a Password; the fields are emptied at once."""

    given = Signal(object)

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        title, text = _password_words(task)
        super().__init__(_("Password"), title, parent)
        self._is_new = task in (Task.EXPORT, Task.KEEP_IN_FILE)
        self.body.addWidget(label(text, TextRole.MUTED))
        self.first = self._field(_("Password"))
        self.second = self._field(_("The same again"))
        self.second.setVisible(self._is_new)
        self.hint = label(role=TextRole.CAPTION)
        self.body.addWidget(self.hint)
        self.body.addStretch(1)
        self.save.setText(_("Continue"))
        self._on_text_changed()
        self.first.setFocus()
        self.fit()

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        field.textChanged.connect(self._on_text_changed)
        self.body.addWidget(field)
        return field

    def _on_text_changed(self) -> None:
        first, second = self.first.text(), self.second.text()
        hint = ""
        if self._is_new and len(first) < LEAST_PASSWORD:
            hint = _("At least {count} characters; four random words are good.").format(count=LEAST_PASSWORD)
        elif self._is_new and second and first != second:
            hint = _("The two are not the same.")
        self.hint.setText(hint)
        self.save.setEnabled(bool(first) and not hint and (not self._is_new or first == second))

    def on_save(self) -> None:
        if not self.save.isEnabled():
            return
        password = Password(self.first.text())
        self.accept()
        self.given.emit(password)

    def done(self, result: int) -> None:
        for field in (self.first, self.second):
            field.setText("")
        super().done(result)


def _password_words(task: Task) -> tuple[str, str]:
    match task:
        case Task.EXPORT:
            return _("A password for the copy"), _("Without it the copy is worth nothing, so write it down.")
        case Task.RESTORE:
            return _("The copy's password"), _("The one that you gave it when you saved it.")
        case Task.KEEP_IN_FILE:
            return (
                _("A password for the key's file"),
                _(
                    "This computer has no keychain that is open. The key can lie in a file instead, which only this "
                    "password opens; you will be asked for it each time the app starts, and nothing trains before."
                ),
            )
        case Task.UNLOCK:
            return _("The file's password"), _("It opens this computer's key until the app ends.")
