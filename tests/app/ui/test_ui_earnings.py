"""The Earnings window shows what the books hold in the chosen unit, by keyboard and reader, and hides money."""

import csv
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QAccessible, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from app.control.speaking import speak_for
from app.core.commands import AskLedger, Command, LookAtAddress, SetMoney
from app.core.engine.phase import Phase
from app.core.language.speech import ENGLISH, speak
from app.core.money.ledger import Books
from app.core.money.lines import (
    Credit,
    EnergySource,
    Paid,
    PayoutAddressChanged,
    Session,
    Slice,
    Standing,
    TariffSet,
    Waiting,
)
from app.core.money.next_payout import NextPayout
from app.core.money.prices import HIDDEN, Coin, MoneyView, PoolPrice
from app.core.money.settings import MoneySettings, ShownUnit, TypedPrice
from app.core.money.side import MoneySide
from app.core.money.sums import Span
from app.core.money.tariff import FlatTariff, HourlyTariff
from app.core.payout.chain_sight import ChainAnswer, Sighted
from app.core.settings.settings import Settings
from app.core.snapshot import Account, Snapshot
from app.ui.application import Desktop
from app.ui.earnings.prices import PricesDialog
from app.ui.earnings.tables import energy_text
from app.ui.earnings.window import EarningsWindow
from app.ui.look.theme import DARK
from app.ui.look.web import open_page
from app.ui.tray.menu import tonight_line
from tests.app.conftest import MakeSnapshot
from tests.app.ui.tab_order import tab_stops

ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
TRANSACTION = "0x" + "ab" * 32


@pytest.fixture
def snapshot(make_snapshot: Callable[..., Snapshot]) -> Snapshot:
    plain = make_snapshot()
    now = plain.at.timestamp()
    sessions = tuple(
        Session(key=round((now - 86_400 * days - 3000) * 1000), ended_unix=now - 86_400 * days, network="")
        for days in (20, 3, 0)
    )
    slices = tuple(
        Slice(
            session=each.key,
            quarter_unix=int(each.began_unix // 900) * 900,
            trained_seconds=2400,
            tokens=1000,
            megaflops=10**9,
            joules=3.6e6,
            source=EnergySource.MEASURED,
        )
        for each in sessions
    )
    credits = tuple(("", Credit(epoch=n, unix_ms=each.key + 9, rao=10**9)) for n, each in enumerate(sessions))
    standing = Standing(
        at_unix=now - 60,
        credited_rao=3 * 10**9,
        pending_rao=10**9,
        held_rao=10**9,
        paid_rao=10**9,
        payout_address=ADDRESS,
        waiting=(Waiting(unix_ms=1, rao=10**9, reason="a test"),),
    )
    books = Books(
        sessions=sessions,
        slices=slices,
        credits=credits,
        paid=(("", Paid(transaction=TRANSACTION, unix_ms=5, rao=10**9)),),
        standings=(("", standing),),
        tariffs=(TariffSet(from_unix=0, currency="EUR", tariff=FlatTariff(0.25)),),
    )
    view = MoneyView(coin=Coin.ALPHA, unit=ShownUnit.ALPHA)
    return msgspec.structs.replace(plain, money=MoneySide(books=books, view=view))


@pytest.fixture
def window(qtbot: QtBot, snapshot: Snapshot) -> EarningsWindow:
    made = EarningsWindow(Settings())
    qtbot.addWidget(made)
    made.dress(DARK)
    made.show_snapshot(snapshot)
    made.show()
    return made


def seen(snapshot: Snapshot, **view: object) -> Snapshot:
    changed = msgspec.structs.replace(snapshot.money.view, **view)
    return msgspec.structs.replace(snapshot, money=msgspec.structs.replace(snapshot.money, view=changed))


def texts(window: QWidget) -> str:
    found = [each.text() + each.accessibleDescription() for each in window.findChildren(QLabel)]
    found += [each.accessibleDescription() for each in window.findChildren(QWidget)]
    for table in window.findChildren(QTableWidget):
        items = [table.item(row, column) for row in range(table.rowCount()) for column in range(table.columnCount())]
        found += [item.text() for item in items if item is not None]
    return " ".join(found)


@pytest.mark.parametrize(
    ("tag", "days", "label", "name"),
    [
        ("en", Span.TODAY, "01:00", "01:00"),
        ("en", Span.WEEK, "Sat", "Sat 21 Nov"),
        ("en", Span.MONTH, "21 Nov", "Sat 21 Nov"),
        ("en", Span.TOTAL, "11/2026", "11/2026"),
        ("de", Span.WEEK, "Sa", "Sa 21. Nov."),
        ("de", Span.MONTH, "21. Nov.", "Sa 21. Nov."),
        ("zh-Hans", Span.WEEK, "周六", "周六 11月21日"),
        ("zh-Hans", Span.MONTH, "11月21日", "周六 11月21日"),
    ],
)
def test_bars_are_called_as_the_language_calls_their_days(
    window: EarningsWindow, snapshot: Snapshot, tag: str, days: int | None, label: str, name: str
) -> None:
    try:
        speak_for(tag, ())
        window.show_snapshot(msgspec.structs.replace(snapshot, at=snapshot.at + timedelta(seconds=1)))
        window.spans[days].click()
    finally:
        speak(ENGLISH)
    chart = window.sum.chart
    place = [bar.label for bar in chart._bars].index(label)
    assert chart._bar_text(place).startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("days", "figure", "rows"),
    [(Span.TODAY, "1.0000 α", 1), (Span.WEEK, "2.0000 α", 2), (Span.MONTH, "3.0000 α", 3), (Span.TOTAL, "3.0000 α", 3)],
)
def test_each_span_has_its_sum_chart_and_sessions(
    window: EarningsWindow, days: int | None, figure: str, rows: int
) -> None:
    window.spans[days].click()
    assert window.sum.figure.text() == f"{figure} earned"
    assert window.tables.sessions.rowCount() == rows
    assert window.sum.chart.accessibleDescription().startswith(f"{figure} in all")
    assert f"{0.25 * rows:.2f} EUR" in window.sum.caption.text()
    assert "1.5000 α for each hour of it" in window.sum.caption.text(), "one α for each session of 40 minutes"


