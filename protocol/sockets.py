"""Where a computer can be dialled, "192.0.2.7:4433" or "[2001:db8::7]:4433": read, checked and written in one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from protocol.errors import MalformedMessage

PORT_LIMIT = 65536


@dataclass(frozen=True, slots=True)
class Socket:
    """An address and a port; its text is the one that iroh and URLs want."""

    host: IPv4Address | IPv6Address
    port: int

    def __str__(self) -> str:
        return f"{host_in_url(str(self.host))}:{self.port}"

    @property
    def is_dialable(self) -> bool:
        """Whether it is one computer's. A link-local address means another computer on every link."""
        host = self.host
        return self.port > 0 and not (host.is_unspecified or host.is_multicast or host.is_link_local)


def read_socket(text: str) -> Socket:
    """IPv6 in brackets and without a zone, as iroh reads it; raises MalformedMessage."""
    host, _, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    try:
        address = ip_address(host[1:-1] if bracketed else host)
    except ValueError as error:
        raise MalformedMessage("This is no address and port.") from error
    if bracketed is not isinstance(address, IPv6Address) or "%" in host:
        raise MalformedMessage("An IPv6 address stands in brackets, and without its zone.")
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) < PORT_LIMIT):
        raise MalformedMessage("This is no port.")
    return Socket(address, int(port))


def dialable(texts: Iterable[str]) -> tuple[str, ...]:
    """Those that can be dialled, each once, as iroh reads them: it refuses a whole list for one that it can't read."""
    found: dict[str, None] = {}
    for text in texts:
        try:
            socket = read_socket(text)
        except MalformedMessage:
            continue
        if socket.is_dialable:
            found[str(socket)] = None
    return tuple(found)


def sockets_to_bind(asked: str) -> tuple[str, ...]:
    """What an iroh endpoint binds for `asked`: one socket per family, since of a family that is not named it opens one
    to the whole world. A wildcard is meant for both families; beside any other address the second stays inside."""
    socket = read_socket(asked)
    inside, everywhere = ("127.0.0.1", "0.0.0.0") if socket.host.version == 6 else ("::1", "::")
    if socket.host.is_unspecified:
        return str(socket), str(Socket(ip_address(everywhere), socket.port))
    return str(socket), str(Socket(ip_address(inside), 0))


def host_in_url(host: str) -> str:
    """IPv6 addresses stand in brackets there (RFC 3986); names and IPv4 addresses as they are."""
    return f"[{host}]" if ":" in host else host
