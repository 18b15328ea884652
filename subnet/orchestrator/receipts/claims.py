"""Backward receipts that may earn, and the ledger entries that they make. swarm.matching decides.

A receipt becomes a claim as it arrives, or never: it names a lease that had its microbatch, its miner signed the
forward pass of the same version before, and the version's draw is not known yet. Receipts that are no claims are
stored like all others and are worth nothing. A miner has few claims to a microbatch, so matching costs the same
however often anybody signs.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any, Final

import msgspec
import sqlalchemy as sa
import structlog

from protocol.keys import NodeId
from protocol.orchestrator_api import LeasePurpose
from protocol.receipts import Direction, Line, Receipt, StepCommitment, StepId
from protocol.wire import from_json
from subnet.orchestrator.receipts.journal_lines import CheckedLine
from subnet.orchestrator.receipts.ledger import WorkEntry, add_entries
from subnet.orchestrator.runs.runs import RunRecord
from subnet.orchestrator.tables.audits import auditable_steps
from subnet.orchestrator.tables.schema import claims, leases, miners, receipts, step_commitments, work
from swarm.audit_sizes import passes_limit
from swarm.matching import Claim, Lease, may_claim, settle

_log = structlog.get_logger()
CLAIMS_PER_MICROBATCH: Final = 8
"""Of one node, over all its lives and leases; a microbatch that is leased again oftener is nobody's honest work."""
KEYS_AT_ONCE: Final = 500

# Statements are made once, since making one costs several times as much as running it.
_LEASES_NAMED: Final = sa.select(leases.c.lease_id, leases.c.node, leases.c.granted_json).where(
    leases.c.lease_id.in_(sa.bindparam("lease_ids", expanding=True)),
    leases.c.run_id == sa.bindparam("run_id"),
    leases.c.purpose == LeasePurpose.TRAIN.value,
)
_EARLIER_PASSES: Final = (
    sa.select(receipts.c.sequence)
    .where(
        receipts.c.node == sa.bindparam("node"),
        receipts.c.step_life == sa.bindparam("life"),
        receipts.c.step == sa.bindparam("step"),
        receipts.c.direction.in_((Direction.FORWARD.value, Direction.BACKWARD.value)),
        receipts.c.sequence < sa.bindparam("sequence"),
    )
    .limit(sa.bindparam("most"))
)
_PASSES_BEFORE: Final = sa.select(sa.func.count()).select_from(_EARLIER_PASSES.subquery())
_NEW_CLAIMS: Final = sa.insert(claims)
_KNOWN_CLAIMS: Final = sa.select(claims.c.microbatch, claims.c.step_life, claims.c.lease_id).where(
    claims.c.run_id == sa.bindparam("run_id"),
    claims.c.microbatch.in_(sa.bindparam("microbatches", expanding=True)),
    claims.c.node == sa.bindparam("node"),
)
_DRAWABLE: Final = (
    sa.select(auditable_steps.c.cursor)
    .where(
        auditable_steps.c.node == sa.bindparam("node"),
        auditable_steps.c.life == sa.bindparam("life"),
        auditable_steps.c.step == sa.bindparam("step"),
    )
    .limit(1)
)
_WENT_FORWARD: Final = (
    sa.select(receipts.c.microbatch, receipts.c.step_life, receipts.c.step)
    .where(
        receipts.c.run_id == sa.bindparam("run_id"),
        receipts.c.microbatch.in_(sa.bindparam("microbatches", expanding=True)),
        receipts.c.direction == Direction.FORWARD.value,
        receipts.c.node == sa.bindparam("node"),
    )
    .distinct()
)
_CLAIMED_BY_VERSION: Final = sa.select(claims.c.microbatch).where(
    claims.c.node == sa.bindparam("node"),
    claims.c.step_life == sa.bindparam("life"),
    claims.c.step == sa.bindparam("step"),
    claims.c.run_id == sa.bindparam("run_id"),
)
_CLAIMS_TO: Final = (
    sa.select(claims, step_commitments.c.sequence.label("committed"), miners.c.hotkey, miners.c.payout_coldkey)
    .join(miners, miners.c.node == claims.c.node)
    .outerjoin(
        step_commitments,
        (step_commitments.c.node == claims.c.node)
        & (step_commitments.c.step_life == claims.c.step_life)
        & (step_commitments.c.step == claims.c.step),
    )
    .where(
        claims.c.run_id == sa.bindparam("run_id"),
        claims.c.microbatch.in_(sa.bindparam("microbatches", expanding=True)),
    )
)
_PAID: Final = (
    sa.select(work.c.microbatch, work.c.stage, work.c.node)
    .where(
        work.c.run_id == sa.bindparam("run_id"),
        work.c.microbatch.in_(sa.bindparam("microbatches", expanding=True)),
    )
    .order_by(work.c.work_id)
)
_HOTKEYS: Final = sa.select(miners.c.node, miners.c.hotkey).where(
    miners.c.node.in_(sa.bindparam("nodes", expanding=True))
)


