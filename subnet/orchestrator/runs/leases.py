"""Leases in the database: swarm.leases decides, the tables remember.

Each change reads the book from its two small parts (finished ranges, open leases), and writes what differs, within one
transaction; so a kill at any moment loses nothing, and no state is held in memory.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from protocol.keys import NodeId
from protocol.orchestrator_api import Lease, LeasePurpose
from protocol.receipts import Direction
from protocol.wire import from_json, to_json
from subnet.orchestrator.miners.miners import ready_miners
from subnet.orchestrator.runs.runs import RunRecord
from subnet.orchestrator.tables.schema import lease_books, leases, receipts, runs, trained, work
from swarm.leases import (
    IDLE_SECONDS,
    LATELY_SECONDS,
    Claim,
    LeaseBook,
    OpenLease,
    Pace,
    allowance,
    close,
    expired,
    finish,
    grant,
    held_by,
    keeps,
    remaining,
    renew,
    restored_book,
    rests_until,
)
from swarm.ranges import Ranges, contains, count, normalised

LEASE_LIMIT: Final = 4
"""How many times its usual size a miner may ask for at once."""
_REMEMBERED_LEASES: Final = 64
"""So many of a miner's newest leases tell how it gets on."""

# What comes with every pass is made once, since making a statement costs several times as much as running it.
_BOOK: Final = select(lease_books.c.book_json).where(lease_books.c.run_id == bindparam("run_id"))
_OPEN_LEASES: Final = select(
    leases.c.lease_id, leases.c.node, leases.c.ranges_json, leases.c.expires_unix_ms, leases.c.granted_unix_ms
).where(leases.c.run_id == bindparam("run_id"), leases.c.open.is_(True), leases.c.purpose == LeasePurpose.TRAIN.value)
_STILL_OPEN: Final = select(leases.c.lease_id).where(
    leases.c.lease_id.in_(bindparam("lease_ids", expanding=True)),
    leases.c.node == bindparam("node"),
    leases.c.open.is_(True),
)
_FIRST_BOOK: Final = upsert(lease_books).values(run_id=bindparam("run_id"), book_json=bindparam("body"))
_WRITE_BOOK: Final = _FIRST_BOOK.on_conflict_do_update(
    index_elements=["run_id"], set_={"book_json": _FIRST_BOOK.excluded.book_json}
)
_WRITE_PROGRESS: Final = (
    update(runs)
    .where(runs.c.run_id == bindparam("of_run"))
    .values(tokens_done=bindparam("tokens"), share_done=bindparam("share"))
)
_GET_ON: Final = (
    update(leases)
    .where(leases.c.lease_id.in_(bindparam("lease_ids", expanding=True)))
    .values(finished_unix_ms=bindparam("at_unix_ms"))
)
_CHANGE_LEASE: Final = (
    update(leases)
    .where(leases.c.lease_id == bindparam("of_lease"))
    .values(ranges_json=bindparam("body"), expires_unix_ms=bindparam("at_unix_ms"))
)
_TRAINED: Final = upsert(trained)
_NOTE_TRAINED: Final = _TRAINED.on_conflict_do_update(
    index_elements=["run_id", "microbatch"], set_={"times": _TRAINED.excluded.times}
)
_HOME, _ONWARD = receipts.alias("home"), receipts.alias("onward")
_CAME_HOME: Final = (
    select(_HOME.c.microbatch, leases.c.lease_id, leases.c.granted_json, _HOME.c.node, _HOME.c.sequence)
    .join(leases, and_(leases.c.lease_id == _HOME.c.lease_id, leases.c.node == _HOME.c.node))
    .where(
        _HOME.c.run_id == bindparam("run_id"),
        _HOME.c.microbatch.in_(bindparam("microbatches", expanding=True)),
        _HOME.c.direction == Direction.BACKWARD.value,
        _HOME.c.stage == 0,
        leases.c.run_id == bindparam("run_id"),
        leases.c.purpose == LeasePurpose.TRAIN.value,
    )
    .distinct()
)
"""Of a run of one stage."""
_CONFIRMED: Final = _CAME_HOME.join(
    _ONWARD,
    and_(
        _ONWARD.c.run_id == _HOME.c.run_id,
        _ONWARD.c.microbatch == _HOME.c.microbatch,
        _ONWARD.c.direction == _HOME.c.direction,
        _ONWARD.c.stage == 1,
        _ONWARD.c.node == _HOME.c.downstream,
        _ONWARD.c.output_hash == _HOME.c.input_hash,
        _ONWARD.c.tokens == _HOME.c.tokens,
    ),
)
"""By the miner of the next stage that it names."""


def load_book(connection: Connection, run: RunRecord) -> LeaseBook:
    """The run's train leases as they stand."""
    this_run = {"run_id": run.run_id}
    body = connection.execute(_BOOK, this_run).scalar()
    finished: Ranges = _ranges(body) if body else ()
    open_leases = [
        OpenLease(lease_id, node, _ranges(body), expires_ms / 1000, granted_ms / 1000)
        for lease_id, node, body, expires_ms, granted_ms in connection.execute(_OPEN_LEASES, this_run)
    ]
    return restored_book(run.spec.training.microbatches, finished, open_leases)


