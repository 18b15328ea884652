"""App and engine: JSON lines over the engine's stdin and stdout. Both ship together, so unknown fields are refused.

The engine keeps the real stdout for these lines and points file descriptor 1 at stderr. It ends when stdin closes.
Every command has an `AppCommand` type, imperative; everything told back an `EngineEvent`, in the past tense.
"""

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

import msgspec

from protocol.proxies import SYSTEM, ProxySetting
from protocol.version import PROTOCOL_VERSION
from protocol.wire import from_json, to_json

LINE_LIMIT_BYTES = 1024 * 1024


Threads: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=1024)]
DutyCycle: TypeAlias = Annotated[float, msgspec.Meta(ge=0.05, le=1.0)]
"""The share of the time that computes; the rest is rest, between passes."""
Niceness: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=19)]
"""Of the thread that computes, as Unix counts it; where the system has no such thing for threads it says nothing."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", kw_only=True):
    """Base of what the app asks."""


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event", kw_only=True):
    """Base of what the engine tells."""


class EnginePhase(StrEnum):
    """DESIGN 5's phases. `PAUSED` is the engine alive but silent, its GPU memory freed."""

    STARTING = "starting"
    DOWNLOADING = "downloading"
    WAITING_FOR_PEERS = "waiting_for_peers"
    TRAINING = "training"
    PAUSED = "paused"
    SAVING = "saving"
    STOPPING = "stopping"


class HelloEngine(Command, tag="hello", frozen=True, kw_only=True):
    """First line; the engine answers with HelloApp or leaves with exit code 3."""

    protocol_version: int = PROTOCOL_VERSION


class StartTraining(Command, tag="start_training", frozen=True, kw_only=True):
    """Join the network. Folders exist; limits only ever tighten what the orchestrator asks for."""

    orchestrator_url: str
    state_folder: str
    work_folder: str | None = None
    """Where what is large of its state shall lie; None for beside the rest (edge.work_places)."""
    hotkey: str
    """ss58 address; the key itself stays in the app, which answers SignatureRequested."""
    payout_coldkey: str | None = None
    device: str = "auto"
    """A kind of device, or one of several of a kind: "cuda:1". One engine each."""
    threads: Threads = 1
    duty_cycle: DutyCycle = 1.0
    niceness: Niceness = 10
    device_memory_share: Annotated[float, msgspec.Meta(ge=0.05, le=1.0)] = 1.0
    """Of a graphics card's memory, what this process may take of it."""
    memory_limit_bytes: int | None = None
    disk_limit_bytes: int = 30 * 10**9
    bind_address: str = "0.0.0.0:0"
    carriers: tuple[Literal["iroh", "store"], ...] = ("iroh", "store")
    proxy: ProxySetting = SYSTEM
    """What HTTP goes through; packets that go directly from computer to computer don't."""
    flops_per_second: float | None = None
    """Taken as this device's speed instead of measuring it: processes that start together on one computer would measure
    each other."""
    upload_bytes_per_second: float | None = None
    """The most this engine sends; None for no cap."""
    download_bytes_per_second: float | None = None
    monthly_bytes: int | None = None
    """Sent and received together in a calendar month; when they are used up the engine pauses until the next."""
    lie: str | None = None
    """For tests of the validator only: a way to cheat, from engine.auditing.cheats. The app never sets it."""


class Pause(Command, tag="pause", frozen=True, kw_only=True):
    """Yield at the next layer, hand back what is in flight, free GPU memory; stay connected."""


class Resume(Command, tag="resume", frozen=True, kw_only=True):
    """Go on after Pause."""


class SetPace(Command, tag="set_pace", frozen=True, kw_only=True):
    """How gently to go on; what is None stays. A thread's niceness can be raised by anybody, lowered by few."""

    threads: Threads | None = None
    duty_cycle: DutyCycle | None = None
    niceness: Niceness | None = None


class StopTraining(Command, tag="stop_training", frozen=True, kw_only=True):
    """Finish the microbatch, hand back, commit what can be uploaded in time, save, exit with code 0."""

    within_seconds: float = 20.0


class Signature(Command, tag="signature", frozen=True, kw_only=True):
    """The hotkey's answer to SignatureRequested; empty when the person's key store said no."""

    request: int
    signature: bytes


AppCommand: TypeAlias = HelloEngine | StartTraining | Pause | Resume | SetPace | StopTraining | Signature


class HelloApp(Event, tag="hello", frozen=True, kw_only=True):
    protocol_version: int = PROTOCOL_VERSION
    pid: int
    device: str
    device_memory_bytes: int | None = None


