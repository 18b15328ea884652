"""Pauses of the person and of the month's allowance: they begin at once, and end when nobody wants one any more."""

import asyncio

from engine.life.present_service import PresentService
from engine.life.telling import Telling
from engine.life.wishes import PausedBy, Wishes
from engine.network.silence import Silence
from protocol.engine_control import EnginePhase
from protocol.errors import LocalError


class AllowanceUsedUp(LocalError):
    """Told once; the pause that follows ends by itself."""

    code = "data_quota"

    def __init__(self) -> None:
        super().__init__("This month's data allowance is used up.", "Training goes on next month.")


class Pauses:
    """Belongs to the event loop."""

    def __init__(self, wishes: Wishes, present: PresentService, telling: Telling) -> None:
        self.silence = Silence()
        self._wishes = wishes
        self._present = present
        self._telling = telling
        self._turning = asyncio.Lock()

    def wanted_by(self, who: PausedBy) -> bool:
        return who in self._wishes.paused_by

    async def begin(self, who: PausedBy) -> None:
        """Silent at once; returns when what computes has come to rest as well. Of several beginnings and ends under way
        the last one holds."""
        self._wishes.pause(who)
        await self._turn()

    async def end(self, who: PausedBy) -> None:
        """The pause goes on where another wants it."""
        self._wishes.resume(who)
        await self._turn()

    async def keep_in_step(self) -> None:
        """Bring the service to where the newest wish wants it, and tell. Whoever comes while that takes its time waits
        and finds the wish of then."""
        async with self._turning:
            if self._wishes.paused_by:
                await self._present.pause()
            else:
                await self._present.resume()
                self.silence.end()
            if not self._wishes.paused_by:
                self._telling.enter(EnginePhase.WAITING_FOR_PEERS)
            elif self.wanted_by(PausedBy.ALLOWANCE):
                self._telling.enter(EnginePhase.PAUSED, AllowanceUsedUp().title)
            else:
                self._telling.enter(EnginePhase.PAUSED)

    async def _turn(self) -> None:
        if self._wishes.paused_by:
            self.silence.begin()
        self._telling.beat_now.set()
        await self.keep_in_step()
