"""A language for tests: every text stands between ⟦ and ⟧ and is two fifths longer, so that what escapes shows."""

import re

from app.core.language.figures import Figures
from app.core.language.speech import Speech

LONGER = 1.4
_FILL = " sola midor feta lunare panda rosti viola temo dara"
_BLANKS = re.compile(r"^(\s*)(.*?)(\s*)$", re.DOTALL)

MEANT_AS_THEY_ARE = re.compile(
    r"Train at Home"
    r"|\b[1-9A-HJ-NP-Za-km-z]{8}…[1-9A-HJ-NP-Za-km-z]{8}\b|\b5[1-9A-HJ-NP-Za-km-z]{47}\b|\b0x[0-9a-f]+…?[0-9a-f]*\b"
    r"|\b5[1-9A-HJ-NP-Za-km-z]{5}(?: [1-9A-HJ-NP-Za-km-z]{6})+\b"
    r"|https?://\S*|train-at-home[:\w-]*|(?:^|(?<=\s))(?:/|~/)\S+"
    r"|\b(?:[kMGT]?B|k?Wh?|Mbit/s|GB|TAO|EUR|USD|GBP|CHF|JPY|CSV|JSON|min|h|s)\b"
    r"|\b(?:cpu|cuda|mps|xpu|CPU|CUDA|MPS|XPU)\b|\b[A-Z]{3}\b|\b[a-z]{3} \d\d:\d\d-\d\d:\d\d\b"
    r"|\b(?:Deutsch|English|简体中文)\b|[ατ°]C?"
)
"""The product's name, addresses, paths, units and codes: the same in every language."""


def made_up(text: str) -> str:
    """Blanks at the ends stay outside, as sentences are put together from such texts."""
    before, inside, after = _BLANKS.match(text).groups()  # type: ignore[union-attr]
    if not inside:
        return text
    fill = (_FILL * (1 + len(inside) // 40))[: round(len(inside) * (LONGER - 1))]
    return f"{before}⟦{inside}{fill}⟧{after}"


_LARGE = (
    (1e15, "⟦{} quadri⟧", "⟦{} quadris⟧"),
    (1e12, "⟦{} tri⟧", "⟦{} tris⟧"),
    (1e9, "⟦{} a⟧", "⟦{} as⟧"),
    (1e6, "⟦{} b⟧", "⟦{} bs⟧"),
)

MADE_UP = Speech(
    figures=Figures(large=_LARGE),
    tag="en",
    translate=made_up,
    number=lambda one, many, count: made_up(one if count == 1 else many),
)


def escaped(text: str) -> str:
    """What of a shown text never passed the seam: the letters outside all marks."""
    plain = text.replace("\u200b", "").replace("\u2060", "").replace("&&", "&")
    before = ""
    while before != plain:
        before, plain = plain, re.sub(r"⟦[^⟦⟧]*⟧", " ", plain)
    plain = MEANT_AS_THEY_ARE.sub(" ", plain)
    return " ".join(re.findall(r"[^\W\d_]+", plain))
