"""Runs, miners, receipts, the ledger of work, merges and the event log."""

from alembic import op

from subnet.orchestrator import schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    schema.runs,
    schema.miners,
    schema.stage_stays,
    schema.sessions,
    schema.nonces,
    schema.leases,
    schema.lease_books,
    schema.trained,
    schema.measurements,
    schema.measured,
    schema.receipts,
    schema.step_commitments,
    schema.work,
    schema.work_totals,
    schema.merges,
    schema.merge_uploads,
    schema.merge_coefficients,
    schema.merge_blames,
    schema.fragment_states,
    schema.held_fragments,
    schema.applied,
    schema.disputes,
    schema.parked,
    schema.event_log,
)


def upgrade() -> None:
    schema.metadata.create_all(op.get_bind(), tables=list(TABLES))
