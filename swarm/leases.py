"""The lease book: which train microbatches are free, at whom, or trained. No index is ever lost.

At any time each index of the run is in exactly one place: in the pool, in one open lease, or finished. What a lease
has left when it ends returns to the pool, except what its holder says to have trained: that waits a while for the next
stage to confirm it. The lowest indices are leased first, so the run's order is roughly kept. Times are unix seconds of
the orchestrator's clock.

A holder may have open what it needs for some minutes, and keeps it while it gets on: heartbeats alone hold nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from protocol.keys import NodeId
from swarm.ranges import Range, Ranges, contains, count, difference, intersection, lowest, normalised, union

LATELY_SECONDS: Final = 180.0
"""A holder may have open as much as it finished in this time."""
IDLE_SECONDS: Final = 600.0
"""A holder that finishes nothing for so long, while another could, loses what it has. On a gentle processor the first
microbatch of a lease, queued behind the last ones of another, may take most of it."""
STUCK_SECONDS: Final = 1800.0
"""The same while all the others are stuck as well: it is the pipeline that stands still then, and changing hands costs
the microbatches under way."""
LONGEST_REST_DOUBLINGS: Final = 10


@dataclass(frozen=True, slots=True)
class OpenLease:
    """The right and duty of `holder` to feed `remaining` until `expires_at`."""

    lease_id: int
    holder: NodeId
    remaining: Ranges
    expires_at: float
    granted_at: float


@dataclass(frozen=True, slots=True)
class Claim:
    """What a holder signed to have trained, and the next stage has not confirmed yet. Nobody else is given it before
    `until`: the confirmation may be on its way."""

    microbatches: Ranges
    until: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How a holder gets on, and those who could take over from it. Only confirmed microbatches are progress."""

    finished_at: float | None
    """When its newest microbatch was confirmed; None if none was."""
    has_mates: bool
    """Whether another miner is there to feed what this one doesn't."""
    mates_finished_at: float | None
    """When the newest microbatch of any other was confirmed."""


@dataclass(frozen=True, slots=True)
class LeaseBook:
    """The leases of one purpose over the indices 0 to `total` − 1. Lease ids rise; books may share one counter."""

    total: int
    pool: Ranges
    finished: Ranges = ()
    open: Mapping[int, OpenLease] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of a run's indices."""

    untrained: Ranges
    repeated: Ranges
    """Indices trained more than once."""
    repeated_share: float
    """Surplus trainings over the run's indices; two more trainings of one index count two."""


def new_book(total: int) -> LeaseBook:
    """Everything free."""
    return LeaseBook(total, normalised([(0, total)]))


def restored_book(total: int, finished: Iterable[Range], open_leases: Iterable[OpenLease]) -> LeaseBook:
    """The book after a restart: what is neither finished nor leased is free. Of overlaps the earlier lease keeps it."""
    done = difference(normalised(finished), ((total, total + 2**62),))
    taken = done
    leases: dict[int, OpenLease] = {}
    for lease in sorted(open_leases, key=lambda one: one.lease_id):
        remaining = difference(normalised(lease.remaining), taken)
        taken = union(taken, remaining)
        if remaining:
            leases[lease.lease_id] = replace(lease, remaining=remaining)
    return LeaseBook(total, difference(normalised([(0, total)]), taken), done, leases)


def grant(
    book: LeaseBook, lease_id: int, holder: NodeId, microbatches: int, now: float, seconds: float
) -> tuple[OpenLease | None, LeaseBook]:
    """Lease at most `microbatches` of the lowest free indices to `holder`; None if nothing is free."""
    if book.open and lease_id <= max(book.open):
        raise ValueError(f"lease {lease_id} is not newer than the open ones")
    taken, rest = lowest(book.pool, microbatches)
    if not taken:
        return None, book
    lease = OpenLease(lease_id, holder, taken, now + seconds, now)
    return lease, replace(book, pool=rest, open={**book.open, lease_id: lease})


def allowance(book: LeaseBook, holder: NodeId, lease_microbatches: int, in_flight: int, finished_lately: int) -> int:
    """How many microbatches more `holder` may lease: as many in all as it finished in LATELY_SECONDS, and never fewer
    than two leases beside what is under way, or a miner that takes its next lease in time would stand still."""
    most = max(2 * (lease_microbatches + in_flight), finished_lately)
    own = [lease for lease in book.open.values() if lease.holder == holder]
    if len(own) >= 4 + most // lease_microbatches:
        return 0  # many small ones: each costs the book as much as a large one
    return max(0, most - sum(count(lease.remaining) for lease in own))


