"""Which peer of the next stage gets the next packet: interleaved weighted round-robin over measured rates.

After SWARM (Ryabinin et al., arXiv 2301.11913, section 3.2): each peer has a virtual time at which it would be done
with everything it was given; the packet goes where that time plus the way there is smallest, and the time moves on by
the peer's measured seconds per microbatch. So over many packets each peer gets a share in proportion to its rate,
which is what the orchestrator checks. A peer that fails is left out for 1 s, doubling to 60 s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from blake3 import blake3

from protocol.keys import NodeId
from protocol.miner_events import PeerEntry

EWMA_WEIGHT = 0.2
"""Weight of the newest measurement."""
UNKNOWN_SERVICE_SECONDS = 1.0
"""Taken for a peer when nothing is known of any peer; only ratios matter."""
FIRST_BAN_SECONDS = 1.0
LONGEST_BAN_SECONDS = 60.0
_STALL_FACTOR = 2.0


@dataclass(frozen=True, slots=True)
class PeerState:
    """What the sender knows of one peer. Times are the sender's monotonic clock, in seconds."""

    node: NodeId
    table_rate: float
    """Microbatches a second by the orchestrator's table, over all senders; 0 while unknown."""
    tie_break: int
    service_seconds: float | None = None
    """Measured seconds per microbatch, an exponential average; None before the first answer."""
    round_trip_seconds: float = 0.0
    bytes_per_second: float | None = None
    finish: float = 0.0
    """Virtual seconds of work given so far."""
    queue: int = 0
    """Packets given and not yet answered."""
    busy_since: float = 0.0
    """When the packet now being worked on could have begun; meaningful while queue > 0."""
    failures: int = 0
    banned_until: float = 0.0
    returning: bool = False
    """Was banned: its virtual time has to catch up, or it would get a burst."""


@dataclass(frozen=True, slots=True)
class RouterState:
    """One sender's view of the peers of one stage."""

    seed: int = 0
    peers: Mapping[NodeId, PeerState] = field(default_factory=dict)


def with_table(state: RouterState, entries: Iterable[PeerEntry]) -> RouterState:
    """`state` with exactly the peers of the table; what was measured of those that stay is kept."""
    floor = min((peer.finish for peer in state.peers.values()), default=0.0)
    peers: dict[NodeId, PeerState] = {}
    for entry in entries:
        known = state.peers.get(entry.node)
        if known is None:
            known = PeerState(entry.node, entry.rate, _tie_break(state.seed, entry.node), finish=floor)
        peers[entry.node] = replace(known, table_rate=entry.rate)
    return replace(state, peers=peers)


def choose(
    state: RouterState, now: float, packet_bytes: int, excluded: frozenset[NodeId] = frozenset()
) -> tuple[NodeId | None, RouterState]:
    """The peer for a packet of `packet_bytes`, and the state after giving it; None if all are banned or excluded."""
    able = [peer for peer in state.peers.values() if peer.banned_until <= now and peer.node not in excluded]
    if not able:
        return None, state
    floor = min((peer.finish for peer in able if not peer.returning), default=None)
    able = [_caught_up(peer, floor) for peer in able]
    guess = _typical_service_seconds(state)

    def arrival(peer: PeerState) -> tuple[float, int]:
        transfer = packet_bytes / peer.bytes_per_second if peer.bytes_per_second else 0.0
        service = _service_seconds(peer, guess, now)
        return (peer.finish + service + peer.round_trip_seconds + transfer, peer.tie_break)

    best = min(able, key=arrival)
    chosen = replace(
        best,
        finish=best.finish + _service_seconds(best, guess, now),
        queue=best.queue + 1,
        busy_since=best.busy_since if best.queue else now,
    )
    caught_up = {peer.node: peer for peer in able}
    return best.node, replace(state, peers={**state.peers, **caught_up, best.node: chosen})


