"""The held-out loss, measured by the network itself: before training, now and then during it, and after the last merge.

First-stage miners lease held-out microbatches like train ones; the last stage's signed losses add up to the result.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, case, func, insert, select, update

from protocol.bounds import LOSS_LIMIT
from protocol.keys import NodeId
from protocol.orchestrator_api import Lease, LeasePurpose
from protocol.public_api import LossMeasured, LossPoint
from protocol.receipts import Direction, Receipt
from protocol.wire import from_json
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.runs.leases import next_lease_id, write_lease
from subnet.orchestrator.runs.losses import plausible_loss
from subnet.orchestrator.runs.runs import RunRecord
from subnet.orchestrator.tables.schema import leases, measured, measurements, runs
from swarm.data_order import held_out_microbatches, held_out_windows
from swarm.leases import OpenLease
from swarm.ranges import difference, lowest, normalised


class Moment(StrEnum):
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class MeasurementState(StrEnum):
    OPEN = "open"
    DONE = "done"
    TIMED_OUT = "timed_out"


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement over the held-out microbatches 0 to `microbatches` − 1."""

    measurement_id: int
    run_id: str
    moment: Moment
    at_microbatches: int
    microbatches: int
    state: MeasurementState
    opened_unix_ms: int


LEASE_MICROBATCHES: Final = 8
"""Held-out microbatches in one lease: few, so that several first-stage miners share them."""


def read_measurements(connection: Connection, run_id: str, *conditions: ColumnElement[bool]) -> list[Measurement]:
    """Oldest first."""
    query = select(measurements).where(measurements.c.run_id == run_id, *conditions)
    return [
        msgspec.convert(row, Measurement, from_attributes=True)
        for row in connection.execute(query.order_by(measurements.c.measurement_id))
    ]


def open_measurement(connection: Connection, run: RunRecord, moment: Moment, done: int, now_ms: int) -> None:
    """Begin a measurement after `done` trained microbatches; interim ones look at a part of the split only."""
    spec = run.spec
    whole = held_out_microbatches(spec.training.sequences, spec.model.context, spec.data.held_out_tokens)
    part = spec.training.evaluate_microbatches
    size = min(whole, part) if moment is Moment.DURING and part > 0 else whole
    connection.execute(
        insert(measurements).values(
            run_id=run.run_id,
            at_microbatches=done,
            moment=moment.value,
            microbatches=size,
            state=MeasurementState.OPEN.value,
            opened_unix_ms=now_ms,
        )
    )


def lease_measuring(
    connection: Connection, run: RunRecord, node: NodeId, now_ms: int, moments: frozenset[Moment]
) -> Lease | None:
    """Lease held-out microbatches of the oldest open measurement that nobody has; None if there are none."""
    open_ones = read_measurements(connection, run.run_id, measurements.c.state == MeasurementState.OPEN.value)
    for measurement in open_ones:
        if measurement.moment not in moments:
            continue
        free, _ = lowest(_free(connection, measurement), LEASE_MICROBATCHES)
        if free:
            expires = now_ms / 1000 + run.spec.training.lease_seconds
            lease = OpenLease(next_lease_id(connection), node, free, expires, now_ms / 1000)
            return write_lease(connection, run.run_id, LeasePurpose.EVALUATE, lease, measurement.measurement_id)
    return None


def _free(connection: Connection, measurement: Measurement) -> tuple[tuple[int, int], ...]:
    done = connection.execute(
        select(measured.c.microbatch).where(measured.c.measurement_id == measurement.measurement_id)
    ).scalars()
    taken = [(index, index + 1) for index in done]
    held = connection.execute(
        select(leases.c.ranges_json).where(
            leases.c.measurement_id == measurement.measurement_id, leases.c.open.is_(True)
        )
    ).scalars()
    for body in held:
        taken += from_json(body, list[tuple[int, int]])
    return difference(normalised([(0, measurement.microbatches)]), normalised(taken))


