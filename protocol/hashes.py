"""BLAKE3 everywhere, as 64 lower-case hex digits."""

import hmac
from collections.abc import Iterable

from blake3 import blake3

from protocol.errors import IntegrityError, MalformedMessage

HASH_DIGITS = 64
_DIGITS = frozenset("0123456789abcdef")


def hash_bytes(data: bytes | bytearray | memoryview) -> str:
    """The BLAKE3 hash of `data`."""
    return blake3(data).hexdigest()


def hash_parts(parts: Iterable[bytes | bytearray | memoryview]) -> str:
    """The hash of the parts joined, without joining them in memory."""
    digest = blake3()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def check_hash(data: bytes | bytearray | memoryview, expected: str, what: str) -> None:
    """Raises IntegrityError, naming `what`, unless `data` has the `expected` hash."""
    if not hmac.compare_digest(hash_bytes(data), expected):
        raise IntegrityError(f"{what} does not match its hash.", "It was damaged or forged and has been dropped.")


def checked_hash(text: str) -> str:
    """`text` where it can be a hash, and so a file's name as well; raises MalformedMessage."""
    if len(text) != HASH_DIGITS or not _DIGITS.issuperset(text):
        raise MalformedMessage("The network named an object by something that is no hash.")
    return text
