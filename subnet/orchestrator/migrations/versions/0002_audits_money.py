"""Validators, audits, verdicts, epochs and money."""

from alembic import op

from subnet.orchestrator import schema, schema_audits, schema_money

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    schema_audits.validators,
    schema_audits.auditable_steps,
    schema_audits.step_decisions,
    schema_audits.audits,
    schema_audits.verdicts,
    schema_audits.epochs,
    schema_audits.epoch_scores,
    schema_money.emissions,
    schema_money.money_entries,
    schema_money.payouts,
    schema_money.payout_results,
)


def upgrade() -> None:
    schema.metadata.create_all(op.get_bind(), tables=list(TABLES))
