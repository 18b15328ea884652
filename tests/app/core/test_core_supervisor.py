"""The whole supervisor with a real fake engine: thread, decision, engine, network, settings, quitting."""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from app.core import commands, words
from app.core.activity.lines import Broken
from app.core.activity.watch import did_of
from app.core.decision import Action, Reason
from app.core.engine.child_process import StopLimits
from app.core.engine.keeper import EngineSetup
from app.core.engine.phase import Phase
from app.core.engine.process import EngineTimes
from app.core.gates.gate import GateName
from app.core.hours.schedule import Schedule, Window
from app.core.identity import key_opening
from app.core.identity.choice import HotkeyChoice, InKeyFile, InWallet, MadeHere, Password, Restored
from app.core.network.keeper import NetworkSetup
from app.core.network.known import known_networks
from app.core.notices.banners import KeyMissing, banners
from app.core.ports import Clock, OpenedKey
from app.core.settings.app_state import state_file
from app.core.settings.settings import NetworkChoice, OwnAddress, Settings, TryHere, settings_file
from app.core.snapshot import NetworkPhase, Snapshot
from app.core.supervisor import Parts, Supervisor
from app.core.telling import STALE_AFTER
from app.core.wish import Auto, FinishThenOff, Off, OffUntil, OnUntil
from app.platforms.clock import SystemClock
from app.platforms.pretend import PretendKeepAwake, PretendSensors
from protocol.errors import Refused, SettingsError, StorageError, Unavailable, VersionMismatch
from protocol.orchestrator_api import OrchestratorHello

FAKES = Path(__file__).resolve().parents[1] / "fakes"
DEADLINE_SECONDS = 30.0


class FakeSigner:
    address = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"

    async def sign(self, payload: bytes) -> bytes:
        return b"signed " + payload


class HurriedClock:
    """A minute of it passes in a tenth of a second."""

    def __init__(self) -> None:
        self._began = SystemClock().now()

    def now(self) -> datetime:
        return self._began + 600 * (SystemClock().now() - self._began)


class FakeKeptWork:
    def __init__(self) -> None:
        self.set_aside_times = 0
        self.deleted = threading.Event()

    def set_aside(self) -> Callable[[], None]:
        self.set_aside_times += 1
        return self.deleted.set


