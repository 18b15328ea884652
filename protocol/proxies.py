"""Which way out a request takes, directly or through a proxy: pure, so that app and engine decide alike.

A setting is `SYSTEM`, `NONE` or a proxy's address without a name or password. What the system says may hold both, so a
way never shows its address.
"""

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Final, Protocol, TypeAlias
from urllib.parse import urlsplit

import msgspec

SYSTEM: Final = "system"
"""What the environment's variables say or, where those say nothing, the system's own settings."""
NONE: Final = "none"
PROXY_LIMIT: Final = 300
PROXY_PATTERN: Final = r"^(?:system|none|https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5})$"

ProxySetting: TypeAlias = Annotated[str, msgspec.Meta(pattern=PROXY_PATTERN, max_length=PROXY_LIMIT)]

_SCHEMES: Final = ("http", "https")


class SystemProxies(Protocol):
    """What this system says of proxies. Both may block for a moment."""

    def found(self) -> Mapping[str, str]:
        """The address for each scheme; `all` is for any."""
        ...

    def spares(self, host: str) -> bool:
        """Whether `host`, with its port, is reached without one."""
        ...


class Direct(msgspec.Struct, frozen=True):
    """No proxy."""


class Through(msgspec.Struct, frozen=True):
    """A proxy, whose address may hold a name and a password."""

    address: str

    def __repr__(self) -> str:
        return "Through(…)"


class NoWay(msgspec.Struct, frozen=True):
    """The system names a proxy of a kind that is not spoken here. Going past it would show what it is to hide."""


Way: TypeAlias = Direct | Through | NoWay


def is_loopback(host: str) -> bool:
    """Whether `host` is this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def way_of_setting(host: str, setting: str) -> Way | None:
    """The way to `host` where the system need not be asked for it, else None."""
    if setting == NONE or is_loopback(host):
        return Direct()
    return None if setting == SYSTEM else Through(setting)


def way_of_system(scheme: str, host: str, port: int, system: SystemProxies) -> Way:
    """The way that the system says. May block for a moment."""
    found = system.found()
    address = found.get(scheme) or found.get("all") or found.get("socks")
    if not address or system.spares(f"[{host}]:{port}" if ":" in host else f"{host}:{port}"):
        return Direct()
    if not found.get(scheme) and not found.get("all"):
        return NoWay()  # only SOCKS is left
    return _through(address)


def _through(address: str) -> Way:
    whole = address if "://" in address else f"http://{address}"
    try:
        parts = urlsplit(whole)
        usable = parts.scheme.lower() in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    return Through(whole) if usable else NoWay()
