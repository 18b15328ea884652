"""What a carrier does: bring one encoded packet to one node and its reply back.

Bytes handed to `Inbox` are complete and within limits, but not yet decoded; `sender` is the identity that the
carrier itself vouches for (iroh's TLS key), or None where it can't (the object store), so that the packet's own
signature has to do.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

import structlog

from engine.carriers.shunned import ShunnedWays
from protocol.errors import Unavailable
from protocol.keys import NodeId
from protocol.miner_events import PeerEntry
from protocol.packets import PacketReply
from swarm.link_costs import LinkCost

log = structlog.get_logger(__name__)

Inbox: TypeAlias = Callable[[bytes, NodeId | None], Awaitable[PacketReply]]


class PeerUnreachable(Unavailable):
    """The packet or its reply did not get through in time; the receiver may or may not hold it."""

    code = "peer_unreachable"


class Carrier(Protocol):
    """One way between peers. All methods belong to the engine's event loop."""

    name: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where peers find this miner by this carrier."""
        ...

    async def open(self, inbox: Inbox) -> None:
        """Begin to receive."""
        ...

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        """Raises PeerUnreachable within the carrier's own time limit, Silenced where a pause broke it off."""
        ...

    def answers(self, peer: PeerEntry) -> bool:
        """Whether a reply comes from the peer itself; the store only takes a packet in."""
        ...

    def onward_seconds(self, peer: PeerEntry, size_bytes: int) -> float:
        """How long a packet that `send` has just brought on its way still takes to the peer, as far as can be told."""
        ...

    def forget(self, node: NodeId) -> None:
        """Drop what is kept for a peer that left or failed, so that the next send starts afresh."""
        ...

    async def close(self) -> None: ...


class Fallback:
    """Carriers in order of preference; the next one is tried when one can't reach the peer."""

    name = "fallback"

    def __init__(self, carriers: tuple[Carrier, ...], clock: Callable[[], float] = time.monotonic) -> None:
        self._carriers = carriers
        self._clock = clock
        self._shunned = ShunnedWays()
        self._last_way: dict[NodeId, str] = {}
        self.costs: dict[tuple[str, NodeId], LinkCost] = {}
        """What each way to each peer was seen to cost the sender, by the carrier's name."""

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(address for carrier in self._carriers for address in carrier.addresses)

    async def open(self, inbox: Inbox) -> None:
        for carrier in self._carriers:
            await carrier.open(self._noticing(carrier.name, inbox))

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        failure: PeerUnreachable | None = None
        for carrier in self._in_order(peer):
            began = self._clock()
            self._shunned.tried(carrier.name, peer, began)
            try:
                reply = await carrier.send(peer, packet)
            except PeerUnreachable as error:
                failure = error
                self._shunned.failed(carrier.name, peer, self._clock())
                continue
            self._got_through(carrier.name, peer.node, len(packet), self._clock() - began)
            return reply
        raise failure or PeerUnreachable("There is no way to reach a peer.")

    def answers(self, peer: PeerEntry) -> bool:
        return any(carrier.answers(peer) for carrier in self._in_order(peer)[:1])

    def onward_seconds(self, peer: PeerEntry, size_bytes: int) -> float:
        last = self._last_way.get(peer.node)
        return sum(carrier.onward_seconds(peer, size_bytes) for carrier in self._carriers if carrier.name == last)

    def forget(self, node: NodeId) -> None:
        self._shunned.forget(node)
        self._last_way.pop(node, None)
        self.costs = {way: cost for way, cost in self.costs.items() if way[1] != node}
        for carrier in self._carriers:
            carrier.forget(node)

    def _noticing(self, name: str, inbox: Inbox) -> Inbox:
        """A packet that came straight from a peer shows a way to it: a connection carries both directions."""

        async def take(packet: bytes, sender: NodeId | None) -> PacketReply:
            if sender is not None:
                self._shunned.works(name, sender)
            return await inbox(packet, sender)

        return take

    def _got_through(self, name: str, node: NodeId, size_bytes: int, seconds: float) -> None:
        self._shunned.works(name, node)
        self.costs[name, node] = self.costs.get((name, node), LinkCost()).observed(size_bytes, seconds)
        if self._last_way.get(node) != name:
            log.info("way_to_peer", peer=node[:8], way=name, before=self._last_way.get(node))
            self._last_way[node] = name

    def _in_order(self, peer: PeerEntry) -> list[Carrier]:
        """As preferred, but those that lately failed at this place come last: a dead way costs seconds a packet."""
        now = self._clock()
        return sorted(self._carriers, key=lambda carrier: self._shunned.is_shunned(carrier.name, peer, now))

    async def close(self) -> None:
        for carrier in self._carriers:
            await carrier.close()
