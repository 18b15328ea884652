"""Bytes that mean nothing, up and down, for whoever wants to know how fast its line is. Open to all, so bounded thrice:
how large one transfer is, how much one address and all together move in a while, and how many go on at once.

Nothing is kept, neither bytes nor results. Down goes one block again and again; what comes up is dropped as it comes.
"""

import asyncio
import os
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Final

from litestar import Router, get, post
from litestar.di import Provide
from litestar.params import Parameter
from litestar.response import Stream

from protocol.errors import MalformedMessage
from protocol.public_api import LINE_PATH, LINE_TRANSFER_LIMIT_BYTES
from subnet.orchestrator.context import Context
from subnet.orchestrator.http import AnyRequest
from subnet.orchestrator.web.refusals import Throttled, TooLarge

BLOCK_BYTES: Final = 64 * 1024
AT_ONCE: Final = 4
AT_ONCE_OF_ONE: Final = 2
"""Nobody alone can keep all others from measuring."""
TRANSFER_SECONDS: Final = 15.0
"""After so long a transfer no longer keeps others away, and one that comes up is ended."""
ADDRESSES_REMEMBERED: Final = 10_000
NETWORK_BITS: Final = 64
"""Of an IPv6 address: a home has all the addresses that begin alike."""


@dataclass(slots=True)
class Allowance:
    """What may move: `most_bytes` at once after a silence, `bytes_per_second` in the long run."""

    most_bytes: int
    bytes_per_second: float
    left_bytes: float
    at_ms: int

    def wait_seconds(self, size_bytes: int, now_ms: int) -> float:
        """Until so many bytes may move; 0 is now. A clock that was put back takes nothing away."""
        passed = max(0, now_ms - self.at_ms) / 1000
        self.left_bytes = min(self.most_bytes, self.left_bytes + passed * self.bytes_per_second)
        self.at_ms = now_ms
        return max(0.0, (size_bytes - self.left_bytes) / self.bytes_per_second)

    def take(self, size_bytes: int) -> None:
        self.left_bytes -= size_bytes


@dataclass(frozen=True, slots=True)
class LineLimits:
    """Three measurements of one address, then one in eight minutes; of all a dozen, then one in eight seconds."""

    address_most_bytes: int = 6 * LINE_TRANSFER_LIMIT_BYTES
    address_bytes_per_second: float = 2 * LINE_TRANSFER_LIMIT_BYTES / 480
    all_most_bytes: int = 24 * LINE_TRANSFER_LIMIT_BYTES
    all_bytes_per_second: float = 2 * LINE_TRANSFER_LIMIT_BYTES / 8


class LineDesk:
    """Who may move how much now. One per process, in its event loop; forgotten at its end."""

    def __init__(self, limits: LineLimits, now_ms: int) -> None:
        self._limits = limits
        self._all = Allowance(limits.all_most_bytes, limits.all_bytes_per_second, limits.all_most_bytes, now_ms)
        self._addresses: OrderedDict[str, Allowance] = OrderedDict()
        """The one that asked last at the end."""
        self._running: dict[int, tuple[str, int]] = {}
        """Who moves and when that stops to count, by the transfer's number."""
        self._numbers = 0
        self.block = os.urandom(BLOCK_BYTES)
        """Not zeros: a way that compresses would look faster than it is."""

    def admit(self, address: str, size_bytes: int, now_ms: int) -> int:
        """A number to `leave` with. Raises Throttled where this one, or all together, have had enough for now."""
        home = home_of(address)
        self._running = {number: each for number, each in self._running.items() if each[1] > now_ms}
        own = sum(each[0] == home for each in self._running.values())
        if len(self._running) >= AT_ONCE or own >= AT_ONCE_OF_ONE:
            raise Throttled("Too many measure their line at the moment.", "Measure again later.", 5.0)
        allowed = self._allowance(home, now_ms)
        wait_seconds = max(allowed.wait_seconds(size_bytes, now_ms), self._all.wait_seconds(size_bytes, now_ms))
        if wait_seconds > 0:
            raise Throttled("The line was measured often enough for now.", "Measure again later.", wait_seconds)
        allowed.take(size_bytes)
        self._all.take(size_bytes)
        self._numbers += 1
        self._running[self._numbers] = home, now_ms + round(TRANSFER_SECONDS * 1000)
        return self._numbers

    def leave(self, number: int) -> None:
        self._running.pop(number, None)

    def _allowance(self, home: str, now_ms: int) -> Allowance:
        most, rate = self._limits.address_most_bytes, self._limits.address_bytes_per_second
        found = self._addresses.setdefault(home, Allowance(most, rate, most, now_ms))
        self._addresses.move_to_end(home)
        if len(self._addresses) > ADDRESSES_REMEMBERED:
            self._addresses.popitem(last=False)  # whoever comes with so many addresses still meets the limit of all
        return found


def home_of(address: str) -> str:
    """What stands for everybody behind one line."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(known) if known.version == 4 else str(int(known) >> (128 - NETWORK_BITS))


@get(LINE_PATH)
async def line_down(
    request: AnyRequest,
    context: Context,
    line: LineDesk,
    size_bytes: Annotated[int, Parameter(query="bytes", ge=1, le=LINE_TRANSFER_LIMIT_BYTES)],
) -> Stream:
    """So many bytes that mean nothing."""
    number = line.admit(address_of(request), size_bytes, context.clock())
    headers = {
        "Content-Length": str(size_bytes),
        "Cache-Control": "no-store, no-transform",
        "X-Accel-Buffering": "no",
    }
    return Stream(_blocks(line, number, size_bytes), media_type="application/octet-stream", headers=headers)


@post(LINE_PATH, status_code=204, request_max_body_size=LINE_TRANSFER_LIMIT_BYTES)
async def line_up(request: AnyRequest, context: Context, line: LineDesk) -> None:
    """Bytes that are dropped as they come; how many is said before, in Content-Length."""
    size_bytes = _announced(request.headers.get("content-length", ""))
    number = line.admit(address_of(request), size_bytes, context.clock())
    try:
        async with asyncio.timeout(TRANSFER_SECONDS):
            async for chunk in request.stream():
                size_bytes -= len(chunk)
                if size_bytes < 0:
                    raise TooLarge("More bytes came than were announced.")
    except TimeoutError:
        raise Throttled("This took longer than a measurement may.", "Measure with less.", TRANSFER_SECONDS) from None
    finally:
        line.leave(number)


async def _blocks(line: LineDesk, number: int, size_bytes: int) -> AsyncIterator[bytes]:
    try:
        for first in range(0, size_bytes, BLOCK_BYTES):
            yield line.block[: size_bytes - first]
    finally:
        line.leave(number)


def _announced(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise MalformedMessage("How many bytes come has to be said before they do.", "Update this program.")
    if int(text) > LINE_TRANSFER_LIMIT_BYTES:
        raise TooLarge("A measurement moves less than that.", "Measure with less.")
    return int(text)


def address_of(request: AnyRequest) -> str:
    """Where the request comes from; a proxy on this computer is believed what it says (uvicorn's default)."""
    return request.client.host if request.client is not None else ""


def line_router(desk: LineDesk) -> Router:
    return Router(
        path="/",
        route_handlers=[line_down, line_up],
        dependencies={"line": Provide(lambda: desk, sync_to_thread=False)},
        signature_types=[LineDesk],
        tags=["public"],
    )