class Stage:
    """One supervisor over fakes, whose every part a test may change before `open`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sensors = PretendSensors()
        self.keep_awake = PretendKeepAwake()
        self.engine_mode = "good"
        self.network_mode = "good"
        self.settings = Settings(network=OwnAddress("http://127.0.0.1:1"))
        self.probe_error: Exception | None = None
        self.command_error: Exception | None = None
        """Of looking for what to start, the engine or the network here."""
        self.identity: FakeDesk | None = None
        self.kept_work = FakeKeptWork()
        self.hotkey = FakeSigner.address
        self.key_error: Exception | None = None
        self.keys_asked = 0
        self.for_play = False
        self.seen: list[Snapshot] = []
        self.clock: Clock = SystemClock()
        self.supervisor: Supervisor | None = None

    async def probe(self, url: str) -> OrchestratorHello:
        if self.probe_error is not None:
            raise self.probe_error
        return OrchestratorHello(address="5Orchestrator", network="test", unix_ms=0)

    def program(self, name: str, mode: str) -> Sequence[str]:
        if self.command_error is not None:
            raise self.command_error
        return (sys.executable, str(FAKES / name), mode)

    def open_key(self) -> OpenedKey:
        self.keys_asked += 1
        if self.key_error is not None:
            raise self.key_error
        signer = FakeSigner()
        signer.address = self.hotkey
        return OpenedKey(signer, "In a file.", self.for_play)

    def parts(self) -> Parts:
        stop = StopLimits(asked_seconds=5.0, terminated_seconds=0.3, killed_seconds=5.0)
        return Parts(
            settings_file=settings_file(self.folder),
            state_file=state_file(self.folder),
            engine_folder=self.folder / "engine",
            engine=EngineSetup(
                command=lambda: self.program("fake_engine.py", self.engine_mode),
                times=EngineTimes(hello_seconds=20.0, stop=stop),
            ),
            network=NetworkSetup(
                known=known_networks(),
                local_command=lambda _: self.program("fake_local_network.py", self.network_mode),
                probe=self.probe,
            ),
            open_key=self.open_key,
            kept_work=self.kept_work,
            identity=self.identity,
            sensors=self.sensors,
            keep_awake=self.keep_awake,
            clock=self.clock,
            draw_jitter=lambda: 0.0,
            tick_seconds=0.05,
        )

    def open(self) -> Supervisor:
        settings_file(self.folder).save(self.settings)
        self.supervisor = Supervisor(self.parts())
        self.supervisor.subscribe(self.seen.append)
        self.supervisor.start()
        return self.supervisor

    def until(self, is_it: Callable[[Snapshot], bool]) -> Snapshot:
        assert self.supervisor is not None
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            snapshot = self.supervisor.snapshot
            if is_it(snapshot):
                return snapshot
            time.sleep(0.01)
        raise AssertionError(f"never came: {self.supervisor.snapshot}")

    def until_phase(self, phase: Phase) -> Snapshot:
        return self.until(lambda snapshot: snapshot.engine.phase is phase)

    def ask(self, command: commands.Command) -> None:
        assert self.supervisor is not None
        self.supervisor.submit(command).result(DEADLINE_SECONDS)

    def close(self) -> None:
        if self.supervisor is not None:
            self.supervisor.stop(5.0)
            assert self.supervisor.join(DEADLINE_SECONDS)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.close()


def test_a_share_of_the_time_reaches_a_running_engine_at_once_and_every_later_one_from_its_start(stage: Stage) -> None:
    def limited(share: float, threads: int) -> commands.SetEngineLimits:
        return commands.SetEngineLimits(
            device="auto", threads=threads, memory_limit_bytes=None, disk_limit_bytes=10**9, work_share=share
        )

    stage.settings = msgspec.structs.replace(stage.settings, disk_limit_bytes=10**9)
    stage.open()
    first = stage.until_phase(Phase.TRAINING).engine.pid
    stage.ask(limited(0.5, threads=1))
    told = stage.until(lambda snapshot: any(trouble.code == "paced" for trouble in snapshot.troubles))
    assert (told.troubles[-1].title, told.engine.pid) == ("0.5", first)
    stage.ask(limited(0.5, threads=2))
    later = stage.until(lambda snapshot: snapshot.engine.phase is Phase.TRAINING and snapshot.engine.pid != first)
    assert [trouble.title for trouble in later.troubles if trouble.code == "paced"] == ["0.5"]


def test_what_was_measured_is_never_old_although_the_picture_changes_all_the_time(stage: Stage) -> None:
    def celsius(snapshot: Snapshot) -> float | None:
        return next(each.measured for each in snapshot.gates if each.gate is GateName.TEMPERATURE)

    stage.clock = HurriedClock()
    stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.until(lambda snapshot: celsius(snapshot) == 50.0 and snapshot.service.heartbeat_at is not None)
    stage.sensors.celsius, warmed_at = 51.0, stage.clock.now()

    def seen(snapshot: Snapshot) -> bool:
        stage.ask(commands.ClearTroubles())  # a new picture, as each step of an engine is
        assert stage.clock.now() - warmed_at < 30 * STALE_AFTER
        return celsius(snapshot) == 51.0

    stage.until(seen)


def test_a_processor_that_gets_warm_makes_a_running_engine_gentle_and_the_sentence_says_why(stage: Stage) -> None:
    stage.open()
    first = stage.until_phase(Phase.TRAINING).engine.pid
    stage.sensors.celsius = 92.0
    told = stage.until(lambda snapshot: any(trouble.code == "paced" for trouble in snapshot.troubles))
    assert (told.troubles[-1].title, told.engine.pid) == ("0.3", first)
    assert told.decision.eased_by is GateName.TEMPERATURE
    assert words.sentence(told).endswith("The processor is warm, so it goes gently until that has cooled.")
    stage.sensors.celsius = 96.0
    assert stage.until_phase(Phase.PAUSED).decision.reason is Reason.TEMPERATURE


@pytest.mark.parametrize("share", [0.09, 1.01])
def test_a_share_of_the_time_that_no_engine_can_keep_is_refused_and_nothing_changes(stage: Stage, share: float) -> None:
    stage.open()
    wanted = commands.SetEngineLimits(
        device="auto", threads=1, memory_limit_bytes=None, disk_limit_bytes=10**9, work_share=share
    )
    with pytest.raises(SettingsError, match="between 10% and 100% of the time"):
        stage.ask(wanted)
    assert settings_file(stage.folder).load().value == stage.settings


def test_it_trains_at_once_where_every_gate_is_open(stage: Stage) -> None:
    stage.open()
    snapshot = stage.until(lambda snapshot: snapshot.earnings.credited_rao == 7)
    assert snapshot.engine.phase is Phase.TRAINING
    assert (snapshot.engine.stage, snapshot.engine.stages, snapshot.engine.run_title) == (1, 3, "Shakespeare")
    assert [point.value for point in snapshot.loss_points] == [3.5]
    assert len(snapshot.speed_points) == 5
    assert snapshot.earnings.tonight_credit == 5e9
    assert snapshot.account.hotkey == "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
    assert snapshot.account.key_storage == "In a file."
    assert snapshot.network.dashboard_url == "http://127.0.0.1:1"
    stage.until(lambda _: stage.keep_awake.held)


def test_pause_keeps_the_engine_at_hand_and_resume_goes_on(stage: Stage) -> None:
    stage.open()
    pid = stage.until_phase(Phase.TRAINING).engine.pid
    stage.ask(commands.SetWish(OffUntil()))
    paused = stage.until_phase(Phase.PAUSED)
    assert (paused.decision.reason, paused.engine.pid) == (Reason.PAUSED, pid)
    stage.until(lambda _: not stage.keep_awake.held)
    stage.ask(commands.SetWish(Auto()))
    assert stage.until_phase(Phase.TRAINING).engine.pid == pid


def test_a_pause_with_an_end_ends_by_itself(stage: Stage) -> None:
    stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.ask(commands.SetWish(OffUntil(datetime.now(UTC) + timedelta(seconds=0.3))))
    stage.until(lambda snapshot: isinstance(snapshot.wish, Auto))
    stage.until_phase(Phase.TRAINING)
    assert stage.supervisor is not None
    assert stage.supervisor.settings.wish == Auto()


def test_off_stops_the_engine_and_outlives_a_restart(stage: Stage) -> None:
    stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.ask(commands.SetWish(Off()))
    stage.until_phase(Phase.STOPPED)
    assert settings_file(stage.folder).load().value.wish == Off()


def test_what_an_engine_needs_is_freed_from_the_disk_once_it_has_ended(stage: Stage) -> None:
    stage.open()
    stage.until_phase(Phase.TRAINING)
    with pytest.raises(Refused, match="needs it now"):
        stage.ask(commands.FreeDisk())
    assert stage.kept_work.set_aside_times == 0
    stage.ask(commands.SetWish(Off()))
    stage.until_phase(Phase.STOPPED)
    stage.ask(commands.FreeDisk())
    assert stage.kept_work.deleted.wait(DEADLINE_SECONDS)
    assert stage.kept_work.set_aside_times == 1


def test_finish_then_off_ends_in_off(stage: Stage) -> None:
    stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.ask(commands.SetWish(FinishThenOff()))
    stage.until(lambda snapshot: isinstance(snapshot.wish, Off) and snapshot.engine.phase is Phase.STOPPED)


def test_outside_the_hours_nothing_starts_until_the_person_says_now(stage: Stage) -> None:
    tomorrow = (datetime.now().weekday() + 3) % 7
    stage.settings = Settings(network=TryHere(), schedule=Schedule(True, (Window(tomorrow, 0, 60),)))
    stage.open()
    held = stage.until(lambda snapshot: snapshot.decision.reason is Reason.HOURS)
    assert held.engine.phase is Phase.STOPPED
    assert held.network.phase is NetworkPhase.IDLE
    assert held.decision.until is not None
    stage.ask(commands.SetWish(OnUntil()))
    stage.until_phase(Phase.TRAINING)


def test_a_crashed_engine_is_started_again_after_a_while(stage: Stage) -> None:
    stage.engine_mode = "crash_once"
    stage.open()
    failed = stage.until_phase(Phase.FAILED)
    assert failed.engine.failure is not None
    assert failed.engine.retry_at is not None
    assert 0 < (failed.engine.retry_at - failed.at).total_seconds() <= 1.2
    assert failed.troubles[-1].code == "killed"
    stage.until_phase(Phase.TRAINING)


def test_retry_now_does_not_wait(stage: Stage) -> None:
    stage.engine_mode = "wrong_version"  # which is never tried again by itself
    stage.open()
    first = stage.until_phase(Phase.FAILED).engine.phase_since
    stage.ask(commands.RetryNow())
    stage.until(lambda snapshot: snapshot.engine.phase is Phase.FAILED and snapshot.engine.phase_since != first)


def test_an_engine_of_another_version_is_not_started_again(stage: Stage) -> None:
    stage.engine_mode = "wrong_version"
    stage.open()
    failed = stage.until_phase(Phase.FAILED)
    assert failed.engine.retry_at is None
    assert failed.engine.failure is not None
    assert failed.engine.failure.code == "engine_version"


def test_the_network_on_this_computer_is_started_first_and_stopped_last(stage: Stage) -> None:
    stage.settings = Settings(network=TryHere())
    stage.open()
    snapshot = stage.until_phase(Phase.TRAINING)
    assert snapshot.network.dashboard_url == "http://127.0.0.1:9/ui"
    stage.ask(commands.SetWish(OffUntil()))
    stage.until(lambda s: s.engine.phase is Phase.STOPPED and s.network.phase is NetworkPhase.IDLE)


def test_a_broken_network_on_this_computer_is_told_with_its_retry_time(stage: Stage) -> None:
    stage.settings = Settings(network=TryHere())
    stage.network_mode = "breaks"
    stage.open()
    failed = stage.until(lambda snapshot: snapshot.network.phase is NetworkPhase.FAILED)
    assert failed.network.retry_at is not None
    assert failed.network.failure is not None
    assert failed.network.failure.advice == "The port is in use."
    assert failed.engine.phase is Phase.STOPPED


@pytest.mark.parametrize("error", [Unavailable("127.0.0.1:1 can't be reached."), RuntimeError("a mistake of ours")])
def test_an_orchestrator_that_can_not_be_reached_holds_the_network_gate(stage: Stage, error: Exception) -> None:
    stage.probe_error = error
    stage.open()
    held = stage.until(lambda snapshot: snapshot.decision.reason is Reason.NETWORK)
    assert held.decision.action is Action.HOLD
    assert held.engine.phase is Phase.STOPPED
    stage.probe_error = None
    stage.until_phase(Phase.TRAINING)


@pytest.mark.parametrize("network", [OwnAddress("http://127.0.0.1:1"), TryHere()])
def test_after_a_mistake_of_the_app_itself_it_is_tried_again(stage: Stage, network: NetworkChoice) -> None:
    stage.settings = Settings(network=network)
    stage.command_error = RuntimeError("a mistake of ours")
    stage.open()
    told = stage.until(lambda snapshot: snapshot.troubles != ())
    assert told.troubles[-1].title == "This app made a mistake."
    assert told.troubles[-1].retry_at is not None
    stage.command_error = None
    stage.ask(commands.RetryNow())
    stage.until_phase(Phase.TRAINING)


def test_an_orchestrator_of_another_version_asks_for_an_update(stage: Stage) -> None:
    stage.probe_error = VersionMismatch("It speaks version 2.", "Update this app.")
    stage.open()
    held = stage.until(lambda snapshot: snapshot.decision.reason is Reason.UPDATE)
    assert held.troubles[-1].advice == "Update this app."


def test_choosing_another_network_moves_the_engine(stage: Stage) -> None:
    stage.open()
    pid = stage.until_phase(Phase.TRAINING).engine.pid
    stage.ask(commands.ChooseNetwork(TryHere()))
    stage.until(lambda s: s.engine.phase is Phase.TRAINING and s.engine.pid != pid)
    assert settings_file(stage.folder).load().value.network == TryHere()


def test_a_battery_holds_and_the_charger_releases(stage: Stage) -> None:
    stage.sensors.on_mains = False
    stage.sensors.battery_share = 0.9
    stage.open()
    held = stage.until(lambda snapshot: snapshot.decision.reason is Reason.MAINS)
    assert held.engine.phase is Phase.STOPPED
    assert not stage.keep_awake.held


def test_a_refused_command_answers_with_words_and_changes_nothing(stage: Stage) -> None:
    supervisor = stage.open()
    with pytest.raises(SettingsError, match="secret words"):
        supervisor.submit(commands.SetPayoutAddress("legal winner thank year " * 6)).result(DEADLINE_SECONDS)
    assert supervisor.settings.payout_address is None
    address = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    stage.ask(commands.SetPayoutAddress(address))
    assert stage.until(lambda snapshot: snapshot.address_set).account.payout_address == address
    hotkey = stage.until(lambda snapshot: snapshot.account.hotkey is not None).account.hotkey
    with pytest.raises(SettingsError, match="key of this computer"):
        supervisor.submit(commands.SetPayoutAddress(hotkey)).result(DEADLINE_SECONDS)
    assert supervisor.settings.payout_address == address


class FakeDesk:
    """app.core.ports.IdentityDesk with one copy and one password."""

    def _check(self, password: Password) -> None:
        if password.reveal() != b"the right password":
            raise SettingsError("The password doesn't open this file.")

    def export(self, choice: HotkeyChoice, password: Password) -> bytes:
        self._check(password)
        return b"a copy"

    def restore(self, content: bytes, password: Password) -> HotkeyChoice:
        self._check(password)
        return Restored("restored-1")

    def keep_in_file(self, password: Password) -> HotkeyChoice:
        return InKeyFile()

    def unlock(self, password: Password) -> None:
        self._check(password)


def test_another_key_is_opened_at_once_and_the_engine_signs_with_it(stage: Stage, tmp_path: Path) -> None:
    stage.identity = FakeDesk()
    stage.open()
    first = stage.until_phase(Phase.TRAINING)
    right, wrong = Password("the right password"), Password("a wrong password")
    stage.ask(commands.ExportIdentity(tmp_path / "copy.json", right))
    assert (tmp_path / "copy.json").read_bytes() == b"a copy"
    with pytest.raises(SettingsError, match="doesn't open"):
        stage.ask(commands.RestoreIdentity(tmp_path / "copy.json", wrong))
    with pytest.raises(StorageError):
        stage.ask(commands.RestoreIdentity(tmp_path / "nothing", right))
    supervisor = stage.supervisor
    assert supervisor is not None
    before = supervisor.settings
    assert before.hotkey == MadeHere()
    stage.hotkey = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    stage.ask(commands.RestoreIdentity(tmp_path / "copy.json", right))
    assert supervisor.settings.hotkey == Restored("restored-1")
    stage.until(lambda snapshot: snapshot.account.hotkey == stage.hotkey)
    stage.until(lambda s: s.engine.phase is Phase.TRAINING and s.engine.pid != first.engine.pid)
    stage.ask(commands.ChooseHotkey(InWallet("savings", "laptop")))
    assert settings_file(stage.folder).load().value.hotkey == InWallet("savings", "laptop")


def test_where_keys_can_not_be_changed_that_is_said(stage: Stage) -> None:
    stage.open()
    with pytest.raises(Refused):
        stage.ask(commands.UnlockKey(Password("the right password")))


def test_earnings_and_the_first_visit_are_remembered(stage: Stage) -> None:
    stage.open()
    stage.until(lambda snapshot: snapshot.earnings.credited_rao == 7)
    stage.ask(commands.FinishFirstVisit())
    stage.close()
    state = state_file(stage.folder).load().value
    assert state.first_visit_done
    assert state.earnings.tonight_credit == 5e9


def test_quitting_stops_the_engine_and_keeps_the_wish(stage: Stage) -> None:
    supervisor = stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.close()
    assert supervisor.snapshot.engine.phase is Phase.STOPPED
    assert stage.seen[-1].engine.phase is Phase.STOPPED
    assert settings_file(stage.folder).load().value.wish == Auto()
    with pytest.raises(RuntimeError):
        supervisor.submit(commands.RetryNow()).result(1)


def test_a_settings_file_from_the_future_stops_the_app_before_anything_starts(stage: Stage) -> None:
    path = settings_file(stage.folder).path
    path.write_text('{"schema_version": 99, "written_by": "7.0"}')
    with pytest.raises(SettingsError, match=r"7\.0"):
        Supervisor(stage.parts())
    assert path.read_text() == '{"schema_version": 99, "written_by": "7.0"}'


def test_a_torn_settings_file_is_put_aside_and_told(stage: Stage) -> None:
    settings_file(stage.folder).path.write_bytes(b'{"schema_ver')
    stage.supervisor = Supervisor(stage.parts())
    stage.supervisor.start()
    snapshot = stage.until(lambda snapshot: bool(snapshot.troubles))
    assert "torn" in snapshot.troubles[0].advice
    assert snapshot.decision.reason is Reason.SETUP


def test_a_key_that_stays_away_is_told_once_however_often_it_is_tried(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_opening, "RETRY_SECONDS", 0.02)
    stage.key_error = told = StorageError("This computer has no keychain.", "Install one.")
    stage.open()
    stage.until(lambda _snapshot: stage.keys_asked >= 5)
    stage.key_error = None
    snapshot = stage.until(lambda snapshot: snapshot.account.hotkey is not None)
    assert [(each.title, each.times) for each in snapshot.troubles] == [(told.title, 1)]


def test_a_locked_keychain_is_told_and_nothing_starts_without_the_key(stage: Stage) -> None:
    stage.key_error = StorageError("The keychain is locked.", "Unlock it.")
    stage.open()
    snapshot = stage.until(lambda snapshot: bool(snapshot.troubles))
    assert snapshot.troubles[0].title == "The keychain is locked."
    stage.until(lambda snapshot: snapshot.network.phase is NetworkPhase.READY)
    stage.ask(commands.SetWish(OnUntil()))
    waiting = stage.until(lambda snapshot: isinstance(snapshot.wish, OnUntil))
    assert waiting.engine.phase is Phase.STOPPED
    assert words.sentence(waiting) == "Waiting for this computer's key. The keychain is locked."
    assert words.headline(waiting) == "Waiting for its key"
    assert [type(banner) for banner in banners(waiting)] == [KeyMissing]
    assert did_of(waiting) == Broken("The keychain is locked.")


def test_a_missing_keychain_is_no_trouble_before_a_network_needs_the_key(stage: Stage) -> None:
    stage.settings = Settings()
    stage.key_error = StorageError("This computer has no keychain.", "Install one.")
    stage.open()
    snapshot = stage.until(lambda snapshot: snapshot.account.key_failure is not None)
    assert snapshot.troubles == ()
    stage.ask(commands.ChooseNetwork(OwnAddress("http://127.0.0.1:1")))
    needed = stage.until(lambda snapshot: bool(snapshot.troubles))
    assert [each.title for each in needed.troubles] == ["This computer has no keychain."]


def test_a_key_that_opens_after_all_takes_the_complaint_away(stage: Stage) -> None:
    stage.key_error = StorageError("The keychain is locked.", "Unlock it.")
    stage.open()
    stage.until(lambda snapshot: snapshot.account.key_failure is not None)
    stage.key_error = None
    stage.ask(commands.ChooseHotkey(InWallet("savings", "one")))
    trains = stage.until_phase(Phase.TRAINING)
    assert trains.account.key_failure is None
    assert KeyMissing not in {type(banner) for banner in banners(trains)}


def test_a_key_for_trying_out_is_exchanged_when_a_network_is_joined(stage: Stage) -> None:
    stage.settings = Settings(network=TryHere())
    stage.for_play = True
    stage.open()
    assert stage.until_phase(Phase.TRAINING).account.hotkey == stage.hotkey
    stage.for_play, stage.key_error = False, StorageError("This computer has no keychain.", "Install one.")
    stage.ask(commands.ChooseNetwork(OwnAddress("http://127.0.0.1:1")))
    joined = stage.until(lambda snapshot: snapshot.account.key_failure is not None)
    assert joined.account.hotkey is None
    stage.until(lambda snapshot: snapshot.engine.phase is Phase.STOPPED)


def test_a_folder_that_can_not_be_made_is_a_failure_with_a_retry_time(stage: Stage) -> None:
    (stage.folder / "engine").write_text("a file is in the way")
    stage.open()
    failed = stage.until_phase(Phase.FAILED)
    assert failed.engine.failure is not None
    assert "engine" in failed.engine.failure.title
    assert failed.engine.retry_at is not None
    (stage.folder / "engine").unlink()
    stage.ask(commands.RetryNow())
    stage.until_phase(Phase.TRAINING)


def test_a_pause_ends_even_where_the_settings_can_not_be_written(stage: Stage) -> None:
    stage.open()
    stage.until_phase(Phase.TRAINING)
    stage.ask(commands.SetWish(OffUntil(datetime.now(UTC) + timedelta(seconds=0.5))))
    path = settings_file(stage.folder).path
    path.unlink()
    path.mkdir()
    stage.until(lambda snapshot: isinstance(snapshot.wish, Auto))
    assert stage.until_phase(Phase.TRAINING).troubles[-1].code == StorageError.code
    with pytest.raises(StorageError):
        stage.ask(commands.SetWish(Off()))
    path.rmdir()


def test_a_view_that_fails_does_not_blind_the_others(stage: Stage) -> None:
    def broken(snapshot: Snapshot) -> None:
        raise ZeroDivisionError

    settings_file(stage.folder).save(stage.settings)
    stage.supervisor = Supervisor(stage.parts())
    stage.supervisor.subscribe(broken)
    end = stage.supervisor.subscribe(stage.seen.append)
    stage.supervisor.start()
    stage.until_phase(Phase.TRAINING)
    stage.until(lambda _: any(snapshot.engine.phase is Phase.TRAINING for snapshot in stage.seen))
    end()
    end()


class SlowToLetSleep(PretendKeepAwake):
    """Takes a while to take the wish back, or until `answer` is set."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self.answer = threading.Event()

    def release(self) -> None:
        self.answer.wait(self._seconds)
        super().release()


def awake_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("keep awake")}


def test_when_it_has_ended_the_computer_may_sleep_and_no_thread_of_it_is_left(stage: Stage) -> None:
    before = awake_threads()
    stage.keep_awake = SlowToLetSleep(0.2)
    stage.open()
    stage.until(lambda _: stage.keep_awake.held)
    stage.close()
    assert not stage.keep_awake.held
    assert awake_threads() <= before


def test_a_system_service_that_does_not_answer_does_not_hold_up_the_end(stage: Stage) -> None:
    stage.keep_awake = SlowToLetSleep(60.0)
    stage.open()
    stage.until(lambda _: stage.keep_awake.held)
    stage.close()
    assert stage.keep_awake.held
    stage.keep_awake.answer.set()
