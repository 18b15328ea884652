"""The training loss, from what last-stage miners sign: thinned to a few hundred points in the event log."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, select, update

from protocol.bounds import LOSS_LIMIT
from protocol.public_api import LossMeasured, LossPoint
from protocol.receipts import Direction, Receipt
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.runs.runs import RunRecord
from subnet.orchestrator.tables.schema import runs

POINTS: Final = 400
"""Of a whole run."""


def plausible_loss(loss_sum: float, tokens: int) -> float | None:
    """Nats per token; None where that is no loss that a model can have, so that nobody's number spoils an average."""
    if tokens < 1 or not 0.0 <= loss_sum <= LOSS_LIMIT * tokens:
        return None
    return loss_sum / tokens


def note_training_losses(
    connection: Connection, events: EventLog, run: RunRecord, receipts: Iterable[Receipt], now_ms: int
) -> None:
    """Average forward losses; log a point whenever a POINTS-th of the run has come in."""
    told = [one for one in receipts if one.direction is Direction.FORWARD and one.loss_sum is not None]
    if not told:
        return
    row = connection.execute(
        select(runs.c.window_loss_sum, runs.c.window_tokens, runs.c.window_passes, runs.c.tokens_done).where(
            runs.c.run_id == run.run_id
        )
    ).one()
    loss_sum, tokens, passes, tokens_done = row
    if plausible_loss(loss_sum, tokens) is None:
        loss_sum, tokens, passes = 0.0, 0, 0
    every = max(1, run.spec.training.microbatches // POINTS)
    loss: float | None = None
    before = passes
    for receipt in told:
        if receipt.loss_sum is None or plausible_loss(receipt.loss_sum, receipt.tokens) is None:
            continue
        loss_sum, tokens, passes = loss_sum + receipt.loss_sum, tokens + receipt.tokens, passes + 1
        if passes >= every:
            loss = loss_sum / tokens
            point = LossPoint(tokens_done, loss, now_ms)
            events.append(connection, LossMeasured(run_id=run.run_id, point=point), now_ms)
            loss_sum, tokens, passes = 0.0, 0, 0
    if loss is None and passes == before:
        return
    values = {"window_loss_sum": loss_sum, "window_tokens": tokens, "window_passes": passes}
    connection.execute(
        update(runs).where(runs.c.run_id == run.run_id).values(values if loss is None else values | {"loss": loss})
    )
