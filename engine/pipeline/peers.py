"""The neighbours of this stage as its traffic sees them: who is there, who gets the next packet, who just failed.

A thin holder of swarm.routing's pure state. Belongs to the event loop.
"""

import asyncio
from collections.abc import Mapping

from protocol.keys import NodeId
from protocol.miner_events import PeerEntry
from swarm import routing
from swarm.link_costs import LinkCost
from swarm.patience import RoundTrips


class Peers:
    def __init__(self, own: NodeId) -> None:
        self._state = routing.RouterState(seed=routing.seed_of(own))
        self._following: dict[NodeId, PeerEntry] = {}
        self._preceding: dict[NodeId, PeerEntry] = {}
        self._changed = asyncio.Event()
        self._costs: dict[NodeId, LinkCost] = {}
        self.unreachable: set[NodeId] = set()

    @property
    def answers(self) -> RoundTrips:
        """From a packet's leaving to its gradient's return, over all peers."""
        return self._state.answers

    @property
    def present(self) -> frozenset[NodeId]:
        return frozenset(self._following)

    def set_table(self, following: tuple[PeerEntry, ...], preceding: tuple[PeerEntry, ...]) -> set[NodeId]:
        """Take the neighbours' entries of a new table; returns the nodes that left or moved to other addresses. What
        was known of the way to those counts no more: one that was restarted is a newcomer."""
        before = {**self._following, **self._preceding}
        self._following = {entry.node: entry for entry in following}
        self._preceding = {entry.node: entry for entry in preceding}
        after = {**self._following, **self._preceding}
        gone = {node for node, old in before.items() if node not in after or after[node].addresses != old.addresses}
        stayed = self._following.keys() - gone
        self._state = routing.with_table(routing.without(self._state, gone), following)
        self._costs = {node: cost for node, cost in self._costs.items() if node in stayed}
        self.unreachable &= stayed
        self._notify()
        return gone

    def candidates(self, now: float, packet_bytes: int, avoided: set[NodeId]) -> list[PeerEntry]:
        """Whom to ask how full they are before `choose`; those without an address would take too long to answer."""
        found = (
            self._following[node] for node in routing.candidates(self._state, now, packet_bytes, frozenset(avoided))
        )
        return [entry for entry in found if entry.addresses]

    def choose(
        self, now: float, packet_bytes: int, avoided: set[NodeId], loads: Mapping[NodeId, routing.Load]
    ) -> PeerEntry | None:
        node, self._state = routing.choose(self._state, now, packet_bytes, frozenset(avoided), loads)
        return None if node is None else self._following[node]

    def answered(self, node: NodeId, now: float, duration_seconds: float) -> None:
        """A gradient came back `duration_seconds` after its packet was given."""
        cost = self._costs.get(node, LinkCost())
        way = (cost.round_trip_seconds, cost.bytes_per_second) if cost.packets else (None, None)
        self._state = routing.answered(self._state, node, now, duration_seconds, *way)
        self.unreachable.discard(node)
        self._notify()

    def failed(self, node: NodeId, now: float) -> None:
        """A packet could not be brought to `node`."""
        self.declined(node, now)
        self.unreachable.add(node)

    def declined(self, node: NodeId, now: float) -> None:
        """It can be reached, but won't have the packet."""
        self._state = routing.failed(self._state, node, now)

    def withdrawn(self, node: NodeId) -> None:
        """A packet needs no answer any more, through no fault of the peer's."""
        self._state = routing.withdrawn(self._state, node)

    def reached(self, node: NodeId, size_bytes: int, seconds: float) -> None:
        """A packet of `size_bytes` was confirmed after `seconds`, by whichever way."""
        self.unreachable.discard(node)
        self._costs[node] = self._costs.get(node, LinkCost()).observed(size_bytes, seconds)

    def knows(self, node: NodeId) -> bool:
        """Whether the table names it as a neighbour."""
        return node in self._following or node in self._preceding

    def following(self, node: NodeId) -> PeerEntry | None:
        return self._following.get(node)

    def preceding(self, node: NodeId) -> PeerEntry | None:
        return self._preceding.get(node)

    async def changed(self, timeout_seconds: float) -> None:
        """Returns when the table or a peer's state changed, or after the timeout."""
        self._changed.clear()
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    def _notify(self) -> None:
        self._changed.set()
