"""A first visit ends in commands, keeps nothing that was pasted by mistake, and can be left at any time."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.core.commands import (
    ChooseNetwork,
    FinishFirstVisit,
    ListWallets,
    LookAtAddress,
    SetAutostart,
    SetHideAddress,
    SetPayoutAddress,
    SetSchedule,
    SetWish,
)
from app.core.gates.gate import GateName, Switch, at_least, plain
from app.core.hours.schedule import Level, Schedule, Window, parse_hours
from app.core.money.side import MoneySide
from app.core.network.invitations import parse_link
from app.core.network.known import KnownNetwork
from app.core.payout.address import HotkeyInLocalWallet, HotkeyInMetagraph, HotkeyOfThisDevice, WalletHotkey
from app.core.payout.chain_sight import ChainAnswer, Sighted
from app.core.ports import AutostartState
from app.core.settings.settings import NamedNetwork, OwnAddress, Settings, TryHere
from app.core.snapshot import Account, AutostartView
from app.core.wish import OnUntil
from app.ui.first_visit.dialog import FirstVisit
from app.ui.hours.form import HoursKind, form_of, preview_text, schedule_of
from app.ui.settings.privacy_dialog import PrivacyDialog
from app.ui.wallet.payout_dialog import PayoutDialog
from app.ui.wallet.payout_field import PayoutField
from tests.app.conftest import MakeSnapshot

EVENING = datetime(2026, 11, 20, 18, 0, tzinfo=timezone(timedelta(hours=1)))
ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
OTHER = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
NETWORKS = (
    KnownNetwork(name="local", title="Try on this computer", starts_here=True),
    KnownNetwork(name="first", title="First Light", orchestrator_url="https://first.example"),
)
MNEMONIC = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"

_windows = st.builds(Window, st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440))
_schedules = st.builds(
    Schedule, st.booleans(), st.lists(_windows, max_size=9, unique=True).map(lambda w: tuple(sorted(w)))
)


@pytest.fixture
def visit(qtbot: QtBot) -> FirstVisit:
    made = FirstVisit(Settings(), NETWORKS, lambda: EVENING)
    qtbot.addWidget(made)
    made.show()
    return made


def test_trying_on_this_computer_takes_three_clicks(visit: FirstVisit, qtbot: QtBot) -> None:
    visit.next.click()
    page = visit.page
    assert page is visit.hours
    assert visit.hours.editor.preview.text() == "Next: 22:00 to 07:00, 9 h."
    visit.next.click()
    assert visit.page is visit.summary
    with qtbot.waitSignal(visit.finished, timeout=1000) as caught:
        visit.next.click()
    assert not visit.isVisible()
    assert caught.args[0] == (
        SetSchedule(parse_hours("22:00-07:00")),
        SetWish(OnUntil(EVENING + timedelta(hours=1))),
        ChooseNetwork(TryHere()),
        FinishFirstVisit(),
    )


def test_joining_a_network_asks_where_earnings_go(visit: FirstVisit) -> None:
    visit.network.named[0].click()
    visit.next.click()
    visit.hours.editor.kinds[HoursKind.ALWAYS].setChecked(True)
    visit.next.click()
    assert visit.page is visit.payout
    visit.payout.payout.field.setText(ADDRESS)
    visit.next.click()
    told = [label.text() for label in visit.summary.findChildren(QLabel)]
    assert "Join First Light" in told
    assert "5GrwvaEF…oHGKutQY" in told
    assert not visit.start_now.isVisible()  # any hour is fine, so it starts by itself
    assert visit.commands() == (
        SetSchedule(visit.hours.editor.schedule()),
        SetHideAddress(False),
        SetPayoutAddress(ADDRESS),
        ChooseNetwork(NamedNetwork("first")),
        FinishFirstVisit(),
    )


def test_the_address_may_be_left_out(visit: FirstVisit) -> None:
    visit.network.named[0].click()
    visit.next.click()
    visit.next.click()
    assert visit.next.isEnabled()
    visit.next.click()
    assert SetPayoutAddress(None) in visit.commands()


def told(visit: FirstVisit) -> str:
    return " ".join(label.text() for label in visit.summary.findChildren(QLabel))


def test_who_joins_is_told_that_others_see_the_address_and_may_keep_it_from_them(visit: FirstVisit) -> None:
    page = visit.network
    assert not page.exposure.isVisible()  # a try meets nobody
    page.named[0].click()
    assert page.exposure.isVisible()
    shown = " ".join(label.text() for label in page.exposure.findChildren(QLabel))
    assert "see each other's internet address" in shown
    assert "Slower" in shown and "earns less" in shown
    assert "earns less" in page.exposure.box.accessibleDescription()
    assert not page.exposure.box.isChecked()
    go_to_summary(visit)
    assert "The others see this computer's internet address" in told(visit)
    visit._go(page)
    page.exposure.box.click()
    go_to_summary(visit)
    assert "not this computer's internet address" in told(visit)
    asked = visit.commands()
    assert SetHideAddress(True) in asked
    assert asked.index(SetHideAddress(True)) < asked.index(ChooseNetwork(NamedNetwork("first")))


def test_a_try_says_nothing_of_addresses_and_leaves_that_setting_alone(visit: FirstVisit) -> None:
    visit.network.named[0].click()
    visit.network.exposure.box.click()
    visit.network.try_here.click()
    assert not visit.network.exposure.isVisible()
    go_to_summary(visit)
    assert "The others see" not in told(visit)
    assert not any(isinstance(command, SetHideAddress) for command in visit.commands())


def test_who_keeps_the_address_hidden_finds_the_switch_on(qtbot: QtBot) -> None:
    visit = FirstVisit(Settings(hide_address=True), NETWORKS, lambda: EVENING)
    qtbot.addWidget(visit)
    visit.network.advanced.click()
    visit.network.address.setText("https://mine.example")
    assert not visit.network.exposure.isHidden()
    assert visit.network.exposure.box.isChecked()
    assert SetHideAddress(True) in visit.commands()


def test_an_address_is_looked_up_and_the_wallets_here_are_listed(visit: FirstVisit) -> None:
    asked: list[object] = []
    visit.command_requested.connect(asked.append)
    go_to_payout(visit)
    assert asked == [ListWallets()]
    visit.payout.payout.field.setText(OTHER)
    assert asked == [ListWallets(), LookAtAddress(OTHER)]


@pytest.mark.parametrize(
    ("known", "meaning", "words"),
    [
        ({"account": Account(hotkey=OTHER)}, HotkeyOfThisDevice(), "key of this computer"),
        (
            {"money": MoneySide(wallets=(WalletHotkey("w", "h", OTHER),))},
            HotkeyInLocalWallet("w", "h"),
            "hotkey",
        ),
        (
            {"money": MoneySide(sight=Sighted(address=OTHER, answer=ChainAnswer(block=1, netuid=9, uid=3), at_unix=0))},
            HotkeyInMetagraph(3),
            "hotkey",
        ),
    ],
    ids=["this device's", "a local wallet's", "the network's"],
)
def test_a_hotkey_is_refused_on_the_page_with_the_reason(
    visit: FirstVisit, make_snapshot: MakeSnapshot, known: dict[str, object], meaning: object, words: str
) -> None:
    visit.show_snapshot(make_snapshot(account=Account()))
    go_to_payout(visit)
    visit.payout.payout.field.setText(OTHER)
    assert visit.next.isEnabled()
    visit.show_snapshot(make_snapshot(**({"account": Account()} | known)))
    assert visit.payout.payout.meaning == meaning
    assert words in visit.payout.payout.message.text()
    assert visit.payout.payout.message.isVisible()
    assert not visit.next.isEnabled()


def test_what_the_chain_holds_is_told_on_the_page(visit: FirstVisit, make_snapshot: MakeSnapshot) -> None:
    go_to_payout(visit)
    visit.payout.payout.field.setText(OTHER)
    snapshot = make_snapshot(account=Account())
    answer = ChainAnswer(block=1234567, netuid=9, balance_rao=2_500_000_000)
    sight = Sighted(address=OTHER, answer=answer, at_unix=snapshot.at.timestamp() - 130)
    visit.show_snapshot(make_snapshot(account=Account(), money=MoneySide(sight=sight)))
    assert "holds 2.5000 τ" in visit.payout.payout.sight.text()


def test_a_hotkey_that_is_known_late_leads_back_to_its_page_and_nothing_begins(
    visit: FirstVisit, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    go_to_payout(visit)
    visit.payout.payout.field.setText(OTHER)
    visit.next.click()
    visit.show_snapshot(make_snapshot(account=Account(hotkey=OTHER)))
    with qtbot.assertNotEmitted(visit.finished):
        visit.next.click()
    assert visit.page is visit.payout and visit.isVisible()


@pytest.fixture
def paid_visit(qtbot: QtBot) -> FirstVisit:
    """Opened again by somebody whose payout address is set."""
    made = FirstVisit(Settings(network=TryHere(), payout_address=ADDRESS), NETWORKS, lambda: EVENING)
    qtbot.addWidget(made)
    made.show()
    return made


def test_an_address_that_is_set_is_shown_and_not_changed_by_the_visit(paid_visit: FirstVisit) -> None:
    go_to_payout(paid_visit)
    page = paid_visit.payout
    assert not page.payout.field.isVisible()
    shown = [label.text().replace("\u200b", "").replace(" ", "") for label in page.findChildren(QLabel)]
    assert ADDRESS in shown
    page.payout.field.setText(OTHER)  # whatever gets into the field
    paid_visit.next.click()
    assert "5GrwvaEF…oHGKutQY" in told(paid_visit)
    assert not any(isinstance(command, SetPayoutAddress) for command in paid_visit.commands())


def test_changing_a_set_address_takes_the_dialog_with_its_confirmation(paid_visit: FirstVisit) -> None:
    asked: list[object] = []
    paid_visit.command_requested.connect(asked.append)
    go_to_payout(paid_visit)
    paid_visit.payout.change.click()
    dialog = paid_visit.findChild(PayoutDialog)
    assert isinstance(dialog, PayoutDialog)
    dialog.payout.field.setText(OTHER)
    dialog.save.click()
    assert dialog.is_confirming
    assert SetPayoutAddress(OTHER) not in asked
    dialog.save.click()
    assert SetPayoutAddress(OTHER) in asked
    paid_visit.show_settings(Settings(network=TryHere(), payout_address=OTHER))
    paid_visit.next.click()
    assert "5FHneW46…jJM694ty" in told(paid_visit)
    assert not any(isinstance(command, SetPayoutAddress) for command in paid_visit.commands())


def test_an_address_set_in_another_window_meanwhile_is_not_replaced_by_what_was_typed(visit: FirstVisit) -> None:
    go_to_payout(visit)
    visit.payout.payout.field.setText(OTHER)
    visit.show_settings(Settings(payout_address=ADDRESS))
    assert not visit.payout.payout.field.isVisible()
    assert not any(isinstance(command, SetPayoutAddress) for command in visit.commands())
    visit.show_settings(Settings())  # forgotten again: asked anew
    assert visit.payout.payout.field.isVisible() and visit.payout.payout.field.text() == ""


def test_the_hour_right_away_is_counted_from_the_press_of_begin(qtbot: QtBot) -> None:
    now = [EVENING]
    visit = FirstVisit(Settings(), NETWORKS, lambda: now[0])
    qtbot.addWidget(visit)
    visit.show()
    go_to_summary(visit)
    now[0] = EVENING + timedelta(hours=2)  # the engine took that long to fetch
    with qtbot.waitSignal(visit.finished, timeout=1000) as caught:
        visit.next.click()
    assert SetWish(OnUntil(EVENING + timedelta(hours=3))) in caught.args[0]


def test_the_summary_is_told_as_of_when_it_is_read(qtbot: QtBot) -> None:
    now = [EVENING]
    visit = FirstVisit(Settings(), NETWORKS, lambda: now[0])
    qtbot.addWidget(visit)
    visit.show()
    now[0] = EVENING + timedelta(hours=5)
    go_to_summary(visit)
    assert "It may work now, until 07:00." in told(visit)
    assert not visit.start_now.isVisible()


def test_the_first_page_promises_what_it_will_not_do(visit: FirstVisit) -> None:
    said = [label.text() for label in visit.network.promises.findChildren(QLabel)]
    assert len(said) == 3
    assert all(words in text for words, text in zip(("secret words", "hours", "battery"), said, strict=True))
    assert visit.network.promises.isVisible()


def test_who_learns_what_is_told_for_the_choice_as_it_is_now(visit: FirstVisit) -> None:
    visit.network.privacy.click()
    dialog = visit.findChild(PrivacyDialog)
    assert isinstance(dialog, PrivacyDialog)
    text = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Nobody, for now" in text
    dialog.reject()
    visit.network.named[0].click()
    text = " ".join(label.text() for label in visit.read_privacy().findChildren(QLabel))
    assert "The network that you train for" in text
    assert "chosen here" in text and "settings as they are now" not in text


def test_starting_with_the_session_is_offered_unticked_and_only_where_the_system_can(
    visit: FirstVisit, make_snapshot: MakeSnapshot
) -> None:
    for state, offered in (
        (AutostartState.UNAVAILABLE, False),
        (AutostartState.ON, False),
        (AutostartState.OFF, True),
    ):
        visit.show_snapshot(make_snapshot(autostart=AutostartView(state=state)))
        go_to_summary(visit)
        assert visit.summary.with_session.isVisible() is offered
    assert not any(isinstance(command, SetAutostart) for command in visit.commands())
    visit.summary.with_session.click()
    assert SetAutostart(True) in visit.commands()
    visit.show_snapshot(make_snapshot(autostart=AutostartView(state=AutostartState.ON)))  # switched on elsewhere
    assert not any(isinstance(command, SetAutostart) for command in visit.commands())


def test_the_tray_is_spoken_of_only_where_there_is_one(visit: FirstVisit) -> None:
    go_to_summary(visit)
    assert not visit.summary.tray_note.isVisible()
    visit.show_tray(True)
    assert visit.summary.tray_note.isVisible()


def test_the_lid_is_spoken_of_only_on_a_computer_with_a_battery(visit: FirstVisit, make_snapshot: MakeSnapshot) -> None:
    visit.next.click()
    desktop = (plain(GateName.MAINS, Switch.AUTOMATIC, True),)
    visit.show_snapshot(make_snapshot(gates=desktop))
    assert not visit.hours.lid.isVisible()
    laptop = (at_least(GateName.MAINS, Switch.AUTOMATIC, 0.8, 0.0),)
    visit.show_snapshot(make_snapshot(gates=laptop))
    assert visit.hours.lid.isVisible()


def go_to_payout(visit: FirstVisit) -> None:
    """The way to a network."""
    visit.network.named[0].click()
    while visit.page is not visit.payout:
        visit.next.click()


def go_to_summary(visit: FirstVisit) -> None:
    while visit.page is not visit.summary:
        visit.next.click()


def test_an_address_of_a_network_is_the_experts_way(visit: FirstVisit) -> None:
    assert not visit.network.address.isVisible()
    visit.network.advanced.click()
    visit.network.address.setText("http://example.org")
    assert not visit.next.isEnabled()
    assert "unencrypted" in visit.network.address_hint.text()
    visit.network.address.setText("https://example.org/")
    assert visit.next.isEnabled()
    assert visit.network.choice == OwnAddress("https://example.org")


def test_only_what_counts_looks_chosen(visit: FirstVisit) -> None:
    page = visit.network
    assert page.try_here.isChecked()
    page.advanced.setChecked(True)
    page.address.setText("https://mine.example")
    assert not page.try_here.isChecked()
    typed = page.choice
    assert typed == OwnAddress("https://mine.example")
    page.try_here.click()
    assert not page.advanced.isChecked()
    assert page.choice == TryHere()


def test_without_a_known_network_joining_is_explained(qtbot: QtBot) -> None:
    visit = FirstVisit(Settings(), NETWORKS[:1], lambda: EVENING)
    qtbot.addWidget(visit)
    assert visit.network.named == []
    assert any("None is open to everybody yet" in label.text() for label in visit.network.findChildren(QLabel))


@pytest.fixture
def without_networks(qtbot: QtBot) -> FirstVisit:
    made = FirstVisit(Settings(), NETWORKS[:1], lambda: EVENING)
    qtbot.addWidget(made)
    made.show()
    return made


def test_who_was_given_an_address_chooses_to_join_and_enters_it(without_networks: FirstVisit) -> None:
    page = without_networks.network
    assert not page.address.isVisible() and not page.advanced.isVisible()
    page.by_address.click()
    assert page.address.isVisible() and not page.try_here.isChecked()
    assert not without_networks.next.isEnabled(), "there is no address yet"
    page.address.setText("https://mine.example")
    assert page.by_address.isChecked() and without_networks.next.isEnabled()
    typed = page.choice
    assert typed == OwnAddress("https://mine.example")
    page.try_here.click()
    assert not page.address.isVisible() and not page.by_address.isChecked()
    here = page.choice
    assert here == TryHere()
    page.by_address.click()
    assert page.choice == OwnAddress("https://mine.example"), "what was typed is kept"


def test_a_link_to_an_address_looks_chosen(without_networks: FirstVisit) -> None:
    page = without_networks.network
    page.propose(parse_link("train-at-home:join?address=https://mine.example", NETWORKS))
    assert page.by_address.isChecked() and page.address.isVisible()
    assert page.choice == OwnAddress("https://mine.example")


def test_enter_goes_on_but_presses_the_button_that_has_the_keyboard(visit: FirstVisit, qtbot: QtBot) -> None:
    visit.network.try_here.setFocus()
    QTest.keyClick(visit.network.try_here, Qt.Key.Key_Return)
    page = visit.page
    assert page is visit.hours
    visit.back.setFocus()
    QTest.keyClick(visit.back, Qt.Key.Key_Return)
    assert visit.page is visit.network


def test_back_keeps_what_was_answered(visit: FirstVisit) -> None:
    visit.network.named[0].click()
    visit.next.click()
    visit.back.click()
    assert visit.page is visit.network
    assert visit.network.choice == NamedNetwork("first")
    assert not visit.back.isVisible()


def test_no_hours_at_all_can_not_be_chosen(visit: FirstVisit) -> None:
    visit.next.click()
    editor = visit.hours.editor
    editor.kinds[HoursKind.CHOSEN].setChecked(True)
    for box, _span in editor.days:
        box.setChecked(False)
    assert not visit.next.isEnabled()
    assert "at least one day" in editor.preview.text()


def test_closing_asks_for_nothing(visit: FirstVisit, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(visit.finished), qtbot.waitSignal(visit.closed, timeout=1000):
        visit.close()


@pytest.mark.parametrize("secret", [MNEMONIC, "0x" + "1f" * 32, "1f" * 64], ids=["words", "private key", "long key"])
def test_a_pasted_secret_is_wiped_and_the_warning_stays(qtbot: QtBot, secret: str) -> None:
    field = PayoutField()
    qtbot.addWidget(field)
    field.field.insert(secret)
    assert field.field.text() == ""
    assert not field.field.isUndoAvailable()
    assert field.message.text()
    assert secret not in field.message.text()
    assert secret not in field.field.accessibleDescription()
    assert field.is_acceptable
    assert field.address is None


def test_an_address_is_judged_when_it_is_whole(qtbot: QtBot) -> None:
    field = PayoutField()
    qtbot.addWidget(field)
    field.field.setText(ADDRESS[:20])
    assert field.message.text() == ""
    assert not field.is_acceptable
    field.field.setText(ADDRESS[:-1] + "X")
    assert field.message.text()
    field.field.setText(ADDRESS)
    assert field.message.text() == "This is a valid address."
    assert field.address == ADDRESS


@given(_schedules)
@settings(max_examples=50, deadline=None)
def test_the_hours_form_loses_no_window(schedule: Schedule) -> None:
    again = schedule_of(form_of(schedule))
    assert again.enabled == schedule.enabled
    if schedule.windows:
        assert again.windows == schedule.windows or set(again.windows) == set(schedule.windows)


def test_what_hours_say_of_their_own_end_is_kept_by_the_simple_form(visit: FirstVisit) -> None:
    nights = Schedule(True, tuple(Window(day, 22 * 60, 480, Level.GENTLE, 30, 10) for day in range(7)))
    visit.hours.editor.set_schedule(nights)
    assert visit.hours.editor.schedule() == nights


def test_hours_are_told_in_words() -> None:
    nights = parse_hours("22:00-07:00")
    assert preview_text(nights, EVENING) == "Next: 22:00 to 07:00, 9 h."
    assert preview_text(nights, EVENING + timedelta(hours=5)) == "It may work now, until 07:00."
    assert preview_text(parse_hours("00:00-24:00"), EVENING) == "It may work day and night."


def test_the_editor_shows_the_hours_it_was_given(visit: FirstVisit) -> None:
    friday = Schedule(True, (Window(4, 22 * 60, 480), Window(4, 12 * 60, 60)))
    editor = visit.hours.editor
    editor.set_schedule(friday)
    assert editor.kinds[HoursKind.CHOSEN].isChecked()
    assert [box.isChecked() for box, _ in editor.days] == [False] * 4 + [True] + [False] * 2
    assert set(editor.schedule().windows) == set(friday.windows)
