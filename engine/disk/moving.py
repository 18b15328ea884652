"""Moves an engine's work from one folder to another, so that a kill at any moment leaves every entry whole in one of
them: copied beside, synced, put in place, and only then taken away."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from engine.disk.files import sync_folder
from protocol.errors import DiskFull, storage_error

_COMING: Final = ".coming."
_GOING: Final = ".going."
_SPARE_BYTES: Final = 100 * 10**6
_PIECE_BYTES: Final = 1 << 24
_GB: Final = 1e9
Watch: TypeAlias = Callable[[int, int], None]
"""Hears (bytes copied, bytes in all) before each piece, and may raise to break the move off."""


def unwatched(_done_bytes: int, _total_bytes: int) -> None:
    """Nobody waits for it."""


def move_work(names: Sequence[str], source: Path, target: Path, watch: Watch = unwatched) -> None:
    """Move the entries of these names. Where both folders have one, the one in `source` counts. Raises StorageError and
    what `watch` raises, after which a second call goes on with what is left."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        for folder in (source, target):
            _take_leftovers(folder)
        present = [name for name in names if (source / name).exists()]
        total_bytes = 0 if _are_on_one_disk(source, target) else sum(_size_of(source / name) for name in present)
        if total_bytes:
            _check_room(total_bytes, target)
        copier = _Copier(total_bytes, watch)
        for name in present:
            _move(source / name, target / name, copier)
    except OSError as error:
        raise storage_error(
            error,
            f"The work in {source} can't be moved to {target}.",
            f"Choose another folder for it, or the one before. ({error.strerror})",
        ) from error


class _Copier:
    """Of all that is moved from one disk to another."""

    def __init__(self, total_bytes: int, watch: Watch) -> None:
        self._total_bytes, self._watch = total_bytes, watch
        self._done_bytes = 0

    def copy(self, old: Path, new: Path) -> None:
        if old.is_dir():
            shutil.copytree(old, new, copy_function=self._file)
        else:
            self._file(str(old), str(new))

    def _file(self, old: str, new: str) -> str:
        with open(old, "rb") as source, open(new, "wb") as target:
            while piece := self._next_piece(source):
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        return new

    def _next_piece(self, source: BinaryIO) -> bytes:
        self._watch(self._done_bytes, self._total_bytes)
        piece = source.read(_PIECE_BYTES)
        self._done_bytes += len(piece)
        return piece


def _move(old: Path, new: Path, copier: _Copier) -> None:
    """Whatever is in the place of `new` goes first: it is older, or a copy that a kill left."""
    if new.exists():
        _take_away(new)
    if _are_on_one_disk(old, new.parent):
        _put_in_place(old, new)
        return
    coming, going = new.with_name(_COMING + new.name), old.with_name(_GOING + old.name)
    copier.copy(old, coming)
    _put_in_place(coming, new)
    _put_in_place(old, going)
    _take_away(going)


def _are_on_one_disk(old: Path, new: Path) -> bool:
    return old.stat().st_dev == new.stat().st_dev


def _put_in_place(old: Path, new: Path) -> None:
    old.replace(new)
    for folder in {old.parent, new.parent}:
        sync_folder(folder)


def _check_room(wanted_bytes: int, target: Path) -> None:
    free_bytes = shutil.disk_usage(target).free
    if wanted_bytes + _SPARE_BYTES > free_bytes:
        raise DiskFull(
            f"The work takes {wanted_bytes / _GB:.1f} GB and in {target} {free_bytes / _GB:.1f} GB are free.",
            "Make room there, or choose another folder for the work.",
        )


def _size_of(path: Path) -> int:
    if not path.is_dir():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())


def _take_leftovers(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name.startswith((_COMING, _GOING)):
            _take_away(path)


def _take_away(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
