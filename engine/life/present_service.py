"""The service of just now, or none between two: what carriers, pauses and the pace reach it by."""

import time
from typing import Final

import structlog

from engine.serving.service import Service
from protocol.engine_control import StartTraining
from protocol.keys import NodeId
from protocol.packets import Busy, PacketReply

log = structlog.get_logger(__name__)

NEWCOMER_SECONDS: Final = 5.0
"""How long a connection of a node that no table names is kept waiting for one that does."""


class PresentService:
    """Belongs to the event loop."""

    def __init__(self) -> None:
        self.service: Service | None = None

    async def receive(self, packet: bytes, sender: NodeId | None) -> PacketReply:
        """The carriers' inbox; between two services there is no room for anything."""
        if self.service is None:
            return Busy(1.0)
        return await self.service.stage.receive(packet, sender)

    async def is_expected(self, node: NodeId) -> bool:
        """Whether the table names `node`; a newcomer may be here before the table that does. Without a service nobody
        can tell, and nobody's packet is taken."""
        until = time.monotonic() + NEWCOMER_SECONDS
        while (service := self.service) is not None and not service.stage.peers.knows(node):
            left = until - time.monotonic()
            if left <= 0:
                log.info("stranger_sent_away", node=node[:8])
                return False
            await service.stage.peers.changed(left)
        return True

    def set_pace(self, start: StartTraining) -> None:
        if self.service is not None:
            self.service.set_pace(start)

    async def pause(self) -> None:
        """Returns when what computes has come to rest."""
        if self.service is not None:
            await self.service.pause()

    async def resume(self) -> None:
        if self.service is not None:
            await self.service.resume()
