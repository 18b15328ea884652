"""This device's hotkey: opened from where the person wants it, saved as a copy, brought back from one."""

from typing import Final

from app.core.identity import file as identity_file
from app.core.identity.choice import DEVICE_KEY, HotkeyChoice, InKeyFile, InWallet, MadeHere, Password, Restored
from app.core.language.speech import _
from app.core.ports import OpenedKey
from app.core.settings.stored_file import write_atomically
from app.core.words import encrypted_key_file_sentence, key_file_sentence, play_key_sentence, wallet_key_sentence
from app.platforms.bittensor_wallets import read_hotkey
from app.platforms.paths import ProfilePaths
from chain.key_store import FileKeyStore, KeychainKeyStore, KeyStore
from chain.keys import Keypair, KeySigner
from protocol.errors import SettingsError, StorageError

KEY_NAME: Final = DEVICE_KEY
PLAY_KEY_NAME: Final = "play"
"""Signs on a network of this computer where there is no keychain and nobody agreed to a file yet: nothing real is
earned there, so nothing needs guarding, and trying it out asks for no password."""


class Identity:
    """app.core.ports.IdentityDesk. Every call may block on a locked keychain or a slow key derivation.

    `may_ask`: there is a window in which a person can agree to a key file; without one the key lies in a file that
    only its owner can read, since nobody could type a password at night.
    """

    def __init__(self, paths: ProfilePaths, *, keychain: bool, may_ask: bool = False) -> None:
        self._paths = paths
        self._keychain = keychain
        self._may_ask = may_ask
        self._files = FileKeyStore(paths.state_folder / "keys")
        self._marker = paths.state_folder / "hotkey-in-keychain"
        self._sealed = paths.state_folder / "keys" / "device.identity.json"
        self._unlocked: Keypair | None = None

    def open(self, choice: HotkeyChoice, *, for_play: bool = False) -> OpenedKey:
        """Raises StorageError or SettingsError, whose words say what to do. `for_play`: only this computer's own
        network will see it."""
        match choice:
            case MadeHere():
                return self._open_made(for_play)
            case Restored(name):
                return self._open_restored(name)
            case InWallet(wallet, hotkey):
                return OpenedKey(KeySigner(read_hotkey(wallet, hotkey)), wallet_key_sentence(wallet, hotkey))
            case InKeyFile():
                return OpenedKey(KeySigner(self._from_key_file()), encrypted_key_file_sentence())

    def export(self, choice: HotkeyChoice, password: Password) -> bytes:
        """The key as a file that `password` opens."""
        return identity_file.sealed(self._key(choice), password)

    def restore(self, content: bytes, password: Password) -> HotkeyChoice:
        """Keep the key of an exported file beside the one that was made here, and say how to choose it."""
        key = identity_file.opened(content, password)
        name = f"restored-{key.address[-12:].lower()}"
        for store in self._stores():
            found = store.load(name)
            if found is not None and found.address == key.address:
                return Restored(name)
        self._stores()[-1].create(name, key)
        return Restored(name)

    def keep_in_file(self, password: Password) -> HotkeyChoice:
        """A key in a file that `password` opens, for computers without a keychain. One that is there is opened."""
        if self._sealed.exists():
            self.unlock(password)
            return InKeyFile()
        key = Keypair.generate()
        write_atomically(self._sealed, identity_file.sealed(key, password))
        self._unlocked = key
        return InKeyFile()

    def unlock(self, password: Password) -> None:
        """Open the key file until the app ends."""
        try:
            content = self._sealed.read_bytes()[: identity_file.SIZE_LIMIT_BYTES + 1]
        except OSError as error:
            raise StorageError(
                _("The key's file can't be read: {problem}.").format(problem=error.strerror),
                _("Restore it from a copy."),
            ) from error
        self._unlocked = identity_file.opened(content, password)

    def _open_made(self, for_play: bool) -> OpenedKey:
        """Once the keychain held the key it is the only place that is asked: a locked keychain must never lead to a
        second identity, whose credit the first would not see."""
        found = self._files.load(KEY_NAME)
        if found is None and self._keychain:
            try:
                key = _load_or_create(KeychainKeyStore())
                if not self._marker.exists():
                    write_atomically(self._marker, key.address.encode())
                return OpenedKey(KeySigner(key))
            except StorageError as error:
                if self._marker.exists():
                    raise
                if for_play and self._may_ask:
                    return self._open_play()
                if self._may_ask:
                    raise type(error)(error.title, _agree_advice(error.advice)) from error
        key = found if found is not None else self._files.create(KEY_NAME)
        return OpenedKey(KeySigner(key), key_file_sentence(str(self._paths.state_folder / "keys")))

    def _open_play(self) -> OpenedKey:
        key = self._files.load(PLAY_KEY_NAME) or self._files.create(PLAY_KEY_NAME)
        return OpenedKey(KeySigner(key), play_key_sentence(), for_play=True)

    def _open_restored(self, name: str) -> OpenedKey:
        for store in self._stores():
            key = store.load(name)
            if key is not None:
                in_file = isinstance(store, FileKeyStore)
                words = key_file_sentence(str(self._paths.state_folder / "keys")) if in_file else ""
                return OpenedKey(KeySigner(key), words)
        raise StorageError(
            _("The key that was brought here is not there any more."), _("Restore it from its copy again.")
        )

    def _from_key_file(self) -> Keypair:
        if self._unlocked is None:
            raise StorageError(
                _("This computer's key is locked in its file."), _("Enter its password under “This computer's key”.")
            )
        return self._unlocked

    def _key(self, choice: HotkeyChoice) -> Keypair:
        match choice:
            case MadeHere() | Restored():
                name = choice.name if isinstance(choice, Restored) else KEY_NAME
                for store in self._stores():
                    key = store.load(name)
                    if key is not None:
                        return key
                raise SettingsError(
                    _("There is no key yet that could be saved."), _("Wait until the keychain is open.")
                )
            case InWallet(wallet, hotkey):
                return read_hotkey(wallet, hotkey)
            case InKeyFile():
                return self._from_key_file()

    def _stores(self) -> list[KeyStore]:
        """Where keys may lie; a new one goes to the last."""
        return [self._files, KeychainKeyStore()] if self._keychain else [self._files]


def _agree_advice(advice: str) -> str:
    return _("{advice} To keep it in a file with a password, open “This computer's key” in the settings.").format(
        advice=advice
    )


def _load_or_create(store: KeyStore) -> Keypair:
    key = store.load(KEY_NAME)
    return store.create(KEY_NAME) if key is None else key
