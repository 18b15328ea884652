"""The end of a log that is being written and rotated: whole lines, bounded, never locked."""

import os
from pathlib import Path
from typing import Final

_LOG_NAME: Final = "app.log"
_PIECE_BYTES: Final = 256 * 1024


def log_ending(folder: Path, limit_bytes: int) -> tuple[str, ...]:
    """The last whole lines of the app's log, over the newest rotated file where the present one is young."""
    newest, before = folder / _LOG_NAME, folder / f"{_LOG_NAME}.1"
    lines = ending_of(newest, limit_bytes)
    room = limit_bytes - sum(len(line) + 1 for line in lines)
    return (*(ending_of(before, room) if room > 0 else ()), *lines)


def ending_of(path: Path, limit_bytes: int) -> tuple[str, ...]:
    """Nothing where there is no such file. A line that the limit cuts is left out: nobody knows half a secret."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            begin = max(0, size - limit_bytes)
            file.seek(max(0, begin - 1))
            content = file.read(limit_bytes + 1)
    except OSError:
        return ()
    if begin:
        content = content.partition(b"\n")[2]
    return tuple(content.decode("utf-8", "replace").splitlines())


class LogFollower:
    """Reads on where it stopped, a bounded piece at a time; a rotated log is begun anew. One thread at a time."""

    def __init__(self, folder: Path, first_bytes: int) -> None:
        self._folder = folder
        self._path = folder / _LOG_NAME
        self._first_bytes = first_bytes
        self._offset: int | None = None
        self._inode = 0

    def read_on(self) -> tuple[str, ...]:
        """The whole lines that are new; the first time the end of what is there."""
        try:
            with self._path.open("rb") as file:
                found = os.fstat(file.fileno())
                if self._offset is None:
                    self._offset, self._inode = found.st_size, found.st_ino
                    return log_ending(self._folder, self._first_bytes)
                if found.st_ino != self._inode or found.st_size < self._offset:
                    self._offset, self._inode = 0, found.st_ino
                file.seek(self._offset)
                content = file.read(_PIECE_BYTES)
        except OSError:
            return ()
        whole = content.rfind(b"\n") + 1 or (len(content) if len(content) == _PIECE_BYTES else 0)
        self._offset += whole
        return tuple(content[:whole].decode("utf-8", "replace").splitlines())
