"""What may earn, apart from all that was ever signed; what leases had at first; work that waits for an audit.

Written out, not derived from the schema: what a released version once made must never change.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _remember_grants()
    _indices()
    _claims()
    with op.batch_alter_table("work") as work:
        work.add_column(sa.Column("within_owner", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("work") as work:
        work.alter_column("within_owner", server_default=None)
    op.create_table(
        "waiting_work",
        sa.Column("work_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column(
            "epoch",
            sa.Integer(),
            nullable=True,
            comment="the one it came to count in, or -1: none; empty while it waits",
        ),
        sa.PrimaryKeyConstraint("work_id"),
    )
    op.create_index("waiting_work_open", "waiting_work", ["run_id", "epoch"], unique=False)


def _remember_grants() -> None:
    """A lease had what is left of it and what its holder signed for."""
    with op.batch_alter_table("leases") as leases:
        leases.add_column(sa.Column("granted_json", sa.LargeBinary(), nullable=False, server_default="[]"))
    with op.batch_alter_table("leases") as leases:
        leases.alter_column("granted_json", server_default=None)
    connection = op.get_bind()
    signed = sa.text(
        "SELECT DISTINCT microbatch FROM receipts WHERE node = :node AND lease_id = :lease AND run_id = :run"
        " AND stage = 0 AND direction = 'backward' ORDER BY microbatch"
    )
    known = connection.execute(sa.text("SELECT lease_id, node, run_id, purpose, ranges_json FROM leases")).all()
    for lease_id, node, run_id, purpose, left in known:
        granted = [tuple(part) for part in json.loads(left)]
        if purpose == "train":
            found = connection.execute(signed, {"node": node, "lease": lease_id, "run": run_id}).scalars()
            granted += [(microbatch, microbatch + 1) for microbatch in found]
        body = json.dumps(_joined(granted), separators=(",", ":")).encode()
        connection.execute(
            sa.text("UPDATE leases SET granted_json = :body WHERE lease_id = :lease"),
            {"body": body, "lease": lease_id},
        )


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _indices() -> None:
    op.drop_index("receipts_by_microbatch", table_name="receipts")
    op.drop_index("receipts_by_step", table_name="receipts")
    op.create_index(
        "receipts_by_microbatch",
        "receipts",
        ["run_id", "microbatch", "direction", "node", "step_life", "step"],
        unique=False,
    )
    op.create_index("verdicts_by_step", "verdicts", ["node", "life", "step"], unique=False)
    op.create_index("receipts_by_step", "receipts", ["node", "step_life", "step", "direction"], unique=False)


def _claims() -> None:
    """Of what was stored before, all that a lease was ever given for: a peer's receipt may be yet to come."""
    op.create_table(
        "claims",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("microbatch", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("step_life", sa.Integer(), nullable=False),
        sa.Column("lease_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("sent_hash", sa.String(length=64), nullable=False),
        sa.Column("received_hash", sa.String(length=64), nullable=False),
        sa.Column("downstream", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "microbatch", "node", "step_life", "lease_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("claims_by_step", "claims", ["node", "step_life", "step"], unique=False)
    op.execute(
        "INSERT OR IGNORE INTO claims SELECT run_id, microbatch, node, step_life, lease_id, stage, step, sequence,"
        " tokens, CASE WHEN stage = 0 OR upstream IS NULL THEN '' ELSE output_hash END, input_hash, downstream"
        " FROM receipts WHERE direction = 'backward' AND EXISTS (SELECT 1 FROM leases WHERE"
        " leases.lease_id = receipts.lease_id AND leases.purpose = 'train' AND (receipts.stage > 0"
        " OR leases.node = receipts.node)) ORDER BY node, sequence"
    )
