"""Hosts one profile's supervisor without Qt: lock first, then settings, then socket. The window app uses it too."""

import os
import random
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import msgspec

from app.control.chain_lookup import chain_lookup, chain_of
from app.control.exit_codes import ExitCode
from app.control.hotkey import Identity
from app.control.messages import Run
from app.control.server import listening
from app.control.updating import UpdateWatch, update_watch
from app.control.verbs import ShowWindow, answers, commands_for
from app.core.engine.keeper import EngineSetup
from app.core.engine.outcomes import NotStarted
from app.core.engine.process import EngineTimes
from app.core.money.asking import ask_ledger
from app.core.money.power import NoMeter
from app.core.money.setup import MoneySetup
from app.core.network.keeper import NetworkSetup
from app.core.network.known import known_networks, probe_orchestrator
from app.core.network.proxy import with_proxy
from app.core.ports import Autostart, OpenedKey
from app.core.settings.app_state import state_file
from app.core.settings.settings import Settings, TryHere, settings_file
from app.core.supervisor import Parts, Supervisor
from app.platforms.asleep import asleep_seconds
from app.platforms.bittensor_wallets import list_hotkeys
from app.platforms.child_limits import bind_child
from app.platforms.clock import SystemClock
from app.platforms.here import autostart_here, this_computer
from app.platforms.installation import installation, own_module
from app.platforms.instance_lock import InstanceLock, LockOutcome
from app.platforms.kept_work import KeptWork
from app.platforms.launch import launch_of_this_app
from app.platforms.notice_delivery import NoticeDelivery, StandIn
from app.platforms.paths import ROOT, ProfilePaths, profile_paths, programs_folder
from app.platforms.power_draw import LinuxMeter
from app.platforms.sensor_poll import PolledSensors
from app.platforms.services import Computer
from app.update.engine_programs import EnginePrograms
from app.update.programs import Programs
from protocol.engine_process import engine_variables

CHAIN_CHILD: Final = "app.control.chain_child"


class ServiceOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a service is to be started. The commands are what tests replace."""

    profile_folder: Path | None = None
    """A throw-away profile: everything in this folder, the hotkey in a file."""
    first: Run | None = None
    """Asked before anything starts, so that not even the first tick obeys old settings."""
    show: ShowWindow | None = None
    """Called in the supervisor's thread when somebody asks for the window."""
    engine_command: tuple[str, ...] | None = None
    """None is this installation's own engine, as is None for the network and for questions to the chain."""
    local_network_command: tuple[str, ...] | None = None
    chain_command: tuple[str, ...] | None = None
    computer: Callable[[], Computer] = this_computer
    tick_seconds: float = 2.0
    times: EngineTimes = EngineTimes()


class AlreadyRunning(msgspec.Struct, frozen=True):
    """Another app of this profile holds the lock; it can be asked through its socket."""

    paths: ProfilePaths


