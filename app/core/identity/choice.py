"""Which key this device signs its work with, and the words for passwords that must not be shown."""

from typing import Final, NoReturn, TypeAlias

import msgspec

from app.core.language.speech import _
from protocol.errors import SettingsError

DEVICE_KEY: Final = "device"
LEAST_PASSWORD: Final = 10


class MadeHere(msgspec.Struct, frozen=True, tag_field="kept", tag="made_here"):
    """Made by this app and kept in the system's keychain."""


class Restored(msgspec.Struct, frozen=True, tag_field="kept", tag="restored"):
    """Brought here from another computer; kept beside the one made here, under `name`."""

    name: str


class InKeyFile(msgspec.Struct, frozen=True, tag_field="kept", tag="key_file"):
    """In a file that the person's password opens, where there is no keychain and they agreed to that."""


class InWallet(msgspec.Struct, frozen=True, tag_field="kept", tag="wallet"):
    """A hotkey of Bittensor's own wallet folder."""

    wallet: str
    hotkey: str


HotkeyChoice: TypeAlias = MadeHere | Restored | InKeyFile | InWallet


class Password:
    """A password on its way: it shows in no log, no repr and no pickle."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> bytes:
        """For the one place that derives a key from it."""
        return self._text.encode("utf-8", "surrogatepass")

    def checked(self) -> "Password":
        """This, if it is long enough to guard a key. Raises SettingsError."""
        if len(self._text) < LEAST_PASSWORD:
            raise SettingsError(
                _("A password of fewer than {count} characters is soon guessed.").format(count=LEAST_PASSWORD),
                _("Take a longer one, such as four random words."),
            )
        return self

    def __repr__(self) -> str:
        return "Password(•••)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a password is never pickled")
