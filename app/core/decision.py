"""Wish and gates become one decision: run, hold or finish, why, and until when. Every view shows this one."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import assert_never

import msgspec

from app.core.gates.gate import GateName, GateReading, Switch
from app.core.hours.windows import Level
from app.core.wish import Auto, FinishThenOff, Off, OffUntil, OffUntilOpening, OnUntil, Wish, settled


class Action(StrEnum):
    RUN = "run"
    HOLD = "hold"
    FINISH = "finish"
    """Hand over what is under way, take nothing new."""


class Reason(StrEnum):
    """Why; one sentence each in words.py. Gates that hold carry their gate's name."""

    GATES_OPEN = "gates_open"
    ASKED_TO_TRAIN = "asked_to_train"
    PAUSED = "paused"
    FINISHING = "finishing"
    FINISHED = "finished"
    TURNED_OFF = "turned_off"
    SETUP = "setup"
    AWAKE = "awake"
    UPDATE = "update"
    HOURS = "hours"
    MAINS = "mains"
    BATTERY = "battery"
    SAVER = "saver"
    ELECTRICITY = "electricity"
    METERED = "metered"
    DATA_QUOTA = "data_quota"
    BUSY_PROGRAM = "busy_program"
    FULL_SCREEN = "full_screen"
    OTHERS = "others"
    IDLE = "idle"
    TEMPERATURE = "temperature"
    GRAPHICS_TEMPERATURE = "graphics_temperature"
    FANS = "fans"
    MEMORY = "memory"
    DISK = "disk"
    NETWORK = "network"


OVERRIDDEN_BY_ON = frozenset(
    {
        GateName.HOURS,
        GateName.IDLE,
        GateName.BUSY_PROGRAM,
        GateName.FULL_SCREEN,
        GateName.OTHERS,
        GateName.ELECTRICITY,
        GateName.FANS,
    }
)
"""Gates of convenience: "train now" passes them. Those that protect the computer, or what nobody gets back, hold."""

_ORDER = {gate: place for place, gate in enumerate(GateName)}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What to do now. `holding` lists every gate that holds, the one that is told first."""

    action: Action
    reason: Reason
    until: datetime | None = None
    """How long this lasts, where that is known."""
    next_change: datetime | None = None
    """The next moment at which wish or any gate is known to change; decide again then at the latest."""
    holding: tuple[GateReading, ...] = ()
    level: Level = Level.FULL
    """How hard to work while it runs."""
    eased_by: GateName | None = None
    """What makes it gentle where the hours would not."""
    hand_over_until: datetime | None = None
    """The hours have just ended: so long the engine may take to hand over what is in flight."""


def decide(wish: Wish, gates: Sequence[GateReading], now: datetime) -> Decision:
    """The one decision; all times aware. Pure: the same wish, gates and instant give the same answer."""
    wish = settled(wish, now, engine_gone=False)
    looks = [gate.hours.next_look for gate in gates if gate.hours is not None]
    next_change = _earliest([gate.next_change for gate in gates] + looks + [_end_of(wish)], now)
    match wish:
        case Off():
            return Decision(action=Action.HOLD, reason=Reason.TURNED_OFF, next_change=next_change)
        case OffUntil(until):
            return Decision(action=Action.HOLD, reason=Reason.PAUSED, until=until, next_change=next_change)
        case FinishThenOff():
            return Decision(action=Action.FINISH, reason=Reason.FINISHING, next_change=next_change)
        case OffUntilOpening(until=until):
            return Decision(action=Action.HOLD, reason=Reason.FINISHED, until=until, next_change=next_change)
        case OnUntil(until):
            counted = [gate for gate in gates if gate.gate not in OVERRIDDEN_BY_ON]
            return _paced(_by_gates(counted, Reason.ASKED_TO_TRAIN, until, next_change), Level.FULL, counted)
        case Auto():
            end = _earliest([gate.next_change for gate in gates if not gate.holds and _counts(gate)], now)
            decision = _by_gates(gates, Reason.GATES_OPEN, end, next_change)
            return _paced(decision, _level(gates), gates)
        case _:
            assert_never(wish)


def _by_gates(
    gates: Sequence[GateReading], reason_to_run: Reason, until: datetime | None, next_change: datetime | None
) -> Decision:
    holding = tuple(sorted((gate for gate in gates if gate.holds), key=lambda gate: _ORDER[gate.gate]))
    if not holding:
        return Decision(action=Action.RUN, reason=reason_to_run, until=until, next_change=next_change)
    first = holding[0]
    return Decision(
        action=Action.HOLD,
        reason=Reason(first.gate.value),
        until=first.next_change,
        next_change=next_change,
        holding=holding,
        # Where anything else holds too, that is why it stops, and it stops as quickly as for that.
        hand_over_until=first.hours.hand_over_until if first.hours is not None and len(holding) == 1 else None,
    )


def _paced(decision: Decision, level: Level, gates: Sequence[GateReading]) -> Decision:
    """At `level`, or gently where a gate asks for it."""
    eased_by = next((gate.gate for gate in gates if gate.gently), None)
    if eased_by is None or level is Level.GENTLE:
        return msgspec.structs.replace(decision, level=level)
    return msgspec.structs.replace(decision, level=Level.GENTLE, eased_by=eased_by)


def _level(gates: Sequence[GateReading]) -> Level:
    return next((gate.hours.level for gate in gates if gate.hours is not None and _counts(gate)), Level.FULL)


def _counts(gate: GateReading) -> bool:
    return gate.switch is not Switch.OFF


def _end_of(wish: Wish) -> datetime | None:
    return wish.until if isinstance(wish, OnUntil | OffUntil | OffUntilOpening) else None


def _earliest(times: Sequence[datetime | None], now: datetime) -> datetime | None:
    return min((time for time in times if time is not None and time > now), default=None)
