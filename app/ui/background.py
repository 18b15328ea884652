"""Work that may block, done in a thread of its own; its result comes back into Qt's thread as a signal."""

import threading
from collections.abc import Callable

import structlog
from PySide6.QtCore import QObject, Signal

from app.ui.translation import _
from protocol.errors import UserFacingError

_log = structlog.get_logger(__name__)


class Background(QObject):
    """One piece of work at a time: what comes while one is under way is left out."""

    done = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None

    def begin(self, work: Callable[[], object]) -> None:
        if self._thread is not None and self._thread.is_alive():
            return

        def run() -> None:
            try:
                result = work()
            except UserFacingError as error:
                self.failed.emit(f"{error.title} {error.advice}".strip())
            except Exception:  # noqa: BLE001  the thread's entry
                _log.exception("work_behind_a_window_failed")
                self.failed.emit(_("That did not work. The log says more."))
            else:
                self.done.emit(result)

        self._thread = threading.Thread(target=run, name="window", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Wait for what is under way; to be called before the window goes."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