def save_book(connection: Connection, run: RunRecord, old: LeaseBook, new: LeaseBook) -> None:
    """Write what differs between two books of a run."""
    if new.finished != old.finished:
        connection.execute(_WRITE_BOOK, {"run_id": run.run_id, "body": to_json(new.finished)})
        done = count(new.finished)
        progress = {"tokens": done * run.spec.tokens_per_microbatch, "share": done / new.total}
        connection.execute(_WRITE_PROGRESS, {"of_run": run.run_id, **progress})
    for lease_id, lease in old.open.items():
        if lease_id not in new.open:
            connection.execute(update(leases).where(leases.c.lease_id == lease_id).values(open=False))
        elif new.open[lease_id] != lease:
            changed = new.open[lease_id]
            values = {"body": to_json(changed.remaining), "at_unix_ms": round(changed.expires_at * 1000)}
            connection.execute(_CHANGE_LEASE, {"of_lease": lease_id, **values})


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
            expires_unix_ms=expires_ms,
            open=True,
            granted_json=to_json(lease.remaining),
            granted_unix_ms=round(lease.granted_at * 1000),
        )
    )
    return Lease(lease_id=lease.lease_id, purpose=purpose, microbatches=lease.remaining, expires_unix_ms=expires_ms)


def lease_training(
    connection: Connection, run: RunRecord, node: NodeId, microbatches: int, now_ms: int
) -> Lease | None:
    """Lease the lowest free microbatches; None if none is free, or the miner has enough or is to rest."""
    training, now = run.spec.training, now_ms / 1000
    _, lapses = _history(connection, run, node)
    if now < rests_until(lapses, training.lease_seconds) and _has_mates(connection, run, node):
        return None
    book = load_book(connection, run)
    lately = _finished_lately(connection, run, node, now_ms)
    room = allowance(book, node, training.lease_microbatches, training.in_flight, lately)
    wanted = min(max(1, microbatches), LEASE_LIMIT * training.lease_microbatches, room)
    if wanted < 1:
        return None
    granted, _ = grant(book, next_lease_id(connection), node, wanted, now, training.lease_seconds)
    if granted is None:
        return None
    return write_lease(connection, run.run_id, LeasePurpose.TRAIN, granted)


def renew_leases(connection: Connection, run: RunRecord, node: NodeId, lease_ids: Iterable[int], now_ms: int) -> None:
    """Prolong those of the named leases that the miner still has, and gets on with."""
    old = new = load_book(connection, run)
    now, seconds = now_ms / 1000, run.spec.training.lease_seconds
    own = [lease for lease_id in lease_ids if (lease := old.open.get(lease_id)) is not None and lease.holder == node]
    if own:
        pace = _pace(connection, run, node, now)
        for lease in own:
            if keeps(old, lease, pace, now, seconds):
                _, new = renew(new, lease.lease_id, node, now, seconds)
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
    named = {"lease_ids": list(lease_ids), "node": node}
    return tuple(sorted(connection.execute(_STILL_OPEN, named).scalars()))


def return_leases(connection: Connection, run: RunRecord, node: NodeId, lease_ids: Iterable[int], now_ms: int) -> None:
    """Free what is left of those of the named leases that are the miner's."""
    book, wanted = load_book(connection, run), set(lease_ids)
    _close(connection, run, book, [lease for lease in held_by(book, node) if lease.lease_id in wanted], now_ms)
    _close_evaluations(connection, run.run_id, leases.c.node == node, leases.c.lease_id.in_(wanted))


def free_leases_of(connection: Connection, run: RunRecord, node: NodeId, now_ms: int) -> None:
    """A miner is gone: what it had leased goes to others."""
    book = load_book(connection, run)
    _close(connection, run, book, held_by(book, node), now_ms)
    _close_evaluations(connection, run.run_id, leases.c.node == node)


def expire_leases(connection: Connection, run: RunRecord, now_ms: int) -> bool:
    """End what has run out; whether anything has."""
    book = load_book(connection, run)
    ended = expired(book, now_ms / 1000)
    for lease in ended:
        finished_at, _ = _history(connection, run, lease.holder)
        if finished_at is None or finished_at < lease.granted_at:
            lapsed = update(leases).where(leases.c.lease_id == lease.lease_id)
            connection.execute(lapsed.values(lapsed_unix_ms=now_ms))
    _close(connection, run, book, ended, now_ms)
    closed = _close_evaluations(connection, run.run_id, leases.c.expires_unix_ms <= now_ms)
    return bool(ended) or closed > 0


def _close(connection: Connection, run: RunRecord, book: LeaseBook, ended: Iterable[OpenLease], now_ms: int) -> None:
    wait_ms = round(run.spec.training.lease_seconds * 1000)
    claims = {lease.lease_id: _claim(connection, run, lease, wait_ms, now_ms) for lease in ended}
    save_book(connection, run, book, close(book, claims, claims))


