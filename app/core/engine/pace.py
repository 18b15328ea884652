"""What a level means for the engine: the share of its time that computes."""

from typing import Final

import msgspec

from app.core.hours.windows import Level
from protocol.engine_control import StartTraining

GENTLE_DUTY_CYCLE: Final = 0.3
"""A fan stays slow and other programs hardly notice; peers still get their answers in time."""


def duty_cycle_at(order: StartTraining, level: Level) -> float:
    """Gently is never more than what `order` allows."""
    return min(order.duty_cycle, GENTLE_DUTY_CYCLE) if level is Level.GENTLE else order.duty_cycle


def paced(order: StartTraining, duty_cycle: float) -> StartTraining:
    """`order` as the engine gets it when it starts with that share."""
    return msgspec.structs.replace(order, duty_cycle=duty_cycle)


def same_but_for_pace(one: StartTraining, other: StartTraining) -> bool:
    """Whether a running engine can go from one to the other without being started anew."""
    return paced(one, other.duty_cycle) == other
