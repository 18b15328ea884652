"""This computer on the screen: devices, an engine fetched after a yes, and a measurement that can be stopped."""

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.core.commands import RetryNow
from app.core.computer.devices import FoundComputer, FoundDevice, Hindrance, Way
from app.core.computer.line import LinePlan, line_goal, order_text, until_told
from app.core.computer.speed import Measured, Measuring, NotMeasured
from app.core.computer.speed_run import CheckTimes, SpeedCheck
from app.core.engine.child_process import StopLimits
from app.core.engine.phase import Phase
from app.core.network.invitations import COMPUTER_LINK
from app.core.settings.settings import NetworkChoice, OwnAddress, Settings
from app.core.snapshot import Snapshot
from app.core.wish import OffUntil
from app.ui.application import Desktop
from app.ui.computer.window import ComputerWindow
from app.ui.computer.work import ComputerWork
from app.ui.first_visit.dialog import FirstVisit
from app.ui.look.theme import DARK
from app.update.states import Fetching, Offered, Ready, Refused, State, Unpacking, Verifying
from protocol.errors import StorageError
from protocol.speed_check import LINE_ORDER

FAKE = Path(__file__).resolve().parents[1] / "fakes" / "fake_speed_check.py"
EVENING = datetime(2026, 11, 20, 18, 0, tzinfo=timezone(timedelta(hours=1)))
FOUND = FoundComputer(
    devices=(
        FoundDevice(name="NVIDIA GeForce RTX 4070", way=Way.CUDA, memory_bytes=12 * 10**9, driver="570.86"),
        FoundDevice(name="AMD Radeon", way=Way.ROCM, hindrance=Hindrance.UNKNOWN_CHIP),
        FoundDevice(name="AMD Ryzen 7 5800X", way=Way.PROCESSOR, memory_bytes=32 * 10**9, cores=8),
    ),
    disk_free_bytes=120 * 10**9,
)
OFFER = Offered(version="0.1.0", variant="cu126", bytes=2_500_000_000, unpacked_bytes=5_000_000_000, seconds=480.0)


class FakeServices:
    """app.control.computer.ComputerServices; tests say how each answers."""

    def __init__(self) -> None:
        self.engine_state: State = Ready("here")
        self.found: FoundComputer | Exception = FOUND
        self.mode = "good"
        self.heat: float | None = 61.0
        self.go_on = threading.Event()
        self.asked_to_fetch = 0

    def look(self) -> FoundComputer:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    def engine(self) -> State:
        return self.engine_state

    def fetch_engine(self, tell: Callable[[State], None], cancelled: Callable[[], bool]) -> State:
        self.asked_to_fetch += 1
        tell(Fetching(1_000_000_000, 2_500_000_000))
        while not self.go_on.wait(0.01):
            if cancelled():
                return Refused("Stopped, as you asked.", "What came is kept; it goes on from there the next time.")
        tell(Verifying())
        tell(Unpacking(1, 2))
        self.engine_state = Ready("0.1.0", "cu126")
        return self.engine_state

    def line_goal(self, choice: NetworkChoice | None) -> LinePlan:
        return line_goal(choice, ())

    def speed_check(self, settings: Settings, tell: Callable[[Measuring], None]) -> SpeedCheck:
        times = CheckTimes(stop=StopLimits(asked_seconds=1.0, terminated_seconds=0.2))
        goal = self.line_goal(settings.network)
        order = {LINE_ORDER: order_text(goal, settings, Path("engine"))}
        command = (sys.executable, str(FAKE), self.mode)
        return SpeedCheck(command, tell, environment=order, times=times, line=until_told(goal))

    def celsius(self) -> float | None:
        return self.heat


@pytest.fixture(autouse=True)
def _threads_told_all() -> Iterator[None]:
    """A thread whose last word was just heard may need a moment to be gone."""
    yield
    for thread in threading.enumerate():
        if thread.name == "window":
            thread.join(10)


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def resting(make_snapshot: Callable[..., Snapshot]) -> Snapshot:
    return make_snapshot(phase=Phase.STOPPED, wish=OffUntil())


@pytest.fixture
def work(services: FakeServices, resting: Snapshot, qtbot: QtBot) -> Iterator[ComputerWork]:
    made = ComputerWork(services, Settings, lambda: resting)
    yield made
    services.go_on.set()
    made.end(wholly=True)


