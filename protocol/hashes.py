"""BLAKE3 everywhere, as 64 lower-case hex digits."""

import hmac
from collections.abc import Iterable

from blake3 import blake3

from protocol.errors import IntegrityError

HASH_DIGITS = 64


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
