"""What audits ask of miners: evidence of the steps that were drawn. Pure SQL inside the caller's transaction."""

from typing import Final

import sqlalchemy as sa

from protocol.keys import NodeId
from protocol.miner_events import AuditTasks, EvidenceWanted
from protocol.receipts import StepId
from subnet.orchestrator.auditing.states import AuditState
from subnet.orchestrator.tables.audits import auditable_steps, audits
from subnet.orchestrator.tables.schema import miners

NOTHING_ASKED: Final = AuditTasks(decided_through=StepId(-1, 0), wanted=())


def tasks_of(connection: sa.Connection, *who: sa.ColumnElement[bool]) -> dict[NodeId, AuditTasks]:
    """All that audits ask now of the miners that meet the conditions, by node, in two statements for all of them; of
    whom nothing was ever audited is left out."""
    decided = _decided_through(connection, *who)
    wanted: dict[NodeId, list[EvidenceWanted]] = {}
    query = sa.select(audits.c.node, audits.c.audit_id, audits.c.life, audits.c.step)
    query = query.join(miners, miners.c.node == audits.c.node).where(audits.c.state == AuditState.WANTED.value, *who)
    for node, audit_id, life, step in connection.execute(query.order_by(audits.c.audit_id)):
        wanted.setdefault(node, []).append(EvidenceWanted(audit_id=audit_id, step=StepId(life, step)))
    return {
        node: AuditTasks(
            decided_through=decided.get(node, NOTHING_ASKED.decided_through), wanted=tuple(wanted.get(node, ()))
        )
        for node in decided.keys() | wanted.keys()
    }


def _decided_through(connection: sa.Connection, *who: sa.ColumnElement[bool]) -> dict[NodeId, StepId]:
    """By node the newest step of those that were drawable before the first that still waits for its draw."""
    waiting = (
        sa.select(auditable_steps.c.node, sa.func.min(auditable_steps.c.cursor).label("first"))
        .where(auditable_steps.c.released.is_(False))
        .group_by(auditable_steps.c.node)
        .subquery("waiting")
    )
    newest, one = auditable_steps.alias("newest"), auditable_steps.alias("one")
    through = (
        sa.select(one.c.cursor)
        .where(
            one.c.node == miners.c.node,
            sa.or_(waiting.c.first.is_(None), one.c.cursor < waiting.c.first),
        )
        .order_by(one.c.life.desc(), one.c.step.desc())
        .limit(1)
        .scalar_subquery()
        .correlate(miners, waiting)
    )
    query = (
        sa.select(miners.c.node, newest.c.life, newest.c.step)
        .select_from(miners)
        .outerjoin(waiting, waiting.c.node == miners.c.node)
        .join(newest, newest.c.cursor == through)
        .where(*who)
    )
    return {node: StepId(life, step) for node, life, step in connection.execute(query)}
