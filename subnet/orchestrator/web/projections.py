"""The database as the dashboard and everybody else sees it: rows in, protocol.public_api out. Reads only."""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import msgspec
import sqlalchemy as sa
import structlog

from protocol.errors import MalformedMessage
from protocol.keys import NodeId
from protocol.public_api import (
    LossMeasured,
    LossPoint,
    MergeStatus,
    MinerChanged,
    MinerEarnings,
    MinerStatus,
    NetworkStatus,
    RunStatus,
    ValidatorStatus,
    VerdictDetail,
    VerdictStatus,
)
from protocol.validator_api import OpenAudit
from protocol.wire import from_json
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.merging.fragment_sizes import run_parameters
from subnet.orchestrator.merging.records import merge_status, read_merges
from subnet.orchestrator.miners.miners import MinerRecord, read_miners
from subnet.orchestrator.money.payout_records import is_usable, payments_of, payout_coldkey
from subnet.orchestrator.money.postings import Account, credited_and_paid, sums_of
from subnet.orchestrator.runs.runs import RunRecord, read_runs
from subnet.orchestrator.tables.audits import validators, verdicts
from subnet.orchestrator.tables.schema import event_log, merges, miners, work_totals
from subnet.orchestrator.web.refusals import Unknown

POINTS_LIMIT: Final = 400
LIST_LIMIT: Final = 50
GONE_SHOWN_MS: Final = 3600_000
"""Miners that left are shown for so long."""

_log = structlog.get_logger()


FavouredBy = Callable[[NodeId], NodeId | None]
"""The peer that a sender gives more than its table's shares allow, if there is one."""


def _nobody(_sender: NodeId) -> None:
    return None


def network_status(
    connection: sa.Connection, network: str, now_ms: int, favoured_by: FavouredBy = _nobody
) -> NetworkStatus:
    """The whole present state, and the event it is as new as."""
    last_event = connection.execute(sa.select(sa.func.coalesce(sa.func.max(event_log.c.event_id), 0))).scalar_one()
    return NetworkStatus(
        network=network,
        unix_ms=now_ms,
        last_event=int(last_event),
        runs=tuple(run_status(connection, run, now_ms, favoured_by) for run in reversed(read_runs(connection))),
        validators=_validators(connection),
    )


def run_status(connection: sa.Connection, run: RunRecord, now_ms: int, favoured_by: FavouredBy = _nobody) -> RunStatus:
    """One run as the dashboard draws it."""
    train, held_out = loss_points(connection, run.run_id)
    return RunStatus(
        run_id=run.run_id,
        title=run.spec.title,
        phase=run.phase.value,
        stages=run.stages,
        parameters=run_parameters(run.spec),
        tokens_done=run.tokens_done,
        tokens_total=run.spec.training.microbatches * run.spec.tokens_per_microbatch,
        tokens_per_second=run.tokens_per_second,
        loss=train,
        held_out=held_out,
        miners=tuple(
            msgspec.structs.replace(one, favoured_peer=favoured_by(one.node))
            for one in miner_statuses(connection, run.run_id, now_ms)
        ),
        merges=_newest_merges(connection, run.run_id),
        verdicts=verdict_statuses(connection, verdicts.c.run_id == run.run_id),
    )


def loss_points(connection: sa.Connection, run_id: str) -> tuple[tuple[LossPoint, ...], tuple[LossPoint, ...]]:
    """Training and held-out loss, each thinned to POINTS_LIMIT."""
    query = sa.select(event_log.c.body).where(event_log.c.run_id == run_id, event_log.c.tag == "loss")
    bodies = connection.execute(query.order_by(event_log.c.event_id)).scalars()
    measured = [event for body in bodies if (event := _readable_loss(run_id, body)) is not None]
    train = [event.point for event in measured if not event.held_out]
    held_out = [event.point for event in measured if event.held_out]
    return thinned(train, POINTS_LIMIT), thinned(held_out, POINTS_LIMIT)


