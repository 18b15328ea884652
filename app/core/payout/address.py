"""What a person pasted where their payout address belongs: one function from any text to one of a few meanings.

Total: it never raises, whatever the text. No meaning but that of a public address carries any part of the text, so a
secret that was pasted by mistake can't travel further than this call.
"""

import re
import unicodedata
from typing import Final, TypeAlias

import msgspec

from app.core.payout.slips import Slip, likely_slip
from chain.addresses import (
    BITTENSOR_PREFIX,
    NotAnAddress,
    decode_address,
    encode_address,
    from_base58,
    looks_secret,
)

ADDRESS_LENGTH: Final = 48
"""Characters of a Bittensor address."""
_LONGEST_TEXT: Final = 10_000
_LONGEST_BASE58: Final = 128
_LEAST_WORDS: Final = 8
"""No address has so many words; a seed phrase copied in part is a secret too."""
_LONGEST_WORD: Final = 12
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\"'`<>"))
_BLANK_LETTERS: Final = dict.fromkeys(map(ord, "\u034f\u115f\u1160\u3164\uffa0"), " ")
"""Letters and marks to Unicode, nothing to the eye."""
_LOOK_ALIKES: Final = frozenset("0OIl")
"""What base58 leaves out because it looks like something else."""
_OTHER_NETWORKS: Final = {
    0: "Polkadot",
    2: "Kusama",
    5: "Astar",
    7: "Edgeware",
    8: "Karura",
    10: "Acala",
    36: "Centrifuge",
    63: "HydraDX",
    66: "Zeitgeist",
    172: "Parallel",
    1284: "Moonbeam",
    1328: "Ajuna",
}


class _Meaning(msgspec.Struct, frozen=True, tag=True):
    """Base of all meanings."""


class Empty(_Meaning, frozen=True):
    pass


class Valid(_Meaning, frozen=True):
    """A Bittensor address in its one right spelling."""

    address: str
    network_prefix: int = BITTENSOR_PREFIX


class WrongChecksum(_Meaning, frozen=True):
    """Nearly an address. `place` counts its characters from 1; None where no single one is suspected."""

    slip: Slip
    place: int | None = None


class OtherNetwork(_Meaning, frozen=True):
    """A whole address, of another network. `name` is empty where only its number is known."""

    name: str
    network_prefix: int | None = None


class SeedPhrase(_Meaning, frozen=True):
    pass


class PrivateKey(_Meaning, frozen=True):
    pass


class KeyFile(_Meaning, frozen=True):
    """The content of a wallet's key file, encrypted or not."""


class HotkeyOfThisDevice(_Meaning, frozen=True):
    pass


class HotkeyInLocalWallet(_Meaning, frozen=True):
    wallet: str
    hotkey: str


class HotkeyInMetagraph(_Meaning, frozen=True):
    uid: int


class Nonsense(_Meaning, frozen=True):
    """No address at all. `length` is what was left of the text without blanks around it."""

    reason: NotAnAddress
    length: int


Pasted: TypeAlias = (
    Empty
    | Valid
    | WrongChecksum
    | OtherNetwork
    | SeedPhrase
    | PrivateKey
    | KeyFile
    | HotkeyOfThisDevice
    | HotkeyInLocalWallet
    | HotkeyInMetagraph
    | Nonsense
)
Secret: Final = (SeedPhrase, PrivateKey, KeyFile)
"""Meanings whose text must be wiped wherever it still stands."""


class WalletHotkey(msgspec.Struct, frozen=True):
    """A hotkey that lies in a wallet folder of this computer."""

    wallet: str
    hotkey: str
    address: str


