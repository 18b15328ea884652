"""What every part of a running orchestrator is handed: settings, clock, database, log, sessions, store."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from protocol.keys import HotkeyVerifier
from subnet.orchestrator.clocks import Clock, SteadyClock, steady_clock
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.miners.steering import Steering
from subnet.orchestrator.money.payout_limits import LEAST_PAYOUT_RAO
from subnet.orchestrator.storage.store import ObjectStore
from subnet.orchestrator.tables.database import Database
from subnet.orchestrator.web.sessions import Sessions


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a person who runs an orchestrator may choose. The defaults suit miners on one machine."""

    folder: Path
    network: str = "local"
    heartbeat_seconds: float = 2.0
    gone_after_seconds: float = 6.0
    keepalive_seconds: float = 5.0
    grant_seconds: float = 600.0
    measurement_seconds: float = 120.0
    """How long a measurement of the held-out loss may take before training goes on without it."""
    merge_seconds: float = 20.0
    """What a merge phase is given beyond the time its bytes need."""
    alone_steps: int = 50
    """A stage's only miner publishes its state for safety alone, so not more often than this."""
    empty_stage_seconds: float = 900.0
    """How long the end of a run waits for somebody to come back to a stage that all have left."""
    move_seconds: float = 60.0
    """How often it is asked whether a miner would serve the run better in another stage."""
    dispute_seconds: float = 60.0
    """How long mergers' disagreement waits for a validator before the majority decides provisionally."""
    least_payout_rao: int = LEAST_PAYOUT_RAO
    """What a miner is owed is paid out from here on; less waits until there is more."""
    sampled_agreements: float = 0.02
    """Share of agreeing partitions that a validator is asked to recompute all the same."""


@dataclass(frozen=True)
class Context:
    """One per process, made in `assembly`; parts ask it for what they need."""

    settings: Settings
    address: str
    """The orchestrator's own ss58."""
    clock: Clock
    """Deadlines and records go by it."""
    database: Database
    events: EventLog
    sessions: Sessions
    store: ObjectStore
    verify_hotkey: HotkeyVerifier
    wall: Clock
    """What the computer says, leaps and all: for what is compared with another computer's."""
    steady: SteadyClock = steady_clock
    steering: Steering = field(default_factory=Steering)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process wants to end: streams end then."""


@dataclass(frozen=True)
class PeriodicTask:
    """Something done again and again; a failure is logged and the next turn comes all the same."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]
    wake: asyncio.Event | None = None
    """Set when there is something to do before the time is up."""
