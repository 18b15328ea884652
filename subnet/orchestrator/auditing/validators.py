"""Which validators are at work. Pure SQL inside the caller's transaction."""

from typing import Final

import sqlalchemy as sa

from subnet.orchestrator.tables.audits import validators

VALIDATOR_AWAY_MS: Final = 60_000
"""A validator not seen for so long is not waited for."""


def see_validator(connection: sa.Connection, hotkey: str, now_ms: int) -> None:
    """Note that a validator is at work."""
    changed = connection.execute(
        sa.update(validators).where(validators.c.hotkey == hotkey).values(last_seen_unix_ms=now_ms)
    )
    if changed.rowcount == 0:
        connection.execute(sa.insert(validators).values(hotkey=hotkey, last_seen_unix_ms=now_ms))


def validators_at_work(connection: sa.Connection, now_ms: int) -> frozenset[str]:
    seen = sa.select(validators.c.hotkey).where(validators.c.last_seen_unix_ms > now_ms - VALIDATOR_AWAY_MS)
    return frozenset(connection.execute(seen).scalars())


def any_validator_at_work(connection: sa.Connection, now_ms: int) -> bool:
    """Whether a merge's dispute, say, is worth waiting for one."""
    return bool(validators_at_work(connection, now_ms))
