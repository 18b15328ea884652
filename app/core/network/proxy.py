"""The proxy as a person sets it: what may be typed, how it is told, and what child processes hear of it. Pure."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from app.core.language.speech import _
from protocol.errors import SettingsError, Unavailable
from protocol.proxies import NONE, PROXY_LIMIT, SYSTEM

EXAMPLE: Final = "http://proxy.example.org:3128"
_NEVER: Final = "localhost,127.0.0.1,::1"
_PORTS: Final = range(1, 2**16)


class ProxyFailed(Unavailable):
    """The proxy refused or could not be reached, so nobody beyond it was asked."""

    code = "proxy"


def checked_proxy(text: str) -> str:
    """What was typed as it is kept: system, none, or an address. Raises SettingsError, which never repeats the text:
    there may be a password in it."""
    typed = text.strip()
    if typed.casefold() in (SYSTEM, NONE):
        return typed.casefold()
    if "@" in typed:
        raise SettingsError(
            _("A proxy's address with a name or password in it is not accepted, since it would be kept in a file."),
            _("Leave out what is before @. Where the proxy asks for a password, set it up in your system instead."),
        )
    scheme, _slashes, rest = typed.partition("://")
    if scheme.casefold().startswith("socks"):
        raise SettingsError(
            _("Proxies of the kind SOCKS are not supported."),
            _("Ask whoever runs the proxy for its HTTP address, which looks like {example}.").format(example=EXAMPLE),
        )
    if not rest or scheme.casefold() not in ("http", "https"):
        raise _no_address(_("It begins with http:// or https://."))
    return _plain_address(typed)


def _plain_address(typed: str) -> str:
    parts = _split(typed)
    host = parts.hostname or ""
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _no_address(_("It ends with its port, without anything behind it."))
    if parts.port is None:
        raise _no_address(_("Its port is missing: it looks like {example}.").format(example=EXAMPLE))
    if not host.isascii() or not all(letter.isalnum() or letter in ".-_:" for letter in host):
        raise _no_address(_("It looks like {example}.").format(example=EXAMPLE))
    kept = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{parts.port}"
    if len(kept) > PROXY_LIMIT:
        raise _no_address(_("It looks like {example}.").format(example=EXAMPLE))
    return kept


def _split(typed: str) -> SplitResult:
    try:
        parts = urlsplit(typed)
        if parts.hostname and (parts.port is None or parts.port in _PORTS):
            return parts
    except ValueError:
        pass
    raise _no_address(_("It looks like {example}.").format(example=EXAMPLE))


def _no_address(advice: str) -> SettingsError:
    return SettingsError(_("That is no address of a proxy."), advice)


def proxy_sentence(setting: str) -> str:
    """One line for the settings."""
    if setting == SYSTEM:
        return _("What the system says")
    return _("None") if setting == NONE else setting


def proxy_advice() -> str:
    """What a person can do about ProxyFailed."""
    return _("Check the proxy in Settings, or ask whoever runs it.")


def with_proxy(environment: Mapping[str, str], setting: str) -> dict[str, str]:
    """`environment` for a child process that knows no more of proxies than its variables: the chain's client."""
    if setting == SYSTEM:
        return dict(environment)
    kept = {name: value for name, value in environment.items() if not name.casefold().endswith("_proxy")}
    if setting == NONE:
        told = {"no_proxy": "*"}
    else:
        told = {"http_proxy": setting, "https_proxy": setting, "no_proxy": _NEVER}
    return kept | told | {name.upper(): value for name, value in told.items()}
