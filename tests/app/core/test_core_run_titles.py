"""The app's own run is told in the person's words; what a researcher named keeps its name."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.control.speaking import speak_for
from app.core.language.speech import ENGLISH, speak
from app.core.network.run_titles import run_title

PRESET = Path(__file__).resolve().parents[3] / "resources" / "presets" / "local.toml"


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    speak(ENGLISH)


def test_the_run_that_the_app_brings_is_told_in_the_persons_language() -> None:
    title = tomllib.loads(PRESET.read_text("utf-8"))["title"]
    assert run_title(title) == title
    speak_for("de", ())
    assert run_title(title) == "Erste Schritte, auf diesem Computer"


def test_what_a_researcher_named_keeps_its_name() -> None:
    speak_for("de", ())
    assert run_title("Orion 100B") == "Orion 100B"
