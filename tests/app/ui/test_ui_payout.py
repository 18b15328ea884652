"""The payout address is read before it is saved, a secret is wiped wherever it stands, and nothing of it travels."""

import gc
from collections.abc import Iterator

import msgspec
import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.core.money.side import MoneySide
from app.core.payout.address import HotkeyInLocalWallet, HotkeyInMetagraph, HotkeyOfThisDevice, WalletHotkey
from app.core.payout.chain_sight import ChainAnswer, Looking, NotSighted, Sighted
from app.core.snapshot import Account, Snapshot
from app.ui.wallet.identicon import Identicon, dots_of, spoken
from app.ui.wallet.payout_dialog import PayoutDialog
from app.ui.wallet.payout_field import PayoutField
from chain.addresses import encode_address
from tests.app.conftest import MakeSnapshot

ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
OTHER = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
WORDS = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[PayoutDialog]:
    made = PayoutDialog(ADDRESS)
    qtbot.addWidget(made)
    made.show()
    yield made
    QGuiApplication.clipboard().clear()


def paste(dialog: PayoutDialog, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    dialog.payout.field.selectAll()
    dialog.payout.field.paste()


@pytest.mark.parametrize("secret", [WORDS, WORDS.replace(" ", "\n"), "0x" + "1f" * 32, '{"secretSeed": "0x12"}'])
def test_a_pasted_secret_is_gone_from_the_field_its_history_and_the_clipboard(
    dialog: PayoutDialog, secret: str
) -> None:
    paste(dialog, secret)
    assert dialog.payout.field.text() == ""
    assert not dialog.payout.field.isUndoAvailable()
    assert QGuiApplication.clipboard().text() == ""
    assert "wiped" in dialog.payout.message.text()
    assert not dialog.is_confirming


@pytest.mark.parametrize("secret", [WORDS, "0x" + "1f" * 32])
def test_a_secret_that_is_typed_leaves_nothing_of_its_end_behind(
    dialog: PayoutDialog, qtbot: QtBot, secret: str
) -> None:
    dialog.payout.field.clear()
    QGuiApplication.clipboard().setText("a shopping list")
    QTest.keyClicks(dialog.payout.field, secret)
    assert dialog.payout.field.text() == ""
    assert "wiped" in dialog.payout.message.text()
    QTest.keyClicks(dialog.payout.field, OTHER)
    assert dialog.payout.address == OTHER
    assert QGuiApplication.clipboard().text() == "a shopping list"


def test_no_object_that_a_view_could_show_or_log_holds_the_secret(
    dialog: PayoutDialog, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    dialog.payout.address_seen.connect(told.append)
    dialog.saved.connect(told.append)
    paste(dialog, WORDS)
    dialog.save.click()
    texts = [widget.text() + widget.accessibleName() + widget.toolTip() for widget in dialog.findChildren(QLabel)]
    meaning = repr(dialog.payout.meaning)
    output = capfd.readouterr()
    everything = " ".join([*texts, *told, meaning, caplog.text, output.out, output.err])
    assert "curtain" not in everything and "basket" not in everything
    gc.collect()
    assert not any("curtain smoke" in str(vars(each)) for each in (dialog, dialog.payout) if hasattr(each, "__dict__"))


def test_what_else_was_copied_stays_in_the_clipboard(dialog: PayoutDialog) -> None:
    QGuiApplication.clipboard().setText("a shopping list")
    dialog.payout.field.setText(WORDS)
    assert QGuiApplication.clipboard().text() == "a shopping list"


def test_a_change_is_saved_only_after_old_and_new_were_shown(dialog: PayoutDialog, qtbot: QtBot) -> None:
    assert not dialog.save.isEnabled()  # nothing changed yet
    paste(dialog, OTHER)
    with qtbot.assertNotEmitted(dialog.saved):
        dialog.save.click()
    shown = [widget.text().replace("\u200b", "").replace(" ", "") for widget in dialog.findChildren(QLabel)]
    assert dialog.is_confirming and ADDRESS in shown and OTHER in shown
    assert dialog.back.hasFocus()
    assert dialog.save.text() == "Use this address"
    with qtbot.waitSignal(dialog.saved, timeout=1000) as caught:
        dialog.save.click()
    assert caught.args == [OTHER]


def test_what_was_read_is_what_is_saved_whatever_gets_into_the_field_meanwhile(
    dialog: PayoutDialog, qtbot: QtBot
) -> None:
    paste(dialog, OTHER)
    dialog.save.click()
    dialog.payout.field.setText(encode_address(bytes(32)))
    with qtbot.waitSignal(dialog.saved, timeout=1000) as caught:
        dialog.save.click()
    assert caught.args == [OTHER]


def test_one_can_go_back_and_closing_changes_nothing(dialog: PayoutDialog, qtbot: QtBot) -> None:
    paste(dialog, OTHER)
    dialog.save.click()
    dialog.back.click()
    assert not dialog.is_confirming and dialog.save.text() == "Next"
    with qtbot.assertNotEmitted(dialog.saved):
        dialog.reject()


def test_forgetting_the_address_is_confirmed_too(dialog: PayoutDialog, qtbot: QtBot) -> None:
    dialog.payout.field.setText("")
    dialog.save.click()
    assert dialog.save.text() == "Forget the address"
    with qtbot.waitSignal(dialog.saved, timeout=1000) as caught:
        dialog.save.click()
    assert caught.args == [None]


def test_enter_in_the_field_does_not_go_past_the_reading(dialog: PayoutDialog, qtbot: QtBot) -> None:
    paste(dialog, OTHER)
    with qtbot.assertNotEmitted(dialog.saved):
        QTest.keyClick(dialog.payout.field, Qt.Key.Key_Return)
        QTest.keyClick(dialog, Qt.Key.Key_Return)


def knowing(snapshot: Snapshot, **money: object) -> Snapshot:
    side = msgspec.structs.replace(MoneySide(), **money)
    return msgspec.structs.replace(snapshot, account=Account(hotkey=ADDRESS), money=side)


def test_a_hotkey_is_refused_as_soon_as_it_is_known_to_be_one(
    dialog: PayoutDialog, make_snapshot: MakeSnapshot
) -> None:
    paste(dialog, OTHER)
    assert dialog.save.isEnabled()
    dialog.show_snapshot(knowing(make_snapshot(), wallets=(WalletHotkey("w", "h", OTHER),)))
    in_wallet = dialog.payout.meaning
    assert in_wallet == HotkeyInLocalWallet("w", "h")
    assert not dialog.save.isEnabled()
    sight = Sighted(address=OTHER, answer=ChainAnswer(block=1, netuid=9, uid=3), at_unix=0)
    dialog.show_snapshot(knowing(make_snapshot(), sight=sight))
    on_chain = dialog.payout.meaning
    assert on_chain == HotkeyInMetagraph(3)
    paste(dialog, ADDRESS)
    assert dialog.payout.meaning == HotkeyOfThisDevice()
    assert "key of this computer" in dialog.payout.message.text()


def test_the_balance_on_chain_is_told_with_its_age_and_a_failure_is_quiet(
    dialog: PayoutDialog, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(dialog.address_seen, timeout=1000) as caught:
        paste(dialog, OTHER)
    assert caught.args == [OTHER]
    snapshot = make_snapshot()
    at = snapshot.at.timestamp() - 130
    answer = ChainAnswer(block=1234567, netuid=9, balance_rao=2_500_000_000)
    for sight, words in (
        (Looking(address=OTHER), "Looking it up"),
        (Sighted(address=OTHER, answer=answer, at_unix=at), "holds 2.5000 τ (block 1,234,567, 2 minutes ago)"),
        (NotSighted(address=OTHER, reason="No node."), "could not be looked up"),
    ):
        dialog.show_snapshot(knowing(snapshot, sight=sight))
        assert words in dialog.payout.sight.text()
        assert dialog.save.isEnabled()
    dialog.show_snapshot(knowing(snapshot, sight=Looking(address=ADDRESS)))
    assert dialog.payout.sight.text() == ""


def test_the_guide_names_tools_and_asks_for_nothing(dialog: PayoutDialog, qtbot: QtBot) -> None:
    guide = dialog.show_guide()
    text = " ".join(widget.text() for widget in guide.findChildren(QLabel))
    assert "btcli wallet new_coldkey" in text and "Ledger" in text
    assert not guide.save.isVisible()
    guide.close()


def test_the_picture_is_the_same_for_an_address_and_another_for_another(qtbot: QtBot) -> None:
    assert dots_of(ADDRESS) == dots_of(ADDRESS)
    pictures = {dots_of(encode_address(number.to_bytes(32))) for number in range(500)}
    assert len(pictures) == 500
    picture = Identicon()
    qtbot.addWidget(picture)
    picture.show_address(ADDRESS)
    assert "5Grwva" in picture.accessibleName()
    assert spoken(ADDRESS) in picture.accessibleDescription()
    image = picture.grab().toImage()
    again = Identicon()
    qtbot.addWidget(again)
    again.show_address(ADDRESS)
    assert again.grab().toImage() == image
    again.show_address(OTHER)
    assert again.grab().toImage() != image


def test_the_field_alone_works_without_anything_known(qtbot: QtBot) -> None:
    field = PayoutField()
    qtbot.addWidget(field)
    field.field.setText(f" {ADDRESS} ")
    assert field.address == ADDRESS and field.is_acceptable
