"""The service of just now, or none between two: what carriers, pauses and the pace reach it by."""

import time
from typing import Final

import structlog

from engine.pipeline.peers import Peers
from engine.serving.service import Service
from protocol.engine_control import StartTraining
from protocol.keys import NodeId
from protocol.packets import Busy, PacketReply
from swarm.borders import most_plain_bytes

log = structlog.get_logger(__name__)

NEWCOMER_SECONDS: Final = 5.0
"""How long a connection of a node that no table names is kept waiting for one that does."""


class PresentService:
    """Belongs to the event loop."""

    def __init__(self) -> None:
        self.service: Service | None = None
        self._peers: Peers | None = None
        """As the service knows them, or knew them: between two services the last one's neighbours are told that there
        is no room, and nobody else is let in."""
        self._payload_bytes = 0

    def begin(self, service: Service) -> None:
        """It is there from now on."""
        self.service, self._peers = service, service.stage.peers
        self._payload_bytes = most_plain_bytes(service.run)

    def end(self) -> None:
        """There is none until the next one begins."""
        self.service = None

    def most_payload_bytes(self) -> int:
        """That a packet of the service's run may have."""
        return self._payload_bytes

    async def receive(self, packet: bytes, sender: NodeId | None) -> PacketReply:
        """The carriers' inbox; between two services there is no room for anything."""
        if self.service is None:
            return Busy(1.0)
        return await self.service.stage.receive(packet, sender)

    async def is_expected(self, node: NodeId) -> bool:
        """Whether the table names `node`; a newcomer may be here before the table that does. Without a service no newer
        table is to come."""
        until = time.monotonic() + NEWCOMER_SECONDS
        while not self._knows(node):
            left = until - time.monotonic()
            if self.service is None or left <= 0:
                log.info("stranger_sent_away", node=node[:8])
                return False
            await self.service.stage.peers.changed(left)
        return True

    def _knows(self, node: NodeId) -> bool:
        return self._peers is not None and self._peers.knows(node)

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
