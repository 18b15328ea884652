"""Known networks, addresses as experts type them, and the probe against real small servers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from app.core.network.known import check_address, known_networks, parse_choice, probe_orchestrator
from app.core.settings.settings import OwnAddress, TryHere
from protocol.errors import MalformedMessage, SettingsError, Unavailable, VersionMismatch
from protocol.orchestrator_api import HELLO_PATH, OrchestratorHello
from protocol.version import PROTOCOL_VERSION
from protocol.wire import to_json

HELLO = OrchestratorHello(address="5Orchestrator", network="test", unix_ms=0)


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    """A server whose every connection is over when it is left; its base URL."""
    connections: set[asyncio.Task[None]] = set()

    async def tracked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        with suppress(ConnectionError):
            await serve(reader, writer)
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(tracked, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*connections)


def http_server(status: int, body: bytes, header: str = "X-Nothing: to say") -> AbstractAsyncContextManager[str]:
    """Answers every request with `body`."""
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{header}\r\n\r\n".encode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        assert HELLO_PATH.encode() in request
        writer.write(head + body)
        await writer.drain()

    return serving(serve)


def test_the_shipped_list_offers_this_computer_and_nothing_that_does_not_exist() -> None:
    networks = known_networks()
    assert [network.choice for network in networks if network.starts_here] == [TryHere()]
    assert all(network.orchestrator_url is None for network in networks)


@pytest.mark.parametrize(
    "content",
    [
        "not toml [",
        "[[network]]\nname = 'x'\ntitle = 'X'",
        "[[network]]\nname = 'x'\ntitle = 'X'\norchestrator_url = 'http://x.example'",
        "[[network]]\nname = 'x'\ntitle = 'X'\nstarts_here = true\nsurprise = 1",
    ],
)
def test_a_list_that_makes_no_sense_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "networks.toml"
    path.write_text(content)
    with pytest.raises(SettingsError):
        known_networks(path)


NAMED = "[[network]]\nname = 'x'\ntitle = 'X'\norchestrator_url = 'https://x.example'\n"


def test_a_network_may_name_its_explorer_and_needs_none(tmp_path: Path) -> None:
    path = tmp_path / "networks.toml"
    path.write_text(NAMED + "explorer_url = 'https://explorer.example/extrinsic/{extrinsic}'\n" + NAMED)
    assert [network.explorer_url for network in known_networks(path)] == [
        "https://explorer.example/extrinsic/{extrinsic}",
        None,
    ]


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("http://e.example/{hash}", "it must begin with https://"),
        ("javascript:alert('{hash}')", "it must begin with https://"),
        ("file:///{hash}", "it must begin with https://"),
        (" https://e.example/{hash}", "it must begin with https://"),
        ("https://e.example/{miner}", "{miner} is none of {hash}, {block}, {extrinsic}"),
        ("https://e.example/{hash.__class__}", "{hash.__class__} is none of {hash}, {block}, {extrinsic}"),
        ("https://e.example/{hash!r:>9}", "{hash!r:>9} is none of {hash}, {block}, {extrinsic}"),
        ("https://e.example/{}", "{} is none of {hash}, {block}, {extrinsic}"),
        ("https://e.example/transactions", "it must hold one of {hash}, {block}, {extrinsic}"),
        ("https://{hash}.example/", "only what comes after the site's name may be filled in"),
        ("https://e.example{block}/", "only what comes after the site's name may be filled in"),
        ("https://e.example/{{hash}}", "it is not a web address"),
        ("https://e.example/{hash}}", "it is not a web address"),
        ("https://user:pw@e.example/{hash}", "it is not a web address"),
        ("https:///{hash}", "it is not a web address"),
        ("https://e.example:0/{hash}", "it is not a web address"),
        ("https://e.example:99999/{hash}", "it is not a web address"),
        ("https://e.example/a b/{hash}", "it is not a web address"),
        ("https://e.example\\\\evil.example/{hash}", "it is not a web address"),
        ("https://e.example/\\u202e{hash}", "it is not a web address"),
        ("https://e.example/\\n{hash}", "it is not a web address"),
        ("https://e.example/{hash}" + "a" * 500, "it is not a web address"),
    ],
)
def test_an_explorer_that_could_not_be_opened_safely_is_refused_in_words(
    tmp_path: Path, template: str, problem: str
) -> None:
    path = tmp_path / "networks.toml"
    path.write_text(NAMED + f'explorer_url = "{template}"\n')
    with pytest.raises(SettingsError) as refused:
        known_networks(path)
    assert refused.value.title == f"The explorer_url of the network “x” can't be used: {problem}."


def test_the_network_on_this_computer_has_no_explorer(tmp_path: Path) -> None:
    path = tmp_path / "networks.toml"
    path.write_text(
        "[[network]]\nname = 'x'\ntitle = 'X'\nstarts_here = true\nexplorer_url = 'https://e.example/{hash}'\n"
    )
    with pytest.raises(SettingsError, match="nobody else knows the chain on this computer"):
        known_networks(path)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://a.example", "https://a.example"),
        ("https://a.example:8443/base/", "https://a.example:8443/base"),
        (" http://127.0.0.1:8000/ ", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_taken_in_one_spelling(typed: str, meant: str) -> None:
    assert check_address(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a.example",
        "ftp://a.example",
        "http://a.example",
        "http://10.0.0.1",
        "http://127.0.0.1.evil.example",
        "https://user:pw@a.example",
        "https://a.example/?x=1",
        "https://a.example:99999",
        "https://",
        "https://a b.example",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_could_not_be_trusted_is_refused(typed: str) -> None:
    with pytest.raises(SettingsError):
        check_address(typed)


def test_a_choice_is_a_name_or_an_address() -> None:
    assert parse_choice("local", known_networks()) == TryHere()
    assert parse_choice("https://a.example", known_networks()) == OwnAddress("https://a.example")
    with pytest.raises(SettingsError, match="local"):
        parse_choice("mars", known_networks())


async def test_an_orchestrator_is_recognised() -> None:
    async with http_server(200, to_json(HELLO)) as url:
        assert await probe_orchestrator(url) == HELLO


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"<html>hello</html>", MalformedMessage),
        (200, b'{"service": "something else", "protocol_version": 9}', MalformedMessage),
        (200, b"x" * 1_000_000, MalformedMessage),
        (404, b"not here", MalformedMessage),
        (503, b"later", Unavailable),
        (200, to_json(msgspec.structs.replace(HELLO, protocol_version=PROTOCOL_VERSION + 1)), VersionMismatch),
    ],
)
async def test_what_answers_but_is_none_of_ours_is_told_apart(status: int, body: bytes, kind: type[Exception]) -> None:
    async with http_server(status, body) as url:
        with pytest.raises(kind):
            await probe_orchestrator(url)


async def test_a_port_where_nobody_listens_is_unavailable(unused_tcp_port_factory: Callable[[], int]) -> None:
    with pytest.raises(Unavailable, match="nobody answers there"):
        await probe_orchestrator(f"http://127.0.0.1:{unused_tcp_port_factory()}")


async def test_a_server_that_never_answers_is_unavailable() -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(never) as url:
        with pytest.raises(Unavailable, match="takes too long to answer"):
            await probe_orchestrator(url, timeout_seconds=0.2)


async def test_an_answer_in_a_code_that_it_is_not_written_in_is_no_orchestrators() -> None:
    async with http_server(200, b"hello", "Content-Encoding: gzip") as url:
        with pytest.raises(MalformedMessage, match="no orchestrator of this network"):
            await probe_orchestrator(url)


async def test_certificates_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "company.pem"))
    with pytest.raises(Unavailable, match="SSL_CERT_FILE"):
        await probe_orchestrator("https://127.0.0.1:9", proxy="none")
