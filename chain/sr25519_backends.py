"""Two libraries for one curve. Everything here speaks bytes; what goes wrong inside them becomes KeyFailure.

bittensor-wallet is Bittensor's own and has no Windows wheel; py-sr25519-bindings has wheels everywhere.
tests/chain checks both against the same vectors.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, Protocol

SEED_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_DEVELOPMENT_SEED: Final = bytes.fromhex("fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e")
"""Of substrate's public phrase "bottom drive obey lake …", the root of //Alice and the others."""


class KeyFailure(Exception):
    """A seed, phrase or path that makes no key. Carries no part of it."""


class Signer(Protocol):
    @property
    def public_key(self) -> bytes: ...

    def sign(self, payload: bytes) -> bytes: ...


class Sr25519(Protocol):
    """What a library has to offer. `verify` gets 32 and 64 bytes and answers False for any that are no point."""

    name: str

    def from_seed(self, seed: bytes) -> Signer: ...

    def from_words(self, words: str) -> Signer: ...

    def from_path(self, path: str) -> Signer: ...

    def verify(self, public_key: bytes, payload: bytes, signature: bytes) -> bool: ...


class WalletBackend:
    """bittensor-wallet's Keypair. Raises ImportError where the package is missing."""

    name = "bittensor-wallet"

    def __init__(self) -> None:
        from bittensor_wallet import Keypair

        self._keypair = Keypair

    def from_seed(self, seed: bytes) -> Signer:
        return self._make("create_from_seed", seed.hex())

    def from_words(self, words: str) -> Signer:
        return self._make("create_from_mnemonic", words)

    def from_path(self, path: str) -> Signer:
        _junctions(path)
        return self._make("create_from_uri", path)

    def _make(self, constructor: str, secret: str) -> Signer:
        try:
            signer: Signer = getattr(self._keypair, constructor)(secret)
        except ValueError:
            # From None: the library's message may repeat the secret.
            raise KeyFailure("no key can be made of this") from None
        return signer

    def verify(self, public_key: bytes, payload: bytes, signature: bytes) -> bool:
        try:
            verifier = self._keypair(public_key=public_key.hex())
            # The library also accepts what a browser extension signed, the payload wrapped in <Bytes>. We don't:
            # what a person signed on some web page must never pass as a request of the hotkey.
            wrapped = b"<Bytes>" + payload + b"</Bytes>"
            return bool(verifier.verify(payload, signature)) and not verifier.verify(wrapped, signature)
        except (ValueError, TypeError):
            return False


class _BoundSigner:
    def __init__(self, public_key: bytes, secret: bytes) -> None:
        self.public_key = public_key
        self._secret = secret

    def sign(self, payload: bytes) -> bytes:
        import sr25519

        signature: bytes = sr25519.sign((self.public_key, self._secret), payload)
        return signature


class BindingsBackend:
    """py-sr25519-bindings. It has no word list, so phrases are refused."""

    name = "py-sr25519-bindings"

    def __init__(self) -> None:
        import sr25519

        self._library = sr25519

    def from_seed(self, seed: bytes) -> Signer:
        try:
            return _BoundSigner(*self._library.pair_from_seed(seed))
        except ValueError:
            raise KeyFailure("no key can be made of this") from None

    def from_words(self, words: str) -> Signer:
        raise KeyFailure("this system can't read words")

    def from_path(self, path: str) -> Signer:
        public_key, secret = self._library.pair_from_seed(_DEVELOPMENT_SEED)
        for junction in _junctions(path):
            _, public_key, secret = self._library.hard_derive_keypair((junction, public_key, secret), b"")
        return _BoundSigner(public_key, secret)

    def verify(self, public_key: bytes, payload: bytes, signature: bytes) -> bool:
        try:
            return bool(self._library.verify(signature, payload, public_key))
        except ValueError:
            return False


def seed_backend() -> Sr25519 | None:
    """One that makes keys of seeds, the lighter first: an app that waits for days holds nothing but a key."""
    return next(iter(_importable(BindingsBackend, WalletBackend)), None)


def available_backends() -> list[Sr25519]:
    """Those that import here, Bittensor's own first."""
    return list(_importable(WalletBackend, BindingsBackend))


def _importable(*kinds: Callable[[], Sr25519]) -> Iterator[Sr25519]:
    for kind in kinds:
        try:
            made = kind()
        except ImportError:
            continue
        yield made


def _junctions(path: str) -> list[bytes]:
    """Chain codes of a hard path such as //Alice//stash; words only, since digits are encoded another way."""
    if not re.fullmatch(r"(//[A-Za-z][A-Za-z0-9_-]{0,29})+", path):
        raise KeyFailure("a development path looks like //Alice")
    names = [name.encode() for name in path.split("//")[1:]]
    return [(bytes([len(name) << 2]) + name).ljust(32, b"\0") for name in names]
