"""Between the supervisor's thread and Qt's: snapshots arrive by one queued signal, commands leave without waiting."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.core.commands import Command
from app.core.snapshot import Snapshot

LEAST_INTERVAL_MS = 200
"""Views are rendered at most this often, however fast the engine speaks."""


class Bridge(QObject):
    """`publish` may be called from any thread and never waits; only the latest snapshot is rendered.

    `send` is the way back: a function that hands a command to the supervisor's loop and returns at once.
    """

    snapshot_changed = Signal(object)
    """In Qt's thread, with a Snapshot."""
    command_refused = Signal(str, str)
    """In Qt's thread, with title and advice of the error."""
    _arrived = Signal()

    def __init__(self, send: Callable[[Command], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._lock = threading.Lock()
        self._latest: Snapshot | None = None
        self._announced = False
        self._open = True
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(LEAST_INTERVAL_MS)
        self._pace.timeout.connect(self._deliver)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    def publish(self, snapshot: Snapshot) -> None:
        """Called by the supervisor in its thread."""
        with self._lock:
            self._latest = snapshot
            if self._announced or not self._open:
                return
            self._announced = True
        self._arrived.emit()

    def refuse(self, title: str, advice: str) -> None:
        """Called by the supervisor in its thread when it did not do what a command asked."""
        self.command_refused.emit(title, advice)

    def ask(self, command: Command) -> None:
        """Called by views."""
        self._send(command)

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
