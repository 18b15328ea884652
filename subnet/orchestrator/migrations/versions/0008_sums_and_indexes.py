"""What is asked every second is found without reading a run's whole history: sums of money, which payouts are under
way, and indexes.

Written out, not derived from the schema: what a released version once made must never change.
The sums are of all entries of before, and a payout of before is settled if it has a result.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _money_totals()
    _payouts_under_way()
    op.create_index("work_by_run", "work", ["run_id"], unique=False)
    op.create_index(
        "fragment_states_by_time", "fragment_states", ["run_id", "made_unix_ms", "stage", "fragment"], unique=False
    )
    op.create_index("verdicts_by_node", "verdicts", ["run_id", "node", "marked_down"], unique=False)
    for name, table, columns, empty in (
        ("merges_open", "merges", ["run_id"], "finished_unix_ms"),
        ("epochs_unsettled", "epochs", ["run_id", "epoch"], "credits"),
        ("epochs_unpaid", "epochs", ["run_id", "epoch"], "emission_id"),
    ):
        op.create_index(name, table, columns, unique=False, sqlite_where=sa.text(f"{empty} IS NULL"))


def _money_totals() -> None:
    op.create_table(
        "money_totals",
        sa.Column("hotkey", sa.Text(), primary_key=True),
        sa.Column("account", sa.Text(), primary_key=True),
        sa.Column("rao", sa.BigInteger(), nullable=False),
    )
    op.create_index("money_totals_by_account", "money_totals", ["account", "rao"], unique=False)
    op.execute(
        "INSERT INTO money_totals (hotkey, account, rao) "
        "SELECT hotkey, account, SUM(rao) FROM money_entries GROUP BY hotkey, account"
    )


def _payouts_under_way() -> None:
    settled: sa.Column[int] = sa.Column(
        "settled_unix_ms",
        sa.BigInteger(),
        nullable=True,
        comment="when its result was written; empty while it is under way",
    )
    op.add_column("payouts", settled)
    op.execute(
        "UPDATE payouts SET settled_unix_ms = "
        "(SELECT unix_ms FROM payout_results WHERE payout_results.payout_id = payouts.payout_id)"
    )
    op.create_index(
        "payouts_under_way", "payouts", ["hotkey"], unique=False, sqlite_where=sa.text("settled_unix_ms IS NULL")
    )
    op.create_index("payouts_by_hotkey", "payouts", ["hotkey"], unique=False)
