"""The networks one can join: those that are known, and the check of an address that an expert types."""

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from app.core.language.speech import _
from app.core.money.explorer import explorer_problem
from app.core.network.unreached import reason_of, unreached
from app.core.settings.settings import NamedNetwork, NetworkChoice, OwnAddress, TryHere
from protocol.errors import MalformedMessage, SettingsError, Unavailable, VersionMismatch
from protocol.orchestrator_api import HELLO_PATH, OrchestratorHello
from protocol.proxies import SYSTEM, is_loopback
from protocol.version import PROTOCOL_VERSION
from protocol.wire import from_json

NETWORKS_PATH: Final = Path(__file__).resolve().parents[3] / "resources" / "networks.toml"
HELLO_LIMIT_BYTES: Final = 64 * 1024
PROBE_SECONDS: Final = 5.0


class KnownNetwork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of networks.toml. `starts_here` marks the one that the app itself starts, which has no address yet."""

    name: str
    title: str
    starts_here: bool = False
    orchestrator_url: str | None = None
    chain_endpoint: str | None = None
    netuid: int | None = None
    payout_least_rao: int | None = None
    """Below this the network pays nothing out; None where it pays any amount or never said."""
    explorer_url: str | None = None
    """Where its transactions can be looked up: an https address with {hash}, {block} or {extrinsic} to fill in."""

    @property
    def choice(self) -> NetworkChoice:
        """What to put into the settings when a person picks this one."""
        return TryHere() if self.starts_here else NamedNetwork(self.name)


class _File(msgspec.Struct, frozen=True):
    network: tuple[KnownNetwork, ...]


def known_networks(path: Path = NETWORKS_PATH) -> tuple[KnownNetwork, ...]:
    """All entries, in the file's order. Raises SettingsError for a file that can't be used."""
    try:
        networks = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File).network
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(
            _("The list of known networks can't be read: {problem}.").format(problem=error), _("Install the app again.")
        ) from error
    for network in networks:
        if network.starts_here == (network.orchestrator_url is not None):
            raise SettingsError(
                _("The network “{name}” needs an orchestrator_url.").format(name=network.name),
                _("Install the app again."),
            )
        if network.orchestrator_url is not None:
            check_address(network.orchestrator_url)
        _check_explorer(network)
    return networks


def _check_explorer(network: KnownNetwork) -> None:
    if network.explorer_url is None:
        return
    problem = explorer_problem(network.explorer_url)
    if network.starts_here:
        problem = _("nobody else knows the chain on this computer")
    if problem:
        raise SettingsError(
            _("The explorer_url of the network “{name}” can't be used: {problem}.").format(
                name=network.name, problem=problem
            ),
            _("Install the app again."),
        )


def parse_choice(text: str, networks: tuple[KnownNetwork, ...]) -> NetworkChoice:
    """A network's name or an address, as typed on the command line. Raises SettingsError."""
    for network in networks:
        if network.name == text:
            return network.choice
    if "://" in text:
        return OwnAddress(check_address(text))
    names = ", ".join(network.name for network in networks)
    raise SettingsError(
        _("There is no network “{text}”.").format(text=text),
        _("Known are: {names}. An address begins with https://.").format(names=names),
    )


def check_address(text: str) -> str:
    """`text` as an orchestrator's base URL without a trailing slash: https, or http on this computer. SettingsError."""
    parts = _split(text.strip())
    if parts.scheme not in ("https", "http"):
        raise SettingsError(_("“{text}” is not a web address.").format(text=text), _("It begins with https://."))
    if parts.username is not None or parts.password is not None:
        raise SettingsError(
            _("An address with a name or password in it is not accepted."), _("Leave out what is before @.")
        )
    if parts.query or parts.fragment:
        raise SettingsError(_("An address with ? or # is not accepted."), _("Only the part before it is wanted."))
    host = parts.hostname or ""
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(
            _("{host} would be spoken to unencrypted.").format(host=host), _("Use https:// for another computer.")
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


async def probe_orchestrator(
    url: str, timeout_seconds: float = PROBE_SECONDS, proxy: str = SYSTEM
) -> OrchestratorHello:
    """Ask `url` who it is. Raises Unavailable (no answer), MalformedMessage (no orchestrator) or VersionMismatch."""
    import httpx  # costs 12 MB; an app that only waits for its hours does without

    from edge.ways import async_client

    try:
        async with (
            async_client(proxy, timeout=timeout_seconds) as client,
            client.stream("GET", url.rstrip("/") + HELLO_PATH) as response,
        ):
            body = await _bounded_body(response.aiter_bytes())
            status = response.status_code
    except httpx.DecodingError:
        return _read_hello(url, status=200, body=None)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        title = _("{host} can't be reached: {why}.").format(host=_host(url), why=reason_of(error))
        raise unreached(error, title, _("Check the network connection and the address.")) from error
    if status >= 500:
        raise Unavailable(
            _("{host} answers with an error ({status}).").format(host=_host(url), status=status),
            _("It is tried again by itself."),
        )
    return _read_hello(url, status, body)


def _read_hello(url: str, status: int, body: bytes | None) -> OrchestratorHello:
    advice = _("Check the address; it is printed by the orchestrator when it starts.")
    not_one = MalformedMessage(
        _("What answers at {host} is no orchestrator of this network.").format(host=_host(url)), advice
    )
    if status != 200 or body is None:
        raise not_one
    version = _version_in(body)
    if version is not None and version != PROTOCOL_VERSION:
        which = _("this app") if version > PROTOCOL_VERSION else _("that network")
        title = _("{host} speaks version {version}, this app version {ours}.").format(
            host=_host(url), version=version, ours=PROTOCOL_VERSION
        )
        raise VersionMismatch(title, _("Update {which}.").format(which=which))
    try:
        hello: OrchestratorHello = from_json(body, OrchestratorHello)
    except MalformedMessage:
        raise not_one from None
    return hello


class _AnyHello(msgspec.Struct, frozen=True):
    """What every version of the hello has."""

    service: str
    protocol_version: int


def _version_in(body: bytes) -> int | None:
    """The version of something that says it is an orchestrator; None for anything else."""
    try:
        hello: _AnyHello = from_json(body, _AnyHello)
    except MalformedMessage:
        return None
    return hello.protocol_version if hello.service == "train-at-home orchestrator" else None


async def _bounded_body(chunks: AsyncIterator[bytes]) -> bytes | None:
    """All of a short body; None when it is too long to be a hello."""
    body = b""
    async for chunk in chunks:
        body += chunk
        if len(body) > HELLO_LIMIT_BYTES:
            return None
    return body


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        if parts.hostname and not any(ch.isspace() for ch in text) and (parts.port is None or parts.port > 0):
            return parts
    except ValueError:
        pass
    raise SettingsError(
        _("“{text}” is not a web address.").format(text=text), _("It looks like https://orchestrator.example.org.")
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc


def is_loopback_url(url: str) -> bool:
    """Whether `url` leads to this computer."""
    return is_loopback(urlsplit(url).hostname or "")
