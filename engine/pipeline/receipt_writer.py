"""What a stage writes down: a signed receipt for every pass, its packets as evidence, every new version's hash."""

import time
from collections.abc import Callable
from typing import Protocol

from engine.disk.journal import Journal
from engine.pipeline.passage import Passage
from engine.pipeline.shard_work import BackwardDone, ForwardDone
from protocol.bounds import LOSS_LIMIT
from protocol.keys import NodeId
from protocol.packets import PacketKind
from protocol.receipts import Direction, Receipt, StepCommitment, StepId
from protocol.runs import RunSpec


class PacketSink(Protocol):
    """Who keeps packets as evidence for audits."""

    def keep(
        self, step: StepId, direction: Direction, microbatch: int, received: bytes | None, sent: bytes | None
    ) -> None: ...


class ReceiptWriter:
    """Belongs to the event loop. Lines go into the journal in the order in which results came from the compute thread,
    so that a version's commitment stands before every receipt that names it."""

    def __init__(
        self,
        run: RunSpec,
        stage: int,
        journal: Journal,
        evidence: PacketSink,
        stepped: Callable[[StepCommitment], None],
    ) -> None:
        self._run_id = run.run_id
        self._stage = stage
        self._journal = journal
        self._evidence = evidence
        self._stepped = stepped

    def forward(
        self, passage: Passage, done: ForwardDone, received: bytes | None, sent: bytes | None, downstream: NodeId | None
    ) -> None:
        """A forward or evaluation pass; what is only evaluated is never audited."""
        evaluation = passage.kind is PacketKind.EVALUATE
        direction = Direction.EVALUATE if evaluation else Direction.FORWARD
        output_hash = done.parcel.payload_hash if done.parcel else ""
        hashes = (passage.input_hash, output_hash)
        loss_sum = told_loss(done.loss_sum, passage.tokens)
        self._append(passage, direction, done.step, hashes, downstream, done.duration_ms, loss_sum)
        if not evaluation:
            self._evidence.keep(done.step, direction, passage.microbatch, received, sent)

    def backward(
        self, passage: Passage, done: BackwardDone, input_hash: str, received: bytes | None, sent: bytes | None
    ) -> None:
        """The receipt names the version that was differentiated; a version made by it is committed after it, and before
        anything else is done: whatever fails then, no later receipt names a version that was never committed to."""
        hashes = (input_hash, done.parcel.payload_hash if done.parcel else "")
        self._append(passage, Direction.BACKWARD, done.step, hashes, passage.downstream, done.duration_ms, None)
        for made in done.made:
            self._journal.append(made)
            self._stepped(made)
        self._evidence.keep(done.step, Direction.BACKWARD, passage.microbatch, received, sent)

    def _append(
        self,
        passage: Passage,
        direction: Direction,
        step: StepId,
        hashes: tuple[str, str],
        downstream: NodeId | None,
        duration_ms: float,
        loss_sum: float | None,
    ) -> None:
        self._journal.append(
            Receipt(
                run_id=self._run_id,
                stage=self._stage,
                microbatch=passage.microbatch,
                lease_id=passage.lease_id,
                direction=direction,
                step=step,
                input_hash=hashes[0],
                output_hash=hashes[1],
                upstream=passage.upstream,
                downstream=downstream,
                tokens=passage.tokens,
                duration_ms=duration_ms,
                finished_at_unix_ms=int(time.time() * 1000),
                loss_sum=loss_sum,
            )
        )


def told_loss(loss_sum: float | None, tokens: int) -> float | None:
    """The loss as a receipt may tell it. One that no receipt may hold, of a model gone astray, is left out: else the
    whole journal would be refused for it, with all the work before and after."""
    if loss_sum is None or not 0.0 <= loss_sum <= LOSS_LIMIT * tokens:
        return None
    return loss_sum
