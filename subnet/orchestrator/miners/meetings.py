"""Who was seen at which address, and who should dial whom just now: what two home routers need to let peers meet.

Kept in memory, the clock passed in: after a restart the miners connect again within seconds.
"""

from dataclasses import dataclass, field
from typing import Final

from protocol.keys import NodeId
from protocol.miner_events import PeerEntry

WISH_MS: Final = 5_000
"""How long two miners are told to dial each other; after that they ask again."""
WISHES_LIMIT: Final = 64
"""Peers that one miner is told to dial at once; who wants more waits for the older wishes to lapse."""


@dataclass
class Meetings:
    """One per orchestrator."""

    _outside: dict[NodeId, str] = field(default_factory=dict)
    _wishes: dict[NodeId, dict[NodeId, int]] = field(default_factory=dict)
    _asked: int = 0
    _numbers: dict[NodeId, int] = field(default_factory=dict)

    def seen(self, node: NodeId, address: str) -> bool:
        """`node` is connected from `address`; whether that is news."""
        if self._outside.get(node) == address:
            return False
        self._outside[node] = address
        return True

    def gone(self, node: NodeId) -> None:
        self._outside.pop(node, None)
        self._wishes.pop(node, None)
        self._numbers.pop(node, None)

    def entry(self, peer: PeerEntry) -> PeerEntry:
        """The peer with its address outside, if it is known and it is one that takes connections at all."""
        outside = self._outside.get(peer.node)
        if outside is None or not peer.addresses or outside in peer.addresses:
            return peer
        return PeerEntry(node=peer.node, addresses=(*peer.addresses, outside), rate=peer.rate)

    def wish(self, one: NodeId, other: NodeId, now_ms: int) -> bool:
        """Both shall dial the other now; False if one of them has too many such wishes."""
        for node in (one, other):
            self._lapse(node, now_ms)
        if any(len(self._wishes.get(node, ())) >= WISHES_LIMIT for node in (one, other)):
            return False
        self._asked += 1
        for node, peer in ((one, other), (other, one)):
            self._wishes.setdefault(node, {})[peer] = now_ms + WISH_MS
            self._numbers[node] = self._asked
        return True

    def to_dial(self, node: NodeId, now_ms: int) -> tuple[tuple[NodeId, ...], int]:
        """Whom `node` should dial, and the number of the newest of these wishes."""
        self._lapse(node, now_ms)
        return tuple(sorted(self._wishes.get(node, ()))), self._numbers.get(node, 0)

    def _lapse(self, node: NodeId, now_ms: int) -> None:
        kept = {peer: until for peer, until in self._wishes.get(node, {}).items() if until > now_ms}
        if kept:
            self._wishes[node] = kept
        else:
            self._wishes.pop(node, None)
