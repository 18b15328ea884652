"""Which peer of the next stage gets the next packet: interleaved weighted round-robin, and a look before the leap.

After SWARM (Ryabinin et al., arXiv 2301.11913, section 3.2): each peer has a virtual time at which it would be done
with everything it was given; the packet goes where that time plus the way there is smallest, and the time moves on by
the peer's seconds per microbatch. So over many packets each peer gets a share in proportion to its rate, which is what
the orchestrator checks.

Shares alone leave short queues and idle peers side by side, since senders don't know of each other. So a sender may ask
the first `CANDIDATES` in line how full they are while it still computes, and gives the packet to the one that should be
done first: the power of two choices (Mitzenmacher 2001). Nobody is taken who is `LEAD` of his microbatches ahead of the
first in line, so that over many packets the shares stay what they are.

A peer that fails is left out for 1 s, doubling to 60 s.

A peer's seconds per microbatch are those of the orchestrator's table, which follows signed receipts; what the sender
measures itself holds while the table knows nothing, since it contains all that lies behind the peer.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from blake3 import blake3

from protocol.keys import NodeId
from protocol.miner_events import PeerEntry
from swarm.patience import RoundTrips, measured, patience_seconds

EWMA_WEIGHT = 0.2
"""Weight of the newest measurement."""
UNKNOWN_SERVICE_SECONDS = 1.0
"""Taken for a peer when nothing is known of any peer; only ratios matter."""
FIRST_BAN_SECONDS = 1.0
LONGEST_BAN_SECONDS = 60.0
CANDIDATES = 3
"""How many peers to ask before a packet is given: with two most is won, with five no more than with three."""
LEAD = 3.0
"""How far, in microbatches of its own, a peer may be ahead of its share."""
HELD_WEIGHT = 0.5
"""A microbatch whose backward pass a peer still owes counts half: it comes back, but not yet."""
FULL_COST = 3.0
"""A peer without room stands still until a gradient comes: as long as so many microbatches."""
_STALL_FACTOR = 2.0
_STALL_FIRST_SECONDS = 20.0
_STALL_LEAST_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a peer says of itself: `queued` passes wait or are computed, `held` microbatches owe a backward pass."""

    queued: int
    held: int = 0
    full: bool = False


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
    answers: RoundTrips = field(default_factory=RoundTrips)
    """Seconds from a packet's leaving to its gradient's return, over all peers."""


def seed_of(sender: NodeId) -> int:
    """Ties fall otherwise for every sender, and alike after each of its restarts."""
    return int.from_bytes(blake3(sender.encode()).digest(length=8), "little")


def with_table(state: RouterState, entries: Iterable[PeerEntry]) -> RouterState:
    """`state` with exactly the peers of the table; what was measured of those that stay is kept."""
    floor = min((peer.finish for peer in state.peers.values()), default=0.0)
    peers: dict[NodeId, PeerState] = {}
    for entry in entries:
        known = state.peers.get(entry.node)
        if known is None:
            known = PeerState(entry.node, entry.rate, _tie_break(state.seed, entry.node))
            known = replace(known, finish=floor + _stagger_seconds(known))
        peers[entry.node] = replace(known, table_rate=entry.rate)
    return replace(state, peers=peers)


def without(state: RouterState, nodes: Collection[NodeId]) -> RouterState:
    """`state` that knows nothing of these peers: their bans, their queues and their speed were another process's."""
    return replace(state, peers={node: peer for node, peer in state.peers.items() if node not in nodes})


def candidates(
    state: RouterState, now: float, packet_bytes: int, excluded: frozenset[NodeId] = frozenset()
) -> tuple[NodeId, ...]:
    """The peers that are worth asking before `choose`: the first in line. Empty if there is nothing to choose from."""
    able = _able(state, now, excluded)
    if len(able) < 2:
        return ()
    in_line = _in_line(state, able, now, packet_bytes)[:CANDIDATES]
    return tuple(peer.node for peer in in_line) if len(in_line) > 1 else ()


