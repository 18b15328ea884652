"""Leases in the database: swarm.leases decides, the tables remember.

Each change reads the book from its two small parts (finished ranges, open leases), and writes what differs, within one
transaction; so a kill at any moment loses nothing, and no state is held in memory.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from protocol.keys import NodeId
from protocol.orchestrator_api import Lease, LeasePurpose
from protocol.wire import from_json, to_json
from subnet.orchestrator.runs.runs import RunRecord
from subnet.orchestrator.tables.schema import lease_books, leases, runs, trained
from swarm.leases import LeaseBook, OpenLease, close, expire, finish, grant, remaining, renew, restored_book, vanish
from swarm.ranges import Ranges, count

LEASE_LIMIT: Final = 4
"""How many times its usual size a miner may ask for at once."""


def load_book(connection: Connection, run: RunRecord) -> LeaseBook:
    """The run's train leases as they stand."""
    body = connection.execute(select(lease_books.c.book_json).where(lease_books.c.run_id == run.run_id)).scalar()
    finished: Ranges = from_json(body, tuple[tuple[int, int], ...]) if body else ()
    query = select(leases.c.lease_id, leases.c.node, leases.c.ranges_json, leases.c.expires_unix_ms).where(
        leases.c.run_id == run.run_id, leases.c.open.is_(True), leases.c.purpose == LeasePurpose.TRAIN.value
    )
    open_leases = [
        OpenLease(lease_id, node, from_json(ranges, tuple[tuple[int, int], ...]), expires_ms / 1000)
        for lease_id, node, ranges, expires_ms in connection.execute(query)
    ]
    return restored_book(run.spec.training.microbatches, finished, open_leases)


def save_book(connection: Connection, run: RunRecord, old: LeaseBook, new: LeaseBook) -> None:
    """Write what differs between two books of a run."""
    if new.finished != old.finished:
        body = to_json(new.finished)
        statement = upsert(lease_books).values(run_id=run.run_id, book_json=body)
        connection.execute(statement.on_conflict_do_update(index_elements=["run_id"], set_={"book_json": body}))
        done = count(new.finished)
        connection.execute(
            update(runs)
            .where(runs.c.run_id == run.run_id)
            .values(tokens_done=done * run.spec.tokens_per_microbatch, share_done=done / new.total)
        )
    for lease_id, lease in old.open.items():
        if lease_id not in new.open:
            connection.execute(update(leases).where(leases.c.lease_id == lease_id).values(open=False))
        elif new.open[lease_id] != lease:
            changed = new.open[lease_id]
            connection.execute(
                update(leases)
                .where(leases.c.lease_id == lease_id)
                .values(ranges_json=to_json(changed.remaining), expires_unix_ms=round(changed.expires_at * 1000))
            )


def next_lease_id(connection: Connection) -> int:
    """One counter for leases of every purpose and run."""
    return int(connection.execute(select(func.coalesce(func.max(leases.c.lease_id), 0))).scalar_one()) + 1


def write_lease(
    connection: Connection, run_id: str, purpose: LeasePurpose, lease: OpenLease, measurement_id: int | None = None
) -> Lease:
    """Write down a new lease; its wire form."""
    expires_ms = round(lease.expires_at * 1000)
    connection.execute(
        insert(leases).values(
            lease_id=lease.lease_id,
            run_id=run_id,
            purpose=purpose.value,
            node=lease.holder,
            measurement_id=measurement_id,
            ranges_json=to_json(lease.remaining),
            granted_json=to_json(lease.remaining),
            expires_unix_ms=expires_ms,
            open=True,
        )
    )
    return Lease(lease_id=lease.lease_id, purpose=purpose, microbatches=lease.remaining, expires_unix_ms=expires_ms)


def lease_training(
    connection: Connection, run: RunRecord, node: NodeId, microbatches: int, now_ms: int
) -> Lease | None:
    """Lease the lowest free microbatches; None if none is free."""
    wanted = max(1, min(microbatches, LEASE_LIMIT * run.spec.training.lease_microbatches))
    book = load_book(connection, run)
    lease_id = next_lease_id(connection)
    granted, _ = grant(book, lease_id, node, wanted, now_ms / 1000, run.spec.training.lease_seconds)
    if granted is None:
        return None
    return write_lease(connection, run.run_id, LeasePurpose.TRAIN, granted)


