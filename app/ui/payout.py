"""Where earnings go: a field that takes a wallet's public address and throws any secret away at once."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.ui.card import label
from app.ui.form_dialog import FormDialog
from app.ui.theme import Space, TextRole, set_role
from app.ui.translation import _
from chain.addresses import check_address, looks_secret
from protocol.errors import SettingsError

_WHOLE_LENGTH = 48


class PayoutField(QWidget):
    """Empty is fine: the address can be added later. `changed` fires when `is_acceptable` may have changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TIGHT)
        self.field = QLineEdit()
        self.field.setPlaceholderText("5…")
        self.field.setClearButtonEnabled(True)
        self.field.setAccessibleName(_("Payout address"))
        self.field.setAccessibleDescription(_("The public address of your wallet, 48 characters that begin with 5"))
        self.field.textChanged.connect(self._on_text_changed)
        self.field.editingFinished.connect(self._on_editing_finished)
        self._wiping = False
        self.message = label(role=TextRole.ERROR)
        column.addWidget(self.field)
        column.addWidget(self.message)
        self._say("", "")

    def set_address(self, address: str | None) -> None:
        self.field.setText(address or "")

    @property
    def address(self) -> str | None:
        """The checked address; None while the field is empty or holds none."""
        try:
            return check_address(self.field.text()) if self.field.text().strip() else None
        except SettingsError:
            return None

    @property
    def is_acceptable(self) -> bool:
        return not self.field.text().strip() or self.address is not None

    def _on_text_changed(self, text: str) -> None:
        self._judge(text, typing=True)
        self.changed.emit()

    def _on_editing_finished(self) -> None:
        if self.field.text().strip():
            self._judge(self.field.text(), typing=False)

    def _judge(self, text: str, *, typing: bool) -> None:
        if looks_secret(text):
            self._refuse_secret(text)
            return
        if not text.strip():
            if not self._wiping:
                self._say("", "")
            return
        try:
            check_address(text)
        except SettingsError as error:
            unfinished = typing and len(text.strip()) < _WHOLE_LENGTH
            self._say("danger", "" if unfinished else f"{error.title} {error.advice}")
        else:
            self._say("good", _("This is a valid address."))

    def _refuse_secret(self, text: str) -> None:
        """Empty the field, its undo history included, and leave only the warning."""
        self._wiping = True
        self.field.setText("")  # unlike clear(), this also forgets what could be undone
        self._wiping = False
        try:
            check_address(text)
        except SettingsError as error:
            self._say("danger", f"{error.title} {error.advice}")

    def _say(self, tone: str, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        set_role(self.message, "role", TextRole.BODY.value if tone == "good" else TextRole.ERROR.value)
        set_role(self.message, "tone", tone)


class PayoutDialog(FormDialog):
    """The field with Save and Cancel; saving an empty field forgets the address."""

    saved = Signal(object)

    def __init__(self, address: str | None, parent: QWidget | None = None) -> None:
        super().__init__(_("Payout address"), _("Where should earnings go?"), parent)
        self.body.addWidget(label(explanation_text(), TextRole.MUTED))
        self.payout = PayoutField()
        self.payout.set_address(address)
        self.payout.changed.connect(self._on_payout_changed)
        self.body.addWidget(self.payout)
        self.body.addStretch(1)
        self.payout.field.setFocus()
        self.fit()

    def _on_payout_changed(self) -> None:
        self.save.setEnabled(self.payout.is_acceptable)
        self.fit()

    def on_save(self) -> None:
        if self.payout.is_acceptable:
            self.saved.emit(self.payout.address)
            self.accept()


def explanation_text() -> str:
    return _(
        "Paste the public address of a Bittensor wallet. We never ask for secret words or keys; nobody can take money "
        "with an address. Without one, what you earn is kept for this computer until you add it."
    )
