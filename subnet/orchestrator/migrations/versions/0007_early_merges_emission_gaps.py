"""For whom merges were opened before their turn, and which emissions no node could tell of.

Written out, not derived from the schema: what a released version once made must never change.
Merges of before count as having come in their turn.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "early_merges",
        sa.Column("merge_id", sa.Integer(), primary_key=True),
        sa.Column("node", sa.String(64), primary_key=True),
        sa.Column("life", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(16), nullable=False),
    )
    op.create_table(
        "emission_gaps",
        sa.Column("pool", sa.Text(), primary_key=True),
        sa.Column("through_block", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("after_block", sa.BigInteger(), nullable=False),
    )
