"""How a journal's lines travel: synced at once, sent together, all of them at the end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.disk.journal import Journal
from engine.network.receipts_sender import ReceiptsSender
from protocol.hashes import hash_bytes
from protocol.keys import NodeId, NodeKey
from protocol.receipts import JournalEntry, StepCommitment, StepId


class Orchestrator:
    """Takes every batch."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.came = asyncio.Event()

    async def send_receipts(self, node: NodeId, entries: tuple[JournalEntry, ...]) -> int:
        self.batches.append([entry.sequence for entry in entries])
        self.came.set()
        return entries[-1].sequence

    async def has(self, lines: int) -> None:
        async with asyncio.timeout(20):
            while sum(map(len, self.batches)) < lines:
                self.came.clear()
                await self.came.wait()


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    opened = Journal(tmp_path / "journal", NodeKey(b"k" * 32))
    yield opened
    opened.close()


def write(journal: Journal, lines: int) -> None:
    for step in range(lines):
        journal.append(
            StepCommitment(
                run_id="small",
                stage=0,
                step=StepId(1, step),
                weights_hash=hash_bytes(b""),
                microbatches=(),
                learning_rate=0.0,
                clip_scale=1.0,
            )
        )


def sender_to(orchestrator: Any, journal: Journal) -> ReceiptsSender:
    return ReceiptsSender("0" * 64, journal, orchestrator, lambda error: None)


async def test_lines_that_follow_a_batch_closely_travel_together(journal: Journal) -> None:
    orchestrator = Orchestrator()
    sending = asyncio.create_task(sender_to(orchestrator, journal).run())
    write(journal, 1)
    await orchestrator.has(1)
    write(journal, 5)
    await orchestrator.has(6)
    sending.cancel()
    assert orchestrator.batches == [[0], [1, 2, 3, 4, 5]]
    assert journal.unacknowledged == 0


async def test_the_last_lines_wait_for_nothing(journal: Journal) -> None:
    orchestrator = Orchestrator()
    sender = sender_to(orchestrator, journal)
    sending = asyncio.create_task(sender.run())
    write(journal, 1)
    await orchestrator.has(1)
    sending.cancel()
    write(journal, 2)
    assert await sender.settle(5.0) == 0
    assert orchestrator.batches == [[0], [1, 2]]
