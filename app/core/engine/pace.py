"""What a level means for the engine: the share of its time that computes."""

from typing import Final

import msgspec

from app.core.hours.windows import Level
from protocol.engine_control import SetPace, StartTraining

GENTLE_DUTY_CYCLE: Final = 0.3
"""A fan stays slow and other programs hardly notice; peers still get their answers in time."""


def duty_cycle_at(order: StartTraining, level: Level) -> float:
    """Gently is never more than what `order` allows."""
    return min(order.duty_cycle, GENTLE_DUTY_CYCLE) if level is Level.GENTLE else order.duty_cycle


def paced(order: StartTraining, level: Level) -> StartTraining:
    """`order` as the engine gets it when it starts at `level`."""
    return msgspec.structs.replace(order, duty_cycle=duty_cycle_at(order, level))


def pace_at(order: StartTraining, level: Level) -> SetPace:
    """What an engine that runs by `order` is told to go on at `level`."""
    return SetPace(duty_cycle=duty_cycle_at(order, level))
