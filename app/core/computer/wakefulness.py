"""Keeps the computer awake exactly while it works, without ever waiting for the system service that does so."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from app.core.decision import Action, Decision
from app.core.engine.phase import ALIVE, Phase
from app.core.gates.gate import GateName, GateReading, GateState
from app.core.ports import KeepAwake

_log = structlog.get_logger(__name__)

LET_SLEEP_SECONDS: Final = 2.0


class Wakefulness:
    """One thread of its own speaks with the system, so that its answers come in the order they were asked for."""

    def __init__(self, keep_awake: KeepAwake) -> None:
        self._keep_awake = keep_awake
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keep awake")
        self._awake = False
        self._may_sleep_again = False
        """At the end: the system has heard that this computer need not stay awake, so its thread ends at once."""

    def attend(self, decision: Decision, gates: Sequence[GateReading], phase: Phase) -> None:
        """Each tick: ask the system for what is needed now, where that has changed."""
        awake = must_be_awake(decision, gates, phase)
        if awake != self._awake:
            self._awake = awake
            self._thread.submit(self._keep_awake.hold if awake else self._keep_awake.release)

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