class KnownHotkeys(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses that sign work and so are no place for money. What isn't known yet is left out."""

    this_device: str | None = None
    wallets: tuple[WalletHotkey, ...] = ()
    metagraph: tuple[tuple[str, int], ...] = ()
    """(hotkey, uid)."""


NOTHING_KNOWN: Final = KnownHotkeys()


def read_pasted(text: str, known: KnownHotkeys = NOTHING_KNOWN) -> Pasted:
    """What `text` means as a payout address."""
    text = text.strip()[:_LONGEST_TEXT]
    cleaned = text.translate(_INVISIBLE).strip()
    if not cleaned:
        return Empty()
    secret = _secret(text, cleaned)
    if secret is not None:
        return secret
    if re.fullmatch(r"0[xX][0-9a-fA-F]{40}", cleaned):
        return OtherNetwork("Ethereum")
    if re.fullmatch(r"(bc1[02-9ac-hj-np-z]{11,71}|[13][1-9A-HJ-NP-Za-km-z]{25,33})", cleaned):
        return OtherNetwork("Bitcoin")
    decoded = decode_address(cleaned)
    if isinstance(decoded, bytes):
        return _unless_hotkey(encode_address(decoded), known)
    return _no_address(cleaned, decoded)


def is_unfinished(text: str) -> bool:
    """Whether `text` may become an address by typing on, so that it is too early to complain."""
    cleaned = text[:_LONGEST_TEXT].translate(_INVISIBLE).strip()
    return len(cleaned) < ADDRESS_LENGTH - 1 and from_base58(cleaned) is not None


def continues_secret(text: str) -> bool:
    """Whether `text`, that comes where a secret was just wiped, may be more of it: phrases and keys that are typed are
    recognised before their end. A pasted text comes whole, and an address begins with a 5."""
    plain = _without_marks(text[:_LONGEST_TEXT].translate(_INVISIBLE)).strip()
    return plain == plain.lower() and re.fullmatch(r"(?!5)[\w\s,;.:/|()\[\]*+-]{0,16}", plain) is not None


def grouped(address: str, size: int = 6) -> str:
    """An address in groups, the way people compare it."""
    return " ".join(address[start : start + size] for start in range(0, len(address), size))


def _unless_hotkey(address: str, known: KnownHotkeys) -> Pasted:
    if address == known.this_device:
        return HotkeyOfThisDevice()
    for held in known.wallets:
        if held.address == address:
            return HotkeyInLocalWallet(held.wallet, held.hotkey)
    for hotkey, uid in known.metagraph:
        if hotkey == address:
            return HotkeyInMetagraph(uid)
    return Valid(address)


def _secret(raw: str, cleaned: str) -> Pasted | None:
    if _is_key_file(raw):
        return KeyFile()
    words = [word for word in re.split(r"[\s,;.:/|()_-]+", re.sub(r"\d+[.)]", " ", cleaned)) if word.isalpha()]
    known = (len([word for word in words if len(word) <= _LONGEST_WORD]), _words_however_written(raw))
    if max(known) >= _LEAST_WORDS or _is_unspaced_phrase(cleaned):
        return SeedPhrase()
    if looks_secret(cleaned) or "PRIVATE KEY" in cleaned or _is_base58_key(cleaned):
        return PrivateKey()
    return None


def _is_key_file(raw: str) -> bool:
    stripped = raw.strip().lstrip("\ufeff")
    if stripped.startswith(("$NACL", "$ANSIBLE_VAULT", "gAAAAA")):
        return True
    names = r'"(secretPhrase|secretSeed|privateKey|encoded|encoding|ciphertext|crypto|mnemonic|seed|accountId)"\s*:'
    return bool(re.search(names, stripped, re.IGNORECASE))


def _words_however_written(raw: str) -> int:
    """How many words of one case there are, decorated, numbered or joined in whatever way. What is in two cases, like
    the groups of an address, counts as none here."""
    plain = _without_marks(raw).replace("'", "").replace("’", "")
    if re.fullmatch(r"(?:[A-Z][a-z]{2,7}){8,}", plain):
        plain = re.sub("(?=[A-Z])", " ", plain)
    if _is_counted_through(plain):
        plain = re.sub(r"\d+", " ", plain)
    words = [token.strip("0123456789") for token in re.findall(r"[^\W_]+", plain)]
    return len([word for word in words if word.isalpha() and _is_of_one_case(word) and len(word) <= _LONGEST_WORD])


def _without_marks(text: str) -> str:
    """`text` in one spelling, without accents and whatever else is written above or below letters."""
    spelled = unicodedata.normalize("NFKD", text.translate(_BLANK_LETTERS))
    return unicodedata.normalize("NFC", "".join(c for c in spelled if not unicodedata.category(c).startswith("M")))


def _is_counted_through(plain: str) -> bool:
    """Whether its numbers are 1, 2, 3 and so on, as words of a phrase are numbered: no address has that."""
    numbers = [int(number) for number in re.findall(r"[0-9]{1,4}", plain)]
    return len(numbers) >= _LEAST_WORDS and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_of_one_case(word: str) -> bool:
    """Shorter ones in letters that have a case are no words of a phrase, in which so many stand."""
    if word.lower() == word.upper():
        return True
    return len(word) >= 3 and (word.islower() or word.isupper() or word.istitle())


def _is_unspaced_phrase(cleaned: str) -> bool:
    """Chinese phrases are written without blanks, one character a word."""
    return bool(re.fullmatch(r"[\u4e00-\u9fff\s]{12,60}", cleaned))


def _is_base58_key(cleaned: str) -> bool:
    """Bitcoin's wallet import format and its relatives, Solana's key pairs, extended private keys."""
    if cleaned.startswith(("xprv", "yprv", "zprv", "tprv")):
        return True
    if not 51 <= len(cleaned) <= _LONGEST_BASE58:
        return False
    raw = from_base58(cleaned)
    return raw is not None and (len(raw) == 64 or (len(raw) in (37, 38) and raw[0] == 0x80))


def _no_address(cleaned: str, reason: NotAnAddress) -> Pasted:
    length = len(cleaned)
    if reason is NotAnAddress.NOT_BASE58:
        strange = [place for place, letter in enumerate(cleaned, 1) if from_base58(letter) is None]
        only_look_alikes = all(cleaned[place - 1] in _LOOK_ALIKES for place in strange)
        if only_look_alikes and abs(length - ADDRESS_LENGTH) <= 1:
            return WrongChecksum(Slip.LOOK_ALIKE, strange[0])
    elif reason is NotAnAddress.OTHER_CHAIN:
        prefix = _network_prefix(cleaned)
        return OtherNetwork(_OTHER_NETWORKS.get(prefix, ""), prefix)
    elif cleaned.startswith("5") and length == ADDRESS_LENGTH - 1:
        return WrongChecksum(Slip.MISSING)
    elif cleaned.startswith("5") and length == ADDRESS_LENGTH + 1:
        return WrongChecksum(Slip.ADDITIONAL)
    elif reason is NotAnAddress.WRONG_CHECKSUM:
        return WrongChecksum(*likely_slip(cleaned))
    return Nonsense(reason, length)


def _network_prefix(cleaned: str) -> int:
    raw = from_base58(cleaned) or b"\0\0"
    if raw[0] < 64:
        return raw[0]
    return (raw[0] & 0b0011_1111) << 2 | raw[1] >> 6 | (raw[1] & 0b0011_1111) << 8
