"""Links that the system hands to a running app, as macOS does; elsewhere they come as an argument of a new start."""

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class LinkedApplication(QApplication):
    """`link_opened` fires with each link as text.

    Qt asks it about events for the application alone. An event filter would be asked about every event of every
    window, and each time wait for whichever thread Python is busy in.
    """

    link_opened = Signal(str)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.url().isValid():
            self.link_opened.emit(event.url().toString(QUrl.ComponentFormattingOption.FullyEncoded))
            return True
        return super().event(event)
