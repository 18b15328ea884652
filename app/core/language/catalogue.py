"""Reads the translations of one language from Qt Linguist's own file, with nothing but Python's library.

The file comes with the app, so this is no defence against an enemy; still it is bounded, and a file that is cut off or
edited wrongly is refused as a whole, so that no half of a sentence is ever spoken.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from app.core.language.languages import ENGLISH_LANGUAGE, Language
from app.core.language.speech import ENGLISH, Speech

BYTES_LIMIT: Final = 4_000_000


class UnreadableCatalogue(ValueError):
    """This is no file of translations; it says why."""


@dataclass(frozen=True)
class Catalogue:
    """English to the person's language. Plurals are found by their English form for many."""

    texts: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, english: str) -> str:
        """What is not translated stays English."""
        return self.texts.get(english, english)

    def number(self, one: str, many: str, count: int) -> str:
        """A language of one form has it for every count; one of two has its first for 1."""
        forms = self.plurals.get(many)
        if not forms:
            return one if count == 1 else many
        return forms[0] if count == 1 else forms[-1]


def speech_of(language: Language, folder: Path) -> Speech:
    """How `language` is spoken, from its file in `folder`. Raises UnreadableCatalogue."""
    if language is ENGLISH_LANGUAGE:
        return ENGLISH
    path = folder / language.catalogue_name
    try:
        if path.stat().st_size > BYTES_LIMIT:
            raise UnreadableCatalogue(f"{path.name} is longer than {BYTES_LIMIT} bytes")
        catalogue = parse_catalogue(path.read_text("utf-8"), language.plural_forms)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableCatalogue(f"{path.name}: {error}") from error
    return Speech(language.tag, catalogue.text, catalogue.number, language.figures)


def parse_catalogue(text: str, plural_forms: int) -> Catalogue:
    """The finished translations of a `.ts` file. Raises UnreadableCatalogue."""
    if "<!ENTITY" in text:
        raise UnreadableCatalogue("it defines entities")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise UnreadableCatalogue(str(error)) from error
    if root.tag != "TS":
        raise UnreadableCatalogue(f"it begins with <{root.tag}>")
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for message in root.iter("message"):
        source, translation = message.findtext("source"), message.find("translation")
        if not source or translation is None or translation.get("type") is not None:
            continue
        if message.get("numerus") != "yes":
            texts[source] = translation.text or source
            continue
        forms = tuple(form.text or "" for form in translation.findall("numerusform"))
        if len(forms) != plural_forms or not all(forms):
            raise UnreadableCatalogue(f"“{source}” has {len(forms)} forms where {plural_forms} are wanted")
        plurals[source] = forms
    return Catalogue(texts, plurals)