class Service:
    """A supervisor with its lock and socket. `supervisor` is there at once, its thread after `start`."""

    def __init__(
        self,
        supervisor: Supervisor,
        lock: InstanceLock,
        paths: ProfilePaths,
        updates: UpdateWatch | None = None,
        notices: NoticeDelivery | None = None,
        *,
        own_profile: bool = True,
    ) -> None:
        self.supervisor = supervisor
        self.paths = paths
        self.own_profile = own_profile
        """Whether it is the person's, and not a throw-away one in a folder of its own."""
        self._lock = lock
        self._updates = updates
        self._notices = notices

    def exit_code(self, code: int) -> int:
        """How the app ends once the supervisor has, where by itself it would end with `code`."""
        if self.supervisor.died:
            return ExitCode.FAILED  # what started the app at login starts one that failed anew
        return ExitCode.RESTART if self.restart_wanted else code

    @property
    def restart_wanted(self) -> bool:
        """Whether it ended to come back as a newer version."""
        return self._updates is not None and self._updates.restart_wanted

    def note_person_looks(self, looks: bool) -> None:
        """Whether somebody sits at a window; then nothing restarts by itself."""
        if self._updates is not None:
            self._updates.person_looks = looks

    def notices_stand_in(self, show: StandIn | None) -> None:
        """Who shows notices that the system has no service for; called in a thread of its own."""
        if self._notices is not None:
            self._notices.stand_in(show)

    def start(self) -> None:
        self.supervisor.start()

    def close(self, within_seconds: float = 20.0) -> None:
        """Hand over, end everything that was started, release the lock."""
        self.supervisor.stop(within_seconds)
        self.wait()

    def release(self) -> None:
        """Give the lock back without ever having started."""
        self._lock.release()

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait for the end of the supervisor; whether it came."""
        ended = self.supervisor.join(timeout_seconds)
        if ended:
            self._lock.release()
        return ended


def open_service(options: ServiceOptions) -> Service | AlreadyRunning:
    """Take the lock and build the supervisor. Raises SettingsError or StorageError with words for the person."""
    paths = profile_paths(options.profile_folder)
    lock = InstanceLock(paths.lock_path)
    if lock.take() is LockOutcome.HELD_BY_ANOTHER:
        return AlreadyRunning(paths)
    try:
        updates = update_watch(installation(), Programs(programs_folder()))
        computer = options.computer()
        notices = NoticeDelivery(computer.notifications)
        supervisor = Supervisor(_parts(paths, options, updates, computer, notices))
        return Service(supervisor, lock, paths, updates, notices, own_profile=options.profile_folder is None)
    except BaseException:
        lock.release()
        raise


def _parts(
    paths: ProfilePaths,
    options: ServiceOptions,
    updates: UpdateWatch | None,
    computer: Computer,
    notices: NoticeDelivery,
) -> Parts:
    def control(supervisor: Supervisor) -> AbstractAsyncContextManager[None]:
        return listening(paths, answers(supervisor, options.show))

    own_programs = EnginePrograms(installation(), Programs(programs_folder()))

    def local_command(choice: TryHere) -> Sequence[str] | NotStarted:
        command = options.local_network_command or own_programs.module("subnet.local")
        if isinstance(command, NotStarted):
            return command
        folder = str(paths.local_network_folder)
        miners = str(choice.miners_per_stage)
        return [*command, "--for-app", "--folder", folder, "--miners-per-stage", miners]

    identity = Identity(paths, keychain=options.profile_folder is None, may_ask=options.show is not None)
    return Parts(
        settings_file=settings_file(paths.config_folder),
        state_file=state_file(paths.state_folder),
        engine_folder=paths.engine_folder,
        kept_work=KeptWork(paths.engine_folder),
        engine=EngineSetup(
            command=lambda: options.engine_command or own_programs.module("engine"),
            environment=_environment() | engine_variables(os.environ),
            times=options.times,
            bind=bind_child,
        ),
        network=NetworkSetup(
            known=known_networks(),
            local_command=local_command,
            probe=lambda url: probe_orchestrator(url, proxy=_proxy(paths)),
            environment=_environment() | {"no_proxy": "*", "NO_PROXY": "*"},  # it talks to this computer alone
            bind=bind_child,
        ),
        open_key=lambda: _open_key(identity, settings_file(paths.config_folder).load().value),
        identity=identity,
        sensors=PolledSensors(computer),
        money=_money(paths, options),
        activity_path=paths.state_folder / "activity.jsonl",
        notifier=notices,
        keep_awake=computer.keep_awake,
        suspend_watch=computer.suspend_watch,
        asleep_seconds=asleep_seconds,
        autostart=_autostart if options.profile_folder is None else None,
        clock=SystemClock(),
        draw_jitter=random.random,
        tick_seconds=options.tick_seconds,
        companions=(control,) if updates is None else (control, updates.beside),
        first=() if options.first is None else tuple(commands_for(options.first)),
    )


def _autostart() -> Autostart:
    return autostart_here(launch_of_this_app(ROOT))


def _money(paths: ProfilePaths, options: ServiceOptions) -> MoneySetup:
    known = known_networks()
    return MoneySetup(
        path=paths.state_folder / "earnings.jsonl",
        known=known,
        ask_ledger=lambda url, hotkey: ask_ledger(url, hotkey, _proxy(paths)),
        look_at_chain=chain_lookup(
            options.chain_command or own_module(installation(), CHAIN_CHILD),
            lambda: with_proxy(os.environ | _environment(), _proxy(paths)),
        ),
        chain_of=lambda network: chain_of(network, known, paths.local_network_folder),
        list_wallets=list_hotkeys,
        meter=LinuxMeter() if sys.platform == "linux" else NoMeter(),
    )


def _open_key(identity: Identity, settings: Settings) -> OpenedKey:
    return identity.open(settings.hotkey, for_play=isinstance(settings.network, TryHere))


def _proxy(paths: ProfilePaths) -> str:
    """As it is set now. Raises SettingsError or StorageError."""
    return settings_file(paths.config_folder).look().value.proxy


def _environment() -> dict[str, str]:
    """So that `-m engine` is found wherever the app was started from."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
