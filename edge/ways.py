"""The one seam of our HTTP: who asks a server takes a client from here, which goes the way that is set for proxies.

Loads httpx, so an app at rest imports it only when something is asked. Clients leave the environment alone by
themselves. What the system says is read here, once for each host of a client and again when the host could not be
reached: who comes home from work has another way.
"""

import asyncio
import ssl
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeAlias, TypeVar, assert_never

import httpx

from protocol.proxies import Direct, NoWay, SystemProxies, Through, Way, way_of_setting, way_of_system

_Goal: TypeAlias = tuple[str, str, int]
_PORTS: Final = {"http": 80, "https": 443}
Line = TypeVar("Line", httpx.HTTPTransport, httpx.AsyncHTTPTransport)


class SystemHere:
    """SystemProxies of this computer: HTTPS_PROXY, ALL_PROXY and NO_PROXY, else what Windows or macOS was told."""

    def found(self) -> Mapping[str, str]:
        return urllib.request.getproxies()

    def spares(self, host: str) -> bool:
        return bool(urllib.request.proxy_bypass(host))


def client(proxy: str, system: SystemProxies | None = None, **options: Any) -> httpx.Client:
    """For threads. Where the proxy is what failed, requests raise httpx.ProxyError."""
    return httpx.Client(transport=_BlockingWays(proxy, system), trust_env=False, **options)


def async_client(proxy: str, system: SystemProxies | None = None, **options: Any) -> httpx.AsyncClient:
    """For the event loop. Where the proxy is what failed, requests raise httpx.ProxyError."""
    return httpx.AsyncClient(transport=Ways(proxy, system), trust_env=False, **options)


class NoCertificates(httpx.TransportError):
    """The file that SSL_CERT_FILE names is missing, or holds none."""


class Ways(httpx.AsyncBaseTransport):
    """Raises httpx.ProxyError where the proxy is what failed."""

    def __init__(self, setting: str, system: SystemProxies | None = None) -> None:
        self._choice = _Choice(setting, system, httpx.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        choice, goal = self._choice, _goal(request)
        way = choice.known(goal)
        if way is None:
            way = await asyncio.to_thread(choice.ask_system, goal)
        try:
            response = await choice.line(way).handle_async_request(request)
        except httpx.TransportError as error:
            choice.failed(goal, way, error)
            raise
        choice.worked(goal, way)
        return response

    async def aclose(self) -> None:
        for line in self._choice.lines:
            await line.aclose()


class _BlockingWays(httpx.BaseTransport):
    def __init__(self, setting: str, system: SystemProxies | None) -> None:
        self._choice = _Choice(setting, system, httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        choice, goal = self._choice, _goal(request)
        way = choice.known(goal) or choice.ask_system(goal)
        try:
            response = choice.line(way).handle_request(request)
        except httpx.TransportError as error:
            choice.failed(goal, way, error)
            raise
        choice.worked(goal, way)
        return response

    def close(self) -> None:
        for line in self._choice.lines:
            line.close()


class _Choice(Generic[Line]):
    """Which way each host is reached, and one line for each way."""

    def __init__(self, setting: str, system: SystemProxies | None, make_line: Callable[..., Line]) -> None:
        self._setting, self._system = setting, system or SystemHere()
        self._make_line: Callable[..., Line] = make_line
        self._ways: dict[_Goal, Way] = {}
        self._lines: dict[Way, Line] = {}
        self._trusted: ssl.SSLContext | None = None
        """Whose certificates count: httpx's own list, or what SSL_CERT_FILE names, as a company's proxy may need."""

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(self._lines.values())

    def known(self, goal: _Goal) -> Way | None:
        """Without asking the system, which may take a moment."""
        return self._ways.get(goal) or way_of_setting(goal[1], self._setting)

    def ask_system(self, goal: _Goal) -> Way:
        return way_of_system(*goal, self._system)

    def line(self, way: Way) -> Line:
        """Raises httpx.ProxyError where the way can't be gone, NoCertificates where nobody could be trusted."""
        if way not in self._lines:
            self._trusted = self._trusted or _certificates()
            proxy = _proxy_of(way, self._trusted)
            self._lines[way] = self._make_line(verify=self._trusted, proxy=proxy, trust_env=False)
        return self._lines[way]

    def worked(self, goal: _Goal, way: Way) -> None:
        self._ways[goal] = way

    def failed(self, goal: _Goal, way: Way, error: httpx.TransportError) -> None:
        """Raises httpx.ProxyError where nobody reached the proxy."""
        self._ways.pop(goal, None)
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) and _is_of_proxy(error, way):
            raise httpx.ProxyError("the proxy can't be reached") from error


def _certificates() -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # what is no list of certificates is an ssl.SSLError, which is one too
        raise NoCertificates("the certificates that SSL_CERT_FILE names can't be read") from error


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
