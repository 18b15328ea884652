"""How the desktop app ends: it asks the supervisor to hand over, waits for it in a thread, and only then leaves Qt."""

import sys
import threading
from collections.abc import Callable
from typing import Protocol

import structlog
from PySide6.QtCore import QObject, Qt, Signal

_log = structlog.get_logger(__name__)

QUIT_WITHIN_SECONDS = 20.0
NOTICE_SECONDS = 15.0
"""What SIGTERM gives the engine to hand over; of the 30 s that service managers wait, the rest is for harder means."""
SESSION_END_SECONDS = 4.0 if sys.platform == "win32" else NOTICE_SECONDS
"""Windows waits five seconds for a program that was told that its session ends."""


class Ending(Protocol):
    """What of app.control.service.Service is needed here."""

    def stop(self, within_seconds: float) -> None:
        """Returns at once."""
        ...

    def hurry(self) -> None:
        """Returns at once."""
        ...

    def wait(self) -> object:
        """Blocks until everything that was started is gone."""
        ...


class Lifetime(QObject):
    """`ended` fires once in Qt's thread when the supervisor is gone, whoever asked for it."""

    ended = Signal()
    _gone = Signal()

    def __init__(self, ending: Ending, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ending = ending
        self._asked = False
        self._gone.connect(self.ended, Qt.ConnectionType.QueuedConnection)
        self._watcher = threading.Thread(target=self._watch, name="supervisor watcher", daemon=True)

    @property
    def is_ending(self) -> bool:
        return self._asked

    def start(self) -> None:
        """Watch for the supervisor's end."""
        self._watcher.start()

    def end(self, within_seconds: float = QUIT_WITHIN_SECONDS) -> None:
        """Ask for the end; asked again, hurry."""
        ask: Callable[[], None] = self._ending.hurry if self._asked else lambda: self._ending.stop(within_seconds)
        self._asked = True
        ask()

    def on_session_may_end(self) -> None:
        """The system asks what must be saved before the session ends, which may still be cancelled. Settings are
        saved as they change and engines can stop at any moment, so nothing is done: Windows and session managers say
        once more when it really ends, or send SIGTERM."""
        _log.info("the_session_may_end")

    def on_about_to_quit(self) -> None:
        """Qt leaves. Where nobody had asked for that, the session ends, and Windows ends this process as soon as this
        returns: what time there is goes to the handing over."""
        if not self._watcher.is_alive():
            return
        self.end(SESSION_END_SECONDS)
        self._watcher.join(SESSION_END_SECONDS)

    def on_signal(self, _number: int) -> None:
        self.end(NOTICE_SECONDS)

    def _watch(self) -> None:
        self._ending.wait()
        self._gone.emit()