def test_the_four_states_and_the_payouts_with_their_transaction_are_shown(window: EarningsWindow) -> None:
    states = window.states
    assert [each.text() for each in (states.credited, states.pending, states.held, states.paid)] == [
        "3.0000 α", "1.0000 α", "1.0000 α", "1.0000 α",
    ]  # fmt: skip
    payouts = window.tables.payouts
    first, second = payouts.item(0, 2), payouts.item(1, 2)
    assert first is not None and first.text() == "paid"
    assert second is not None and second.text() == "held: a test"
    payouts.setCurrentCell(0, 3)
    payouts.setFocus()
    payouts._copy()
    assert QApplication.clipboard().text() == TRANSACTION
    QApplication.clipboard().clear()


@pytest.mark.parametrize(
    ("least_rao", "text", "line"),
    [
        (4 * 10**9, "3.0000 α to go until the next payout. The network pays out from 4.0000 α on.", 5 / 6),
        (10**9, "Enough for the next payout. The network pays out from 1.0000 α on.", 2 / 3),
        (5 * 10**8, "Enough for the next payout. The network pays out from 0.5000 α on.", 0.5),
    ],
)
def test_how_far_the_next_payout_is_stands_on_the_bar_and_in_words(
    window: EarningsWindow, snapshot: Snapshot, least_rao: int, text: str, line: float
) -> None:
    window.show_snapshot(paying_from(snapshot, least_rao))
    assert window.states.shares.threshold == pytest.approx(line)
    assert window.states.until_payout.text() == text
    assert not window.states.shares.grab().isNull()


