"""The folder of what was fetched: engines, versions of the app, what is on the way, and what was signed last."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from app.core.settings.stored_file import StoredFile, write_atomically
from app.core.words import _
from app.platforms.instance_lock import InstanceLock, LockOutcome
from app.update.versions import SCHEMA_VERSION, LaunchRecord, Version, is_variant, parse_version
from protocol.errors import MalformedMessage, Refused, StorageError
from protocol.wire import from_json, to_json

BUNDLE_FILE: Final = "bundle.json"
_BUNDLE_LIMIT_BYTES: Final = 64 * 1024
_SUFFIX: Final = ".exe" if sys.platform == "win32" else ""
ENGINE_PROGRAM: Final = f"train-at-home-engine{_SUFFIX}"


def program_path(name: str) -> Path:
    """Where a program lies within the app's folder: on macOS that folder is an .app."""
    return Path("Contents", "MacOS", name) if sys.platform == "darwin" else Path(name)


class EngineBundle(msgspec.Struct, frozen=True, kw_only=True):
    """bundle.json: what one engine folder holds. Written last, so a folder without it does not count."""

    version: str
    variant: str
    protocol_version: int

    def __post_init__(self) -> None:
        parse_version(self.version)
        if not is_variant(self.variant):
            raise ValueError("variant is no name")


class Programs:
    """Paths and small acts; what stays and goes is decided in versions.py and fetching.py."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def metadata_folder(self) -> Path:
        return self.folder / "metadata"

    @property
    def downloads_folder(self) -> Path:
        return self.folder / "downloads"

    @property
    def record_file(self) -> StoredFile[LaunchRecord]:
        return StoredFile(self.folder / "versions.json", LaunchRecord, SCHEMA_VERSION)

    def app_folder(self, version: Version) -> Path:
        return self.folder / "app" / str(version)

    def engine_folder(self, bundle: EngineBundle) -> Path:
        return self.folder / "engine" / f"{bundle.variant}-{bundle.version}"

    def engines(self) -> list[tuple[EngineBundle, Path]]:
        """Every whole engine that lies here."""
        found = []
        for path in sorted((self.folder / "engine").glob(f"*/{BUNDLE_FILE}")):
            with contextlib.suppress(OSError, MalformedMessage):
                found.append((from_json(path.read_bytes(), EngineBundle, _BUNDLE_LIMIT_BYTES), path.parent))
        return found

    def engine_program(self, protocol_version: int) -> Path | None:
        """The newest engine that speaks this protocol; None where none lies here."""
        fit = [(bundle, path) for bundle, path in self.engines() if bundle.protocol_version == protocol_version]
        if not fit:
            return None
        newest = max(fit, key=lambda item: (parse_version(item[0].version), item[1].stat().st_mtime))
        return newest[1] / ENGINE_PROGRAM

    def describe_engine(self, folder: Path, bundle: EngineBundle) -> None:
        """Make `folder` count as an engine. Raises StorageError, or MalformedMessage where the program is missing."""
        if not (folder / ENGINE_PROGRAM).is_file():
            raise MalformedMessage(_("The archive holds no engine."), _("Nothing was changed."))
        write_atomically(folder / BUNDLE_FILE, to_json(bundle))

    def remove(self, folder: Path) -> None:
        """Rename first, so that a folder half removed never counts. One that is in use on Windows stays until later."""
        doomed = folder.with_name(f".removed-{folder.name}")
        with contextlib.suppress(OSError):
            shutil.rmtree(doomed, ignore_errors=True)
            os.replace(folder, doomed)
            shutil.rmtree(doomed, ignore_errors=True)

    def remove_remains(self) -> None:
        """What a killed download, unpacking or removal left behind, but what can be continued."""
        for pattern in ("app/.removed-*", "engine/.removed-*", "app/.unpacking-*", "engine/.unpacking-*"):
            for path in self.folder.glob(pattern):
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Only one process changes this folder at a time. Raises Refused where another does, StorageError."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            title = _("{place} can't be made: {problem}.").format(place=self.folder, problem=error.strerror)
            raise StorageError(title, _("Check who may write there.")) from error
        lock = InstanceLock(self.folder / "changing.lock")
        if lock.take() is LockOutcome.HELD_BY_ANOTHER:
            raise Refused(_("Something is being fetched already."), _("Wait until that is done."))
        try:
            yield
        finally:
            lock.release()
