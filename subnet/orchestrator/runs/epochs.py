"""Epochs: stretches of a run that verdicts and pay are counted by.

    open ─ one turn through all fragments, or time, or the run's end ─► closed ─ its audits judged ─► settled ─► scored

An epoch's work is a range of ledger entries, so every entry counts in at most one; a verdict counts in the epoch that
was open when its audit was drawn. Pure SQL inside the caller's transaction.

An entry counts once its version's draw is over and what was drawn of it is judged; where only miners of one owner
confirm it, or where evidence of that life was asked for in vain, once an audit near it found that miner honest.
Entries of which that isn't true yet when their epoch is settled wait for a later one, two days at most.
"""

from collections import Counter
from math import isclose, isfinite
from typing import Any, Final

import sqlalchemy as sa

from protocol.errors import MalformedMessage
from protocol.validator_api import EpochCredits, EpochScores, Finding
from protocol.wire import from_json, to_json
from subnet.orchestrator.auditing.drawable import note_end_of_life
from subnet.orchestrator.auditing.states import AuditState
from subnet.orchestrator.runs.runs import RunPhase, RunRecord, fragments_of
from subnet.orchestrator.tables.audits import auditable_steps, audits, epoch_scores, epochs, verdicts, waiting_work
from subnet.orchestrator.tables.schema import fragment_states, merge_blames, merges, miners, step_commitments, work
from subnet.orchestrator.web.refusals import Unknown

LONGEST_MS: Final = 600_000
"""An epoch closes after so long even if merges are stuck or the run has none, if anything was done in it."""
SETTLE_MS: Final = 300_000
"""How long a closed epoch waits for the verdicts of its audits."""
LIST_LIMIT: Final = 50
LIFE_MS: Final = 24 * 3600 * 1000
"""A life from which nothing came for so long, while work of it waits, is over: by then most have come back."""
WAITING_MS: Final = 2 * LIFE_MS
"""Work that could not be audited for so long never will be."""
NEVER: Final = -1
"""Instead of an epoch: of work that waited in vain."""


def turn_epochs(
    connection: sa.Connection, run: RunRecord, pool_hotkey: str, now_ms: int, looks_at_waiting: bool = True
) -> None:
    """Open, close and settle what is due in one run. To look at all that waits costs as much as there is of it, and
    nothing of it is in a hurry; nor is what may still come of a run that is over."""
    newest = connection.execute(
        sa.select(epochs).where(epochs.c.run_id == run.run_id).order_by(epochs.c.epoch.desc()).limit(1)
    ).one_or_none()
    is_quiet = run.phase is RunPhase.FINISHED and newest is not None and newest.credits is not None
    if is_quiet and not looks_at_waiting:
        return
    last_work = _last_work(connection, run.run_id)
    ends_waiting = False
    if looks_at_waiting:
        _end_lives(connection, run, newest, now_ms)
        _give_up_waiting(connection, run, now_ms)
        ends_waiting = _ends_waiting(connection, run)
    if newest is None:
        if run.phase is not RunPhase.WAITING:
            _open(connection, run.run_id, 0, 0, now_ms)
    elif newest.closed_unix_ms is None:
        if _is_over(connection, run, newest, last_work > newest.after_work_id or ends_waiting, now_ms):
            chosen = sa.update(epochs).where(epochs.c.run_id == run.run_id, epochs.c.epoch == newest.epoch)
            connection.execute(chosen.values(closed_unix_ms=now_ms, through_work_id=last_work))
            if run.phase is not RunPhase.FINISHED:
                _open(connection, run.run_id, newest.epoch + 1, last_work, now_ms)
    elif last_work > newest.through_work_id or ends_waiting:
        # Receipts and verdicts that came after the run's end are for work too.
        _open(connection, run.run_id, newest.epoch + 1, newest.through_work_id, now_ms)
    closed = sa.select(epochs).where(
        epochs.c.run_id == run.run_id, epochs.c.closed_unix_ms.is_not(None), epochs.c.credits.is_(None)
    )
    for epoch in connection.execute(closed.order_by(epochs.c.epoch)).all():
        if not _awaits_verdicts(connection, epoch, now_ms):
            _settle(connection, run, epoch, pool_hotkey, now_ms)


