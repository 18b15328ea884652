"""HTTP whose bytes are counted and held to the person's caps: the one seam that all of it passes, both ways.

Small requests and the event stream must not wait: they are counted, and what is large waits for them. Requests marked
as `bulk` wait as the caps ask, piece by piece, and end with the silence of a pause.
"""

import time
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx

from engine.network.silence import Silence
from engine.network.traffic import REQUEST_OVERHEAD_BYTES, Traffic
from swarm.uplinks import LEAST_BYTES, UplinkMeter

PIECE_BYTES: Final = 16 * 1024
BULK: Final = {"bulk": True}
"""Extensions of a request whose bodies, either way, may be large."""


class CountedHttp(httpx.AsyncClient):
    """Raises Silenced for a bulk request in a pause, at its beginning or within. Without `traffic` nothing is counted.

    `uplink` learns from uploads how fast this computer's line is.
    """

    def __init__(self, traffic: Traffic | None, silence: Silence, **options: Any) -> None:
        super().__init__(**options)
        self._traffic = traffic
        self._silence = silence
        self._round_trips: dict[str, float] = {}
        self.uplink = UplinkMeter()

    async def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        bulk = bool(request.extensions.get("bulk"))
        if bulk:
            self._silence.check()
        if self._traffic is not None:
            self._traffic.sent_urgently(REQUEST_OVERHEAD_BYTES)
        body = _Outgoing(request.stream, self._traffic, self._silence if bulk else None)
        # A new one, since a request made of bytes remembers them and need not be read through its stream.
        request = httpx.Request(
            request.method, request.url, headers=request.headers, stream=body, extensions=request.extensions
        )
        began = time.monotonic()
        found = await super().send(request, stream=True, **options)
        self._learn(request.url.host, began, body.size_bytes)
        incoming = _Incoming(found.stream, self._traffic, self._silence if bulk else None)
        response = httpx.Response(
            found.status_code, headers=found.headers, stream=incoming, request=request, extensions=found.extensions
        )
        if not stream:
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response

    def _learn(self, host: str, began: float, size_bytes: int) -> None:
        """An answer has begun, so that all that was sent is there. The quickest small request to a host stands for the
        round trip: each upload to it takes that long as well, however few its bytes are."""
        now = time.monotonic()
        if size_bytes >= LEAST_BYTES:
            self.uplink.confirmed(began, now, size_bytes, self._round_trips.get(host, 0.0), host)
        else:
            self._round_trips[host] = min(now - began, self._round_trips.get(host, now - began))


class _Outgoing(httpx.AsyncByteStream):
    """A request's body in pieces, so that what is urgent finds its way in between."""

    def __init__(self, body: Any, traffic: Traffic | None, silence: Silence | None) -> None:
        self._body = body
        self._traffic = traffic
        self._silence = silence
        self.size_bytes = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._body:
            for first in range(0, len(data), PIECE_BYTES):
                piece = data[first : first + PIECE_BYTES]
                if self._traffic is not None and self._silence is not None:
                    await self._traffic.sending(len(piece))
                elif self._traffic is not None:
                    self._traffic.sent_urgently(len(piece))
                if self._silence is not None:
                    self._silence.check()
                self.size_bytes += len(piece)
                yield piece

    async def aclose(self) -> None:
        await self._body.aclose()


class _Incoming(httpx.AsyncByteStream):
    """A response's body as it comes off the line."""

    def __init__(self, body: Any, traffic: Traffic | None, silence: Silence | None) -> None:
        self._body = body
        self._traffic = traffic
        self._silence = silence

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._body:
            for first in range(0, len(data), PIECE_BYTES):
                piece = data[first : first + PIECE_BYTES]
                if self._traffic is not None and self._silence is not None:
                    await self._traffic.received(len(piece))
                elif self._traffic is not None:
                    self._traffic.received_urgently(len(piece))
                if self._silence is not None:
                    self._silence.check()
                yield piece

    async def aclose(self) -> None:
        await self._body.aclose()
