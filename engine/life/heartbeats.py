"""Heartbeats: of a service at work, and of a miner that has no shard yet."""

import asyncio
from typing import NoReturn

import structlog

from engine.life.allowance import Allowance
from engine.life.equipment import Equipment
from engine.life.telling import Telling
from engine.life.wishes import Wishes
from engine.network.answers import pause_before_retry
from engine.serving.service import Service
from protocol.errors import ServiceError, Unavailable, UserFacingError
from protocol.orchestrator_api import HeartbeatRequest, RegisterReply
from protocol.receipts import StepId

log = structlog.get_logger(__name__)


class Heartbeats:
    """Belongs to the event loop."""

    def __init__(self, equipment: Equipment, wishes: Wishes, telling: Telling, allowance: Allowance) -> None:
        self._equipment = equipment
        self._client = equipment.client
        self._wishes = wishes
        self._telling = telling
        self._allowance = allowance

    async def beat(self, service: Service) -> NoReturn:
        """At once when the phase changes; the first few unanswered ones are tried again quietly."""
        attempt = 0
        while True:
            self._telling.beat_now.clear()
            request = self._of(service)
            try:
                reply = await self._client.heartbeat(request)
            except Unavailable as error:
                attempt += 1
                self._telling.trouble(error)
                await pause_before_retry(error, attempt)
                continue
            attempt = 0
            service.heard_heartbeat(request.active_leases, reply)
            self._telling.tell(service.measured(self._equipment.traffic.used_bytes))
            await self._allowance.mind()
            try:
                async with asyncio.timeout(service.heartbeat_seconds):
                    await self._telling.beat_now.wait()
            except TimeoutError:
                continue

    async def announce_download(self, reply: RegisterReply) -> None:
        await self._client.heartbeat(self._early(reply))

    async def beat_while_opening(self, reply: RegisterReply) -> NoReturn:
        """A download may take hours; whoever is silent for as long would be taken for gone."""
        while True:
            await asyncio.sleep(reply.heartbeat_seconds)
            await self._allowance.mind()
            try:
                await self._client.heartbeat(self._early(reply))
            except (ServiceError, UserFacingError) as error:
                # What opens the service meets the same, and decides.
                log.info("early_heartbeat_unheard", title=error.title)

    def _of(self, service: Service) -> HeartbeatRequest:
        uplink, cap = self._equipment.uplink_bytes_per_second(), self._wishes.start.upload_bytes_per_second
        if uplink is not None:
            service.mind_uplink(min(uplink, cap or uplink))
        return service.heartbeat(self._telling.phase_for_network)

    def _early(self, reply: RegisterReply) -> HeartbeatRequest:
        """Of a miner that has no shard yet."""
        return HeartbeatRequest(
            phase=self._telling.phase_for_network,
            step=StepId(reply.life, 0),
            queue=0,
            rate=0.0,
            duty_cycle=self._wishes.start.duty_cycle,
            addresses=self._equipment.carrier.addresses,
        )
