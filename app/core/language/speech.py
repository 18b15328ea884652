"""The one seam that every text a person reads passes through, in windows, in the terminal and in the log."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.core.language.figures import ENGLISH_FIGURES, Figures


def _english_number(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


@dataclass(frozen=True)
class Speech:
    """A language as the app speaks it: its texts, its plurals, and how it writes figures."""

    tag: str = "en"
    translate: Callable[[str], str] = str
    number: Callable[[str, str, int], str] = _english_number
    figures: Figures = ENGLISH_FIGURES


ENGLISH = Speech()

_speech = ENGLISH


def speak(speech: Speech) -> None:
    """Say everything in this language from now on; what was said before stays as it is."""
    global _speech
    _speech = speech


def spoken() -> Speech:
    """The language that is spoken now."""
    return _speech


def use_translation(translate: Callable[[str], str]) -> None:
    """Let `translate` turn English into the person's language from now on; plurals and figures stay."""
    speak(replace(_speech, translate=translate))


def _(text: str) -> str:
    """`text` in the person's language. It is a literal, a row of a table of literals, or marked with `later`."""
    return _speech.translate(text)


def counted(one: str, many: str, count: int) -> str:
    """The form of a text that fits `count`, for `format` to fill in. Languages differ in how many forms they have."""
    return _speech.number(one, many, count)


def later(text: str) -> str:
    """Marks a literal that is kept in a table and passes `_` only where it is shown."""
    return text


def figure(value: float, pattern: str = "") -> str:
    """A number by one of Python's format patterns, with the separators of the person's language."""
    return _speech.figures.separated(format(value, pattern))


def percent(share: float, pattern: str = ".0f") -> str:
    """A share of 1 in percent: “80%”, in German “80 %”."""
    return _speech.figures.percent.format(figure(share * 100, pattern))


WHOLE_FROM = 999.5
"""From here on three figures are too few for what stands before the point."""


def three_figures(value: float) -> str:
    """“1.25”, “12.5”, “1,254”; Python's own pattern would go on with “1.25e+03”.

    Chinese counts reach thousands of a unit, and in every language the largest unit has no end.
    """
    return figure(value, ".3g" if abs(value) < WHOLE_FROM else ",.0f")


_ROUNDED_UP = 0.9995
"""From this share of a unit on, three figures show a whole one."""


def large_count(count: float) -> str:
    """“506 million”, “1.5 billion”; smaller ones with all their figures."""
    for size, one, many in _speech.figures.large:
        if abs(count) >= size * _ROUNDED_UP:
            shown = three_figures(count / size)
            return (one if shown == "1" else many).format(shown)
    return figure(count, ",.0f")


def full_stop(text: str) -> str:
    """`text` as a sentence that ends; “24. Dez.” has its stop already."""
    return text if text.endswith(".") else _("{sentence}.").format(sentence=text)
