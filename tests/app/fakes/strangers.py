"""Somebody at the app's control socket who may say anything, and an app's end that answers with a word."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from app.control import messages as wire
from app.control.client import connected
from app.control.endpoint import PipeEndpoint, endpoint_of
from app.control.server import listening
from app.platforms.paths import ProfilePaths
from protocol.wire import from_json, to_json

DEADLINE_SECONDS = 30.0
GREETING = to_json(wire.Greet())

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def echo_status(request: wire.Request) -> wire.Reply:
    if isinstance(request, wire.Stop):
        raise ZeroDivisionError
    return wire.Done(sentence=type(request).__name__)


async def open_line(paths: ProfilePaths, limit_bytes: int = 2**16) -> Line:
    """As asyncio opens it, with nothing of the app's own client."""
    endpoint = endpoint_of(paths)
    if not isinstance(endpoint, PipeEndpoint):
        return await asyncio.open_unix_connection(str(endpoint.path), limit=limit_bytes)
    loop: Any = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit_bytes, loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.create_pipe_connection(lambda: protocol, endpoint.name)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


async def hung_up(writer: asyncio.StreamWriter) -> None:
    """The app may have closed first: then there may be words left that nobody took."""
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def strangers_line(paths: ProfilePaths) -> AsyncIterator[Line]:
    async with listening(paths, echo_status):
        reader, writer = await open_line(paths)
        yield reader, writer
        await hung_up(writer)


async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> wire.Reply | None:
    writer.write(line + b"\n")
    answer = await asyncio.wait_for(reader.readline(), DEADLINE_SECONDS)
    return from_json(answer, wire.Reply, 2**24) if answer else None


def code_of(reply: wire.Reply | None) -> str:
    assert isinstance(reply, wire.Refusal)
    return reply.error.code


def asked_by(paths: ProfilePaths, request: wire.Request) -> wire.Reply:
    with connected(paths) as client:
        return client.ask(request)