def _open(connection: sa.Connection, run_id: str, epoch: int, after_work_id: int, now_ms: int) -> None:
    row = {"run_id": run_id, "epoch": epoch, "opened_unix_ms": now_ms, "after_work_id": after_work_id}
    connection.execute(sa.insert(epochs).values(row))


def _last_work(connection: sa.Connection, run_id: str) -> int:
    newest = sa.select(work.c.work_id).where(work.c.run_id == run_id).order_by(work.c.work_id.desc()).limit(1)
    return int(connection.execute(newest).scalar() or 0)


def _is_over(connection: sa.Connection, run: RunRecord, epoch: Any, has_work: bool, now_ms: int) -> bool:
    if run.phase is RunPhase.FINISHED:
        return True
    if not has_work:
        return False
    if now_ms - epoch.opened_unix_ms > LONGEST_MS:
        return True
    merged = (
        sa.select(fragment_states.c.stage, fragment_states.c.fragment)
        .where(fragment_states.c.run_id == run.run_id, fragment_states.c.made_unix_ms >= epoch.opened_unix_ms)
        .distinct()
    )
    turned = connection.execute(sa.select(sa.func.count()).select_from(merged.subquery())).scalar_one()
    return int(turned) >= sum(fragments_of(run.spec, stage) for stage in range(run.stages))


def _end_lives(connection: sa.Connection, run: RunRecord, newest: Any, now_ms: int) -> None:
    """Work may wait for a microbatch that never came back. Its life is taken to be over once the run is, or once
    nothing was heard for long; until then the miner may come home with it."""
    closed_ms = None if newest is None or run.phase is not RunPhase.FINISHED else newest.closed_unix_ms
    is_over = closed_ms is not None and now_ms - closed_ms > SETTLE_MS
    later = sa.exists().where(
        step_commitments.c.node == work.c.node,
        step_commitments.c.step_life == work.c.step_life,
        step_commitments.c.step > work.c.step,
    )
    held_up = (
        sa.select(work.c.node, work.c.step_life)
        .join(waiting_work, waiting_work.c.work_id == work.c.work_id)
        .where(
            waiting_work.c.run_id == run.run_id,
            waiting_work.c.epoch.is_(None),
            work.c.unix_ms <= now_ms - (0 if is_over else LIFE_MS),
            ~_is_drawable(),
            later,
        )
    )
    for node, life in connection.execute(held_up.distinct()).all():
        note_end_of_life(connection, node, life)


def _awaits_verdicts(connection: sa.Connection, epoch: Any, now_ms: int) -> bool:
    if now_ms - epoch.closed_unix_ms > SETTLE_MS:
        return False
    pending = sa.select(audits.c.audit_id).where(
        audits.c.run_id == epoch.run_id,
        audits.c.opened_unix_ms <= epoch.closed_unix_ms,
        audits.c.state.in_([state.value for state in AuditState if state is not AuditState.JUDGED]),
    )
    return connection.execute(pending.limit(1)).first() is not None


def _settle(connection: sa.Connection, run: RunRecord, epoch: Any, pool_hotkey: str, now_ms: int) -> None:
    """Fix an epoch's credit and who was marked down in it, by an audit or in a merge."""
    counted = sa.update(verdicts).where(
        verdicts.c.run_id == epoch.run_id,
        verdicts.c.epoch.is_(None),
        verdicts.c.audit_opened_unix_ms <= epoch.closed_unix_ms,
    )
    connection.execute(counted.values(epoch=epoch.epoch))
    down = sa.select(verdicts.c.hotkey).where(
        verdicts.c.run_id == epoch.run_id, verdicts.c.epoch == epoch.epoch, verdicts.c.marked_down
    )
    marked_down = tuple(sorted({*connection.execute(down).scalars(), *_merge_liars(connection, epoch)}))
    _sort_out(connection, run, epoch)
    credit = epoch_credit(connection, run, epoch)
    credits = EpochCredits(
        run_id=epoch.run_id, epoch=epoch.epoch, credit=credit, marked_down=marked_down, pool_hotkey=pool_hotkey
    )
    total = sum(flops for hotkey, flops in credit.items() if hotkey not in marked_down)
    chosen = sa.update(epochs).where(epochs.c.run_id == epoch.run_id, epochs.c.epoch == epoch.epoch)
    connection.execute(chosen.values(credits=to_json(credits), total_credit=total))


