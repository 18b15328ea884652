"""The neighbours of this stage as its traffic sees them: who is there, who gets the next packet, who just failed.

A thin holder of swarm.routing's pure state. Belongs to the event loop.
"""

import asyncio
from typing import Final

from protocol.keys import NodeId
from protocol.miner_events import PeerEntry
from swarm import routing
from swarm.link_costs import LinkCost

EWMA_WEIGHT: Final = 0.1


class Peers:
    def __init__(self, seed: int = 0) -> None:
        self._state = routing.RouterState(seed=seed)
        self._following: dict[NodeId, PeerEntry] = {}
        self._preceding: dict[NodeId, PeerEntry] = {}
        self._changed = asyncio.Event()
        self._costs: dict[NodeId, LinkCost] = {}
        self.unreachable: set[NodeId] = set()
        self.round_trip_seconds: float | None = None
        """From a packet's leaving to its gradient's return, averaged over all peers."""

    @property
    def present(self) -> frozenset[NodeId]:
        return frozenset(self._following)

    def set_table(self, following: tuple[PeerEntry, ...], preceding: tuple[PeerEntry, ...]) -> set[NodeId]:
        """Take the neighbours' entries of a new table; returns the nodes that left or moved to other addresses."""
        before = {**self._following, **self._preceding}
        self._following = {entry.node: entry for entry in following}
        self._preceding = {entry.node: entry for entry in preceding}
        self._state = routing.with_table(self._state, following)
        self._costs = {node: cost for node, cost in self._costs.items() if node in self._following}
        self.unreachable &= set(self._following)
        self._notify()
        after = {**self._following, **self._preceding}
        return {node for node, old in before.items() if node not in after or after[node].addresses != old.addresses}

    def choose(self, now: float, packet_bytes: int, avoided: set[NodeId]) -> PeerEntry | None:
        node, self._state = routing.choose(self._state, now, packet_bytes, frozenset(avoided))
        return None if node is None else self._following[node]

    def answered(self, node: NodeId, now: float, duration_seconds: float) -> None:
        """A gradient came back `duration_seconds` after its packet was given."""
        cost = self._costs.get(node, LinkCost())
        way = (cost.round_trip_seconds, cost.bytes_per_second) if cost.packets else (None, None)
        self._state = routing.answered(self._state, node, now, duration_seconds, *way)
        old = self.round_trip_seconds
        self.round_trip_seconds = duration_seconds if old is None else old + EWMA_WEIGHT * (duration_seconds - old)
        self._notify()

    def failed(self, node: NodeId, now: float) -> None:
        self._state = routing.failed(self._state, node, now)
        self.unreachable.add(node)

    def withdrawn(self, node: NodeId) -> None:
        """A packet needs no answer any more, through no fault of the peer's."""
        self._state = routing.withdrawn(self._state, node)

    def reached(self, node: NodeId, size_bytes: int, seconds: float) -> None:
        """A packet of `size_bytes` was confirmed after `seconds`, by whichever way."""
        self.unreachable.discard(node)
        self._costs[node] = self._costs.get(node, LinkCost()).observed(size_bytes, seconds)

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
