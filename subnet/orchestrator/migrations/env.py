"""Alembic's entry: migrates over the connection it is handed, within the caller's transaction."""

from alembic import context

from subnet.orchestrator.tables.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
