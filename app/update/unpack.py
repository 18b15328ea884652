"""An archive becomes a folder: nothing outside it, nothing larger than announced, all or nothing."""

import errno
import lzma
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final

from app.core.words import _
from app.update.download import Cancelled, Tell, need_room
from app.update.states import Unpacking
from protocol.errors import DiskFull, MalformedMessage, StorageError

ENTRIES_LIMIT: Final = 200_000
_TELL_EVERY_BYTES: Final = 16 * 1024 * 1024


def unpack(
    archive: Path,
    folder: Path,
    *,
    unpacked_bytes: int,
    tell: Tell,
    cancelled: Callable[[], bool] = lambda: False,
    finish: Callable[[Path], None] = lambda _folder: None,
) -> None:
    """Make `folder` of a .tar.xz whose one top folder is stripped; `finish` completes it before it gets its name.

    Raises MalformedMessage, StorageError or Cancelled; then nothing is left.
    """
    temporary: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        need_room(folder.parent, unpacked_bytes)
        temporary = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
        with tarfile.open(archive, "r|xz") as tar:
            _unpack_entries(tar, temporary, unpacked_bytes, tell, cancelled)
        finish(temporary)
        _to_disk(temporary)
        temporary.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(temporary, folder)
    except (tarfile.TarError, lzma.LZMAError, EOFError, ValueError) as error:
        raise MalformedMessage(_("The archive is damaged."), _("Try again; it is fetched anew.")) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(_("The disk is full."), _("Free some space and try again.")) from error
        raise StorageError(
            _("{place} can't be made: {problem}.").format(place=folder, problem=error.strerror),
            _("Check who may write there."),
        ) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _unpack_entries(
    tar: tarfile.TarFile, folder: Path, limit_bytes: int, tell: Tell, cancelled: Callable[[], bool]
) -> None:
    done = told = 0
    links: set[PurePosixPath] = set()
    for count, entry in enumerate(_entries(tar)):
        if cancelled():
            raise Cancelled
        if count >= ENTRIES_LIMIT:
            raise MalformedMessage(_("The archive holds too many files."))
        name = inner_name(entry.name, links)
        if name is None:
            continue
        done += entry.size
        if done > limit_bytes:
            raise MalformedMessage(_("The archive holds more than was announced."))
        _place(tar, entry, name, folder, links)
        if done - told >= _TELL_EVERY_BYTES:
            told = done
            tell(Unpacking(done, limit_bytes))


def _entries(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    yield from tar


def _place(
    tar: tarfile.TarFile, entry: tarfile.TarInfo, name: PurePosixPath, folder: Path, links: set[PurePosixPath]
) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if entry.isdir():
        path.mkdir(exist_ok=True)
    elif entry.isreg():
        content = tar.extractfile(entry)
        assert content is not None  # a regular file has one
        _write(content, path, executable=bool(entry.mode & 0o100))
    elif entry.issym():
        check_link(name, entry.linkname)
        links.add(name)
        os.symlink(entry.linkname, path)
    else:
        raise MalformedMessage(_("The archive holds something that is neither file, folder nor link."))


def _write(content: IO[bytes], path: Path, *, executable: bool) -> None:
    """A new file only: an archive that names one twice, or writes through a link, is refused by the system."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
    with os.fdopen(handle, "wb") as file:
        shutil.copyfileobj(content, file, 1024 * 1024)
    if executable:
        path.chmod(0o755)


def inner_name(name: str, links: set[PurePosixPath]) -> PurePosixPath | None:
    """Its path below the archive's one top folder; None is that folder itself. Raises MalformedMessage."""
    path = PurePosixPath(name)
    foreign = "\\" in name or ":" in name or "\0" in name or path.is_absolute()
    if foreign or ".." in path.parts or not path.parts:
        raise MalformedMessage(_("The archive wants to write outside its folder."), _("It was not unpacked."))
    inner = PurePosixPath(*path.parts[1:])
    if any(parent in links for parent in (inner, *inner.parents)):
        raise MalformedMessage(_("The archive wants to write through a link."), _("It was not unpacked."))
    return None if len(path.parts) == 1 else inner


def check_link(name: PurePosixPath, target: str) -> None:
    """Raises MalformedMessage where the link `name` leads outside.

    It may climb first and descend then. Climbing again after a descent could pass another link, and so end anywhere.
    """
    path = PurePosixPath(target)
    climbs = 0
    while climbs < len(path.parts) and path.parts[climbs] == "..":
        climbs += 1
    foreign = path.is_absolute() or "\\" in target or ":" in target or not target
    if foreign or climbs > len(name.parts) - 1 or ".." in path.parts[climbs:]:
        raise MalformedMessage(_("The archive holds a link that leads outside its folder."), _("It was not unpacked."))


def _to_disk(folder: Path) -> None:
    """A folder that has its name must be whole, also after the power went."""
    if hasattr(os, "sync"):
        os.sync()
    else:
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