def _claim(connection: Connection, run: RunRecord, lease: OpenLease, wait_ms: int, now_ms: int) -> Claim:
    """What of a lease its holder has signed lately to have trained; each microbatch waits once, from its first word."""
    first_ms = func.min(receipts.c.received_unix_ms)
    found: list[tuple[int, int]] = []
    until_ms = now_ms
    for start, end in lease.remaining:
        query = select(receipts.c.microbatch, first_ms).where(
            receipts.c.run_id == run.run_id,
            receipts.c.microbatch.between(start, end - 1),
            receipts.c.direction == Direction.BACKWARD.value,
            receipts.c.stage == 0,
            receipts.c.node == lease.holder,
            receipts.c.lease_id == lease.lease_id,
        )
        for microbatch, told_ms in connection.execute(query.group_by(receipts.c.microbatch)):
            if told_ms + wait_ms > now_ms:
                found.append((microbatch, microbatch + 1))
                until_ms = max(until_ms, told_ms + wait_ms)
    return Claim(normalised(found), until_ms / 1000)


def any_expired(connection: Connection, run_id: str, now_ms: int) -> bool:
    """Whether `expire_leases` has something to do."""
    query = select(leases.c.lease_id).where(
        leases.c.run_id == run_id, leases.c.open.is_(True), leases.c.expires_unix_ms <= now_ms
    )
    return connection.execute(query.limit(1)).first() is not None


def finish_confirmed(connection: Connection, run: RunRecord, microbatches: Iterable[int], now_ms: int) -> bool:
    """Note those as trained whose gradient came home under a lease of its miner's own that had them, and was sent by
    the very miner of the next stage that it names. What is paid is another matter: work that came too late to be paid
    need not be done again. Whether that closed a lease."""
    query = _CONFIRMED if run.stages > 1 else _CAME_HOME
    rows = connection.execute(query, {"run_id": run.run_id, "microbatches": list(microbatches)}).all()
    if not rows:
        return False
    old = new = load_book(connection, run)
    times: Counter[int] = Counter()
    got_on: set[int] = set()
    for microbatch, lease_id, granted, _node, _sequence in rows:
        if contains(_ranges(granted), microbatch):
            times[microbatch] += 1
            is_first, new = finish(new, microbatch)
            if is_first:
                got_on.add(lease_id)
    if not times:
        return False
    told = [{"run_id": run.run_id, "microbatch": microbatch, "times": number} for microbatch, number in times.items()]
    connection.execute(_NOTE_TRAINED, told)
    connection.execute(_GET_ON, {"lease_ids": sorted(got_on), "at_unix_ms": now_ms})
    save_book(connection, run, old, new)
    return new.open.keys() != old.open.keys()


def _history(connection: Connection, run: RunRecord, node: NodeId) -> tuple[float | None, list[float]]:
    """When a miner's newest microbatch was confirmed, and when leases ran out since, at which it was idle."""
    query = (
        select(leases.c.finished_unix_ms, leases.c.lapsed_unix_ms)
        .where(leases.c.run_id == run.run_id, leases.c.node == node, leases.c.purpose == LeasePurpose.TRAIN.value)
        .order_by(leases.c.lease_id.desc())
        .limit(_REMEMBERED_LEASES)
    )
    rows = connection.execute(query).all()
    finished_ms = max((finished for finished, _ in rows if finished is not None), default=None)
    lapsed = {lapsed for _, lapsed in rows if lapsed is not None and lapsed > (finished_ms or 0)}
    return None if finished_ms is None else finished_ms / 1000, [lapsed_ms / 1000 for lapsed_ms in sorted(lapsed)]


def _pace(connection: Connection, run: RunRecord, node: NodeId, now: float) -> Pace:
    """How a miner gets on. The others are looked at only where they matter."""
    finished_at, _ = _history(connection, run, node)
    if finished_at is not None and now - finished_at <= IDLE_SECONDS:
        return Pace(finished_at, has_mates=True, mates_finished_at=None)
    others = select(func.max(leases.c.finished_unix_ms)).where(leases.c.run_id == run.run_id, leases.c.node != node)
    mates_ms = connection.execute(others).scalar()
    return Pace(finished_at, _has_mates(connection, run, node), None if mates_ms is None else mates_ms / 1000)


def _has_mates(connection: Connection, run: RunRecord, node: NodeId) -> bool:
    return any(miner.node != node for miner in ready_miners(connection, run.run_id, 0))


def _finished_lately(connection: Connection, run: RunRecord, node: NodeId, now_ms: int) -> int:
    query = select(func.count()).where(
        work.c.run_id == run.run_id,
        work.c.unix_ms >= now_ms - round(LATELY_SECONDS * 1000),
        work.c.node == node,
        work.c.stage == 0,
    )
    return int(connection.execute(query).scalar_one())


def _ranges(body: bytes) -> Ranges:
    found: Ranges = from_json(body, tuple[tuple[int, int], ...])
    return found


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