@pytest.fixture
def window(work: ComputerWork, qtbot: QtBot) -> ComputerWindow:
    made = ComputerWindow(work)
    qtbot.addWidget(made)
    made.dress(DARK)
    made.show()
    qtbot.waitUntil(lambda: work.found is not None and work.engine is not None)
    return made


def shown(window: ComputerWindow | FirstVisit) -> str:
    return "\n".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())


def test_each_device_has_a_card_with_a_verdict_and_a_reason(window: ComputerWindow) -> None:
    told = [(card.name.text(), card.verdict.text()) for card in window.panel.cards]
    assert told == [
        ("NVIDIA GeForce RTX 4070", "Suitable"),
        ("AMD Radeon", "Not suitable"),
        ("AMD Ryzen 7 5800X", "Limited"),
    ]
    text = shown(window)
    assert "12 GB of memory · Computes with CUDA · driver 570.86" in text
    assert "has no code for this chip" in text
    assert "120 GB of the disk are free" in text
    assert "Not suitable" in window.panel.cards[1].accessibleDescription()
    assert not window.panel.engine.isVisible()  # it is here, so there is nothing to say


def test_a_computer_that_can_not_be_looked_at_says_why(
    services: FakeServices, work: ComputerWork, qtbot: QtBot
) -> None:
    services.found = StorageError("The disk is gone.", "Plug it in.")
    window = ComputerWindow(work)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.panel.sentence.text() == "The disk is gone. Plug it in.")


def test_an_engine_is_fetched_only_after_its_size_was_read_and_agreed_to(
    services: FakeServices, work: ComputerWork, qtbot: QtBot
) -> None:
    services.engine_state = OFFER
    window = ComputerWindow(work)
    qtbot.addWidget(window)
    window.show()
    card = window.panel.engine
    qtbot.waitUntil(card.isVisible)
    assert "NVIDIA graphics cards: 2.5 GB to download, 5 GB on the disk, about 8 min" in card.text.text()
    assert services.asked_to_fetch == 0
    assert not window.panel.speed.measure.isEnabled()
    card.fetch.click()
    qtbot.waitUntil(lambda: card.line.text() == "Downloading: 1 GB of 2.5 GB")
    assert card.bar.value() == 400
    assert not card.fetch.isVisible()
    with qtbot.waitSignal(work.engine_arrived, timeout=5000):
        services.go_on.set()
    assert not card.isVisible()
    assert window.panel.speed.measure.isEnabled()


def test_a_stopped_download_says_that_it_goes_on_and_does(
    services: FakeServices, work: ComputerWork, qtbot: QtBot
) -> None:
    services.engine_state = OFFER
    window = ComputerWindow(work)
    qtbot.addWidget(window)
    window.show()
    card = window.panel.engine
    qtbot.waitUntil(card.fetch.isVisible)
    card.fetch.click()
    qtbot.waitUntil(lambda: services.asked_to_fetch == 1)
    card.cancel.click()
    qtbot.waitUntil(lambda: "What came is kept" in card.text.text())
    services.engine_state = OFFER
    card.again.click()
    qtbot.waitUntil(card.fetch.isVisible)
    card.fetch.click()
    services.go_on.set()
    qtbot.waitUntil(lambda: not card.isVisible())


def test_a_download_outlives_the_window_that_began_it(services: FakeServices, work: ComputerWork, qtbot: QtBot) -> None:
    services.engine_state = OFFER
    window = ComputerWindow(work)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.panel.engine.fetch.isVisible)
    window.panel.engine.fetch.click()
    window.close()
    with qtbot.waitSignal(work.engine_arrived, timeout=5000):
        services.go_on.set()


def test_an_engine_that_can_not_be_had_says_why(services: FakeServices, work: ComputerWork, qtbot: QtBot) -> None:
    services.engine_state = Refused("There is no engine for this computer yet.", "Look again later.")
    window = ComputerWindow(work)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.panel.engine.text.text().startswith("There is no engine"))
    assert window.panel.engine.again.isVisible()
    assert not window.panel.engine.fetch.isVisible()


def test_a_measurement_ends_in_a_range_and_what_it_is_worth(
    window: ComputerWindow, work: ComputerWork, qtbot: QtBot
) -> None:
    card = window.panel.speed
    card.measure.click()
    assert card.cancel.isVisible()
    assert not card.measure.isVisible()
    qtbot.waitUntil(lambda: isinstance(work.speed, Measured), timeout=20_000)
    assert card.result.text() == "36 to 74 million tokens an hour"
    assert "gaming graphics card" in card.earning.text()
    assert card.measure.text() == "Measure again"


