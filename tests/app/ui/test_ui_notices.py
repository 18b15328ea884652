"""The form of switches and quiet hours, the banners on Home, and the tray as stand-in for the system's own notices."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

import msgspec
import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.core.activity.lines import Trained
from app.core.commands import Command, DismissBanner, SetNotices
from app.core.engine.phase import EngineStatus, Phase
from app.core.notices.memory import NoticesView
from app.core.notices.settings import NoticeKind, NoticeSettings
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot, Trouble
from app.ui.application import Desktop
from app.ui.home.window import HomeWindow
from app.ui.notices.banners import BannerCard
from app.ui.notices.form import NoticesForm
from tests.app.conftest import NOON, MakeSnapshot, gates_at
from tests.app.core.test_core_banners import MORNING, OUT_OF_MEMORY, STARTING, diary, held


@pytest.fixture
def form(qtbot: QtBot) -> NoticesForm:
    form = NoticesForm(NoticeSettings())
    qtbot.addWidget(form)
    form.show()
    return form


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_a_click_on_a_switch_asks_for_just_that_change(form: NoticesForm, qtbot: QtBot, kind: NoticeKind) -> None:
    with qtbot.waitSignal(form.command_requested, timeout=1000) as caught:
        form.switches[kind].click()
    assert caught.args == [SetNotices(msgspec.structs.replace(NoticeSettings(), **{kind.value: False}))]


def test_quiet_hours_are_typed_and_switched_off_and_only_changes_are_asked_for(form: NoticesForm, qtbot: QtBot) -> None:
    asked = list[object]()
    form.command_requested.connect(asked.append)
    form.begins.editingFinished.emit()
    assert asked == [], "nothing was changed"
    form.begins.setTime(QTime(23, 30))
    form.begins.editingFinished.emit()
    form.quiet.click()
    assert asked == [
        SetNotices(NoticeSettings(quiet_from_minute=1410)),
        SetNotices(NoticeSettings(quiet_from_minute=1410, quiet=False)),
    ]
    assert not form.begins.isEnabled() and not form.ends.isEnabled()


def test_what_was_refused_goes_back_and_showing_asks_for_nothing(form: NoticesForm) -> None:
    asked = list[object]()
    form.command_requested.connect(asked.append)
    kept = NoticeSettings(training_began=False, quiet_until_minute=600)
    form.show_settings(kept)
    assert form.settings == kept
    assert asked == []


def test_every_control_of_the_form_has_a_name_and_a_place_in_tab_order(form: NoticesForm) -> None:
    stops = [*form.switches.values(), form.quiet, form.begins, form.ends]
    assert all(stop.text() if isinstance(stop, QAbstractButton) else stop.accessibleName() for stop in stops)
    stops[0].setFocus()
    for stop in stops[1:]:
        form.focusNextChild()
        assert form.focusWidget() is stop


@pytest.fixture
def home(qtbot: QtBot) -> HomeWindow:
    window = HomeWindow(Settings())
    qtbot.addWidget(window)
    window.show()
    return window


def press(home: HomeWindow, text: str) -> None:
    buttons = [each for card in shown(home) for each in card.findChildren(QPushButton)]
    next(each for each in buttons if each.text() == text).click()


def shown(home: HomeWindow) -> list[BannerCard]:
    return [card for card in home.banners if card.isVisible()]


def test_a_recovered_crash_stands_once_on_home_and_can_be_taken_away(
    home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    lines = diary(Trained(), OUT_OF_MEMORY, STARTING, Trained())
    troubles = (Trouble(at=MORNING, code="out_of_memory", title=OUT_OF_MEMORY.title),)
    snapshot = make_snapshot(now=MORNING, activity=lines, troubles=troubles)
    home.show_snapshot(msgspec.structs.replace(snapshot, engine=EngineStatus(phase=Phase.STOPPED)))
    assert not home.troubles.isVisible(), "outside its hours it works again all the same"
    home.show_snapshot(snapshot)
    assert [card.title.text() for card in shown(home)] == ["It stopped, and works again"]
    assert not home.troubles.isVisible(), "the same is not told twice"
    with qtbot.waitSignal(home.command_requested, timeout=1000) as caught:
        press(home, "Dismiss")
    (command,) = caught.args
    assert isinstance(command, DismissBanner)
    with qtbot.waitSignal(home.logs_requested, timeout=1000):
        press(home, "Logs and report")
    home.show_snapshot(msgspec.structs.replace(snapshot, notices=NoticesView(dismissed=(command.key,))))
    assert shown(home) == []
    assert home.troubles.isVisible()


def test_a_held_payout_leads_to_the_earnings_and_an_update_names_the_hour(
    home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    home.show_snapshot(held(make_snapshot))
    with qtbot.waitSignal(home.earnings_requested, timeout=1000):
        press(home, "Earnings")
    home.show_snapshot(make_snapshot(now=NOON, phase=Phase.STOPPED, gates=gates_at(NOON, update=False)))
    (card,) = shown(home)
    assert card.accessibleName() == "An update is needed before 22:00"


def is_whole(card: BannerCard) -> bool:
    return card.height() >= card.heightForWidth(card.width())


@pytest.mark.parametrize("width", [420, 900])
def test_a_banners_words_and_buttons_are_whole_at_any_width(
    home: HomeWindow, make_snapshot: MakeSnapshot, qtbot: QtBot, width: int
) -> None:
    crash = diary(Trained(), OUT_OF_MEMORY, STARTING, Trained())
    home.resize(width, 1000)
    home.show_snapshot(
        msgspec.structs.replace(held(make_snapshot), at=MORNING, gates=gates_at(MORNING, update=False), activity=crash)
    )
    assert len(shown(home)) == 3
    for card in shown(home):
        qtbot.waitUntil(partial(is_whole, card), timeout=2000)
        for each in (card.title, card.text, *card.buttons):
            assert isinstance(each, QLabel | QAbstractButton)
            needed = each.heightForWidth(each.width()) if each.hasHeightForWidth() else each.sizeHint().height()
            assert each.height() >= needed, each.text()


class Backend:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.settings = Settings()
        self.first_visit_done = True

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        return lambda: None

    def submit(self, command: Command) -> Future[None]:
        return Future()


class ToldTray:
    visible = True

    def __init__(self) -> None:
        self.told = list[str]()

    def show_state(self, state: object, tooltip: str) -> None: ...

    def notify(self, title: str, text: str) -> None:
        self.told.append(f"{title}: {text}")

    def close(self) -> None: ...


def test_what_the_system_can_not_show_the_tray_does(
    qapp: QApplication, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    before = qapp.styleSheet()
    desktop = Desktop(qapp, Backend(make_snapshot()), with_tray=False)
    tray = ToldTray()
    desktop.tray = tray
    try:
        desktop.notice_arrived.emit("You were paid", "The network sent 1 τ to your address.")
        qtbot.waitUntil(lambda: bool(tray.told), timeout=2000)
        assert tray.told == ["You were paid: The network sent 1 τ to your address."]
    finally:
        desktop.close()
        desktop.deleteLater()
        qapp.setStyleSheet(before)


def test_what_qt_keeps_of_windows_is_forgotten_once_the_last_one_closes(
    qapp: QApplication, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    before = qapp.styleSheet()
    desktop = Desktop(qapp, Backend(make_snapshot()), with_tray=False)
    desktop.tray = ToldTray()
    forgotten = list[bool]()
    desktop.appearance.forget_windows = lambda: forgotten.append(True)  # type: ignore[method-assign]
    try:
        desktop.show_home()
        desktop.side.show_earnings()
        assert desktop.home is not None and desktop.side.earnings.window is not None
        desktop.side.earnings.window.close()
        qtbot.waitUntil(lambda: desktop.side.earnings.window is None, timeout=2000)
        assert forgotten == [], "one is still open"
        desktop.home.close()
        qtbot.waitUntil(lambda: forgotten == [True], timeout=2000)
    finally:
        desktop.close()
        desktop.deleteLater()
        qapp.setStyleSheet(before)