def credit_lines(
    connection: sa.Connection, run: RunRecord, node: NodeId, lines: list[CheckedLine], now_ms: int
) -> tuple[int, ...]:
    """Note what new lines claim, and pay what that completes. The lines stand in the receipt table already. Returns the
    microbatch of each gradient that came home to `node` under a lease of its own."""
    backward = [
        (one.entry.sequence, one.line)
        for one in lines
        if isinstance(one.line, Receipt) and one.line.direction is Direction.BACKWARD
    ]
    granted = leases_named(connection, run.run_id, {receipt.lease_id for _, receipt in backward})
    leased = [
        (sequence, receipt)
        for sequence, receipt in backward
        if may_claim(node, receipt.stage, receipt.microbatch, granted.get(receipt.lease_id))
    ]
    in_time = _passes_in_time(connection, run, node, lines)
    touched = _note_claims(connection, run.run_id, node, [one for one in leased if one[0] in in_time])
    touched |= _claimed_by_versions(connection, node, (one.line for one in lines))
    _pay(connection, run, touched, node, now_ms)
    return tuple(receipt.microbatch for _, receipt in leased if receipt.stage == 0)


def leases_named(connection: sa.Connection, run_id: str, lease_ids: Collection[int]) -> dict[int, Lease]:
    """Those of the leases that are for training in this run, as they were granted."""
    found: dict[int, Lease] = {}
    for some in _portions(lease_ids):
        for lease_id, holder, granted in connection.execute(_LEASES_NAMED, {"lease_ids": some, "run_id": run_id}):
            found[lease_id] = Lease(holder, from_json(granted, tuple[tuple[int, int], ...]))
    return found


def _passes_in_time(
    connection: sa.Connection, run: RunRecord, node: NodeId, lines: list[CheckedLine]
) -> frozenset[int]:
    """Sequences of the new passes that an audit of their version would look at: signed before it could be drawn, and
    among the first of that version."""
    by_step: defaultdict[StepId, list[int]] = defaultdict(list)
    for one in lines:
        if isinstance(one.line, Receipt) and one.line.direction is not Direction.EVALUATE:
            by_step[one.line.step].append(one.entry.sequence)
    found: set[int] = set()
    for step, sequences in by_step.items():
        if not _is_drawable(connection, node, step):
            limit = passes_limit(run.spec)
            room = limit - _passes_before(connection, node, step, min(sequences), limit)
            found |= set(sorted(sequences)[:room])
    return frozenset(found)


def _passes_before(connection: sa.Connection, node: NodeId, step: StepId, sequence: int, limit: int) -> int:
    """How many passes of a version stand before a place in the journal, counted no further than `limit`."""
    place = {"node": node, "life": step.life, "step": step.step, "sequence": sequence, "most": limit}
    return int(connection.execute(_PASSES_BEFORE, place).scalar_one())


def _note_claims(connection: sa.Connection, run_id: str, node: NodeId, passes: list[tuple[int, Receipt]]) -> set[int]:
    """Write down those that are new and may earn; their microbatches."""
    if not passes:
        return set()
    microbatches = {receipt.microbatch for _, receipt in passes}
    known = _known_claims(connection, run_id, node, microbatches)
    forward = _went_forward(connection, run_id, node, microbatches)
    times = Counter(microbatch for microbatch, _, _ in known)
    rows = []
    for sequence, receipt in passes:
        key = (receipt.microbatch, receipt.step.life, receipt.lease_id)
        if key in known or times[receipt.microbatch] >= CLAIMS_PER_MICROBATCH:
            continue
        if (receipt.microbatch, receipt.step) in forward:
            known.add(key)
            times[receipt.microbatch] += 1
            rows.append(_claim_row(node, sequence, receipt))
    if rows:
        connection.execute(_NEW_CLAIMS, rows)
    return {row["microbatch"] for row in rows}


def _known_claims(
    connection: sa.Connection, run_id: str, node: NodeId, microbatches: Collection[int]
) -> set[tuple[int, int, int]]:
    """(microbatch, life, lease) of the node's claims."""
    found: set[tuple[int, int, int]] = set()
    for some in _portions(microbatches):
        rows = connection.execute(_KNOWN_CLAIMS, {"run_id": run_id, "microbatches": some, "node": node})
        found |= {(microbatch, life, lease_id) for microbatch, life, lease_id in rows}
    return found


def _is_drawable(connection: sa.Connection, node: NodeId, step: StepId) -> bool:
    """Whether this version may be drawn by now. What is signed from then on is not looked at: its draw may be known, or
    be that of a version without a pass, which leaves nothing to recompute."""
    version = {"node": node, "life": step.life, "step": step.step}
    return connection.execute(_DRAWABLE, version).first() is not None


