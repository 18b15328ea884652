"""The engine's life as the app sees it: one transition table, and a pure `apply(status, event)`."""

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias, assert_never

import msgspec

from app.core.engine.outcomes import (
    NO_MEMORY_FAULTS,
    Crashed,
    Exited,
    Faulted,
    GaveUp,
    NotStarted,
    Outcome,
    Refused,
    Running,
    Stopped,
    is_failure,
)
from app.core.language.overheard import heard
from app.core.language.speech import _
from app.core.problems.codes import Problem, problem_of
from protocol import engine_control as wire


class Phase(StrEnum):
    """The engine's own phases (protocol.engine_control.EnginePhase) and the two that only a supervisor can see."""

    STOPPED = "stopped"
    STARTING = "starting"
    DOWNLOADING = "downloading"
    WAITING_FOR_PEERS = "waiting_for_peers"
    TRAINING = "training"
    PAUSED = "paused"
    SAVING = "saving"
    STOPPING = "stopping"
    FAILED = "failed"


ACTIVE: Final = frozenset(
    {Phase.STARTING, Phase.DOWNLOADING, Phase.WAITING_FOR_PEERS, Phase.TRAINING, Phase.PAUSED, Phase.SAVING}
)
"""The process lives and nobody asked it to leave."""
ALIVE: Final = ACTIVE | {Phase.STOPPING}

_ENDS: Final = frozenset({Phase.STOPPING, Phase.STOPPED, Phase.FAILED})

FOLLOWS: Final = MappingProxyType(
    {
        Phase.STOPPED: frozenset({Phase.STARTING, Phase.FAILED}),
        Phase.FAILED: frozenset({Phase.STARTING, Phase.STOPPED, Phase.FAILED}),
        **dict.fromkeys(ACTIVE, ACTIVE | _ENDS),
        # Once asked to stop, what the engine still does (saving, last passes) is part of stopping.
        Phase.STOPPING: frozenset({Phase.STOPPING, Phase.STOPPED, Phase.FAILED}),
    }
)
"""Which phase may come after which; anything else that is said is ignored."""


class Failure(msgspec.Struct, frozen=True):
    """Why the engine is not running although it should."""

    code: str
    title: str
    advice: str = ""

    @property
    def problem(self) -> Problem:
        """Under which code the person finds it among the known problems."""
        return problem_of(self.code)


class Launched(msgspec.Struct, frozen=True, tag=True):
    """A process was started."""

    pid: int


class Told(msgspec.Struct, frozen=True, tag=True):
    """The engine wrote a line."""

    event: wire.EngineEvent


class StopAsked(msgspec.Struct, frozen=True, tag=True):
    """We asked it to leave."""


class Ended(msgspec.Struct, frozen=True, tag=True):
    """The process is gone. `retry_at` is when it will be started again; None where it won't be."""

    outcome: Outcome
    retry_at: datetime | None = None


PhaseEvent: TypeAlias = Launched | Told | StopAsked | Ended


class EngineStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The engine as last heard. Counters belong to the present or latest process."""

    phase: Phase = Phase.STOPPED
    reason: str = ""
    """The engine's own plain sentence for waiting and paused."""
    pid: int | None = None
    device: str = ""
    device_memory_bytes: int | None = None
    run_id: str = ""
    run_title: str = ""
    stage: int | None = None
    """Counted from 0; `stage + 1` is what a person reads."""
    stages: int | None = None
    parameters: int = 0
    step: int = 0
    tokens: int = 0
    """Trained by this process."""
    tokens_per_second: float = 0.0
    loss: float | None = None
    """Of the last step, nats per token; last-stage computers only."""
    download_done_bytes: int = 0
    download_total_bytes: int = 0
    moved_bytes: int = 0
    moving_bytes: int = 0
    """Of its work, brought to another disk before it begins; 0 where nothing is moved."""
    memory_shortages: int = 0
    """How often memory ran out under this shard; since the first time it does less at once."""
    failure: Failure | None = None
    retry_at: datetime | None = None
    phase_since: datetime | None = None


