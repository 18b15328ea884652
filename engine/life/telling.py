"""What a miner tells of itself: the app at once, the network with its next heartbeat."""

import asyncio
from collections.abc import Callable
from typing import TypeAlias

import structlog

from engine.life.wishes import Wishes
from protocol.engine_control import EngineEvent, EnginePhase, PhaseChanged, Troubled
from protocol.errors import UserFacingError

log = structlog.get_logger(__name__)

Tell: TypeAlias = Callable[[EngineEvent], None]


class Telling:
    """Belongs to the event loop."""

    def __init__(self, tell: Tell, wishes: Wishes) -> None:
        self.tell = tell
        self.phase = EnginePhase.STARTING
        self.beat_now = asyncio.Event()
        """Set where the network should hear of something before its next heartbeat is due."""
        self._wishes = wishes
        self._reason = ""

    @property
    def phase_for_network(self) -> EnginePhase:
        """The network asks nothing of a miner that is paused."""
        return EnginePhase.PAUSED if self._wishes.paused_by else self.phase

    def enter(self, phase: EnginePhase, reason: str = "") -> None:
        """Unless a pause or a stop is wanted that the phase does not agree with."""
        ready = (EnginePhase.TRAINING, EnginePhase.WAITING_FOR_PEERS)
        if (self._wishes.paused_by and phase in (*ready, EnginePhase.DOWNLOADING)) or (
            self._wishes.stopping and phase in (*ready, EnginePhase.PAUSED)
        ):
            return
        another_pause = phase is EnginePhase.PAUSED and reason != self._reason
        if phase is not self.phase or phase is EnginePhase.STARTING or another_pause:
            self.phase, self._reason = phase, reason
            self.beat_now.set()
            self.tell(PhaseChanged(phase=phase, reason=reason))

    def trouble(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            log.warning("trouble", code=error.code, title=error.title)
            self.tell(Troubled(code=error.code, title=error.title, advice=error.advice))
        else:
            log.error("trouble", error=repr(error))
