"""Takes out of a text what tells who and where somebody is, or opens anything. What is left can be shown to a stranger.

Whatever may be a secret is taken for one: a report that says too little can be asked about, one that says too much
can't be taken back. The same address gets the same number everywhere in one report, so that lines can still be matched.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, Final, TypeAlias

import msgspec

Json: TypeAlias = Any
"""What a JSON document decodes to."""

SECRET: Final = "[secret]"
WORDS: Final = "[words]"
MAIL: Final = "[e-mail]"
PERSON: Final = "[person]"
COMPUTER: Final = "[computer]"
HOME: Final = "~"

_COUNTED: Final = r"(?:(?<=\d)|(?<=\d[\s\"'`)\]>.])|(?<=\d[\"'`)\]]\s)|(?<=\d\\[\"']))"
_BETWEEN_WORDS: Final = (
    r"(?:\s|\\{1,8}[nrt\"']|[,;\"'`.)\]\[(_/|*+•·–—‹›«»…→⇒&~-]|\d|[\u00ad\u200b-\u200d\u2060\ufeff]"
    rf"|{_COUNTED}(?:[:=：＝]|\\{{1,8}}uff1[ad])"
    r"|[#<](?=\s?\d)|(?:(?<=\d)|(?<=\d[\s=-])|(?<=\d\s[=-]))>"
    r"|</?[A-Za-z][A-Za-z0-9]?\s?/?>"
    r"|%(?:25){0,2}(?:0[9AaDd]|[2357][0-9A-Fa-f])"
    r"|(?<=[^\w%])[bu](?=[\"'])"
    r"|\\{1,8}u(?:00(?:26|3[ce]|a0|ab|ad|b7|bb)|200[b-d]|201[34]|202[26]|203[9a]|2060|21(?:92|d2)|3000|feff)"
    r"|\\x(?:a0|ab|ad|b7|bb)"
    r"){1,32}"
)
"""As written, in a URL, between tags, and as logs of ASCII alone write it. Colons, equals signs and the like only
with a number: between words alone they stand in every line of a log. As many as a list has deep in a document."""
_LETTER: Final = (
    r"(?:[^\W\d_]|\\u(?:00[c-f]|01[0-9a-f])[0-9a-f]|\\x[c-f][0-9a-f])(?:[\u0300-\u036f]|\\u03[0-6][0-9a-f])*"
)
_WORD: Final = rf"(?:{_LETTER}){{3,9}}"
_EASTERN_WORD: Final = r"(?:[\u1100-\u11ff\u3041-\u3096\u3131-\u318e\u4e00-\u9fff\uac00-\ud7a3][\u3099\u309a]?){1,12}"
_SPACE: Final = r"(?:\s|\\{1,8}[nrt])*"
_ANY_WORD: Final = rf"(?:{_WORD}|{_EASTERN_WORD})"
_SIGN: Final = r"(?:[^\w\s\\]|\\{1,8}[\"'])"
_SAME_SIGN: Final = rf"(?P<same>{_SIGN}(?:(?:\s|{_SIGN}){{0,6}}{_SIGN})?|\\{{1,8}}u(?:20|21|30|ff)[0-9a-f]{{2}})"
_WORD_BEGINS: Final = r"(?:(?<![^\W\d_])|(?<=\\[nrt]))"
_MNEMONIC: Final = re.compile(
    rf"{_WORD_BEGINS}(?:{_WORD}{_BETWEEN_WORDS}){{11,}}{_WORD}(?![^\W\d_])"
    rf"|(?:{_EASTERN_WORD}{_BETWEEN_WORDS}){{11,}}{_EASTERN_WORD}"
    rf"|{_WORD_BEGINS}{_ANY_WORD}{_SPACE}{_SAME_SIGN}{_SPACE}{_ANY_WORD}"
    rf"(?:{_SPACE}(?P=same){_SPACE}{_ANY_WORD}){{10,}}(?![^\W\d_])"
)
"""Twelve words or more of three to nine letters, numbered, quoted, joined or plain, as wallets print them, with accents
or without; or as many in Chinese, Japanese or Korean, whose words may be one sign; or as many with the same sign
between all of them, whatever that is: the fields of a log have one before the value and another after it."""
_SECRET_NAMES: Final = (
    r"pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|cookie|credential"
    r"|seed|mnemonic"
)
_SECRET_KEY: Final = re.compile(rf"(?:.*[^a-z])?(?:{_SECRET_NAMES})s?", re.IGNORECASE)
_QUOTE: Final = r"\\*[\"']"
_LABELLED: Final = re.compile(
    rf"((?:{_SECRET_NAMES}){_QUOTE}?\s*[:=]\s*)(?:(?:bearer|basic)\s+)?({_QUOTE}.*?{_QUOTE}|[^\s\"']+)", re.IGNORECASE
)
_BEARER: Final = re.compile(r"\b(bearer|basic)\s+[^\s\"',]+", re.IGNORECASE)
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}://)(?:[^\s/?#\"'<>]*@)?([^\s?#\"'<>]*)((?:\?|#)[^\s\"'<>]*)?")
_MAIL: Final = re.compile(r"[^\s@\"'<>()\[\]:;,=]{1,128}@[^\s@\"'<>()\[\]:;,=]+")
_HEX: Final = re.compile(r"(?:0x)?[0-9A-Fa-f]{64,}")
_SS58: Final = re.compile(r"5[1-9A-HJ-NP-Za-km-z]{46,47}|[1-9A-HJ-NP-Za-km-z]{46,49}")
_SHORTENED: Final = re.compile(r"[1-9A-HJ-NP-Za-km-z]{4,12}(?:…|\.{3}|\\u2026)[1-9A-HJ-NP-Za-km-z]{4,12}")
_NAME_BEGINS: Final = r"(?:(?<![^\W_])|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4})|(?<=%[0-9a-fA-F]{2}))"
"""Behind what is no letter, or behind the letter of an escaped line break or of another escape."""
_SLASH: Final = r"(?:\\{0,8}/|\\{1,8}(?:u002f|u005c|x2f|x5c)?|%(?:25){0,4}(?:2f|5c))"
"""Of either kind, doubled as in JSON, or encoded."""
_KNOWN_TOKEN: Final = re.compile(
    _NAME_BEGINS
    + r"(?:eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|(?:sk|pk|rk)[-_][\w-]{8,}|gh[a-z]_\w{8,}|github_pat_\w+|glpat-[\w-]{8,}"
    r"|hf_\w{8,}|xox[a-z]-[\w-]+|AKIA\w{8,})"
)
_CHANGES_SHARE: Final = 0.4
"""Of drawn characters about two thirds differ in kind from the one before."""
_LONG: Final = re.compile(r"[A-Za-z0-9_+/=~-]{20,}")
_IPV4: Final = re.compile(r"(?<!\d)(?<!\d\.)\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_IPV6: Final = re.compile(r"[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:[0-9A-Fa-f.:]*(?:%[\w.-]+)?")


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What this computer calls its people and itself."""

    homes: tuple[str, ...] = ()
    """The home folder, as every program may write it."""
    users: tuple[str, ...] = ()
    """The person, and whoever else uses this computer."""
    hosts: tuple[str, ...] = ()


