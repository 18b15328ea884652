"""Heat or noise near its limit makes training gentle, so that it seldom has to stop. Pure: the clock is passed in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from app.core.gates.gate import GateName, GateReading, GateState, Switch, yes_if
from app.core.gates.steadiness import LastNo, steadied

BEGINS: Final[Mapping[GateName, float]] = {
    GateName.TEMPERATURE: 4.0,
    GateName.GRAPHICS_TEMPERATURE: 4.0,
}
EASING: Final = frozenset({*BEGINS, GateName.FANS})
FANS_BEGIN_SHARE: Final = 0.94
"""So far below the limit, in degrees, and of fans at that share of it. Back to the full pace by the same rule as from a
stop: clearly below it, and for a while."""


def eased(
    readings: Sequence[GateReading], last_warm: Sequence[LastNo], now: datetime
) -> tuple[tuple[GateReading, ...], tuple[LastNo, ...]]:
    """The readings, marked where they ask for a gentle pace, and what to pass in next time."""
    steady, last_warm = steadied([_earlier(each) for each in readings if each.gate in EASING], last_warm, now)
    warm = {each.gate for each in steady if each.state is GateState.NO}
    marked = (msgspec.structs.replace(each, gently=each.gate in warm and _counts(each)) for each in readings)
    return tuple(marked), last_warm


def _earlier(reading: GateReading) -> GateReading:
    """`reading` as if its limit were the one at which easing begins; unknown stays unknown."""
    if reading.measured is None or reading.limit is None:
        return reading
    is_fans = reading.gate is GateName.FANS
    limit = reading.limit * FANS_BEGIN_SHARE if is_fans else reading.limit - BEGINS[reading.gate]
    return msgspec.structs.replace(reading, limit=limit, state=yes_if(reading.measured <= limit))


def _counts(reading: GateReading) -> bool:
    return reading.switch is not Switch.OFF and reading.state is not GateState.UNKNOWN
