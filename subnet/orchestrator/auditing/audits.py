"""Audits of single steps, from the moment a step may be drawn to its verdict. Pure SQL inside the caller's transaction.

drawable.py ─► auditable ─ every validator at work decided, or the window passed ─► released
                                └ drawn ─► WANTED ─ miner handed over, or time is up ─► READY ─ verdict ─► JUDGED
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from protocol.engine_control import EnginePhase
from protocol.errors import MalformedMessage, Refused
from protocol.keys import NodeId
from protocol.miner_events import AuditTasks, EvidenceWanted
from protocol.orchestrator_api import EvidenceRequest
from protocol.public_api import VerdictGiven, VerdictStatus
from protocol.receipts import StepId
from protocol.runs import RunSpec
from protocol.validator_api import AuditableStep, Finding, StepDecision, Verdict
from protocol.wire import to_json
from subnet.orchestrator.auditing.files import open_audit
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.runs.specs import read_spec
from subnet.orchestrator.tables.audits import auditable_steps, audits, step_decisions, validators, verdicts
from subnet.orchestrator.tables.schema import miners, runs
from subnet.orchestrator.web.refusals import Unknown
from swarm.audit_windows import undrawn_steps
from swarm.work import stage_matmul_parameters

VALIDATOR_AWAY_MS: Final = 60_000
"""A validator not seen for so long is not waited for."""
EVIDENCE_MS: Final = 60_000
"""What a miner has to hand over evidence, beyond the time its bytes need."""
SLOWEST_UPLOAD: Final = 125_000.0
"""Bytes per second that every miner is given time for: 1 Mbit/s."""
EXCUSED_SHARE: Final = 0.25
EXCUSED_FREELY: Final = 3
EXCUSES_MS: Final = 24 * 3600 * 1000
"""Restarts excuse missing evidence, but not always: three of them a day, or a quarter of the miner's audits."""
TEXT_LIMIT: Final = 500


class AuditState(StrEnum):
    WANTED = "wanted"
    READY = "ready"
    JUDGED = "judged"


PASSING: Final = frozenset({Finding.HONEST, Finding.INCONCLUSIVE})
"""Findings that don't mark down."""


def see_validator(connection: sa.Connection, hotkey: str, now_ms: int) -> None:
    """Note that a validator is at work."""
    changed = connection.execute(
        sa.update(validators).where(validators.c.hotkey == hotkey).values(last_seen_unix_ms=now_ms)
    )
    if changed.rowcount == 0:
        connection.execute(sa.insert(validators).values(hotkey=hotkey, last_seen_unix_ms=now_ms))


def validators_at_work(connection: sa.Connection, now_ms: int) -> frozenset[str]:
    seen = sa.select(validators.c.hotkey).where(validators.c.last_seen_unix_ms > now_ms - VALIDATOR_AWAY_MS)
    return frozenset(connection.execute(seen).scalars())


def any_validator_at_work(connection: sa.Connection, now_ms: int) -> bool:
    """Whether a merge's dispute, say, is worth waiting for one."""
    return bool(validators_at_work(connection, now_ms))


def undecided_steps(connection: sa.Connection, validator: str, after: int, limit: int) -> tuple[AuditableStep, ...]:
    """Steps that `validator` has still to decide on, oldest first."""
    decided = sa.exists().where(
        step_decisions.c.cursor == auditable_steps.c.cursor, step_decisions.c.validator == validator
    )
    query = sa.select(auditable_steps).where(
        auditable_steps.c.released.is_(False), auditable_steps.c.cursor > after, ~decided
    )
    rows = connection.execute(query.order_by(auditable_steps.c.cursor).limit(limit))
    return tuple(
        AuditableStep(
            cursor=row.cursor,
            run_id=row.run_id,
            stage=row.stage,
            node=row.node,
            hotkey=row.hotkey,
            step=StepId(row.life, row.step),
            passes=row.passes,
        )
        for row in rows
    )