class Redactor:
    """Of one report: it numbers addresses in the order in which they are met."""

    def __init__(self, known: Known) -> None:
        self._numbers: dict[str, dict[str, int]] = {"address": {}, "ip": {}, "hex": {}}
        self._names = _names(known)
        self._rules: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str] | str], ...] = (
            (_MNEMONIC, WORDS),
            (_LABELLED, rf"\g<1>{SECRET}"),
            (_BEARER, rf"\g<1> {SECRET}"),
            (_URL, lambda found: found[1] + found[2] + (f"{found[3][0]}…" if found[3] else "")),
            (_MAIL, MAIL),
            (_HEX, lambda found: self._numbered("hex", found[0].removeprefix("0x").lower())),
            (_SS58, lambda found: self._numbered("address", found[0])),
            (_SHORTENED, self._shortened),
            (_KNOWN_TOKEN, SECRET),
            (_LONG, lambda found: SECRET if _looks_drawn(found[0]) else found[0]),
            (_IPV6, self._ipv6),
            (_IPV4, self._ipv4),
            *self._names,
        )

    def text(self, text: str) -> str:
        """`text` without what may not be shown."""
        for pattern, replacement in self._rules:
            text = pattern.sub(replacement, text)
        return text

    def json(self, value: Json) -> Json:
        """The same of every text in a decoded JSON document, names of fields included."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {self.text(str(key)): self._field(str(key), item) for key, item in value.items()}
            case list() | tuple():
                return [self.json(item) for item in value]
            case int() if not isinstance(value, bool) and len(str(abs(value))) >= 20:
                return SECRET  # no figure of ours is that long
            case _:
                return value

    def document(self, content: str) -> str:
        """One JSON document, or whatever else `content` is."""
        try:
            value = msgspec.json.decode(content)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return self.text(content)
        if not isinstance(value, dict | list):
            return self.text(content)
        shown = msgspec.json.format(msgspec.json.encode(self.json(value)), indent=2).decode()
        return _MNEMONIC.sub(WORDS, shown)  # a list of single words hides from a look at each of them

    def lines(self, lines: Iterable[str]) -> str:
        """Log lines: JSON ones are opened, since an escaped line break would hide where a secret begins."""
        return "".join(self._line(line) + "\n" for line in lines)

    def _line(self, line: str) -> str:
        try:
            value = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return self.text(line)
        if not isinstance(value, dict):
            return self.text(line)
        return _MNEMONIC.sub(WORDS, msgspec.json.encode(self.json(value)).decode())

    def _field(self, key: str, value: Json) -> Json:
        is_secret = isinstance(value, str) and value and _SECRET_KEY.fullmatch(key) is not None
        return SECRET if is_secret else self.json(value)

    def _numbered(self, kind: str, found: str) -> str:
        numbers = self._numbers[kind]
        return f"{kind}-{numbers.setdefault(found, len(numbers) + 1)}"

    def _shortened(self, found: re.Match[str]) -> str:
        """The ends of an address, as people read them; the number of the whole one where that was met before."""
        begin, end = re.split(r"…|\.{3}|\\u2026", found[0], maxsplit=1)
        for address, number in self._numbers["address"].items():
            if address.startswith(begin) and address.endswith(end):
                return f"address-{number}"
        return "address" if begin[0].isdigit() else found[0]

    def _ipv4(self, found: re.Match[str]) -> str:
        return self._ip(found[0]) or found[0]

    def _ipv6(self, found: re.Match[str]) -> str:
        text = found[0].partition("%")[0]
        for cut in range(len(text), max(1, len(text) - 7), -1):  # a colon or a port may follow
            shown = self._ip(text[:cut])
            if shown is not None:
                return shown + text[cut:]
        return found[0]

    def _ip(self, text: str) -> str | None:
        """None for what is no address; this computer's own loopback stays, as everybody has it."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            # Out of range or with leading zeros; still nobody's business.
            return "ip" if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", text) else None
        if address.is_loopback or address.is_unspecified:
            return text
        return self._numbered("ip", address.exploded)


