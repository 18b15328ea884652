"""sr25519 keys: hotkeys, and in tests the rest.

A key made here is a random 32-byte seed. It never shows in repr, in exceptions or in pickles.
"""

import secrets
from functools import cache
from typing import Final, NoReturn

from chain.addresses import NotAnAddress, check_address, decode_address, encode_address, looks_secret
from chain.sr25519_backends import (
    SEED_BYTES,
    SIGNATURE_BYTES,
    KeyFailure,
    Signer,
    Sr25519,
    available_backends,
    seed_backend,
)
from protocol.errors import DeviceError, SettingsError

__all__ = ["KeySigner", "Keypair", "check_address", "default_backend", "looks_secret", "verify"]

_PAYLOAD_LIMIT_BYTES: Final = 64 * 1024 * 1024


@cache
def default_backend() -> Sr25519:
    """bittensor-wallet where it imports, else py-sr25519-bindings; raises DeviceError where neither does."""
    found = available_backends()
    if not found:
        raise DeviceError("This computer has no sr25519 library.", "Install py-sr25519-bindings.")
    return found[0]


@cache
def _backend_for_seeds() -> Sr25519:
    """Both libraries make the same key of a seed; this is the one that takes less memory."""
    return seed_backend() or default_backend()


class Keypair:
    """One sr25519 key that can sign."""

    def __init__(self, signer: Signer, seed: bytes | None = None) -> None:
        self._signer = signer
        self._seed = seed
        self.public_key: Final = bytes(signer.public_key)
        self.address: Final = encode_address(self.public_key)

    @property
    def ss58_address(self) -> str:
        return self.address

    @classmethod
    def generate(cls, backend: Sr25519 | None = None) -> "Keypair":
        """A new key from the system's randomness."""
        return cls.from_seed(secrets.token_bytes(SEED_BYTES), backend)

    @classmethod
    def from_seed(cls, seed: bytes, backend: Sr25519 | None = None) -> "Keypair":
        """Raises SettingsError unless `seed` has 32 bytes."""
        if len(seed) != SEED_BYTES:
            raise SettingsError(f"A key's seed has {SEED_BYTES} bytes, not {len(seed)}.", "Give the whole seed.")
        return cls((backend or _backend_for_seeds()).from_seed(seed), seed)

    @classmethod
    def from_words(cls, words: str, backend: Sr25519 | None = None) -> "Keypair":
        """A hotkey from its 12 to 24 words, for operators who made it elsewhere. Never used on a coldkey."""
        try:
            return cls((backend or default_backend()).from_words(" ".join(words.split())))
        except KeyFailure as error:
            raise SettingsError(f"These words make no key: {error}.", "Check them, or give the seed.") from None

    @classmethod
    def from_uri(cls, uri: str, backend: Sr25519 | None = None) -> "Keypair":
        """A well-known key for tests and local networks, such as //Alice. Anyone can make it: it guards nothing."""
        try:
            return cls((backend or default_backend()).from_path(uri))
        except KeyFailure as error:
            raise SettingsError(f"This is no development key: {error}.", "Try //Alice.") from None

    def sign(self, payload: bytes) -> bytes:
        """64 bytes, other ones each time."""
        return bytes(self._signer.sign(payload))

    def reveal_seed(self) -> bytes:
        """For a key store only. Raises SettingsError for a key that was not made from a seed."""
        if self._seed is None:
            raise SettingsError("This key can't be stored.", "Make a new one, or give its seed.")
        return self._seed

    def __repr__(self) -> str:
        return f"Keypair({self.address})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled")


class KeySigner:
    """A key in this process as protocol.keys.HotkeySigner."""

    def __init__(self, key: Keypair) -> None:
        self._key = key

    @property
    def address(self) -> str:
        return self._key.address

    async def sign(self, payload: bytes) -> bytes:
        return self._key.sign(payload)


def verify(address: str, payload: bytes, signature: bytes, backend: Sr25519 | None = None) -> bool:
    """Whether `signature` over `payload` is `address`'s. Total: a bad address or a wrong length is False."""
    public_key = decode_address(address)
    if isinstance(public_key, NotAnAddress) or len(signature) != SIGNATURE_BYTES or len(payload) > _PAYLOAD_LIMIT_BYTES:
        return False
    return (backend or default_backend()).verify(public_key, payload, signature)
