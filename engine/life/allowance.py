"""The month's data allowance: where it is used up the engine pauses, until the next month."""

import asyncio

from engine.life.pauses import AllowanceUsedUp, Pauses
from engine.life.telling import Telling
from engine.life.wishes import PausedBy
from engine.network.traffic import Traffic


class Allowance:
    """Belongs to the event loop."""

    def __init__(self, traffic: Traffic, pauses: Pauses, telling: Telling) -> None:
        self._traffic = traffic
        self._pauses = pauses
        self._telling = telling
        self._minding: asyncio.Task[None] | None = None

    def used_up(self) -> None:
        """Between two heartbeats a fast line would move many times the allowance."""
        self._minding = asyncio.create_task(self.mind())

    async def mind(self) -> None:
        """Pause when it is used up, and end that pause in the next month."""
        exhausted = self._traffic.exhausted
        if exhausted is self._pauses.wanted_by(PausedBy.ALLOWANCE):
            return
        if exhausted:
            self._telling.trouble(AllowanceUsedUp())
            await self._pauses.begin(PausedBy.ALLOWANCE)
        else:
            await self._pauses.end(PausedBy.ALLOWANCE)
