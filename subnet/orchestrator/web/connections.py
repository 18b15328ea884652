"""How the app is served: uvicorn, with an end to connections that only wait. Of itself uvicorn lets a connection stand
for ever before its first request is whole, and takes headers of any length.
"""

import asyncio
from typing import Any, Final

import uvicorn
from litestar import Litestar
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS: Final = 10.0
"""From a connection, or a request's first byte, to the end of its headers."""
HEAD_LIMIT_BYTES: Final = 64 * 1024
STILL_SECONDS: Final = 30.0
"""A request's body may come slowly, but something of it has to; and so with an answer that is taken."""
LOOK_SECONDS: Final = 1.0


class PatientProtocol(HttpToolsProtocol):
    """One connection. It is looked at now and then, since a timer for each piece of an upload would cost more."""

    head_seconds = HEAD_SECONDS
    still_seconds = STILL_SECONDS
    look_seconds = LOOK_SECONDS
    _head_since: float | None = None
    """Since when a request's headers are awaited; None while there is no reason to."""
    _body_since: float | None = None
    """Since when nothing more of a request's body came; None where none is awaited."""
    _stuck_since: float | None = None
    """Since when what is sent is not taken."""
    _head_bytes = 0
    _look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_since = self.loop.time()
        self._look = self.loop.call_later(self.look_seconds, self._look_again)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        now = self.loop.time()
        if self._head_since is None and (self.cycle is None or self.cycle.response_complete):
            self._head_since, self._head_bytes = now, 0
        if self._body_since is not None:
            self._body_since = now
        if self._head_since is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_since is not None and self._head_bytes > HEAD_LIMIT_BYTES:
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._head_since is None:  # another request behind one that is not answered yet
            self._head_since, self._head_bytes = self.loop.time(), 0

    def on_headers_complete(self) -> None:
        self._head_since, self._head_bytes = None, 0
        self._body_since = self.loop.time()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._body_since = None
        super().on_message_complete()

    def pause_writing(self) -> None:
        self._stuck_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._stuck_since = None
        super().resume_writing()

    def _look_again(self) -> None:
        if self.flow.read_paused:
            self._body_since = None if self._body_since is None else self.loop.time()  # it waits for us
        if self._is_over(self.loop.time()):
            self.transport.abort()
        else:
            self._look = self.loop.call_later(self.look_seconds, self._look_again)

    def _is_over(self, now: float) -> bool:
        limits = (
            (self._head_since, self.head_seconds),
            (self._body_since, self.still_seconds),
            (self._stuck_since, self.still_seconds),
        )
        return any(since is not None and now - since > seconds for since, seconds in limits)


def serving(app: Litestar, **more: Any) -> uvicorn.Config:
    """How an orchestrator's app is served. There is nothing to upgrade to."""
    return uvicorn.Config(app, http=PatientProtocol, ws="none", log_level="warning", access_log=False, **more)
