"""Which steps may be drawn for an audit, what validators decided on them, and when one is let go of undrawn. Pure SQL
inside the caller's transaction.
"""

from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa

from protocol.keys import NodeId
from protocol.receipts import StepId
from protocol.runs import RunSpec
from protocol.validator_api import AuditableStep, StepDecision
from subnet.orchestrator.auditing.states import AuditState
from subnet.orchestrator.auditing.validators import validators_at_work
from subnet.orchestrator.runs.specs import read_spec
from subnet.orchestrator.tables.audits import auditable_steps, audits, step_decisions
from subnet.orchestrator.tables.schema import miners, runs
from swarm.audit_windows import undrawn_steps
from swarm.work import stage_matmul_parameters

EVIDENCE_MS: Final = 60_000
"""What a miner has to hand over evidence, beyond the time its bytes need."""
SLOWEST_UPLOAD: Final = 125_000.0
"""Bytes per second that every miner is given time for: 1 Mbit/s."""


def undecided_steps(connection: sa.Connection, validator: str, after: int, limit: int) -> tuple[AuditableStep, ...]:
    """Steps that `validator` has still to decide on, oldest first."""
    decided = sa.exists().where(
        step_decisions.c.cursor == auditable_steps.c.cursor, step_decisions.c.validator == validator
    )
    query = sa.select(auditable_steps).where(
        auditable_steps.c.released.is_(False), auditable_steps.c.cursor > after, ~decided
    )
    rows = connection.execute(query.order_by(auditable_steps.c.cursor).limit(limit))
    return tuple(
        AuditableStep(
            cursor=row.cursor,
            run_id=row.run_id,
            stage=row.stage,
            node=row.node,
            hotkey=row.hotkey,
            step=StepId(row.life, row.step),
            passes=row.passes,
        )
        for row in rows
    )


def decide(
    connection: sa.Connection, validator: str, decisions: Iterable[StepDecision], now_ms: int
) -> frozenset[NodeId]:
    """Write down a draw; the nodes that it concerns. Released or unknown steps are passed over."""
    nodes = set()
    for decision in decisions:
        query = sa.select(auditable_steps).where(
            auditable_steps.c.node == decision.node,
            auditable_steps.c.life == decision.step.life,
            auditable_steps.c.step == decision.step.step,
            auditable_steps.c.released.is_(False),
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            continue
        values = {"cursor": row.cursor, "validator": validator, "audited": decision.audited}
        added = connection.execute(sa.insert(step_decisions).prefix_with("OR IGNORE").values(values))
        if added.rowcount and decision.audited:
            _open(connection, validator, row, now_ms)
        nodes.add(decision.node)
    return frozenset(nodes)


def _open(connection: sa.Connection, validator: str, step: Any, now_ms: int) -> None:
    miner = connection.execute(
        sa.select(miners.c.acknowledged_sequence, miners.c.upload_bytes_per_second).where(miners.c.node == step.node)
    ).one()
    spec_json = connection.execute(sa.select(runs.c.spec_json).where(runs.c.run_id == step.run_id)).scalar_one()
    run = read_spec(spec_json)
    row = {
        "validator": validator,
        "run_id": step.run_id,
        "stage": step.stage,
        "node": step.node,
        "hotkey": step.hotkey,
        "life": step.life,
        "step": step.step,
        "state": AuditState.WANTED.value,
        "opened_unix_ms": now_ms,
        "deadline_unix_ms": now_ms + evidence_time_ms(run, step.stage, miner.upload_bytes_per_second),
        "through_sequence": miner.acknowledged_sequence,
        "excused": False,
    }
    connection.execute(sa.insert(audits).prefix_with("OR IGNORE").values(row))


def evidence_time_ms(run: RunSpec, stage: int, upload_bytes_per_second: float | None) -> int:
    """How long a miner has: two versions of its weights over a link that also trains, plus a minute."""
    parameters = stage_matmul_parameters(run.model, run.stages, stage) + run.model.vocabulary * run.model.width
    rate = max(SLOWEST_UPLOAD, (upload_bytes_per_second or 0.0) / 4)
    return EVIDENCE_MS + int(2 * 4 * parameters / rate * 1000)


def newest_cursor(connection: sa.Connection) -> int:
    """Of all steps that could ever be drawn."""
    found: int = connection.execute(sa.select(sa.func.coalesce(sa.func.max(auditable_steps.c.cursor), 0))).scalar_one()
    return found


def release_steps(connection: sa.Connection, now_ms: int, waited_through: int) -> frozenset[NodeId]:
    """Let go of what is decided, what nobody is there to decide, and of what has waited long enough for a validator at
    work (up to this cursor) all that a miner need not keep; the nodes concerned."""
    at_work = validators_at_work(connection, now_ms)
    nodes = set()
    for run_id, spec_json in connection.execute(sa.select(runs.c.run_id, runs.c.spec_json)).all():
        most = undrawn_steps(read_spec(spec_json))
        waiting = sa.select(auditable_steps.c.node, auditable_steps.c.cursor).where(
            auditable_steps.c.released.is_(False), auditable_steps.c.run_id == run_id
        )
        by_node: dict[NodeId, list[int]] = {}
        for node, cursor in connection.execute(waiting.order_by(auditable_steps.c.cursor)):
            by_node.setdefault(node, []).append(cursor)
        decided = _decided_by(connection, run_id) if by_node else {}
        for node, cursors in by_node.items():
            too_old = sum(one <= waited_through for one in cursors[: max(0, len(cursors) - most)])
            agreed = [one for one in cursors[too_old:] if at_work <= decided.get(one, frozenset())]
            done = [*cursors[:too_old], *agreed]
            if done:
                chosen = sa.update(auditable_steps).where(auditable_steps.c.cursor.in_(done))
                connection.execute(chosen.values(released=True))
                nodes.add(node)
    return frozenset(nodes)


def _decided_by(connection: sa.Connection, run_id: str) -> dict[int, set[str]]:
    """By step that waits, the validators that have decided on it."""
    query = (
        sa.select(step_decisions.c.cursor, step_decisions.c.validator)
        .join(auditable_steps, auditable_steps.c.cursor == step_decisions.c.cursor)
        .where(auditable_steps.c.released.is_(False), auditable_steps.c.run_id == run_id)
    )
    found: dict[int, set[str]] = {}
    for cursor, validator in connection.execute(query):
        found.setdefault(cursor, set()).add(validator)
    return found
