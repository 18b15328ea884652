"""Between the supervisor's thread and Qt's: snapshots arrive by one queued signal, commands leave without waiting."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

import structlog
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.core.commands import Command
from app.core.snapshot import Snapshot
from app.ui.look.translation import _
from protocol.errors import UserFacingError

_log = structlog.get_logger(__name__)

LEAST_INTERVAL_MS = 200
"""Views are rendered at most this often, however fast the engine speaks."""


class Bridge(QObject):
    """`publish` may be called from any thread and never waits; only the latest snapshot is rendered.

    `submit` is the way back: it hands a command to the supervisor's loop and returns a future at once.
    """

    snapshot_changed = Signal(object)
    """In Qt's thread, with a Snapshot."""
    command_refused = Signal(str, str)
    """In Qt's thread, with title and advice of the error."""
    command_obeyed = Signal()
    _arrived = Signal()
    _answered = Signal(object)

    def __init__(self, submit: Callable[[Command], Future[None]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit = submit
        self._lock = threading.Lock()
        self._latest: Snapshot | None = None
        self._announced = False
        self._open = True
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(LEAST_INTERVAL_MS)
        self._pace.timeout.connect(self._deliver)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)

    def publish(self, snapshot: Snapshot) -> None:
        """Called by the supervisor in its thread."""
        with self._lock:
            self._latest = snapshot
            if self._announced or not self._open:
                return
            self._announced = True
        self._arrived.emit()

    def ask(self, command: Command) -> None:
        """Called by views; the answer arrives as `command_obeyed` or `command_refused`."""
        self._submit(command).add_done_callback(self._announce_answer)

    def _announce_answer(self, answer: Future[None]) -> None:
        """In whichever thread answered."""
        if self._open:
            self._answered.emit(answer)

    def close(self) -> None:
        """Deliver nothing any more."""
        with self._lock:
            self._open = False
        self._pace.stop()

    @Slot()
    def _on_arrived(self) -> None:
        if self._open and not self._pace.isActive():
            self._deliver()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            snapshot, self._latest, self._announced = self._latest, None, False
        if snapshot is not None:
            self.snapshot_changed.emit(snapshot)
            self._pace.start()

    @Slot(object)
    def _on_answered(self, answer: Future[None]) -> None:
        if not self._open or answer.cancelled():
            return
        error = answer.exception()
        if error is None:
            self.command_obeyed.emit()
        elif isinstance(error, UserFacingError):
            self.command_refused.emit(error.title, error.advice)
        else:
            _log.error("a_command_failed", kind=type(error).__name__)
            self.command_refused.emit(_("That did not work."), _("The log says more."))
