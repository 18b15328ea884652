"""SS58: how a 32-byte public key becomes text, and what a person may have pasted instead of it.

The codec is our own because both libraries at hand cost too much or say too little: scalecodec's pulls in its whole
type system, bittensor-wallet's has no Windows wheel, and both tell a typing error from a foreign address only in prose.
The format: https://docs.substrate.io/reference/address-formats/
"""

import re
from enum import Enum, auto
from hashlib import blake2b
from typing import Final, assert_never

from protocol.errors import SettingsError

BITTENSOR_PREFIX: Final = 42
"""SS58's generic prefix; Bittensor has none of its own."""
PUBLIC_KEY_BYTES: Final = 32
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_CHECKSUM_BYTES: Final = 2
_LONGEST_TEXT: Final = 10_000
_MNEMONIC_WORDS: Final = 12
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\"'`<>"))
_NEVER_PASTE: Final = (
    "Never paste your secret words or a private key, not here and not anywhere else: whoever has them has your money. "
    "Clear the clipboard and paste the public address, which begins with 5."
)


class NotAnAddress(Enum):
    """Why a text is no SS58 address of Bittensor."""

    EMPTY = auto()
    SECRET = auto()
    EVM_ADDRESS = auto()
    NOT_BASE58 = auto()
    WRONG_LENGTH = auto()
    WRONG_CHECKSUM = auto()
    OTHER_CHAIN = auto()


def encode_address(public_key: bytes, prefix: int = BITTENSOR_PREFIX) -> str:
    """The SS58 text of a 32-byte key; `prefix` below 64. Raises ValueError for another length or prefix."""
    if len(public_key) != PUBLIC_KEY_BYTES or not 0 <= prefix < 64:
        raise ValueError("an address is made of 32 bytes and a one-byte prefix")
    body = bytes([prefix]) + public_key
    return _to_base58(body + _checksum(body))


def decode_address(text: str) -> bytes | NotAnAddress:
    """The public key of a Bittensor address, or why it is none. Total: never raises."""
    if not text:
        return NotAnAddress.EMPTY
    if len(text) > 64:
        return NotAnAddress.WRONG_LENGTH
    raw = from_base58(text)
    if raw is None:
        return NotAnAddress.NOT_BASE58
    prefix_bytes = 2 if raw and raw[0] & 0b0100_0000 else 1
    if len(raw) != prefix_bytes + PUBLIC_KEY_BYTES + _CHECKSUM_BYTES:
        return NotAnAddress.WRONG_LENGTH
    if _checksum(raw[:-_CHECKSUM_BYTES]) != raw[-_CHECKSUM_BYTES:]:
        return NotAnAddress.WRONG_CHECKSUM
    if prefix_bytes != 1 or raw[0] != BITTENSOR_PREFIX:
        return NotAnAddress.OTHER_CHAIN
    return raw[prefix_bytes:-_CHECKSUM_BYTES]


def check_address(text: str) -> str:
    """The one right spelling of what a person pasted as an address.

    Raises SettingsError with advice; its words never repeat the text, which may be a secret.
    """
    cleaned = text[:_LONGEST_TEXT].translate(_INVISIBLE).strip()
    if looks_secret(cleaned):
        raise _refusal(NotAnAddress.SECRET)
    if re.fullmatch(r"0[xX][0-9a-fA-F]{40}", cleaned):
        raise _refusal(NotAnAddress.EVM_ADDRESS)
    decoded = decode_address(cleaned)
    if isinstance(decoded, NotAnAddress):
        raise _refusal(decoded)
    return encode_address(decoded)


def looks_secret(text: str) -> bool:
    """Whether `text` may be a mnemonic, a seed, a private key or a keyfile. A field wipes itself when this is true.

    A bare 32-byte hex may also be a public key; nobody needs to paste one here, so it counts as secret.
    """
    cleaned = text[:_LONGEST_TEXT].translate(_INVISIBLE).strip()
    if re.search(r"secret_?(phrase|seed)|private_?key|mnemonic", cleaned, re.IGNORECASE):
        return True
    if re.search(r"(?<![0-9a-zA-Z])(0[xX])?([0-9a-fA-F]{64}|[0-9a-fA-F]{128})(?![0-9a-zA-Z])", cleaned):
        return True
    words = [word for word in re.split(r"[\s,;.:/|()_-]+", cleaned) if word.isalpha()]
    return len(words) >= _MNEMONIC_WORDS and sum(len(word) <= 12 for word in words) >= _MNEMONIC_WORDS


def _refusal(reason: NotAnAddress) -> SettingsError:
    match reason:
        case NotAnAddress.EMPTY:
            return SettingsError("No address was given.", "Paste the public address of your coldkey; it begins with 5.")
        case NotAnAddress.SECRET:
            return SettingsError("This looks like a secret, not an address.", _NEVER_PASTE)
        case NotAnAddress.EVM_ADDRESS:
            return SettingsError(
                "This is an Ethereum-style address.", "Bittensor pays to an address that begins with 5; paste that one."
            )
        case NotAnAddress.NOT_BASE58:
            return SettingsError(
                "This holds characters that no address has.", "Copy the address, which begins with 5, and nothing else."
            )
        case NotAnAddress.WRONG_LENGTH:
            return SettingsError("This is too short or too long for an address.", "Copy all of its 48 characters.")
        case NotAnAddress.WRONG_CHECKSUM:
            return SettingsError(
                "One character or more of this address is wrong.", "Copy all its 48 characters instead of typing them."
            )
        case NotAnAddress.OTHER_CHAIN:
            return SettingsError(
                "This address is written for another chain.", "Paste the Bittensor form of it, which begins with 5."
            )
    assert_never(reason)


def _checksum(body: bytes) -> bytes:
    return blake2b(b"SS58PRE" + body).digest()[:_CHECKSUM_BYTES]


def _to_base58(raw: bytes) -> str:
    number, letters = int.from_bytes(raw), []
    while number:
        number, digit = divmod(number, 58)
        letters.append(_ALPHABET[digit])
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return _ALPHABET[0] * zeros + "".join(reversed(letters))


def from_base58(text: str) -> bytes | None:
    """The bytes that `text` spells; None where a character is none of the alphabet. Total."""
    number = 0
    for letter in text:
        value = _VALUES.get(letter)
        if value is None:
            return None
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip(_ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
