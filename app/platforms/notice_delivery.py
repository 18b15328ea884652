"""Brings notices before the person's eyes: by the system's own service, or else by whoever stands in for it.

A service may hang for a second and more, so all of it happens in one thread, which begins with the first notice.
"""

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final, TypeAlias

import msgspec
import structlog

from app.platforms.services import Notifications

_log = structlog.get_logger(__name__)

CLOSE_SECONDS: Final = 2.0
WAITING_LIMIT: Final = 5

StandIn: TypeAlias = Callable[[str, str], None]
"""Shows title and text; called in the thread of the delivery, or for what waited in that of `stand_in`."""


class _Message(msgspec.Struct, frozen=True):
    title: str
    text: str
    topic: str


class NoticeDelivery:
    """app.core.ports.Notifier. What neither could show yet waits for a stand-in, the latest few of it."""

    def __init__(self, notifications: Notifications) -> None:
        self._notifications = notifications
        self._queue: SimpleQueue[_Message | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._stand_in: StandIn | None = None
        self._waiting: deque[_Message] = deque(maxlen=WAITING_LIMIT)
        self._thread: threading.Thread | None = None

    def show(self, title: str, text: str, topic: str) -> None:
        self._queue.put(_Message(title, text, topic))
        if self._thread is None:
            self._thread = threading.Thread(target=self._deliver, name="notices", daemon=True)
            self._thread.start()

    def stand_in(self, show: StandIn | None) -> None:
        """From now on `show` shows what the system does not take; None: nobody does."""
        with self._lock:
            self._stand_in = show
            waiting = list(self._waiting) if show is not None else []
            if show is not None:
                self._waiting.clear()
        if show is not None:
            for message in waiting:
                show(message.title, message.text)

    def close(self) -> None:
        """What is under way gets a moment; a service that hangs holds up nobody."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(CLOSE_SECONDS)

    def _deliver(self) -> None:
        while (message := self._queue.get()) is not None:
            if not self._taken(message):
                self._hand_on(message)

    def _taken(self, message: _Message) -> bool:
        try:
            return self._notifications.show(message.title, message.text, message.topic)
        except Exception:  # noqa: BLE001  a service that breaks its promise must not end the thread
            _log.exception("a_notice_was_not_taken")
            return False

    def _hand_on(self, message: _Message) -> None:
        with self._lock:
            show = self._stand_in
            if show is None:
                self._waiting.append(message)
        if show is not None:
            show(message.title, message.text)
