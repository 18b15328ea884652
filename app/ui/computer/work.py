"""What goes on behind the views of this computer: looking, fetching the engine, measuring. Outlives each view."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Signal

from app.control.computer import ComputerServices
from app.core.computer.devices import FoundComputer
from app.core.computer.line import LinePlan
from app.core.computer.speed import Idle, Measured, Measuring, NotMeasured, SpeedState, held_by, training_now
from app.core.computer.speed_run import SpeedCheck
from app.core.settings.settings import NetworkChoice, Settings
from app.core.snapshot import Snapshot
from app.ui.background import Background
from app.update.states import Fetching, Offered, Ready, Refused, State, Unpacking, Verifying

HEAT_SECONDS: Final = 2.0
TOLD_SECONDS: Final = 0.1
"""Progress of a fetch is shown this often; it is told with every chunk."""


class ComputerWork(QObject):
    """`changed` fires whenever one of the states below did. Nothing here waits in Qt's thread but `end`."""

    changed = Signal()
    engine_arrived = Signal()
    """The engine was not here, and now it is."""
    _fetch_told = Signal(object)
    _speed_told = Signal(object)
    _heat_told = Signal(object)

    def __init__(
        self,
        services: ComputerServices,
        settings: Callable[[], Settings],
        snapshot: Callable[[], Snapshot],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._settings, self._snapshot = services, settings, snapshot
        self.found: FoundComputer | None = None
        self.trouble = ""
        """Why it could not be looked at."""
        self.engine: State | None = None
        """None until it is known."""
        self.speed: SpeedState = Idle()
        self.proposed: NetworkChoice | None = None
        """The network that a first visit is about to choose; the settings' own counts where there is none."""
        self.celsius: float | None = None
        self._looking, self._asking = Background(self), Background(self)
        self._fetching, self._measuring = Background(self), Background(self)
        self._stop_fetch = threading.Event()
        self._stop_check = threading.Event()
        self._overtaken = False
        self._check: tuple[asyncio.AbstractEventLoop, SpeedCheck] | None = None
        self._connect()

    def _connect(self) -> None:
        self._looking.done.connect(self._on_looked)
        self._looking.failed.connect(self._on_look_failed)
        self._asking.done.connect(self._on_asked)
        self._asking.failed.connect(lambda text: self._on_asked(Refused(text)))
        self._fetching.done.connect(self._on_fetched)
        self._fetching.failed.connect(lambda text: self._on_fetched(Refused(text)))
        self._measuring.done.connect(self._on_speed)
        self._measuring.failed.connect(lambda text: self._on_speed(NotMeasured(text)))
        self._fetch_told.connect(self._on_engine)
        self._speed_told.connect(self._on_speed)
        self._heat_told.connect(self._on_heat)

    @property
    def settings(self) -> Settings:
        settings = self._settings()
        return settings if self.proposed is None else msgspec.structs.replace(settings, network=self.proposed)

    @property
    def line_goal(self) -> LinePlan:
        """Where a measurement would measure the internet line to."""
        return self._services.line_goal(self.settings.network)

    def propose(self, choice: NetworkChoice | None) -> None:
        """The line that is measured leads to this network from now on; None: to the settings' own."""
        if choice != self.proposed:
            self.proposed = choice
            self.changed.emit()

    @property
    def is_fetching(self) -> bool:
        return isinstance(self.engine, Fetching | Verifying | Unpacking)

    @property
    def is_measuring(self) -> bool:
        return isinstance(self.speed, Measuring)

    def look(self) -> None:
        """Look at the computer, and ask whether its engine is here; what is shown already stays meanwhile."""
        self._looking.begin(self._services.look)
        if not self.is_fetching:
            self._asking.begin(self._services.engine)

    def fetch_engine(self) -> None:
        """The person has agreed to what was offered."""
        if self.is_fetching or not isinstance(self.engine, Offered | Refused):
            return
        self._stop_fetch.clear()
        offered = self.engine
        self.engine = Fetching(0, offered.bytes if isinstance(offered, Offered) else 0)
        self.changed.emit()
        self._fetching.begin(
            lambda: self._services.fetch_engine(_Thinned(self._fetch_told.emit), self._stop_fetch.is_set)
        )

    def cancel_fetch(self) -> None:
        """What came is kept and goes on the next time."""
        self._stop_fetch.set()

    def measure(self) -> None:
        if self.is_measuring:
            return
        held = held_by(self._snapshot())
        self.speed = Measuring() if held is None else held
        self.celsius = None
        if held is None:
            self._stop_check.clear()
            self._overtaken = False
            settings = self.settings
            self._measuring.begin(lambda: asyncio.run(self._run_check(settings)))
        self.changed.emit()

    def cancel_measuring(self) -> None:
        """The child is gone a moment later, which is then told."""
        self._stop_check.set()
        running = self._check
        if running is not None:
            loop, check = running
            try:
                loop.call_soon_threadsafe(check.cancel)
            except RuntimeError:
                pass  # it ended in this very moment

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Training that begins meanwhile goes first."""
        if self.is_measuring and held_by(snapshot) is not None:
            self._overtaken = True
            self.cancel_measuring()

    def end(self, *, wholly: bool = False) -> None:
        """Stop all of it; waits for the child that measures, which takes a second or two at most, and `wholly` also
        for the download, so that nothing more is written."""
        self.cancel_fetch()
        self.cancel_measuring()
        for background in (self._looking, self._asking, self._fetching, self._measuring):
            background.leave()
        self._measuring.end()
        if wholly:
            self._fetching.end()

    async def _run_check(self, settings: Settings) -> Measured | NotMeasured:
        check = self._services.speed_check(settings, self._speed_told.emit)
        self._check = asyncio.get_running_loop(), check
        if self._stop_check.is_set():
            check.cancel()
        heat = asyncio.create_task(self._tell_heat())
        try:
            return await check.run()
        finally:
            heat.cancel()
            self._check = None

    async def _tell_heat(self) -> None:
        while True:
            self._heat_told.emit(await asyncio.to_thread(self._services.celsius))
            await asyncio.sleep(HEAT_SECONDS)

    def _on_looked(self, found: FoundComputer) -> None:
        self.found, self.trouble = found, ""
        self.changed.emit()

    def _on_look_failed(self, text: str) -> None:
        self.trouble = text
        self.changed.emit()

    def _on_asked(self, state: State) -> None:
        """An answer that comes after the person has agreed is no news any more."""
        if not self.is_fetching:
            self._on_engine(state)

    def _on_engine(self, state: State) -> None:
        self.engine = state
        self.changed.emit()

    def _on_fetched(self, state: State) -> None:
        self._on_engine(state)
        if isinstance(state, Ready):
            self.engine_arrived.emit()

    def _on_speed(self, state: SpeedState) -> None:
        overtaken = self._overtaken and isinstance(state, NotMeasured)
        self.speed = training_now() if overtaken else state
        self.changed.emit()

    def _on_heat(self, celsius: float | None) -> None:
        self.celsius = celsius
        self.changed.emit()


class _Thinned:
    """A new kind of state at once, more of the same ten times a second. Called in the thread that fetches."""

    def __init__(self, tell: Callable[[State], None]) -> None:
        self._tell = tell
        self._kind: type[State] | None = None
        self._told_at = 0.0

    def __call__(self, state: State) -> None:
        now = time.monotonic()
        if type(state) is not self._kind or now - self._told_at >= TOLD_SECONDS:
            self._kind, self._told_at = type(state), now
            self._tell(state)
