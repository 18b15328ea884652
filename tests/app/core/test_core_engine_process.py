"""The engine as a real child process, well-behaved and otherwise."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.engine.child_process import StopLimits
from app.core.engine.outcomes import (
    Crashed,
    Exited,
    Faulted,
    GaveUp,
    NotStarted,
    Outcome,
    Refused,
    Running,
    Stopped,
    StopRung,
    ended_unasked,
)
from app.core.engine.phase import failure_of
from app.core.engine.process import EngineProcess, EngineTimes
from app.core.network.local import LocalNetwork, Ready
from protocol import engine_control as wire
from protocol.errors import StorageError
from protocol.version import PROTOCOL_VERSION

FAKE_ENGINE = str(Path(__file__).resolve().parents[1] / "fakes" / "fake_engine.py")
FAKE_NETWORK = str(Path(__file__).resolve().parents[1] / "fakes" / "fake_local_network.py")
QUICK = EngineTimes(hello_seconds=20.0, stop=StopLimits(asked_seconds=5.0, terminated_seconds=0.3, killed_seconds=5.0))


class Heard:
    """Everything an engine told, and a way to wait for a certain event."""

    def __init__(self, folder: Path, mode: str, times: EngineTimes = QUICK) -> None:
        self.events: list[wire.EngineEvent] = []
        self._changed = asyncio.Event()
        self.engine = EngineProcess(
            [sys.executable, FAKE_ENGINE, mode], on_event=self._hear, sign=self.sign, times=times
        )
        self.order = wire.StartTraining(orchestrator_url="http://127.0.0.1:1", state_folder=str(folder), hotkey="5Fake")
        self.locked = False

    async def sign(self, payload: bytes) -> bytes:
        if self.locked:
            raise StorageError("The keychain is locked.")
        return b"signed " + payload

    def _hear(self, event: wire.EngineEvent) -> None:
        self.events.append(event)
        self._changed.set()

    async def until(self, kind: type[wire.Event]) -> wire.EngineEvent:
        return await self._until(lambda event: isinstance(event, kind))

    async def until_phase(self, phase: wire.EnginePhase) -> None:
        await self._until(lambda event: isinstance(event, wire.PhaseChanged) and event.phase is phase)

    async def _until(self, is_it: Callable[[wire.EngineEvent], bool]) -> wire.EngineEvent:
        async with asyncio.timeout(20):
            while True:
                for event in self.events:
                    if is_it(event):
                        return event
                self._changed.clear()
                await self._changed.wait()

    async def run_to_its_end(self) -> Outcome:
        started = await self.engine.start(self.order)
        assert isinstance(started, Running)
        return await self.engine.outcome()


async def test_a_well_behaved_engine_trains_pauses_and_stops_when_asked(tmp_path: Path) -> None:
    heard = Heard(tmp_path, "good")
    assert isinstance(await heard.engine.start(heard.order), Running)
    await heard.until(wire.HeartbeatAccepted)
    heard.engine.pause()
    await heard.until_phase(wire.EnginePhase.PAUSED)
    await heard.engine.stop()
    assert await heard.engine.outcome() == Stopped(StopRung.ASKED, True, 2)
    kinds = [type(event) for event in heard.events]
    assert kinds[:4] == [wire.HelloApp, wire.RunJoined, wire.HeartbeatAccepted, wire.PhaseChanged]
    assert kinds[-1] is wire.Stopped


async def test_a_pause_asked_for_before_the_engine_has_its_order_is_not_forgotten(tmp_path: Path) -> None:
    heard = Heard(tmp_path, "good")
    assert isinstance(await heard.engine.start(heard.order), Running)
    heard.engine.pause()
    await heard.until_phase(wire.EnginePhase.PAUSED)
    await heard.engine.stop()
    phases = [event.phase for event in heard.events if isinstance(event, wire.PhaseChanged)]
    assert phases[:2] == [wire.EnginePhase.TRAINING, wire.EnginePhase.PAUSED]


async def test_a_command_that_does_not_exist_is_an_outcome_with_words(tmp_path: Path) -> None:
    heard = Heard(tmp_path, "good")
    engine = EngineProcess(
        [str(tmp_path / "no-such-engine")], on_event=heard.events.append, sign=heard.sign, times=QUICK
    )
    outcome = await engine.start(heard.order)
    assert isinstance(outcome, NotStarted)
    assert "no-such-engine" in outcome.title


async def test_a_crash_names_its_signal_and_on_windows_its_status(tmp_path: Path) -> None:
    outcome = await Heard(tmp_path, "crash").run_to_its_end()
    assert outcome == (Faulted(0xC0000005) if sys.platform == "win32" else Crashed(11))


@pytest.mark.parametrize(
    ("code", "problem", "title"),
    [
        (-11, "crashed", "The engine crashed (signal 11)."),
        (0xC0000005, "crashed", "The engine crashed (0xC0000005)."),
        (0xC0000017, "killed", "The system ended the engine, most likely because memory ran out."),
        (0xC000012D, "killed", "The system ended the engine, most likely because memory ran out."),
        (-9, "killed", "The system ended the engine, most likely because memory ran out."),
        (137, "killed", "The system ended the engine, most likely because memory ran out."),
        (3, "exited", "The engine ended unexpectedly (exit code 3)."),
    ],
)
def test_how_the_system_ended_an_engine_is_told_in_words(code: int, problem: str, title: str) -> None:
    failure = failure_of(ended_unasked(code, ""))
    assert failure is not None
    assert (failure.code, failure.title) == (problem, title)


async def test_an_unexpected_exit_keeps_the_last_words(tmp_path: Path) -> None:
    assert await Heard(tmp_path, "exit").run_to_its_end() == Exited(7, "my last words")


async def test_an_engine_that_says_why_it_gives_up_is_quoted(tmp_path: Path) -> None:
    assert await Heard(tmp_path, "gives_up").run_to_its_end() == GaveUp("device", "The device is gone.", "Plug it in.")


async def test_an_engine_of_another_version_is_refused_before_it_gets_an_order(tmp_path: Path) -> None:
    heard = Heard(tmp_path, "wrong_version")
    assert await heard.run_to_its_end() == Refused(PROTOCOL_VERSION + 1, PROTOCOL_VERSION)
    assert not any(isinstance(event, wire.RunJoined) for event in heard.events)


async def test_an_engine_that_leaves_over_our_version_is_refused(tmp_path: Path) -> None:
    assert await Heard(tmp_path, "leaves_over_version").run_to_its_end() == Refused(None, PROTOCOL_VERSION)


async def test_an_engine_that_never_says_hello_is_given_up(tmp_path: Path) -> None:
    times = EngineTimes(hello_seconds=0.2, stop=QUICK.stop)
    outcome = await Heard(tmp_path, "silent", times).run_to_its_end()
    assert isinstance(outcome, GaveUp)
    assert outcome.code == "no_hello"


async def test_garbage_and_endless_lines_harm_nothing(tmp_path: Path) -> None:
    heard = Heard(tmp_path, "garbage")
    await heard.engine.start(heard.order)
    assert isinstance(await heard.until(wire.RunJoined), wire.RunJoined)
    await heard.engine.stop()
    assert await heard.engine.outcome() == Stopped(StopRung.ASKED, True, 2)


async def test_the_hotkey_signs_what_the_engine_asks_for(tmp_path: Path) -> None:
    heard = Heard(tmp_path, "sign")
    await heard.engine.start(heard.order)
    told = await heard.until(wire.Troubled)
    assert isinstance(told, wire.Troubled)
    assert told.title == "signed please"
    await heard.engine.stop()
    await heard.engine.outcome()


async def test_a_key_store_that_says_no_answers_with_an_empty_signature(tmp_path: Path) -> None:
    heard = Heard(tmp_path, "sign")
    heard.locked = True
    await heard.engine.start(heard.order)
    told = await heard.until(wire.Troubled)
    assert isinstance(told, wire.Troubled)
    assert told.title == "refused"
    await heard.engine.stop()
    await heard.engine.outcome()


@pytest.mark.parametrize(("mode", "rung"), [("hangs", StopRung.TERMINATED), ("hangs_hard", StopRung.KILLED)])
async def test_an_engine_that_hangs_is_taken_down_by_the_next_rung(tmp_path: Path, mode: str, rung: StopRung) -> None:
    if sys.platform == "win32":
        rung = StopRung.TERMINATED  # where nobody is asked twice
    heard = Heard(tmp_path, mode)
    await heard.engine.start(heard.order)
    await heard.until(wire.HeartbeatAccepted)
    await heard.engine.stop(within_seconds=0.2)
    assert await heard.engine.outcome() == Stopped(rung)


@pytest.mark.parametrize("mode", ["good", "hangs", "hangs_hard"])
async def test_an_engine_that_falls_silent_while_it_trains_is_taken_down_and_failed(tmp_path: Path, mode: str) -> None:
    times = EngineTimes(
        hello_seconds=20.0,
        serving_silent_seconds=60.0,
        stop=StopLimits(asked_seconds=0.2, terminated_seconds=0.3, killed_seconds=5.0),
    )
    heard = Heard(tmp_path, mode, times)
    await heard.engine.start(heard.order)
    await heard.until(wire.HeartbeatAccepted)
    for now_seconds in range(0, 60, 10):
        heard.engine.mind_silence(float(now_seconds))
    assert not heard.engine.fails, "not yet"
    heard.engine.mind_silence(60.0)
    async with asyncio.timeout(20):
        outcome = await heard.engine.outcome()
    assert outcome == GaveUp("silent", "The engine did not answer any more and was ended.", "Its log says more.")


async def test_a_person_in_a_hurry_shortens_the_ladder(tmp_path: Path) -> None:
    heard = Heard(tmp_path, "hangs")
    await heard.engine.start(heard.order)
    await heard.until(wire.HeartbeatAccepted)
    stop = asyncio.create_task(heard.engine.stop(within_seconds=60))
    heard.engine.hurry()
    async with asyncio.timeout(20):
        await stop
        assert await heard.engine.outcome() == Stopped(StopRung.TERMINATED)


async def test_the_local_network_says_where_it_is_and_ends_with_its_stdin() -> None:
    network = LocalNetwork([sys.executable, FAKE_NETWORK, "good"])
    ready = await network.start()
    assert isinstance(ready, Ready)
    assert (ready.orchestrator_url, ready.dashboard_url) == ("http://127.0.0.1:9/", "http://127.0.0.1:9/ui")
    await network.stop()
    assert await network.outcome() == Stopped(StopRung.ASKED)


async def test_a_local_network_that_points_elsewhere_is_not_believed() -> None:
    network = LocalNetwork([sys.executable, FAKE_NETWORK, "garbage_first"])
    ready = await network.start()
    assert isinstance(ready, Ready)
    assert ready.orchestrator_url == "http://127.0.0.1:9/"
    await network.stop()
    await network.outcome()


async def test_a_local_network_that_breaks_is_an_outcome() -> None:
    outcome = await LocalNetwork([sys.executable, FAKE_NETWORK, "breaks"]).start()
    assert outcome == Exited(4, "The port is in use.")


async def test_a_local_network_that_never_gets_ready_is_given_up() -> None:
    outcome = await LocalNetwork([sys.executable, FAKE_NETWORK, "silent"], ready_seconds=0.2).start()
    assert isinstance(outcome, GaveUp)


async def test_a_stop_before_the_process_is_there_is_not_forgotten(tmp_path: Path) -> None:
    heard = Heard(tmp_path, "good")
    stop = asyncio.create_task(heard.engine.stop())
    await heard.engine.start(heard.order)
    async with asyncio.timeout(20):
        await stop
        assert isinstance(await heard.engine.outcome(), Stopped)
    assert not any(isinstance(event, wire.RunJoined) for event in heard.events)


async def test_a_local_network_that_is_stopped_while_it_starts_ends() -> None:
    network = LocalNetwork([sys.executable, FAKE_NETWORK, "silent"])
    stop = asyncio.create_task(network.stop())
    async with asyncio.timeout(20):
        assert isinstance(await network.start(), Stopped)
        await stop
