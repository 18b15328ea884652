"""The lease book: which train microbatches are free, at whom, or trained. No index is ever lost.

At any time each index of the run is in exactly one place: in the pool, in one open lease, or finished. What a lease
has left when it ends returns to the pool; the lowest indices are leased first, so the run's order is roughly kept.
Times are unix seconds of the orchestrator's clock.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from protocol.keys import NodeId
from swarm.ranges import Range, Ranges, contains, count, difference, lowest, normalised, union


@dataclass(frozen=True, slots=True)
class OpenLease:
    """The right and duty of `holder` to feed `remaining` until `expires_at`."""

    lease_id: int
    holder: NodeId
    remaining: Ranges
    expires_at: float


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
    lease = OpenLease(lease_id, holder, taken, now + seconds)
    return lease, replace(book, pool=rest, open={**book.open, lease_id: lease})


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


def close(book: LeaseBook, lease_ids: Iterable[int]) -> LeaseBook:
    """End these leases; what they have left is free again. Unknown ids change nothing."""
    ended = [book.open[lease_id] for lease_id in set(lease_ids) if lease_id in book.open]
    if not ended:
        return book
    gone = {lease.lease_id for lease in ended}
    free = normalised((*book.pool, *(part for lease in ended for part in lease.remaining)))
    return replace(book, pool=free, open={number: one for number, one in book.open.items() if number not in gone})


def expire(book: LeaseBook, now: float) -> tuple[tuple[int, ...], LeaseBook]:
    """The ids of the leases that ran out by `now`, and the book without them."""
    ended = tuple(sorted(lease.lease_id for lease in book.open.values() if lease.expires_at <= now))
    return ended, close(book, ended)


def vanish(book: LeaseBook, holder: NodeId) -> tuple[tuple[int, ...], LeaseBook]:
    """The ids of the leases of a miner that is gone, and the book without them."""
    ended = tuple(sorted(lease.lease_id for lease in book.open.values() if lease.holder == holder))
    return ended, close(book, ended)


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
