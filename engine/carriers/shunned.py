"""Ways to peers that failed lately, and when each is worth another try. Pure: the clock is passed in.

Trying a dead way costs its packet seconds, and behind two symmetric routers the direct way is dead for good. So a way
that failed is passed over for a while; then one packet tries it, the others still going past it, and each failure in a
row doubles the while.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from protocol.keys import NodeId
from protocol.miner_events import PeerEntry

FIRST_SECONDS: Final = 20.0
LONGEST_SECONDS: Final = 640.0

Way: TypeAlias = tuple[str, PeerEntry]
"""(carrier's name, the peer at its present addresses)."""


@dataclass(frozen=True, slots=True)
class _Shunning:
    seconds: float
    until: float
    on_trial: bool = False


class ShunnedWays:
    """One sender's."""

    def __init__(self) -> None:
        self._ways: dict[Way, _Shunning] = {}

    def is_shunned(self, carrier: str, peer: PeerEntry, now: float) -> bool:
        known = self._ways.get(_way(carrier, peer))
        return known is not None and known.until > now

    def tried(self, carrier: str, peer: PeerEntry, now: float) -> None:
        """A packet goes this way: if its time was up, the others wait for what comes of it."""
        way = _way(carrier, peer)
        known = self._ways.get(way)
        if known is not None and known.until <= now:
            self._ways[way] = replace(known, until=now + known.seconds, on_trial=True)

    def failed(self, carrier: str, peer: PeerEntry, now: float) -> None:
        """Packets that were under way together fail together, and count as one failure."""
        way = _way(carrier, peer)
        known = self._ways.get(way)
        seconds = FIRST_SECONDS if known is None else known.seconds
        if known is not None and known.on_trial:
            seconds = min(LONGEST_SECONDS, 2 * seconds)
        self._ways[way] = _Shunning(seconds, now + seconds)

    def works(self, carrier: str, node: NodeId) -> None:
        """A packet got through, in whichever direction."""
        self._ways = {way: known for way, known in self._ways.items() if (way[0], way[1].node) != (carrier, node)}

    def forget(self, node: NodeId) -> None:
        self._ways = {way: known for way, known in self._ways.items() if way[1].node != node}


def _way(carrier: str, peer: PeerEntry) -> Way:
    """At its present addresses; a rate says nothing about the way there."""
    return carrier, PeerEntry(node=peer.node, addresses=peer.addresses, rate=0.0)