def apply(status: EngineStatus, event: PhaseEvent, now: datetime) -> EngineStatus:
    """The status after `event`. What the table forbids leaves the phase as it was."""
    match event:
        case Launched(pid):
            fresh = EngineStatus(phase=status.phase, pid=pid, phase_since=status.phase_since)
            return _enter(fresh, Phase.STARTING, now)
        case StopAsked():
            return _enter(status, Phase.STOPPING, now)
        case Told(told):
            # A line that was still in the pipe when its engine ended says nothing of the present.
            return _hear(status, told, now) if status.phase in ALIVE else status
        case Ended(outcome, retry_at):
            if not is_failure(outcome):
                return _enter(_without_process(status), Phase.STOPPED, now)
            failure = failure_of(outcome)
            status = msgspec.structs.replace(_without_process(status), failure=failure, retry_at=retry_at)
            return _enter(status, Phase.FAILED, now, keep_failure=True)
        case _:
            assert_never(event)


def failure_of(outcome: Outcome) -> Failure | None:
    """The words for an outcome that is a failure."""
    match outcome:
        case Running() | Stopped():
            return None
        case NotStarted(title, advice):
            return Failure("not_started", title, advice)
        case Faulted(status) if status not in NO_MEMORY_FAULTS:
            title = _("The engine crashed ({status}).").format(status=f"0x{status:08X}")
            return Failure("crashed", title, _("Its log says more."))
        case Exited(code=137) | Crashed(signal=9) | Faulted():
            title = _("The system ended the engine, most likely because memory ran out.")
            return Failure("killed", title, _("Close other programs, or give training less memory under Limits."))
        case Exited(code):
            return Failure(
                "exited",
                _("The engine ended unexpectedly (exit code {code}).").format(code=code),
                _("Its log says more."),
            )
        case Crashed(signal):
            return Failure(
                "crashed", _("The engine crashed (signal {signal}).").format(signal=signal), _("Its log says more.")
            )
        case GaveUp(code, title, advice):
            return Failure(code, heard(title), heard(advice))
        case Refused():
            title = _("The engine belongs to another version of this app.")
            return Failure("engine_version", title, _("Install the app again."))
        case _:
            assert_never(outcome)


def _hear(status: EngineStatus, told: wire.EngineEvent, now: datetime) -> EngineStatus:
    replace = msgspec.structs.replace
    match told:
        case wire.HelloApp(pid=pid, device=device, device_memory_bytes=memory):
            return replace(status, pid=pid, device=device, device_memory_bytes=memory)
        case wire.PhaseChanged(phase=phase, reason=reason):
            entered = _enter(status, Phase(phase.value), now)
            return replace(entered, reason=heard(reason)) if entered.phase.value == phase.value else entered
        case wire.RunJoined(run_id=run_id, run_title=title, stage=stage, stages=stages, parameters=parameters):
            joined = replace(status, run_id=run_id, run_title=title, stage=stage, stages=stages, parameters=parameters)
            return replace(joined, step=0, memory_shortages=0)
        case wire.StepFinished(step=step, tokens=tokens, tokens_per_second=speed, loss=loss):
            return replace(status, step=step, tokens=status.tokens + tokens, tokens_per_second=speed, loss=loss)
        case wire.DownloadProgressed(done_bytes=done, total_bytes=total):
            return replace(status, download_done_bytes=done, download_total_bytes=total)
        case wire.WorkMoving(done_bytes=done, total_bytes=total):
            return replace(status, moved_bytes=done, moving_bytes=total)
        case wire.RunEnded():
            return replace(status, tokens_per_second=0.0)
        case wire.SignatureRequested() | wire.HeartbeatAccepted() | wire.Troubled() | wire.Failed() | wire.Stopped():
            return status
        case wire.ResourcesMeasured(memory_shortages=shortages):
            return replace(status, memory_shortages=shortages)
        case _:
            assert_never(told)


def _enter(status: EngineStatus, phase: Phase, now: datetime, *, keep_failure: bool = False) -> EngineStatus:
    if phase not in FOLLOWS[status.phase]:
        return status
    since = status.phase_since if phase is status.phase and status.phase_since else now
    status = msgspec.structs.replace(status, phase=phase, phase_since=since, reason="")
    return status if keep_failure else msgspec.structs.replace(status, failure=None, retry_at=None)


def _without_process(status: EngineStatus) -> EngineStatus:
    return msgspec.structs.replace(status, pid=None, tokens_per_second=0.0)
