"""What a carrier does: bring one encoded packet to one node and its reply back.

Bytes handed to `Inbox` are complete and within limits, but not yet decoded; `sender` is the identity that the
carrier itself vouches for (iroh's TLS key), or None where it can't (the object store), so that the packet's own
signature has to do.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeAlias

from protocol.errors import Unavailable
from protocol.keys import NodeId
from protocol.miner_events import PeerEntry
from protocol.packets import PacketReply
from swarm.link_costs import LinkCost

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
        """Raises PeerUnreachable within the carrier's own time limit."""
        ...

    def forget(self, node: NodeId) -> None:
        """Drop what is kept for a peer that left or failed, so that the next send starts afresh."""
        ...

    async def close(self) -> None: ...


SHUN_SECONDS: Final = 20.0
"""How long a carrier that failed to reach a peer is tried after the others."""


class Fallback:
    """Carriers in order of preference; the next one is tried when one can't reach the peer."""

    name = "fallback"

    def __init__(self, carriers: tuple[Carrier, ...], clock: Callable[[], float] = time.monotonic) -> None:
        self._carriers = carriers
        self._clock = clock
        self._shunned_until: dict[tuple[str, PeerEntry], float] = {}
        self.costs: dict[tuple[str, NodeId], LinkCost] = {}
        """What each way to each peer was seen to cost the sender, by the carrier's name."""

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(address for carrier in self._carriers for address in carrier.addresses)

    async def open(self, inbox: Inbox) -> None:
        for carrier in self._carriers:
            await carrier.open(inbox)

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        failure: PeerUnreachable | None = None
        for carrier in self._in_order(peer):
            began = self._clock()
            try:
                reply = await carrier.send(peer, packet)
            except PeerUnreachable as error:
                failure = error
                self._shunned_until[carrier.name, _place(peer)] = self._clock() + SHUN_SECONDS
                continue
            way = (carrier.name, peer.node)
            self.costs[way] = self.costs.get(way, LinkCost()).observed(len(packet), self._clock() - began)
            return reply
        raise failure or PeerUnreachable("There is no way to reach a peer.")

    def forget(self, node: NodeId) -> None:
        self._shunned_until = {key: until for key, until in self._shunned_until.items() if key[1].node != node}
        self.costs = {way: cost for way, cost in self.costs.items() if way[1] != node}
        for carrier in self._carriers:
            carrier.forget(node)

    def _in_order(self, peer: PeerEntry) -> list[Carrier]:
        """As preferred, but those that just failed at this place come last: a dead way costs seconds a packet."""
        now, place = self._clock(), _place(peer)
        return sorted(self._carriers, key=lambda carrier: self._shunned_until.get((carrier.name, place), now) > now)

    async def close(self) -> None:
        for carrier in self._carriers:
            await carrier.close()


def _place(peer: PeerEntry) -> PeerEntry:
    """The peer at its present addresses; a rate says nothing about the way there."""
    return PeerEntry(node=peer.node, addresses=peer.addresses, rate=0.0)
