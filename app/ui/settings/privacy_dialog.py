"""What leaves this computer, to whom, and what never does."""

from PySide6.QtWidgets import QWidget

from app.core.privacy import privacy_statement
from app.core.settings.settings import Settings
from app.ui.look.card import Card, label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import TextRole
from app.ui.look.translation import _

_EMS_WIDE = 40


class PrivacyDialog(FormDialog):
    """As `settings` are while it opens; `when` says so in words, where these are not the ones in force."""

    def __init__(self, settings: Settings, parent: QWidget | None = None, *, when: str = "") -> None:
        super().__init__(_("Privacy — Train at Home"), _("Who learns what"), parent)
        self.body.addWidget(label(when or _("With your settings as they are now."), TextRole.MUTED))
        for each in privacy_statement(settings):
            card = Card(each.title)
            for sentence in each.sentences:
                card.body.addWidget(label(sentence))
            self.body.addWidget(card)
        self.body.addStretch(1)
        self.only_close()
        self.fit(_EMS_WIDE)
