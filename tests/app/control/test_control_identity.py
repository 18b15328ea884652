"""Where the device's key comes from: keychain, file with consent, a copy, a wallet's hotkey; never a second one."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import pytest
from keyring.errors import KeyringLocked, NoKeyringError

from app.control.hotkey import Identity
from app.core.identity.choice import InKeyFile, InWallet, MadeHere, Password, Restored
from app.platforms import bittensor_wallets
from app.platforms.bittensor_wallets import list_hotkeys, read_hotkey
from app.platforms.paths import ProfilePaths, profile_paths
from chain.keys import Keypair
from protocol.errors import SettingsError, StorageError

PASSWORD = Password("correct horse battery")
KEY = Keypair.from_seed(b"\7" * 32)


class Keychain(keyring.backend.KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.failure: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.failure is not None:
            raise self.failure
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[username]


@pytest.fixture
def keychain() -> Iterator[Keychain]:
    before, fake = keyring.get_keyring(), Keychain()
    keyring.set_keyring(fake)
    yield fake
    keyring.set_keyring(before)


@pytest.fixture
def paths(tmp_path: Path) -> ProfilePaths:
    return profile_paths(tmp_path / "profile")


def test_the_key_is_made_once_and_lies_in_the_keychain(keychain: Keychain, paths: ProfilePaths) -> None:
    first = Identity(paths, keychain=True, may_ask=True).open(MadeHere())
    again = Identity(paths, keychain=True).open(MadeHere())
    assert first.signer.address == again.signer.address
    assert list(keychain.kept) == ["device"]
    assert first.storage == ""


@pytest.mark.parametrize("failure", [NoKeyringError(), KeyringLocked()], ids=["none", "locked"])
def test_without_a_keychain_a_window_asks_for_consent_and_makes_no_plain_file(
    keychain: Keychain, paths: ProfilePaths, failure: Exception
) -> None:
    keychain.failure = failure
    with pytest.raises(StorageError, match="This computer's key"):
        Identity(paths, keychain=True, may_ask=True).open(MadeHere())
    assert not (paths.state_folder / "keys").exists()


def test_trying_it_out_without_a_keychain_asks_for_nothing_and_a_real_network_still_does(
    keychain: Keychain, paths: ProfilePaths
) -> None:
    keychain.failure = NoKeyringError()
    identity = Identity(paths, keychain=True, may_ask=True)
    opened = identity.open(MadeHere(), for_play=True)
    assert opened.for_play and "for trying out" in opened.storage
    assert identity.open(MadeHere(), for_play=True).signer.address == opened.signer.address
    with pytest.raises(StorageError, match="This computer's key"):
        identity.open(MadeHere())
    keychain.failure = None
    real = identity.open(MadeHere(), for_play=True)
    assert not real.for_play
    assert real.signer.address != opened.signer.address
    assert identity.open(MadeHere()).signer.address == real.signer.address


def test_where_nobody_can_be_asked_the_key_lies_in_a_file_of_its_owner_and_says_so(
    keychain: Keychain, paths: ProfilePaths
) -> None:
    keychain.failure = NoKeyringError()
    opened = Identity(paths, keychain=True).open(MadeHere())
    assert "only you can read" in opened.storage
    keychain.failure = None
    assert Identity(paths, keychain=True, may_ask=True).open(MadeHere()).signer.address == opened.signer.address
    assert keychain.kept == {}


def test_a_keychain_that_held_the_key_and_is_locked_now_leads_to_no_second_one(
    keychain: Keychain, paths: ProfilePaths
) -> None:
    Identity(paths, keychain=True).open(MadeHere())
    keychain.failure = KeyringLocked()
    with pytest.raises(StorageError, match="locked"):
        Identity(paths, keychain=True).open(MadeHere())


def test_with_consent_the_key_lies_in_a_file_that_a_password_opens(keychain: Keychain, paths: ProfilePaths) -> None:
    keychain.failure = NoKeyringError()
    made = Identity(paths, keychain=True, may_ask=True)
    assert made.keep_in_file(PASSWORD) == InKeyFile()
    address = made.open(InKeyFile()).signer.address
    later = Identity(paths, keychain=True, may_ask=True)
    with pytest.raises(StorageError, match="locked in its file"):
        later.open(InKeyFile())
    with pytest.raises(SettingsError):
        later.unlock(Password("wrong wrong wrong"))
    later.unlock(PASSWORD)
    assert later.open(InKeyFile()).signer.address == address
    with pytest.raises(SettingsError):  # a second consent never replaces the first key
        Identity(paths, keychain=True).keep_in_file(Password("another password"))
    files = list((paths.state_folder / "keys").iterdir())
    assert len(files) == 1 and (os.name == "nt" or files[0].stat().st_mode & 0o077 == 0)


@pytest.mark.parametrize("in_keychain", [True, False])
def test_a_copy_brings_the_key_to_another_computer_and_its_own_stays(
    keychain: Keychain, tmp_path: Path, in_keychain: bool
) -> None:
    here = Identity(profile_paths(tmp_path / "here"), keychain=False)
    there = Identity(profile_paths(tmp_path / "there"), keychain=in_keychain)
    address = here.open(MadeHere()).signer.address
    own = there.open(MadeHere()).signer.address
    copy = here.export(MadeHere(), PASSWORD)
    chosen = there.restore(copy, PASSWORD)
    assert isinstance(chosen, Restored)
    assert there.open(chosen).signer.address == address
    assert there.open(MadeHere()).signer.address == own != address
    assert there.restore(copy, PASSWORD) == chosen
    assert there.export(chosen, PASSWORD) != copy
    with pytest.raises(SettingsError):
        there.restore(copy, Password("something else"))


def test_a_copy_that_is_gone_is_told(keychain: Keychain, paths: ProfilePaths) -> None:
    with pytest.raises(StorageError, match="not there any more"):
        Identity(paths, keychain=True).open(Restored("restored-x"))


def wallet_file(**changes: object) -> bytes:
    fields = {
        "accountId": "0x" + KEY.public_key.hex(), "publicKey": "0x" + KEY.public_key.hex(),
        "secretPhrase": "never read", "secretSeed": "0x" + KEY.reveal_seed().hex(), "ss58Address": KEY.address,
    }  # fmt: skip
    return json.dumps(fields | changes).encode()


@pytest.fixture
def wallets(tmp_path: Path) -> Path:
    hotkeys = tmp_path / "wallets" / "savings" / "hotkeys"
    hotkeys.mkdir(parents=True)
    (hotkeys.parent / "coldkey").write_bytes(wallet_file())
    (hotkeys / "plain").write_bytes(wallet_file())
    (hotkeys / "plainpub.txt").write_bytes(b'{"ss58Address":"%s"}' % KEY.address.encode())
    (hotkeys / "guarded").write_bytes(b"$NACL\x00\x01")
    (hotkeys / "guardedpub.txt").write_bytes(b'{"ss58Address":"%s"}' % KEY.address.encode())
    (hotkeys / "torn").write_bytes(wallet_file()[:-9])
    (hotkeys / "lying").write_bytes(wallet_file(secretSeed="0x" + "01" * 32))
    (hotkeys / "large").write_bytes(b" " * 10_000 + wallet_file())
    (hotkeys / "link").symlink_to(hotkeys.parent / "coldkey")
    (tmp_path / "wallets" / "other").symlink_to(hotkeys.parent)
    return tmp_path / "wallets"


def test_wallets_hotkeys_are_listed_and_no_coldkey_is_opened(wallets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    whole = Path.open

    def noting(path: Path, *arguments: Any, **named: Any) -> object:
        opened.append(path)
        return whole(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", noting)
    found = list_hotkeys(wallets)
    assert {(each.wallet, each.hotkey) for each in found} == {
        ("savings", "plain"), ("savings", "guarded"), ("savings", "lying"),
    }  # fmt: skip
    assert {each.address for each in found} == {KEY.address}
    assert all(path.parent.name == "hotkeys" for path in opened)
    assert list_hotkeys(wallets / "nowhere") == ()


def test_a_plain_hotkey_signs_and_anything_else_is_refused_without_its_content(wallets: Path) -> None:
    assert read_hotkey("savings", "plain", wallets).address == KEY.address
    for name, words in (
        ("guarded", "needs a password"),
        ("torn", "damaged"),
        ("lying", "damaged"),
        ("large", "damaged"),
        ("link", "not there"),
        ("../coldkey", "not there"),
    ):
        with pytest.raises((SettingsError, StorageError), match=words) as refused:
            read_hotkey("savings", name, wallets)
        assert "01" * 32 not in str(refused.value) and KEY.reveal_seed().hex() not in str(refused.value)


def test_a_wallets_hotkey_can_be_chosen(wallets: Path, paths: ProfilePaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bittensor_wallets.read_hotkey, "__defaults__", (wallets,))
    opened = Identity(paths, keychain=False).open(InWallet("savings", "plain"))
    assert opened.signer.address == KEY.address
    assert "savings" in opened.storage
    assert not (paths.state_folder / "keys").exists()
