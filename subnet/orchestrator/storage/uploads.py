"""Objects on their way into the store: whole or not at all, and of each key that has one writer one at a time."""

import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Final

from protocol.errors import MalformedMessage, StorageError
from subnet.orchestrator.web.refusals import Throttled, TooLarge, Unknown

RETRY_SECONDS: Final = 5.0
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})


@contextmanager
def translated() -> Iterator[None]:
    """The one place where the file system's errors become ours."""
    try:
        yield
    except FileNotFoundError as error:
        raise Unknown("There is no such object in the store.") from error
    except OSError as error:
        if error.errno in _FULL:
            raise StorageError(
                "The store's disk is full or can't be written.", "Nothing was stored; try later."
            ) from error
        raise StorageError(f"The store can't be used: {error.strerror}.", "See the orchestrator's log.") from error


class Upload:
    """One object on its way in. Leaving the `with` block without `finish` removes every trace; so does `give_up`, which
    another thread may call at any time."""

    def __init__(self, temporary: Path, target: Path, limit_bytes: int) -> None:
        self._temporary = temporary
        self._target = target
        self._left_bytes = limit_bytes
        self._lock = threading.Lock()
        self._is_given_up = False
        self.when_over: Callable[[], None] | None = None
        self._file: IO[bytes] = temporary.open("xb")

    def __enter__(self) -> "Upload":
        return self

    def __exit__(self, *_: object) -> None:
        if self.when_over is not None:
            self.when_over()
        with self._lock:
            self._discard()

    def write(self, chunk: bytes) -> None:
        """Raises TooLarge over the limit, StorageError when the disk is full, Throttled once it is given up."""
        with self._lock, translated():
            self.check()
            self._left_bytes -= len(chunk)
            if self._left_bytes < 0:
                raise TooLarge("An object is larger than was announced.", "Ask for a grant of its true size.")
            self._file.write(chunk)

    def finish(self) -> None:
        """Make the object appear, on disk."""
        with self._lock, translated():
            self.check()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            make_parents(self._target.parent)
            os.replace(self._temporary, self._target)
            sync_folder(self._target.parent)

    def give_up(self) -> None:
        """Its bytes go at once, though whoever brings them may be silent for long. What is finished stays."""
        with self._lock:
            self._is_given_up = True
            self._discard()

    def check(self) -> None:
        """Raises Throttled once it is given up."""
        if self._is_given_up:
            # Neither 401 nor 409: by these a miner would take its session for lost.
            raise Throttled("This object is being sent anew, or is wanted no more.", "Ask again later.", RETRY_SECONDS)

    def _discard(self) -> None:
        with translated():
            try:
                self._file.close()
            finally:
                self._temporary.unlink(missing_ok=True)


class UnderWay:
    """The uploads under way, by key. A key's newer upload ends its older one, not the other way round: a sender whose
    line broke tries again long before the store sees that nothing more comes of its first attempt. Takes no strangers'
    uploads away, since only a key's writer holds an address for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_key: dict[str, Upload] = {}

    def take_over(self, key: str, upload: Upload) -> None:
        upload.when_over = partial(self._is_over, key, upload)
        with self._lock:
            older, self._by_key[key] = self._by_key.get(key), upload
        if older is not None:
            older.give_up()

    def _is_over(self, key: str, upload: Upload) -> None:
        with self._lock:
            if self._by_key.get(key) is upload:
                del self._by_key[key]

    def give_up(self, is_meant: Callable[[str], bool]) -> None:
        """End those for whose key nobody waits any more."""
        with self._lock:
            found = [self._by_key.pop(key) for key in [*self._by_key] if is_meant(key)]
        for upload in found:
            upload.give_up()


def make_parents(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise MalformedMessage("A part of this key is already an object.") from error


def sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows can't open folders; its rename is journalled.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
