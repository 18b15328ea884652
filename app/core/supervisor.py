"""Owns one asyncio loop in one named thread: reads the gates, decides, acts on the engine, publishes snapshots.

Views call `submit` and `subscribe` from any thread and read `snapshot`; everything else happens in the thread.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias, assert_never

import msgspec
import structlog

from app.core import commands, engine_orders
from app.core import snapshot as picture
from app.core.activity_keeper import ActivityKeeper
from app.core.app_state import AppState
from app.core.autostart_keeping import AutostartKeeping
from app.core.chain_sight import hotkeys_known
from app.core.decision import Action, Decision, decide
from app.core.earnings import night_began
from app.core.earnings_keeper import EarningsKeeper, MoneyCommand
from app.core.earnings_setup import MoneySetup
from app.core.engine_keeper import EngineKeeper, EngineSetup
from app.core.engine_phase import ACTIVE, ALIVE, Ended, Phase
from app.core.engine_plan import EngineStep, Standing, plan
from app.core.gate_keeping import Surroundings, has_way_out, read_gates
from app.core.gates import GateName, GateReading, GateState
from app.core.identity_choice import HotkeyChoice
from app.core.identity_keeper import IDENTITY_COMMANDS, IdentityKeeper
from app.core.key_opening import KeyOpening
from app.core.network_keeper import NetworkKeeper, NetworkSetup
from app.core.outcomes import NotStarted
from app.core.payout_address import KnownHotkeys
from app.core.ports import Autostart, Clock, IdentityDesk, KeepAwake, OpenedKey, Sensors, SuspendWatch
from app.core.schedule import next_opening
from app.core.schedule_changes import tonight_after_all, without_tonight
from app.core.settings import Settings
from app.core.settings_change import SettingsCommand, changed
from app.core.snapshot import AccountChanged, Decided, Snapshot, SnapshotEvent, TroubleSeen
from app.core.steadiness import LastNo, steadied
from app.core.stored_file import StoredFile
from app.core.suspension import SAVE_SECONDS, NoSuspendWatch, Suspension
from app.core.windows import Schedule
from app.core.wish import begun, settled
from protocol.errors import Refused, UserFacingError
from protocol.keys import HotkeySigner

_log = structlog.get_logger(__name__)

PUBLISH_SECONDS: Final = 0.1
"""At most ten pictures a second: more no eye can follow, and each costs the views a redraw."""
SAVE_STATE_SECONDS: Final = 60.0
FOLDER_RETRY: Final = timedelta(seconds=30)
STALE_AFTER: Final = timedelta(seconds=60)
"""A picture in which nothing changed is drawn again after this while, so that its times of day stay right."""
LET_SLEEP_SECONDS: Final = 2.0
FINISH_SECONDS: Final = 300.0
"""What "finish then off" gives the engine for what is under way."""

PlainCommand: TypeAlias = (
    SettingsCommand
    | MoneyCommand
    | commands.SetAutostart
    | commands.SkipTonight
    | commands.TonightAfterAll
    | commands.RetryNow
    | commands.ClearTroubles
    | commands.FinishFirstVisit
)
"""Those that are obeyed at once; what concerns the key takes a thread."""
Listener = Callable[[Snapshot], None]
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
        settings = parts.settings_file.load()
        state = parts.state_file.load()
        self._settings, self._state = settings.value, state.value
        for command in parts.first:
            self._save_settings(changed(self._settings, command))
        self._first_troubles = [loaded.trouble for loaded in (settings, state) if loaded.trouble is not None]
        self._snapshot = picture.first_snapshot(parts.clock.now(), self._state.earnings)
        self._listeners: list[Listener] = []
        self._signer: HotkeySigner | None = None
        self._key_opening: KeyOpening | None = None
        self._noes: tuple[LastNo, ...] = ()
        self._held_since: datetime | None = None
        self._state_saved_at = time.monotonic()
        self._publish_due = False
        self._awake = False
        self._had_way_out = True
        self._autostart: AutostartKeeping | None = None
        self._suspension = Suspension(parts.suspend_watch, parts.asleep_seconds)
        self._quit_within_seconds: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._awake_thread = ThreadPoolExecutor(1, thread_name_prefix="keep awake")
        self._may_sleep_again = False
        """At the end: the system has heard that this computer need not stay awake, so its thread ends at once."""

    # Called from any thread.

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture."""
        return self._snapshot

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def first_visit_done(self) -> bool:
        return self._state.first_visit_done

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """`listener` is called in the supervisor's thread with each new picture; returns how to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def submit(self, command: commands.Command) -> Future[None]:
        """Ask for a change. The future fails with a UserFacingError where it is refused."""
        answer: Future[None] = Future()
        if self._loop is None or self._loop.is_closed():
            answer.set_exception(RuntimeError("the supervisor does not run"))
        else:
            self._loop.call_soon_threadsafe(self._on_command, command, answer)
        return answer

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
        finally:
            self._awake_thread.shutdown(wait=self._may_sleep_again)
            self._started.set()

    async def _main(self) -> None:
        parts = self._parts
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        wake = self._woken.set
        clock, jitter = parts.clock, parts.draw_jitter
        self._engine = EngineKeeper(parts.engine, tell=self._apply, wake=wake, clock=clock, draw_jitter=jitter)
        self._network = NetworkKeeper(parts.network, tell=self._apply, wake=wake, clock=clock, draw_jitter=jitter)
        self._money = EarningsKeeper(parts.money, tell=self._apply, clock=clock)
        self._money.begin()
        self._activity = ActivityKeeper(parts.activity_path, tell=self._apply, clock=clock)
        self._activity.begin()
        for trouble in self._first_troubles:
            self._apply(TroubleSeen(trouble.code, trouble.title, trouble.advice))
        self._show_account("")
        self._network.choose(self._settings.network)
        self._suspension.begin(self._loop, about_to_sleep=self._try_tick, woke=self._wake_up)
        self._open_key()
        if parts.autostart is not None:
            self._autostart = AutostartKeeping(parts.autostart, self._apply)
            self._autostart.look()
        async with AsyncExitStack() as companions:
            await self._welcome(companions)
            while self._quit_within_seconds is None:
                self._try_tick()
                self._started.set()
                await self._sleep()
            await self._close(self._quit_within_seconds)

    def _wake_up(self) -> None:
        self._look_anew()
        self._woken.set()

    def _look_anew(self) -> None:
        """What was known before the computer slept says nothing of now."""
        self._parts.sensors.refresh()
        self._network.ask_anew()

    async def _welcome(self, companions: AsyncExitStack) -> None:
        """One that can't come is told and done without: training matters more than being asked about it."""
        for companion in self._parts.companions:
            try:
                await companions.enter_async_context(companion(self))
            except UserFacingError as error:
                self._apply(TroubleSeen(error.code, error.title, error.advice))

    async def _sleep(self) -> None:
        """Until the next tick, or something happened, or a gate is known to change."""
        seconds = self._parts.tick_seconds
        change = self._snapshot.decision.next_change
        if change is not None:
            seconds = min(seconds, max(0.05, (change - self._parts.clock.now()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()

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
        decision = decide(self._settings.wish, gates, now)
        self._show_decision(gates, decision, now)
        self._attend_network(gates, now)
        self._act(decision, now)
        self._suspension.let_sleep(self._engine.alive)
        self._keep_awake(decision, gates)
        self._money.attend(self._snapshot, self._settings, now)
        self._activity.attend(self._snapshot, now)
        if time.monotonic() - self._state_saved_at >= SAVE_STATE_SECONDS:
            self._save_state()

    def _settle_wish(self, now: datetime) -> None:
        gone = not self._engine.alive and self._snapshot.engine.phase not in ALIVE
        zone = now.tzinfo
        assert zone is not None
        schedule = self._settings.schedule
        wish = settled(self._settings.wish, now, gone, lambda after: next_opening(schedule, after, zone))
        if wish == self._settings.wish:
            return
        settings = msgspec.structs.replace(self._settings, wish=wish)
        try:
            self._save_settings(settings)
        except UserFacingError as error:
            self._settings = settings  # a full disk must not keep a pause from ending
            self._apply(TroubleSeen(error.code, error.title, error.advice))

    def _read_gates(self, now: datetime) -> tuple[GateReading, ...]:
        settings = self._settings
        readings = read_gates(
            self._parts.sensors,
            settings.gates,
            settings.schedule,
            settings.network is not None,
            self._network.reach,
            self._parts.state_file.path.parent,
            now,
            Surroundings(
                month_bytes=engine_orders.month_bytes(self._parts.engine_folder, now),
                engine_alive=self._engine.alive,
                falling_asleep=self._suspension.falling_asleep,
                network_is_here=self._network.is_here,
                at_work=self._snapshot.engine.phase in ACTIVE,
                payout_given=settings.payout_address is not None,
            ),
        )
        gates, self._noes = steadied(readings, self._noes, now)
        return gates

    def _show_decision(self, gates: tuple[GateReading, ...], decision: Decision, now: datetime) -> None:
        """A new picture only where something other than a measured figure changed."""
        zone = now.tzinfo
        assert zone is not None
        night = night_began(self._settings.schedule, now, zone)
        old = self._snapshot
        same = (old.wish, _heart(old.decision)) == (self._settings.wish, _heart(decision))
        new_night = old.earnings.night_began is None or night > old.earnings.night_began
        stale = not timedelta(0) <= now - old.at < STALE_AFTER
        if not same or new_night or stale or _answers(old.gates) != _answers(gates):
            self._apply(Decided(self._settings.wish, gates, decision, night))

    def _attend_network(self, gates: tuple[GateReading, ...], now: datetime) -> None:
        """The way to the network is looked after only when nothing else is in the way of training."""
        others = [gate for gate in gates if gate.gate not in (GateName.NETWORK, GateName.UPDATE)]
        way_out = has_way_out(gates)
        if way_out and not self._had_way_out:
            self._network.retry_now()  # what failed without a connection needs no patience now
        self._had_way_out = way_out
        wanted = way_out and decide(self._settings.wish, others, now).action is Action.RUN
        self._network.attend(wanted or self._engine.alive, self._engine.alive, now)

    def _act(self, decision: Decision, now: datetime) -> None:
        if decision.action is not Action.HOLD:
            self._held_since = None
        elif self._held_since is None:
            self._held_since = now
        order = self._order()
        outdated = self._engine.order is not None and (
            self._engine.order != order or self._suspension.engine_is_stale()
        )
        standing = Standing(
            status=self._snapshot.engine,
            level=self._engine.level,
            pause_asked=self._engine.pause_asked,
            held_since=self._held_since,
            order_outdated=outdated,
            may_start=order is not None and self._network.ready and not self._engine.alive,
            may_pause=not self._network.is_here,
            falling_asleep=self._suspension.falling_asleep,
        )
        self._do(plan(decision, standing, now), order, decision, now)

    def _do(self, step: EngineStep, order: engine_orders.Order | None, decision: Decision, now: datetime) -> None:
        match step:
            case EngineStep.NONE:
                pass
            case EngineStep.START:
                if order is not None and self._signer is not None:
                    self._start_engine(order, self._signer, decision)
            case EngineStep.PAUSE:
                self._engine.pause()
            case EngineStep.RESUME:
                self._engine.resume()
            case EngineStep.STOP:
                self._engine.stop()
            case EngineStep.SAVE:
                self._engine.stop(SAVE_SECONDS)
            case EngineStep.FINISH:
                self._engine.stop(FINISH_SECONDS)
            case EngineStep.HAND_OVER:
                left = timedelta(0) if decision.hand_over_until is None else decision.hand_over_until - now
                self._engine.stop(max(left.total_seconds(), self._parts.engine.times.stop.asked_seconds))
            case EngineStep.PACE:
                self._engine.set_level(decision.level)
            case _:
                assert_never(step)

    def _start_engine(self, order: engine_orders.Order, signer: HotkeySigner, decision: Decision) -> None:
        try:
            engine_orders.make_folder(order)
        except UserFacingError as error:
            retry_at = self._parts.clock.now() + FOLDER_RETRY
            self._apply(Ended(NotStarted(error.title, error.advice), retry_at))
            return
        self._suspension.engine_starts()
        self._engine.start(order, signer.sign, decision.level)

    def _order(self) -> engine_orders.Order | None:
        if self._signer is None or self._network.url is None or self._settings.network is None:
            return None
        return engine_orders.order_for(
            self._settings, self._network.url, self._signer.address, self._parts.engine_folder
        )

    def _keep_awake(self, decision: Decision, gates: tuple[GateReading, ...]) -> None:
        """Awake exactly while work is really going on or being handed over, and never on the battery."""
        on_battery = any(gate.gate is GateName.MAINS and gate.state is GateState.NO for gate in gates)
        working = self._snapshot.engine.phase in ALIVE - {Phase.PAUSED}
        wanted = decision.action is not Action.HOLD or decision.hand_over_until is not None
        awake = working and wanted and not on_battery
        if awake != self._awake:
            self._awake = awake
            self._awake_thread.submit(self._parts.keep_awake.hold if awake else self._parts.keep_awake.release)

    def _on_command(self, command: commands.Command, answer: Future[None]) -> None:
        try:
            if isinstance(command, IDENTITY_COMMANDS):
                if self._parts.identity is None:
                    raise Refused("This app can't change its key.")
                keeper = IdentityKeeper(self._parts.identity, choose=self._choose_hotkey)
                keeper.begin(command, self._settings.hotkey, answer)
                return
            self._obey(command)
        except UserFacingError as error:
            answer.set_exception(error)
            return
        except Exception as error:  # noqa: BLE001  one command must not end the thread
            _log.exception("a_command_failed", command=type(command).__name__)
            answer.set_exception(error)
            return
        self._try_tick()
        self._woken.set()
        answer.set_result(None)

    def _obey(self, command: PlainCommand) -> None:
        match command:
            case commands.RetryNow():
                self._network.retry_now()
                decision = self._snapshot.decision
                if self._snapshot.engine.phase is Phase.FAILED and decision.action is Action.RUN:
                    self._do(EngineStep.START, self._order(), decision, self._parts.clock.now())
            case commands.ClearTroubles():
                self._apply(picture.TroublesCleared())
            case commands.SetAutostart(on):
                if self._autostart is not None:
                    self._autostart.change(on)
            case commands.LookAtAddress() | commands.ListWallets() | commands.AskLedger():
                self._money.obey(command, self._snapshot)
            case commands.FinishFirstVisit():
                self._state = msgspec.structs.replace(self._state, first_visit_done=True)
                self._parts.state_file.save(self._state)
            case commands.SkipTonight():
                self._set_schedule(without_tonight(self._settings.schedule, self._parts.clock.now()))
            case commands.TonightAfterAll():
                self._set_schedule(tonight_after_all(self._settings.schedule))
            case commands.SetWish(wish):
                self._save_settings(changed(self._settings, commands.SetWish(begun(wish, self._parts.clock.now()))))
            case _:
                before, hotkey = self._settings.network, self._settings.hotkey
                self._save_settings(changed(self._settings, command, self._known_hotkeys()))
                if self._settings.network != before:
                    self._network.choose(self._settings.network)
                if self._settings.hotkey != hotkey:
                    self._open_key()
                if isinstance(command, commands.SetPayoutAddress):
                    self._show_account(self._snapshot.account.key_storage)

    def _set_schedule(self, schedule: Schedule) -> None:
        self._save_settings(changed(self._settings, commands.SetSchedule(schedule)))

    def _known_hotkeys(self) -> KnownHotkeys:
        hotkey = None if self._signer is None else self._signer.address
        return hotkeys_known(hotkey, self._snapshot.money.wallets, self._snapshot.money.sight)

    def _choose_hotkey(self, choice: HotkeyChoice) -> None:
        self._save_settings(msgspec.structs.replace(self._settings, hotkey=choice))
        self._open_key()
        self._woken.set()

    def _open_key(self) -> None:
        """Open the key that the settings name; an engine that signs with another is started anew when it is open."""
        if self._key_opening is not None:
            self._key_opening.give_up()
        self._signer = None
        self._show_account("")
        self._key_opening = KeyOpening(self._parts.open_key, on_key=self._on_key, tell=self._apply)
        self._key_opening.begin()

    def _on_key(self, opened: OpenedKey) -> None:
        self._signer = opened.signer
        self._show_account(opened.storage)
        self._woken.set()

    def _show_account(self, storage: str) -> None:
        hotkey = None if self._signer is None else self._signer.address
        payout = self._settings.payout_address
        self._apply(AccountChanged(picture.Account(hotkey=hotkey, payout_address=payout, key_storage=storage)))

    def _apply(self, event: SnapshotEvent) -> None:
        self._snapshot = picture.apply(self._snapshot, event, self._parts.clock.now())
        if not self._publish_due:
            self._publish_due = True
            asyncio.get_running_loop().call_later(PUBLISH_SECONDS, self._publish)

    def _publish(self) -> None:
        self._publish_due = False
        for listener in tuple(self._listeners):
            try:
                listener(self._snapshot)
            except Exception:  # noqa: BLE001  one view must not blind the others
                _log.exception("a_listener_failed")

    def _save_settings(self, settings: Settings) -> None:
        self._parts.settings_file.save(settings)
        self._settings = settings

    def _save_state(self) -> None:
        self._state_saved_at = time.monotonic()
        state = msgspec.structs.replace(self._state, earnings=self._snapshot.earnings)
        if state == self._state:
            return
        try:
            self._parts.state_file.save(state)
            self._state = state
        except UserFacingError as error:
            self._apply(TroubleSeen(error.code, error.title, error.advice))

    def _begin_quit(self, within_seconds: float) -> None:
        if self._quit_within_seconds is None:
            self._quit_within_seconds = within_seconds
            self._apply(picture.EndingBegan())
            self._woken.set()

    def _hurry(self) -> None:
        self._engine.hurry()
        self._network.hurry()

    async def _close(self, within_seconds: float) -> None:
        await self._engine.close(within_seconds)
        self._suspension.end()
        await self._network.close()
        self._parts.sensors.close()
        await self._let_sleep()
        self._money.attend(self._snapshot, self._settings, self._parts.clock.now())
        await self._money.close()
        self._activity.close(self._parts.clock.now())
        self._save_state()
        self._publish()

    async def _let_sleep(self) -> None:
        """A system service that doesn't answer must not hold up the end."""
        released = asyncio.wrap_future(self._awake_thread.submit(self._parts.keep_awake.release))
        done, _late = await asyncio.wait({released}, timeout=LET_SLEEP_SECONDS)
        self._may_sleep_again = bool(done)
        if done and (error := released.exception()) is not None:
            _log.warning("the_wish_to_stay_awake_was_not_taken_back", reason=str(error))


def _heart(decision: Decision) -> tuple[object, ...]:
    """What of a decision a view shows."""
    return (decision.action, decision.reason, decision.until, decision.level)


def _answers(gates: tuple[GateReading, ...]) -> list[tuple[object, ...]]:
    """Readings without what was measured, which changes all the time."""
    return [
        (each.gate, each.state, each.switch, each.next_change, each.source, each.detail, each.hours) for each in gates
    ]
