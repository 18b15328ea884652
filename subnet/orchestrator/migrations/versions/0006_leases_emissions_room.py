"""How far the pool's emissions were read, what of a lease tells whether its holder gets on, and which packets are only
promised room.

Written out, not derived from the schema: what a released version once made must never change.
A network of before goes on from its newest emission, which its orchestrator looks up when it first reads. For leases of
before, until when they run stands for when they were granted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    through = sa.Column(
        "through_block", sa.BigInteger(), nullable=False, comment="up to here the pool's emissions are booked"
    )
    op.create_table("emission_readings", sa.Column("pool", sa.Text(), primary_key=True), through)
    for name, kind in (
        ("granted_unix_ms", sa.BigInteger()),
        ("finished_unix_ms", sa.BigInteger()),
        ("lapsed_unix_ms", sa.BigInteger()),
    ):
        op.add_column("leases", sa.Column(name, kind, nullable=True))
    op.create_index("leases_by_node", "leases", ["run_id", "node"], unique=False)
    op.execute("UPDATE leases SET granted_unix_ms = expires_unix_ms")
    announced: sa.Column[bool] = sa.Column("announced", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("parked", announced)
