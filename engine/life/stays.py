"""A stay: from a registration over the service that it begins to that service's end."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from engine.carriers.rendezvous import keep_meeting
from engine.devices import Device
from engine.life.ending import Ending
from engine.life.equipment import Equipment
from engine.life.hearing import Hearing
from engine.life.heartbeats import Heartbeats
from engine.life.leaving import Leaving
from engine.life.pauses import Pauses
from engine.life.present_service import PresentService
from engine.life.registration import Registration
from engine.life.telling import Telling
from engine.life.wishes import Wishes
from engine.network.answers import SessionLost, pause_before_retry
from engine.network.silence import Silenced
from engine.serving.assignment import Assignment, Voice
from engine.serving.opening import open_service
from engine.serving.service import Service
from protocol.engine_control import EnginePhase, Stopped
from protocol.errors import Unavailable
from protocol.orchestrator_api import RegisterReply

OPENING_ATTEMPT: Final = 3
"""A service that could not be opened is tried again after a longer pause, since that begins with a registration."""


class Stays:
    """Belongs to the event loop."""

    def __init__(
        self,
        device: Device,
        equipment: Equipment,
        wishes: Wishes,
        telling: Telling,
        present: PresentService,
        pauses: Pauses,
        registration: Registration,
        heartbeats: Heartbeats,
    ) -> None:
        self._device = device
        self._equipment = equipment
        self._wishes = wishes
        self._telling = telling
        self._present = present
        self._pauses = pauses
        self._registration = registration
        self._heartbeats = heartbeats
        self._hearing = Hearing(equipment.client, equipment.store, equipment.iroh, telling)
        self._leaving = Leaving(equipment.client, wishes, telling, self._hearing)

    async def one(self) -> Ending:
        """Until asked to stop, until the session is lost, or until another stage is this miner's."""
        journal, payout_coldkey = self._equipment.journal, self._wishes.start.payout_coldkey
        reply = await self._wishes.until_stopped(self._registration.register(payout_coldkey))
        if reply is None:
            self._telling.tell(Stopped(saved=False, unacknowledged_receipts=journal.unacknowledged))
            return Ending.STOPPED
        journal.acknowledge(reply.acknowledged_sequence)
        service = await self._open(reply)
        if service is None:
            return Ending.SESSION_LOST
        try:
            if self._wishes.paused_by:
                await self._wishes.until_stopped(self._pauses.keep_in_step())
            return await self._serve(service)
        finally:
            self._present.end()

    async def _open(self, reply: RegisterReply) -> Service | None:
        """The service, present from now on; None if nothing came of it, so that a registration has to begin anew."""
        opening = self._pauses.silence.unbroken(self._opened(reply))
        beating = asyncio.create_task(self._heartbeats.beat_while_opening(reply), name="early heartbeats")
        try:
            service: Service | None = await self._wishes.until_stopped(opening)
            if service is not None:
                self._present.begin(service)
                # It was opened at the pace of when that began, and whoever set another one since won't set it again.
                self._present.set_pace(self._wishes.start)
            return service
        except SessionLost:
            return None
        except Silenced as silenced:
            # After a pause the network is another one: what was fetched stays here, and a registration tells the rest.
            await self._wishes.until_stopped(silenced.over())
            return None
        except Unavailable as error:
            self._telling.trouble(error)
            await self._wishes.until_stopped(pause_before_retry(error, OPENING_ATTEMPT))
            return None
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    def _opened(self, reply: RegisterReply) -> Coroutine[Any, Any, Service]:
        async def announce_download() -> None:
            self._telling.enter(EnginePhase.DOWNLOADING)
            await self._heartbeats.announce_download(reply)

        return open_service(self._assignment(reply), announce_download, self._pauses.silence)

    def _assignment(self, reply: RegisterReply) -> Assignment:
        has, telling = self._equipment, self._telling
        voice = Voice(telling.tell, telling.enter, telling.trouble)
        means = (has.folder, has.key, has.journal, has.client, has.carrier)
        return Assignment(reply, self._wishes.start, self._device, *means, voice)

    async def _serve(self, service: Service) -> Ending:
        """All of a service's loops side by side, until the first of them ends."""
        loops = [asyncio.create_task(work, name=name) for name, work in self._loops(service).items()]
        try:
            done, _pending = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
            ending = _first_ending(done)
        except SessionLost:
            ending = Ending.SESSION_LOST
        finally:
            for task in loops:
                task.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
        await self._leaving.end(service, ending)
        return ending

    def _loops(self, service: Service) -> dict[str, Coroutine[Any, Any, Any]]:
        loops: dict[str, Coroutine[Any, Any, Any]] = {
            "events": self._hearing.hear(service),
            "heartbeats": self._heartbeats.beat(service),
            "stop": self._leaving.leave_in_order(service),
        }
        iroh, client = self._equipment.iroh, self._equipment.client
        if iroh is not None:
            loops["rendezvous"] = keep_meeting(iroh, client, self._wishes.start.orchestrator_url)
        return {**loops, **service.loops()}


def _first_ending(done: set[asyncio.Task[Ending]]) -> Ending:
    """What the finished loops say; an exception among them is raised."""
    endings = [task.result() for task in done]
    return Ending.STOPPED if Ending.STOPPED in endings else endings[0]
