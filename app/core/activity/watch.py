"""From a snapshot to what this computer is doing, and from looks at it to lines. Pure."""

from typing import Final

import msgspec

from app.core.activity.lines import (
    HEARTBEAT_MS,
    Broken,
    Held,
    Kept,
    Line,
    Slept,
    Trained,
    Waited,
    WaitingFor,
    title_of,
)
from app.core.decision import Action, Decision
from app.core.engine.phase import ACTIVE, Phase
from app.core.gates.gate import GateState
from app.core.snapshot import NetworkPhase, Snapshot

ASLEEP_MS: Final = 5 * 60_000
"""An app that looks every few seconds and was not able to for so long slept with its computer."""


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What must be remembered from one look to the next."""

    line: Line | None = None
    """The last one that this process made."""
    looked_ms: int = 0


def looked(watch: Watch, did: Kept, at_ms: int) -> tuple[Watch, tuple[Line, ...]]:
    """What this look adds: nothing, as long as all is as before and a line is not due."""
    last, gap_ms = watch.line, at_ms - watch.looked_ms
    lines: tuple[Line, ...] = ()
    if last is None:
        lines = (Line(at_ms=at_ms, did=did, starts=True),)
    elif gap_ms < 0:  # the clock was put back
        lines = (Line(at_ms=at_ms, did=did),)
    elif gap_ms > ASLEEP_MS:
        lines = (Line(at_ms=watch.looked_ms + 1, did=Slept()), Line(at_ms=at_ms, did=did))
    elif last.did != did or at_ms - last.at_ms >= HEARTBEAT_MS:
        # Never two lines of one moment: nobody could say later which came first.
        lines = (Line(at_ms=max(at_ms, last.at_ms + 1), did=did),)
    return Watch(line=lines[-1] if lines else last, looked_ms=at_ms), lines


def did_of(snapshot: Snapshot) -> Kept:
    """What this computer does now."""
    if snapshot.decision.action is not Action.RUN:
        return _held(snapshot.decision)
    engine, network = snapshot.engine, snapshot.network
    if snapshot.crew_at_work and engine.phase is not Phase.TRAINING:
        return Trained(snapshot.decision.level)  # on another card, whatever the first one waits for
    if snapshot.account.key_failure is not None:
        return Broken(title_of(snapshot.account.key_failure.title))
    if network.phase is NetworkPhase.FAILED:
        return Broken(title_of("" if network.failure is None else network.failure.title))
    if engine.phase is Phase.FAILED:
        return Broken(title_of("" if engine.failure is None else engine.failure.title))
    if snapshot.service.run_ended and engine.phase in ACTIVE:
        return Waited(WaitingFor.NEXT_RUN)
    match engine.phase:
        case Phase.TRAINING:
            return Trained(snapshot.decision.level, less_at_once=engine.memory_shortages > 0)
        case Phase.DOWNLOADING:
            return Waited(WaitingFor.DOWNLOAD)
        case Phase.WAITING_FOR_PEERS:
            return Waited(WaitingFor.PEERS)
        case _:
            return Waited(WaitingFor.BEGINNING)


def _held(decision: Decision) -> Held:
    first = decision.holding[0] if decision.holding else None
    if first is None:
        return Held(decision.reason)
    closed_by = None if first.hours is None else first.hours.closed_by
    return Held(decision.reason, closed_by, first.state is GateState.UNKNOWN)