def test_a_measurement_shows_the_temperature_and_can_be_stopped(
    services: FakeServices, window: ComputerWindow, work: ComputerWork, qtbot: QtBot
) -> None:
    services.mode = "hangs"
    card = window.panel.speed
    card.measure.click()
    qtbot.waitUntil(lambda: card.progress.text().endswith("tokens a second · 61 °C"), timeout=20_000)
    qtbot.waitUntil(lambda: card.bar.value() == 900)
    card.cancel.click()
    qtbot.waitUntil(lambda: isinstance(work.speed, NotMeasured), timeout=10_000)
    assert card.earning.text() == "Stopped, as you asked. Nothing was measured."


def joined_window(services: FakeServices, resting: Snapshot, qtbot: QtBot) -> tuple[ComputerWork, ComputerWindow]:
    """The window of a computer that has joined a network somewhere else."""
    settings = Settings(network=OwnAddress("https://tales.example.org"))
    work = ComputerWork(services, lambda: settings, lambda: resting)
    window = ComputerWindow(work)
    qtbot.addWidget(window)
    window.dress(DARK)
    window.show()
    qtbot.waitUntil(lambda: work.found is not None and work.engine is not None)
    return work, window


def test_what_goes_over_the_line_is_said_before_the_button_is_pressed_and_the_result_after(
    services: FakeServices, resting: Snapshot, qtbot: QtBot
) -> None:
    services.mode = "line"
    work, window = joined_window(services, resting, qtbot)
    card = window.panel.speed
    assert "to tales.example.org and back: at most 20 MB" in card.text.text()
    assert not card.line_title.isVisible()
    card.measure.click()
    qtbot.waitUntil(lambda: isinstance(work.speed, Measured), timeout=20_000)
    assert card.line_title.isVisible()
    assert card.line_result.text() == "12 Mbit/s up, 95 Mbit/s down"
    assert card.line_meaning.text().startswith("Enough for “Tales”")
    work.end()


def test_a_button_that_says_more_than_before_is_given_the_room_for_it(
    window: ComputerWindow, work: ComputerWork, qtbot: QtBot
) -> None:
    button = window.panel.speed.measure
    before = button.width()
    button.setText("Measure again, and for longer")
    qtbot.waitUntil(lambda: button.width() == button.sizeHint().width() > before)


def test_a_line_that_can_not_be_measured_says_why_below_the_training_speed(
    services: FakeServices, resting: Snapshot, qtbot: QtBot
) -> None:
    services.mode = "no_line"
    work, window = joined_window(services, resting, qtbot)
    card = window.panel.speed
    card.measure.click()
    qtbot.waitUntil(lambda: isinstance(work.speed, Measured), timeout=20_000)
    assert card.result.isVisible()
    assert not card.line_result.isVisible()
    assert "the network does not answer" in card.line_meaning.text()
    work.end()


def test_the_first_visit_measures_to_the_network_that_was_just_chosen(work: ComputerWork, qtbot: QtBot) -> None:
    visit = FirstVisit(Settings(), (), lambda: EVENING, work)
    qtbot.addWidget(visit)
    visit.show()
    assert visit.computer is not None
    visit.network.advanced.setChecked(True)
    visit.network.address.setText("https://tales.example.org")
    visit.next.click()
    assert visit.page is visit.computer
    assert "to tales.example.org and back" in visit.computer.panel.speed.text.text()
    assert work.settings.network == OwnAddress("https://tales.example.org")
    visit.back.click()
    visit.network.try_here.click()
    visit.next.click()
    assert visit.computer.panel.speed.text.text().endswith("Nothing is sent.")
    visit.close()
    assert work.settings.network is None


@pytest.mark.parametrize(
    ("mode", "text"),
    [("killed", "memory ran out"), ("babbles", "can't read"), ("exits", "code 7"), ("no_device", "Choose another")],
)
def test_a_measurement_that_fails_says_so_and_can_be_tried_again(
    services: FakeServices, window: ComputerWindow, work: ComputerWork, qtbot: QtBot, mode: str, text: str
) -> None:
    services.mode = mode
    window.panel.speed.measure.click()
    qtbot.waitUntil(lambda: isinstance(work.speed, NotMeasured), timeout=20_000)
    assert text in window.panel.speed.earning.text()
    assert window.panel.speed.measure.isEnabled()


