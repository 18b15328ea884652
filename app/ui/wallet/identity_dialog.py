"""This computer's key: which one signs, a copy, one from elsewhere, and consent to a file without a keychain."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.core import commands
from app.core.identity.choice import HotkeyChoice, InKeyFile, InWallet, MadeHere, Password, Restored
from app.core.payout.address import WalletHotkey, grouped
from app.core.snapshot import Snapshot
from app.ui.look.card import Card, FlowRow, button, label
from app.ui.look.fields import LoneDropDown
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import TextRole, set_role
from app.ui.look.translation import _
from app.ui.wallet.identicon import Identicon
from app.ui.wallet.password_dialog import PasswordDialog, Task

SUGGESTED_NAME = "train-at-home-key.json"


class IdentityDialog(FormDialog):
    """`command_requested` carries what the person chose; the answer comes through the window as for all commands."""

    command_requested = Signal(object)

    def __init__(self, choice: HotkeyChoice, parent: QWidget | None = None) -> None:
        super().__init__(_("This computer's key"), _("This computer's key"), parent)
        self._choice = choice
        self._wallets: tuple[WalletHotkey, ...] = ()
        self._fitted: tuple[object, ...] | None = None
        """What the window was last made as large as."""
        self.only_close()
        self.body.addWidget(label(_explanation(), TextRole.MUTED))
        self.message = label(role=TextRole.ERROR)
        self.message.hide()
        self._exporting: Path | None = None
        self._add_present()
        self._add_copies()
        self._add_wallets()
        self.body.addWidget(self.message)
        self.body.addStretch(1)
        self.fit()

    def _add_present(self) -> None:
        card = Card(_("In use now"))
        self.picture = Identicon(40)
        self.address = label()
        self.place = label(role=TextRole.MUTED)
        self.keep_in_file = button(_("Keep it in a file with a password…"))
        self.unlock = button(_("Enter the file's password…"), look="primary")
        self.made_here = button(_("Use the key made on this computer"), look="quiet")
        for widget in (self.picture, self.address, self.place):
            card.body.addWidget(widget)
        card.body.addWidget(FlowRow([self.unlock, self.keep_in_file, self.made_here]))
        self.body.addWidget(card)
        self.keep_in_file.clicked.connect(lambda: self.ask_password(Task.KEEP_IN_FILE))
        self.unlock.clicked.connect(lambda: self.ask_password(Task.UNLOCK))
        self.made_here.clicked.connect(lambda: self._choose(MadeHere()))

    def _add_copies(self) -> None:
        card = Card(_("A copy"))
        card.body.addWidget(label(_copies_text(), TextRole.MUTED))
        self.export = button(_("Save a copy…"))
        self.restore = button(_("Use a key from a copy…"))
        card.body.addWidget(FlowRow([self.export, self.restore]))
        self.body.addWidget(card)
        self.export.clicked.connect(self._on_export_clicked)
        self.restore.clicked.connect(self._on_restore_clicked)

    def _add_wallets(self) -> None:
        self.wallet_card = Card(_("A hotkey of your Bittensor wallet"))
        self.wallet_card.body.addWidget(label(_wallets_text(), TextRole.MUTED))
        self.wallets = LoneDropDown(_("Hotkeys in your wallet folder"))
        self.use_wallet = button(_("Use this hotkey"))
        self.use_wallet.clicked.connect(self._on_use_wallet_clicked)
        self.wallet_card.body.addWidget(self.wallets)
        self.wallet_card.body.addWidget(FlowRow([self.use_wallet]))
        self.wallet_card.hide()
        self.body.addWidget(self.wallet_card)

    def show_snapshot(self, snapshot: Snapshot, choice: HotkeyChoice) -> None:
        """`choice` is what the settings say by now."""
        self._choice = choice
        hotkey = snapshot.account.hotkey
        self.picture.show_address(hotkey)
        self.picture.setVisible(hotkey is not None)
        self.address.setText(grouped(hotkey) if hotkey else _("The key is not open."))
        self.place.setText(self._place_text(snapshot))
        self.unlock.setVisible(hotkey is None and isinstance(choice, InKeyFile))
        self.keep_in_file.setVisible(hotkey is None and isinstance(choice, MadeHere))
        self.made_here.setVisible(not isinstance(choice, MadeHere))
        self.export.setEnabled(hotkey is not None)
        if snapshot.money.wallets != self._wallets:
            self._show_wallets(snapshot.money.wallets)
        shape = (hotkey, self.place.text(), choice, snapshot.money.wallets)
        if shape != self._fitted:  # at each snapshot a window that the person made larger would shrink again
            self._fitted = shape
            self.fit()

    def show_refusal(self, title: str, advice: str) -> None:
        """What was asked did not work."""
        self._exporting = None
        self._say(f"{title} {advice}".strip(), TextRole.ERROR)

    def show_obeyed(self) -> None:
        """Something was obeyed; a copy that was asked for is told once it is there."""
        if self._exporting is not None and self._exporting.is_file():
            self._say(_("The copy is saved as {path}.").format(path=self._exporting), TextRole.BODY)
            self._exporting = None

    def _say(self, text: str, role: TextRole) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        set_role(self.message, "role", role.value)
        self.fit()

    def _show_wallets(self, wallets: tuple[WalletHotkey, ...]) -> None:
        self._wallets = wallets
        self.wallets.clear()
        for each in wallets:
            text = _("{wallet} / {hotkey}, {first}…{last}").format(
                wallet=each.wallet, hotkey=each.hotkey, first=each.address[:6], last=each.address[-6:]
            )
            self.wallets.addItem(text, InWallet(each.wallet, each.hotkey))
        self.wallet_card.setVisible(bool(wallets))

    def _place_text(self, snapshot: Snapshot) -> str:
        if snapshot.account.hotkey is None:
            failure = snapshot.account.key_failure
            return _("It is being opened.") if failure is None else f"{failure.title} {failure.advice}".strip()
        if snapshot.account.key_storage:
            return snapshot.account.key_storage
        if isinstance(self._choice, Restored):
            return _("It came from a copy and lies in this computer's keychain.")
        return _("It was made by this app and lies in this computer's keychain.")

    def ask_password(self, task: Task, path: Path | None = None) -> PasswordDialog:
        """Open the password dialog for `task`; returns at once."""
        dialog = PasswordDialog(task, self)
        dialog.given.connect(lambda password: self._begin(task, path, password))
        dialog.open()
        return dialog

    def _begin(self, task: Task, path: Path | None, password: Password) -> None:
        self._say("", TextRole.BODY)
        self._exporting = path if task is Task.EXPORT else None
        match task:
            case Task.EXPORT if path is not None:
                self.command_requested.emit(commands.ExportIdentity(path, password))
            case Task.RESTORE if path is not None:
                self.command_requested.emit(commands.RestoreIdentity(path, password))
            case Task.KEEP_IN_FILE:
                self.command_requested.emit(commands.KeepKeyInFile(password))
            case Task.UNLOCK:
                self.command_requested.emit(commands.UnlockKey(password))
            case _:
                pass

    def _choose(self, choice: HotkeyChoice) -> None:
        self.command_requested.emit(commands.ChooseHotkey(choice))

    def _on_use_wallet_clicked(self) -> None:
        choice = self.wallets.currentData()
        if isinstance(choice, InWallet):
            self._choose(choice)

    def _on_export_clicked(self) -> None:
        suggestion = str(Path.home() / SUGGESTED_NAME)
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save a copy of the key"), suggestion, "JSON (*.json)")
        if chosen:
            self.ask_password(Task.EXPORT, Path(chosen))

    def _on_restore_clicked(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Choose a copy"), str(Path.home()), "JSON (*.json)")
        if chosen:
            self.ask_password(Task.RESTORE, Path(chosen))


def _explanation() -> str:
    return _(
        "With this key, the hotkey, this computer signs its work, so that the work is credited to you. No money can be "
        "moved with it. Each computer has its own; all of them may name the same payout address."
    )


def _copies_text() -> str:
    return _(
        "Save a copy before you set this computer up anew: what was credited to its key and has no payout address yet "
        "is found again with it. The copy is a file that opens with a password only."
    )


def _wallets_text() -> str:
    return _(
        "If you mine already, this computer can sign with a hotkey of your own. Only the folder of hotkeys is read, "
        "never a coldkey. Don't use one hotkey on two computers at a time."
    )
