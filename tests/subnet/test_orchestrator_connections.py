"""The orchestrator behind its real server: connections that only wait come to an end, and those that work do not."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

from protocol import orchestrator_api as api
from subnet.orchestrator.web import connections
from subnet.orchestrator.web.connections import HEAD_LIMIT_BYTES, Homes, PatientProtocol, serving
from subnet.orchestrator.web.line_routes import home_of
from tests.subnet.conftest import Net

PATIENCE_SECONDS = 20.0


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds become tenths."""
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.4)
    monkeypatch.setattr(PatientProtocol, "still_seconds", 0.6)
    monkeypatch.setattr(PatientProtocol, "look_seconds", 0.05)


@asynccontextmanager
async def served(net: Net, **limits: int) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(serving(net.orchestrator.app, **limits, timeout_graceful_shutdown=1, lifespan="off"))
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


HELLO = b"GET /v1/hello HTTP/1.1\r\nHost: x\r\n\r\n"


async def test_one_line_holds_so_many_connections_and_no_more_until_one_has_ended(
    net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ["one"]
    monkeypatch.setattr(connections, "_is_here", lambda address: False)
    monkeypatch.setattr(connections, "home_of", lambda address: line[0])
    async with served(net, connections_of_one=2) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for reader, writer in held:
            writer.write(HELLO)
            assert b" 200 " in await reader.readline()
        refused, refused_writer = await asyncio.open_connection("127.0.0.1", port)
        assert b" 503 " in await ends(refused)
        line[0] = "another"
        elsewhere, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HELLO)
        assert b" 200 " in await elsewhere.readline(), "another line is not held up"
        line[0] = "one"
        for one in (refused_writer, writer, held[0][1]):
            one.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await _is_greeted(port):
                await asyncio.sleep(0.02)
        held[1][1].close()


async def _is_greeted(port: int) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HELLO)
    greeted = b" 200 " in await reader.readline()
    writer.close()
    return greeted


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=60))
def test_lines_are_counted_apart_and_this_computer_not_at_all(moves: list[tuple[bool, int]]) -> None:
    homes, inside = Homes(2), Counter[str]()
    addresses = ["203.0.113.7", "2001:db8::1", "2001:db8::2", "127.0.0.1", "::ffff:127.0.0.1", "::1"]
    names = ["203.0.113.7", *["2001:db8"] * 2, "", "", ""]
    for enters, number in moves:
        name = names[number]
        if enters:
            home = homes.enter(addresses[number])
            assert (home is None) == (name != "" and inside[name] == 2)
            inside[name] += home is not None
        elif inside[name]:
            homes.leave("" if name == "" else home_of(addresses[number]))
            inside[name] -= 1
