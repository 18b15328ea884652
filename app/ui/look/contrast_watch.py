"""Asks the system's own service whether high contrast is wanted: at the start, and when the person comes back to us.

Who switches it does so in the system's settings, and comes back from there; so nothing needs to be asked in between.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from app.ui.background import Background


class ContrastWatch(QObject):
    """`answered` tells what `ask` said, which may take its time: it is called in a thread."""

    answered = Signal(object)
    """With a bool, or None where nothing tells."""

    def __init__(self, application: QGuiApplication, ask: Callable[[], bool | None], parent: QObject) -> None:
        super().__init__(parent)
        self._application, self._ask = application, ask
        self._asking = Background(self)
        self._asking.done.connect(self.answered)
        application.applicationStateChanged.connect(self._on_state_changed)

    def look(self) -> None:
        self._asking.begin(self._ask)

    def close(self) -> None:
        """Ask no more; what is under way ends by itself."""
        self._application.applicationStateChanged.disconnect(self._on_state_changed)
        self._asking.leave()

    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self.look()