class SignatureRequested(Event, tag="signature_requested", frozen=True, kw_only=True):
    request: int
    payload: bytes


class PhaseChanged(Event, tag="phase_changed", frozen=True, kw_only=True):
    """`reason` is a plain sentence for WAITING_FOR_PEERS and PAUSED, else empty."""

    phase: EnginePhase
    reason: str = ""


class RunJoined(Event, tag="run_joined", frozen=True, kw_only=True):
    run_id: str
    run_title: str
    stage: int
    stages: int
    parameters: int
    """Of this shard."""


class StepFinished(Event, tag="step_finished", frozen=True, kw_only=True):
    """One optimizer step. `loss` (nats per token) is known to last-stage miners only."""

    step: int
    tokens: int
    tokens_per_second: float
    loss: float | None = None


class DownloadProgressed(Event, tag="download_progressed", frozen=True, kw_only=True):
    done_bytes: int
    total_bytes: int


class WorkMoving(Event, tag="work_moving", frozen=True, kw_only=True):
    """Before anything else, its work is brought to the folder where it shall lie from now on."""

    done_bytes: int
    total_bytes: int


class HeartbeatAccepted(Event, tag="heartbeat_accepted", frozen=True, kw_only=True):
    """What the service last said: the run's loss, speed and progress, and this hotkey's money."""

    at_unix_seconds: float
    run_loss: float | None = None
    held_out_loss: float | None = None
    run_tokens_per_second: float = 0.0
    run_share_done: float = 0.0
    miners: int = 0
    credit: float = 0.0
    """Accepted FLOPs of this hotkey in this run so far."""
    credited_rao: int = 0
    paid_rao: int = 0


class ResourcesMeasured(Event, tag="resources_measured", frozen=True, kw_only=True):
    """Sums since this shard was loaded, told with each heartbeat. CPU seconds are the whole process's since its start.

    `month_bytes` were sent and received in this calendar month, by all engines that used this state folder."""

    computing_seconds: float
    idle_seconds: float
    """The compute thread had nothing to do and was not paused."""
    loop_cpu_seconds: float
    """Of the event loop: packets, signatures, receipts, requests."""
    process_cpu_seconds: float
    bytes_sent: dict[str, int] = {}
    month_bytes: int = 0
    memory_shortages: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How often memory ran out in spite of the plan; since the first time less is done at once, and more slowly."""


class Troubled(Event, tag="troubled", frozen=True, kw_only=True):
    """Something went wrong and the engine goes on; `retry_at_unix_seconds` if it waits before it tries again."""

    code: str
    title: str
    advice: str = ""
    retry_at_unix_seconds: float | None = None


class Failed(Event, tag="failed", frozen=True, kw_only=True):
    """The engine can't go on and exits next."""

    code: str
    title: str
    advice: str = ""


class RunEnded(Event, tag="run_ended", frozen=True, kw_only=True):
    run_id: str
    held_out_loss: float | None = None


class Stopped(Event, tag="stopped", frozen=True, kw_only=True):
    """Last line of an orderly end. `saved` says whether the checkpoint is newer than the start."""

    saved: bool
    unacknowledged_receipts: int = 0


EngineEvent: TypeAlias = (
    HelloApp
    | SignatureRequested
    | PhaseChanged
    | RunJoined
    | StepFinished
    | DownloadProgressed
    | WorkMoving
    | HeartbeatAccepted
    | ResourcesMeasured
    | Troubled
    | Failed
    | RunEnded
    | Stopped
)

DATA_USED_FILE = "data_used.json"
"""In the state folder, a DataUsed; the app reads it before it starts an engine."""


class DataUsed(msgspec.Struct, frozen=True, kw_only=True):
    """A month ("2026-11") and the bytes sent and received in it: never fewer than in truth, by a few MiB more."""

    month: str
    used_bytes: int
    behind: str = ""
    """A month before that, where the clock named it last: once that is over too, the count begins anew."""


VERSION_EXIT_CODE = 3
"""The engine's exit code after a hello of another version."""


def encode_line(message: Command | Event) -> bytes:
    """One JSON object and a newline; msgspec never writes a raw newline inside."""
    return to_json(message) + b"\n"


def decode_command(line: bytes) -> AppCommand:
    """Raises MalformedMessage for an unknown or oversized line."""
    command: AppCommand = from_json(line, AppCommand, LINE_LIMIT_BYTES)
    return command


def decode_event(line: bytes) -> EngineEvent:
    """Raises MalformedMessage for an unknown or oversized line."""
    event: EngineEvent = from_json(line, EngineEvent, LINE_LIMIT_BYTES)
    return event
