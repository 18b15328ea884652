"""How somebody outside, say a second start of the app, asks for the window. No Qt: it exists before Qt is imported."""

import threading
from collections.abc import Callable


class Doorbell:
    """`ring` may be called from any thread. A ring before anybody answers is remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answer: Callable[[], None] | None = None
        self._rung = False

    def ring(self) -> None:
        with self._lock:
            answer, self._rung = self._answer, True
        if answer is not None:
            answer()

    def answered_by(self, answer: Callable[[], None] | None) -> None:
        """`answer` is called from now on in the ringing thread, and at once if somebody rang before."""
        with self._lock:
            missed = self._rung and self._answer is None
            self._answer = answer
        if missed and answer is not None:
            answer()
