"""This computer's key in a dialog: shown, copied, brought from elsewhere; a password leaves its fields at once."""

from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.core import commands
from app.core.engine.phase import Failure
from app.core.identity.choice import HotkeyChoice, InKeyFile, InWallet, MadeHere, Restored
from app.core.money.side import MoneySide
from app.core.payout.address import WalletHotkey
from app.core.snapshot import Account
from app.ui.wallet.identity_dialog import IdentityDialog
from app.ui.wallet.password_dialog import PasswordDialog, Task
from tests.app.conftest import MakeSnapshot

HOTKEY = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"


@pytest.fixture
def dialog(qtbot: QtBot, make_snapshot: MakeSnapshot) -> IdentityDialog:
    made = IdentityDialog(MadeHere())
    qtbot.addWidget(made)
    made.show_snapshot(make_snapshot(account=Account(hotkey=HOTKEY)), MadeHere())
    made.show()
    return made


def give(dialog: PasswordDialog, first: str, second: str = "") -> None:
    dialog.first.setText(first)
    dialog.second.setText(second)
    dialog.save.click()


def test_the_key_in_use_is_shown_with_its_place(dialog: IdentityDialog, make_snapshot: MakeSnapshot) -> None:
    assert dialog.address.text().replace(" ", "") == HOTKEY
    assert "keychain" in dialog.place.text()
    assert not dialog.unlock.isVisible() and not dialog.keep_in_file.isVisible() and not dialog.made_here.isVisible()
    account = Account(hotkey=HOTKEY, key_storage="In a file.")
    dialog.show_snapshot(make_snapshot(account=account), Restored("r"))
    assert dialog.place.text() == "In a file." and dialog.made_here.isVisible()


def test_a_window_that_the_person_made_larger_stays_so_while_it_trains(
    dialog: IdentityDialog, make_snapshot: MakeSnapshot
) -> None:
    dialog.resize(800, 720)
    dialog.show_snapshot(make_snapshot(account=Account(hotkey=HOTKEY)), MadeHere())
    assert (dialog.width(), dialog.height()) == (800, 720)


@pytest.mark.parametrize(("choice", "button"), [(MadeHere(), "keep_in_file"), (InKeyFile(), "unlock")])
def test_a_key_that_is_not_open_says_why_and_what_can_be_done(
    dialog: IdentityDialog, make_snapshot: MakeSnapshot, choice: HotkeyChoice, button: str
) -> None:
    failure = Failure("key", "This computer has no keychain.", "Install one.")
    dialog.show_snapshot(make_snapshot(account=Account(key_failure=failure)), choice)
    assert "no keychain" in dialog.place.text()
    assert getattr(dialog, button).isVisible()
    assert not dialog.export.isEnabled()


def test_a_new_password_is_given_twice_and_is_long(dialog: IdentityDialog, qtbot: QtBot) -> None:
    asked = dialog.ask_password(Task.EXPORT, Path("/copy.json"))
    for first, second in (("short", "short"), ("long enough words", ""), ("long enough words", "long enough word")):
        with qtbot.assertNotEmitted(dialog.command_requested):
            give(asked, first, second)
    with qtbot.waitSignal(dialog.command_requested, timeout=1000) as caught:
        give(asked, "long enough words", "long enough words")
    (command,) = caught.args
    assert isinstance(command, commands.ExportIdentity)
    assert (command.path, command.password.reveal()) == (Path("/copy.json"), b"long enough words")
    assert "long enough" not in repr(command)
    assert [field.text() for field in asked.findChildren(QLineEdit)] == ["", ""]


@pytest.mark.parametrize(
    ("task", "kind"), [(Task.RESTORE, commands.RestoreIdentity), (Task.UNLOCK, commands.UnlockKey)]
)
def test_an_old_password_is_given_once(dialog: IdentityDialog, qtbot: QtBot, task: Task, kind: type) -> None:
    asked = dialog.ask_password(task, Path("/copy.json"))
    assert not asked.second.isVisible()
    with qtbot.waitSignal(dialog.command_requested, timeout=1000) as caught:
        give(asked, "short")
    assert isinstance(caught.args[0], kind)


def test_closing_the_password_dialog_empties_it(dialog: IdentityDialog, qtbot: QtBot) -> None:
    asked = dialog.ask_password(Task.KEEP_IN_FILE)
    asked.first.setText("a secret thing")
    with qtbot.assertNotEmitted(dialog.command_requested):
        asked.reject()
    assert asked.first.text() == "" and not asked.first.isUndoAvailable()


def test_a_hotkey_of_a_wallet_can_be_chosen(dialog: IdentityDialog, make_snapshot: MakeSnapshot, qtbot: QtBot) -> None:
    assert not dialog.wallet_card.isVisible()
    money = MoneySide(wallets=(WalletHotkey("savings", "laptop", HOTKEY),))
    dialog.show_snapshot(make_snapshot(account=Account(hotkey=HOTKEY), money=money), MadeHere())
    assert "savings / laptop" in dialog.wallets.itemText(0)
    with qtbot.waitSignal(dialog.command_requested, timeout=1000) as caught:
        dialog.use_wallet.click()
    assert caught.args == [commands.ChooseHotkey(InWallet("savings", "laptop"))]


def test_a_saved_copy_and_a_refusal_are_told_in_the_dialog(dialog: IdentityDialog, tmp_path: Path) -> None:
    path = tmp_path / "copy.json"
    give(dialog.ask_password(Task.EXPORT, path), "long enough words", "long enough words")
    dialog.show_obeyed()
    assert not dialog.message.isVisible()
    path.write_text("{}")
    dialog.show_obeyed()
    assert "copy.json" in dialog.message.text().replace("\u200b", "")
    dialog.show_refusal("The password doesn't open this file.", "Try again.")
    assert dialog.message.text().endswith("Try again.")
