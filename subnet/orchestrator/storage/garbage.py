"""Removes what nobody needs any more from the store: old merged states, finished merges, packets nobody fetched."""

import asyncio
from functools import partial

from sqlalchemy import Connection, delete, select

from subnet.orchestrator.context import Context
from subnet.orchestrator.merging.records import mark_merge_collected
from subnet.orchestrator.merging.state_heads import mark_collected, outdated
from subnet.orchestrator.tables.schema import disputes, merges, parked

MERGE_KEPT_MS = 60_000
"""How long the objects of a finished merge stay: late mergers and validators may still be reading."""
DISPUTE_KEPT_MS = 600_000
"""A merge with an undecided dispute stays for so long."""
PARKED_KEPT_MS = 300_000


class Garbage:
    """`collect` is a periodic task. Objects go first, rows after: a kill between leaves nothing behind."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def collect(self) -> None:
        database, store = self._context.database, self._context.store
        for run_id, head in await database.read(outdated):
            for key in (*head.keys, *(delta.key for delta in head.deltas)):
                await asyncio.to_thread(store.delete, key)
            await database.write(partial(mark_collected, run_id=run_id, head=head))
        for merge_id in await database.read(self._finished_merges):
            await asyncio.to_thread(store.delete_prefix, f"merges/{merge_id}")
            await database.write(partial(mark_merge_collected, merge_id=merge_id))
        for key in await database.read(self._stale_packets):
            await asyncio.to_thread(store.delete, key)
            await database.write(partial(_forget_packet, key=key))

    def _finished_merges(self, connection: Connection) -> list[int]:
        now_ms = self._context.clock()
        undecided = select(disputes.c.merge_id).where(
            disputes.c.decided_unix_ms.is_(None) | disputes.c.provisional.is_(True),
            disputes.c.opened_unix_ms > now_ms - DISPUTE_KEPT_MS,
        )
        query = select(merges.c.merge_id).where(
            merges.c.finished_unix_ms < now_ms - MERGE_KEPT_MS,
            merges.c.collected.is_(False),
            merges.c.merge_id.not_in(undecided),
        )
        return list(connection.execute(query).scalars())

    def _stale_packets(self, connection: Connection) -> list[str]:
        query = select(parked.c.key).where(parked.c.created_unix_ms < self._context.clock() - PARKED_KEPT_MS)
        return list(connection.execute(query).scalars())


def _forget_packet(connection: Connection, key: str) -> None:
    connection.execute(delete(parked).where(parked.c.key == key))