def choose(
    state: RouterState,
    now: float,
    packet_bytes: int,
    excluded: frozenset[NodeId] = frozenset(),
    asked: Mapping[NodeId, Load] | None = None,
) -> tuple[NodeId | None, RouterState]:
    """The peer for a packet of `packet_bytes`, and the state after giving it; None if all are banned or excluded.

    `asked` is what candidates have just said of themselves; without it the first in line gets the packet.
    """
    able = _able(state, now, excluded)
    if not able:
        return None, state
    in_line, guess = _in_line(state, able, now, packet_bytes), _typical_service_seconds(state)
    best, loads = in_line[0], asked or {}
    if told := [peer for peer in in_line if peer.node in loads]:
        best = min(told, key=lambda peer: _done_seconds(peer, loads[peer.node], guess, packet_bytes))
    chosen = replace(
        best,
        finish=best.finish + _service_seconds(best, state, guess, now),
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
    if round_trip_seconds is None:
        rate = peer.bytes_per_second
    else:  # without a rate the round trip holds the whole way, and an older rate would count its bytes twice
        rate = bytes_per_second and _averaged(peer.bytes_per_second, bytes_per_second)
    return _with(
        replace(state, answers=measured(state.answers, duration_seconds)),
        replace(
            peer,
            service_seconds=_averaged(peer.service_seconds, service),
            round_trip_seconds=_averaged(peer.round_trip_seconds or None, round_trip_seconds),
            bytes_per_second=rate,
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
        node: 0.0 if peer.banned_until > now else 1.0 / _service_seconds(peer, state, guess, now)
        for node, peer in state.peers.items()
    }
    total = sum(rates.values())
    return {node: rate / total if total else 0.0 for node, rate in rates.items()}


def _able(state: RouterState, now: float, excluded: frozenset[NodeId]) -> list[PeerState]:
    able = [peer for peer in state.peers.values() if peer.banned_until <= now and peer.node not in excluded]
    floor = min((peer.finish for peer in able if not peer.returning), default=None)
    return [_caught_up(peer, floor) for peer in able]


def _in_line(state: RouterState, able: list[PeerState], now: float, packet_bytes: int) -> list[PeerState]:
    """By virtual time, those first who should be done with one more packet soonest; without those that lead too far."""
    guess = _typical_service_seconds(state)
    service = {peer.node: _service_seconds(peer, state, guess, now) for peer in able}
    arrival = {peer.node: peer.finish + service[peer.node] + _way_seconds(peer, packet_bytes) for peer in able}
    first = min(arrival.values())
    near = [peer for peer in able if arrival[peer.node] <= first + LEAD * service[peer.node]]
    return sorted(near, key=lambda peer: (arrival[peer.node], peer.tie_break))


def _done_seconds(peer: PeerState, load: Load, guess_seconds: float, packet_bytes: int) -> float:
    """When a packet given now should be done, by what the peer has just said."""
    ahead = load.queued + HELD_WEIGHT * load.held + FULL_COST * load.full
    return _way_seconds(peer, packet_bytes) + (ahead + 1) * _known_service_seconds(peer, guess_seconds)


def _way_seconds(peer: PeerState, packet_bytes: int) -> float:
    return peer.round_trip_seconds + (packet_bytes / peer.bytes_per_second if peer.bytes_per_second else 0.0)


def _known_service_seconds(peer: PeerState, guess_seconds: float) -> float:
    if peer.table_rate > 0:
        return 1.0 / peer.table_rate
    return guess_seconds if peer.service_seconds is None else peer.service_seconds


def _service_seconds(peer: PeerState, state: RouterState, guess_seconds: float, now: float) -> float:
    known = _known_service_seconds(peer, guess_seconds)
    if not peer.queue:
        return known
    silent = now - peer.busy_since - peer.round_trip_seconds
    if silent <= patience_seconds(state.answers, 0, _STALL_FIRST_SECONDS, _STALL_LEAST_SECONDS):
        return known
    return max(known, silent / _STALL_FACTOR)  # a stalled peer loses its share before it is known to have failed


def _typical_service_seconds(state: RouterState) -> float:
    known = [1.0 / peer.table_rate for peer in state.peers.values() if peer.table_rate > 0]
    known += [p.service_seconds for p in state.peers.values() if p.table_rate <= 0 and p.service_seconds is not None]
    return sum(known) / len(known) if known else UNKNOWN_SERVICE_SECONDS


def _caught_up(peer: PeerState, floor: float | None) -> PeerState:
    if not peer.returning:
        return peer
    finish = peer.finish if floor is None else max(peer.finish, floor + _stagger_seconds(peer))
    return replace(peer, finish=finish, returning=False)


def _stagger_seconds(peer: PeerState) -> float:
    """Up to one microbatch, another one for every sender: or all of them would greet a newcomer at the same moment."""
    service = 1.0 / peer.table_rate if peer.table_rate > 0 else UNKNOWN_SERVICE_SECONDS
    return service * peer.tie_break / 2.0**64


def _averaged(old: float | None, new: float | None) -> float:
    if new is None:
        return old or 0.0
    return new if old is None else old + EWMA_WEIGHT * (new - old)


def _tie_break(seed: int, node: NodeId) -> int:
    return int.from_bytes(blake3(f"{seed}\n{node}".encode()).digest(length=8), "little")


def _with(state: RouterState, peer: PeerState) -> RouterState:
    return replace(state, peers={**state.peers, peer.node: peer})
