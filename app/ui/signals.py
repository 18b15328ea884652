"""SIGTERM and SIGINT in Qt's event loop, which would otherwise not let Python see them before the next Qt event."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_ENDINGS = {signal.SIGINT, signal.SIGTERM}


class EndingSignals(QObject):
    """`arrived` fires in Qt's thread for each SIGTERM or SIGINT, with its number. `close` restores what was before."""

    arrived = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_notifier_activated)
        self._wakeup_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        # A Python handler must exist, or the process ends before the number reaches the socket.
        self._before = {number: signal.signal(number, lambda *_: None) for number in _ENDINGS}

    def close(self) -> None:
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()

    def _on_notifier_activated(self) -> None:
        try:
            numbers = self._reader.recv(64)
        except BlockingIOError:
            return
        for number in numbers:
            if number in _ENDINGS:
                self.arrived.emit(number)
