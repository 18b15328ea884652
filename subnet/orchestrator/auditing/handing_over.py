"""What miners hand over for an audit, or don't, and what excuses them. Pure SQL inside the caller's transaction."""

from typing import Any, Final

import sqlalchemy as sa

from protocol.engine_control import EnginePhase
from protocol.errors import Refused
from protocol.keys import NodeId
from protocol.orchestrator_api import EvidenceRequest
from protocol.wire import to_json
from subnet.orchestrator.auditing.states import AuditState
from subnet.orchestrator.tables.audits import audits
from subnet.orchestrator.tables.schema import miners
from subnet.orchestrator.web.refusals import Unknown

EXCUSED_SHARE: Final = 0.25
EXCUSED_FREELY: Final = 3
EXCUSES_MS: Final = 24 * 3600 * 1000
"""Restarts excuse missing evidence, but not always: three of them a day, or a quarter of the miner's audits."""
REASON_LIMIT: Final = 500


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
        values |= {"missing": request.missing[:REASON_LIMIT], **_excuse(connection, audit, owns_up=True)}
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
