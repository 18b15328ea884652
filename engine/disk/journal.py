"""The miner's journal: every receipt on this disk before it is sent, kept until the orchestrator has it on its own.

A file of records, `length u32 │ first 8 bytes of BLAKE3 │ entry`. A torn tail, left by a kill, is cut off at the next
start: it was never sent, because only synced entries are.
"""

import asyncio
import os
import struct
from collections import deque
from pathlib import Path
from typing import BinaryIO, Final

from engine.disk.files import replace_file
from protocol.errors import storage_error
from protocol.hashes import hash_bytes
from protocol.keys import NodeKey
from protocol.receipts import ENTRY_LIMIT_BYTES, JournalEntry, Line, sign_line
from protocol.wire import from_msgpack, to_msgpack

_PREFIX: Final = struct.Struct(">I8s")
KEPT_ENTRIES: Final = 200_000
"""Entries that stay in the file for the person's own records; older ones go at the next start."""


class Journal:
    """Appends belong to the event loop; syncing runs in a thread, many appends at a time."""

    def __init__(self, path: Path, key: NodeKey) -> None:
        entries = read_journal(path)[-KEPT_ENTRIES:]
        replace_file(path, b"".join(_record(entry) for entry in entries))
        self._path = path
        self._key = key
        self._file = _open_at_end(path)
        self._unacknowledged: deque[JournalEntry] = deque(entries)
        self._unwritten: list[bytes] = []
        self._syncing = asyncio.Lock()
        self._appended = asyncio.Event()
        self.next_sequence = entries[-1].sequence + 1 if entries else 0
        self._synced_through = self.next_sequence - 1
        self.acknowledged_through = -1

    @property
    def unacknowledged(self) -> int:
        return self.next_sequence - 1 - self.acknowledged_through

    def append(self, line: Line) -> int:
        """Sign and queue one line; returns its sequence."""
        entry = sign_line(self._key, self.next_sequence, line)
        self.next_sequence += 1
        self._unacknowledged.append(entry)
        self._unwritten.append(_record(entry))
        self._appended.set()
        return entry.sequence

    async def until_work(self) -> None:
        """Returns once there is a line to write or to send; a paused engine's journal has none, and costs nothing."""
        while not self._unwritten and not self.pending(1):
            self._appended.clear()
            await self._appended.wait()

    async def sync(self) -> None:
        """Everything appended so far is on disk when this returns; raises StorageError on a full disk.

        Once begun it runs to its end, even if the awaiting task is cancelled: records are written once.
        """
        await asyncio.shield(asyncio.ensure_future(self._sync()))

    async def _sync(self) -> None:
        async with self._syncing:
            count, through = len(self._unwritten), self.next_sequence - 1
            if count:
                await asyncio.to_thread(self._write, b"".join(self._unwritten[:count]))
                del self._unwritten[:count]
                self._synced_through = through

    def acknowledge(self, through_sequence: int) -> None:
        """The orchestrator has everything up to here; at registration it may know of more than this file does."""
        self.acknowledged_through = max(self.acknowledged_through, through_sequence)
        while self._unacknowledged and self._unacknowledged[0].sequence <= self.acknowledged_through:
            self._unacknowledged.popleft()
        if self.next_sequence <= self.acknowledged_through:
            self.next_sequence = self.acknowledged_through + 1
            self._synced_through = self.acknowledged_through

    def pending(self, limit: int) -> tuple[JournalEntry, ...]:
        """Synced, unacknowledged entries in order, at most `limit`."""
        found: list[JournalEntry] = []
        for entry in self._unacknowledged:
            if entry.sequence > self._synced_through or len(found) == limit:
                break
            found.append(entry)
        return tuple(found)

    def close(self) -> None:
        self._file.close()

    def _write(self, records: bytes) -> None:
        start = self._file.tell()
        try:
            left = memoryview(records)
            while left:
                # A disk that is nearly full takes a part without complaint.
                left = left[self._file.write(left) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            # A half-written record must not stay before the next try's whole one.
            self._file.truncate(start)
            self._file.seek(start)
            raise storage_error(
                error, "The record of work can't be written.", f"Make room on the disk. ({error.strerror})"
            ) from error


def read_journal(path: Path) -> list[JournalEntry]:
    """All whole entries of a journal file; also for reports and tests."""
    if not path.exists():
        return []
    data, at, entries = path.read_bytes(), 0, []
    while at + _PREFIX.size <= len(data):
        length, check = _PREFIX.unpack_from(data, at)
        at += _PREFIX.size
        body = data[at : at + length]
        if length > 2 * ENTRY_LIMIT_BYTES or len(body) < length or _check(body) != check:
            break
        entries.append(from_msgpack(body, JournalEntry, 2 * ENTRY_LIMIT_BYTES))
        at += length
    return entries


def _check(body: bytes) -> bytes:
    return bytes.fromhex(hash_bytes(body)[:16])


def _record(entry: JournalEntry) -> bytes:
    data = to_msgpack(entry)
    return _PREFIX.pack(len(data), _check(data)) + data


def _open_at_end(path: Path) -> BinaryIO:
    """Unbuffered, so that what a failed write left behind is in the file and nowhere else."""
    file = path.open("r+b", buffering=0)
    file.seek(0, os.SEEK_END)
    return file
