"""What an audit was excused by, written down when it was: later it can't be told from how things stand.

Written out, not derived from the schema: what a released version once made must never change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    meaning = "what it was excused by; many audits may share one"
    op.add_column("audits", sa.Column("occasion", sa.Text(), nullable=True, comment=meaning))
