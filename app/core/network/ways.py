"""The one seam of the app's HTTP: who asks a server takes a client from here, which goes the way that is set.

Loads httpx, so whoever rests imports it only when something is asked. Clients leave the environment alone by
themselves; what the system says is read here, anew for each host of each client.
"""

import asyncio
import ssl
import urllib.request
from collections.abc import Mapping
from typing import Any, Final, TypeAlias, assert_never

import httpx

from protocol.proxies import Direct, NoWay, SystemProxies, Through, Way, way_of_setting, way_of_system

_Goal: TypeAlias = tuple[str, str, int]
_PORTS: Final = {"http": 80, "https": 443}


class SystemHere:
    """SystemProxies of this computer: HTTPS_PROXY, ALL_PROXY and NO_PROXY, else what Windows or macOS was told."""

    def found(self) -> Mapping[str, str]:
        return urllib.request.getproxies()

    def spares(self, host: str) -> bool:
        return bool(urllib.request.proxy_bypass(host))


def client(proxy: str, system: SystemProxies | None = None, **options: Any) -> httpx.Client:
    """For threads. Where the proxy is what failed, requests raise httpx.ProxyError."""
    return httpx.Client(transport=_Ways(proxy, system or SystemHere()), trust_env=False, **options)


def async_client(proxy: str, system: SystemProxies | None = None, **options: Any) -> httpx.AsyncClient:
    """For the event loop. Where the proxy is what failed, requests raise httpx.ProxyError."""
    return httpx.AsyncClient(transport=_AsyncWays(proxy, system or SystemHere()), trust_env=False, **options)


class _Ways(httpx.BaseTransport):
    def __init__(self, setting: str, system: SystemProxies) -> None:
        self._setting, self._system = setting, system
        self._ways: dict[_Goal, Way] = {}
        self._lines: dict[Way, httpx.HTTPTransport] = {}
        self._trusted: ssl.SSLContext | None = None
        """Whose certificates count: httpx's own list, or what SSL_CERT_FILE names, as a company's proxy may need."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        goal = _goal(request)
        way = self._ways.get(goal) or way_of_setting(goal[1], self._setting) or way_of_system(*goal, self._system)
        self._ways[goal] = way
        line = self._line(way)
        try:
            return line.handle_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if _is_of_proxy(error, way):
                raise httpx.ProxyError("the proxy can't be reached") from error
            raise

    def _line(self, way: Way) -> httpx.HTTPTransport:
        if way not in self._lines:
            self._trusted = self._trusted or httpx.create_ssl_context()
            proxy = _proxy_of(way, self._trusted)
            self._lines[way] = httpx.HTTPTransport(verify=self._trusted, proxy=proxy, trust_env=False)
        return self._lines[way]

    def close(self) -> None:
        for line in self._lines.values():
            line.close()


class _AsyncWays(httpx.AsyncBaseTransport):
    def __init__(self, setting: str, system: SystemProxies) -> None:
        self._setting, self._system = setting, system
        self._ways: dict[_Goal, Way] = {}
        self._lines: dict[Way, httpx.AsyncHTTPTransport] = {}
        self._trusted: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        goal = _goal(request)
        way = self._ways.get(goal) or way_of_setting(goal[1], self._setting)
        if way is None:
            way = await asyncio.to_thread(way_of_system, *goal, self._system)
        self._ways[goal] = way
        line = self._line(way)
        try:
            return await line.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if _is_of_proxy(error, way):
                raise httpx.ProxyError("the proxy can't be reached") from error
            raise

    def _line(self, way: Way) -> httpx.AsyncHTTPTransport:
        if way not in self._lines:
            self._trusted = self._trusted or httpx.create_ssl_context()
            proxy = _proxy_of(way, self._trusted)
            self._lines[way] = httpx.AsyncHTTPTransport(verify=self._trusted, proxy=proxy, trust_env=False)
        return self._lines[way]

    async def aclose(self) -> None:
        for line in self._lines.values():
            await line.aclose()


def _goal(request: httpx.Request) -> _Goal:
    url = request.url
    return url.scheme, url.host, url.port or _PORTS.get(url.scheme, 0)


def _proxy_of(way: Way, trusted: ssl.SSLContext) -> httpx.Proxy | None:
    """Raises httpx.ProxyError where the way can't be gone; never with its address, which may hold a password."""
    match way:
        case Direct():
            return None
        case Through(address):
            try:
                return httpx.Proxy(address, ssl_context=trusted if address.lower().startswith("https") else None)
            except (httpx.InvalidURL, ValueError):
                raise httpx.ProxyError("the system's proxy has no usable address") from None
        case NoWay():
            raise httpx.ProxyError("the system's proxy is of a kind that is not spoken here")
        case _:
            assert_never(way)


def _is_of_proxy(error: httpx.TransportError, way: Way) -> bool:
    """Whether it was the proxy that nobody reached: a certificate that is refused is that of the server beyond."""
    told = () if error.__cause__ is None else error.__cause__.args  # httpcore's error holds the one that it stands for
    return isinstance(way, Through) and not any(isinstance(each, ssl.SSLError) for each in told)
