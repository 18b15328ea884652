"""Tables of validators, audits, verdicts and epochs. Ids are integers that only rise; times are unix milliseconds.

A step waits here as *auditable* from the moment a later step of its node is on disk. Every validator decides on it by
its own secret draw; it is released when all that are at work have, or when it has grown older than the run's window.
Ledger entries that could not be audited yet when their epoch was settled wait in `waiting_work` for a later one.
"""

import sqlalchemy as sa

from subnet.orchestrator.tables.schema import metadata

validators = sa.Table(
    "validators",
    metadata,
    sa.Column("hotkey", sa.Text, primary_key=True),
    sa.Column("last_seen_unix_ms", sa.BigInteger, nullable=False),
)

auditable_steps = sa.Table(
    "auditable_steps",
    metadata,
    # SQLite numbers rows by itself only where the type is plain INTEGER.
    sa.Column("cursor", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("hotkey", sa.Text, nullable=False),
    sa.Column("life", sa.BigInteger, nullable=False),
    sa.Column("step", sa.BigInteger, nullable=False),
    sa.Column("passes", sa.Integer, nullable=False),
    sa.Column("released", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("node", "life", "step"),
    sa.Index("auditable_steps_open", "released", "cursor"),
)

step_decisions = sa.Table(
    "step_decisions",
    metadata,
    sa.Column("cursor", sa.BigInteger, primary_key=True),
    sa.Column("validator", sa.Text, primary_key=True),
    sa.Column("audited", sa.Boolean, nullable=False),
)

audits = sa.Table(
    "audits",
    metadata,
    sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("validator", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("hotkey", sa.Text, nullable=False),
    sa.Column("life", sa.BigInteger, nullable=False),
    sa.Column("step", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="audits.AuditState"),
    sa.Column("opened_unix_ms", sa.BigInteger, nullable=False),
    sa.Column("deadline_unix_ms", sa.BigInteger, nullable=False),
    sa.Column("through_sequence", sa.BigInteger, nullable=False, comment="receipts after it are not part of the audit"),
    sa.Column("evidence", sa.LargeBinary, comment="the EvidenceRequest as JSON"),
    sa.Column("missing", sa.Text),
    sa.Column("excused", sa.Boolean, nullable=False, default=False),
    sa.Column("occasion", sa.Text, comment="what it was excused by; many audits may share one"),
    sa.UniqueConstraint("node", "life", "step", "validator"),
    sa.Index("audits_of_node", "node", "state"),
    sa.Index("audits_by_state", "state", "validator"),
)

verdicts = sa.Table(
    "verdicts",
    metadata,
    sa.Column("audit_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("validator", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("hotkey", sa.Text, nullable=False, index=True),
    sa.Column("life", sa.BigInteger, nullable=False),
    sa.Column("step", sa.BigInteger, nullable=False),
    sa.Column("finding", sa.Text, nullable=False),
    sa.Column("marked_down", sa.Boolean, nullable=False),
    sa.Column("measured", sa.Float),
    sa.Column("allowed", sa.Float),
    sa.Column("microbatch", sa.BigInteger),
    sa.Column("explanation", sa.Text, nullable=False),
    sa.Column("evidence", sa.LargeBinary, nullable=False, comment="the OpenAudit as JSON, as it was judged"),
    sa.Column("audit_opened_unix_ms", sa.BigInteger, nullable=False),
    sa.Column("unix_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("epoch", sa.Integer, comment="the one it counts in; empty until that is settled"),
    sa.Index("verdicts_uncounted", "run_id", "epoch"),
    sa.Index("verdicts_by_step", "node", "life", "step"),
    sa.Index("verdicts_by_node", "run_id", "node", "marked_down"),
)

epochs = sa.Table(
    "epochs",
    metadata,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("opened_unix_ms", sa.BigInteger, nullable=False),
    sa.Column("closed_unix_ms", sa.BigInteger),
    sa.Column("after_work_id", sa.BigInteger, nullable=False, comment="ledger entries after this one are the epoch's"),
    sa.Column("through_work_id", sa.BigInteger),
    sa.Column("credits", sa.LargeBinary, comment="the EpochCredits as JSON, fixed once its audits are settled"),
    sa.Column("total_credit", sa.Float),
    sa.Column("emission_id", sa.BigInteger, comment="the emission that paid it"),
    sa.Index("epochs_unsettled", "run_id", "epoch", sqlite_where=sa.text("credits IS NULL")),
    sa.Index("epochs_unpaid", "run_id", "epoch", sqlite_where=sa.text("emission_id IS NULL")),
)

epoch_scores = sa.Table(
    "epoch_scores",
    metadata,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("validator", sa.Text, primary_key=True),
    sa.Column("shares", sa.LargeBinary, nullable=False, comment="shares by hotkey as JSON"),
    sa.Column("unix_ms", sa.BigInteger, nullable=False),
)

waiting_work = sa.Table(
    "waiting_work",
    metadata,
    sa.Column("work_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("epoch", sa.Integer, comment="the one it came to count in, or -1: none; empty while it waits"),
    sa.Index("waiting_work_open", "run_id", "epoch"),
)
