"""Hysteresis: a gate that said no is believed to say yes only once it has cleared its limit, and for a while."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from app.core.gates.gate import GateName, GateReading, GateState

SETTLE: Final = timedelta(seconds=15)
"""How long most sensors have to say yes before they are believed."""
_MEBIBYTE: Final = 1024**2


class Steadiness(msgspec.Struct, frozen=True):
    """How far beyond its limit a gate must be, and for how long, until a no ends. A no itself counts at once."""

    settle: timedelta = SETTLE
    month_spread: timedelta = timedelta(0)
    """Up to so much longer, by the computer's own lot, where a new month lets many computers begin at once."""
    beyond_limit: float = 0.0
    """In the gate's unit; negative where the limit is one from above, as for heat."""
    beyond_share: float = 0.0
    """The same as a share of the limit, where limits differ so much that no number would fit them all."""
    top: float = math.inf
    """More than this is never measured, so it is enough."""


RULES: Final[Mapping[GateName, Steadiness]] = {
    GateName.MAINS: Steadiness(),
    GateName.BATTERY: Steadiness(beyond_limit=0.05, top=1.0),
    GateName.SAVER: Steadiness(),
    GateName.METERED: Steadiness(),
    # All whose month begins at the same midnight would come back at once.
    GateName.DATA_QUOTA: Steadiness(month_spread=timedelta(minutes=20)),
    GateName.BUSY_PROGRAM: Steadiness(timedelta(seconds=30)),
    GateName.FULL_SCREEN: Steadiness(timedelta(seconds=30)),
    GateName.OTHERS: Steadiness(timedelta(seconds=30)),
    # The limit of idle is already a time to wait; what it measures starts again with every touch.
    GateName.IDLE: Steadiness(timedelta(0)),
    GateName.TEMPERATURE: Steadiness(timedelta(seconds=60), beyond_limit=-7.0),
    GateName.GRAPHICS_TEMPERATURE: Steadiness(timedelta(seconds=60), beyond_limit=-7.0),
    GateName.FANS: Steadiness(timedelta(seconds=60), beyond_share=-0.08),
    GateName.MEMORY: Steadiness(timedelta(seconds=60), beyond_limit=256.0 * _MEBIBYTE),
    GateName.DISK: Steadiness(timedelta(seconds=60), beyond_limit=512.0 * _MEBIBYTE),
}
"""Gates that flap. Those that aren't here follow a clock or our own doing and change when they say."""


class LastNo(msgspec.Struct, frozen=True):
    """When a gate was last short of what ends its no."""

    gate: GateName
    at: datetime


def steadied(
    readings: Sequence[GateReading], last_noes: Sequence[LastNo], now: datetime, lot: float = 0.0
) -> tuple[tuple[GateReading, ...], tuple[LastNo, ...]]:
    """The readings with each no held until its rule lets it go, and what to pass in next time.

    A charger that is pulled every few seconds thus makes one pause, not many. `lot` between 0 and 1 is drawn once for a
    computer.
    """
    noes = {no.gate: no.at for no in last_noes}
    steady = []
    for reading in readings:
        rule = RULES.get(reading.gate)
        if rule is None:
            steady.append(reading)
            continue
        if reading.state is GateState.NO or (reading.gate in noes and not _is_clear(reading, rule)):
            noes[reading.gate] = now
        steady.append(_held(reading, rule, _settle(rule, noes.get(reading.gate), now, lot), noes, now))
    return tuple(steady), tuple(LastNo(gate, at) for gate, at in noes.items())


def _held(
    reading: GateReading, rule: Steadiness, settle: timedelta, noes: dict[GateName, datetime], now: datetime
) -> GateReading:
    """`reading`, or a no in its place; forgets the no that has had its time."""
    said = noes.get(reading.gate)
    if said is None:
        return reading
    if not _is_clear(reading, rule):
        return msgspec.structs.replace(reading, state=GateState.NO)
    # A clock put back must not hold a gate for an hour.
    if timedelta(0) <= now - said < settle:
        return msgspec.structs.replace(reading, state=GateState.NO, next_change=said + settle)
    del noes[reading.gate]
    return reading


def _settle(rule: Steadiness, said: datetime | None, now: datetime, lot: float) -> timedelta:
    is_new_month = said is not None and said.astimezone(now.tzinfo).month != now.month
    return rule.settle + (lot * rule.month_spread if is_new_month else timedelta(0))


def _is_clear(reading: GateReading, rule: Steadiness) -> bool:
    """Whether it is far enough from its limit. What can't be read any more is not held back by what it last was."""
    if reading.state is not GateState.YES or reading.measured is None or reading.limit is None:
        return reading.state is not GateState.NO
    margin = rule.beyond_limit + rule.beyond_share * reading.limit
    if margin == 0:
        return True
    if margin < 0:
        return reading.measured <= reading.limit + margin
    return reading.measured >= min(rule.top, reading.limit + margin)
