"""How a language writes numbers: what stands before the fraction and between thousands, percent, and large counts."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Figures:
    """`percent` takes the number in its place `{}`."""

    point: str = "."
    thousands: str = ","
    percent: str = "{}%"
    large: tuple[tuple[float, str, str], ...] = (
        (1e21, "{} sextillion", "{} sextillion"),
        (1e18, "{} quintillion", "{} quintillion"),
        (1e15, "{} quadrillion", "{} quadrillion"),
        (1e12, "{} trillion", "{} trillion"),
        (1e9, "{} billion", "{} billion"),
        (1e6, "{} million", "{} million"),
    )
    """From which count on it is told in what, with the form for one of them first; the largest first."""

    def separated(self, text: str) -> str:
        """A number that Python has formatted, with this language's separators."""
        if self.point == "." and self.thousands == ",":
            return text
        return "".join({".": self.point, ",": self.thousands}.get(each, each) for each in text)


_GERMAN_LARGE: Final = (
    (1e21, "{} Trilliarde", "{} Trilliarden"),
    (1e18, "{} Trillion", "{} Trillionen"),
    (1e15, "{} Billiarde", "{} Billiarden"),
    (1e12, "{} Billion", "{} Billionen"),
    (1e9, "{} Milliarde", "{} Milliarden"),
    (1e6, "{} Million", "{} Millionen"),
)
_CHINESE_LARGE: Final = (
    (1e20, "{} 万亿亿", "{} 万亿亿"),
    (1e16, "{} 亿亿", "{} 亿亿"),
    (1e12, "{} 万亿", "{} 万亿"),
    (1e8, "{} 亿", "{} 亿"),
    (1e4, "{} 万", "{} 万"),
)

ENGLISH_FIGURES: Final = Figures()
GERMAN_FIGURES: Final = Figures(point=",", thousands=".", percent="{}\u00a0%", large=_GERMAN_LARGE)
CHINESE_FIGURES: Final = Figures(large=_CHINESE_LARGE)