def renew_leases(connection: Connection, run: RunRecord, node: NodeId, lease_ids: Iterable[int], now_ms: int) -> None:
    """Prolong those of the named leases that the miner still has."""
    old = new = load_book(connection, run)
    for lease_id in lease_ids:
        _, new = renew(new, lease_id, node, now_ms / 1000, run.spec.training.lease_seconds)
    save_book(connection, run, old, new)
    expires_ms = now_ms + round(run.spec.training.lease_seconds * 1000)
    connection.execute(
        update(leases)
        .where(
            leases.c.lease_id.in_(list(lease_ids)),
            leases.c.node == node,
            leases.c.open.is_(True),
            leases.c.purpose == LeasePurpose.EVALUATE.value,
        )
        .values(expires_unix_ms=expires_ms)
    )


def open_leases(connection: Connection, node: NodeId, lease_ids: Iterable[int]) -> tuple[int, ...]:
    """Those of the named leases that the miner still has, of any purpose."""
    query = select(leases.c.lease_id).where(
        leases.c.lease_id.in_(list(lease_ids)), leases.c.node == node, leases.c.open.is_(True)
    )
    return tuple(sorted(connection.execute(query).scalars()))


def return_leases(connection: Connection, run: RunRecord, node: NodeId, lease_ids: Iterable[int]) -> None:
    """Free what is left of those of the named leases that are the miner's."""
    book = load_book(connection, run)
    wanted = set(lease_ids)
    own = [number for number, lease in book.open.items() if lease.holder == node and number in wanted]
    save_book(connection, run, book, close(book, own))
    _close_evaluations(connection, run.run_id, leases.c.node == node, leases.c.lease_id.in_(wanted))


def free_leases_of(connection: Connection, run: RunRecord, node: NodeId) -> None:
    """A miner is gone: what it had leased goes to others."""
    book = load_book(connection, run)
    _, without = vanish(book, node)
    save_book(connection, run, book, without)
    _close_evaluations(connection, run.run_id, leases.c.node == node)


def expire_leases(connection: Connection, run: RunRecord, now_ms: int) -> bool:
    """End what has run out; whether anything has."""
    book = load_book(connection, run)
    ended, without = expire(book, now_ms / 1000)
    save_book(connection, run, book, without)
    closed = _close_evaluations(connection, run.run_id, leases.c.expires_unix_ms <= now_ms)
    return bool(ended) or closed > 0


def any_expired(connection: Connection, run_id: str, now_ms: int) -> bool:
    """Whether `expire_leases` has something to do."""
    query = select(leases.c.lease_id).where(
        leases.c.run_id == run_id, leases.c.open.is_(True), leases.c.expires_unix_ms <= now_ms
    )
    return connection.execute(query.limit(1)).first() is not None


def finish_microbatches(connection: Connection, run: RunRecord, microbatches: Iterable[int]) -> bool:
    """Note each as trained, once more; whether that closed a lease."""
    old = new = load_book(connection, run)
    known = [microbatch for microbatch in microbatches if 0 <= microbatch < old.total]
    if not known:
        return False
    for microbatch in known:
        _, new = finish(new, microbatch)
    statement = upsert(trained).on_conflict_do_update(
        index_elements=["run_id", "microbatch"], set_={"times": trained.c.times + 1}
    )
    rows = [{"run_id": run.run_id, "microbatch": microbatch, "times": 1} for microbatch in known]
    connection.execute(statement, rows)
    save_book(connection, run, old, new)
    return new.open.keys() != old.open.keys()


def untrained(connection: Connection, run: RunRecord) -> int:
    """Microbatches whose gradient has not come back yet."""
    return remaining(load_book(connection, run))


def closed_below(connection: Connection, run_id: str) -> int:
    """No microbatch of a train lease below this id can come again."""
    query = select(func.min(leases.c.lease_id)).where(
        leases.c.run_id == run_id, leases.c.open.is_(True), leases.c.purpose == LeasePurpose.TRAIN.value
    )
    lowest = connection.execute(query).scalar()
    return int(lowest) if lowest is not None else next_lease_id(connection)


def _close_evaluations(connection: Connection, run_id: str, *conditions: object) -> int:
    statement = (
        update(leases)
        .where(
            leases.c.run_id == run_id,
            leases.c.open.is_(True),
            leases.c.purpose == LeasePurpose.EVALUATE.value,
            *conditions,  # type: ignore[arg-type]
        )
        .values(open=False)
    )
    return int(connection.execute(statement).rowcount)