def decide(
    connection: sa.Connection, validator: str, decisions: Iterable[StepDecision], now_ms: int
) -> frozenset[NodeId]:
    """Write down a draw; the nodes that it concerns. Released or unknown steps are passed over."""
    nodes = set()
    for decision in decisions:
        query = sa.select(auditable_steps).where(
            auditable_steps.c.node == decision.node,
            auditable_steps.c.life == decision.step.life,
            auditable_steps.c.step == decision.step.step,
            auditable_steps.c.released.is_(False),
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            continue
        values = {"cursor": row.cursor, "validator": validator, "audited": decision.audited}
        added = connection.execute(sa.insert(step_decisions).prefix_with("OR IGNORE").values(values))
        if added.rowcount and decision.audited:
            _open(connection, validator, row, now_ms)
        nodes.add(decision.node)
    return frozenset(nodes)


def _open(connection: sa.Connection, validator: str, step: Any, now_ms: int) -> None:
    miner = connection.execute(
        sa.select(miners.c.acknowledged_sequence, miners.c.upload_bytes_per_second).where(miners.c.node == step.node)
    ).one()
    spec_json = connection.execute(sa.select(runs.c.spec_json).where(runs.c.run_id == step.run_id)).scalar_one()
    run = read_spec(spec_json)
    row = {
        "validator": validator,
        "run_id": step.run_id,
        "stage": step.stage,
        "node": step.node,
        "hotkey": step.hotkey,
        "life": step.life,
        "step": step.step,
        "state": AuditState.WANTED.value,
        "opened_unix_ms": now_ms,
        "deadline_unix_ms": now_ms + evidence_time_ms(run, step.stage, miner.upload_bytes_per_second),
        "through_sequence": miner.acknowledged_sequence,
        "excused": False,
    }
    connection.execute(sa.insert(audits).prefix_with("OR IGNORE").values(row))


def evidence_time_ms(run: RunSpec, stage: int, upload_bytes_per_second: float | None) -> int:
    """How long a miner has: two versions of its weights over a link that also trains, plus a minute."""
    parameters = stage_matmul_parameters(run.model, run.stages, stage) + run.model.vocabulary * run.model.width
    rate = max(SLOWEST_UPLOAD, (upload_bytes_per_second or 0.0) / 4)
    return EVIDENCE_MS + int(2 * 4 * parameters / rate * 1000)


def newest_cursor(connection: sa.Connection) -> int:
    """Of all steps that could ever be drawn."""
    found: int = connection.execute(sa.select(sa.func.coalesce(sa.func.max(auditable_steps.c.cursor), 0))).scalar_one()
    return found


def release_steps(connection: sa.Connection, now_ms: int, waited_through: int) -> frozenset[NodeId]:
    """Let go of what is decided, what nobody is there to decide, and of what has waited long enough for a validator at
    work (up to this cursor) all that a miner need not keep; the nodes concerned."""
    at_work = validators_at_work(connection, now_ms)
    nodes = set()
    for run_id, spec_json in connection.execute(sa.select(runs.c.run_id, runs.c.spec_json)).all():
        most = undrawn_steps(read_spec(spec_json))
        waiting = sa.select(auditable_steps.c.node, auditable_steps.c.cursor).where(
            auditable_steps.c.released.is_(False), auditable_steps.c.run_id == run_id
        )
        by_node: dict[NodeId, list[int]] = {}
        for node, cursor in connection.execute(waiting.order_by(auditable_steps.c.cursor)):
            by_node.setdefault(node, []).append(cursor)
        decided = _decided_by(connection, run_id) if by_node else {}
        for node, cursors in by_node.items():
            too_old = sum(one <= waited_through for one in cursors[: max(0, len(cursors) - most)])
            agreed = [one for one in cursors[too_old:] if at_work <= decided.get(one, frozenset())]
            done = [*cursors[:too_old], *agreed]
            if done:
                chosen = sa.update(auditable_steps).where(auditable_steps.c.cursor.in_(done))
                connection.execute(chosen.values(released=True))
                nodes.add(node)
    return frozenset(nodes)


def _decided_by(connection: sa.Connection, run_id: str) -> dict[int, set[str]]:
    """By step that waits, the validators that have decided on it."""
    query = (
        sa.select(step_decisions.c.cursor, step_decisions.c.validator)
        .join(auditable_steps, auditable_steps.c.cursor == step_decisions.c.cursor)
        .where(auditable_steps.c.released.is_(False), auditable_steps.c.run_id == run_id)
    )
    found: dict[int, set[str]] = {}
    for cursor, validator in connection.execute(query):
        found.setdefault(cursor, set()).add(validator)
    return found


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


def check_evidence(node: NodeId, request: EvidenceRequest) -> tuple[str, ...]:
    """The store keys that `request` names; raises Refused unless all are the miner's own for this audit."""
    if request.missing is not None:
        return ()
    keys = [request.weights_key, request.next_weights_key]
    for packet in request.packets:
        keys += [packet.received_key, packet.sent_key]
    named = tuple(key for key in keys if key is not None)
    prefix = f"audits/{request.audit_id}/{node}/"
    if not all(key.startswith(prefix) for key in named):
        raise Refused("The evidence names objects of another audit.", "Upload it under the audit's own keys.")
    return named


def take_evidence(connection: sa.Connection, node: NodeId, request: EvidenceRequest) -> None:
    """The miner has handed over, or says why it can't. Raises Unknown; a repeat changes nothing."""
    audit = connection.execute(
        sa.select(audits).where(audits.c.audit_id == request.audit_id, audits.c.node == node)
    ).one_or_none()
    if audit is None:
        raise Unknown("There is no such audit.")
    if audit.state != AuditState.WANTED:
        return
    values: dict[str, object] = {"state": AuditState.READY.value, "evidence": to_json(request)}
    if request.missing is not None:
        values |= {"missing": request.missing[:TEXT_LIMIT], **_excuse(connection, audit, owns_up=True)}
    connection.execute(sa.update(audits).where(audits.c.audit_id == audit.audit_id).values(values))


def close_overdue(connection: sa.Connection, now_ms: int) -> int:
    """Audits whose miner can't or didn't hand over become ready to be judged as missing; how many."""
    wanted = (
        sa.select(audits, miners.c.life.label("present_life"), miners.c.online, miners.c.phase)
        .join(miners, miners.c.node == audits.c.node)
        .where(audits.c.state == AuditState.WANTED.value)
    )
    closed = 0
    for audit in connection.execute(wanted).all():
        restarted, overdue = audit.present_life != audit.life, now_ms > audit.deadline_unix_ms
        if not restarted and not overdue:
            continue
        paused = "The computer was paused" if audit.phase == EnginePhase.PAUSED.value else "Its time was up"
        left = paused if audit.online else "The computer left"
        reason = "The computer was restarted" if restarted else left
        values = {
            "state": AuditState.READY.value,
            "missing": f"{reason} before the evidence was handed over.",
            **_excuse(connection, audit),
        }
        connection.execute(sa.update(audits).where(audits.c.audit_id == audit.audit_id).values(values))
        closed += 1
    return closed


def _excuse(connection: sa.Connection, audit: Any, owns_up: bool = False) -> dict[str, object]:
    """The columns that say whether the miner's computer was restarted, left or was paused meanwhile, and does not do so
    whenever it is audited. One that is paused uploads nothing. One that is there and `owns_up` to having nothing, for
    want of room on its disk, say, is excused as often as restarts are free."""
    columns = (miners.c.life, miners.c.online, miners.c.phase)
    miner = connection.execute(sa.select(*columns).where(miners.c.node == audit.node)).one()
    is_there = miner.life == audit.life and miner.online and miner.phase != EnginePhase.PAUSED.value
    if is_there and not owns_up:
        return {"excused": False}
    of_late = sa.select(audits.c.audit_id, audits.c.excused, audits.c.occasion).where(
        audits.c.hotkey == audit.hotkey, audits.c.opened_unix_ms > audit.opened_unix_ms - EXCUSES_MS
    )
    asked = connection.execute(of_late).all()
    occasion = str(audit.audit_id) if is_there else _occasion(audit, has_ended=miner.life != audit.life)
    before = [one.occasion or str(one.audit_id) for one in asked if one.excused]
    is_free = occasion in before or len(set(before)) < EXCUSED_FREELY
    excused = is_free or (not is_there and len(before) < EXCUSED_SHARE * len(asked))
    return {"excused": excused, "occasion": occasion if excused else None}


def _occasion(audit: Any, *, has_ended: bool) -> str:
    """What kept the evidence back: the end of a node's life, with every audit that was open then, or an absence in a
    life that goes on, with those that were opened at once."""
    return f"{audit.node}/{audit.life}/" + ("end" if has_ended else str(audit.opened_unix_ms))


def ready_audits(connection: sa.Connection, validator: str, limit: int) -> Sequence[Any]:
    """Rows of `audits` that `validator` can judge now, oldest first."""
    ready = sa.select(audits).where(audits.c.state == AuditState.READY.value, audits.c.validator == validator)
    return connection.execute(ready.order_by(audits.c.audit_id).limit(limit)).all()


def give_verdict(connection: sa.Connection, events: EventLog, validator: str, verdict: Verdict, now_ms: int) -> bool:
    """Write down one verdict with all it was judged by; False if it was given before. Raises Unknown or Refused."""
    audit = connection.execute(sa.select(audits).where(audits.c.audit_id == verdict.audit_id)).one_or_none()
    if audit is None:
        raise Unknown("There is no such audit.")
    if audit.validator != validator:
        raise Refused("This audit is another validator's.")
    match AuditState(audit.state):
        case AuditState.JUDGED:
            return False
        case AuditState.WANTED:
            raise MalformedMessage("A verdict came before the evidence.")
        case AuditState.READY:
            pass
    marked_down = verdict.finding not in PASSING
    row = {
        "audit_id": audit.audit_id,
        "validator": validator,
        "run_id": audit.run_id,
        "stage": audit.stage,
        "node": audit.node,
        "hotkey": audit.hotkey,
        "life": audit.life,
        "step": audit.step,
        "finding": verdict.finding.value,
        "marked_down": marked_down,
        "measured": verdict.measured,
        "allowed": verdict.allowed,
        "microbatch": verdict.microbatch,
        "explanation": verdict.explanation[:TEXT_LIMIT],
        "evidence": to_json(open_audit(connection, audit)),
        "audit_opened_unix_ms": audit.opened_unix_ms,
        "unix_ms": now_ms,
    }
    connection.execute(sa.insert(verdicts).values(row))
    connection.execute(
        sa.update(audits).where(audits.c.audit_id == audit.audit_id).values(state=AuditState.JUDGED.value)
    )
    status = VerdictStatus(
        audit_id=audit.audit_id,
        validator=validator,
        hotkey=audit.hotkey,
        stage=audit.stage,
        step=audit.step,
        finding=verdict.finding.value,
        measured=verdict.measured,
        allowed=verdict.allowed,
        explanation=verdict.explanation[:TEXT_LIMIT],
        unix_ms=now_ms,
    )
    events.append(connection, VerdictGiven(run_id=audit.run_id, verdict=status), now_ms)
    return True
