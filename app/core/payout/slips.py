"""Where a mistyped address probably went wrong."""

from enum import Enum, auto
from hashlib import blake2b
from typing import Final

from chain.addresses import BITTENSOR_PREFIX, from_base58

_ADDRESS_BYTES: Final = 35
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Slip(Enum):
    """What most likely went wrong between the right address and this one."""

    LOOK_ALIKE = auto()
    LETTER_CASE = auto()
    SWAPPED = auto()
    ONE_CHARACTER = auto()
    MISSING = auto()
    ADDITIONAL = auto()
    UNKNOWN = auto()


def likely_slip(cleaned: str) -> tuple[Slip, int | None]:
    """The one change that would make `cleaned`, base58 with a wrong checksum, an address: its kind, its place from 1.

    With two bytes of checksum one wrong address in some twenty has such a neighbour by chance, so what is found is a
    hint for the person's eye and never a correction.
    """
    number = _number(cleaned)
    for place, letter in enumerate(cleaned):
        if letter.swapcase() in _ALPHABET and _fits(_replaced(number, cleaned, place, letter.swapcase())):
            return Slip.LETTER_CASE, place + 1
    for place in range(len(cleaned) - 1):
        first, second = cleaned[place], cleaned[place + 1]
        if _fits(_replaced(_replaced(number, cleaned, place, second), cleaned, place + 1, first)):
            return Slip.SWAPPED, place + 1
    fitting = [
        place
        for place in range(len(cleaned))
        if any(_fits(_replaced(number, cleaned, place, letter)) for letter in _ALPHABET)
    ]
    return (Slip.ONE_CHARACTER, fitting[0] + 1) if len(fitting) == 1 else (Slip.UNKNOWN, None)


def _number(cleaned: str) -> int:
    return int.from_bytes(from_base58(cleaned) or b"")


def _replaced(number: int, cleaned: str, place: int, letter: str) -> int:
    """The number that `cleaned`, which spells `number`, would spell with `letter` at `place`."""
    change = _ALPHABET.index(letter) - _ALPHABET.index(cleaned[place])
    power: int = 58 ** (len(cleaned) - 1 - place)
    return number + change * power


def _fits(number: int) -> bool:
    """Whether `number` is that of a Bittensor address. Asked thousands of times, hence not by decode_address."""
    if number.bit_length() > 8 * _ADDRESS_BYTES or number >> 8 * (_ADDRESS_BYTES - 1) != BITTENSOR_PREFIX:
        return False
    raw = number.to_bytes(_ADDRESS_BYTES)
    return blake2b(b"SS58PRE" + raw[:33]).digest()[:2] == raw[33:]
