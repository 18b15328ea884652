"""Snapshots cross into Qt's thread by one queued signal, commands leave without waiting, and quitting is orderly."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.commands import ClearTroubles, Command, ListWallets, LookAtAddress, SetWish
from app.core.engine.phase import Phase
from app.core.money.side import MoneySide
from app.core.payout.address import WalletHotkey
from app.core.settings.settings import Settings, Theme, TryHere
from app.core.snapshot import Account, Snapshot
from app.core.wish import Off, OffUntil
from app.ui.application import Desktop
from app.ui.bridge import Bridge
from app.ui.doorbell import Doorbell
from app.ui.first_visit.dialog import FirstVisit
from app.ui.lifetime import SESSION_END_SECONDS, Lifetime
from app.ui.session import follow_session
from app.ui.signals import EndingSignals
from protocol.errors import SettingsError
from tests.app.conftest import MakeSnapshot

ROOT = Path(__file__).resolve().parents[3]
OTHER_ADDRESS = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"


class FakeBackend:
    """app.ui.application.Backend; tests answer the futures themselves."""

    def __init__(self, snapshot: Snapshot, *, first_visit_done: bool = True) -> None:
        self.snapshot = snapshot
        self.settings = Settings(network=TryHere())
        self.first_visit_done = first_visit_done
        self.listeners: list[Callable[[Snapshot], None]] = []
        self.asked: list[tuple[Command, Future[None]]] = []

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def submit(self, command: Command) -> Future[None]:
        answer: Future[None] = Future()
        self.asked.append((command, answer))
        return answer


class FakeEnding:
    """app.ui.lifetime.Ending that ends when the test says so."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.gone = threading.Event()
        self.stops_at_once = False

    def stop(self, within_seconds: float) -> None:
        self.calls.append(f"stop {within_seconds:.0f}")
        if self.stops_at_once:
            self.gone.set()

    def hurry(self) -> None:
        self.calls.append("hurry")

    def wait(self) -> object:
        return self.gone.wait(10)


class _Keeper(QObject):
    """Notes in which thread each snapshot arrived."""

    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[int, bool]] = []

    def keep(self, snapshot: Snapshot) -> None:
        self.seen.append((snapshot.revision, QThread.currentThread() is self.thread()))
        if snapshot.revision == 999:
            self.done.emit()


def test_a_flood_of_snapshots_arrives_thinned_in_qts_thread_with_the_latest_last(
    qtbot: QtBot, make_snapshot: MakeSnapshot
) -> None:
    bridge, keeper = Bridge(lambda command: Future()), _Keeper()
    bridge.snapshot_changed.connect(keeper.keep)
    snapshots = [make_snapshot(revision=revision) for revision in range(1000)]

    def publish_all() -> None:
        for snapshot in snapshots:
            bridge.publish(snapshot)

    thread = threading.Thread(target=publish_all)
    with qtbot.waitSignal(keeper.done, timeout=5000):
        thread.start()
        thread.join()
    assert len(keeper.seen) < 100
    assert all(in_qts_thread for _revision, in_qts_thread in keeper.seen)
    assert [revision for revision, _ in keeper.seen] == sorted(revision for revision, _ in keeper.seen)
    bridge.close()


def test_publishing_never_waits_for_a_busy_window(make_snapshot: MakeSnapshot, qapp: QApplication) -> None:
    bridge = Bridge(lambda command: Future())

    def publish_many() -> None:
        for _ in range(100):
            bridge.publish(make_snapshot())

    thread = threading.Thread(target=publish_many)
    thread.start()
    thread.join(5)  # Qt's thread is busy right here and processes nothing
    assert not thread.is_alive()
    bridge.close()


def test_asking_returns_before_the_answer_and_the_answer_comes_as_a_signal(qtbot: QtBot) -> None:
    answer: Future[None] = Future()
    bridge = Bridge(lambda command: answer)
    bridge.ask(ClearTroubles())
    assert not answer.done()
    with qtbot.waitSignal(bridge.command_obeyed, timeout=2000):
        _in_thread(lambda: answer.set_result(None))
    bridge.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SettingsError("No.", "Try else."), ["No.", "Try else."]),
        (RuntimeError("x"), ["That did not work.", "The log says more."]),
    ],
    ids=["refused", "broken"],
)
def test_a_refusal_comes_as_words(qtbot: QtBot, error: Exception, words: list[str]) -> None:
    answer: Future[None] = Future()
    bridge = Bridge(lambda command: answer)
    bridge.ask(SetWish(Off()))
    with qtbot.waitSignal(bridge.command_refused, timeout=2000) as caught:
        _in_thread(lambda: answer.set_exception(error))
    assert caught.args == words
    bridge.close()


def test_a_closed_bridge_delivers_nothing(qtbot: QtBot, make_snapshot: MakeSnapshot) -> None:
    bridge = Bridge(lambda command: Future())
    bridge.publish(make_snapshot())
    bridge.close()
    bridge.publish(make_snapshot())
    with qtbot.assertNotEmitted(bridge.snapshot_changed, wait=50):
        QApplication.processEvents()