def _merge_liars(connection: sa.Connection, epoch: Any) -> list[str]:
    """The hotkeys of whose uploads and results a recomputation in this epoch proved to be made up."""
    query = (
        sa.select(miners.c.hotkey)
        .join(merge_blames, merge_blames.c.node == miners.c.node)
        .join(merges, merges.c.merge_id == merge_blames.c.merge_id)
        .where(
            merges.c.run_id == epoch.run_id,
            merge_blames.c.unix_ms > epoch.opened_unix_ms,
            merge_blames.c.unix_ms <= epoch.closed_unix_ms,
        )
    )
    return list(connection.execute(query.distinct()).scalars())


def _sort_out(connection: sa.Connection, run: RunRecord, epoch: Any) -> None:
    """What of the epoch's range can't count yet waits; what waited and can count now counts in this epoch."""
    waiting = sa.select(waiting_work.c.work_id).where(
        waiting_work.c.run_id == epoch.run_id, waiting_work.c.epoch.is_(None)
    )
    ready = sa.select(work.c.work_id).where(work.c.work_id.in_(waiting), _may_count(run))
    chosen = sa.update(waiting_work).where(waiting_work.c.epoch.is_(None), waiting_work.c.work_id.in_(ready))
    connection.execute(chosen.values(epoch=epoch.epoch))
    too_soon = sa.select(work.c.work_id, work.c.run_id).where(*_in_range(epoch), ~_may_count(run))
    connection.execute(sa.insert(waiting_work).prefix_with("OR IGNORE").from_select(["work_id", "run_id"], too_soon))


def _give_up_waiting(connection: sa.Connection, run: RunRecord, now_ms: int) -> None:
    """What has waited too long never counts; after the run's end as well."""
    in_vain = (
        sa.select(work.c.work_id)
        .join(waiting_work, waiting_work.c.work_id == work.c.work_id)
        .where(
            waiting_work.c.run_id == run.run_id,
            waiting_work.c.epoch.is_(None),
            work.c.unix_ms < now_ms - WAITING_MS,
            ~_may_count(run),
        )
    )
    chosen = sa.update(waiting_work).where(waiting_work.c.work_id.in_(in_vain), waiting_work.c.epoch.is_(None))
    connection.execute(chosen.values(epoch=NEVER))


def _in_range(epoch: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        work.c.run_id == epoch.run_id,
        work.c.work_id > epoch.after_work_id,
        work.c.work_id <= epoch.through_work_id,
    )


def _ends_waiting(connection: sa.Connection, run: RunRecord) -> bool:
    """Whether something that waited may count now."""
    query = (
        sa.select(work.c.work_id)
        .join(waiting_work, waiting_work.c.work_id == work.c.work_id)
        .where(waiting_work.c.run_id == run.run_id, waiting_work.c.epoch.is_(None), _may_count(run))
    )
    return connection.execute(query.limit(1)).first() is not None


def _may_count(run: RunRecord) -> sa.ColumnElement[bool]:
    """Of a ledger entry: whether its version's draw is over and whatever was drawn of it judged, and, where that alone
    says little, whether an audit near it went well: within one owner, and where evidence of that life was asked for in
    vain. Who is excused for that may have reason to be, and may have nothing to show."""
    window = run.spec.audit.window_steps
    near = (work.c.step - window, work.c.step + window)
    found_honest = sa.exists().where(
        verdicts.c.node == work.c.node,
        verdicts.c.life == work.c.step_life,
        verdicts.c.step.between(*near),
        verdicts.c.finding == Finding.HONEST.value,
    )
    asked_in_vain = sa.exists().where(
        audits.c.node == work.c.node,
        audits.c.life == work.c.step_life,
        audits.c.step.between(*near),
        audits.c.missing.is_not(None),
    )
    is_open = sa.exists().where(
        audits.c.node == work.c.node,
        audits.c.life == work.c.step_life,
        audits.c.step == work.c.step,
        audits.c.state != AuditState.JUDGED.value,
    )
    needs_no_proof = sa.and_(work.c.within_owner.is_(False), ~asked_in_vain)
    return sa.and_(_is_drawable(is_released=True), ~is_open, sa.or_(needs_no_proof, found_honest))


