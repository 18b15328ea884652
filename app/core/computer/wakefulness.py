"""Keeps the computer awake exactly while it works, without ever waiting for the system service that does so."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.core.decision import Action, Decision
from app.core.engine.phase import ALIVE, Phase
from app.core.gates.gate import GateName, GateReading, GateState
from app.core.language.speech import _
from app.core.ports import KeepAwake
from protocol.errors import LocalError, UserFacingError

_log = structlog.get_logger(__name__)

LET_SLEEP_SECONDS: Final = 2.0
AGAIN: Final = timedelta(minutes=1)
"""After a no the system is asked again: its service may have been starting."""
LATER: Final = timedelta(minutes=10)
"""After so many noes that the person was told."""
NOES_TOLD: Final = 2


class CanNotStayAwake(LocalError):
    """Told and no more: training goes on for as long as the computer stays awake by itself."""

    code = "stay_awake"

    def __init__(self) -> None:
        super().__init__(
            _("This system does not let the app keep the computer awake while it trains."),
            _("It may fall asleep in the middle of your hours. Turn off sleeping in the system's own settings."),
        )


class Wakefulness:
    """One thread of its own speaks with the system, so that its answers come in the order they were asked for. `tell`
    hears once of a system that says no twice in a row, since a service that was just starting says yes soon."""

    def __init__(self, keep_awake: KeepAwake, tell: Callable[[UserFacingError], None]) -> None:
        self._keep_awake = keep_awake
        self._tell = tell
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keep awake")
        self._awake = False
        self._asked: Future[bool] | None = None
        """The system's answer to the latest wish to stay awake."""
        self._asked_at: datetime | None = None
        self._noes = 0
        self._may_sleep_again = False
        """At the end: the system has heard that this computer need not stay awake, so its thread ends at once."""

    def attend(self, decision: Decision, gates: Sequence[GateReading], phase: Phase, now: datetime) -> None:
        """Each tick: ask the system for what is needed now, where that has changed, and again where it said no."""
        awake = must_be_awake(decision, gates, phase)
        if not awake:
            if self._awake:
                self._awake, self._asked = False, None
                if self._noes < NOES_TOLD:
                    self._noes = 0  # two trainings of a second each say nothing of a service that is starting
                self._thread.submit(self._keep_awake.release)
            return
        if self._asked is not None and self._asked.done():
            self._hear(self._asked)
            self._asked = None
        if not self._awake or (self._noes and self._asked is None and self._is_due(now)):
            self._awake, self._asked_at = True, now
            self._asked = self._thread.submit(self._keep_awake.hold)

    def _hear(self, answer: "Future[bool]") -> None:
        error = answer.exception()
        if error is not None:
            _log.warning("the_wish_to_stay_awake_failed", reason=repr(error))
        elif answer.result():
            self._noes = 0
            return
        self._noes += 1
        if self._noes == NOES_TOLD:
            self._tell(CanNotStayAwake())

    def _is_due(self, now: datetime) -> bool:
        """A moment that is still to come means that the clock was put back."""
        wait = AGAIN if self._noes < NOES_TOLD else LATER
        return self._asked_at is None or not timedelta(0) <= now - self._asked_at < wait

    async def let_sleep(self) -> None:
        """At the end. A system service that doesn't answer must not hold it up."""
        released = asyncio.wrap_future(self._thread.submit(self._keep_awake.release))
        done, _late = await asyncio.wait({released}, timeout=LET_SLEEP_SECONDS)
        self._may_sleep_again = bool(done)
        if done and (error := released.exception()) is not None:
            _log.warning("the_wish_to_stay_awake_was_not_taken_back", reason=str(error))

    def close(self) -> None:
        self._thread.shutdown(wait=self._may_sleep_again)


def must_be_awake(decision: Decision, gates: Sequence[GateReading], phase: Phase) -> bool:
    """Exactly while work is really going on or being handed over, and never on the battery."""
    on_battery = any(gate.gate is GateName.MAINS and gate.state is GateState.NO for gate in gates)
    wanted = decision.action is not Action.HOLD or decision.hand_over_until is not None
    return phase in ALIVE - {Phase.PAUSED} and wanted and not on_battery
