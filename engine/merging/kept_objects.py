"""Objects of merges under way that this miner has already had: so that nothing is fetched twice.

A merger fetches three fragments' worth of codes to report on them and needs them again to sum. The first go into
memory; what is too much for that goes into a folder, oldest out first when that is full as well.
"""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from protocol.hashes import hash_bytes

log = structlog.get_logger(__name__)

MEMORY_BYTES: Final = 256 * 1024**2


class KeptObjects:
    """By hash. Belongs to the event loop; the disk's work runs in threads."""

    def __init__(self, folder: Path | None, disk_bytes: int = 0, memory_bytes: int = MEMORY_BYTES) -> None:
        self._folder = folder
        self._disk_limit_bytes = disk_bytes if folder is not None else 0
        self._memory_limit_bytes = memory_bytes
        self._in_memory: dict[str, bytes] = {}
        self._on_disk: dict[str, int] = {}
        self._merges: dict[int, set[str]] = {}
        if folder is not None:
            _empty(folder)

    async def keep(self, merge_id: int, name: str, data: bytes) -> None:
        """Hold `data` for `merge_id`; what does not fit in memory goes to disk, and what fits nowhere is let go."""
        self._merges.setdefault(merge_id, set()).add(name)
        if name in self._in_memory or name in self._on_disk:
            return
        self._in_memory[name] = data
        held_bytes = sum(len(each) for each in self._in_memory.values())
        while held_bytes > self._memory_limit_bytes and len(self._in_memory) > 1:
            oldest = next(iter(self._in_memory))
            moved = self._in_memory.pop(oldest)
            held_bytes -= len(moved)
            await self._to_disk(oldest, moved)

    async def get(self, name: str) -> bytes | None:
        """The object of this hash, if it is here and whole."""
        if name in self._in_memory:
            return self._in_memory[name]
        if name not in self._on_disk or self._folder is None:
            return None
        try:
            data = await asyncio.to_thread((self._folder / name).read_bytes)
        except OSError:
            data = b""
        if hash_bytes(data) != name:
            self._on_disk.pop(name, None)
            return None
        return data

    async def let_go(self, merge_id: int) -> None:
        """Forget what only this merge needed."""
        names = self._merges.pop(merge_id, set())
        for name in names - set().union(*self._merges.values()):
            self._in_memory.pop(name, None)
            await self._remove(name)

    async def _to_disk(self, name: str, data: bytes) -> None:
        if self._folder is None or len(data) > self._disk_limit_bytes:
            return
        while sum(self._on_disk.values()) + len(data) > self._disk_limit_bytes:
            await self._remove(next(iter(self._on_disk)))
        try:
            await asyncio.to_thread((self._folder / name).write_bytes, data)
        except OSError as error:
            log.info("merge_object_not_kept", reason=error.strerror)
            return
        self._on_disk[name] = len(data)

    async def _remove(self, name: str) -> None:
        if self._on_disk.pop(name, None) is not None and self._folder is not None:
            with suppress(OSError):
                await asyncio.to_thread((self._folder / name).unlink, True)


def _empty(folder: Path) -> None:
    """What an earlier life kept belongs to merges that nobody knows here any more."""
    with suppress(OSError):
        for left in folder.iterdir():
            left.unlink()
