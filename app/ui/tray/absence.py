"""A tray icon that nobody sees: what could be reached through it must be reached otherwise, and a person know why.

What to show is for whoever listens; here is when, and in which words.
"""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.look.translation import _
from app.ui.tray.tray import QtTray

LATE_PANEL_MS: Final = 20_000
"""How long an app that is started hidden waits for the panel of a desktop that is just coming up."""


class TrayAbsence(QObject):
    """Belongs to the desktop, whether it has a tray or not."""

    told = Signal(str, str)
    """Title and advice, for a window that everybody sees."""
    over = Signal()
    """What was told is true no longer."""
    no_panel_came = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stands = False
        """What was told last is still on the screen."""
        self._late_panel = QTimer(self)
        self._late_panel.setSingleShot(True)
        self._late_panel.timeout.connect(self.no_panel_came)

    def watch(self, tray: QtTray) -> None:
        tray.appeared.connect(self._appeared)
        tray.out_of_sight.connect(self.out_of_sight)
        tray.gone.connect(self.gone)

    @property
    def is_waiting(self) -> bool:
        """For a panel that may still come."""
        return self._late_panel.isActive()

    def wait_for_panel(self) -> None:
        self._late_panel.start(LATE_PANEL_MS)

    def stop_waiting(self) -> None:
        self._late_panel.stop()

    def stands(self, shown: bool) -> None:
        """Whether the window shows what was told last, and nothing else in its place."""
        self._stands = shown

    def out_of_sight(self) -> None:
        self.told.emit(
            _("Your system hides the icon of this app."),
            _(
                "Its bar has no room left, so this window does everything; closing it ends the app. "
                "With fewer icons in the bar it comes back."
            ),
        )

    def gone(self) -> None:
        self.told.emit(
            _("The icon of this app has gone from your screen."),
            _(
                "The bar that showed it has ended, or shows no icons any more, so this window does everything; "
                "closing it ends the app. Once the bar is back, so is the icon."
            ),
        )

    def _appeared(self) -> None:
        self._late_panel.stop()
        if self._stands:
            self.over.emit()
        self._stands = False