def _is_drawable(is_released: bool = False) -> sa.ColumnElement[bool]:
    """Of a ledger entry: whether a validator could draw its version, or none can any more."""
    found = sa.exists().where(
        auditable_steps.c.node == work.c.node,
        auditable_steps.c.life == work.c.step_life,
        auditable_steps.c.step == work.c.step,
    )
    return found.where(auditable_steps.c.released.is_(True)) if is_released else found


def epoch_credit(connection: sa.Connection, run: RunRecord, epoch: Any) -> dict[str, float]:
    """Accepted FLOPs by hotkey: of the epoch's range of the ledger what need not wait, and of what waited what came to
    count in it; passes of steps that were marked down are left out."""
    refuted = sa.exists().where(
        verdicts.c.node == work.c.node,
        verdicts.c.life == work.c.step_life,
        verdicts.c.step == work.c.step,
        verdicts.c.marked_down,
    )
    waits = sa.exists().where(waiting_work.c.work_id == work.c.work_id)
    came = sa.select(waiting_work.c.work_id).where(
        waiting_work.c.run_id == run.run_id, waiting_work.c.epoch == epoch.epoch
    )
    totals: Counter[str] = Counter()
    for part in (sa.and_(*_in_range(epoch), ~waits), work.c.work_id.in_(came)):
        query = sa.select(work.c.hotkey, sa.func.sum(work.c.credit)).where(part, ~refuted).group_by(work.c.hotkey)
        for hotkey, flops in connection.execute(query):
            totals[hotkey] += flops
    return {hotkey: float(totals[hotkey]) for hotkey in sorted(totals)}


def unscored_epochs(connection: sa.Connection, validator: str) -> tuple[EpochCredits, ...]:
    """Settled epochs that `validator` has not scored, oldest first."""
    scored = sa.exists().where(
        epoch_scores.c.run_id == epochs.c.run_id,
        epoch_scores.c.epoch == epochs.c.epoch,
        epoch_scores.c.validator == validator,
    )
    query = sa.select(epochs.c.credits).where(epochs.c.credits.is_not(None), ~scored)
    rows = connection.execute(query.order_by(epochs.c.closed_unix_ms, epochs.c.run_id).limit(LIST_LIMIT))
    return tuple(from_json(credits, EpochCredits) for credits in rows.scalars())


def take_scores(connection: sa.Connection, validator: str, scores: EpochScores, now_ms: int) -> None:
    """Write down a validator's scores of a settled epoch; the first ones stand. Raises Unknown or MalformedMessage."""
    query = sa.select(epochs.c.credits).where(epochs.c.run_id == scores.run_id, epochs.c.epoch == scores.epoch)
    settled = connection.execute(query).scalar_one_or_none()
    if settled is None:
        raise Unknown("There is no such epoch, or it is not settled yet.")
    credits: EpochCredits = from_json(settled, EpochCredits)
    shares = scores.shares
    if not all(isfinite(share) and share >= 0 and hotkey in credits.credit for hotkey, share in shares.items()):
        raise MalformedMessage("The scores name somebody who did not work in the epoch, or are no shares.")
    if shares and not isclose(sum(shares.values()), 1.0, rel_tol=1e-6):
        raise MalformedMessage("The scores don't add up to one.")
    row = {
        "run_id": scores.run_id,
        "epoch": scores.epoch,
        "validator": validator,
        "shares": to_json(shares),
        "unix_ms": now_ms,
    }
    connection.execute(sa.insert(epoch_scores).prefix_with("OR IGNORE").values(row))
