"""Opens this device's hotkey: from the system's keychain, or from a file where there is none."""

from typing import Final

from app.core.ports import OpenedKey
from app.core.stored_file import write_atomically
from app.core.words import key_file_sentence
from app.platforms.paths import ProfilePaths
from chain.key_store import FileKeyStore, KeychainKeyStore, KeyStore
from chain.keys import Keypair, KeySigner
from protocol.errors import StorageError

KEY_NAME: Final = "device"


def open_hotkey(paths: ProfilePaths, *, keychain: bool) -> OpenedKey:
    """The key of this profile, made at the first call. May block on a locked keychain. Raises StorageError.

    Once the keychain held the key it is the only place that is asked: a locked keychain must never lead to a second
    identity, whose credit the first would not see.
    """
    files = FileKeyStore(paths.state_folder / "keys")
    marker = paths.state_folder / "hotkey-in-keychain"
    found = files.load(KEY_NAME)
    if found is None and keychain:
        try:
            key = _load_or_create(KeychainKeyStore())
            if not marker.exists():
                write_atomically(marker, key.address.encode())
            return OpenedKey(KeySigner(key))
        except StorageError:
            if marker.exists():
                raise
    key = found if found is not None else files.create(KEY_NAME)
    return OpenedKey(KeySigner(key), key_file_sentence(str(paths.state_folder / "keys")))


def _load_or_create(store: KeyStore) -> Keypair:
    key = store.load(KEY_NAME)
    return store.create(KEY_NAME) if key is None else key