def answered(
    state: RouterState,
    node: NodeId,
    now: float,
    duration_seconds: float,
    round_trip_seconds: float | None = None,
    bytes_per_second: float | None = None,
) -> RouterState:
    """`node` answered a packet that was given `duration_seconds` ago; ends its ban. Unknown nodes change nothing.

    While answers queue up the time between two of them is the peer's service time, so that waiting in its queue is
    not held against it.
    """
    peer = state.peers.get(node)
    if peer is None:
        return state
    began = max(now - duration_seconds, peer.busy_since) if peer.queue else now - duration_seconds
    service = max(now - began, 1e-6)
    return _with(
        state,
        replace(
            peer,
            service_seconds=_averaged(peer.service_seconds, service),
            round_trip_seconds=_averaged(peer.round_trip_seconds or None, round_trip_seconds),
            bytes_per_second=_averaged(peer.bytes_per_second, bytes_per_second) or None,
            queue=max(0, peer.queue - 1),
            busy_since=now,
            failures=0,
            banned_until=0.0,
        ),
    )


def failed(state: RouterState, node: NodeId, now: float) -> RouterState:
    """A packet to `node` could not be delivered or was not answered in time: banned for 1 s, doubling to 60 s."""
    peer = state.peers.get(node)
    if peer is None:
        return state
    ban_seconds = min(FIRST_BAN_SECONDS * 2.0 ** min(peer.failures, 16), LONGEST_BAN_SECONDS)
    return _with(
        state,
        replace(
            peer,
            failures=peer.failures + 1,
            banned_until=now + ban_seconds,
            queue=max(0, peer.queue - 1),
            busy_since=now,
            returning=True,
        ),
    )


def withdrawn(state: RouterState, node: NodeId) -> RouterState:
    """A packet given to `node` needs no answer any more, through no fault of the peer's."""
    peer = state.peers.get(node)
    return state if peer is None else _with(state, replace(peer, queue=max(0, peer.queue - 1)))


def earliest_retry(state: RouterState, now: float) -> float | None:
    """When the next peer may be tried: `now` if one may be already, None if there are no peers at all."""
    return max(now, min(peer.banned_until for peer in state.peers.values())) if state.peers else None


def shares(state: RouterState, now: float) -> dict[NodeId, float]:
    """The share of packets that each peer is due, by the rates known now; they add up to one."""
    guess = _typical_service_seconds(state)
    rates = {
        node: 0.0 if peer.banned_until > now else 1.0 / _service_seconds(peer, guess, now)
        for node, peer in state.peers.items()
    }
    total = sum(rates.values())
    return {node: rate / total if total else 0.0 for node, rate in rates.items()}


def _service_seconds(peer: PeerState, guess_seconds: float, now: float) -> float:
    known = peer.service_seconds
    if known is None:
        known = 1.0 / peer.table_rate if peer.table_rate > 0 else guess_seconds
    if not peer.queue:
        return known
    silent = now - peer.busy_since - peer.round_trip_seconds
    return max(known, silent / _STALL_FACTOR)  # a stalled peer loses its share before it is known to have failed


def _typical_service_seconds(state: RouterState) -> float:
    known = [peer.service_seconds for peer in state.peers.values() if peer.service_seconds is not None]
    known += [1.0 / p.table_rate for p in state.peers.values() if p.service_seconds is None and p.table_rate > 0]
    return sum(known) / len(known) if known else UNKNOWN_SERVICE_SECONDS


def _caught_up(peer: PeerState, floor: float | None) -> PeerState:
    if not peer.returning:
        return peer
    return replace(peer, finish=peer.finish if floor is None else max(peer.finish, floor), returning=False)


def _averaged(old: float | None, new: float | None) -> float:
    if new is None:
        return old or 0.0
    return new if old is None else old + EWMA_WEIGHT * (new - old)


def _tie_break(seed: int, node: NodeId) -> int:
    return int.from_bytes(blake3(f"{seed}\n{node}".encode()).digest(length=8), "little")


def _with(state: RouterState, peer: PeerState) -> RouterState:
    return replace(state, peers={**state.peers, peer.node: peer})
