"""What a person sees of an app that could not start: without a terminal, words on stderr are read by nobody."""

import signal

from PySide6.QtWidgets import QApplication, QWidget

from app.ui.look.card import label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.icons import app_icon
from app.ui.look.theme import Appearance
from app.ui.look.translation import _, teach_qt
from app.ui.session import new_application
from protocol.errors import UserFacingError


class FailedStart(FormDialog):
    """What happened and what to do about it; Esc and Enter close it."""

    def __init__(self, title: str, advice: str, parent: QWidget | None = None) -> None:
        super().__init__(_("Train at Home could not start"), title, parent)
        self.advice = label(advice)
        self.advice.setVisible(bool(advice))
        self.setAccessibleName(title)
        self.setAccessibleDescription(advice)
        self.body.addWidget(self.advice)
        self.body.addStretch(1)
        self.only_close()
        self.cancel.setDefault(True)
        self.cancel.setFocus()
        self.cancel.setAccessibleDescription(f"{title} {advice}".strip())
        self.fit()


def show_failed_start(error: UserFacingError) -> None:
    """Blocks until the window is closed; Ctrl-C in the terminal ends the process as well."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = new_application()
        teach_qt(application)
        application.setWindowIcon(app_icon())
        Appearance(application)
    FailedStart(error.title, error.advice).exec()
