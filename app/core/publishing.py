"""Holds the latest picture, folds events into it, and shows it to whoever subscribed, ten times a second at most."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from app.core import snapshot as picture
from app.core.money.earnings import Earnings
from app.core.ports import Clock
from app.core.snapshot import Snapshot, SnapshotEvent, TroubleSeen
from protocol.errors import UserFacingError

_log = structlog.get_logger(__name__)

PUBLISH_SECONDS: Final = 0.1
"""At most ten pictures a second: more no eye can follow, and each costs the views a redraw."""

Listener = Callable[[Snapshot], None]


class Publisher:
    """`latest` and `subscribe` are for any thread; the rest belongs to the supervisor's loop."""

    def __init__(self, clock: Clock, earnings: Earnings) -> None:
        self._clock = clock
        self._latest = picture.first_snapshot(clock.now(), earnings)
        self._listeners: list[Listener] = []
        self._due = False

    @property
    def latest(self) -> Snapshot:
        return self._latest

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """`listener` is called in the supervisor's thread with each new picture; returns how to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def apply(self, event: SnapshotEvent) -> None:
        before = self._latest.troubles
        self._latest = picture.apply(self._latest, event, self._clock.now())
        told = self._latest.troubles
        if told and told != before:
            _log.warning("trouble", problem=told[-1].problem.value, kind=told[-1].code, times=told[-1].times)
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_later(PUBLISH_SECONDS, self.publish)

    def tell_of(self, error: UserFacingError) -> None:
        """Something went wrong that stops nothing: the person reads of it among the troubles."""
        self.apply(TroubleSeen(error.code, error.title, error.advice))

    def publish(self) -> None:
        """Show the latest picture now."""
        self._due = False
        for listener in tuple(self._listeners):
            try:
                listener(self._latest)
            except Exception:  # noqa: BLE001  one view must not blind the others
                _log.exception("a_listener_failed")