def test_when_the_next_payout_comes_stands_beside_how_far_it_is(window: EarningsWindow, snapshot: Snapshot) -> None:
    at = snapshot.at.timestamp()
    told = NextPayout(network="", heard_unix=at, at_unix=at + 1800)
    asked = paying_from(snapshot, 10**9)
    money = msgspec.structs.replace(asked.money, next_payout=told)
    window.show_snapshot(msgspec.structs.replace(asked, money=money))
    assert window.states.until_payout.text() == (
        "Enough for the next payout. The network pays out from 1.0000 α on. "
        "The network next decides on payouts at about 02:18."
    )
    alone = msgspec.structs.replace(snapshot, money=msgspec.structs.replace(snapshot.money, next_payout=told))
    window.show_snapshot(seen(alone, hidden=True))
    assert window.states.until_payout.text() == "The network next decides on payouts at about 02:18."
    hours_later = msgspec.structs.replace(alone, at=alone.at + timedelta(hours=3))
    window.show_snapshot(hours_later)
    assert not window.states.until_payout.isVisible(), "what is over is unknown again"


EXPLORER = "https://explorer.example/extrinsic/{extrinsic}"


class Browser(QObject):
    """Stands where the person's browser is."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[Browser]:
    made = Browser()
    for scheme in ("https", "http", "file"):
        QDesktopServices.setUrlHandler(scheme, made, "take")  # type: ignore[arg-type]
    yield made
    for scheme in ("https", "http", "file"):
        QDesktopServices.unsetUrlHandler(scheme)


def paid_by(snapshot: Snapshot, *paid: Paid, explorer_url: str | None = EXPLORER) -> Snapshot:
    books = msgspec.structs.replace(snapshot.money.books, paid=tuple(("", each) for each in paid))
    money = msgspec.structs.replace(snapshot.money, books=books, explorer_url=explorer_url)
    return msgspec.structs.replace(snapshot, money=money)


def payout(number: int, **changes: object) -> Paid:
    made = Paid(transaction=f"0x{number:064x}", unix_ms=number * 10**9, rao=10**9, block=number, index=2)
    return msgspec.structs.replace(made, **changes)


def test_the_chosen_payout_is_looked_up_by_mouse_and_by_keyboard(
    window: EarningsWindow, snapshot: Snapshot, browser: Browser, qtbot: QtBot
) -> None:
    window.show_snapshot(paid_by(snapshot, payout(8), payout(9)))
    actions, table = window.tables.payouts_list, window.tables.payouts
    assert actions.look_up.text() == "Look up on explorer.example"
    actions.look_up.click()
    assert browser.opened == ["https://explorer.example/extrinsic/9-0002"], "the newest, where none was picked"
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert actions.look_up.accessibleDescription() == "https://explorer.example/extrinsic/8-0002"
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert browser.opened[1:] == ["https://explorer.example/extrinsic/8-0002"]
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert not actions.look_up.isEnabled() and not actions.copy.isEnabled(), "held money has no transaction"
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert len(browser.opened) == 2


def test_the_chosen_payout_stays_chosen_when_another_arrives(window: EarningsWindow, snapshot: Snapshot) -> None:
    table = window.tables.payouts
    window.show_snapshot(paid_by(snapshot, payout(7), payout(8)))
    table.setCurrentCell(1, 3)
    assert table.chosen == payout(7)
    window.show_snapshot(paid_by(snapshot, payout(7), payout(8), payout(9)))
    assert table.chosen == payout(7) and table.currentRow() == 2
    window.tables.payouts_list.copy.click()
    assert QApplication.clipboard().text() == payout(7).transaction
    assert window.message.text() == "The transaction is copied."
    QApplication.clipboard().clear()


def test_a_network_without_an_explorer_offers_the_transaction_and_no_page(
    window: EarningsWindow, snapshot: Snapshot, browser: Browser, qtbot: QtBot
) -> None:
    window.show_snapshot(paid_by(snapshot, payout(9), explorer_url=None))
    actions = window.tables.payouts_list
    assert actions.copy.isVisible() and not actions.look_up.isVisible()
    window.tables.payouts.setFocus()
    QTest.keyClick(window.tables.payouts, Qt.Key.Key_Return)
    assert browser.opened == []


def test_a_payout_of_which_too_little_is_known_leads_nowhere_and_says_why(
    window: EarningsWindow, snapshot: Snapshot, browser: Browser
) -> None:
    actions = window.tables.payouts_list
    window.show_snapshot(paid_by(snapshot, payout(9, index=None)))
    assert actions.look_up.isVisible() and not actions.look_up.isEnabled() and actions.copy.isEnabled()
    assert actions.look_up.toolTip() == "The network told too little of the chosen payout to find it there"
    window.show_snapshot(paid_by(snapshot, payout(9, transaction="click https://evil.example")))
    assert "evil" not in texts(window), "a network can't put words of its own in the place of a transaction"
    assert not actions.copy.isVisible() and actions.look_up.isEnabled(), "its place is known all the same"


@pytest.mark.parametrize(
    "address",
    ["http://e.example/", "file:///etc/passwd", "javascript:alert(1)", "https:", "https:///x", "https://a b/", ""],
)
def test_only_pages_of_the_web_by_https_are_opened(browser: Browser, address: str) -> None:
    assert not open_page(address)
    assert browser.opened == []


def test_a_browser_that_does_not_open_is_told_with_the_address(
    window: EarningsWindow, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.look.web.QDesktopServices.openUrl", lambda _: False)
    window.show_snapshot(paid_by(snapshot, payout(9)))
    window.tables.payouts_list.look_up.click()
    told = window.message.text().replace("\u200b", "")
    assert told == "Your browser could not be opened. The page is https://explorer.example/extrinsic/9-0002"


def test_where_no_payout_is_to_be_expected_none_is_marked(window: EarningsWindow, snapshot: Snapshot) -> None:
    states = window.states
    assert states.shares.threshold is None, "the network never said from what on it pays"
    assert not states.until_payout.isVisible()
    asked = paying_from(snapshot, 4 * 10**9)
    window.show_snapshot(msgspec.structs.replace(asked, account=Account()))
    assert states.shares.threshold is None, "without an address nobody is paid"
    assert not states.until_payout.isVisible()
    window.show_snapshot(seen(asked, hidden=True))
    assert not states.until_payout.isVisible()


def paying_from(snapshot: Snapshot, least_rao: int) -> Snapshot:
    money = msgspec.structs.replace(snapshot.money, payout_least_rao=least_rao)
    return msgspec.structs.replace(snapshot, money=money)


def test_each_change_of_the_payout_address_is_listed_with_its_time(window: EarningsWindow, snapshot: Snapshot) -> None:
    assert not window.tables.changes.isVisible()
    at = snapshot.at.timestamp()
    first = PayoutAddressChanged(at_unix=at - 60, old=None, new=ADDRESS)
    second = PayoutAddressChanged(at_unix=at, old=ADDRESS, new=None)
    books = msgspec.structs.replace(snapshot.money.books, payout_changes=(first, second))
    window.show_snapshot(msgspec.structs.replace(snapshot, money=MoneySide(books=books)))
    assert window.tables.changes.text().splitlines() == [
        "2026-11-21 01:48: payout address changed from 5GrwvaEF…oHGKutQY to none",
        "2026-11-21 01:47: payout address changed from none to 5GrwvaEF…oHGKutQY",
    ]


def test_a_unit_without_a_price_says_so_and_never_shows_a_zero(window: EarningsWindow, snapshot: Snapshot) -> None:
    window.show_snapshot(seen(snapshot, unit=ShownUnit.MONEY))
    assert "price is unknown" in window.sum.chart.accessibleDescription()
    assert "1.0000 α" in window.sum.figure.text()
    assert "net unknown" in window.sum.caption.text()
    pool = PoolPrice(tao_per_alpha=0.02, netuid=9, block=1, at_unix=snapshot.at.timestamp())
    window.show_snapshot(seen(snapshot, unit=ShownUnit.MONEY, pool=pool, typed=TypedPrice(400.0, pool.at_unix)))
    assert window.sum.figure.text() == "8.00 EUR earned"
    assert "net 7.75 EUR" in window.sum.caption.text()
    assert "pool of subnet 9" in window.sum.price.text()


def test_hidden_money_is_in_no_text_of_the_window(window: EarningsWindow, snapshot: Snapshot) -> None:
    assert "1.0000 α" in texts(window)
    window.show_snapshot(seen(snapshot, hidden=True))
    shown = texts(window)
    assert HIDDEN in shown and "each hour" not in shown
    for amount in ("1.0000", "3.0000", "0.25 EUR", "α"):
        assert amount not in shown
    assert "quadrillion calculations" in window.sum.figure.text()
    assert tonight_line(seen(snapshot, hidden=True)) == "Tonight: 2 quadrillion calculations of work credited"


def test_the_unit_that_is_chosen_is_the_one_that_is_told(window: EarningsWindow, snapshot: Snapshot) -> None:
    assert window.unit.currentData() == ShownUnit.ALPHA
    window.show_snapshot(seen(snapshot, coin=Coin.TAO, unit=ShownUnit.TAO))
    assert window.unit.currentData() == ShownUnit.TAO
    assert "τ earned" in window.sum.figure.text()


@pytest.mark.parametrize(
    ("kwh", "shown"),
    [(0.0, "0.00 kWh"), (2.5, "≈ 2.50 kWh"), (0.1, "≈ 0.10 kWh"), (0.0123, "≈ 12.3 Wh"), (0.00004, "<0.1 Wh")],
)
def test_a_night_is_told_in_kilowatt_hours_and_a_minute_in_watt_hours(kwh: float, shown: str) -> None:
    assert energy_text(kwh, EnergySource.ESTIMATED) == shown


def test_unit_and_hiding_are_kept_as_settings(window: EarningsWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        window.hide_money.click()
    assert caught.args == [SetMoney(MoneySettings(hidden=True))]
    window.unit.setCurrentIndex(window.unit.findData(ShownUnit.TAO))
    with qtbot.waitSignal(window.command_requested, timeout=1000) as caught:
        window.unit.activated.emit(window.unit.currentIndex())
    assert caught.args == [SetMoney(MoneySettings(unit=ShownUnit.TAO))]


def test_the_table_is_saved_for_a_spreadsheet_and_a_folder_that_is_none_is_told(
    window: EarningsWindow, tmp_path: Path
) -> None:
    window.choose_span(Span.MONTH)
    window.export(tmp_path / "earned.csv")
    head, *lines = list(csv.reader((tmp_path / "earned.csv").read_text("utf-8-sig").splitlines()))
    assert len(lines) == 3 and lines[0][head.index("credited_alpha")] == "1.000000000"
    assert "earned.csv" in window.message.text().replace("\u200b", "")
    (tmp_path / "file").write_text("")
    window.export(tmp_path / "file" / "earned.csv")
    assert "can't be written" in window.message.text()


def test_payouts_are_saved_as_a_table_of_their_own(window: EarningsWindow, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(window.tables.payouts_export_requested) as asked:
        window.tables.payouts_export_requested.disconnect(window._on_payouts_export_requested)
        QTest.keyClick(window.tables.payouts_list.export, Qt.Key.Key_Space)
    assert asked.signal_triggered
    window.export_payouts(tmp_path / "paid.csv")
    head, *lines = list(csv.reader((tmp_path / "paid.csv").read_text("utf-8-sig").splitlines()))
    shown = window.tables.payouts.entries
    assert len(lines) == sum(isinstance(entry, Paid) for entry in shown) > 0
    assert {line[head.index("transaction")] for line in lines} >= {
        entry.hash or "" for entry in shown if isinstance(entry, Paid)
    }
    assert "paid.csv" in window.message.text().replace("\u200b", "")


def test_an_empty_window_explains_itself(qtbot: QtBot, make_snapshot: MakeSnapshot) -> None:
    window = EarningsWindow(Settings())
    qtbot.addWidget(window)
    snapshot = make_snapshot(earnings=msgspec.structs.replace(make_snapshot().earnings, credited_rao=0, heard_at=None))
    window.show_snapshot(snapshot)
    window.show()
    assert window.states.why_title.text() == "Why is this zero?"
    assert "just begun" in window.states.why.text()
    window.show_snapshot(msgspec.structs.replace(make_snapshot(phase=Phase.STOPPED), earnings=snapshot.earnings))
    assert "did not train" in window.states.why.text()
    assert window.tables.no_sessions.isVisible() and not window.tables.sessions.isVisible()


def test_every_control_has_a_name_and_a_place_in_the_tab_order(window: EarningsWindow, qtbot: QtBot) -> None:
    controls = [
        each
        for kind in (QAbstractButton, QComboBox, QTableWidget)
        for each in window.findChildren(kind)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    for control in controls:
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface is not None and interface.text(QAccessible.Text.Name), control
    reached = tab_stops(qtbot, window.spans[Span.TODAY])
    missing = [each for each in controls if each not in reached and each not in window.spans.values()]
    assert not missing
    # Of spans, of which one is chosen, Tab comes to that one, and the arrow keys to the others.
    window.spans[Span.TODAY].setFocus()
    for span in (Span.WEEK, Span.MONTH, Span.TOTAL):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Right)
        assert QApplication.focusWidget() is window.spans[span]


def test_electricity_can_be_flat_or_by_the_hour_and_a_looked_at_price_keeps_its_age(
    qtbot: QtBot, snapshot: Snapshot
) -> None:
    before = MoneySettings(tariff=FlatTariff(0.31), typed_price=TypedPrice(400.0, 1.0))
    dialog = PricesDialog(before, snapshot.at)
    qtbot.addWidget(dialog)
    assert dialog.money == before
    dialog.hourly.setChecked(True)
    dialog.hour_prices[2].setValue(0.1)
    dialog.tao.number.setValue(500)
    with qtbot.waitSignal(dialog.saved, timeout=1000) as caught:
        dialog.save.click()
    (command,) = caught.args
    assert isinstance(command, SetMoney) and isinstance(command.money.tariff, HourlyTariff)
    assert command.money.tariff.per_kwh[1:4] == (0.31, 0.1, 0.31)
    assert command.money.typed_price == TypedPrice(500.0, snapshot.at.timestamp())
    dialog.unknown.setChecked(True)
    assert dialog.money.tariff is None
    dialog.currency.setCurrentText("€")
    assert not dialog.save.isEnabled()


class Backend:
    """What the desktop needs of a supervisor."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.settings = Settings(payout_address=ADDRESS)
        self.first_visit_done = True
        self.asked: list[Command] = []

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        return lambda: None

    def submit(self, command: Command) -> Future[None]:
        self.asked.append(command)
        return Future()


