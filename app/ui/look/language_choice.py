"""The choice of a language, each by its own name, and the word that it is spoken from the next start on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.core.language.languages import LANGUAGES, SYSTEM, known_language, language_for
from app.core.language.speech import spoken
from app.platforms.languages import system_languages
from app.ui.look.card import label
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _


class LanguageChoice(QWidget):
    chosen = Signal()
    """By the person; `setting` then has it."""

    def __init__(self, of_the_system: tuple[str, ...] | None = None) -> None:
        super().__init__()
        self._of_the_system = system_languages() if of_the_system is None else of_the_system
        self.names = QComboBox()
        self.names.setAccessibleName(_("Language"))
        self.names.addItem(_("Like the system"), SYSTEM)
        for language in LANGUAGES:
            self.names.addItem(language.own_name, language.tag)
        self.names.activated.connect(self._on_activated)
        self.later = label(_("The app speaks it from its next start on."), TextRole.CAPTION)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(Space.TIGHT)
        box.addWidget(self.names, 0, Qt.AlignmentFlag.AlignLeading)
        box.addWidget(self.later)
        self.show_setting(SYSTEM)

    @property
    def setting(self) -> str:
        """As the settings hold it: system, or a tag."""
        return str(self.names.currentData())

    def show_setting(self, setting: str) -> None:
        """What is set; a tag from elsewhere that the app doesn't know counts as the system's language."""
        known = None if setting == SYSTEM else known_language(setting)
        self.names.setCurrentIndex(self.names.findData(SYSTEM if known is None else known.tag))
        self._tell()

    def _tell(self) -> None:
        self.later.setVisible(language_for(self.setting, self._of_the_system).tag != spoken().tag)

    def _on_activated(self, _index: int) -> None:
        self._tell()
        self.chosen.emit()
