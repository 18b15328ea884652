"""Where on the chain a paid payout stands, so that it can be looked up there.

Written out, not derived from the schema: what a released version once made must never change.
Payouts of before stay without: their transactions' names are kept, their blocks were not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    block = "that holds the transaction; empty for those of before it was kept"
    op.add_column("payout_results", sa.Column("block", sa.BigInteger(), nullable=True, comment=block))
    index = "its place in the block; empty where the chain has none"
    op.add_column("payout_results", sa.Column("extrinsic_index", sa.Integer(), nullable=True, comment=index))