def keeps(book: LeaseBook, lease: OpenLease, pace: Pace, now: float, seconds: float) -> bool:
    """Whether a heartbeat may prolong a lease: its holder has finished something lately or has just begun, or nobody
    else would do better."""
    since = max(lease.granted_at, pace.finished_at or lease.granted_at)
    idle = now - since
    if idle <= max(seconds, IDLE_SECONDS) or not pace.has_mates:
        return True
    others_hold = any(one.holder != lease.holder for one in book.open.values())
    others_finish = pace.mates_finished_at is not None and pace.mates_finished_at > since
    return others_hold and not others_finish and idle <= max(seconds, STUCK_SECONDS)


def rests_until(lapses: Sequence[float], seconds: float) -> float:
    """Until when a holder is passed over whose leases ran out at these times (rising) without a microbatch finished in
    between: twice as long after each, so that several who take turns at finishing nothing can't keep a run from its
    end. Where nobody else is there to feed it is not to be passed over."""
    if not lapses:
        return 0.0
    return lapses[-1] + seconds * 2.0 ** min(len(lapses) - 1, LONGEST_REST_DOUBLINGS)


def renew(book: LeaseBook, lease_id: int, holder: NodeId, now: float, seconds: float) -> tuple[bool, LeaseBook]:
    """Whether `holder` still has the lease, and the book with it prolonged; a lease never gets shorter."""
    lease = book.open.get(lease_id)
    if lease is None or lease.holder != holder:
        return False, book
    longer = replace(lease, expires_at=max(lease.expires_at, now + seconds))
    return True, replace(book, open={**book.open, lease_id: longer})


def finish(book: LeaseBook, microbatch: int) -> tuple[bool, LeaseBook]:
    """Note a microbatch as trained, wherever it was; False if it already was (trained twice) or does not exist."""
    if not 0 <= microbatch < book.total or contains(book.finished, microbatch):
        return False, book
    one: Ranges = ((microbatch, microbatch + 1),)
    finished = union(book.finished, one)
    for lease in book.open.values():
        if contains(lease.remaining, microbatch):
            remaining = difference(lease.remaining, one)
            others = {number: other for number, other in book.open.items() if number != lease.lease_id}
            if remaining:
                others[lease.lease_id] = replace(lease, remaining=remaining)
            return True, replace(book, finished=finished, open=others)
    return True, replace(book, finished=finished, pool=difference(book.pool, one))


NO_CLAIMS: Final[Mapping[int, Claim]] = {}


def close(book: LeaseBook, lease_ids: Iterable[int], claims: Mapping[int, Claim] = NO_CLAIMS) -> LeaseBook:
    """End these leases; what they have left is free again, but for what is claimed: a lease with a claim stays open
    with that alone until the claim's time. Unknown ids change nothing."""
    ended = [book.open[lease_id] for lease_id in set(lease_ids) if lease_id in book.open]
    if not ended:
        return book
    still = dict(book.open)
    free = list(book.pool)
    for lease in ended:
        claim = claims.get(lease.lease_id)
        waiting = intersection(lease.remaining, claim.microbatches) if claim is not None else ()
        free += difference(lease.remaining, waiting)
        if claim is not None and waiting:
            still[lease.lease_id] = replace(lease, remaining=waiting, expires_at=claim.until)
        else:
            del still[lease.lease_id]
    return replace(book, pool=normalised(free), open=still)


def expired(book: LeaseBook, now: float) -> tuple[OpenLease, ...]:
    """The leases that ran out by `now`, by id: to be closed."""
    return tuple(lease for _, lease in sorted(book.open.items()) if lease.expires_at <= now)


def held_by(book: LeaseBook, holder: NodeId) -> tuple[OpenLease, ...]:
    """The leases of a holder, by id; those of one that is gone are to be closed."""
    return tuple(lease for _, lease in sorted(book.open.items()) if lease.holder == holder)


def closed_below(book: LeaseBook, next_lease_id: int) -> int:
    """No microbatch of a lease below this id can be fed again; `next_lease_id` if none is open."""
    return min(book.open, default=next_lease_id)


def next_expiry(book: LeaseBook) -> float | None:
    """When `expire` next has something to do; None with no open lease."""
    return min((lease.expires_at for lease in book.open.values()), default=None)


def remaining(book: LeaseBook) -> int:
    """Indices not trained yet."""
    return book.total - count(book.finished)


def coverage(trained: Iterable[int], total: int) -> Coverage:
    """What was never trained and what more than once, from the index of every training that happened."""
    times = Counter(trained)
    done = normalised((index, index + 1) for index in times)
    repeated = normalised((index, index + 1) for index, number in times.items() if number > 1)
    surplus = sum(number - 1 for number in times.values())
    untrained = difference(normalised([(0, total)]), done)
    return Coverage(untrained, repeated, surplus / total if total else 0.0)
