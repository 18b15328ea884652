"""“Just look”: a made-up week in marked windows; nothing starts, nothing is written, nothing is taken for real."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.core.activity.diary import last_night, spans_of_night, trained_of
from app.core.example import EXAMPLE_ADDRESS, example_settings, example_snapshot
from app.core.money.facts import sides_of, sums_of
from app.core.notices.banners import banners
from app.core.payout.address import Valid, read_pasted
from app.core.problems.present import present_problems
from app.core.settings.settings import Settings, TryHere
from app.core.snapshot import NetworkKind, NetworkView
from app.platforms.paths import profile_paths
from app.ui.activity.window import ActivityWindow
from app.ui.application import Desktop
from app.ui.earnings.window import EarningsWindow
from app.ui.example.band import ExampleBand
from app.ui.first_visit.dialog import FirstVisit
from app.ui.home.window import HomeWindow
from tests.app.conftest import FakeBackend, MakeSnapshot

BERLIN = ZoneInfo("Europe/Berlin")
AFTERNOON = datetime(2026, 11, 21, 15, 0, tzinfo=BERLIN)
MARK = "Example, nothing of this is real."


class FirstStart(FakeBackend):
    """Nothing is set up yet."""

    first_visit_done = False


@pytest.fixture
def desktop(qapp: QApplication, make_snapshot: MakeSnapshot, tmp_path: Path) -> Iterator[Desktop]:
    backend = FirstStart(make_snapshot(network=NetworkView()))
    backend.settings = Settings()
    made = Desktop(qapp, backend, with_tray=False, paths=profile_paths(tmp_path / "profile"))
    made.start()
    yield made
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.setStyleSheet("")
    made.deleteLater()


def looking(desktop: Desktop) -> tuple[HomeWindow, EarningsWindow, ActivityWindow]:
    """The three windows, after a click on the button."""
    assert desktop.first_visit is not None
    desktop.first_visit.look.click()
    assert desktop.example is not None
    return desktop.example.windows


def test_each_window_is_marked_for_eyes_and_ears(desktop: Desktop) -> None:
    for window in looking(desktop):
        assert window.isVisible()
        band = window.menuWidget()
        assert band is not None
        assert band.isVisible() and MARK in [each.text() for each in band.findChildren(QLabel)]
        interface = QAccessible.queryAccessibleInterface(window)
        assert interface.text(QAccessible.Text.Name).startswith("Example: ")
        assert interface.text(QAccessible.Text.Description) == MARK
        assert window.windowTitle().startswith("Example: ")
        assert band.height() < 80


def test_nothing_is_asked_started_written_or_sent(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_arguments: object) -> None:
        raise AssertionError("the example must reach nobody")

    monkeypatch.setattr(socket.socket, "connect", refused)
    before = desktop._backend.snapshot
    home, earnings, activity = looking(desktop)
    for button in (home.status.pause, home.status.finish, home.settings_card.edit_payout, earnings.tables.export):
        assert not button.isEnabled()
        button.click()
    for window in (home, earnings, activity):
        QTest.keySequence(window, "Ctrl+P")
        QTest.keySequence(window, "Ctrl+,")
    home.earnings.details.click()
    home.status.activity.click()
    backend = desktop._backend
    assert isinstance(backend, FirstStart) and backend.asked == []
    assert backend.snapshot is before and desktop._snapshot.money.books.sessions == ()
    assert (desktop.home, desktop.side.earnings.window, desktop.side.activity.window) == (None, None, None)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_news_of_the_real_app_never_mixes_with_the_example(desktop: Desktop, make_snapshot: MakeSnapshot) -> None:
    home, earnings, _activity = looking(desktop)
    told = home.status.sentence.text(), earnings.sum.accessibleName(), home.earnings.accessibleName()
    desktop._render(make_snapshot())
    assert (home.status.sentence.text(), earnings.sum.accessibleName(), home.earnings.accessibleName()) == told
    assert "example" in home.status.sentence.text()


@pytest.mark.parametrize("window", [0, 1, 2])
def test_each_window_leads_back_to_the_first_visit_with_its_answers(desktop: Desktop, window: int) -> None:
    visit = desktop.first_visit
    assert visit is not None
    visit.network.advanced.setChecked(True)
    visit.network.address.setText("https://example.org")
    shown = looking(desktop)
    assert not visit.isVisible()
    band = shown[window].menuWidget()
    assert isinstance(band, ExampleBand)
    band.set_up.click()
    assert desktop.example is None and desktop.first_visit is visit
    assert visit.isVisible() and visit.network.address.text() == "https://example.org"
    assert not any(each.isVisible() for each in shown)


def test_closing_the_examples_home_leads_back_and_ends_no_app(desktop: Desktop, qtbot: QtBot) -> None:
    asked_to_quit = list[bool]()
    desktop.quit_requested.connect(lambda: asked_to_quit.append(True))
    _home, earnings, _activity = looking(desktop)
    earnings.close()
    assert desktop.example is not None, "one window less"
    desktop.example.home.close()
    qtbot.waitUntil(lambda: desktop.example is None)
    assert desktop.first_visit is not None and desktop.first_visit.isVisible()
    assert asked_to_quit == []


def test_it_is_offered_on_the_first_page_to_who_has_no_network_yet(qtbot: QtBot) -> None:
    visit = FirstVisit(Settings(), (), lambda: AFTERNOON)
    qtbot.addWidget(visit)
    assert not visit.look.isHidden()
    visit.next.click()
    assert visit.look.isHidden()
    again = FirstVisit(Settings(network=TryHere()), (), lambda: AFTERNOON)
    qtbot.addWidget(again)
    assert again.look.isHidden()


@pytest.mark.parametrize("zone", [UTC, BERLIN, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/New_York")], ids=str)
@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 11, 21)], ids=str)
def test_the_example_holds_together_on_every_day(zone: ZoneInfo, day: datetime) -> None:
    today = day.replace(hour=15, tzinfo=zone)
    snapshot = example_snapshot(today)
    assert example_snapshot(today + timedelta(hours=2)) == snapshot
    night = last_night(example_settings().schedule, snapshot.at, zone)
    assert night is not None and trained_of(spans_of_night(snapshot.activity, night, snapshot.at)) > timedelta(hours=7)
    sides, total = sides_of(snapshot), sums_of(snapshot, None)
    assert total.rao == sides.credited_rao == sides.paid_rao + sides.pending_rao > 0
    assert snapshot.earnings.tonight_rao > 0
    assert (banners(snapshot), present_problems(snapshot)) == ((), ())
    assert [line.at_ms for line in snapshot.activity] == sorted({line.at_ms for line in snapshot.activity})


def test_nobody_can_be_paid_or_reached_by_the_example() -> None:
    snapshot = example_snapshot(AFTERNOON)
    assert isinstance(read_pasted(EXAMPLE_ADDRESS), Valid)
    assert snapshot.network.kind is NetworkKind.NAMED
    assert snapshot.network.orchestrator_url is None and snapshot.dashboard_url is None
    assert snapshot.account.hotkey is None
    assert "http" not in msgspec.json.encode(snapshot).decode()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(AssertionError, match="aware"):
        example_snapshot(datetime(2026, 11, 21))
