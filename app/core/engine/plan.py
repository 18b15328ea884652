"""What to do with the engine now: a pure function of the decision and of how things stand."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

import msgspec

from app.core.decision import Action, Decision, Reason
from app.core.engine.phase import ACTIVE, EngineStatus, Phase

PAUSE_AT_MOST: Final = timedelta(minutes=10)
"""A longer hold gives the memory back: the engine is stopped and later resumes from its checkpoint."""
_NO_RETRY_IS_LATER: Final = timedelta(minutes=10)
"""A retry further away than any backoff means that the clock was put back."""


class EngineStep(StrEnum):
    NONE = "none"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    SAVE = "save"
    """A stop as fast as the system falls asleep."""
    FINISH = "finish"
    """A stop that gives what is under way the time it needs."""
    HAND_OVER = "hand_over"
    """A stop at the end of the hours, with the time that the person allows for it."""
    PACE = "pace"
    """Go on with the wanted share of the time."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan looks at besides the decision."""

    status: EngineStatus
    duty_cycle: float = 1.0
    """The share of its time that it was last told to compute."""
    wanted_duty_cycle: float = 1.0
    """The share that settings and hours give it now."""
    pause_asked: bool = False
    """We asked for a pause, and have not asked to resume since."""
    held_since: datetime | None = None
    """When the present hold began."""
    order_outdated: bool = False
    """It runs with settings that have changed since."""
    falling_asleep: bool = False
    """The system waits a few seconds for us before it sleeps."""
    may_start: bool = True
    """Network and key are at hand."""
    may_pause: bool = True
    """Whether holding may mean pausing; a network on this computer would go on computing."""


def plan(decision: Decision, standing: Standing, now: datetime) -> EngineStep:
    """The one next step. Level-triggered: asked again it answers the same until the step has shown."""
    phase = standing.status.phase
    if standing.falling_asleep:
        return EngineStep.SAVE if phase in ACTIVE else EngineStep.NONE
    match decision.action:
        case Action.RUN:
            if phase in ACTIVE and standing.order_outdated:
                return EngineStep.STOP
            if phase in ACTIVE - {Phase.STARTING} and standing.duty_cycle != standing.wanted_duty_cycle:
                return EngineStep.PACE
            if phase in ACTIVE:
                return EngineStep.RESUME if standing.pause_asked else EngineStep.NONE
            return EngineStep.START if standing.may_start and _is_due(standing.status, now) else EngineStep.NONE
        case Action.FINISH:
            return EngineStep.FINISH if phase in ACTIVE else EngineStep.NONE
        case Action.HOLD:
            if phase not in ACTIVE:
                return EngineStep.NONE
            if decision.hand_over_until is not None and _lasts(decision, standing, now):
                return EngineStep.HAND_OVER
            if not standing.may_pause or standing.order_outdated or _lasts(decision, standing, now):
                return EngineStep.STOP
            return EngineStep.NONE if standing.pause_asked else EngineStep.PAUSE
        case _:
            assert_never(decision.action)


def _is_due(status: EngineStatus, now: datetime) -> bool:
    """A failed engine waits for its retry time; one that can't be retried stays down."""
    if status.phase is Phase.STOPPING:
        return False
    if status.phase is not Phase.FAILED:
        return True
    return status.retry_at is not None and not now < status.retry_at <= now + _NO_RETRY_IS_LATER


def _lasts(decision: Decision, standing: Standing, now: datetime) -> bool:
    """Whether this hold is, or has become, too long for a pause."""
    if decision.reason in (Reason.TURNED_OFF, Reason.FINISHED):
        return True
    if decision.until is not None and decision.until - now > PAUSE_AT_MOST:
        return True
    return standing.held_since is not None and now - standing.held_since > PAUSE_AT_MOST
