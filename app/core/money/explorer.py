"""Where a payout's transaction can be looked up: a network's explorer, as an address with blanks to fill in."""

import re
from typing import Final
from urllib.parse import urlsplit

from app.core.language.speech import _
from app.core.money.lines import Paid

BLANKS: Final = ("hash", "block", "extrinsic")
"""The transaction's hash; its block's number; both its block and its place there, as Bittensor's explorers write it."""
_LONGEST: Final = 500
_BLANK: Final = re.compile(r"\{([^{}]*)\}")
_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*")


def explorer_problem(template: str) -> str:
    """Why `template` can't be an explorer's address, in words that follow a colon; empty for one that can."""
    named = _BLANK.findall(template)
    strange = [name for name in named if name not in BLANKS]
    if not template.startswith("https://"):
        return _("it must begin with https://")
    if strange:
        return _("{blank} is none of {blanks}").format(blank=f"{{{strange[0]}}}", blanks=_blanks_text())
    if not named:
        return _("it must hold one of {blanks}").format(blanks=_blanks_text())
    if "{" in template.removeprefix("https://").partition("/")[0]:
        return _("only what comes after the site's name may be filled in")
    if len(template) > _LONGEST or not _is_address(_BLANK.sub("0", template)):
        return _("it is not a web address")
    return ""


def transaction_page(template: str | None, paid: Paid) -> str | None:
    """The page of `paid`'s transaction; None where there is no explorer, or too little is known to fill it in."""
    if template is None or explorer_problem(template):
        return None
    known = {"hash": paid.hash, "block": paid.block, "extrinsic": _extrinsic(paid)}
    if any(known[name] is None for name in _BLANK.findall(template)):
        return None
    return _BLANK.sub(lambda blank: str(known[blank.group(1)]), template)


def site_of(page: str) -> str:
    """The name of the site that `page` is on, as a person reads it."""
    return urlsplit(page).hostname or ""


def _extrinsic(paid: Paid) -> str | None:
    return None if paid.block is None or paid.index is None else f"{paid.block}-{paid.index:04d}"


def _blanks_text() -> str:
    return ", ".join(f"{{{name}}}" for name in BLANKS)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return _ADDRESS.fullmatch(text) is not None and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