def _went_forward(
    connection: sa.Connection, run_id: str, node: NodeId, microbatches: Collection[int]
) -> set[tuple[int, StepId]]:
    """The microbatches that the miner signed a forward pass of too, by version: an audit recomputes both."""
    found: set[tuple[int, StepId]] = set()
    for some in _portions(microbatches):
        rows = connection.execute(_WENT_FORWARD, {"run_id": run_id, "microbatches": some, "node": node})
        found |= {(microbatch, StepId(life, step)) for microbatch, life, step in rows}
    return found


def _claim_row(node: NodeId, sequence: int, receipt: Receipt) -> dict[str, Any]:
    return {
        "run_id": receipt.run_id,
        "microbatch": receipt.microbatch,
        "node": node,
        "step_life": receipt.step.life,
        "lease_id": receipt.lease_id,
        "stage": receipt.stage,
        "step": receipt.step.step,
        "sequence": sequence,
        "tokens": receipt.tokens,
        "sent_hash": receipt.output_hash if receipt.stage > 0 and receipt.upstream is not None else "",
        "received_hash": receipt.input_hash,
        "downstream": receipt.downstream,
    }


def _claimed_by_versions(connection: sa.Connection, node: NodeId, lines: Iterable[Line]) -> set[int]:
    """Microbatches of claims that waited for one of these commitments."""
    made = [line for line in lines if isinstance(line, StepCommitment)]
    found: set[int] = set()
    for line in made:
        version = {"node": node, "life": line.step.life, "step": line.step.step, "run_id": line.run_id}
        found |= set(connection.execute(_CLAIMED_BY_VERSION, version).scalars())
    return found


def _pay(connection: sa.Connection, run: RunRecord, touched: set[int], node: NodeId, now_ms: int) -> None:
    """Write the ledger entries of all that hangs together now among the claims to these microbatches."""
    for some in _portions(touched):
        by_microbatch = _claims_to(connection, run.run_id, some)
        paid = _paid(connection, run.run_id, some)
        entries = []
        for microbatch, found in by_microbatch.items():
            outcome = settle(found, run.stages, paid.get(microbatch, {}))
            entries += [_entry(microbatch, one.claim, one.within_owner) for one in outcome.credited]
            for claim in outcome.surplus:
                if claim.node == node:
                    _log.info("pass_was_paid_to_another", node=node, microbatch=microbatch, stage=claim.stage)
        if not entries:
            continue
        hotkeys = _hotkeys(connection, {entry.node for entry in entries})
        named = [msgspec.structs.replace(entry, hotkey=hotkeys[entry.node]) for entry in entries]
        add_entries(connection, run, named, now_ms)


def _claims_to(connection: sa.Connection, run_id: str, microbatches: list[int]) -> dict[int, list[Claim]]:
    found: defaultdict[int, list[Claim]] = defaultdict(list)
    for row in connection.execute(_CLAIMS_TO, {"run_id": run_id, "microbatches": microbatches}):
        found[row.microbatch].append(
            Claim(
                node=row.node,
                stage=row.stage,
                lease_id=row.lease_id,
                step=StepId(row.step_life, row.step),
                sequence=row.sequence,
                tokens=row.tokens,
                sent_hash=row.sent_hash,
                received_hash=row.received_hash,
                downstream=row.downstream,
                is_leased=row.stage == 0,  # else it would be no claim
                is_committed=row.committed is not None,
                owners=frozenset(filter(None, (row.hotkey, row.payout_coldkey))),
            )
        )
    return found


def _paid(connection: sa.Connection, run_id: str, microbatches: list[int]) -> dict[int, dict[int, NodeId]]:
    """By microbatch and stage; of books from before each stage was paid once, the first."""
    found: defaultdict[int, dict[int, NodeId]] = defaultdict(dict)
    for microbatch, stage, node in connection.execute(_PAID, {"run_id": run_id, "microbatches": microbatches}):
        found[microbatch].setdefault(stage, node)
    return found


def _entry(microbatch: int, claim: Claim, within_owner: bool) -> WorkEntry:
    return WorkEntry(
        microbatch=microbatch,
        stage=claim.stage,
        node=claim.node,
        hotkey="",
        sequence=claim.sequence,
        step_life=claim.step.life,
        step=claim.step.step,
        tokens=claim.tokens,
        within_owner=within_owner,
    )


def _hotkeys(connection: sa.Connection, nodes: set[NodeId]) -> dict[NodeId, str]:
    return {row.node: row.hotkey for row in connection.execute(_HOTKEYS, {"nodes": sorted(nodes)})}


def _portions(numbers: Collection[int]) -> Iterable[list[int]]:
    """In portions that fit into one statement."""
    ordered = sorted(numbers)
    return (ordered[first : first + KEYS_AT_ONCE] for first in range(0, len(ordered), KEYS_AT_ONCE))
