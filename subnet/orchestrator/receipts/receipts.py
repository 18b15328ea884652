"""Takes journal lines: each acknowledged line stands once in the table, and all that follows from it with it.

One transaction per batch: the lines, the work they complete, the microbatches they finish, the losses they tell. What
is returned as acknowledged is on disk.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from protocol.errors import MalformedMessage, Refused
from protocol.keys import NodeId
from protocol.orchestrator_api import ReceiptBatch, ReceiptsAcknowledged
from protocol.receipts import Direction, Line, Receipt, StepCommitment
from protocol.wire import to_json
from subnet.orchestrator.context import Context
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.receipts.claims import credit_lines
from subnet.orchestrator.receipts.journal_lines import CheckedLine, check_lines, check_order
from subnet.orchestrator.receipts.step_counts import new_steps
from subnet.orchestrator.runs.leases import finish_confirmed
from subnet.orchestrator.runs.losses import note_training_losses
from subnet.orchestrator.runs.measurements import note_measured
from subnet.orchestrator.runs.runs import RunRecord, read_run
from subnet.orchestrator.tables.schema import miners, receipts, stage_stays, step_commitments
from subnet.orchestrator.web.refusals import Conflict

LineHook: TypeAlias = Callable[[Connection, NodeId, list[Line], int], None]
"""(connection, node, new lines, unix ms), within the transaction that stores them."""

# Statements are made once: SQLAlchemy takes five times as long to make and name one as to run it.
_ACKNOWLEDGED: Final = select(miners.c.acknowledged_sequence).where(miners.c.node == bindparam("node"))
_ACKNOWLEDGE: Final = (
    update(miners)
    .where(miners.c.node == bindparam("of_node"))
    .values(acknowledged_sequence=bindparam("through"), steps_total=miners.c.steps_total + bindparam("steps"))
)
_STAYS: Final = select(stage_stays.c.life, stage_stays.c.run_id, stage_stays.c.stage, stage_stays.c.hotkey).where(
    stage_stays.c.node == bindparam("node"), stage_stays.c.life.in_(bindparam("lives", expanding=True))
)
_NEW_LINES: Final = insert(receipts)
_NEW_STEPS: Final = insert(step_commitments).prefix_with("OR IGNORE")
_NO_FIELDS: Final[dict[str, Any]] = {column.name: None for column in receipts.columns}


class Stay(msgspec.Struct, frozen=True):
    """Where one life of a node was placed."""

    run_id: str
    stage: int
    hotkey: str


class ReceiptService:
    """Stores batches. `hooks` see the new lines of each in the same transaction."""

    def __init__(self, context: Context, bells: Bells, hooks: Iterable[LineHook] = ()) -> None:
        self._context = context
        self._bells = bells
        self._hooks = tuple(hooks)

    async def take(self, node: NodeId, batch: ReceiptBatch) -> ReceiptsAcknowledged:
        """Raises Refused (another's journal, a forged or impossible line), Conflict (a gap), MalformedMessage."""
        if batch.node != node:
            raise Refused("A miner sends its own receipts only.")
        check_order(batch)
        lines = await asyncio.to_thread(check_lines, node, batch.entries)
        now_ms = self._context.clock()
        through = await self._context.database.write(lambda connection: self._store(connection, node, lines, now_ms))
        return ReceiptsAcknowledged(through_sequence=through)

    def _store(self, connection: Connection, node: NodeId, lines: list[CheckedLine], now_ms: int) -> int:
        stored = acknowledged_sequence(connection, node)
        fresh = _fresh_lines(connection, node, lines, stored)
        if not fresh:
            return stored
        stays = _stays(connection, node, fresh)
        by_run: dict[str, list[CheckedLine]] = {}
        for checked in fresh:
            by_run.setdefault(checked.line.run_id, []).append(checked)
        for run_id, part in by_run.items():
            self._store_of_run(connection, read_run(connection, run_id), node, part, stays, now_ms)
        through = fresh[-1].entry.sequence
        steps = new_steps(connection, node, fresh)
        connection.execute(_ACKNOWLEDGE, {"of_node": node, "through": through, "steps": steps})
        for hook in self._hooks:
            hook(connection, node, [one.line for one in fresh], now_ms)
        return through

    def _store_of_run(
        self,
        connection: Connection,
        run: RunRecord,
        node: NodeId,
        lines: list[CheckedLine],
        stays: dict[int, Stay],
        now_ms: int,
    ) -> None:
        for checked in lines:
            _check_place(run, checked.line, stays)
        connection.execute(_NEW_LINES, [_row(node, checked, now_ms) for checked in lines])
        steps = [_step_row(node, checked, now_ms) for checked in lines if isinstance(checked.line, StepCommitment)]
        if steps:
            connection.execute(_NEW_STEPS, steps)
        passes = [checked.line for checked in lines if isinstance(checked.line, Receipt)]
        credit_lines(connection, run, node, lines, now_ms)
        # A first stage's pass has come home once its own receipt and the next stage's are here, in whichever order.
        home = {one.microbatch for one in passes if one.direction is Direction.BACKWARD and one.stage <= 1}
        closed_a_lease = bool(home) and finish_confirmed(connection, run, home, now_ms)
        last = [one for one in passes if one.stage == run.stages - 1 and one.loss_sum is not None]
        note_training_losses(connection, self._context.events, run, last, now_ms)
        if note_measured(connection, self._context.events, run, last, now_ms) or closed_a_lease:
            self._bells.ring_after(connection, run.run_id)


def acknowledged_sequence(connection: Connection, node: NodeId) -> int:
    """The highest stored sequence of a node; −1 if none."""
    found = connection.execute(_ACKNOWLEDGED, {"node": node}).scalar()
    return -1 if found is None else int(found)


def _fresh_lines(connection: Connection, node: NodeId, lines: list[CheckedLine], stored: int) -> list[CheckedLine]:
    """What is not in the table yet. Repeats must be the same to the byte."""
    if lines and lines[0].entry.sequence > stored + 1:
        raise Conflict(f"Receipts after number {stored} are missing.", "Register again and send them from there.")
    repeated = {one.entry.sequence: one.entry.body for one in lines if one.entry.sequence <= stored}
    if repeated:
        query = select(receipts.c.sequence, receipts.c.body).where(
            receipts.c.node == node, receipts.c.sequence.between(min(repeated), max(repeated))
        )
        for sequence, body in connection.execute(query):
            if repeated[sequence] != body:
                raise Refused(
                    f"Another receipt with the number {sequence} is known.",
                    "A journal line can't be changed afterwards.",
                )
    return [one for one in lines if one.entry.sequence > stored]


def _stays(connection: Connection, node: NodeId, lines: list[CheckedLine]) -> dict[int, Stay]:
    lives = {one.line.step.life for one in lines}
    found = connection.execute(_STAYS, {"node": node, "lives": sorted(lives)})
    return {life: Stay(run_id, stage, hotkey) for life, run_id, stage, hotkey in found}


def _check_place(run: RunRecord, line: Line, stays: dict[int, Stay]) -> None:
    """A line must name the run and stage that this life of the node was given, and microbatches that exist."""
    stay = stays.get(line.step.life)
    if stay is None or (stay.run_id, stay.stage) != (line.run_id, line.stage):
        raise Refused("A receipt names a part of the model that its miner was not given.", "Register again.")
    if isinstance(line, StepCommitment):
        return
    full, evaluating = run.spec.tokens_per_microbatch, line.direction is Direction.EVALUATE
    if not 0 < line.tokens <= full or (not evaluating and line.tokens != full):
        raise MalformedMessage(f"A receipt counts {line.tokens} tokens; a microbatch has {full}.")
    if not evaluating and line.microbatch >= run.spec.training.microbatches:
        raise MalformedMessage("A receipt names a microbatch that the run does not have.")


def _row(node: NodeId, checked: CheckedLine, now_ms: int) -> dict[str, Any]:
    entry, line = checked.entry, checked.line
    row = _NO_FIELDS | {
        "node": node,
        "sequence": entry.sequence,
        "body": entry.body,
        "signature": entry.signature,
        "received_unix_ms": now_ms,
        "run_id": line.run_id,
        "stage": line.stage,
        "step_life": line.step.life,
        "step": line.step.step,
    }
    if isinstance(line, StepCommitment):
        return row | {"kind": "step"}
    fields = (
        "microbatch", "lease_id", "input_hash", "output_hash", "upstream", "downstream", "tokens", "duration_ms",
        "finished_at_unix_ms", "loss_sum",
    )  # fmt: skip
    told = {name: getattr(line, name) for name in fields}
    return row | told | {"kind": "receipt", "direction": line.direction.value}


def _step_row(node: NodeId, checked: CheckedLine, now_ms: int) -> dict[str, Any]:
    line = checked.line
    assert isinstance(line, StepCommitment)
    return {
        "node": node,
        "step_life": line.step.life,
        "step": line.step.step,
        "sequence": checked.entry.sequence,
        "run_id": line.run_id,
        "stage": line.stage,
        "weights_hash": line.weights_hash,
        "microbatches_json": to_json(line.microbatches),
        "learning_rate": line.learning_rate,
        "clip_scale": line.clip_scale,
        "merge_id": line.merge_id,
        "received_unix_ms": now_ms,
    }
