"""Hotkeys survive a restart, are never replaced, and never leak."""

import stat
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError, PasswordDeleteError

from chain.key_store import FileKeyStore, KeychainKeyStore, KeyStore, MemoryKeyStore
from chain.keys import verify
from protocol.errors import SettingsError, StorageError


class FakeKeychain(keyring.backend.KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.failure: Exception | None = None
        self.forgets = False

    def _fail(self) -> None:
        if self.failure:
            raise self.failure

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def keychain() -> Iterator[FakeKeychain]:
    before, fake = keyring.get_keyring(), FakeKeychain()
    keyring.set_keyring(fake)
    yield fake
    keyring.set_keyring(before)


@pytest.fixture(params=["memory", "file", "keychain"])
def store(request: pytest.FixtureRequest, tmp_path: Path, keychain: FakeKeychain) -> KeyStore:
    match request.param:
        case "memory":
            return MemoryKeyStore()
        case "file":
            return FileKeyStore(tmp_path / "keys")
        case _:
            return KeychainKeyStore()


def test_a_created_key_is_loaded_again_and_signs(store: KeyStore) -> None:
    assert store.load("hotkey") is None
    created = store.create("hotkey")
    loaded = store.load("hotkey")
    assert loaded is not None
    assert loaded.address == created.address
    assert verify(created.address, b"x", loaded.sign(b"x"))


def test_a_key_is_never_replaced(store: KeyStore) -> None:
    first = store.create("hotkey")
    with pytest.raises(StorageError, match="already"):
        store.create("hotkey")
    assert getattr(store.load("hotkey"), "address", None) == first.address


def test_a_deleted_key_is_gone_and_deleting_twice_is_fine(store: KeyStore) -> None:
    store.create("hotkey")
    store.delete("hotkey")
    store.delete("hotkey")
    assert store.load("hotkey") is None


@pytest.mark.parametrize("name", ["", "../hotkey", "a/b", "Hotkey", "x" * 65, "a\0", "a\n"])
def test_an_odd_name_is_refused(store: KeyStore, name: str) -> None:
    for verb in (store.load, store.create, store.delete):
        with pytest.raises(SettingsError):
            verb(name)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead of modes")
def test_a_key_file_is_its_owners_only(tmp_path: Path) -> None:
    FileKeyStore(tmp_path / "keys").create("hotkey")
    [path] = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff" * 40, b"x" * 5000, b'{"type":"sr25519-seed","address":"5","seed":"zz"}']
)
def test_a_torn_key_file_is_a_storage_error_and_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hotkey.hotkey"
    path.write_bytes(content)
    with pytest.raises(StorageError, match="readable"):
        FileKeyStore(tmp_path).load("hotkey")
    with pytest.raises(StorageError, match="already"):
        FileKeyStore(tmp_path).create("hotkey")
    assert path.read_bytes() == content


def test_an_edited_key_file_is_noticed_and_its_secret_not_told(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path)
    seed = store.create("hotkey").reveal_seed().hex()
    path = tmp_path / "hotkey.hotkey"
    edited = seed[:-1] + ("0" if seed[-1] != "0" else "1")
    path.write_text(path.read_text().replace(seed, edited))
    with pytest.raises(StorageError) as caught:
        store.load("hotkey")
    assert edited[:16] not in "".join(traceback.format_exception(caught.value))


def test_a_folder_that_is_a_file_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")
    with pytest.raises(StorageError):
        FileKeyStore(tmp_path / "keys").create("hotkey")


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (NoKeyringError("x"), "no keychain"),
        (InitError("x"), "never set up"),
        (KeyringLocked("x"), "locked"),
        (KeyringError("x"), "refused"),
    ],
)
def test_a_keychain_that_can_not_be_used_says_why(keychain: FakeKeychain, failure: Exception, words: str) -> None:
    keychain.failure = failure
    for verb in (KeychainKeyStore().load, KeychainKeyStore().create, KeychainKeyStore().delete):
        with pytest.raises(StorageError) as caught:
            verb("hotkey")
        assert words in caught.value.title
        assert caught.value.advice


def test_a_keychain_that_forgets_is_noticed_at_once(keychain: FakeKeychain) -> None:
    keychain.forgets = True
    with pytest.raises(StorageError, match="did not keep"):
        KeychainKeyStore().create("hotkey")
