"""How far the pool's emissions were read, also where there were none: written down, so that nothing is skipped.

Written out, not derived from the schema: what a released version once made must never change.
A network of before goes on from its newest emission, which its orchestrator looks up when it first reads.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    through = sa.Column(
        "through_block", sa.BigInteger(), nullable=False, comment="up to here the pool's emissions are booked"
    )
    op.create_table("emission_readings", sa.Column("pool", sa.Text(), primary_key=True), through)
