"""The books on disk: batches of lines, each one JSON array on one line, added and synced, written anew when grown.

A batch is there whole or not at all. After any crash the file holds whole batches and at most one torn one at its
end, which is passed over; what can't be read otherwise is left out and told, and the file that held it is kept aside.
Either way it is written anew at once, so that the next start finds it whole.
"""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.core.language.speech import _
from app.core.money.ledger import Ledger
from app.core.money.lines import CreditMark, Line, SessionKept, SliceKept
from app.core.settings.stored_file import add_synced, write_atomically
from protocol.errors import MalformedMessage, StorageError, storage_error
from protocol.wire import from_json, to_json

SIZE_LIMIT_BYTES: Final = 64 * 1024 * 1024
LINE_LIMIT_BYTES: Final = 4 * 1024 * 1024
REWRITE_BYTES: Final = 4 * 1024 * 1024
"""Grown by so much since it was last written anew, the file is again."""


class EarningsStore:
    """One file. All calls raise StorageError with advice where the disk won't."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._added_bytes = 0
        self._ends_whole = True

    def load(self, ledger: Ledger) -> StorageError | None:
        """Take every line of the file; what had to be left out, in words."""
        content = self._content()
        whole, _break, torn = content.rpartition(b"\n")
        self._ends_whole = not torn
        unread = 0
        for encoded in whole.split(b"\n"):
            if encoded:
                try:
                    ledger.take_all(from_json(encoded, list[Line], LINE_LIMIT_BYTES))
                except (MalformedMessage, ValueError, KeyError):
                    unread += 1
        self._added_bytes = len(content)
        if not unread:
            if torn:
                self._mend(ledger, content)
            return None
        backup, is_kept = self._kept_aside(content)
        if is_kept:
            self._mend(ledger, content)
        return StorageError(
            _("{unread} parts of your earnings' history could not be read and are left out.").format(unread=unread),
            _("The network's own ledger is not touched by that. The file is kept as {backup}.").format(backup=backup),
        )

    def add(self, lines: Sequence[Line]) -> None:
        """Write `lines` at the end: on disk when this returns, and after a crash in the middle all or none."""
        if not lines:
            return
        encoded = to_json(list(lines)) + b"\n"
        if not self._ends_whole:
            encoded = b"\n" + encoded  # closes the torn line, which is then passed over
        self._ends_whole = False
        try:
            add_synced(self.path, encoded)
        except OSError as error:
            raise storage_error(
                error,
                _("Your earnings' history can't be written: {problem}.").format(problem=error.strerror),
                _("Free some disk space; nothing is lost."),
            ) from error
        self._ends_whole = True
        self._added_bytes += len(encoded)

    def tidy(self, ledger: Ledger, now_unix: float) -> None:
        """Write the whole file anew where it has grown much."""
        if self._added_bytes < REWRITE_BYTES:
            return
        ledger.shorten(now_unix)
        self._write_anew(ledger)

    def _mend(self, ledger: Ledger, content: bytes) -> None:
        """Without the parts of `content` that can't be read. A disk that refuses now is asked again at the next start;
        of a file that was too large to read whole the rest would be lost."""
        if len(content) < SIZE_LIMIT_BYTES:
            with contextlib.suppress(StorageError):
                self._write_anew(ledger)

    def _write_anew(self, ledger: Ledger) -> None:
        write_atomically(self.path, b"".join(to_json([line]) + b"\n" for line in ledger.lines()))
        self._added_bytes, self._ends_whole = 0, True

    def _content(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(SIZE_LIMIT_BYTES)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise StorageError(
                _("Your earnings' history can't be read: {problem}.").format(problem=error.strerror),
                _("Check who may read it."),
            ) from error

    def _kept_aside(self, content: bytes) -> tuple[str, bool]:
        """Where `content` is kept, and whether the disk took it."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        backup = self.path.with_name(f"{self.path.name}.torn-{stamp}")
        try:
            write_atomically(backup, content)
        except StorageError:
            return str(backup), False
        return str(backup), True


class Unsaved:
    """Lines that wait for the disk: of a session or slice only the latest, with every mark since the last time."""

    def __init__(self) -> None:
        self._lines: dict[object, Line] = {}

    def put(self, line: Line) -> None:
        match line:
            case SessionKept(session=session):
                self._lines[session.key] = line
            case SliceKept(slice=kept):
                key = (kept.session, kept.quarter_unix)
                earlier = self._lines.get(key)
                if isinstance(earlier, SliceKept):
                    line = SliceKept(slice=kept, marks=_latest((*earlier.marks, *line.marks)))
                self._lines[key] = line
            case _:
                self._lines[object()] = line

    def write(self, store: EarningsStore) -> None:
        """What could not be written stays for the next time. Raises StorageError."""
        store.add(list(self._lines.values()))
        self._lines.clear()

    def __bool__(self) -> bool:
        return bool(self._lines)


def _latest(marks: tuple[CreditMark, ...]) -> tuple[CreditMark, ...]:
    latest: dict[tuple[str, str, str], CreditMark] = {}
    for mark in marks:
        key = (mark.network, mark.hotkey, mark.run_id)
        if key not in latest or mark.at_unix >= latest[key].at_unix:
            latest[key] = mark
    return tuple(latest.values())
