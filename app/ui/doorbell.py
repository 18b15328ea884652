"""How somebody outside, say a second start of the app, asks for the window. No Qt: it exists before Qt is imported."""

import threading
from collections.abc import Callable

Answer = Callable[[str | None], None]
"""With the link that the window is to open, or None for just the window."""


class Doorbell:
    """`ring` may be called from any thread. A ring before anybody answers is remembered; of several, the last link."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answer: Answer | None = None
        self._rung = False
        self._link: str | None = None

    def ring(self, link: str | None = None) -> None:
        with self._lock:
            answer = self._answer
            if answer is None:
                self._rung, self._link = True, link or self._link
        if answer is not None:
            answer(link)

    def answered_by(self, answer: Answer | None) -> None:
        """`answer` is called from now on in the ringing thread, and at once if somebody rang unanswered before."""
        with self._lock:
            self._answer = answer
            missed, link = self._rung and answer is not None, self._link
            if missed:
                self._rung, self._link = False, None
        if missed and answer is not None:
            answer(link)