@pytest.fixture
def backend(make_snapshot: MakeSnapshot) -> FakeBackend:
    return FakeBackend(make_snapshot())


@pytest.fixture
def desktop(qapp: QApplication, backend: FakeBackend) -> Iterator[Desktop]:
    made = Desktop(qapp, backend, with_tray=False)
    yield made
    made.close()
    qapp.setStyleSheet("")
    made.deleteLater()


def test_without_a_tray_the_window_opens_and_closing_it_quits(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.start(hidden=True)
    assert desktop.home is not None
    assert desktop.home.isVisible()
    with qtbot.waitSignal(desktop.quit_requested, timeout=1000):
        desktop.home.close()


def test_where_the_icon_can_not_be_seen_the_window_comes_and_says_why(desktop: Desktop) -> None:
    desktop.absence.out_of_sight()
    assert desktop.home is not None and desktop.home.refusal.isVisible()
    assert desktop.home.refusal.title.text() == "Your system hides the icon of this app."
    desktop.begin_ending()
    desktop.absence.out_of_sight()
    assert not desktop.home.isVisible(), "not while it ends"


def test_a_new_snapshot_reaches_window_and_menu(
    desktop: Desktop, backend: FakeBackend, qtbot: QtBot, make_snapshot: MakeSnapshot
) -> None:
    desktop.start()
    home = desktop.home
    assert home is not None
    paused = make_snapshot(wish=OffUntil(), phase=Phase.PAUSED)
    _in_thread(lambda: backend.listeners[0](paused))
    qtbot.waitUntil(lambda: home.status.headline.text() == "Paused", timeout=2000)
    assert desktop.menu.menu.actions()[0].text() == "Paused by you until you resume."


def test_what_the_window_asks_reaches_the_supervisor(desktop: Desktop, backend: FakeBackend) -> None:
    desktop.start()
    assert desktop.home is not None
    desktop.home.status.finish.click()
    (command, _answer) = backend.asked[-1]
    assert isinstance(command, SetWish)


def test_a_refused_command_is_told_in_the_window(desktop: Desktop, backend: FakeBackend, qtbot: QtBot) -> None:
    desktop.start()
    home = desktop.home
    assert home is not None
    home.status.finish.click()
    backend.asked[-1][1].set_exception(SettingsError("Not now.", "Later."))
    qtbot.waitUntil(lambda: home.refusal.isVisible(), timeout=2000)
    assert home.refusal.title.text() == "Not now."


def test_a_chosen_appearance_is_put_on_once_it_is_saved(desktop: Desktop, backend: FakeBackend, qtbot: QtBot) -> None:
    desktop.start()
    desktop.side.show_settings()
    assert desktop.side.settings.window is not None
    desktop.side.settings.window.theme.setCurrentIndex(2)
    desktop.side.settings.window.theme.activated.emit(2)
    backend.settings = Settings(network=TryHere(), theme=Theme.DARK)
    backend.asked[-1][1].set_result(None)
    qtbot.waitUntil(lambda: desktop.appearance.colours.dark, timeout=2000)


def test_who_never_chose_a_network_gets_the_first_visit(
    qapp: QApplication, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    from app.core.snapshot import NetworkView

    backend = FakeBackend(make_snapshot(network=NetworkView()), first_visit_done=False)
    backend.settings = Settings()
    made = Desktop(qapp, backend, with_tray=False)
    made.start()
    visit = made.first_visit
    assert isinstance(visit, FirstVisit)
    before = made.home
    assert before is None
    for _page in range(3):
        visit.next.click()
    assert len(backend.asked) == 4 or len(backend.asked) == 3  # it depends on the hour whether one wants to start now
    assert made.home is not None
    made.close()
    qapp.setStyleSheet("")


def test_the_first_visit_learns_what_the_app_learns(
    qapp: QApplication, make_snapshot: MakeSnapshot, qtbot: QtBot
) -> None:
    backend = FakeBackend(make_snapshot(account=Account()))
    made = Desktop(qapp, backend, with_tray=False)
    made.show_asked("train-at-home:join?address=https%3A%2F%2Fa.example")
    visit = made.first_visit
    assert visit is not None
    while visit.page is not visit.payout:
        visit.next.click()
    visit.payout.payout.field.setText(OTHER_ADDRESS)
    assert [command for command, _answer in backend.asked] == [ListWallets(), LookAtAddress(OTHER_ADDRESS)]
    known = make_snapshot(account=Account(), money=MoneySide(wallets=(WalletHotkey("w", "h", OTHER_ADDRESS),)))
    for listener in backend.listeners:
        listener(known)
    qtbot.waitUntil(lambda: not visit.next.isEnabled(), timeout=2000)
    backend.settings = Settings(network=TryHere(), payout_address=OTHER_ADDRESS)
    backend.asked[0][1].set_result(None)
    qtbot.waitUntil(lambda: not visit.payout.asks, timeout=2000)
    made.close()
    qapp.setStyleSheet("")


def test_the_doorbell_remembers_a_ring_that_nobody_answered() -> None:
    bell, rings = Doorbell(), list[str | None]()
    bell.ring("train-at-home:join?network=local")
    bell.ring()
    bell.answered_by(rings.append)
    assert rings == ["train-at-home:join?network=local"]
    bell.ring()
    assert rings[1:] == [None]
    bell.answered_by(None)
    bell.ring()
    assert rings[2:] == []


def test_quitting_asks_first_and_hurries_when_asked_again(qtbot: QtBot) -> None:
    ending = FakeEnding()
    lifetime = Lifetime(ending)
    lifetime.start()
    lifetime.end()
    lifetime.end()
    assert ending.calls == ["stop 20", "hurry"]
    with qtbot.waitSignal(lifetime.ended, timeout=5000):
        ending.gone.set()
    qtbot.waitUntil(lambda: not lifetime._watcher.is_alive(), timeout=2000)


class SystemsSession(QObject):
    """What of QGuiApplication tells of the session; its own signals can't be sent without a session manager."""

    commitDataRequest = Signal(object)
    aboutToQuit = Signal()


def test_a_log_out_that_is_asked_about_and_cancelled_ends_nothing(qtbot: QtBot) -> None:
    ending, asked = FakeEnding(), SystemsSession()
    lifetime = Lifetime(ending)
    follow_session(asked, lifetime)  # type: ignore[arg-type]
    lifetime.start()
    asked.commitDataRequest.emit(None)
    asked.commitDataRequest.emit(None)
    assert ending.calls == []
    assert not lifetime.is_ending
    ending.gone.set()
    qtbot.waitUntil(lambda: not lifetime._watcher.is_alive(), timeout=2000)


def test_a_session_that_ends_is_handed_over_in_before_qt_goes_on(qtbot: QtBot) -> None:
    ending, asked = FakeEnding(), SystemsSession()
    ending.stops_at_once = True
    lifetime = Lifetime(ending)
    follow_session(asked, lifetime)  # type: ignore[arg-type]
    lifetime.start()
    asked.commitDataRequest.emit(None)
    asked.aboutToQuit.emit()
    assert ending.calls == [f"stop {SESSION_END_SECONDS:.0f}"]
    assert not lifetime._watcher.is_alive(), "it was waited for"
    asked.aboutToQuit.emit()
    assert len(ending.calls) == 1, "what has ended is not asked again"


def test_leaving_qt_after_everything_ended_waits_for_nothing(qtbot: QtBot) -> None:
    ending, asked = FakeEnding(), SystemsSession()
    lifetime = Lifetime(ending)
    follow_session(asked, lifetime)  # type: ignore[arg-type]
    lifetime.ended.connect(asked.aboutToQuit)
    lifetime.start()
    lifetime.end()
    with qtbot.waitSignal(asked.aboutToQuit, timeout=5000):
        ending.gone.set()
    qtbot.waitUntil(lambda: not lifetime._watcher.is_alive(), timeout=2000)
    assert ending.calls[0] == "stop 20"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_sigterm_arrives_as_a_qt_signal(qtbot: QtBot) -> None:
    signals = EndingSignals()
    before = signal.getsignal(signal.SIGTERM)
    with qtbot.waitSignal(signals.arrived, timeout=2000) as caught:
        os.kill(os.getpid(), signal.SIGTERM)
    assert caught.args == [signal.SIGTERM]
    signals.close()
    assert signal.getsignal(signal.SIGTERM) is not before


def test_the_desktop_loads_neither_torch_nor_a_plot_library_nor_what_only_terminals_show() -> None:
    code = (
        "import sys; import app.__main__, app.ui.session; "
        "heavy = {'torch', 'pyqtgraph', 'numpy', 'httpx', 'engine', 'subnet', 'rich', 'pygments'}; "
        "heavy &= set(sys.modules); import rich.console; "
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_the_whole_app_starts_answers_the_command_line_and_ends_on_sigterm(tmp_path: Path, qtbot: QtBot) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "app", "--profile-folder", str(tmp_path)]
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        from app.control.client import NotRunning, connected
        from app.control.messages import Status, StatusReply
        from app.platforms.paths import profile_paths

        def answers() -> bool:
            try:
                with connected(profile_paths(tmp_path)) as client:
                    return isinstance(client.ask(Status()), StatusReply)
            except NotRunning:
                return False

        qtbot.waitUntil(answers, timeout=20_000)
        second = subprocess.run(command, cwd=ROOT, env=environment, timeout=30, check=False)
        assert second.returncode == 0  # it only asked the first to show itself
        running.terminate()
        assert running.wait(20) == 0
    finally:
        running.kill()
        running.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_it_runs_in_the_terminal_and_says_so(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment["QT_QPA_PLATFORM"] = ""
    command = [sys.executable, "-c", "from app.__main__ import has_display; print(has_display())"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=True)
    assert ran.stdout.strip() == "False"


def _in_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
