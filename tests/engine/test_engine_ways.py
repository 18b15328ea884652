"""What the engine asks of the network goes through the proxy that is set: with a real one on this computer."""

from pathlib import Path

import httpx
import pytest

from edge.ways import Ways
from engine.network.answers import ProxyFailed
from engine.network.orchestrator_client import OrchestratorClient
from protocol.errors import Unavailable
from protocol.orchestrator_api import OrchestratorHello
from protocol.proxies import NONE, SYSTEM
from protocol.wire import to_json
from tests.tiny_proxy import HOST, behind_the_proxy, nobody_listens, tiny_proxy

HELLO = OrchestratorHello(address="a", network="test", unix_ms=1)


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "socks_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def greeted(url: str, proxy: str) -> OrchestratorHello:
    client = OrchestratorClient(url, None, proxy=proxy)
    try:
        return await client.greet()
    finally:
        await client.close()


async def test_the_network_is_greeted_through_the_proxy_that_is_set() -> None:
    async with tiny_proxy(to_json(HELLO)) as proxy:
        assert await greeted(f"http://{HOST}", proxy.url) == HELLO
    assert proxy.asked == [f"GET http://{HOST}/v1/hello"]


async def test_a_network_that_encrypts_is_reached_through_a_tunnel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with behind_the_proxy(tmp_path, to_json(HELLO)) as (port, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with tiny_proxy(tunnels_to=port) as proxy:
            assert await greeted(f"https://{HOST}", proxy.url) == HELLO
    assert proxy.asked == [f"CONNECT {HOST}:443"]


async def test_what_the_system_says_counts_unless_the_person_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    async with tiny_proxy(to_json(HELLO)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert await greeted(f"http://{HOST}", SYSTEM) == HELLO
        with pytest.raises(Unavailable):
            await greeted("http://host.invalid", NONE)
    assert len(proxy.asked) == 1


async def test_a_network_on_this_computer_is_reached_directly_whatever_proxy_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with tiny_proxy() as proxy, tiny_proxy(to_json(HELLO)) as orchestrator:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("all_proxy", proxy.url)
        for setting in (SYSTEM, proxy.url):
            assert await greeted(orchestrator.url, setting) == HELLO
    assert proxy.asked == []


async def test_a_proxy_that_refuses_or_is_gone_is_told_apart_from_a_network_that_is() -> None:
    async with tiny_proxy(refuses_with="407 Proxy Authentication Required") as proxy:
        with pytest.raises(ProxyFailed) as refused:
            await greeted(f"https://{HOST}", proxy.url)
    async with nobody_listens() as gone:
        with pytest.raises(ProxyFailed):
            await greeted(f"https://{HOST}", gone)
        with pytest.raises(Unavailable) as network_gone:
            await greeted(gone, SYSTEM)
    assert refused.value.code == "proxy"
    assert not isinstance(network_gone.value, ProxyFailed)


async def test_the_system_is_asked_again_once_a_host_was_not_reached() -> None:
    """Who comes home from work has another way."""

    class Moving:
        url = ""

        def found(self) -> dict[str, str]:
            return {"http": self.url}

        def spares(self, host: str) -> bool:
            return False

    moving = Moving()
    async with (
        tiny_proxy() as at_home,
        nobody_listens() as at_work,
        httpx.AsyncClient(transport=Ways(SYSTEM, moving), trust_env=False) as client,
    ):
        moving.url = at_work
        with pytest.raises(httpx.ProxyError):
            await client.get(f"http://{HOST}/")
        moving.url = at_home.url
        assert (await client.get(f"http://{HOST}/")).status_code == 200
    assert at_home.asked == [f"GET http://{HOST}/"]
