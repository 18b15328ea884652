"""The one seam through which every text of the windows passes; Qt's own texts and figures follow the same language."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.core.language.languages import LANGUAGES, known_language
from app.core.language.speech import _, spoken

__all__ = ["_", "languages_here", "teach_qt"]


def languages_here() -> tuple[str, ...]:
    """Tags of the languages that the app speaks, English among them."""
    return tuple(language.tag for language in LANGUAGES)


def teach_qt(application: QCoreApplication) -> None:
    """Let Qt say its own few texts (the menu of a line, the buttons of a message) in the language of the app."""
    language = known_language(spoken().tag)
    if language is None:
        return
    locale = QLocale.system()
    if known_language(locale.bcp47Name()) is not language:
        locale = QLocale(language.code)
    QLocale.setDefault(locale)  # a person who reads English in Austria keeps Austria's dates only in German
    translator = QTranslator(application)
    if translator.load(f"qtbase_{language.code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
