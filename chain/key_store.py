"""Where a hotkey is kept between runs. Coldkeys are never kept anywhere by this program.

Every call may block (a locked keychain asks the person), so call it off the user interface's thread. All raise
StorageError with advice when the place can't be used, and SettingsError for an impossible name.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

import msgspec

from chain.keys import Keypair
from protocol.errors import MalformedMessage, SettingsError, StorageError
from protocol.wire import from_json, to_json

SERVICE: Final = "Train at Home"
_RECORD_LIMIT_BYTES: Final = 1024


class KeychainLocked(StorageError):
    """The person can open it."""

    code = "keychain"


class KeyStore(Protocol):
    """Keys by name. `create` never replaces: it raises StorageError where a key of that name stands.

    It makes a new key, or keeps the one that it is given, which must have been made from a seed.
    """

    def load(self, name: str) -> Keypair | None: ...

    def create(self, name: str, key: Keypair | None = None) -> Keypair: ...

    def delete(self, name: str) -> None:
        """Nothing happens where there is none."""
        ...


class _Record(msgspec.Struct, frozen=True, tag="sr25519-seed"):
    """What is stored. The address tells a torn or edited record from a good one."""

    address: str
    seed: str


class MemoryKeyStore:
    """For tests: gone with the process."""

    def __init__(self) -> None:
        self._keys: dict[str, Keypair] = {}

    def load(self, name: str) -> Keypair | None:
        return self._keys.get(_checked(name))

    def create(self, name: str, key: Keypair | None = None) -> Keypair:
        if _checked(name) in self._keys:
            raise _already_there(name)
        return self._keys.setdefault(name, key or Keypair.generate())

    def delete(self, name: str) -> None:
        self._keys.pop(_checked(name), None)


class FileKeyStore:
    """One file a key, readable by its owner only: for machines without a keychain, and local networks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, name: str) -> Keypair | None:
        path = self._path(name)
        with _translated(path):
            try:
                with path.open("rb") as file:
                    # One byte past the limit, so that a wrong file is noticed without reading all of it.
                    encoded = file.read(_RECORD_LIMIT_BYTES + 1)
            except FileNotFoundError:
                return None
        return _decoded(encoded, str(path))

    def create(self, name: str, key: Keypair | None = None) -> Keypair:
        path, key = self._path(name), key or Keypair.generate()
        with _translated(path):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write_new(path, _encoded(key))
            except FileExistsError:
                raise _already_there(name) from None
        return key

    def delete(self, name: str) -> None:
        path = self._path(name)
        with _translated(path):
            path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{_checked(name)}.hotkey"


class KeychainKeyStore:
    """The system's keychain: macOS Keychain, Windows Credential Locker, Secret Service or KWallet."""

    def __init__(self, service: str = SERVICE) -> None:
        self._service = service

    def load(self, name: str) -> Keypair | None:
        import keyring

        with _keychain_translated():
            encoded = keyring.get_password(self._service, _checked(name))
        return None if encoded is None else _decoded(encoded.encode(), "The keychain's entry")

    def create(self, name: str, key: Keypair | None = None) -> Keypair:
        import keyring

        if self.load(name) is not None:
            raise _already_there(name)
        key = key or Keypair.generate()
        with _keychain_translated():
            keyring.set_password(self._service, name, _encoded(key).decode())
        kept = self.load(name)
        if kept is None or kept.address != key.address:
            # Some keychains take a secret and forget it; better to know before the first credit.
            raise StorageError("The keychain did not keep the new key.", _KEYCHAIN_ADVICE)
        return key

    def delete(self, name: str) -> None:
        import keyring

        if self.load(name) is not None:
            with _keychain_translated():
                keyring.delete_password(self._service, name)


_KEYCHAIN_ADVICE: Final = "Install and unlock a keychain (GNOME Keyring or KWallet), or keep the key in a file."


def _checked(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
        raise SettingsError("This can't be a key's name.", "Use small letters, digits, - and _.")
    return name


def _already_there(name: str) -> StorageError:
    return StorageError(f"There is a key named {name} already.", "Use that one, or choose another name.")


def _encoded(key: Keypair) -> bytes:
    return to_json(_Record(key.address, key.reveal_seed().hex()))


def _decoded(encoded: bytes, place: str) -> Keypair:
    damaged = StorageError(f"{place} holds no readable key.", "Restore it from a backup, or delete it to begin anew.")
    try:
        record = from_json(encoded, _Record, _RECORD_LIMIT_BYTES)
        key = Keypair.from_seed(bytes.fromhex(record.seed))
    except (MalformedMessage, SettingsError, ValueError):
        raise damaged from None  # the cause may repeat the secret
    if key.address != record.address:
        raise damaged
    return key


def _write_new(path: Path, content: bytes) -> None:
    """Whole or not at all, and never over a file that is there. Raises FileExistsError."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except (PermissionError, NotImplementedError, OSError) as error:
            if isinstance(error, FileExistsError) or path.exists():
                raise FileExistsError(path) from None
            os.replace(temporary, path)  # a file system without hard links, such as exFAT
            return
        os.unlink(temporary)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows can't open a folder; its journal keeps the name
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StorageError(
            f"The key file {path} can't be used: {reason}.", "See who owns it and that the disk has room."
        ) from error


@contextmanager
def _keychain_translated() -> Iterator[None]:
    """The seam where keyring's errors become ours."""
    from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

    try:
        yield
    except NoKeyringError as error:
        raise StorageError("This computer has no keychain.", _KEYCHAIN_ADVICE) from error
    except KeyringLocked as error:
        raise KeychainLocked(
            "The keychain is locked.", "Unlock it, or sign in at the screen, and try again."
        ) from error
    except InitError as error:
        raise StorageError(
            "The keychain was never set up.", "Open it once at the screen, or use a key file."
        ) from error
    except KeyringError as error:
        raise StorageError("The keychain refused.", _KEYCHAIN_ADVICE) from error
