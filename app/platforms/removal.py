"""Looks at the app's folders and takes things out of them. A link is taken itself, never what it points to."""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.core.language.speech import _
from app.core.removal_plan import Found, Place
from app.platforms.paths import ProfilePaths
from edge.work_places import OWN_FOLDER, remembered_places
from protocol.errors import StorageError


def found_in(paths: ProfilePaths, programs: Path | None) -> tuple[Found, ...]:
    """Everything in the profile's folders; `programs` is None where another profile may need what was fetched."""
    places = [
        (Place.CONFIG, paths.config_folder),
        (Place.STATE, paths.state_folder),
        (Place.LOGS, paths.log_folder),
    ]
    if programs is not None:
        places.append((Place.PROGRAMS, programs))
    found = [Found(place, path, size_of(path)) for place, folder in places for path in _entries(folder)]
    return (*found, *(Found(Place.WORK, path, size_of(path)) for path in _work_places(paths) if path.is_dir()))


def size_of(path: Path) -> int:
    """Of a file, or of all files below a folder; what can't be looked at counts nothing."""
    if path.is_symlink() or not path.is_dir():
        with contextlib.suppress(OSError):
            return path.lstat().st_size
        return 0
    total = 0
    for folder, _folders, files in os.walk(path):
        for name in files:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(folder, name)).st_size
    return total


def take_away(path: Path) -> None:
    """A second call changes nothing. Raises StorageError."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            _("{path} can't be removed: {problem}.").format(path=path, problem=error.strerror),
            _("Remove it by hand, or try again."),
        ) from error


def take_empty_folders(paths: ProfilePaths, programs: Path | None, taken: Iterable[Path] = ()) -> None:
    """The app's own folders where nothing is left in them, and those around what was `taken` from other disks."""
    folders = [path.parent for path in taken if path.parent.name == OWN_FOLDER]
    folders += [paths.log_folder, paths.state_folder, paths.config_folder]
    if programs is not None:
        folders += [programs, programs.parent]
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _work_places(paths: ProfilePaths) -> Iterator[Path]:
    """Of every network's engine, what of it lies elsewhere."""
    for folder in _entries(paths.engine_folder):
        yield from (place for place in remembered_places(folder) if place != folder)


def _entries(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from sorted(folder.iterdir())
