"""Which language this process speaks: chosen once at its start, from the settings or the system."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import structlog

from app.core.language.catalogue import UnreadableCatalogue, speech_of
from app.core.language.languages import ENGLISH_LANGUAGE, SYSTEM, Language, language_for
from app.core.language.speech import ENGLISH, speak
from app.core.settings.settings import settings_file
from app.platforms.languages import system_languages
from app.platforms.paths import ROOT, places_of
from protocol.errors import UserFacingError

TRANSLATIONS: Final = ROOT / "resources" / "translations"
_PROFILE_OPTION: Final = "--profile-folder"
_log = structlog.get_logger(__name__)


def speak_as_set(profile_folder: Path | None) -> Language:
    """Speak the language of a profile's settings; nothing is made, and what is wrong with those is told later."""
    try:
        setting = settings_file(places_of(profile_folder).config_folder).look().value.language
    except UserFacingError:
        setting = SYSTEM
    return speak_for(setting, system_languages())


def speak_for(setting: str, of_the_system: Sequence[str], folder: Path = TRANSLATIONS) -> Language:
    """Speak the language that a setting asks for; English where its file can't be read."""
    language = language_for(setting, of_the_system)
    try:
        speak(speech_of(language, folder))
    except UnreadableCatalogue as error:
        _log.warning("a_language_can_not_be_spoken", language=language.tag, reason=str(error))
        speak(ENGLISH)
        return ENGLISH_LANGUAGE
    return language


def profile_in(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Path | None:
    """The profile that a command line names. The language must be known before the arguments are read in earnest."""
    for place, argument in enumerate(arguments):
        option, equals, value = argument.partition("=")
        if option == _PROFILE_OPTION:
            named = value if equals else "".join(arguments[place + 1 : place + 2])
            return Path(named) if named else None
    named = environment.get("TRAIN_AT_HOME_PROFILE", "")
    return Path(named) if named else None
