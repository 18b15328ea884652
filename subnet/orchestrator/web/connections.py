"""How the app is served: uvicorn, with an end to connections that only wait, and to how many one line may hold. Of
itself uvicorn lets a connection stand for ever before its first request is whole, and takes headers of any length.
"""

import asyncio
from collections import Counter
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

import uvicorn
from litestar import Litestar
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from subnet.orchestrator.web.line_routes import home_of

HEAD_SECONDS: Final = 10.0
"""From a connection, or a request's first byte, to the end of its headers."""
HEAD_LIMIT_BYTES: Final = 64 * 1024
STILL_SECONDS: Final = 30.0
"""A request's body may come slowly, but something of it has to; and so with an answer that is taken."""
LOOK_SECONDS: Final = 1.0
CONNECTIONS_OF_ONE: Final = 512
"""Behind one line: a hundred computers, with a stream each and some transfers side by side."""
_FULL: Final = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Homes:
    """How many connections each line has open. Who comes by way of a proxy on this computer is the proxy's matter."""

    def __init__(self, most: int = CONNECTIONS_OF_ONE) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def enter(self, address: str) -> str | None:
        """What to leave by in the end; None where the line has as many as it may."""
        home = "" if _is_here(address) else home_of(address)
        if home and self._open[home] >= self._most:
            return None
        self._open[home] += 1
        return home

    def leave(self, home: str) -> None:
        self._open[home] -= 1
        if not self._open[home]:
            del self._open[home]


def _is_here(address: str) -> bool:
    try:
        known = ip_address(address)
        mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None  # as a socket of both families says it
        return (mapped or known).is_loopback
    except ValueError:
        return not address  # a socket of this computer has none


class PatientProtocol(HttpToolsProtocol):
    """One connection. It is looked at now and then, since a timer for each piece of an upload would cost more."""

    head_seconds = HEAD_SECONDS
    still_seconds = STILL_SECONDS
    look_seconds = LOOK_SECONDS
    homes = Homes()
    """Of one server; `serving` gives each its own."""
    _home: str | None = None
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
        self._home = self.homes.enter(self.client[0] if self.client else "")
        if self._home is None:
            transport.write(_FULL)
            transport.close()
            return
        self._head_since = self.loop.time()
        self._look = self.loop.call_later(self.look_seconds, self._look_again)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        if self._home is not None:
            self.homes.leave(self._home)
            self._home = None
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


def serving(app: Litestar, connections_of_one: int = CONNECTIONS_OF_ONE, **more: Any) -> uvicorn.Config:
    """How an orchestrator's app is served. There is nothing to upgrade to."""

    class Counted(PatientProtocol):
        homes = Homes(connections_of_one)

    return uvicorn.Config(app, http=Counted, ws="none", log_level="warning", access_log=False, **more)
