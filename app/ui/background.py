"""Work that may block, done in a thread of its own; its result comes back into Qt's thread as a signal."""

import contextlib
import threading
from collections.abc import Callable

import structlog
from PySide6.QtCore import QObject, Signal, SignalInstance

from app.ui.look.translation import _
from protocol.errors import UserFacingError

_log = structlog.get_logger(__name__)


class Background(QObject):
    """One piece of work at a time: what comes while one is under way is left out."""

    done = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._left = False

    def begin(self, work: Callable[[], object]) -> None:
        if self._thread is not None and self._thread.is_alive():
            return

        def run() -> None:
            try:
                result = work()
            except UserFacingError as error:
                self._tell(self.failed, f"{error.title} {error.advice}".strip())
            except Exception:  # noqa: BLE001  the thread's entry
                _log.exception("work_behind_a_window_failed")
                self._tell(self.failed, _("That did not work. The log says more."))
            else:
                self._tell(self.done, result)

        self._thread = threading.Thread(target=run, name="window", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """The window goes and nobody wants the result any more; long work comes to its end by itself, unheard."""
        self._left = True

    def _tell(self, signal: SignalInstance, value: object) -> None:
        if not self._left:
            with contextlib.suppress(RuntimeError):  # Qt took the window away in this very moment
                signal.emit(value)

    def end(self) -> None:
        """Wait for what is under way, which must be short; to be called before the window goes."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
