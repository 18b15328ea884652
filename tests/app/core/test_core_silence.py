"""Whether an engine that says nothing has hung: how its silence is counted, and what becomes of it."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.core import commands
from app.core.activity.lines import Broken
from app.core.engine.child_process import StopLimits
from app.core.engine.phase import Phase
from app.core.engine.silence import LOOK_COUNTS_SECONDS, SERVING_SECONDS, Silence
from app.core.supervisor import Parts
from app.core.wish import Off
from protocol import engine_control as wire
from protocol.orchestrator_api import HeartbeatSeconds
from tests.app.core.test_core_supervisor import Stage

HEARTBEAT = wire.HeartbeatAccepted(at_unix_seconds=0.0)


def test_silence_is_counted_from_look_to_look_and_ends_with_any_word() -> None:
    silence = Silence()
    for now_seconds in (100.0, 102.0, 104.0):
        silence.look(now_seconds)
    assert silence.seconds == 4.0
    silence.heard(wire.Troubled(code="unavailable", title="The network can't be reached."))
    assert silence.seconds == 0.0
    silence.look(106.0)
    assert silence.seconds == 2.0


def test_what_a_sleeping_computer_did_not_hear_is_no_silence() -> None:
    silence = Silence()
    silence.look(0.0)
    silence.look(8 * 3600.0)
    assert silence.seconds == LOOK_COUNTS_SECONDS
    silence.look(8 * 3600.0 - 60.0)
    assert silence.seconds == LOOK_COUNTS_SECONDS, "a clock that runs backwards takes nothing away"


@pytest.mark.parametrize("phase", list(wire.EnginePhase))
def test_only_an_engine_that_serves_owes_a_word_every_few_seconds(phase: wire.EnginePhase) -> None:
    silence = Silence()
    before = silence.serving
    assert not before, "it may be loading for long"
    silence.heard(HEARTBEAT)
    assert silence.serving
    silence.heard(wire.PhaseChanged(phase=phase))
    at_work = (wire.EnginePhase.WAITING_FOR_PEERS, wire.EnginePhase.TRAINING, wire.EnginePhase.PAUSED)
    assert silence.serving is (phase in at_work)


def test_no_orchestrator_can_ask_for_heartbeats_so_rare_that_a_miner_is_taken_for_one_that_hangs() -> None:
    rarest = 120.0
    assert msgspec.convert(rarest, HeartbeatSeconds) == rarest < SERVING_SECONDS / 4
    for asked in (rarest + 1, 0.0, -1.0):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(asked, HeartbeatSeconds)


class QuietStage(Stage):
    """Its engine trains a little and then says nothing for ever; a second of that is too long."""

    def parts(self) -> Parts:
        parts = super().parts()
        stop = StopLimits(asked_seconds=3.0, terminated_seconds=0.3, killed_seconds=5.0)
        times = msgspec.structs.replace(parts.engine.times, serving_silent_seconds=1.0, stop=stop)
        engine = msgspec.structs.replace(parts.engine, times=times)
        return msgspec.structs.replace(parts, engine=engine, activity_path=self.folder / "activity.jsonl")


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[QuietStage]:
    stage = QuietStage(tmp_path)
    yield stage
    stage.close()


def test_an_engine_that_hangs_while_it_trains_fails_is_written_down_and_started_again(quiet: QuietStage) -> None:
    quiet.open()
    first = quiet.until_phase(Phase.TRAINING).engine.pid
    failed = quiet.until_phase(Phase.FAILED)
    assert failed.engine.failure is not None
    assert failed.engine.failure.code == "silent"
    assert failed.engine.retry_at is not None
    assert [trouble.title for trouble in failed.troubles] == ["The engine did not answer any more and was ended."]
    quiet.until(lambda now: any(isinstance(line.did, Broken) for line in now.activity))
    assert quiet.until_phase(Phase.TRAINING).engine.pid != first


def test_an_engine_that_was_asked_to_stop_is_not_failed_for_its_silence(quiet: QuietStage) -> None:
    quiet.engine_mode = "hangs"
    quiet.open()
    quiet.until_phase(Phase.TRAINING)
    quiet.ask(commands.SetWish(Off()))
    ended = quiet.until(lambda now: now.engine.phase in (Phase.STOPPED, Phase.FAILED))
    assert (ended.engine.phase, ended.troubles) == (Phase.STOPPED, ())
