"""Verdicts on audits: written down with all they were judged by, and told to everybody. Pure SQL inside the caller's
transaction.
"""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from protocol.errors import MalformedMessage, Refused
from protocol.public_api import VerdictGiven, VerdictStatus
from protocol.validator_api import Finding, Verdict
from protocol.wire import to_json
from subnet.orchestrator.auditing.files import open_audit
from subnet.orchestrator.auditing.states import AuditState
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.tables.audits import audits, verdicts
from subnet.orchestrator.web.refusals import Unknown

EXPLANATION_LIMIT: Final = 500
PASSING: Final = frozenset({Finding.HONEST, Finding.INCONCLUSIVE})
"""Findings that don't mark down."""


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
    connection.execute(sa.insert(verdicts).values(_row(connection, audit, verdict, now_ms)))
    connection.execute(
        sa.update(audits).where(audits.c.audit_id == audit.audit_id).values(state=AuditState.JUDGED.value)
    )
    events.append(connection, VerdictGiven(run_id=audit.run_id, verdict=_told(audit, verdict, now_ms)), now_ms)
    return True


def _row(connection: sa.Connection, audit: Any, verdict: Verdict, now_ms: int) -> dict[str, object]:
    """With the evidence as it was handed over, so that the miner can check it too."""
    return {
        "audit_id": audit.audit_id,
        "validator": audit.validator,
        "run_id": audit.run_id,
        "stage": audit.stage,
        "node": audit.node,
        "hotkey": audit.hotkey,
        "life": audit.life,
        "step": audit.step,
        "finding": verdict.finding.value,
        "marked_down": verdict.finding not in PASSING,
        "measured": verdict.measured,
        "allowed": verdict.allowed,
        "microbatch": verdict.microbatch,
        "explanation": verdict.explanation[:EXPLANATION_LIMIT],
        "evidence": to_json(open_audit(connection, audit)),
        "audit_opened_unix_ms": audit.opened_unix_ms,
        "unix_ms": now_ms,
    }


def _told(audit: Any, verdict: Verdict, now_ms: int) -> VerdictStatus:
    """What everybody hears."""
    return VerdictStatus(
        audit_id=audit.audit_id,
        validator=audit.validator,
        hotkey=audit.hotkey,
        stage=audit.stage,
        step=audit.step,
        finding=verdict.finding.value,
        measured=verdict.measured,
        allowed=verdict.allowed,
        explanation=verdict.explanation[:EXPLANATION_LIMIT],
        unix_ms=now_ms,
    )
