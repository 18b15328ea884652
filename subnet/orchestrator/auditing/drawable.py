"""Which steps a validator may draw: those on disk with a successor, of which nothing more is to come.

A gradient may return, and name the version it left on, after later steps were taken. Were that version's draw known by
then, the gradient could be made up; so the version waits for it, as long as swarm.audit_windows says. A life's last
step is never auditable: its weights went with it. Pure SQL inside the caller's transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from protocol.keys import NodeId
from protocol.receipts import Direction, Line, StepCommitment
from protocol.runs import RunSpec
from protocol.wire import from_json
from subnet.orchestrator.receipts.claims import leases_named
from subnet.orchestrator.runs.specs import read_spec
from subnet.orchestrator.tables.audits import auditable_steps
from subnet.orchestrator.tables.schema import lease_books, receipts, runs, stage_stays, step_commitments
from swarm.audit_windows import is_awaited
from swarm.ranges import Ranges, contains

# What comes with every batch of lines is made once, since making a statement costs several times as much as running it.
_LAST_KNOWN: Final = sa.select(sa.func.coalesce(sa.func.max(auditable_steps.c.step), -1)).where(
    auditable_steps.c.node == sa.bindparam("node"), auditable_steps.c.life == sa.bindparam("life")
)
_STEPS_SINCE: Final = (
    sa.select(step_commitments.c.step, step_commitments.c.run_id, step_commitments.c.stage)
    .where(
        step_commitments.c.node == sa.bindparam("node"),
        step_commitments.c.step_life == sa.bindparam("life"),
        step_commitments.c.step > sa.bindparam("known"),
    )
    .order_by(step_commitments.c.step)
)
_PASSES_BY_STEP: Final = (
    sa.select(receipts.c.step, sa.func.count().label("lines"))
    .where(
        receipts.c.node == sa.bindparam("node"),
        receipts.c.step_life == sa.bindparam("life"),
        receipts.c.step.between(sa.bindparam("first"), sa.bindparam("last")),
        receipts.c.kind == "receipt",
    )
    .group_by(receipts.c.step)
)
_THERE, _BACK = receipts.alias("there"), receipts.alias("back")
_CAME_BACK: Final = sa.exists().where(
    _BACK.c.node == _THERE.c.node,
    _BACK.c.step_life == _THERE.c.step_life,
    _BACK.c.step == _THERE.c.step,
    _BACK.c.direction == Direction.BACKWARD.value,
    _BACK.c.microbatch == _THERE.c.microbatch,
)
_STILL_OUT: Final = (
    sa.select(_THERE.c.step, _THERE.c.microbatch, _THERE.c.lease_id)
    .where(
        _THERE.c.node == sa.bindparam("node"),
        _THERE.c.step_life == sa.bindparam("life"),
        _THERE.c.step.between(sa.bindparam("first"), sa.bindparam("last")),
        _THERE.c.direction == Direction.FORWARD.value,
        ~_CAME_BACK,
    )
    .distinct()
)


def note_lines(connection: sa.Connection, node: NodeId, lines: Iterable[Line], _now_ms: int) -> None:
    """Hook of ReceiptService: make auditable, in order, the steps of `node` of which nothing more is to come. A journal
    comes in order, so the first line of a life is the end of those before it."""
    told = list(lines)
    for life in sorted({line.step.life for line in told}):
        if any(_begins_life(line, life) for line in told):
            before = _life_before(connection, node, life)
            if before is not None:
                note_end_of_life(connection, node, before)
        _note_life(connection, node, life, is_over=False)


def note_end_of_life(connection: sa.Connection, node: NodeId, life: int) -> None:
    """Nothing more comes of this life: what its steps wait for is lost."""
    _note_life(connection, node, life, is_over=True)


def _life_before(connection: sa.Connection, node: NodeId, life: int) -> int | None:
    query = sa.select(step_commitments.c.step_life).where(
        step_commitments.c.node == node, step_commitments.c.step_life < life
    )
    found: int | None = connection.execute(
        query.order_by(step_commitments.c.step_life.desc()).limit(1)
    ).scalar_one_or_none()
    return found


def _begins_life(line: Line, life: int) -> bool:
    is_first = isinstance(line, StepCommitment) and not line.microbatches and line.merge_id is None
    return is_first and line.step.life == life


def _note_life(connection: sa.Connection, node: NodeId, life: int, *, is_over: bool) -> None:
    this_life = {"node": node, "life": life}
    known = connection.execute(_LAST_KNOWN, this_life).scalar_one()
    rows = connection.execute(_STEPS_SINCE, this_life | {"known": known}).all()
    if len(rows) < 2:
        return
    ready = len(rows) - 1 if is_over else _ready_steps(connection, node, life, rows)
    stay = sa.select(stage_stays.c.hotkey).where(stage_stays.c.node == node, stage_stays.c.life == life)
    hotkey = connection.execute(stay).scalar_one_or_none() if ready else None
    if hotkey is None:
        return
    passes = _passes_by_step(connection, node, life, rows[0].step, rows[ready - 1].step)
    whole = [
        {
            "run_id": row.run_id,
            "stage": row.stage,
            "node": node,
            "hotkey": hotkey,
            "life": life,
            "step": row.step,
            "passes": passes.get(row.step, 0),
            "released": False,
        }
        for row in rows[:ready]
    ]
    connection.execute(sa.insert(auditable_steps).prefix_with("OR IGNORE"), whole)


def _ready_steps(connection: sa.Connection, node: NodeId, life: int, rows: Sequence[Any]) -> int:
    """How many of these commitments, in order and the last left out, wait for nothing more. Most lines that arrive find
    the first one waiting still, so what only a ready one needs is read after this."""
    out = _out_by_step(connection, rows[0].run_id, node, life, rows[0].step, rows[-2].step)
    if not out:
        return len(rows) - 1
    run = _run(connection, rows[0].run_id)
    trained = _trained(connection, run.run_id)
    for place, row in enumerate(rows[:-1]):
        since = rows[-1].step - row.step
        if any(is_awaited(run, since, contains(trained, microbatch)) for microbatch in out.get(row.step, ())):
            return place
    return len(rows) - 1


def _run(connection: sa.Connection, run_id: str) -> RunSpec:
    spec_json = connection.execute(sa.select(runs.c.spec_json).where(runs.c.run_id == run_id)).scalar_one()
    return read_spec(spec_json)


def _passes_by_step(connection: sa.Connection, node: NodeId, life: int, first: int, last: int) -> dict[int, int]:
    """How many receipts of any kind name each version."""
    versions = {"node": node, "life": life, "first": first, "last": last}
    return {row.step: row.lines for row in connection.execute(_PASSES_BY_STEP, versions)}


def _out_by_step(
    connection: sa.Connection, run_id: str, node: NodeId, life: int, first: int, last: int
) -> dict[int, list[int]]:
    """The microbatches that went forward on these versions, under a lease that had them, and have not come back."""
    versions = {"node": node, "life": life, "first": first, "last": last}
    rows = connection.execute(_STILL_OUT, versions).all()
    granted = leases_named(connection, run_id, {row.lease_id for row in rows})
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        lease = granted.get(row.lease_id)
        if lease is not None and contains(lease.granted, row.microbatch):
            found[row.step].append(row.microbatch)
    return found


def _trained(connection: sa.Connection, run_id: str) -> Ranges:
    """The microbatches that nobody will see to any more."""
    query = sa.select(lease_books.c.book_json).where(lease_books.c.run_id == run_id)
    body = connection.execute(query).scalar_one_or_none()
    finished: Ranges = from_json(body, tuple[tuple[int, int], ...]) if body else ()
    return finished
