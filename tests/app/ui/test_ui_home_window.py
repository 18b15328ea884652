"""The Home window says what core says, offers what makes sense, and can be used by keyboard, reader and any font."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import msgspec
import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTimeEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core import words
from app.core.commands import (
    ClearTroubles,
    RetryNow,
    SetPayoutAddress,
    SetSchedule,
    SetWish,
)
from app.core.computer.wakefulness import CanNotStayAwake
from app.core.engine.phase import EngineStatus, Failure, Phase
from app.core.gates.gate import GateName, Switch, at_least, at_most, plain
from app.core.hours.schedule import Schedule, parse_hours
from app.core.money.earnings import Earnings
from app.core.money.ledger import Books
from app.core.money.lines import Standing
from app.core.money.side import MoneySide
from app.core.notices.banners import KeyMissing
from app.core.settings.settings import Settings, Theme, TryHere
from app.core.snapshot import Account, NetworkKind, NetworkPhase, NetworkView, ServiceSide, Trouble
from app.core.wish import Auto, FinishThenOff, Off, OffUntil, OnUntil, Wish
from app.ui.home.status_card import detail_text
from app.ui.home.window import HomeWindow
from app.ui.look.card import breakable
from app.ui.look.theme import DARK, Appearance
from app.ui.wallet.identity_dialog import IdentityDialog
from tests.app.conftest import MakeSnapshot
from tests.app.ui.tab_order import tab_stops

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=1)))
MIDNIGHT = NOON + timedelta(hours=12)


@pytest.fixture
def home(qtbot: QtBot) -> HomeWindow:
    window = HomeWindow(Settings(network=TryHere(), schedule=parse_hours("22:00-07:00")))
    qtbot.addWidget(window)
    window.dress(DARK)
    window.show()
    return window


@pytest.fixture
def large_text(qapp: QApplication) -> Iterator[None]:
    """A system font of twice the size, with our style sheet."""
    before = qapp.font()
    font = qapp.font()
    font.setPointSizeF(2 * max(font.pointSizeF(), 9.0))
    qapp.setFont(font)
    appearance = Appearance(qapp, Theme.LIGHT)
    yield
    qapp.setFont(before)
    qapp.setStyleSheet("")
    appearance.deleteLater()


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize(
    "wish", [Auto(), OnUntil(), OffUntil(MIDNIGHT), FinishThenOff(), Off()], ids=lambda w: type(w).__name__
)
@pytest.mark.parametrize("now", [NOON, MIDNIGHT], ids=["noon", "midnight"])
def test_every_phase_and_wish_is_told_in_cores_words(
    home: HomeWindow, make_snapshot: MakeSnapshot, phase: Phase, wish: Wish, now: datetime
) -> None:
    snapshot = make_snapshot(now=now, wish=wish, phase=phase)
    home.show_snapshot(snapshot)
    assert home.status.headline.text() == words.headline(snapshot)
    assert home.status.sentence.text() == words.sentence(snapshot)
    offers = [home.status.resume, home.status.pause, home.status.start, home.status.finish]
    assert any(button.isVisible() for button in offers)


def test_while_training_one_can_pause_for_an_hour(home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot) -> None:
    snapshot = make_snapshot()
    home.show_snapshot(snapshot)
    assert not home.status.resume.isVisible()
    assert not home.status.start.isVisible()
    first = _menu_actions(home.status.pause)[1]
    assert first.text() == "For 1 hour, until 02:48"
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        first.trigger()
    assert caught.args == [SetWish(OffUntil(snapshot.at + timedelta(hours=1)))]


def test_at_noon_the_next_morning_is_tomorrows(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    home.show_snapshot(make_snapshot(now=NOON, wish=OnUntil()))
    texts = [action.text() for action in _menu_actions(home.status.pause)]
    assert texts == [
        "For 15 minutes, until 12:15",
        "For 1 hour, until 13:00",
        "Until tomorrow morning, 08:00",
        "Until I resume",
    ]


def test_outside_the_hours_one_can_start_all_the_same(
    home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    home.show_snapshot(make_snapshot(now=NOON, phase=Phase.STOPPED))
    assert home.status.sentence.text() == "Outside your hours until 22:00."
    assert home.reasons.title.text() == "Why it is not training"
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        _menu_actions(home.status.start)[-1].trigger()
    assert caught.args == [SetWish(OnUntil())]


def test_a_gate_that_protects_the_computer_offers_no_start(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    gates = (plain(GateName.MAINS, Switch.AUTOMATIC, False),)
    home.show_snapshot(make_snapshot(gates=gates, phase=Phase.STOPPED))
    assert not home.status.start.isVisible()
    assert home.status.sentence.text() == "Waiting until this computer is plugged in."


def test_a_pause_is_ended_by_resume(home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot) -> None:
    home.show_snapshot(make_snapshot(wish=OffUntil()))
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        home.status.resume.click()
    assert caught.args == [SetWish(Auto())]


def test_a_pause_of_a_wish_to_train_says_until_when_it_goes_on(
    home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    training = OnUntil(NOON + timedelta(hours=2))
    home.show_snapshot(make_snapshot(now=NOON, wish=OffUntil(interrupts=training)))
    assert home.status.resume.accessibleName() == "Resume, until 14:00"
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        home.status.resume.click()
    assert caught.args == [SetWish(training)]
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        home.status.hours.click()
    assert caught.args == [SetWish(Auto())]


def test_a_pause_of_the_hours_offers_no_second_way_back_to_them(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    home.show_snapshot(make_snapshot(wish=OffUntil()))
    assert not home.status.hours.isVisible()


def test_an_engine_that_does_less_at_once_says_so_and_why(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    snapshot = make_snapshot()
    home.show_snapshot(snapshot)
    assert "memory" not in home.status.detail.text()
    home.show_snapshot(
        msgspec.structs.replace(snapshot, engine=msgspec.structs.replace(snapshot.engine, memory_shortages=2))
    )
    assert home.status.detail.text().endswith("with less at once, because memory ran short")
    assert home.status.headline.text() == "Training"


def test_finish_then_off_is_one_click(home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot) -> None:
    home.show_snapshot(make_snapshot())
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        home.status.finish.click()
    assert caught.args == [SetWish(FinishThenOff())]


def test_without_a_network_only_the_setup_is_offered(
    home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    gates = (plain(GateName.SETUP, Switch.ON, False),)
    home.show_snapshot(make_snapshot(network=NetworkView(), gates=gates, phase=Phase.STOPPED, service=ServiceSide()))
    assert not home.status.pause.isVisible()
    assert not home.status.dashboard.isVisible()
    with qtbot.waitSignal(home.set_up_requested, timeout=1000):
        home.status.set_up.click()


def test_a_missing_payout_address_is_worth_knowing_and_holds_nothing(
    home: HomeWindow, make_snapshot: MakeSnapshot
) -> None:
    given, missing = (plain(GateName.PAYOUT, Switch.AUTOMATIC, answer) for answer in (True, False))
    home.show_snapshot(make_snapshot(gates=(given,)))
    assert list(home.reasons.rows) == []
    home.show_snapshot(make_snapshot(gates=(missing,)))
    icon, name, _answer = home.reasons.rows[GateName.PAYOUT]
    assert (icon.accessibleName(), name.text()) == ("worth knowing, and stops nothing", "Payout address given")
    assert home.reasons.title.text() == "Conditions"


def test_every_condition_stands_with_its_answer_and_the_one_that_holds_comes_first(
    home: HomeWindow, make_snapshot: MakeSnapshot
) -> None:
    gates = (
        plain(GateName.MEMORY, Switch.AUTOMATIC, True),
        plain(GateName.METERED, Switch.AUTOMATIC, None),
        plain(GateName.IDLE, Switch.OFF, None),
        plain(GateName.MAINS, Switch.AUTOMATIC, False),
    )
    home.show_snapshot(make_snapshot(gates=gates))
    assert list(home.reasons.rows) == [GateName.MAINS, GateName.MEMORY]
    icon, name, answer = home.reasons.rows[GateName.MAINS]
    assert (icon.accessibleName(), name.text(), answer.text()) == ("holds training back", "Plugged in", "no")
    assert home.reasons.rows[GateName.MEMORY][2].text() == ""


def test_asked_to_train_outside_the_hours_it_does_not_say_that_the_hours_hold_it_back(
    home: HomeWindow, make_snapshot: MakeSnapshot
) -> None:
    home.show_snapshot(make_snapshot(now=NOON, wish=OnUntil(NOON + timedelta(hours=1))))
    assert home.reasons.summary.text() == "Training, as you asked until 13:00."
    icon, _name, answer = home.reasons.rows[GateName.HOURS]
    assert icon.accessibleName() == "passed over, as you asked"
    assert answer.text() == "no until 22:00"


def test_within_the_hours_the_conditions_say_until_when_they_are_met(
    home: HomeWindow, make_snapshot: MakeSnapshot
) -> None:
    home.show_snapshot(make_snapshot())
    assert home.reasons.summary.text() == ("All are met until 07:00. Training stops by itself when one no longer is.")


def test_earnings_are_the_ledgers(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    earnings = Earnings(
        credited_rao=3_000_000_000, paid_rao=1_000_000_000, credited_at_nightfall_rao=2_500_000_000, heard_at=NOON
    )
    named = NetworkView(kind=NetworkKind.NAMED, phase=NetworkPhase.READY)
    home.show_snapshot(make_snapshot(earnings=earnings, network=named))
    card = home.earnings
    assert card.tonight.text() == "0.5000 τ tonight"
    assert (card.credited.text(), card.paid.text(), card.pending.text()) == ("3.0000 τ", "1.0000 τ", "2.0000 τ")
    assert not card.explanation.isVisible()
    here = NetworkView(kind=NetworkKind.THIS_COMPUTER, phase=NetworkPhase.READY)
    home.show_snapshot(make_snapshot(earnings=earnings, network=here))
    assert card.explanation.text() == "This is play money: a network on this computer pays nothing real."


def test_what_is_held_is_no_part_of_what_is_still_to_be_paid(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    card = home.earnings
    home.show_snapshot(make_snapshot())
    assert not card.held.isVisible() and not card.held_name.isVisible()
    standing = Standing(
        at_unix=NOON.timestamp(),
        credited_rao=6 * 10**9,
        pending_rao=3 * 10**9,
        held_rao=2 * 10**9,
        paid_rao=10**9,
        payout_address="5",
    )
    kept = MoneySide(books=Books(standings=(("", standing),)))
    home.show_snapshot(make_snapshot(money=kept, earnings=Earnings(credited_rao=6 * 10**9, paid_rao=10**9)))
    assert (card.pending.text(), card.held.text()) == ("3.0000 τ", "2.0000 τ")
    assert card.held.isVisible() and card.held_name.isVisible()


@pytest.mark.parametrize(
    ("phase", "device", "told"),
    [
        (Phase.TRAINING, "cuda:1", ("5 h 12 min left", "on the graphics card")),
        (Phase.TRAINING, "mps", ("5 h 12 min left", "on the graphics chip")),
        (Phase.DOWNLOADING, "cpu", ("on the processor",)),
        (Phase.FAILED, "", ()),
    ],
)
def test_how_long_it_may_train_is_not_told_as_how_long_a_download_lasts(
    make_snapshot: MakeSnapshot, phase: Phase, device: str, told: tuple[str, ...]
) -> None:
    snapshot = make_snapshot(engine=EngineStatus(phase=phase, device=device))
    assert detail_text(snapshot) == " · ".join(told)


@pytest.mark.parametrize(
    ("account", "earnings", "told"),
    [
        (Account(), Earnings(heard_at=NOON), "No payout address yet"),
        (Account(payout_address="5"), Earnings(), "has told nothing yet"),
        (Account(payout_address="5"), Earnings(heard_at=NOON), "Nothing yet tonight"),
    ],
    ids=["no address", "nothing heard", "nothing credited"],
)
def test_zero_is_explained(
    home: HomeWindow, make_snapshot: MakeSnapshot, account: Account, earnings: Earnings, told: str
) -> None:
    home.show_snapshot(make_snapshot(account=account, earnings=earnings))
    assert told in home.earnings.explanation.text()


def test_a_missing_key_is_told_once_on_top_with_the_way_to_it(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    failure = Failure("storage", "This computer has no keychain.", "Install one.")
    trouble = Trouble(at=MIDNIGHT, code="storage", title=failure.title, advice=failure.advice)
    home.show_snapshot(make_snapshot(now=MIDNIGHT, troubles=(trouble,), account=Account(key_failure=failure)))
    assert not home.troubles.isVisible()
    banner = next(each for each in home.banners if each.kind is KeyMissing)
    assert banner.isVisible() and banner.title.text() == failure.title
    button = banner.buttons[0]
    assert isinstance(button, QAbstractButton)
    button.click()
    (dialog,) = home.findChildren(IdentityDialog)
    assert dialog.isVisible()
    dialog.close()


def test_troubles_are_shown_with_advice_until_dismissed(
    home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    trouble = Trouble(at=MIDNIGHT, code="x", title="<b>The disk</b> is full.", advice="Free some room.", times=3)
    failure = Failure("x", "The disk is full.", "Free some room.")
    engine = EngineStatus(phase=Phase.FAILED, failure=failure, retry_at=MIDNIGHT + timedelta(minutes=5))
    home.show_snapshot(make_snapshot(now=MIDNIGHT, troubles=(trouble,), engine=engine))
    texts = [label.text() for label in home.troubles.findChildren(QLabel)]
    assert "<b>The disk</b> is full." in texts
    assert "00:00, 3 times in a row · TAH-99" in texts
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in home.troubles.findChildren(QLabel))
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        home.troubles.retry.click()
    assert caught.args == [RetryNow()]
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        home.troubles.dismiss.click()
    assert caught.args == [ClearTroubles()]
    assert home.troubles.title.text() == "Something went wrong"
    home.show_snapshot(make_snapshot(now=MIDNIGHT, troubles=(trouble,), phase=Phase.TRAINING))
    assert home.troubles.title.text() == "Went wrong, and works again"
    home.show_snapshot(make_snapshot())
    assert not home.troubles.isVisible()


def test_what_stops_nothing_and_goes_on_is_not_said_to_work_again(
    home: HomeWindow, make_snapshot: MakeSnapshot
) -> None:
    error = CanNotStayAwake()
    told = Trouble(at=MIDNIGHT, code=error.code, title=error.title, advice=error.advice)
    home.show_snapshot(make_snapshot(now=MIDNIGHT, troubles=(told,), phase=Phase.TRAINING))
    assert home.troubles.title.text() == "Good to know"
    other = Trouble(at=MIDNIGHT, code="x", title="The disk is full.")
    home.show_snapshot(make_snapshot(now=MIDNIGHT, troubles=(told, other), phase=Phase.TRAINING))
    assert home.troubles.title.text() == "Went wrong, and works again"


def test_hours_are_changed_in_a_dialog(home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot) -> None:
    home.show_snapshot(make_snapshot())
    dialog = home.edit_hours()
    dialog.any_hour.setChecked(True)
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        dialog.buttons.buttons()[0].click()
    (command,) = caught.args
    assert isinstance(command, SetSchedule)
    assert not command.schedule.enabled
    home.show_settings(Settings(schedule=Schedule()))
    assert home.settings_card.hours.text() == "At any hour"


def test_the_payout_address_is_changed_in_a_dialog(home: HomeWindow, qtbot: QtBot) -> None:
    dialog = home.edit_payout()
    dialog.payout.field.setText("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQX")
    assert not dialog.save.isEnabled()
    dialog.payout.field.setText("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")
    with qtbot.assertNotEmitted(home.command_requested):
        dialog.save.click()
    assert dialog.is_confirming
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        dialog.save.click()
    assert caught.args == [SetPayoutAddress("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")]


def test_a_refusal_is_told_and_can_be_taken_away(home: HomeWindow) -> None:
    home.show_refusal("No hours at all.", "Add some.")
    assert home.refusal.isVisible()
    assert home.refusal.title.text() == "No hours at all."
    home.show_refusal("", "")
    assert not home.refusal.isVisible()


def test_everything_that_takes_the_keyboard_has_a_name(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    home.show_snapshot(make_snapshot(account=Account()))
    for widget in _focusable(home):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        assert interface.text(QAccessible.Text.Name), widget
        if isinstance(widget, QPushButton) and widget.isVisible():
            assert interface.text(QAccessible.Text.Description) or widget.text(), widget


def test_a_screen_reader_can_press_pause(home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot) -> None:
    home.show_snapshot(make_snapshot())
    interface = QAccessible.queryAccessibleInterface(home.status.finish)
    with qtbot.waitSignal(home.command_requested, timeout=1000):
        interface.actionInterface().doAction("Press")


def test_tab_visits_the_main_buttons_first(home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot) -> None:
    home.show_snapshot(make_snapshot())
    visited = tab_stops(qtbot, home.status.pause)
    order = [home.status.pause, home.status.finish, home.status.dashboard, home.settings_card.edit_hours]
    assert [widget for widget in visited if widget in order][:4] == order


def test_twice_the_text_size_cuts_no_word_and_needs_no_sideways_scrolling(
    large_text: None, home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    home.resize(700, 900)
    title = "Donaudampfschifffahrtsgesellschaftskapitän & Söhne, Gesammelte Werke in zwölf Bänden"
    engine = EngineStatus(phase=Phase.TRAINING, run_title=title, stage=1, stages=3, device="cpu")
    home.show_snapshot(make_snapshot(engine=engine))
    area = home.centralWidget()
    assert isinstance(area, QScrollArea)
    page = area.widget()
    assert page is not None
    labels = [each for each in page.findChildren(QLabel) if each.isVisible() and each.text() and each.wordWrap()]
    qtbot.waitUntil(lambda: all(each.height() >= each.heightForWidth(each.width()) for each in labels), timeout=3000)
    assert page.width() <= home.width()
    widest = max(
        home.status.sentence.fontMetrics().horizontalAdvance(word) for word in re.split(r"[\u200b\s]", breakable(title))
    )
    assert widest <= home.status.sentence.width()
    for button in (home.status.pause, home.status.finish):
        assert button.width() >= button.sizeHint().width()
        around = button.parentWidget()
        assert around is not None and button.geometry().right() <= around.width()


def test_the_layout_mirrors_for_right_to_left_languages(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    home.show_snapshot(make_snapshot())
    home.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    assert home.status.pause.x() > home.status.finish.x()
    assert home.loss.x() > home.speed.x()
    assert not home.grab().isNull()


def test_narrow_windows_put_cards_below_each_other(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    home.show_snapshot(make_snapshot())
    home.resize(1000, 900)
    QApplication.processEvents()
    assert home.loss.y() == home.speed.y()
    home.resize(360, 900)
    QApplication.processEvents()
    assert home.loss.y() < home.speed.y()


HEALTH = (
    at_most(GateName.TEMPERATURE, Switch.AUTOMATIC, 71.4, 95.0),
    at_most(GateName.GRAPHICS_TEMPERATURE, Switch.AUTOMATIC, 84.0, 87.0),
    at_most(GateName.FANS, Switch.OFF, None, 2500.0),
    at_least(GateName.MEMORY, Switch.AUTOMATIC, 6.2e9, 5e8),
    at_least(GateName.DISK, Switch.AUTOMATIC, 2.5e9, 2e9),
    at_most(GateName.DATA_QUOTA, Switch.ON, 14e9, 100e9),
)


def test_while_an_engine_lives_it_is_told_how_the_computer_does(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    home.show_snapshot(make_snapshot(gates=HEALTH))
    assert home.status.health.text() == (
        "processor 71 °C · graphics card 84 of 87 °C · 6.2 GB memory free · 2.5 GB disk free, 2 GB wanted · "
        "14 GB of 100 GB this month"
    )
    assert home.status.health.isVisible()
    home.show_snapshot(make_snapshot(gates=HEALTH, phase=Phase.STOPPED))
    assert not home.status.health.isVisible()


def test_what_nobody_measured_of_the_computer_is_left_out_and_an_allowance_that_is_none_too(
    home: HomeWindow, make_snapshot: MakeSnapshot
) -> None:
    home.show_snapshot(make_snapshot())
    assert not home.status.health.isVisible()
    unknown = at_most(GateName.TEMPERATURE, Switch.ON, None, 95.0)
    unlimited = at_most(GateName.DATA_QUOTA, Switch.OFF, 14e9, 0.0)
    home.show_snapshot(make_snapshot(gates=(unknown, unlimited)))
    assert home.status.health.text() == "14 GB this month"
    unused = at_most(GateName.DATA_QUOTA, Switch.OFF, 0, 0.0)
    home.show_snapshot(make_snapshot(gates=(unknown, unused)))
    assert not home.status.health.isVisible()


def test_the_computers_health_takes_one_line_of_captions(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    home.resize(920, 900)
    snapshot = make_snapshot()
    home.show_snapshot(snapshot)
    QApplication.processEvents()
    before = home.status.heightForWidth(home.status.width())
    home.show_snapshot(msgspec.structs.replace(snapshot, gates=(*snapshot.gates, *HEALTH)))
    QApplication.processEvents()
    line = home.status.health.fontMetrics().height()
    assert home.status.health.height() < 2 * line
    assert 0 < home.status.heightForWidth(home.status.width()) - before < 2 * line


def test_an_open_menu_keeps_what_it_offered(home: HomeWindow, make_snapshot: MakeSnapshot) -> None:
    snapshot = make_snapshot()
    home.show_snapshot(snapshot)
    menu = home.status.pause.menu()
    menu.popup(home.pos())
    actions = menu.actions()
    home.show_snapshot(make_snapshot(now=snapshot.at + timedelta(minutes=5)))
    assert menu.actions() == actions
    menu.close()
    home.show_snapshot(make_snapshot(now=snapshot.at + timedelta(minutes=6)))
    assert menu.actions()[1].text() == "For 1 hour, until 02:54"


def _menu_actions(button: QPushButton) -> list[QAction]:
    return button.menu().actions()


def _focusable(window: QWidget) -> list[QWidget]:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QTimeEdit)
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, kinds) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible()
    ]


def test_who_comes_to_the_first_cards_buttons_hears_of_the_state_first(home: HomeWindow) -> None:
    card = QAccessible.queryAccessibleInterface(home.status)
    said = [card.child(place).text(QAccessible.Text.Name) for place in range(card.childCount())]
    assert card.text(QAccessible.Text.Name) == "State"
    assert home.status.sentence.text() in said
