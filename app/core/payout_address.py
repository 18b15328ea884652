"""The check of a payout address as typed or pasted. Secrets are recognised, refused and never repeated in a message."""

import hashlib
import re
from typing import Final

from protocol.errors import SettingsError

SS58_PREFIX: Final = 42
"""Bittensor addresses carry the generic Substrate prefix."""

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ADDRESS_BYTES: Final = 35
"""One of prefix, 32 of public key, two of checksum."""
_MNEMONIC_WORDS: Final = 6
_LENGTH_LIMIT: Final = 4096


class SecretPasted(SettingsError):
    """Somebody pasted what must never leave the wallet; the view wipes its field."""


def checked_address(text: str) -> str:
    """`text` as an ss58 address. Raises SecretPasted for words or keys, SettingsError for anything else."""
    text = text.strip()
    _refuse_secrets(text)
    payload = _from_base58(text)
    if payload is None or len(payload) != _ADDRESS_BYTES:
        raise SettingsError("This is not a wallet address.", "An address is 48 characters long and begins with 5.")
    if payload[0] != SS58_PREFIX:
        raise SettingsError("This address belongs to another chain.", "A Bittensor address begins with 5.")
    if _checksum(payload[:-2]) != payload[-2:]:
        raise SettingsError("A character of this address is wrong.", "Copy it again from your wallet, whole.")
    return text


def _refuse_secrets(text: str) -> None:
    advice = (
        "Never paste words or keys into any app: whoever has them has your coins. "
        "This app needs only the public address. The clipboard still holds them; copy something else now."
    )
    words = text[:_LENGTH_LIMIT].split()
    if len(words) >= _MNEMONIC_WORDS and all(word.isalpha() for word in words):
        raise SecretPasted("These look like the secret words of a wallet.", advice)
    if re.fullmatch(r"(0x)?[0-9a-fA-F]{64}|(0x)?[0-9a-fA-F]{128}", text):
        raise SecretPasted("This looks like a private key.", advice)
    if any(mark in text for mark in ("secretPhrase", "secretSeed", "privateKey")):
        raise SecretPasted("This looks like a key file.", advice)


def _from_base58(text: str) -> bytes | None:
    """The bytes that `text` stands for; None where it is no base58 or longer than an address."""
    if not 40 <= len(text) <= 50 or any(character not in _ALPHABET for character in text):
        return None
    number = 0
    for character in text:
        number = number * 58 + _ALPHABET.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _checksum(payload: bytes) -> bytes:
    return hashlib.blake2b(b"SS58PRE" + payload, digest_size=64).digest()[:2]