class ToldTray:
    """A tray that only remembers what it was to say."""

    visible = True

    def __init__(self) -> None:
        self.told: list[str] = []

    def show_state(self, state: object, tooltip: str) -> None: ...

    def notify(self, title: str, text: str) -> None:
        self.told.append(f"{title}: {text}")

    def close(self) -> None: ...


@pytest.fixture
def desktop(qapp: QApplication, snapshot: Snapshot) -> Iterator[Desktop]:
    before = qapp.styleSheet()
    made = Desktop(qapp, Backend(snapshot), with_tray=False)
    made.tray = ToldTray()
    yield made
    made.close()
    made.deleteLater()
    qapp.setStyleSheet(before)


def test_the_window_opens_from_home_asks_for_what_is_new_and_gives_its_memory_back(
    desktop: Desktop, qtbot: QtBot
) -> None:
    desktop.show_home()
    assert desktop.home is not None
    desktop.home.earnings.details.click()
    assert desktop.side.earnings.window is not None and desktop.side.earnings.window.isVisible()
    backend = desktop._backend
    assert isinstance(backend, Backend)
    assert AskLedger() in backend.asked
    assert LookAtAddress(ADDRESS) in backend.asked
    desktop.side.earnings.window.close()
    qtbot.waitUntil(lambda: desktop.side.earnings.window is None, timeout=2000)


def test_an_address_that_other_computers_earn_for_too_holds_more_than_this_ones_books(
    window: EarningsWindow, snapshot: Snapshot
) -> None:
    answer = ChainAnswer(block=7, netuid=9, balance_rao=41 * 10**9)
    sight = Sighted(address=ADDRESS, answer=answer, at_unix=snapshot.at.timestamp())
    account = msgspec.structs.replace(snapshot.account, payout_address=ADDRESS)
    money = msgspec.structs.replace(snapshot.money, sight=sight)
    window.show_snapshot(msgspec.structs.replace(snapshot, account=account, money=money))
    assert "Your address holds 41.0000 τ, whoever sent it" in window.comparison.chain.text()
    assert window.states.paid.text() == "1.0000 α", "only what this computer's key was paid"
