"""Where earnings go: a field that takes a wallet's public address and throws any secret away at once."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.payout import address as pasted
from app.core.payout.address import (
    NOTHING_KNOWN,
    KnownHotkeys,
    Pasted,
    continues_secret,
    grouped,
    is_unfinished,
    read_pasted,
)
from app.core.payout.chain_sight import Sight, hotkeys_known
from app.core.payout.words import problem_of_address, sight_sentence, told
from app.core.problems.codes import with_code
from app.core.snapshot import Snapshot
from app.ui.look.card import label
from app.ui.look.theme import Space, TextRole, set_role
from app.ui.look.translation import _
from app.ui.wallet.identicon import Identicon


class PayoutField(QWidget):
    """Empty is fine: the address can be added later. `changed` fires when `is_acceptable` may have changed."""

    changed = Signal()
    address_seen = Signal(str)
    """A new valid public address stands here: time to look it up."""

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setPlaceholderText("5…")
        self.field.setAccessibleName(_("Payout address"))
        self.field.setAccessibleDescription(_("The public address of your wallet, 48 characters that begin with 5"))
        self.field.textChanged.connect(self._on_text_changed)
        self.field.editingFinished.connect(self._on_editing_finished)
        self._wiping = False
        self._refused: Pasted | None = None
        """The secret that was wiped last, while more of it may still be typed."""
        self._known = NOTHING_KNOWN
        self._sight: Sight | None = None
        self._at: datetime | None = None
        self._meaning: Pasted = pasted.Empty()
        self._seen = ""
        self.message = label(role=TextRole.ERROR)
        self.picture = Identicon(48)
        self.groups = label(role=TextRole.MUTED)
        self.sight = label(role=TextRole.CAPTION)
        self._lay_out()
        self._say("", "")
        self._show_picture()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addWidget(self.field)
        column.addWidget(self.message)
        self._preview = QWidget()
        row = QHBoxLayout(self._preview)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.MEDIUM)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(Space.TIGHT)
        lines.addWidget(self.groups)
        lines.addWidget(self.sight)
        row.addLayout(lines, 1)
        column.addWidget(self._preview)

    def set_address(self, address: str | None) -> None:
        self.field.setText(address or "")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Learn which addresses are hotkeys and what the chain shows."""
        money = snapshot.money
        self.learn(hotkeys_known(snapshot.account.hotkey, money.wallets, money.sight), money.sight, snapshot.at)

    def learn(self, known: KnownHotkeys, sight: Sight | None, at: datetime) -> None:
        before = self._meaning
        self._at = at
        news = (known, sight) != (self._known, self._sight)
        self._known, self._sight = known, sight
        if news and self.field.text():
            self._judge(self.field.text(), typing=self.field.hasFocus())
        if self._meaning != before:
            self.changed.emit()

    @property
    def meaning(self) -> Pasted:
        return self._meaning

    @property
    def address(self) -> str | None:
        """The checked address; None while the field is empty or holds none."""
        return self._meaning.address if isinstance(self._meaning, pasted.Valid) else None

    @property
    def is_acceptable(self) -> bool:
        return isinstance(self._meaning, pasted.Valid | pasted.Empty)

    def _on_text_changed(self, text: str) -> None:
        if self._wiping:
            return
        self._judge(text, typing=True)
        self.changed.emit()
        if self.address is not None and self.address != self._seen:
            self._seen = self.address
            self.address_seen.emit(self.address)

    def _on_editing_finished(self) -> None:
        if self.field.text().strip():
            self._judge(self.field.text(), typing=False)

    def _judge(self, text: str, *, typing: bool) -> None:
        meaning = read_pasted(text, self._known)
        if isinstance(meaning, pasted.Secret):
            self._refuse_secret(text, meaning)
            return
        if self._refused is not None and continues_secret(text):
            self._empty(self._refused)
            return
        self._refused = None
        self._meaning = meaning
        if isinstance(meaning, pasted.Empty):
            self._say("", "")
        elif isinstance(meaning, pasted.Valid):
            self._say("good", str(told(meaning)))
        else:
            self._say("danger", "" if typing and is_unfinished(text) else _refusal(meaning))
        self._show_picture()

    def _refuse_secret(self, text: str, meaning: Pasted) -> None:
        """Wipe it here and on the clipboards that still hold it; keep only the warning."""
        self._empty(meaning)
        wipe_clipboards(text)
        self._say("danger", _refusal(meaning))
        self._show_picture()

    def _empty(self, refused: Pasted) -> None:
        """With all that could be undone."""
        self._wiping = True
        self.field.setText("")  # unlike clear(), this also forgets what could be undone
        self._wiping = False
        self._meaning, self._refused = pasted.Empty(), refused

    def _show_picture(self) -> None:
        address = self.address
        self._preview.setVisible(address is not None)
        self.picture.show_address(address)
        self.groups.setText("" if address is None else grouped(address))
        seen = "" if address is None or self._at is None else sight_sentence(self._sight, address, self._at)
        self.sight.setText(seen)
        self.sight.setVisible(bool(seen))

    def _say(self, tone: str, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        set_role(self.message, "role", TextRole.BODY.value if tone == "good" else TextRole.ERROR.value)
        set_role(self.message, "tone", tone)


def _refusal(meaning: Pasted) -> str:
    return with_code(str(told(meaning)), problem_of_address(meaning))


def wipe_clipboards(secret: str) -> None:
    """Empty each clipboard that holds `secret` or some secret of its own; anything else a person copied stays."""
    clipboard = QGuiApplication.clipboard()
    modes = [QClipboard.Mode.Clipboard]
    if clipboard.supportsSelection():
        modes.append(QClipboard.Mode.Selection)
    wanted = "".join(secret.split())
    for mode in modes:
        held = clipboard.text(mode)
        bare = "".join(held.split())
        if bare and (bare in wanted or wanted in bare or isinstance(read_pasted(held), pasted.Secret)):
            clipboard.clear(mode)


def explanation_text() -> str:
    return _(
        "Paste the public address of a Bittensor wallet. We never ask for secret words or keys; nobody can take money "
        "with an address. Without one, what you earn is kept for this computer until you add it."
    )
