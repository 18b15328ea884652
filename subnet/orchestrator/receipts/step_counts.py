"""Steps that count: those whose microbatches their miner signed gradients of, each gradient for one step.

What makes merges due must not be had for bare commitments. A miner signs a gradient before the version that it makes,
and a step that had to wait for memory is committed behind the first gradient of the next: so all that a step needs
stands after the commitment before the last one.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeAlias

from sqlalchemy import Connection, bindparam, select

from protocol.keys import NodeId
from protocol.receipts import ENTRY_LIMIT_BYTES, Direction, Receipt, StepCommitment
from protocol.wire import from_msgpack
from subnet.orchestrator.receipts.journal_lines import CheckedLine
from subnet.orchestrator.tables.schema import receipts, step_commitments

LOOK_BACK_LINES: Final = 8000
"""Nobody's step needs more lines than that; who signs more in between only loses steps of its own."""

# Made once, since making a statement costs several times as much as running it.
_LAST_STEPS: Final = (
    select(step_commitments.c.sequence)
    .where(
        step_commitments.c.node == bindparam("node"),
        step_commitments.c.sequence < bindparam("sequence"),
        step_commitments.c.microbatches_json != b"[]",
    )
    .order_by(step_commitments.c.step_life.desc(), step_commitments.c.step.desc())
    .limit(2)
)
_LINES_BETWEEN: Final = (
    select(receipts.c.kind, receipts.c.direction, receipts.c.run_id, receipts.c.microbatch, receipts.c.body)
    .where(receipts.c.node == bindparam("node"), receipts.c.sequence.between(bindparam("first"), bindparam("last")))
    .order_by(receipts.c.sequence)
)

Gradient: TypeAlias = tuple[str, int]
"""(run, microbatch)."""
StepLine: TypeAlias = Gradient | StepCommitment


def new_steps(connection: Connection, node: NodeId, fresh: list[CheckedLine]) -> int:
    """How many of the new lines are steps that count. The lines may stand in the tables already."""
    told = [found for one in fresh if (found := _told(one)) is not None]
    if not any(isinstance(line, StepCommitment) for line in told):
        return 0
    return count_steps(told, _unused_before(connection, node, fresh[0].entry.sequence))


def count_steps(lines: Iterable[StepLine], unused: Counter[Gradient]) -> int:
    """Pure: the commitments that find all their gradients before them, not used by another. `unused` is left as it is
    after them."""
    steps = 0
    for line in lines:
        if not isinstance(line, StepCommitment):
            unused[line] += 1
            continue
        wanted = {(line.run_id, microbatch) for microbatch in line.microbatches}
        found = {gradient for gradient in wanted if unused[gradient] > 0}
        unused.subtract(found)
        steps += found == wanted
    return steps


def _told(checked: CheckedLine) -> StepLine | None:
    line = checked.line
    if isinstance(line, Receipt):
        return (line.run_id, line.microbatch) if line.direction is Direction.BACKWARD else None
    return line if line.microbatches else None


def _unused_before(connection: Connection, node: NodeId, sequence: int) -> Counter[Gradient]:
    """Gradients signed before a place in the journal that the last step there did not use."""
    last = list(connection.execute(_LAST_STEPS, {"node": node, "sequence": sequence}).scalars())
    earliest = max(last[1] + 1 if len(last) > 1 else 0, sequence - LOOK_BACK_LINES)
    between = {"node": node, "first": earliest, "last": sequence - 1}
    told: list[StepLine] = []
    for kind, direction, run_id, microbatch, body in connection.execute(_LINES_BETWEEN, between):
        if kind == "step":
            told.append(from_msgpack(body, StepCommitment, ENTRY_LIMIT_BYTES))
        elif direction == Direction.BACKWARD.value:
            told.append((run_id, microbatch))
    unused: Counter[Gradient] = Counter()
    count_steps(told, unused)
    return unused