def _looks_drawn(text: str) -> bool:
    """Whether dice, not a person, chose it. A path of readable names has few changes of kind between its characters."""
    pieces = text.split("/")
    if any(len(piece) >= 16 and _is_mixed(piece) for piece in pieces):
        return True
    longest = max(re.split(r"[/_=~-]", text), key=len)
    if len(longest) >= 32 and any(character.isdigit() for character in longest):
        return True
    kinds = [(character.isupper(), character.islower(), character.isdigit()) for character in text]
    changes = sum(before != after for before, after in pairwise(kinds))
    return _is_mixed(text) and changes >= _CHANGES_SHARE * len(text)


def _is_mixed(text: str) -> bool:
    tests = (str.isupper, str.islower, str.isdigit)
    return all(any(test(character) for character in text) for test in tests)


def _names(known: Known) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Longer ones first, so that a part of a name never hides the whole."""
    homes = {home.rstrip("/\\") for home in known.homes if len(home) > 1} - {""}
    hosts = {name for host in known.hosts for name in (host, host.partition(".")[0]) if name}
    found = [(re.compile(_spelled(home), re.IGNORECASE), HOME) for home in sorted(homes, key=len, reverse=True)]
    for names, shown in ((hosts, COMPUTER), ({user for user in known.users if user}, PERSON)):
        if names:  # in one go: a computer may have many users, and a log many lines
            any_of = "|".join(_spelled(name) for name in sorted(names, key=len, reverse=True))
            found.append((re.compile(rf"{_NAME_BEGINS}(?:{any_of})(?![^\W_])", re.IGNORECASE), shown))
    return tuple(found)


def _spelled(name: str) -> str:
    """A pattern of `name` in every spelling in which programs write it: composed or with accents of their own, as in a
    URL, and escaped as in JSON or by Python."""
    return "".join(_letter_spelled(letter) for letter in unicodedata.normalize("NFC", name))


def _letter_spelled(letter: str) -> str:
    if letter in "/\\":
        return _SLASH
    if letter.isascii() and (letter.isalnum() or letter in "-._~"):
        return re.escape(letter)  # nobody encodes these
    forms = {
        unicodedata.normalize(kind, cased)
        for kind in ("NFC", "NFD")
        for cased in (letter, letter.lower(), letter.upper())
    }
    spelled = {re.escape(form) for form in forms} | ({r"\+"} if letter == " " else set())
    for form in forms:
        octets = form.encode("utf-8", "surrogateescape" if "\udc80" <= form <= "\udcff" else "surrogatepass")
        units = form.encode("utf-16-be", "surrogatepass")
        pairs = [units[place : place + 2].hex() for place in range(0, len(units), 2)]
        spelled.add("".join(_or_plain(int(pair, 16), rf"\\{{1,8}}u{pair}") for pair in pairs))
        spelled.add("".join(_or_plain(octet, rf"%(?:25){{0,4}}{octet:02x}") for octet in octets))
        spelled.add("".join(_or_plain(octet, rf"\\{{1,8}}x{octet:02x}") for octet in octets))
    return f"(?:{'|'.join(sorted(spelled, key=len, reverse=True))})"


def _or_plain(number: int, escaped: str) -> str:
    """A plain letter before an accent of its own is not escaped."""
    return chr(number) if number < 128 and chr(number).isalnum() else escaped
