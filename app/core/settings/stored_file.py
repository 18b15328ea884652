"""One JSON file that matters: typed, versioned, written whole or not at all, never silently lost.

A torn file is kept beside the new one; where only some of it can't be read, only that falls back. A file that a later
version of the app wrote is read and written by that only.
"""

import contextlib
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from app.core.language.speech import _
from app.core.settings.mending import mended
from protocol.errors import SettingsError, StorageError, storage_error

T = TypeVar("T", bound=msgspec.Struct)
Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns a file's content of one schema version into the next version's."""

SIZE_LIMIT_BYTES = 4 * 1024 * 1024


class FileFromTheFuture(SettingsError):
    """A later version of the app wrote it; this one neither reads nor overwrites it."""


class Loaded(Generic[T]):
    """What a file held. `trouble` says what had to be put aside, None where all was well."""

    def __init__(self, value: T, trouble: SettingsError | None = None) -> None:
        self.value = value
        self.trouble = trouble


class StoredFile(Generic[T]):
    """`kind` must have the fields `schema_version` and `written_by`, and defaults for everything."""

    def __init__(
        self,
        path: Path,
        kind: type[T],
        schema_version: int,
        migrations: Mapping[int, Migration] | None = None,
        fallback: T | None = None,
    ) -> None:
        """`fallback` has the values that parts get which can't be read; without one those are the defaults."""
        self.path = path
        self._kind = kind
        self._schema_version = schema_version
        self._migrations = migrations or {}
        self._fallback = fallback or kind()

    def load(self) -> Loaded[T]:
        """The file's value, or defaults where there is none or it is torn. Raises FileFromTheFuture, StorageError."""
        content = self._read()
        if content is None:
            return Loaded(self._kind())
        try:
            fields = _as_object(content)
            self._refuse_the_future(fields)
            value, unread = mended(self._migrated(fields), self._kind, self._fallback)
            return Loaded(value, self._keep_a_copy(content, value, unread) if unread else None)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError, TypeError, ValueError) as error:
            return Loaded(self._kind(), self._put_aside(error))

    def look(self) -> Loaded[T]:
        """What `load` would give, without putting anything right: for views beside a running app. Raises as `load`."""
        content = self._read()
        if content is None:
            return Loaded(self._kind())
        try:
            fields = _as_object(content)
            self._refuse_the_future(fields)
            value, unread = mended(self._migrated(fields), self._kind, self._fallback)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError, TypeError, ValueError) as error:
            title = _("{name} is damaged ({problem}), so these are the defaults.").format(
                name=self.path.name, problem=error
            )
            return Loaded(self._kind(), SettingsError(title, _("The app keeps the damaged file when it next starts.")))
        if not unread:
            return Loaded(value)
        parts = "; ".join(name.replace(".", ", ") for name in unread)
        title = _("Part of {name} can't be read: {parts}.").format(name=self.path.name, parts=parts)
        return Loaded(value, SettingsError(title, _("What stands here in its place is what the app would use.")))

    def save(self, value: T) -> None:
        """Write atomically. Raises FileFromTheFuture where one lies there by now, StorageError where the disk won't."""
        content = self._read()
        if content is not None:
            with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
                self._refuse_the_future(_as_object(content))
        write_atomically(self.path, msgspec.json.format(msgspec.json.encode(value), indent=2))

    def _read(self) -> bytes | None:
        try:
            with self.path.open("rb") as file:
                return file.read(SIZE_LIMIT_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(
                _("{path} can't be read: {problem}.").format(path=self.path, problem=error.strerror),
                _("Check who may read it."),
            ) from error

    def _refuse_the_future(self, fields: dict[str, Any]) -> None:
        version = fields.get("schema_version", 1)
        if isinstance(version, int) and version > self._schema_version:
            written_by = str(fields.get("written_by", ""))
            writer = _("version {version}").format(version=written_by) if written_by else _("a later version")
            raise FileFromTheFuture(
                _("{path} was written by {writer} of this app, which is newer than this one.").format(
                    path=self.path, writer=writer
                ),
                _("Install that version or a later one; the file was left as it is."),
            )

    def _migrated(self, fields: dict[str, Any]) -> dict[str, Any]:
        version = fields.get("schema_version", 1)
        while version < self._schema_version:
            fields = self._migrations[version](fields)
            version += 1
        return {**fields, "schema_version": self._schema_version}

    def _keep_a_copy(self, content: bytes, value: T, unread: list[str]) -> SettingsError:
        """The file as it was beside the one that was mended, which then lies in its place."""
        backup = self._backup("mended")
        write_atomically(backup, content)
        write_atomically(self.path, msgspec.json.format(msgspec.json.encode(value), indent=2))
        parts = "; ".join(name.replace(".", ", ") for name in unread)
        return SettingsError(
            _("Part of {name} could not be read and was left out: {parts}.").format(name=self.path.name, parts=parts),
            _("Please set it again. The file as it was is kept as {backup}.").format(backup=backup),
        )

    def _backup(self, why: str) -> Path:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        return self.path.with_name(f"{self.path.name}.{why}-{stamp}")

    def _put_aside(self, error: Exception) -> SettingsError:
        backup = self._backup("torn")
        try:
            os.replace(self.path, backup)
        except OSError as problem:
            raise StorageError(
                _("{path} is damaged and can't be put aside: {problem}.").format(
                    path=self.path, problem=problem.strerror
                )
            ) from problem
        return SettingsError(
            _("{name} was damaged ({problem}), so this app starts with its defaults.").format(
                name=self.path.name, problem=error
            ),
            _("The damaged file is kept as {backup}.").format(backup=backup),
        )


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content` so that after any crash either the old or the new stands there whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        advice = _("Free some disk space, or check who may write there.")
        title = _("{path} can't be written: {problem}.").format(path=path, problem=error.strerror)
        raise storage_error(error, title, advice) from error


def add_synced(path: Path, content: bytes) -> None:
    """Write `content` at the end of the file: on disk when this returns. Raises OSError; then a part may be there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Readable by its owner only: such files say when a person is at home and what they earn.
    binary: int = getattr(os, "O_BINARY", 0)  # Windows would write other line ends
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | binary, 0o600)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _as_object(content: bytes) -> dict[str, Any]:
    return msgspec.json.decode(content, type=dict[str, Any])


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable; Windows neither needs nor allows this."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
