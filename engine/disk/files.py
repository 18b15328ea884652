"""Files that matter: written beside, synced, then put in place, so that a kill leaves the old or the new one."""

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from protocol.errors import storage_error
from protocol.hashes import hash_parts

log = structlog.get_logger(__name__)

_READ_BYTES: Final = 1 << 20
_TEMPORARY: Final = re.compile(r"\..+\.[0-9a-f]{8}|\.tmp[0-9A-Za-z]{6}")
"""Ours, and what safetensors itself first writes beside the path that it is given."""


def replace_file(path: Path, data: bytes | memoryview, private: bool = False) -> None:
    """Put `data` at `path` atomically; `private` makes it readable by its owner alone. Raises StorageError."""

    def fill(temporary: Path) -> None:
        mode = 0o600 if private else 0o644
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)

    replace_by(path, fill)


def replace_by(path: Path, fill: Callable[[Path], None]) -> None:
    """Put at `path` atomically what `fill` writes to the path it is given. Raises StorageError for its OSErrors, and
    whatever else `fill` raises; nothing is left beside the old file then."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            fill(temporary)
        put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def put_in_place(path: Path, target: Path) -> None:
    """Make of `path`, a file on the same disk, `target`, whole or not at all. Raises StorageError."""
    with _told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with path.open("r+b") as file:
            os.fsync(file.fileno())
        path.replace(target)
        sync_folder(target.parent)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise storage_error(
            error, f"{path.name} can't be written.", f"Make room on the disk. ({error.strerror})"
        ) from error


def file_hash(path: Path) -> str | None:
    """The hash of what the file holds, read in pieces; None where it can't be read."""
    try:
        with path.open("rb") as file:
            return hash_parts(iter(lambda: file.read(_READ_BYTES), b""))
    except OSError:
        return None


def take_away(path: Path, quietly: bool = False) -> bool:
    """Delete what nobody needs any more; whether it is gone. What can't be deleted now (a scanner has it open on
    Windows, its disk fails) stays, and is told of unless `quietly`: tidying up must not end what it comes after."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        if not quietly:
            log.warning("leftover_stays", name=path.name, reason=error.strerror)
        return False
    return True


def remove_leftovers(folder: Path) -> None:
    """Delete what a kill in the middle of `replace_file` or `replace_by` left beside the target."""
    for path in folder.glob(".*"):
        if _TEMPORARY.fullmatch(path.name):
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable; a no-op where folders can't be opened (Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
