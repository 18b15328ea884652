"""Removes what nobody needs any more from the store: old merged states, finished merges, judged evidence, packets that
nobody fetched, and whatever no table knows of."""

import asyncio
import time
from functools import partial

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from subnet.orchestrator.auditing.states import AuditState
from subnet.orchestrator.context import Context
from subnet.orchestrator.merging.records import mark_merge_collected
from subnet.orchestrator.merging.state_heads import mark_collected, outdated
from subnet.orchestrator.tables.audits import audits
from subnet.orchestrator.tables.schema import disputes, merges, parked

MERGE_KEPT_MS = 60_000
"""How long the objects of a finished merge stay: late mergers and validators may still be reading."""
DISPUTE_KEPT_MS = 600_000
"""A merge with an undecided dispute stays for so long."""
EVIDENCE_KEPT_MS = 24 * 3600 * 1000
"""Evidence of a judged audit stays for so long after its miner's time was up: somebody may want to look again."""
PARKED_KEPT_MS = 300_000
UNTOUCHED_SECONDS = 600.0
"""What no row stands for goes once nothing came to it for so long; by then whoever brought it has long been told."""
FETCHED_KEPT_MS = 120_000
"""A packet that was fetched stays until here, in case the first fetching broke."""


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
            await database.write(partial(_forget_merge, merge_id=merge_id, now_ms=self._context.clock()))
        for key in await database.read(self._stale_packets):
            await asyncio.to_thread(store.delete, key)
            await database.write(partial(_forget_packet, key=key))
        await self._sweep()

    async def _sweep(self) -> None:
        """Remove what no row stands for: left by versions of before, or stored by an upload that outlived its purpose.
        The disk is looked at first and the tables afterwards, so nothing is removed that came in between."""
        database, store = self._context.database, self._context.store
        since = time.time() - UNTOUCHED_SECONDS  # the disk's own clock
        for area, kept in (("merges", self._kept_merges), ("audits", self._kept_audits)):
            names = await asyncio.to_thread(store.names, area, since)
            if names:
                wanted = await database.read(kept)
                for name in names:
                    if name not in wanted:
                        await asyncio.to_thread(store.delete_prefix, f"{area}/{name}")
        packets = await asyncio.to_thread(store.keys, "parked")
        if packets:
            known = await database.read(lambda connection: set(connection.execute(select(parked.c.key)).scalars()))
            for key in packets:
                if key not in known:
                    await asyncio.to_thread(store.delete, key)

    def _kept_merges(self, connection: Connection) -> set[str]:
        query = select(merges.c.merge_id).where(merges.c.collected.is_(False))
        return {str(merge_id) for merge_id in connection.execute(query).scalars()}

    def _kept_audits(self, connection: Connection) -> set[str]:
        over_ms = self._context.clock() - EVIDENCE_KEPT_MS
        is_kept = (audits.c.state != AuditState.JUDGED.value) | (audits.c.deadline_unix_ms > over_ms)
        return {str(audit_id) for audit_id in connection.execute(select(audits.c.audit_id).where(is_kept)).scalars()}

    def _finished_merges(self, connection: Connection) -> list[int]:
        now_ms = self._context.clock()
        undecided = select(disputes.c.merge_id).where(
            _nothing_stands(), disputes.c.opened_unix_ms > now_ms - DISPUTE_KEPT_MS
        )
        query = select(merges.c.merge_id).where(
            merges.c.finished_unix_ms < now_ms - MERGE_KEPT_MS,
            merges.c.collected.is_(False),
            merges.c.merge_id.not_in(undecided),
        )
        return list(connection.execute(query).scalars())

    def _stale_packets(self, connection: Connection) -> list[str]:
        now_ms = self._context.clock()
        since = parked.c.created_unix_ms
        # A promise holds as long as the grant: before, its object may still come.
        grant_ms = round(self._context.settings.grant_seconds * 1000)
        stale = (
            (parked.c.announced.is_(True) & (since < now_ms - PARKED_KEPT_MS))
            | (parked.c.fetched.is_(True) & (since < now_ms - FETCHED_KEPT_MS))
            | (since < now_ms - grant_ms)
        )
        return list(connection.execute(select(parked.c.key).where(stale)).scalars())


def _nothing_stands() -> ColumnElement[bool]:
    """Of a dispute: no validator has decided it, or its decision has not reached the merge yet."""
    return disputes.c.decided_unix_ms.is_(None) | disputes.c.provisional.is_(True) | disputes.c.settled.is_(False)


def _forget_merge(connection: Connection, merge_id: int, now_ms: int) -> None:
    """Its objects are gone, so nobody can recompute a partition of it any more: a dispute on which nothing stands ends
    as it is and blames nobody, or it would be put before the validators for ever, and later ones never."""
    mark_merge_collected(connection, merge_id)
    ended = {
        "decided_unix_ms": func.coalesce(disputes.c.decided_unix_ms, now_ms),
        "decided_by": func.coalesce(disputes.c.decided_by, ""),
        "provisional": False,
        "settled": True,
    }
    connection.execute(update(disputes).where(disputes.c.merge_id == merge_id, _nothing_stands()).values(ended))


def _forget_packet(connection: Connection, key: str) -> None:
    connection.execute(delete(parked).where(parked.c.key == key))
