"""Sleep, waking and staying awake: the whole supervisor over fakes, and once over a real logind-like service."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from app.core import commands
from app.core.computer.suspension import NoSuspendWatch, Suspension
from app.core.decision import Reason
from app.core.engine.keeper import limits_of
from app.core.engine.phase import ACTIVE, Phase
from app.core.ports import ChildLimits, SuspendWatch
from app.core.supervisor import Parts
from app.core.wish import Auto, Off, OffUntil
from app.platforms.child_limits import ROOM_FOR_LIBRARIES_BYTES, bind_child, priority_of
from app.platforms.pretend import PretendSuspendWatch
from protocol.engine_control import StartTraining
from protocol.errors import Unavailable
from tests.app.core.test_core_supervisor import Stage
from tests.app.fakes.real_services import LOGIN, real_bus, wait_until


class Watch(PretendSuspendWatch):
    """Notes what the engine was doing when the computer was allowed to sleep."""

    def __init__(self, stage: "SleepyStage") -> None:
        super().__init__()
        self._stage = stage
        self.phases: list[Phase] = []

    def may_sleep(self) -> None:
        super().may_sleep()
        assert self._stage.supervisor is not None
        self.phases.append(self._stage.supervisor.snapshot.engine.phase)


class SleepyStage(Stage):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.watch: SuspendWatch = Watch(self)
        self.asleep_seconds = 0.0

    @property
    def pretend(self) -> Watch:
        assert isinstance(self.watch, Watch)
        return self.watch

    def parts(self) -> Parts:
        parts = super().parts()
        engine = msgspec.structs.replace(parts.engine, bind=bind_child)
        return msgspec.structs.replace(
            parts, engine=engine, suspend_watch=self.watch, asleep_seconds=lambda: self.asleep_seconds
        )


@pytest.fixture
def sleepy(tmp_path: Path) -> Iterator[SleepyStage]:
    stage = SleepyStage(tmp_path)
    yield stage
    stage.close()


def test_before_sleep_the_engine_saves_and_after_it_a_fresh_one_trains(sleepy: SleepyStage) -> None:
    sleepy.open()
    pid = sleepy.until_phase(Phase.TRAINING).engine.pid
    sleepy.pretend.sleep()
    asleep = sleepy.until(lambda snapshot: snapshot.engine.phase is Phase.STOPPED)
    assert asleep.decision.reason is Reason.AWAKE
    sleepy.until(lambda _: sleepy.pretend.permissions == 1)
    assert sleepy.pretend.phases == [Phase.STOPPED], "the system waits until the engine is gone"
    sleepy.until(lambda _: not sleepy.keep_awake.held)
    sleepy.asleep_seconds += 3600.0
    sleepy.pretend.wake()
    assert sleepy.until_phase(Phase.TRAINING).engine.pid != pid
    assert sleepy.sensors.refreshed >= 1
    assert sleepy.pretend.permissions == 1


def test_a_paused_engine_ends_before_sleep_too(sleepy: SleepyStage) -> None:
    sleepy.open()
    sleepy.until_phase(Phase.TRAINING)
    sleepy.ask(commands.SetWish(OffUntil()))
    sleepy.until_phase(Phase.PAUSED)
    sleepy.pretend.sleep()
    sleepy.until_phase(Phase.STOPPED)
    sleepy.until(lambda _: sleepy.pretend.permissions == 1)


def test_with_nothing_to_save_the_computer_sleeps_at_once(sleepy: SleepyStage) -> None:
    sleepy.settings = msgspec.structs.replace(sleepy.settings, wish=Off())
    sleepy.open()
    sleepy.pretend.sleep()
    sleepy.until(lambda _: sleepy.pretend.permissions == 1)


def test_after_a_sleep_that_nobody_announced_the_engine_is_a_fresh_one(sleepy: SleepyStage) -> None:
    sleepy.watch = NoSuspendWatch()
    sleepy.open()
    pid = sleepy.until_phase(Phase.TRAINING).engine.pid
    sleepy.asleep_seconds += 3600.0
    sleepy.until(lambda snapshot: snapshot.engine.phase is Phase.TRAINING and snapshot.engine.pid != pid)
    sleepy.until(lambda _: sleepy.sensors.refreshed == 1)


def test_after_sleep_training_waits_until_the_network_has_answered_anew(sleepy: SleepyStage) -> None:
    sleepy.open()
    sleepy.until_phase(Phase.TRAINING)
    sleepy.pretend.sleep()
    sleepy.until_phase(Phase.STOPPED)
    sleepy.probe_error = Unavailable("127.0.0.1:1 can't be reached.")
    sleepy.pretend.wake()
    held = sleepy.until(lambda snapshot: snapshot.decision.reason is Reason.NETWORK)
    assert held.engine.phase is Phase.STOPPED
    sleepy.probe_error = None
    sleepy.until_phase(Phase.TRAINING)


def test_news_of_waking_that_got_lost_does_not_hold_the_night(sleepy: SleepyStage) -> None:
    sleepy.open()
    sleepy.until_phase(Phase.TRAINING)
    sleepy.pretend.sleep()
    sleepy.until_phase(Phase.STOPPED)
    sleepy.asleep_seconds += 60.0
    sleepy.until_phase(Phase.TRAINING)


def test_the_computer_is_kept_awake_only_while_it_works_on_mains(sleepy: SleepyStage) -> None:
    sleepy.open()
    sleepy.until(lambda _: sleepy.keep_awake.held)
    sleepy.sensors.on_mains = False
    sleepy.until(lambda snapshot: snapshot.engine.phase not in ACTIVE or snapshot.engine.phase is Phase.PAUSED)
    sleepy.until(lambda _: not sleepy.keep_awake.held)


def test_a_restarted_app_keeps_the_computer_awake_anew(sleepy: SleepyStage) -> None:
    sleepy.open()
    sleepy.until(lambda _: sleepy.keep_awake.held)
    sleepy.close()
    assert not sleepy.keep_awake.held, "what was held went with the app"
    sleepy.open()
    sleepy.until(lambda _: sleepy.keep_awake.held)


def test_at_the_end_watch_and_sensors_are_closed(sleepy: SleepyStage) -> None:
    sleepy.open()
    sleepy.close()
    assert sleepy.pretend.ended
    assert sleepy.sensors.closed


def test_without_a_connection_nobody_is_asked_and_its_return_is_noticed_at_once(sleepy: SleepyStage) -> None:
    asked: list[str] = []
    probe = sleepy.probe

    async def counted(url: str) -> object:
        asked.append(url)
        return await probe(url)

    sleepy.probe = counted  # type: ignore[assignment, method-assign]
    sleepy.sensors.connected = False
    sleepy.open()
    held = sleepy.until(lambda snapshot: snapshot.decision.reason is Reason.NETWORK)
    assert held.decision.holding[0].source == "Pretend"
    assert not asked
    sleepy.sensors.connected = True
    sleepy.until_phase(Phase.TRAINING)


def test_a_sleep_that_was_announced_and_never_came_holds_for_a_minute() -> None:
    clock = [0.0]
    suspension = Suspension(NoSuspendWatch(), lambda: 0.0, lambda: clock[0])
    suspension.fall_asleep()
    clock[0] = 59.0
    assert not suspension.has_slept() and suspension.falling_asleep
    clock[0] = 61.0
    assert not suspension.has_slept() and not suspension.falling_asleep


def test_a_clock_that_trembles_is_no_sleep() -> None:
    slept = [100.0]
    suspension = Suspension(NoSuspendWatch(), lambda: slept[0])
    suspension.engine_starts()
    for _ in range(5):
        slept[0] += 0.1
        assert not suspension.has_slept()
    assert not suspension.engine_is_stale()
    slept[0] += 30.0
    assert suspension.has_slept() and not suspension.has_slept()
    assert suspension.engine_is_stale()


@pytest.mark.skipif(sys.platform != "linux", reason="logind is Linux's")
def test_a_real_logind_waits_for_the_checkpoint(
    sleepy: SleepyStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.platforms.linux.bus import Bus
    from app.platforms.linux.logind import LogindSuspendWatch

    with real_bus(tmp_path) as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        bus.serve("logind", LOGIN)
        sleepy.engine_mode = "slow_to_save"
        sleepy.watch = LogindSuspendWatch(lambda: Bus("SYSTEM"))
        sleepy.open()
        sleepy.until_phase(Phase.TRAINING)
        wait_until(lambda: "'delay'" in bus.inhibitors(), "the delay")
        bus.prepare_for_sleep(True)
        sleepy.until_phase(Phase.STOPPING)
        assert "'delay'" in bus.inhibitors(), "held while it saves"
        (tmp_path / "engine" / "may_end").write_text("now")
        sleepy.until_phase(Phase.STOPPED)
        wait_until(lambda: "'delay'" not in bus.inhibitors(), "the permission to sleep")
        bus.prepare_for_sleep(False)
        sleepy.until_phase(Phase.TRAINING)
        wait_until(lambda: "'delay'" in bus.inhibitors(), "the next delay")
        sleepy.close()


@pytest.mark.skipif(sys.platform != "linux", reason="logind is Linux's")
def test_a_real_logind_is_told_to_stay_awake_exactly_while_it_trains(
    sleepy: SleepyStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.platforms.linux.bus import Bus
    from app.platforms.linux.logind import LogindKeepAwake

    with real_bus(tmp_path) as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        bus.serve("logind", LOGIN)
        sleepy.keep_awake = LogindKeepAwake(Bus("SYSTEM"))  # type: ignore[assignment]
        sleepy.settings = msgspec.structs.replace(sleepy.settings, wish=OffUntil())
        sleepy.open()
        sleepy.until(lambda snapshot: snapshot.decision.reason is Reason.PAUSED)
        assert "'idle'" not in bus.inhibitors()
        for _ in range(2):
            sleepy.ask(commands.SetWish(Auto()))
            sleepy.until_phase(Phase.TRAINING)
            wait_until(lambda: "'idle'" in bus.inhibitors(), "the wish to stay awake")
            sleepy.ask(commands.SetWish(OffUntil()))
            wait_until(lambda: "'idle'" not in bus.inhibitors(), "its end within a second", seconds=1.0)
        sleepy.close()


GRANDCHILD = """
import os, resource, subprocess, sys
sys.stdin.readline()
code = "import os, resource; print(os.nice(0), resource.getrlimit(resource.RLIMIT_DATA)[0])"
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip(), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems show less of it")
def test_limits_bind_the_engine_and_whatever_it_starts() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", GRANDCHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    memory = 3 * 1024**3
    niceness = min(psutil.Process().nice() + 3, 19)
    bind_child(child.pid, ChildLimits(niceness=niceness, memory_bytes=memory))
    said, _ = child.communicate("go\n", timeout=30)
    assert said.split() == [str(niceness), str(memory + ROOM_FOR_LIBRARIES_BYTES)]


def test_a_child_that_is_gone_already_needs_no_limits() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    bind_child(child.pid, ChildLimits())
    assert priority_of(5, "win32") == 0x4000
    assert priority_of(19, "win32") == 0x40
    assert priority_of(5, "linux") == 5


def test_memory_is_bound_where_the_processor_computes() -> None:
    order = StartTraining(orchestrator_url="http://x", state_folder="/", hotkey="5x", memory_limit_bytes=7)
    assert limits_of(msgspec.structs.replace(order, device="cpu")).memory_bytes == 7
    assert limits_of(msgspec.structs.replace(order, device="cuda")).memory_bytes is None
