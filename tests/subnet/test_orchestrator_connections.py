"""The orchestrator behind its real server: connections that only wait come to an end, and those that work do not."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from protocol import orchestrator_api as api
from subnet.orchestrator.web.connections import HEAD_LIMIT_BYTES, PatientProtocol, serving
from tests.subnet.conftest import Net

PATIENCE_SECONDS = 20.0


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds become tenths."""
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.4)
    monkeypatch.setattr(PatientProtocol, "still_seconds", 0.6)
    monkeypatch.setattr(PatientProtocol, "look_seconds", 0.05)


@asynccontextmanager
async def served(net: Net) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(serving(net.orchestrator.app, timeout_graceful_shutdown=1, lifespan="off"))
    task = asyncio.create_task(server._serve([listener]))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not server.started:
                await asyncio.sleep(0.01)
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        net.orchestrator.end_streams()
        await task
        listener.close()


async def ends(reader: asyncio.StreamReader) -> bytes:
    """What still comes until the other side closes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"\r\n",
        b"GET /v1/hello HT",
        b"GET /v1/hello HTTP/1.1\r\nHost: x\r\nX-More: ",
        b"POST /v1/leases HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{",
    ],
)
@pytest.mark.usefixtures("hurry")
async def test_a_request_that_never_becomes_whole_is_hung_up_on(net: Net, beginning: bytes) -> None:
    async with served(net) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(beginning)
        await ends(reader)
        writer.close()


@pytest.mark.usefixtures("hurry")
async def test_headers_that_drip_in_are_not_waited_for(net: Net) -> None:
    async with served(net) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /v1/hello HTTP/1.1\r\nHost: x\r\n")
        ended = asyncio.create_task(ends(reader))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not ended.done():
                writer.write(b"X-More: x\r\n")
                await asyncio.wait({ended}, timeout=0.1)
        writer.close()


async def test_headers_without_end_are_refused(net: Net) -> None:
    async with served(net) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /v1/hello HTTP/1.1\r\nX-More: " + b"x" * (2 * HEAD_LIMIT_BYTES))
        await ends(reader)
        writer.close()


@pytest.mark.usefixtures("hurry")
async def test_a_body_that_comes_slowly_and_a_stream_that_goes_on_are_waited_for(net: Net, small_run: Any) -> None:
    await net.found(small_run())
    miner = await net.miner("Alice").register()
    token = f"Authorization: Bearer {miner.registered.session_token}\r\n".encode()
    async with served(net) as port:
        listening, holding = await asyncio.open_connection("127.0.0.1", port)
        holding.write(b"GET " + api.EVENTS_PATH.encode() + b" HTTP/1.1\r\nHost: x\r\n" + token + b"\r\n")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = b'{"microbatches": 4}'
        head = b"POST " + api.LEASES_PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        writer.write(head + token + f"Content-Length: {len(body)}\r\n\r\n".encode())
        for number in range(len(body)):
            writer.write(body[number : number + 1])
            await asyncio.sleep(0.1)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert b" 200 OK" in await reader.readline()
            assert b" 200 OK" in await listening.readline()
        assert not listening.at_eof()
        writer.close()
        holding.close()
