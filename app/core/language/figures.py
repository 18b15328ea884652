"""How a language writes numbers: what stands before the fraction, what between thousands, and how percent are told."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Figures:
    """`percent` takes the number in its place `{}`."""

    point: str = "."
    thousands: str = ","
    percent: str = "{}%"

    def separated(self, text: str) -> str:
        """A number that Python has formatted, with this language's separators."""
        if self.point == "." and self.thousands == ",":
            return text
        return "".join({".": self.point, ",": self.thousands}.get(each, each) for each in text)


ENGLISH_FIGURES: Final = Figures()
GERMAN_FIGURES: Final = Figures(point=",", thousands=".", percent="{}\u00a0%")
CHINESE_FIGURES: Final = Figures()
