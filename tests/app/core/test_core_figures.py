"""Figures of any size, in every language: rounded, in a unit that fits, and never with a power of ten."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.language.figures import Figures
from app.core.language.languages import LANGUAGES, Language
from app.core.language.speech import ENGLISH, Speech, large_count, speak
from app.core.words import bytes_text

every_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
_counts = st.integers(0, 30).flatmap(lambda power: st.integers(10**power, 10 ** (power + 1)))
"""Every magnitude as often as every other."""
_around_a_thousand = st.builds(
    lambda power, share: round(10**power * share), st.integers(3, 27), st.floats(0.9990, 1.0005)
)


def told(language: Language, text_of: Callable[[float], str], count: float) -> str:
    speak(Speech(tag=language.tag, figures=language.figures))
    try:
        return text_of(count)
    finally:
        speak(ENGLISH)


def number_in(text: str, figures: Figures) -> float:
    return float(text.partition(" ")[0].replace(figures.thousands, "").replace(figures.point, "."))


@every_language
@given(count=_counts | _around_a_thousand)
def test_a_large_count_is_right_to_three_figures_and_has_no_power_of_ten(language: Language, count: int) -> None:
    figures = language.figures
    text = told(language, large_count, count)
    assert "e+" not in text
    size, larger = 1.0, None
    for each, *forms in figures.large:
        if any(text.endswith(form.removeprefix("{}")) for form in forms):
            size = each
            break
        larger = each
    assert number_in(text, figures) * size == pytest.approx(count, rel=0.00501)
    if larger is not None:
        assert number_in(text, figures) < larger / size, "the next unit is for that"


@every_language
@given(count=_counts | _around_a_thousand)
def test_bytes_change_their_unit_before_they_need_a_fourth_figure(language: Language, count: int) -> None:
    text = told(language, bytes_text, count)
    assert "e+" not in text
    number, unit = number_in(text, language.figures), text.partition(" ")[2]
    assert number * {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}[unit] == pytest.approx(count, rel=0.00501)
    assert number < 1000 or unit == "TB"
    assert number >= 1 or unit == "B"


def test_what_rounds_up_to_a_thousand_is_one_of_the_next_unit() -> None:
    assert [bytes_text(count) for count in (999, 999.6e6, 999.4e9, 999.6e9)] == ["999 B", "1 GB", "999 GB", "1 TB"]
    assert bytes_text(1.2e15) == "1,200 TB"
    assert large_count(1.46e24) == "1,460 sextillion"
    german, english, chinese = (next(each for each in LANGUAGES if each.tag == tag) for tag in ("de", "en", "zh-Hans"))
    assert told(german, bytes_text, 1.2e15) == "1.200 TB"
    assert told(german, large_count, 1.46e24) == "1.460 Trilliarden"
    assert told(chinese, large_count, 2e15) == "2,000 万亿"
    assert told(chinese, large_count, 12_345_678) == "1,235 万"
    assert told(english, large_count, 999.6e6) == "1 billion"
