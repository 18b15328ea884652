"""The languages that the app speaks, each by its own name, and which of them a person gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.language.figures import CHINESE_FIGURES, ENGLISH_FIGURES, GERMAN_FIGURES, Figures

SYSTEM: Final = "system"
"""The setting that follows the computer's own language."""


@dataclass(frozen=True)
class Language:
    """`tag` stands in the settings, `code` in the names of files of translations."""

    tag: str
    code: str
    own_name: str
    figures: Figures
    plural_forms: int

    @property
    def catalogue_name(self) -> str:
        """The file of its texts."""
        return f"train-at-home_{self.code}.ts"


ENGLISH_LANGUAGE: Final = Language("en", "en", "English", ENGLISH_FIGURES, 2)
GERMAN: Final = Language("de", "de", "Deutsch", GERMAN_FIGURES, 2)
CHINESE: Final = Language("zh-Hans", "zh_CN", "简体中文", CHINESE_FIGURES, 1)
LANGUAGES: Final = (ENGLISH_LANGUAGE, GERMAN, CHINESE)
_TRADITIONAL: Final = ("hant", "tw", "hk", "mo")


def language_for(setting: str, of_the_system: Sequence[str]) -> Language:
    """The language that is set, else the first of the system's that the app knows, else English."""
    for tag in (setting, *of_the_system):
        found = known_language(tag)
        if found is not None:
            return found
    return ENGLISH_LANGUAGE


def known_language(tag: str) -> Language | None:
    """By a tag such as de, de-AT, de_DE.UTF-8 or zh-CN. Traditional Chinese is another script, which the app can't."""
    parts = tag.strip().casefold().split(".")[0].split("@")[0].replace("_", "-").split("-")
    if parts[0] == "zh":
        return None if any(part in _TRADITIONAL for part in parts[1:]) else CHINESE
    return next((language for language in LANGUAGES if language.tag == parts[0]), None)