def note_measured(
    connection: Connection, events: EventLog, run: RunRecord, receipts: Iterable[Receipt], now_ms: int
) -> bool:
    """Add last-stage evaluations to the measurement whose lease they name; whether that made one complete."""
    touched: set[int] = set()
    for receipt in receipts:
        if receipt.direction is not Direction.EVALUATE or receipt.loss_sum is None:
            continue
        measurement_id = connection.execute(
            select(leases.c.measurement_id).where(
                leases.c.lease_id == receipt.lease_id,
                leases.c.run_id == run.run_id,
                leases.c.purpose == LeasePurpose.EVALUATE.value,
            )
        ).scalar()
        if measurement_id is None or receipt.tokens != _held_out_tokens(run, receipt.microbatch):
            continue
        if plausible_loss(receipt.loss_sum, receipt.tokens) is None:
            continue
        connection.execute(
            insert(measured)
            .prefix_with("OR IGNORE")
            .values(
                measurement_id=measurement_id,
                microbatch=receipt.microbatch,
                loss_sum=receipt.loss_sum,
                tokens=receipt.tokens,
            )
        )
        touched.add(measurement_id)
    if not touched:
        return False
    touched_now = read_measurements(connection, run.run_id, measurements.c.measurement_id.in_(touched))
    still_open = [one for one in touched_now if one.state is MeasurementState.OPEN]
    closed = [_close_if_complete(connection, events, run, one, now_ms) for one in still_open]
    return any(closed)


def _held_out_tokens(run: RunRecord, microbatch: int) -> int:
    spec = run.spec
    windows = held_out_windows(microbatch, spec.training.sequences, spec.model.context, spec.data.held_out_tokens)
    return len(windows) * spec.model.context


def _close_if_complete(
    connection: Connection, events: EventLog, run: RunRecord, measurement: Measurement, now_ms: int
) -> bool:
    count, loss_sum, tokens = _sums(connection, measurement)
    if count < measurement.microbatches:
        return False
    _close(connection, measurement, MeasurementState.DONE, loss_sum, tokens, now_ms)
    loss = plausible_loss(loss_sum, tokens)
    if loss is None:
        return True
    connection.execute(update(runs).where(runs.c.run_id == run.run_id).values(held_out_loss=loss))
    point = LossPoint(measurement.at_microbatches * run.spec.tokens_per_microbatch, loss, now_ms)
    events.append(connection, LossMeasured(run_id=run.run_id, point=point, held_out=True), now_ms)
    return True


def any_late(connection: Connection, run_id: str, limit_seconds: float, now_ms: int) -> bool:
    """Whether `time_out` has something to do."""
    return bool(_late(connection, run_id, limit_seconds, now_ms))


def _late(connection: Connection, run_id: str, limit_seconds: float, now_ms: int) -> list[Measurement]:
    return read_measurements(
        connection,
        run_id,
        measurements.c.state == MeasurementState.OPEN.value,
        measurements.c.opened_unix_ms < now_ms - round(limit_seconds * 1000),
    )


def time_out(connection: Connection, run: RunRecord, limit_seconds: float, now_ms: int) -> None:
    """Give up measurements that take too long."""
    for measurement in _late(connection, run.run_id, limit_seconds, now_ms):
        _, loss_sum, tokens = _sums(connection, measurement)
        _close(connection, measurement, MeasurementState.TIMED_OUT, loss_sum, tokens, now_ms)


def _sums(connection: Connection, measurement: Measurement) -> tuple[int, float, int]:
    """Of how many microbatches, their losses, their tokens. What an earlier version let in that is no loss counts as
    measured and adds nothing."""
    is_loss = measured.c.loss_sum.between(0.0, LOSS_LIMIT * measured.c.tokens)
    query = select(
        func.count(),
        func.coalesce(func.sum(case((is_loss, measured.c.loss_sum))), 0.0),
        func.coalesce(func.sum(case((is_loss, measured.c.tokens))), 0),
    ).where(measured.c.measurement_id == measurement.measurement_id, measured.c.microbatch < measurement.microbatches)
    count, loss_sum, tokens = connection.execute(query).one()
    return int(count), float(loss_sum), int(tokens)


def _close(
    connection: Connection, measurement: Measurement, state: MeasurementState, loss_sum: float, tokens: int, now_ms: int
) -> None:
    values: dict[str, Any] = {
        "state": state.value,
        "loss_sum": loss_sum,
        "tokens": tokens,
        "closed_unix_ms": now_ms,
    }
    mine = measurements.c.measurement_id == measurement.measurement_id
    connection.execute(update(measurements).where(mine).values(values))
    connection.execute(update(leases).where(leases.c.measurement_id == measurement.measurement_id).values(open=False))
