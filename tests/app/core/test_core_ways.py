"""What the app asks of servers goes through the proxy that is set: with a real one on this computer."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from app.core.money.asking import ask_ledger
from app.core.network.known import probe_orchestrator
from app.core.network.proxy import ProxyFailed
from app.core.problems.codes import Problem, problem_of, problem_of_update
from app.update.download import Wanted, download
from app.update.metadata_fetcher import MetadataFetcher, StoppedByProxy
from edge.ways import SystemHere, client
from protocol.errors import Unavailable
from protocol.orchestrator_api import OrchestratorHello
from protocol.proxies import NONE, SYSTEM, Direct, Through, way_of_system
from protocol.public_api import MinerEarnings
from protocol.wire import to_json
from tests.tiny_proxy import HOST, behind_the_proxy, nobody_listens, tiny_proxy

HELLO = OrchestratorHello(address="a", network="test", unix_ms=1)
EARNED = MinerEarnings(
    hotkey="5x", payout_coldkey=None, credit=1.0, matched_passes=1, receipts=1,
    credited_rao=5, pending_rao=0, held_rao=5, paid_rao=0, payments=(),
)  # fmt: skip
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "socks_proxy")


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def test_a_network_is_asked_through_the_proxy_that_is_set() -> None:
    async with tiny_proxy(to_json(HELLO)) as proxy:
        assert await probe_orchestrator(f"http://{HOST}", proxy=proxy.url) == HELLO
    assert proxy.asked == [f"GET http://{HOST}/v1/hello"]


async def test_the_ledger_is_asked_through_a_tunnel_so_that_the_proxy_reads_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with behind_the_proxy(tmp_path, to_json(EARNED)) as (port, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with tiny_proxy(tunnels_to=port) as proxy:
            assert await ask_ledger(f"https://{HOST}", "5x", proxy.url) == EARNED
    assert proxy.asked == [f"CONNECT {HOST}:443"]


async def test_what_is_fetched_for_an_update_comes_through_the_proxy(tmp_path: Path) -> None:
    content = b"a new version" * 1000
    wanted = Wanted(url=f"http://{HOST}/app", length_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    async with tiny_proxy(content) as proxy:
        made = await asyncio.to_thread(
            lambda: download(wanted, tmp_path, tell=lambda _state: None, proxy=proxy.url).read_bytes()
        )
        told = await asyncio.to_thread(
            lambda: b"".join(MetadataFetcher(proxy.url).fetch(f"http://{HOST}/metadata/1.root.json"))
        )
    assert made == told == content
    assert proxy.asked == [f"GET http://{HOST}/app", f"GET http://{HOST}/metadata/1.root.json"]


async def test_the_systems_proxy_counts_where_nothing_else_is_set_and_none_goes_past_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with tiny_proxy(to_json(HELLO)) as proxy, tiny_proxy(to_json(HELLO)) as other:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert await probe_orchestrator(f"http://{HOST}") == HELLO
        assert await probe_orchestrator(f"http://{HOST}", proxy=other.url) == HELLO
        with pytest.raises(Unavailable) as alone:
            await probe_orchestrator("http://host.invalid", proxy=NONE)
    assert (len(proxy.asked), len(other.asked)) == (1, 1)
    assert not isinstance(alone.value, ProxyFailed)


async def test_this_computer_is_asked_directly_whatever_proxy_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async with tiny_proxy() as proxy, tiny_proxy(to_json(HELLO)) as orchestrator:
        monkeypatch.setenv("http_proxy", proxy.url)
        for setting in (SYSTEM, proxy.url):
            assert await probe_orchestrator(orchestrator.url, proxy=setting) == HELLO
    assert proxy.asked == []
    assert orchestrator.asked == ["GET /v1/hello"] * 2


def test_hosts_that_no_proxy_names_are_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example.org:3128")
    monkeypatch.setenv("no_proxy", "intern.example, other.example:444")
    ways = [
        way_of_system("https", host, port, SystemHere())
        for host, port in (("a.intern.example", 443), ("other.example", 444), ("other.example", 443))
    ]
    assert ways == [Direct(), Direct(), Through("http://proxy.example.org:3128")]


@pytest.mark.parametrize("status", ["407 Proxy Authentication Required", "403 Forbidden", "502 Bad Gateway"])
async def test_a_proxy_that_refuses_is_a_trouble_of_its_own(status: str) -> None:
    async with tiny_proxy(refuses_with=status) as proxy:
        with pytest.raises(ProxyFailed, match="the proxy refused") as refused:
            await probe_orchestrator(f"https://{HOST}", proxy=proxy.url)
        with pytest.raises(ProxyFailed):
            await ask_ledger(f"https://{HOST}", "5x", proxy.url)
        with pytest.raises(StoppedByProxy):
            await asyncio.to_thread(lambda: list(MetadataFetcher(proxy.url).fetch(f"https://{HOST}/x")))
    assert problem_of(refused.value.code) is problem_of_update(refused.value.code) is Problem.PROXY_FAILED
    assert "Settings" in refused.value.advice


async def test_a_proxy_that_nobody_reaches_is_told_apart_from_a_server_that_nobody_reaches(tmp_path: Path) -> None:
    wanted = Wanted(url=f"https://{HOST}/app", length_bytes=9, sha256="0" * 64)
    async with nobody_listens() as gone:
        with pytest.raises(ProxyFailed):
            await probe_orchestrator(f"https://{HOST}", proxy=gone)
        with pytest.raises(ProxyFailed):
            await asyncio.to_thread(
                lambda: download(wanted, tmp_path, tell=lambda _state: None, sleep=lambda _seconds: None, proxy=gone)
            )
        with pytest.raises(Unavailable) as server_gone:
            await probe_orchestrator(gone, proxy="http://proxy.example.org:3128")
    assert not isinstance(server_gone.value, ProxyFailed)


async def test_a_server_behind_the_proxy_that_is_not_trusted_is_not_the_proxys_fault(tmp_path: Path) -> None:
    async with behind_the_proxy(tmp_path, b"") as (port, _certificate), tiny_proxy(tunnels_to=port) as proxy:
        with pytest.raises(Unavailable) as refused:
            await probe_orchestrator(f"https://{HOST}", proxy=proxy.url)
    assert not isinstance(refused.value, ProxyFailed)


class SocksOnly:
    def found(self) -> Mapping[str, str]:
        return {"all": "socks5://anna:sesame@127.0.0.1:9050"}

    def spares(self, host: str) -> bool:
        return False


def test_nothing_goes_past_a_proxy_of_the_system_that_is_not_spoken_here() -> None:
    with client(SYSTEM, SocksOnly()) as asking, pytest.raises(httpx.ProxyError) as refused:
        asking.get("http://0.0.0.0:1/")
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize("refuses_with", ["", "407 Proxy Authentication Required"])
async def test_the_systems_password_reaches_the_proxy_and_no_log_or_error(
    refuses_with: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    error: BaseException | None = None
    async with tiny_proxy(to_json(HELLO), refuses_with=refuses_with) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url.replace("//", "//anna:sesame@"))
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//anna:sesame@"))
        try:
            await probe_orchestrator(f"{'https' if refuses_with else 'http'}://{HOST}")
        except Unavailable as found:
            error = found
    assert proxy.headers[0]["proxy-authorization"] == "Basic YW5uYTpzZXNhbWU="
    assert (error is not None) == bool(refuses_with)
    while error is not None:
        assert "sesame" not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__
    printed = capsys.readouterr()
    for told in (caplog.text, printed.out, printed.err):
        assert "sesame" not in told and "YW5uYTpzZXNhbWU" not in told
