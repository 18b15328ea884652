"""Owns one asyncio loop in one named thread: reads the gates, decides, acts on the engine, publishes snapshots.

Views call `submit` and `subscribe` from any thread and read `snapshot`; everything else happens in the thread.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import msgspec
import structlog

from app.core import commands
from app.core.activity.keeper import ActivityKeeper
from app.core.computer.autostart import AutostartKeeping
from app.core.computer.suspension import NoSuspendWatch, Suspension
from app.core.computer.wakefulness import Wakefulness
from app.core.decision import Action, decide
from app.core.engine import orders as engine_orders
from app.core.engine.conduct import EngineConduct
from app.core.engine.crew import Crew
from app.core.engine.keeper import EngineKeeper, EngineSetup
from app.core.engine.phase import ACTIVE, ALIVE, Ended, EngineStatus
from app.core.gates.gate import GateName, GateReading
from app.core.gates.keeping import Surroundings, has_way_out
from app.core.gates.watch import GateWatch
from app.core.identity.device_key import DeviceKey
from app.core.identity.keeper import IdentityKeeper
from app.core.language.speech import _
from app.core.money.keeper import EarningsKeeper
from app.core.money.setup import MoneySetup
from app.core.network.keeper import NetworkKeeper, NetworkSetup
from app.core.notices.keeper import NoticeKeeper
from app.core.obedience import Obedience, Rooms
from app.core.ports import (
    Autostart,
    Clock,
    IdentityDesk,
    KeepAwake,
    KeptWork,
    NoKeptWork,
    NoNotifier,
    Notifier,
    OpenedKey,
    Sensors,
    SuspendWatch,
)
from app.core.publishing import Listener, Publisher
from app.core.settings.app_state import AppState
from app.core.settings.change import SettingsCommand
from app.core.settings.preferences import Preferences
from app.core.settings.settings import Settings
from app.core.settings.stored_file import StoredFile
from app.core.settings.work_folder import disk_for_work
from app.core.snapshot import EndingBegan, Snapshot
from app.core.telling import DecisionTeller
from protocol.errors import Refused, UserFacingError

_log = structlog.get_logger(__name__)

Companion: TypeAlias = "Callable[[Supervisor], AbstractAsyncContextManager[None]]"


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a supervisor is made of; the composition root chooses."""

    settings_file: StoredFile[Settings]
    state_file: StoredFile[AppState]
    engine_folder: Path
    engine: EngineSetup
    network: NetworkSetup
    open_key: Callable[[], OpenedKey]
    """May block on a locked keychain; called in a thread of its own."""
    sensors: Sensors
    keep_awake: KeepAwake
    clock: Clock
    draw_jitter: Callable[[], float]
    suspend_watch: SuspendWatch = NoSuspendWatch()
    asleep_seconds: Callable[[], float] = lambda: 0.0
    """What the computer has slept since it was switched on."""
    autostart: Callable[[], Autostart] | None = None
    """How the app starts with the session; asked in a thread of its own. None where that is nobody's business."""
    money: MoneySetup = MoneySetup()
    activity_path: Path | None = None
    """Where it is written down what this computer did; None keeps that in memory."""
    notifier: Notifier = NoNotifier()
    """How the person is told what they did not ask for."""
    kept_work: KeptWork = NoKeptWork()
    identity: IdentityDesk | None = None
    """Where the key can be saved to and brought back from; None refuses that."""
    tick_seconds: float = 2.0
    first: tuple[SettingsCommand, ...] = ()
    """Obeyed before anything starts, so that not even the first tick follows old settings."""
    companions: tuple["Companion", ...] = ()
    """What else lives in the supervisor's loop for as long as it runs, such as the control socket."""


