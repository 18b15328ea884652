"""A carrier whose bytes are counted and held to the person's caps.

What comes in is handed on at the pace of the cap. Its sender waits for the answer while that takes a moment; longer,
and it would take this miner for dead and send the same once more by another way. So what has to wait longer is answered
as the store answers, "held, and worked on", and handed on in its turn. That holds senders back too: each has so many
microbatches on their way and no more.
"""

import asyncio
from collections import Counter
from typing import Final

import msgspec
import structlog

from engine.carriers.base import Carrier, Inbox
from engine.network.traffic import PACKET_OVERHEAD, Traffic
from protocol.errors import ProtocolError
from protocol.keys import NodeId
from protocol.miner_events import PeerEntry
from protocol.packets import (
    HEADER_LIMIT_BYTES,
    PREFIX_BYTES,
    Accepted,
    Busy,
    PacketHeader,
    PacketKind,
    PacketReply,
    Standing,
    read_prefix,
)
from protocol.wire import from_msgpack

log = structlog.get_logger(__name__)

ANSWER_SECONDS: Final = 3.0
"""How long an answer is held back: much less than what any carrier waits for one."""
MOST_LATE_BYTES: Final = 64 * 1024**2
"""Of packets that wait for their turn, in memory; one that is larger waits alone."""
HAND_IN_TRIES: Final = 5
"""Of a packet that was answered already, where the stage has no room: its sender does not hear of it."""
HAND_IN_AGAIN_SECONDS: Final = 0.2


class Metered:
    """Around one carrier. Belongs to the event loop."""

    def __init__(self, carrier: Carrier, traffic: Traffic) -> None:
        self.name = carrier.name
        self._carrier = carrier
        self._traffic = traffic
        self._late = LatePackets()

    @property
    def addresses(self) -> tuple[str, ...]:
        return self._carrier.addresses

    async def open(self, inbox: Inbox) -> None:
        async def counted(packet: bytes, sender: NodeId | None) -> PacketReply:
            header, size_bytes = _header(packet), round(len(packet) * PACKET_OVERHEAD)
            if header is not None and header.kind is PacketKind.QUESTION:
                self._traffic.received_urgently(size_bytes)
                return self._late.known(header, sender, await inbox(packet, sender))
            wait_seconds = self._traffic.received_for(size_bytes)
            if wait_seconds > ANSWER_SECONDS:
                return self._late.take(packet, header, sender, inbox, wait_seconds)
            await asyncio.sleep(wait_seconds)
            return await inbox(packet, sender)

        await self._carrier.open(counted)

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        header, size_bytes = _header(packet), round(len(packet) * PACKET_OVERHEAD)
        if header is not None and header.kind is PacketKind.QUESTION:
            # Asked late, it would be answered late, and the peer taken for one that does not answer.
            self._traffic.sent_urgently(size_bytes)
        else:
            await self._traffic.sending(size_bytes)
        return await self._carrier.send(peer, packet)

    def answers(self, peer: PeerEntry) -> bool:
        return self._carrier.answers(peer)

    def onward_seconds(self, peer: PeerEntry, size_bytes: int) -> float:
        return self._carrier.onward_seconds(peer, size_bytes)

    def forget(self, node: NodeId) -> None:
        self._carrier.forget(node)

    async def close(self) -> None:
        await self._late.close()
        await self._carrier.close()


class LatePackets:
    """Those that are answered and wait for their turn."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._microbatches: Counter[tuple[NodeId | None, int]] = Counter()
        self._bytes = 0

    def take(
        self, packet: bytes, header: PacketHeader | None, sender: NodeId | None, inbox: Inbox, wait_seconds: float
    ) -> PacketReply:
        """Accepted, and handed on after `wait_seconds`; Busy where too many wait already."""
        if self._bytes and self._bytes + len(packet) > MOST_LATE_BYTES:
            return Busy(wait_seconds)
        task = asyncio.create_task(self._hand_on(packet, header, sender, inbox, wait_seconds))
        self._bytes += len(packet)
        self._microbatches.update(_keys(header, sender))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Accepted()

    def known(self, question: PacketHeader, sender: NodeId | None, reply: PacketReply) -> PacketReply:
        """The stage's `reply` to a question, which knows nothing of a microbatch that waits here: it must not be sent
        once more."""
        if isinstance(reply, Standing) and self._microbatches[sender, question.microbatch]:
            return msgspec.structs.replace(reply, has_it=True)
        return reply

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _hand_on(
        self, packet: bytes, header: PacketHeader | None, sender: NodeId | None, inbox: Inbox, wait_seconds: float
    ) -> None:
        try:
            await asyncio.sleep(wait_seconds)
            await _handed_in(packet, sender, inbox)
        finally:
            self._microbatches.subtract(_keys(header, sender))
            self._microbatches += Counter()  # without those of which none is left
            self._bytes -= len(packet)


def _keys(header: PacketHeader | None, sender: NodeId | None) -> tuple[tuple[NodeId | None, int], ...]:
    """What questions may be about."""
    return ((sender, header.microbatch),) if header is not None and header.kind is PacketKind.FORWARD else ()


async def _handed_in(packet: bytes, sender: NodeId | None, inbox: Inbox) -> None:
    """What is refused for good, its sender sends elsewhere when its patience ends."""
    reply = await inbox(packet, sender)
    for attempt in range(HAND_IN_TRIES - 1):
        if not isinstance(reply, Busy):
            break
        await asyncio.sleep(max(reply.retry_after_seconds, HAND_IN_AGAIN_SECONDS * 2**attempt))
        reply = await inbox(packet, sender)
    if not isinstance(reply, Accepted):
        log.info("late_packet_refused", reply=type(reply).__name__)


def _header(packet: bytes) -> PacketHeader | None:
    """As it says of itself, unproven; None for what is no packet."""
    try:
        rest_at = PREFIX_BYTES + read_prefix(packet[:PREFIX_BYTES]).header_bytes
        header: PacketHeader = from_msgpack(packet[PREFIX_BYTES:rest_at], PacketHeader, HEADER_LIMIT_BYTES)
    except ProtocolError:
        return None
    return header
