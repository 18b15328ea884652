"""The band on top of a window that shows an example, so that nobody takes it for the truth."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow

from app.ui.look.card import button, label
from app.ui.look.theme import Space, TextRole
from app.ui.look.translation import _


class ExampleBand(QFrame):
    """Says so, and leads back."""

    set_up_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("example")
        self.text = label(_("Example, nothing of this is real."), TextRole.HEADING, wraps=False)
        self.setAccessibleName(self.text.text())
        self.set_up = button(
            _("Set up"), look="primary", description=_("Leave the example and choose where this computer trains")
        )
        self.set_up.clicked.connect(self.set_up_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.HUGE, Space.SMALL, Space.HUGE, Space.SMALL)
        row.setSpacing(Space.LARGE)
        row.addWidget(self.text, 1)
        row.addWidget(self.set_up)


def marked(window: QMainWindow) -> ExampleBand:
    """Put a band on `window`, and say the same in its title and to a screen reader."""
    band = ExampleBand()
    window.setMenuWidget(band)
    window.setWindowTitle(_("Example: {window}").format(window=window.windowTitle()))
    window.setAccessibleName(window.windowTitle())
    window.setAccessibleDescription(band.text.text())
    return band
