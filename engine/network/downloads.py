"""Objects of a known hash on their way to this disk: what a broken connection or a killed process left is continued.

Each object is a file of its own, named by its hash; it counts once its hash is right, and stays until what needed it is
in place, so that of many objects only the missing ones are fetched again.
"""

import asyncio
from collections.abc import Callable, Container
from pathlib import Path
from typing import Final

from engine.disk.files import file_hash, put_in_place
from engine.network.answers import pause_before_retry
from engine.network.orchestrator_client import OrchestratorClient
from engine.network.silence import Silenced
from protocol.errors import IntegrityError, Unavailable, storage_error
from protocol.hashes import checked_hash
from protocol.merges import ObjectRef

ATTEMPTS: Final = 4
"""In a row without a new byte, until the whole opening is tried again."""
SUFFIX: Final = ".part"
TELLINGS: Final = 200
"""At most, of the whole: every chunk would be thousands of lines."""


class Downloads:
    """All that one opening of a service fetches, side by side. Belongs to the event loop. `told` hears (bytes here,
    bytes in all) of everything that was announced."""

    def __init__(self, folder: Path, client: OrchestratorClient, told: Callable[[int, int], None]) -> None:
        self._folder = folder
        self._client = client
        self._told = told
        self._total_bytes = 0
        self._here: dict[str, int] = {}
        """Bytes by hash."""
        self._told_bytes = -1

    def announce(self, size_bytes: int) -> None:
        """So much is going to be fetched."""
        self._total_bytes += size_bytes

    async def fetch(self, ref: ObjectRef) -> bytes:
        """The object, of at most `ref.size_bytes`; raises Unavailable, IntegrityError (what is here of it goes),
        MalformedMessage, StorageError."""
        path = await self._whole(ref)
        return await asyncio.to_thread(path.read_bytes)

    async def fetch_file(self, ref: ObjectRef, target: Path) -> None:
        """The same into a file, for what may be larger than the memory."""
        path = await self._whole(ref)
        await asyncio.to_thread(put_in_place, path, target)

    async def _whole(self, ref: ObjectRef) -> Path:
        """The object's file, once its hash is right."""
        path = self._folder / f"{checked_hash(ref.hash)}{SUFFIX}"
        attempt, ended = 0, False
        while await asyncio.to_thread(file_hash, path) != ref.hash:
            have = _size_of(path)
            if ended or have > ref.size_bytes:
                path.unlink(missing_ok=True)
                raise IntegrityError(f"The object {ref.key} does not match its hash.", "It is fetched again.")
            try:
                await self._continue(path, ref, have)
                ended = True
            except Unavailable as error:
                in_vain = _size_of(path) <= have and not isinstance(error, Silenced)
                attempt = attempt + 1 if in_vain else 0
                if attempt == ATTEMPTS:
                    raise
                await pause_before_retry(error, attempt)
        size_bytes = _size_of(path)
        self._total_bytes -= ref.size_bytes - size_bytes
        self._tell(ref, size_bytes)
        return path

    def keep_only(self, hashes: Container[str]) -> None:
        """What else lies here, whole or not, is of an older state and would take room beside the new one."""
        for path in self._folder.glob(f"*{SUFFIX}"):
            if path.stem not in hashes:
                path.unlink(missing_ok=True)

    def clear(self) -> None:
        """What was fetched is in place."""
        self.keep_only(())

    async def _continue(self, path: Path, ref: ObjectRef, have: int) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                async for chunk in self._client.stream_object(ref, have):
                    file.write(chunk)
                    have += len(chunk)
                    self._tell(ref, have)
        except OSError as error:
            raise storage_error(
                error, "What is downloaded can't be written.", f"Make room on the disk. ({error.strerror})"
            ) from error

    def _tell(self, ref: ObjectRef, have: int) -> None:
        self._here[ref.hash] = have
        done = sum(self._here.values())
        if done - self._told_bytes >= self._total_bytes / TELLINGS or done == self._total_bytes:
            self._told_bytes = done
            self._told(done, self._total_bytes)


def _size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
