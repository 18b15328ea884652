"""The tray's menu is the snapshot in words, and its actions are the window's commands."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QRect
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from app.core.commands import SetWish
from app.core.engine.phase import EngineStatus, Failure, Phase
from app.core.gates.gate import GateName, Switch, plain
from app.core.money.earnings import Earnings
from app.core.money.ledger import Books
from app.core.money.lines import Standing
from app.core.money.prices import MoneyView
from app.core.money.side import MoneySide
from app.core.snapshot import NetworkKind, NetworkPhase, NetworkView
from app.core.wish import Auto, FinishThenOff, Off, OffUntil, OnUntil, Wish
from app.ui.application import Desktop
from app.ui.choices import State, state_of, tray_state_of
from app.ui.tray import tray as tray_module
from app.ui.tray.menu import TrayMenu
from app.ui.tray.tray import NoTray, QtTray, in_sight
from tests.app.conftest import ADDRESS, NOON, TWO_AT_NIGHT, FakeBackend, MakeSnapshot, gates_at


@pytest.fixture
def tray_menu(qapp: QApplication) -> TrayMenu:
    return TrayMenu()


def test_the_first_line_says_what_is_happening_and_can_not_be_clicked(
    tray_menu: TrayMenu, make_snapshot: MakeSnapshot
) -> None:
    tray_menu.show_snapshot(make_snapshot())
    first, second = tray_menu.menu.actions()[:2]
    assert first.text() == "Training part 2 of 3 of “Shakespeare” until 07:00."
    assert second.text() == "Tonight: 2.0000 τ earned"
    assert not first.isEnabled()
    assert not second.isEnabled()


def test_work_that_is_not_yet_money_is_told_as_work(tray_menu: TrayMenu, make_snapshot: MakeSnapshot) -> None:
    tray_menu.show_snapshot(make_snapshot(earnings=Earnings()))
    assert tray_menu.menu.actions()[1].text() == "Tonight: nothing credited yet"


@pytest.mark.parametrize(
    ("wish", "texts"),
    [
        (Auto(), ["Pause", "Finish, then off", "Not tonight"]),
        (OnUntil(), ["Back to my hours", "Pause", "Finish, then off"]),
        (OffUntil(), ["Resume"]),
        (OffUntil(interrupts=OnUntil()), ["Resume", "Back to my hours"]),
        (Off(), ["Resume"]),
        (FinishThenOff(), ["Resume"]),
    ],
    ids=["auto", "on", "paused", "on_and_paused", "off", "finishing"],
)
def test_the_menu_offers_what_makes_sense(
    tray_menu: TrayMenu, make_snapshot: MakeSnapshot, wish: Wish, texts: list[str]
) -> None:
    tray_menu.show_snapshot(make_snapshot(wish=wish))
    offered = [action.text() for action in tray_menu.menu.actions() if action.text()][2:]
    assert offered == [*texts, "Open Train at Home", "What it did", "Open the dashboard", "Quit"]


def test_resume_asks_for_the_wish_that_was_interrupted(
    tray_menu: TrayMenu, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    tray_menu.show_snapshot(make_snapshot(wish=OffUntil(interrupts=OnUntil())))
    with qtbot.waitSignal(tray_menu.command_requested, timeout=1000) as caught:
        _action(tray_menu.menu, "Resume").trigger()
    assert caught.args == [SetWish(OnUntil())]
    with qtbot.waitSignal(tray_menu.command_requested, timeout=1000) as caught:
        _action(tray_menu.menu, "Back to my hours").trigger()
    assert caught.args == [SetWish(Auto())]


@pytest.mark.parametrize(
    ("place", "text", "minutes"), [(0, "For 15 minutes, until 02:03", 15), (1, "For 1 hour, until 02:48", 60)]
)
def test_pausing_for_an_hour_asks_for_exactly_that(
    tray_menu: TrayMenu, make_snapshot: MakeSnapshot, qtbot: QtBot, place: int, text: str, minutes: int
) -> None:
    snapshot = make_snapshot()
    tray_menu.show_snapshot(snapshot)
    choice = _choices(tray_menu.menu, "Pause")[place]
    assert choice.text() == text
    with qtbot.waitSignal(tray_menu.command_requested, timeout=1000) as caught:
        choice.trigger()
    assert caught.args == [SetWish(OffUntil(snapshot.at + timedelta(minutes=minutes)))]


@pytest.mark.parametrize(("place", "hours"), [(0, 1), (1, 4)])
def test_training_now_is_asked_for_a_few_hours(
    tray_menu: TrayMenu, make_snapshot: MakeSnapshot, qtbot: QtBot, place: int, hours: int
) -> None:
    tray_menu.show_snapshot(make_snapshot(now=NOON, phase=Phase.STOPPED))
    choices = _choices(tray_menu.menu, "Start now")
    assert [choice.text() for choice in choices][:2] == ["For 1 hour, until 13:00", "For 4 hours, until 16:00"]
    with qtbot.waitSignal(tray_menu.command_requested, timeout=1000) as caught:
        choices[place].trigger()
    assert caught.args == [SetWish(OnUntil(NOON + timedelta(hours=hours)))]


def test_the_second_line_tells_what_is_still_to_be_paid(tray_menu: TrayMenu, make_snapshot: MakeSnapshot) -> None:
    real = NetworkView(kind=NetworkKind.NAMED, name="main", orchestrator_url="https://main")
    earned = Earnings(credited_rao=2_250_000_000, paid_rao=2_000_000_000, credited_at_nightfall_rao=2_219_000_000)
    tray_menu.show_snapshot(make_snapshot(network=real, earnings=earned))

    def second_line(**changes: object) -> str:
        tray_menu.show_snapshot(make_snapshot(**changes))
        return tray_menu.menu.actions()[1].text()

    assert second_line(network=real, earnings=earned) == "Tonight: 0.0310 τ earned · 0.2500 τ still to be paid"
    hidden = MoneySide(view=MoneyView(hidden=True))
    assert "paid" not in second_line(network=real, earnings=earned, money=hidden)
    all_paid = Earnings(credited_rao=2_250_000_000, paid_rao=2_250_000_000)
    assert "paid" not in second_line(network=real, earnings=all_paid)
    assert second_line(earnings=earned) == "Tonight: 0.0310 τ earned"  # of play money nothing is owed


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Open Train at Home", "home_requested"),
        ("What it did", "activity_requested"),
        ("Open the dashboard", "dashboard_requested"),
        ("Quit", "quit_requested"),
    ],
)
def test_the_apps_own_entries_ask_the_app(
    tray_menu: TrayMenu, make_snapshot: MakeSnapshot, qtbot: QtBot, text: str, signal: str
) -> None:
    tray_menu.show_snapshot(make_snapshot())
    with qtbot.waitSignal(getattr(tray_menu, signal), timeout=1000):
        _action(tray_menu.menu, text).trigger()


def test_texts_change_in_place_while_the_shape_stays(tray_menu: TrayMenu, make_snapshot: MakeSnapshot) -> None:
    snapshot = make_snapshot()
    tray_menu.show_snapshot(snapshot)
    before = tray_menu.menu.actions()
    tray_menu.show_snapshot(make_snapshot(now=snapshot.at + timedelta(hours=1)))
    assert tray_menu.menu.actions() == before
    assert _choices(tray_menu.menu, "Pause")[1].text() == "For 1 hour, until 03:48"
    tray_menu.show_snapshot(make_snapshot(wish=OffUntil()))
    assert tray_menu.menu.actions() != before


def test_a_title_with_an_ampersand_marks_no_shortcut(tray_menu: TrayMenu, make_snapshot: MakeSnapshot) -> None:
    engine = EngineStatus(phase=Phase.TRAINING, run_title="Romeo & Juliet", stage=0, stages=1)
    tray_menu.show_snapshot(make_snapshot(engine=engine))
    assert "Romeo && Juliet" in tray_menu.menu.actions()[0].text()


def test_before_the_first_visit_the_menu_offers_it(tray_menu: TrayMenu, make_snapshot: MakeSnapshot) -> None:
    gates = (plain(GateName.SETUP, Switch.ON, False),)
    tray_menu.show_snapshot(make_snapshot(network=NetworkView(), gates=gates))
    assert [action.text() for action in tray_menu.menu.actions() if action.text()] == [
        "Choose a network to train with first.",
        "Set up…",
        "Quit",
    ]


def test_while_quitting_the_menu_says_so_and_can_shorten_it(
    tray_menu: TrayMenu, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    tray_menu.show_snapshot(make_snapshot())
    tray_menu.show_ending()
    with qtbot.waitSignal(tray_menu.quit_requested, timeout=1000):
        _action(tray_menu.menu, "Quit at once").trigger()


def test_each_situation_has_its_icon(make_snapshot: MakeSnapshot) -> None:
    held = (plain(GateName.MAINS, Switch.AUTOMATIC, False),)
    failed = EngineStatus(phase=Phase.FAILED, failure=Failure("x", "It broke."))
    assert state_of(make_snapshot()) is State.TRAINING
    assert state_of(make_snapshot(phase=Phase.DOWNLOADING)) is State.WAITING
    assert state_of(make_snapshot(gates=held)) is State.HELD
    assert state_of(make_snapshot(now=NOON, phase=Phase.STOPPED)) is State.SCHEDULED
    assert state_of(make_snapshot(wish=OffUntil())) is State.PAUSED
    assert state_of(make_snapshot(wish=Off())) is State.PAUSED
    assert state_of(make_snapshot(engine=failed)) is State.TROUBLE
    assert state_of(make_snapshot(engine=failed, gates=held)) is State.HELD


def test_finishing_is_shown_as_what_it_is_no_pause_yet(make_snapshot: MakeSnapshot) -> None:
    assert state_of(make_snapshot(wish=FinishThenOff())) is State.WAITING


def test_a_network_that_failed_is_trouble_only_while_this_computer_is_to_train(make_snapshot: MakeSnapshot) -> None:
    failure = Failure("local_network", "The network on this computer crashed.", "Its log says more.")
    failed = NetworkView(kind=NetworkKind.THIS_COMPUTER, phase=NetworkPhase.FAILED, failure=failure)
    stopped = EngineStatus()
    assert state_of(make_snapshot(network=failed, engine=stopped)) is State.TROUBLE
    assert state_of(make_snapshot(network=failed, engine=stopped, wish=OffUntil())) is State.PAUSED
    assert state_of(make_snapshot(network=failed, engine=stopped, now=NOON)) is State.SCHEDULED
    waits = gates_at(TWO_AT_NIGHT, mains=False)
    assert state_of(make_snapshot(network=failed, engine=stopped, gates=waits)) is State.HELD


def test_a_payout_that_is_kept_back_shows_in_the_icon_unless_it_trains(make_snapshot: MakeSnapshot) -> None:
    standing = Standing(
        at_unix=1.0, credited_rao=9, pending_rao=0, held_rao=9, paid_rao=0, payout_address=ADDRESS, waiting=()
    )
    kept = MoneySide(books=Books(standings=(("local", standing),)))
    held = make_snapshot(money=kept, wish=OffUntil(), network=NetworkView(kind=NetworkKind.NAMED, name="local"))
    assert state_of(held) is State.PAUSED
    assert tray_state_of(held) is State.TROUBLE
    trains = make_snapshot(money=kept, network=NetworkView(kind=NetworkKind.NAMED, name="local"))
    assert tray_state_of(trains) is State.TRAINING
    assert tray_state_of(make_snapshot(wish=OffUntil())) is State.PAUSED


def test_without_a_tray_nothing_is_shown_and_nothing_breaks() -> None:
    tray = NoTray()
    tray.show_state(State.TRAINING, "Training")
    tray.notify("a", "b")
    tray.close()
    assert not tray.visible


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", "This plugin does not support")
def test_a_panel_that_comes_up_later_gets_the_icon(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = QtTray(QMenu())
    tray.show_state(State.WAITING, "Waiting")
    tray.start()
    assert not tray.visible  # the offscreen platform has no panel
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    with qtbot.waitSignal(tray.appeared, timeout=5000):
        pass
    tray.close()


@pytest.mark.parametrize(
    ("icon", "seen"),
    [
        (QRect(), True),  # most panels don't say where it is
        (QRect(1700, 0, 24, 24), True),
        (QRect(1910, 0, 24, 24), True),  # half of it on the other screen
        (QRect(2500, 0, 24, 24), True),
        (QRect(-400, 0, 24, 24), False),
        (QRect(1700, -40, 24, 24), False),
        (QRect(0, 1080, 24, 24), False),
    ],
)
def test_an_icon_that_no_screen_shows_is_out_of_sight(icon: QRect, seen: bool) -> None:
    assert in_sight(icon, [QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 1024)]) is seen


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", "This plugin does not support")
def test_an_icon_that_the_system_hides_is_told_once_and_no_longer_relied_on(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tray_module, "PLACES_COUNT", True)
    monkeypatch.setattr(tray_module, "SIGHT_EVERY_MS", 10)
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "isVisible", lambda _: True)
    monkeypatch.setattr(QSystemTrayIcon, "geometry", lambda _: QRect(-5000, 0, 24, 24))
    tray = QtTray(QMenu())
    tray.show_state(State.WAITING, "Waiting")
    told: list[bool] = []
    tray.out_of_sight.connect(lambda: told.append(tray.visible))
    with qtbot.waitSignal(tray.out_of_sight, timeout=5000):
        tray.start()
    qtbot.waitUntil(lambda: not tray._look_for.isActive(), timeout=2000)
    assert told == [False]
    tray.close()


class Panel:
    """The desktop's panel, as Qt tells of it; here in the place of Qt's own question."""

    def __init__(self) -> None:
        self.there = True

    def __call__(self) -> bool:
        return self.there


@pytest.fixture
def panel(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Panel:
    panel = Panel()
    monkeypatch.setattr(tray_module, "LOOK_EVERY_MS", 5)
    monkeypatch.setattr(tray_module, "LOOK_AT_REST_EVERY_MS", 10)
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", panel)
    return panel


@pytest.fixture
def tray(panel: Panel) -> Iterator[QtTray]:
    tray = QtTray(QMenu())
    tray.show_state(State.WAITING, "Waiting")
    yield tray
    tray.close()
    tray.deleteLater()


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", "This plugin does not support")
def test_a_panel_that_ends_is_told_once_and_one_that_comes_back_gets_the_icon(
    tray: QtTray, panel: Panel, qtbot: QtBot
) -> None:
    told: list[str] = []
    tray.gone.connect(lambda: told.append("gone"))
    tray.appeared.connect(lambda: told.append("appeared"))
    tray.start()
    before = tray.visible
    assert before
    panel.there = False
    with qtbot.waitSignal(tray.gone, timeout=5000):
        pass
    meanwhile = tray.visible
    assert not meanwhile
    looks = tray._looks
    qtbot.waitUntil(lambda: tray._looks > looks + 2 * tray_module.GONE_LOOKS, timeout=5000)
    assert told == ["appeared", "gone"]
    panel.there = True
    with qtbot.waitSignal(tray.appeared, timeout=5000):
        pass
    assert tray.visible
    assert tray._icon is not None and tray._icon.toolTip() == "Waiting"
    panel.there = False
    with qtbot.waitSignal(tray.gone, timeout=5000):
        pass
    assert told == ["appeared", "gone", "appeared", "gone"]


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", "This plugin does not support")
def test_a_panel_that_is_started_anew_is_no_news_to_a_person(tray: QtTray, panel: Panel, qtbot: QtBot) -> None:
    told: list[str] = []
    tray.gone.connect(lambda: told.append("gone"))
    tray.start()
    panel.there = False
    tray._look()
    panel.there = True
    with qtbot.waitSignal(tray.appeared, timeout=5000):
        pass
    assert told == []
    assert tray.visible


def test_a_panel_is_looked_for_every_second_at_first_and_rarely_for_ever_after(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tray = QtTray(QMenu())
    tray.start()
    assert tray._look_again.interval() == tray_module.LOOK_EVERY_MS
    for _ in range(tray_module.LOOK_TIMES):
        tray._look()
    assert tray._look_again.isActive()
    assert tray._look_again.interval() == tray_module.LOOK_AT_REST_EVERY_MS
    tray.close()


@pytest.fixture
def desktop(qapp: QApplication, panel: Panel, fake_backend: FakeBackend) -> Iterator[Desktop]:
    made = Desktop(qapp, fake_backend)
    yield made
    made.close()
    made.deleteLater()


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", "This plugin does not support")
def test_when_the_icon_has_gone_the_window_comes_with_a_sentence_until_it_is_back(
    desktop: Desktop, panel: Panel, qtbot: QtBot
) -> None:
    desktop.start(hidden=True)
    before = desktop.home
    assert before is None
    panel.there = False
    qtbot.waitUntil(lambda: desktop.home is not None and desktop.home.isVisible(), timeout=5000)
    home = desktop.home
    assert home is not None
    assert home.refusal.title.text() == "The icon of this app has gone from your screen."
    panel.there = True
    qtbot.waitUntil(lambda: not home.refusal.isVisible(), timeout=5000)
    assert desktop.tray.visible


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", "This plugin does not support")
def test_an_app_that_is_started_hidden_waits_for_a_late_panel(desktop: Desktop, panel: Panel, qtbot: QtBot) -> None:
    panel.there = False
    desktop.start(hidden=True)
    assert desktop.home is None
    panel.there = True
    qtbot.waitUntil(lambda: desktop.tray.visible and not desktop.absence.is_waiting, timeout=5000)
    assert desktop.home is None


def test_an_app_that_is_started_hidden_opens_its_window_where_no_panel_comes(
    desktop: Desktop, panel: Panel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.tray.absence.LATE_PANEL_MS", 30)
    panel.there = False
    desktop.start(hidden=True)
    before = desktop.home
    assert before is None
    qtbot.waitUntil(lambda: desktop.home is not None and desktop.home.isVisible(), timeout=5000)
    assert desktop.home is not None and not desktop.home.refusal.isVisible()


def _action(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def _choices(menu: QMenu, text: str) -> list[QAction]:
    """What the menu behind that entry offers."""
    behind = _action(menu, text).menu()
    assert isinstance(behind, QMenu)
    return behind.actions()