def test_nothing_is_measured_once_nobody_looks(
    services: FakeServices, window: ComputerWindow, work: ComputerWork, qtbot: QtBot
) -> None:
    services.mode = "hangs"
    window.panel.speed.measure.click()
    qtbot.waitUntil(lambda: isinstance(work.speed, Measuring) and bool(work.speed.speeds), timeout=20_000)
    window.close()
    qtbot.waitUntil(lambda: isinstance(work.speed, NotMeasured), timeout=10_000)


def test_training_that_begins_ends_a_measurement_and_is_what_is_told(
    services: FakeServices,
    window: ComputerWindow,
    work: ComputerWork,
    make_snapshot: Callable[..., Snapshot],
    resting: Snapshot,
    qtbot: QtBot,
) -> None:
    services.mode = "hangs"
    window.panel.speed.measure.click()
    qtbot.waitUntil(lambda: isinstance(work.speed, Measuring) and bool(work.speed.speeds), timeout=20_000)
    work.show_snapshot(resting)
    assert work.is_measuring
    work.show_snapshot(make_snapshot())
    qtbot.waitUntil(lambda: not work.is_measuring, timeout=10_000)
    assert "is training now" in window.panel.speed.earning.text()


def test_beside_training_nothing_is_measured(
    services: FakeServices, make_snapshot: Callable[..., Snapshot], qtbot: QtBot
) -> None:
    work = ComputerWork(services, Settings, make_snapshot)
    work.measure()
    assert isinstance(work.speed, NotMeasured)
    assert "Pause it first" in work.speed.advice
    work.end()


def test_everything_on_it_has_a_name_and_works_by_keyboard(
    services: FakeServices, work: ComputerWork, window: ComputerWindow, qtbot: QtBot
) -> None:
    for control in window.findChildren(QAbstractButton):
        assert QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name), control
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    services.mode = "hangs"
    window.panel.speed.measure.setFocus()
    QTest.keyClick(window.panel.speed.measure, Qt.Key.Key_Space)
    assert work.is_measuring
    qtbot.waitUntil(lambda: window.panel.speed.cancel.hasFocus() or not window.isActiveWindow())
    QTest.keyClick(window.panel.speed.cancel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not work.is_measuring, timeout=10_000)


def test_the_first_visit_tells_about_this_computer_and_asks_nothing(work: ComputerWork, qtbot: QtBot) -> None:
    visit = FirstVisit(Settings(), (), lambda: EVENING, work)
    qtbot.addWidget(visit)
    visit.dress(DARK)
    visit.show()
    assert work.found is None  # nobody has come to the page yet
    visit.network.try_here.click()
    visit.next.click()
    page = visit.page
    assert page is visit.computer
    qtbot.waitUntil(lambda: "NVIDIA GeForce RTX 4070" in shown(visit))
    assert visit.next.isEnabled()
    visit.next.click()
    assert visit.page is visit.hours
    visit.close()


def test_a_ring_for_this_computer_opens_its_window_and_an_engine_that_came_is_tried_at_once(
    qapp: QApplication, services: FakeServices, fake_backend: object, qtbot: QtBot
) -> None:
    services.engine_state = OFFER
    desktop = Desktop(qapp, fake_backend, with_tray=False, computer=services)  # type: ignore[arg-type]
    desktop.show_asked(COMPUTER_LINK)
    assert desktop.side.computer.window is not None
    card = desktop.side.computer.window.panel.engine
    qtbot.waitUntil(card.fetch.isVisible)
    card.fetch.click()
    services.go_on.set()
    qtbot.waitUntil(lambda: RetryNow() in fake_backend.asked, timeout=5000)  # type: ignore[attr-defined]
    desktop.close()
    qapp.setStyleSheet("")


def test_the_interface_thread_is_never_kept_waiting_by_a_slow_look(qtbot: QtBot, resting: Snapshot) -> None:
    class Slow(FakeServices):
        def look(self) -> FoundComputer:
            self.go_on.wait(10)
            return super().look()

    services = Slow()
    work = ComputerWork(services, Settings, lambda: resting)
    window = ComputerWindow(work)
    qtbot.addWidget(window)
    window.show()
    assert window.panel.sentence.text() == "Looking…"
    services.go_on.set()
    qtbot.waitUntil(lambda: work.found is not None)
    work.end()
