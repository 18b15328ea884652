"""What engines keep on the disk and could fetch or make again: how much it is, and how it goes."""

import contextlib
import secrets
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from app.core.language.speech import _
from app.platforms.removal import size_of
from edge.work_places import LARGE_WORK, remembered_places
from protocol.errors import StorageError

_ASIDE: Final = ".set-aside-"


class KeptWork:
    """app.core.ports.KeptWork of one profile: parts of models, texts and unfinished work of all its networks. Keys and
    journals are none of it."""

    def __init__(self, engine_folder: Path) -> None:
        self._engine_folder = engine_folder

    def size_bytes(self) -> int:
        """May take seconds."""
        return sum(size_of(path) for place in self._places() for path in _kept_in(place))

    def set_aside(self) -> Callable[[], None]:
        """Renamed first, so that whoever begins to train meanwhile finds all of it or nothing. Raises StorageError."""
        aside: list[Path] = []
        for place in self._places():
            aside += place.glob(f"{_ASIDE}*")  # of a process that was killed
            kept = list(_kept_in(place))
            if kept:
                aside.append(_moved(kept, place / f"{_ASIDE}{secrets.token_hex(4)}"))
        return partial(_delete, tuple(aside))

    def _places(self) -> Iterator[Path]:
        with contextlib.suppress(OSError):
            for folder in sorted(self._engine_folder.iterdir()):
                yield from (place for place in remembered_places(folder) if place.is_dir())


def _kept_in(place: Path) -> Iterator[Path]:
    yield from (place / name for name in LARGE_WORK if (place / name).exists())


def _moved(kept: list[Path], aside: Path) -> Path:
    try:
        aside.mkdir()
        for path in kept:
            path.rename(aside / path.name)
    except OSError as error:
        raise StorageError(
            _("{path} can't be removed: {problem}.").format(path=kept[0].parent, problem=error.strerror),
            _("Remove it by hand, or try again."),
        ) from error
    return aside


def _delete(aside: tuple[Path, ...]) -> None:
    for path in aside:
        shutil.rmtree(path, ignore_errors=True)
