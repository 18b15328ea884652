"""Work that may block, done in a thread of its own; its result comes back in Qt's thread as a signal.

The thread touches no object of Qt: it leaves its result in a queue that Qt's thread looks into while work is under way.
So a window may go at any moment, whatever the thread is doing.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.look.translation import _
from protocol.errors import UserFacingError

_log = structlog.get_logger(__name__)

_LOOK_MS = 20


@dataclass(frozen=True)
class _Done:
    result: object


@dataclass(frozen=True)
class _Failed:
    sentence: str


class Background(QObject):
    """One piece of work at a time: what comes while one is under way is left out."""

    done = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._left = False
        self._outcomes: queue.SimpleQueue[_Done | _Failed] = queue.SimpleQueue()
        self._looking = QTimer(self, interval=_LOOK_MS)
        self._looking.timeout.connect(self._look)

    def begin(self, work: Callable[[], object]) -> None:
        if self._thread is not None:
            return
        outcomes = self._outcomes
        self._thread = threading.Thread(target=lambda: outcomes.put(_outcome(work)), name="window", daemon=True)
        self._thread.start()
        self._looking.start()

    def leave(self) -> None:
        """Nobody wants the result any more; long work comes to its end by itself, unheard."""
        self._left = True
        self._looking.stop()

    def end(self) -> None:
        """Wait for what is under way, which must be short, and tell it unless nobody wants it any more."""
        if self._thread is not None:
            self._thread.join()
            self._look()

    def _look(self) -> None:
        try:
            outcome = self._outcomes.get_nowait()
        except queue.Empty:
            return
        self._looking.stop()
        self._thread = None
        if self._left:
            return
        match outcome:
            case _Done(result):
                self.done.emit(result)
            case _Failed(sentence):
                self.failed.emit(sentence)


def _outcome(work: Callable[[], object]) -> _Done | _Failed:
    try:
        return _Done(work())
    except UserFacingError as error:
        return _Failed(f"{error.title} {error.advice}".strip())
    except Exception:  # noqa: BLE001  the thread's entry
        _log.exception("work_behind_a_window_failed")
        return _Failed(_("That did not work. The log says more."))