class Supervisor:
    """Made and started once per process. Raises SettingsError when made, where the settings are from the future."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._preferences = Preferences(parts.settings_file, parts.state_file)
        for command in parts.first:
            self._preferences.change(command)
        self._publisher = Publisher(parts.clock, self._preferences.state.earnings)
        self._suspension = Suspension(parts.suspend_watch, parts.asleep_seconds)
        self._wakefulness = Wakefulness(parts.keep_awake, self._publisher.tell_of)
        self._gates = GateWatch(parts.sensors, parts.draw_jitter())
        self._teller = DecisionTeller(self._publisher)
        self._had_way_out = True
        self._quit_within_seconds: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._died = False
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    # Called from any thread.

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture."""
        return self._publisher.latest

    @property
    def settings(self) -> Settings:
        return self._preferences.settings

    @property
    def first_visit_done(self) -> bool:
        return self._preferences.state.first_visit_done

    @property
    def died(self) -> bool:
        """Whether its thread ended by a mistake of the app's own before anybody asked it to end."""
        return self._died

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """`listener` is called in the supervisor's thread with each new picture; returns how to end that."""
        return self._publisher.subscribe(listener)

    def submit(self, command: commands.Command) -> Future[None]:
        """Ask for a change. The future fails with a UserFacingError where it is refused."""
        answer: Future[None] = Future()
        if self._loop is None or self._loop.is_closed():
            answer.set_exception(RuntimeError("the supervisor does not run"))
        else:
            self._loop.call_soon_threadsafe(lambda: self._obedience.answer(command, answer))
        return answer

    def note_update(self, version: str) -> None:
        """A newer version was fetched. Called as often as one likes."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._notices.update_ready, version)

    def start(self) -> None:
        """Start the thread and wait for the first decision."""
        self._thread.start()
        self._started.wait(30.0)

    def stop(self, within_seconds: float = 20.0) -> None:
        """Ask the thread to hand over, stop what it started and end; returns at once. The wish stays as it is."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._begin_quit, within_seconds)

    def hurry(self) -> None:
        """Shorten a stop that is under way."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hurry)

    def join(self, timeout_seconds: float | None = None) -> bool:
        """Wait for the thread's end; whether it came."""
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    # Everything below runs in the supervisor's thread.

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception:  # noqa: BLE001  the thread's entry
            _log.exception("the_supervisor_died")
            self._died = self._quit_within_seconds is None
        finally:
            self._wakefulness.close()
            self._started.set()

    async def _main(self) -> None:
        self._furnish()
        self._loop = asyncio.get_running_loop()
        self._begin(self._loop)
        async with AsyncExitStack() as companions:
            await self._welcome(companions)
            while self._quit_within_seconds is None:
                self._try_tick()
                self._started.set()
                await self._sleep()
            await self._close(self._quit_within_seconds)
        if self._autostart is not None:
            await self._autostart.stand_down()

    def _furnish(self) -> None:
        """Make what belongs to the loop."""
        parts, tell = self._parts, self._publisher.apply
        self._woken = asyncio.Event()
        wake = self._woken.set
        clock, jitter = parts.clock, parts.draw_jitter
        self._engine = EngineKeeper(parts.engine, tell=tell, wake=wake, clock=clock, draw_jitter=jitter)
        self._network = NetworkKeeper(parts.network, tell=tell, wake=wake, clock=clock, draw_jitter=jitter)
        self._money = EarningsKeeper(parts.money, tell=tell, clock=clock)
        self._activity = ActivityKeeper(parts.activity_path, tell=tell, clock=clock)
        memory, remember = self._preferences.state.notices, self._preferences.remember_notices
        self._notices = NoticeKeeper(parts.notifier, memory, remember, tell)
        self._key = DeviceKey(parts.open_key, self._preferences, self._publisher, wake)
        self._autostart = None if parts.autostart is None else AutostartKeeping(parts.autostart, tell)
        self._conduct = self._conduct_of(self._engine, lambda: self._publisher.latest.engine, tell)
        self._crew = Crew(
            lambda hear: EngineKeeper(parts.engine, tell=hear, wake=wake, clock=clock, draw_jitter=jitter),
            self._conduct_of,
            clock,
            tell,
        )
        self._obedience = Obedience(self._rooms(), self._obeyed)

    def _conduct_of(
        self,
        keeper: EngineKeeper,
        status: Callable[[], EngineStatus],
        tell: Callable[[Ended], None],
        card: str | None = None,
    ) -> EngineConduct:
        parts = self._parts
        asked_seconds = parts.engine.times.stop.asked_seconds
        folder, network, suspension = parts.engine_folder, self._network, self._suspension
        return EngineConduct(folder, asked_seconds, keeper, network, suspension, status, tell, card)

    @property
    def _any_alive(self) -> bool:
        return self._engine.alive or self._crew.alive

    def _rooms(self) -> Rooms:
        desk = self._parts.identity
        return Rooms(
            preferences=self._preferences,
            publisher=self._publisher,
            network=self._network,
            money=self._money,
            key=self._key,
            clock=self._parts.clock,
            identity=None if desk is None else IdentityKeeper(desk, choose=self._key.choose),
            autostart=self._autostart,
            notices=self._notices,
            retry_engine=self._retry_engine,
            free_disk=self._free_disk,
        )

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._money.begin()
        self._activity.begin()
        self._notices.begin()
        for trouble in self._preferences.first_troubles:
            self._publisher.tell_of(trouble)
        self._key.show()
        self._network.choose(self.settings.network)
        self._suspension.begin(loop, about_to_sleep=self._try_tick, woke=self._wake_up)
        self._key.open()
        if self._autostart is not None:
            self._autostart.look()

    async def _welcome(self, companions: AsyncExitStack) -> None:
        """One that can't come is told and done without: training matters more than being asked about it."""
        for companion in self._parts.companions:
            try:
                await companions.enter_async_context(companion(self))
            except UserFacingError as error:
                self._publisher.tell_of(error)

    def _wake_up(self) -> None:
        self._look_anew()
        self._woken.set()

    def _look_anew(self) -> None:
        """What was known before the computer slept says nothing of now."""
        self._parts.sensors.refresh()
        self._network.ask_anew()

    async def _sleep(self) -> None:
        """Until the next tick, or something happened, or a gate is known to change."""
        seconds = self._parts.tick_seconds
        change = self.snapshot.decision.next_change
        if change is not None:
            seconds = min(seconds, max(0.05, (change - self._parts.clock.now()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()

    def _obeyed(self) -> None:
        self._try_tick()
        self._woken.set()

    def _try_tick(self) -> None:
        try:
            self._tick()
        except Exception:  # noqa: BLE001  one bad tick must not end the night
            _log.exception("a_tick_failed")

    def _tick(self) -> None:
        now = self._parts.clock.now()
        if self._suspension.has_slept():
            self._look_anew()
        self._settle_wish(now)
        gates = self._read_gates(now)
        decision = decide(self.settings.wish, gates, now)
        self._teller.tell(self.settings, gates, decision, now)
        self._attend_network(gates, now)
        self._conduct.act(decision, self.settings, self._key.signer, now)
        self._crew.attend(self.snapshot.engine, decision, self.settings, self._key.signer, now)
        self._suspension.let_sleep(self._any_alive)
        self._wakefulness.attend(decision, gates, self.snapshot.engine.phase, now)
        self._money.attend(self.snapshot, self.settings, now)
        self._activity.attend(self.snapshot, now)
        self._notices.attend(self.snapshot, self.settings, now)
        if self._preferences.state_is_due():
            self._save_state()

    def _settle_wish(self, now: datetime) -> None:
        gone = not self._any_alive and self.snapshot.engine.phase not in ALIVE
        try:
            self._preferences.settle_wish(now, gone)
        except UserFacingError as error:
            self._publisher.tell_of(error)

    def _read_gates(self, now: datetime) -> tuple[GateReading, ...]:
        settings = self.settings
        around = Surroundings(
            month_bytes=engine_orders.month_bytes(self._parts.engine_folder, now),
            engine_alive=self._any_alive,
            falling_asleep=self._suspension.falling_asleep,
            network_is_here=self._network.is_here,
            at_work=self.snapshot.engine.phase in ACTIVE,
            payout_given=settings.payout_address is not None,
            tariff=settings.money.tariff,
        )
        work_disk = disk_for_work(settings.work_folder, self._parts.state_file.path.parent)
        return self._gates.read(settings, self._network.reach, work_disk, now, around)

    def _attend_network(self, gates: tuple[GateReading, ...], now: datetime) -> None:
        """The way to the network is looked after only when nothing else is in the way of training."""
        others = [gate for gate in gates if gate.gate not in (GateName.NETWORK, GateName.UPDATE)]
        way_out = has_way_out(gates)
        if way_out and not self._had_way_out:
            self._network.retry_now()  # what failed without a connection needs no patience now
        self._had_way_out = way_out
        wanted = way_out and decide(self.settings.wish, others, now).action is Action.RUN
        self._network.attend(wanted or self._any_alive, self._any_alive, now)

    def _retry_engine(self) -> None:
        self._conduct.retry(self.snapshot.decision, self.settings, self._key.signer, self._parts.clock.now())

    def _free_disk(self) -> None:
        if self._any_alive:
            raise Refused(_("The engine needs it now."), _("Let it finish first; then that room can be freed."))
        delete = self._parts.kept_work.set_aside()
        threading.Thread(target=delete, name="free-disk", daemon=True).start()

    def _save_state(self) -> None:
        try:
            self._preferences.save_state(self.snapshot.earnings)
        except UserFacingError as error:
            self._publisher.tell_of(error)

    def _begin_quit(self, within_seconds: float) -> None:
        if self._quit_within_seconds is None:
            self._quit_within_seconds = within_seconds
            self._publisher.apply(EndingBegan())
            self._woken.set()

    def _hurry(self) -> None:
        self._engine.hurry()
        self._crew.hurry()
        self._network.hurry()

    async def _close(self, within_seconds: float) -> None:
        await asyncio.gather(self._engine.close(within_seconds), *self._crew.closings(within_seconds))
        self._suspension.end()
        await self._network.close()
        await asyncio.to_thread(self._notices.close)
        self._parts.sensors.close()
        await self._wakefulness.let_sleep()
        self._money.attend(self.snapshot, self.settings, self._parts.clock.now())
        await self._money.close()
        self._activity.close(self._parts.clock.now())
        self._save_state()
        self._publisher.publish()
