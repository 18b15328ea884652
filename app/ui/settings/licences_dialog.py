"""Whose work this is built of."""

from PySide6.QtWidgets import QWidget

from app.platforms.licences import licences_text
from app.ui.background import Background
from app.ui.logs.view import plain_page
from app.ui.look.card import label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.screen import room_on_screen
from app.ui.look.theme import TextRole
from app.ui.look.translation import _


class LicencesDialog(FormDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Licences — Train at Home"), _("Licences"), parent)
        self.body.addWidget(label(_("The libraries that it uses, then its own licence."), TextRole.MUTED))
        self.page = plain_page(_("Licences"))
        em = self.fontMetrics().height()
        self.page.setMinimumHeight(18 * em)
        self.body.addWidget(self.page, 1)
        self.only_close()
        self.resize(46 * em, min(38 * em, room_on_screen().height() - 2 * em))
        self._background = Background(self)
        self._background.done.connect(self.page.setPlainText)
        self.finished.connect(self._background.leave)
        self._background.begin(licences_text)
