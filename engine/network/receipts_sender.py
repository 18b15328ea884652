"""Brings the journal to the orchestrator: synced here, sent in batches, acknowledged there, forgotten only then."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog

from engine.disk.journal import Journal
from engine.network.answers import SessionLost, pause_before_retry
from engine.network.orchestrator_client import OrchestratorClient
from protocol.errors import StorageError, Unavailable
from protocol.keys import NodeId

log = structlog.get_logger(__name__)

SYNC_SECONDS: Final = 0.1
"""How much work a kill may cost: what was not yet synced was not yet sent and is not yet paid."""
SEND_SECONDS: Final = 0.4
"""Between two batches: each costs the orchestrator some thirty statements, however few lines it brings, and a line that
is synced waits safely."""
BATCH_ENTRIES: Final = 500


class ReceiptsSender:
    def __init__(
        self, node: NodeId, journal: Journal, client: OrchestratorClient, troubled: Callable[[Exception], None]
    ) -> None:
        self._node = node
        self._journal = journal
        self._client = client
        self._troubled = troubled

    async def run(self) -> None:
        """Until cancelled; raises SessionLost."""
        attempt, sent_at = 0, float("-inf")
        while True:
            await self._journal.until_work()
            await asyncio.sleep(SYNC_SECONDS)
            try:
                await self._journal.sync()
                if time.monotonic() - sent_at < SEND_SECONDS:
                    continue
                sent_at = time.monotonic()
                await self.send_pending()
                attempt = 0
            except SessionLost:
                raise
            except Unavailable as error:
                attempt += 1
                self._troubled(error)
                await pause_before_retry(error, attempt)
            except StorageError as error:
                self._troubled(error)
                await asyncio.sleep(5.0)

    async def send_pending(self) -> None:
        """All that is synced, batch after batch."""
        while entries := self._journal.pending(BATCH_ENTRIES):
            self._journal.acknowledge(await self._client.send_receipts(self._node, entries))

    async def settle(self, within_seconds: float) -> int:
        """A last try before the end; returns how many entries stay unacknowledged, safe on this disk."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._journal.sync()
                await self.send_pending()
        except (TimeoutError, Unavailable, SessionLost, StorageError) as error:
            log.info("receipts_left_for_next_start", reason=type(error).__name__)
        return self._journal.unacknowledged
