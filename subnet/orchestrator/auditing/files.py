"""What belongs to one audit, gathered from the receipts that stood on disk when it was drawn."""

from typing import Any, Final

import sqlalchemy as sa

from protocol.keys import NodeId
from protocol.orchestrator_api import EvidenceRequest
from protocol.receipts import Direction, JournalEntry, StepId
from protocol.runs import RunSpec
from protocol.validator_api import OpenAudit
from protocol.wire import from_json
from subnet.orchestrator.tables.schema import receipts, runs, step_commitments
from swarm.audit_sizes import passes_limit

PEER_RECEIPTS: Final = 32
"""Of the peers of one pass; a microbatch comes by twice at times, but nobody needs all that they ever signed for it."""


def open_audit(connection: sa.Connection, audit: Any) -> OpenAudit:
    """The whole of an audit, from its row: commitments, receipts, what peers signed for, where the evidence lies."""
    step = StepId(audit.life, audit.step)
    commitment = _commitment(connection, audit.node, step_commitments.c.step == step.step, step.life)
    assert commitment is not None, "an audited step has a commitment"
    lines = _receipts(connection, audit, passes_limit(_run(connection, audit.run_id)))
    evidence: EvidenceRequest | None = None
    if audit.evidence is not None and audit.missing is None:
        evidence = from_json(audit.evidence, EvidenceRequest)
    return OpenAudit(
        audit_id=audit.audit_id,
        run_id=audit.run_id,
        stage=audit.stage,
        node=audit.node,
        hotkey=audit.hotkey,
        step=step,
        commitment=commitment,
        next_commitment=_commitment(connection, audit.node, step_commitments.c.step > step.step, step.life),
        receipts=tuple(_entry(line) for line in lines),
        peer_receipts=_peer_receipts(connection, audit.run_id, lines),
        weights_key=evidence.weights_key if evidence else None,
        next_weights_key=evidence.next_weights_key if evidence else None,
        packets=evidence.packets if evidence else (),
        missing=audit.missing,
        excused=audit.excused,
    )


def _commitment(
    connection: sa.Connection, node: NodeId, which: sa.ColumnElement[bool], life: int
) -> JournalEntry | None:
    query = (
        sa.select(receipts.c.sequence, receipts.c.body, receipts.c.signature)
        .join(
            step_commitments,
            (step_commitments.c.node == receipts.c.node) & (step_commitments.c.sequence == receipts.c.sequence),
        )
        .where(step_commitments.c.node == node, step_commitments.c.step_life == life, which)
        .order_by(step_commitments.c.step)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _entry(row)


def _receipts(connection: sa.Connection, audit: Any, limit: int) -> list[Any]:
    """The first `limit` passes of the step, which are all that can earn."""
    found: list[Any] = []
    for way in (Direction.FORWARD, Direction.BACKWARD):
        query = sa.select(receipts).where(
            receipts.c.node == audit.node,
            receipts.c.step_life == audit.life,
            receipts.c.step == audit.step,
            receipts.c.direction == way.value,
            receipts.c.sequence <= audit.through_sequence,
        )
        found += connection.execute(query.order_by(receipts.c.sequence).limit(limit))
    return sorted(found, key=lambda line: line.sequence)[:limit]


def _peer_receipts(connection: sa.Connection, run_id: str, lines: list[Any]) -> tuple[tuple[NodeId, JournalEntry], ...]:
    """What the peers named in `lines` signed for the same microbatches and directions."""
    found: dict[tuple[NodeId, int], JournalEntry] = {}
    for line in lines:
        peers = [peer for peer in (line.upstream, line.downstream) if peer]
        query = sa.select(receipts.c.node, receipts.c.sequence, receipts.c.body, receipts.c.signature).where(
            receipts.c.run_id == run_id,
            receipts.c.microbatch == line.microbatch,
            receipts.c.direction == line.direction,
            receipts.c.node.in_(peers),
        )
        for row in connection.execute(query.order_by(receipts.c.node, receipts.c.sequence).limit(PEER_RECEIPTS)):
            found[(row.node, row.sequence)] = _entry(row)
    return tuple((node, entry) for (node, _), entry in sorted(found.items()))


def _run(connection: sa.Connection, run_id: str) -> RunSpec:
    spec: RunSpec = from_json(
        connection.execute(sa.select(runs.c.spec_json).where(runs.c.run_id == run_id)).scalar_one(), RunSpec
    )
    return spec


def _entry(row: Any) -> JournalEntry:
    return JournalEntry(row.sequence, bytes(row.body), bytes(row.signature))
