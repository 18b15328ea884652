"""Who is left out of routing tables because those who should send to it can't reach it.

One sender's complaint is its own link's affair: it sends elsewhere by itself. When more than half of a peer's senders
complain, and two at least, the peer is left out for half a minute, doubling to ten, so that its siblings' senders waste
no timeouts on it. It is never the last of its stage that is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from protocol.keys import NodeId

LEAST_COMPLAINTS: Final = 2
FIRST_OUTAGE_SECONDS: Final = 30.0
LONGEST_OUTAGE_SECONDS: Final = 600.0
FORGIVEN_AFTER_SECONDS: Final = 600.0
"""Without complaints for so long after an outage, the next one is a first one again."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A peer is left out until then; `times` in a row it was."""

    until_seconds: float
    times: int


def outages(
    known: Mapping[NodeId, Outage],
    stages: tuple[frozenset[NodeId], ...],
    complaints: Mapping[NodeId, frozenset[NodeId]],
    now_seconds: float,
) -> dict[NodeId, Outage]:
    """Who is left out, and who was lately, after the senders' newest `complaints` (sender → whom it can't reach).

    `stages` are the miners that are there, by stage; who is left out is still among them.
    """
    found = {
        node: outage
        for node, outage in known.items()
        if now_seconds < outage.until_seconds + FORGIVEN_AFTER_SECONDS and any(node in stage for stage in stages)
    }
    for senders, peers in pairwise(stages):
        for peer in sorted(peers):
            if is_left_out(found, peer, now_seconds) or not _is_out_of_reach(peer, senders, complaints):
                continue
            if sum(not is_left_out(found, other, now_seconds) for other in peers) < 2:
                break
            times = found[peer].times + 1 if peer in found else 1
            seconds = min(LONGEST_OUTAGE_SECONDS, FIRST_OUTAGE_SECONDS * 2.0 ** (times - 1))
            found[peer] = Outage(now_seconds + seconds, min(times, 16))
    return found


def is_left_out(known: Mapping[NodeId, Outage], node: NodeId, now_seconds: float) -> bool:
    outage = known.get(node)
    return outage is not None and now_seconds < outage.until_seconds


def _is_out_of_reach(peer: NodeId, senders: frozenset[NodeId], complaints: Mapping[NodeId, frozenset[NodeId]]) -> bool:
    complaining = sum(peer in complaints.get(sender, frozenset()) for sender in senders)
    return complaining >= LEAST_COMPLAINTS and 2 * complaining > len(senders)
