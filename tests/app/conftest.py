"""What the app's tests share. Qt is asked for only by tests named test_ui_*, and always offscreen."""

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime, timedelta, timezone

import msgspec
import pytest
import structlog

from app.core.commands import Command
from app.core.decision import decide
from app.core.engine.phase import EngineStatus, Phase
from app.core.gates.gate import GateName, GateReading, Switch, hours_gate, plain
from app.core.hours.schedule import parse_hours
from app.core.money.earnings import Earnings, RunCredit
from app.core.settings.settings import Settings, TryHere
from app.core.snapshot import Account, NetworkKind, NetworkPhase, NetworkView, Point, ServiceSide, Snapshot
from app.core.wish import Auto, Wish

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# A service that a test hosts logs in its own thread, at any time: never into what a command prints meanwhile.
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.__stderr__))

ZONE = timezone(timedelta(hours=1))
TWO_AT_NIGHT = datetime(2026, 11, 21, 1, 48, tzinfo=ZONE)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=ZONE)
ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"

MakeSnapshot = Callable[..., Snapshot]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen plugin says of two calls that it has none; windows make both."""
    for item in items:
        if item.path.name.startswith("test_ui_"):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """The application that pytest-qt makes is the app's own."""
    from app.ui.links import LinkedApplication
    from app.ui.look.spoken import tell_roles

    tell_roles()
    return LinkedApplication


@pytest.fixture(autouse=True)
def _garbage_goes_between_tests() -> Iterator[None]:
    """As in the app, no window may be collected while Qt is at work, nor in another thread."""
    gc.disable()
    yield
    if "PySide6" in sys.modules:
        from app.ui.garbage import collect_due

        collect_due()
    else:
        gc.enable()


@pytest.fixture(autouse=True)
def _nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test of the windows that leaves a thread or a Qt timer running fails."""
    if not request.path.name.startswith("test_ui_"):
        yield
        return
    before = set(threading.enumerate())
    yield
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
    from shiboken6 import Shiboken

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    wrappers = [wrapper for wrapper in Shiboken.getAllValidWrappers() if isinstance(wrapper, QTimer | QThread)]
    timers = [timer for timer in wrappers if isinstance(timer, QTimer) and timer.isActive()]
    qt_threads = [thread for thread in wrappers if isinstance(thread, QThread) and thread.isRunning()]
    own = QCoreApplication.instance()
    left = [thread for thread in qt_threads if own is None or thread is not own.thread()]
    threads = [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    assert not (timers or left or threads), f"left running: {timers} {left} {threads}"


@pytest.fixture(autouse=True)
def _undressed_between_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """The style sheet in which a test of the windows dresses the application would change sizes in the next one."""
    yield
    if not request.path.name.startswith("test_ui_") or "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance()
    if isinstance(application, QApplication) and application.styleSheet():
        application.setStyleSheet("")


def gates_at(now: datetime, *, hours: str = "22:00-07:00", **answers: bool | None) -> tuple[GateReading, ...]:
    """Every gate met but those named in `answers`, and the hours as the clock says."""
    met = {gate.value: True for gate in GateName if gate is not GateName.HOURS} | answers
    zone = now.tzinfo
    assert zone is not None
    return (
        hours_gate(parse_hours(hours), now, zone),
        *(plain(GateName(name), Switch.AUTOMATIC, answer) for name, answer in met.items()),
    )


class FakeBackend:
    """app.ui.application.Backend that keeps what it was asked and obeys nothing."""

    first_visit_done = True

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.settings = Settings(network=TryHere())
        self.asked: list[Command] = []

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        return lambda: None

    def submit(self, command: Command) -> Future[None]:
        self.asked.append(command)
        return Future()


@pytest.fixture
def fake_backend(make_snapshot: MakeSnapshot) -> FakeBackend:
    return FakeBackend(make_snapshot())


@pytest.fixture
def make_snapshot() -> MakeSnapshot:
    """A snapshot like the middle of a good night; keywords change it."""

    def make(
        *,
        now: datetime = TWO_AT_NIGHT,
        wish: Wish | None = None,
        phase: Phase = Phase.TRAINING,
        gates: tuple[GateReading, ...] | None = None,
        **changes: object,
    ) -> Snapshot:
        wish = Auto() if wish is None else wish
        gates = gates_at(now) if gates is None else gates
        engine = EngineStatus(
            phase=phase, device="cpu", run_id="s", run_title="Shakespeare", stage=1, stages=3, tokens_per_second=870.0
        )
        begin = now.timestamp() - 1000
        snapshot = Snapshot(
            at=now,
            wish=wish,
            gates=gates,
            decision=decide(wish, gates, now),
            engine=engine,
            service=ServiceSide(heartbeat_at=now, run_loss=1.9, held_out_loss=2.0, run_share_done=0.25, miners=6),
            earnings=Earnings(runs=(RunCredit("s", 3e15, 1e15),), credited_rao=2_000_000_000, heard_at=now),
            network=NetworkView(
                kind=NetworkKind.THIS_COMPUTER,
                orchestrator_url="http://127.0.0.1:1",
                dashboard_url="http://127.0.0.1:1/dashboard",
                phase=NetworkPhase.READY,
            ),
            account=Account(payout_address=ADDRESS),
            loss_points=tuple(Point(begin + 10 * place, 4.0 - place / 50) for place in range(100)),
            speed_points=tuple(Point(begin + 10 * place, 870.0) for place in range(100)),
        )
        return msgspec.structs.replace(snapshot, **changes)

    return make
