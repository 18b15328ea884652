"""The one seam through which every text of the windows passes; core's sentences go through the same."""

import gettext
from pathlib import Path

from app.core.words import _, use_translation

__all__ = ["_", "languages_here", "load_catalogue"]

_FOLDER = Path(__file__).resolve().parents[3] / "resources" / "translations"


def languages_here() -> tuple[str, ...]:
    """IETF tags of the languages that there is a catalogue for, English always among them."""
    found = {path.parts[-3].replace("_", "-") for path in _FOLDER.glob("*/LC_MESSAGES/train-at-home.mo")}
    return ("en", *sorted(found - {"en"}))


def load_catalogue(languages: list[str] | None = None) -> None:
    """Speak the person's language from now on; English where resources/translations has no catalogue for it."""
    use_translation(gettext.translation("train-at-home", _FOLDER, languages, fallback=True).gettext)
