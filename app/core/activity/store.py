"""What this computer did, on disk: one line for each change, added and synced, written anew when it has grown.

A line that is torn, from another version or not a line at all is passed over: it loses what it told, and no more.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import structlog

from app.core.activity.lines import Line
from app.core.language.speech import _
from app.core.settings.stored_file import add_synced, write_atomically
from protocol.errors import MalformedMessage, StorageError, storage_error
from protocol.wire import from_json, to_json

LINE_LIMIT_BYTES: Final = 4096
LINES_LIMIT: Final = 20_000
KEPT_MS: Final = 62 * 86_400_000
"""Two months: twice what is shown."""
SIZE_LIMIT_BYTES: Final = 8 * 1024 * 1024
"""Only the end of a longer file is read."""
REWRITE_BYTES: Final = 2 * 1024 * 1024
"""Grown by so much since it was last written anew, the file is again."""

_log = structlog.get_logger(__name__)


class ActivityStore:
    """One file. `load` and `add` raise StorageError with advice where the disk won't."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._grown_bytes = 0
        self._ends_whole = True

    def load(self, now_ms: int) -> tuple[Line, ...]:
        """Every line that can be read and is not too old."""
        content = self._content()
        self._grown_bytes, self._ends_whole = len(content), content[-1:] in (b"", b"\n")
        lines, unread = [], 0
        for encoded in content.split(b"\n"):
            if encoded:
                try:
                    lines.append(from_json(encoded, Line, LINE_LIMIT_BYTES))
                except (MalformedMessage, ValueError):
                    unread += 1
        if unread:
            _log.warning("lines_of_the_activity_were_passed_over", count=unread)
        return shortened(lines, now_ms)

    def add(self, lines: Sequence[Line]) -> None:
        """On disk when this returns."""
        encoded = b"".join(to_json(line) + b"\n" for line in lines)
        if not self._ends_whole:
            encoded = b"\n" + encoded  # closes the torn line
        self._ends_whole = False
        try:
            add_synced(self.path, encoded)
        except OSError as error:
            raise storage_error(
                error,
                _("What this computer does can't be written down: {problem}.").format(problem=error.strerror),
                _("Free some disk space; training is not touched by that."),
            ) from error
        self._ends_whole = True
        self._grown_bytes += len(encoded)

    def tidy(self, kept: Sequence[Line]) -> None:
        """Write the file anew with `kept`, where it has grown much."""
        if self._grown_bytes >= REWRITE_BYTES:
            write_atomically(self.path, b"".join(to_json(line) + b"\n" for line in kept))
            self._grown_bytes, self._ends_whole = 0, True

    def _content(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(0, size - SIZE_LIMIT_BYTES))
                return file.read(SIZE_LIMIT_BYTES)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise StorageError(
                _("What this computer did can't be read: {problem}.").format(problem=error.strerror),
                _("Check who may read it."),
            ) from error


def shortened(lines: Iterable[Line], now_ms: int) -> tuple[Line, ...]:
    """Each line once, in order, without those that are too old or too many."""
    recent = {line for line in lines if now_ms - KEPT_MS <= line.at_ms}
    return tuple(sorted(recent, key=lambda line: line.at_ms)[-LINES_LIMIT:])
