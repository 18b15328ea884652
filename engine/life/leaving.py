"""The end of a service: what is in flight comes home, the last steps go into a merge, all is saved and settled."""

import asyncio
import time
from typing import Final

import structlog

from engine.life.ending import Ending
from engine.life.hearing import Hearing
from engine.life.telling import Telling
from engine.life.wishes import Wishes
from engine.network.orchestrator_client import OrchestratorClient
from engine.serving.service import Service
from protocol.engine_control import EnginePhase, Stopped
from protocol.errors import UserFacingError

log = structlog.get_logger(__name__)

SETTLE_SECONDS: Final = 5.0
SETTLE_SHARE: Final = 0.6
GOODBYE_SHARE: Final = 0.5
"""Of what is left of the time when it begins; the rest is for closing, since the app ends who overstays."""
GOODBYE_LEAST_SECONDS: Final = 0.5
HAND_BACK_SHARE: Final = 0.4
"""Of the time that a stop may take, until what is in flight has to be home."""
HAND_IN_SHARE: Final = 0.75
"""Until the last steps have to be in a merge."""


class Leaving:
    """Belongs to the event loop."""

    def __init__(self, client: OrchestratorClient, wishes: Wishes, telling: Telling, hearing: Hearing) -> None:
        self._client = client
        self._wishes = wishes
        self._telling = telling
        self._hearing = hearing

    async def leave_in_order(self, service: Service) -> Ending:
        """Once asked to stop: take nothing new, see home what is in flight, and the last steps into a merge. All else
        goes on meanwhile, since peers and merges still answer."""
        await self._wishes.until_stop()
        asked = time.monotonic()
        self._telling.enter(EnginePhase.STOPPING)
        await service.hand_back(until=asked + HAND_BACK_SHARE * self._wishes.stop_within_seconds)
        if self._hearing.finished_run != service.run.run_id:
            await service.hand_in(until=asked + HAND_IN_SHARE * self._wishes.stop_within_seconds)
        self._wishes.stop_within_seconds -= time.monotonic() - asked
        return Ending.STOPPED

    async def end(self, service: Service, ending: Ending) -> None:
        """Save, settle, say goodbye: in this order, with what is left of the time."""
        stopped = ending is Ending.STOPPED
        deadline = time.monotonic() + (self._wishes.stop_within_seconds if stopped else SETTLE_SECONDS)
        self._telling.enter(EnginePhase.SAVING)
        saved = await service.save()
        share = SETTLE_SHARE if stopped else 1.0
        left = await service.settle(max(1.0, share * (deadline - time.monotonic())))
        if stopped:
            await self._say_goodbye(max(GOODBYE_LEAST_SECONDS, GOODBYE_SHARE * (deadline - time.monotonic())))
        await service.close()
        if stopped:
            self._telling.tell(Stopped(saved=saved, unacknowledged_receipts=left))

    async def _say_goodbye(self, within_seconds: float) -> None:
        """A network that swallows everything must not cost what comes after."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._client.leave("stopped")
        except TimeoutError:
            log.info("left_without_goodbye", title="The network did not answer in time.")
        except UserFacingError as error:
            log.info("left_without_goodbye", title=error.title)
