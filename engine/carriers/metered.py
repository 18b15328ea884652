"""A carrier whose bytes are counted and held to the person's caps."""

from engine.carriers.base import Carrier, Inbox
from engine.network.traffic import PACKET_OVERHEAD, Traffic
from protocol.keys import NodeId
from protocol.miner_events import PeerEntry
from protocol.packets import PacketReply


class Metered:
    """Around one carrier. What comes in is held back before it is answered, so that its sender slows down."""

    def __init__(self, carrier: Carrier, traffic: Traffic) -> None:
        self.name = carrier.name
        self._carrier = carrier
        self._traffic = traffic

    @property
    def addresses(self) -> tuple[str, ...]:
        return self._carrier.addresses

    async def open(self, inbox: Inbox) -> None:
        async def counted(packet: bytes, sender: NodeId | None) -> PacketReply:
            await self._traffic.received(round(len(packet) * PACKET_OVERHEAD))
            return await inbox(packet, sender)

        await self._carrier.open(counted)

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        await self._traffic.sending(round(len(packet) * PACKET_OVERHEAD))
        return await self._carrier.send(peer, packet)

    def answers(self, peer: PeerEntry) -> bool:
        return self._carrier.answers(peer)

    def onward_seconds(self, peer: PeerEntry, size_bytes: int) -> float:
        return self._carrier.onward_seconds(peer, size_bytes)

    def forget(self, node: NodeId) -> None:
        self._carrier.forget(node)

    async def close(self) -> None:
        await self._carrier.close()