def _readable_loss(run_id: str, body: bytes) -> LossMeasured | None:
    """None for what an earlier version let in that is no loss, so that it hides none of the other points."""
    try:
        event: LossMeasured = from_json(body, LossMeasured)
    except MalformedMessage as error:
        _tell_of_unreadable(run_id, body, str(error))
        return None
    return event


@lru_cache(maxsize=1024)
def _tell_of_unreadable(run_id: str, body: bytes, reason: str) -> None:
    """Once, since the status is read every second."""
    _log.warning("loss_unreadable", run=run_id, body=body[:200], reason=reason)


def thinned(points: Sequence[LossPoint], limit: int) -> tuple[LossPoint, ...]:
    """At most `limit` points: means of neighbours, the first and the last kept as they are."""
    if len(points) <= limit:
        return tuple(points)
    inner, groups = points[1:-1], limit - 2
    borders = [len(inner) * number // groups for number in range(groups + 1)]
    means = [
        LossPoint(group[-1].tokens, sum(point.loss for point in group) / len(group), group[-1].unix_ms)
        for group in (inner[start:end] for start, end in pairwise(borders))
    ]
    return (points[0], *means, points[-1])


def miner_statuses(
    connection: sa.Connection, run_id: str, now_ms: int, *conditions: sa.ColumnElement[bool]
) -> tuple[MinerStatus, ...]:
    """Miners that are there, or were within the hour."""
    recent = sa.or_(miners.c.online.is_(True), miners.c.last_seen_unix_ms > now_ms - GONE_SHOWN_MS)
    found = read_miners(connection, miners.c.run_id == run_id, recent, *conditions)
    nodes = [miner.node for miner in found]
    done = sa.select(work_totals).where(work_totals.c.run_id == run_id, work_totals.c.node.in_(nodes))
    totals = {row.node: row for row in connection.execute(done)}
    audited = _audits_by_node(connection, run_id, nodes)
    money = credited_and_paid(connection, {miner.hotkey for miner in found})
    return tuple(_miner_status(miner, totals.get(miner.node), audited, money) for miner in found)


def announce_miner(connection: sa.Connection, events: EventLog, node: NodeId, now_ms: int) -> None:
    """Put a miner's present state into the event log."""
    row = connection.execute(sa.select(miners.c.run_id).where(miners.c.node == node)).one_or_none()
    if row is None:
        return
    for miner in miner_statuses(connection, row.run_id, now_ms, miners.c.node == node):
        events.append(connection, MinerChanged(run_id=row.run_id, miner=miner), now_ms)


def _miner_status(
    miner: MinerRecord, total: Any, audited: dict[str, tuple[int, int]], money: dict[str, tuple[int, int]]
) -> MinerStatus:
    credited, paid = money.get(miner.hotkey, (0, 0))
    judged, marked_down = audited.get(miner.node, (0, 0))
    return MinerStatus(
        hotkey=miner.hotkey,
        node=miner.node,
        stage=miner.stage,
        online=miner.online,
        phase=miner.phase.value,
        device=miner.device,
        rate=miner.rate,
        steps=miner.steps_total,
        receipts=miner.acknowledged_sequence + 1,
        matched_passes=total.passes if total is not None else 0,
        credit=total.credit if total is not None else 0.0,
        credited_rao=credited,
        paid_rao=paid,
        audits=judged,
        marked_down=marked_down,
    )


def _audits_by_node(connection: sa.Connection, run_id: str, nodes: Collection[NodeId]) -> dict[str, tuple[int, int]]:
    down = sa.func.sum(sa.cast(verdicts.c.marked_down, sa.Integer))
    query = sa.select(verdicts.c.node, sa.func.count(), down)
    query = query.where(verdicts.c.run_id == run_id, verdicts.c.node.in_(nodes))
    return {node: (int(count), int(bad)) for node, count, bad in connection.execute(query.group_by(verdicts.c.node))}


def _newest_merges(connection: sa.Connection, run_id: str) -> tuple[MergeStatus, ...]:
    newest = sa.select(merges.c.merge_id).where(merges.c.run_id == run_id).order_by(merges.c.merge_id.desc())
    chosen = list(connection.execute(newest.limit(LIST_LIMIT)).scalars())
    records = read_merges(connection, merges.c.merge_id.in_(chosen))
    return tuple(merge_status(record) for record in reversed(records))


def verdict_statuses(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> tuple[VerdictStatus, ...]:
    """The newest verdicts that meet the conditions."""
    query = sa.select(verdicts).where(*conditions)
    rows = connection.execute(query.order_by(verdicts.c.unix_ms.desc(), verdicts.c.audit_id.desc()).limit(LIST_LIMIT))
    return tuple(_verdict_status(row) for row in rows)


def _verdict_status(row: Any) -> VerdictStatus:
    return VerdictStatus(
        audit_id=row.audit_id,
        validator=row.validator,
        hotkey=row.hotkey,
        stage=row.stage,
        step=row.step,
        finding=row.finding,
        measured=row.measured,
        allowed=row.allowed,
        explanation=row.explanation,
        unix_ms=row.unix_ms,
    )


def verdict_detail(connection: sa.Connection, audit_id: int) -> VerdictDetail:
    """Raises Unknown."""
    row = connection.execute(sa.select(verdicts).where(verdicts.c.audit_id == audit_id)).one_or_none()
    if row is None:
        raise Unknown("There is no such verdict.")
    return VerdictDetail(
        verdict=_verdict_status(row),
        node=row.node,
        microbatch=row.microbatch,
        audit=from_json(row.evidence, OpenAudit),
    )


def _validators(connection: sa.Connection) -> tuple[ValidatorStatus, ...]:
    down = sa.func.sum(sa.cast(verdicts.c.marked_down, sa.Integer))
    query = sa.select(verdicts.c.validator, sa.func.count(), down).group_by(verdicts.c.validator)
    judged = {hotkey: (int(count), int(bad)) for hotkey, count, bad in connection.execute(query)}
    return tuple(
        ValidatorStatus(
            hotkey=row.hotkey,
            last_seen_unix_ms=row.last_seen_unix_ms,
            audits=judged.get(row.hotkey, (0, 0))[0],
            marked_down=judged.get(row.hotkey, (0, 0))[1],
        )
        for row in connection.execute(sa.select(validators).order_by(validators.c.hotkey))
    )


def miner_earnings(connection: sa.Connection, hotkey: str, next_payout_seconds: float | None = None) -> MinerEarnings:
    """One hotkey's pay, down to its receipts; raises Unknown for one that never registered."""
    known = read_miners(connection, miners.c.hotkey == hotkey)
    if not known:
        raise Unknown("No computer with this hotkey ever worked here.")
    totals = connection.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(work_totals.c.credit), 0.0),
            sa.func.coalesce(sa.func.sum(work_totals.c.passes), 0),
        ).where(work_totals.c.hotkey == hotkey)
    ).one()
    sums, coldkey = sums_of(connection, hotkey), payout_coldkey(connection, hotkey)
    waiting, pending = sums.get(Account.MINER, 0), sums.get(Account.PENDING, 0)
    is_held = coldkey is None or not is_usable(coldkey)
    return MinerEarnings(
        hotkey=hotkey,
        payout_coldkey=coldkey,
        credit=float(totals[0]),
        matched_passes=int(totals[1]),
        receipts=sum(miner.acknowledged_sequence + 1 for miner in known),
        credited_rao=sum(sums.values()),
        pending_rao=pending + (0 if is_held else waiting),
        held_rao=waiting if is_held else 0,
        paid_rao=sums.get(Account.PAID, 0),
        payments=tuple(payments_of(connection, hotkey, LIST_LIMIT)),
        next_payout_seconds=next_payout_seconds,
    )
