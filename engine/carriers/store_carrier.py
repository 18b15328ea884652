"""The last resort: a packet is put into the object store and the orchestrator tells the receiver where.

Slower than a direct way by two transfers and an event, but it needs nothing except HTTPS. The reply can only say that
the packet is on its way: if it is refused later, the sender's own patience sends it elsewhere.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Final

import structlog

from engine.carriers.base import Inbox, PeerUnreachable
from engine.network.orchestrator_client import PARKED, OrchestratorClient
from engine.network.silence import Silenced, after_pauses
from protocol.errors import ProtocolError, ServiceError
from protocol.hashes import hash_bytes
from protocol.keys import NodeId
from protocol.merges import ObjectRef
from protocol.miner_events import PacketParked, PeerEntry
from protocol.orchestrator_api import ParkPacket, parked_key
from protocol.packets import PAYLOAD_LIMIT_BYTES, Accepted, PacketReply
from swarm.link_costs import LinkCost

log = structlog.get_logger(__name__)

FETCHES_AT_ONCE: Final = 8


class StoreCarrier:
    """`notice` must be called by whoever hears the orchestrator's events."""

    name = "store"

    def __init__(self, node: NodeId, client: OrchestratorClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._node = node
        self._clock = clock
        self._fetches = LinkCost()
        self._client = client
        self._inbox: Inbox | None = None
        self._fetching: dict[str, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(FETCHES_AT_ONCE)

    @property
    def addresses(self) -> tuple[str, ...]:
        return ()

    async def open(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        """Raises Silenced in a pause, which says nothing of the peer."""
        key = parked_key(peer.node, self._node, secrets.token_hex(8))
        try:
            await self._client.put_object(key, packet, kind=PARKED)
            await self._client.park(
                ParkPacket(receiver=peer.node, key=key, hash=hash_bytes(packet), size_bytes=len(packet))
            )
        except Silenced:
            raise
        except (ServiceError, ProtocolError) as error:
            raise PeerUnreachable("A packet could not be left for a peer.", error.title) from error
        return Accepted()

    def notice(self, parked: PacketParked) -> None:
        """A packet waits: fetched beside others, since each takes two round trips and the events behind it none."""
        if parked.key not in self._fetching:
            task = asyncio.create_task(self._fetch(parked))
            self._fetching[parked.key] = task
            task.add_done_callback(lambda _task: self._fetching.pop(parked.key, None))

    async def _fetch(self, parked: PacketParked) -> None:
        async with self._room:
            await self.unparked(parked)

    async def unparked(self, parked: PacketParked) -> None:
        """Fetch a packet that was left for this miner; what can't be fetched or is refused is logged and dropped."""
        if self._inbox is None or parked.size_bytes > PAYLOAD_LIMIT_BYTES + 64 * 1024:
            return
        began = self._clock()

        async def fetch() -> bytes:
            nonlocal began
            began = self._clock()
            return await self._client.get_object(ObjectRef(parked.key, parked.hash, parked.size_bytes))

        try:
            packet = await after_pauses(fetch)
        except (ServiceError, ProtocolError) as error:
            log.info("parked_packet_lost", title=error.title)
            return
        self._fetches = self._fetches.observed(len(packet), self._clock() - began)
        reply = await self._inbox(packet, None)
        if not isinstance(reply, Accepted):
            log.info("parked_packet_refused", reply=type(reply).__name__)

    def answers(self, peer: PeerEntry) -> bool:
        return False

    def onward_seconds(self, peer: PeerEntry, size_bytes: int) -> float:
        """The peer has to fetch it, which nobody tells the sender of: as long as this miner's own fetches take."""
        return self._fetches.seconds(size_bytes)

    def forget(self, node: NodeId) -> None:
        pass

    async def close(self) -> None:
        self._inbox = None
        tasks = list(self._fetching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
