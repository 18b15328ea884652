"""Which addresses a miner announces for the sockets that it has bound."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import AddressFamily
from typing import Final

import psutil

from protocol.sockets import Socket, dialable, read_socket

FAMILIES: Final = {4: AddressFamily.AF_INET, 6: AddressFamily.AF_INET6}
LIMIT_PER_FAMILY: Final = 8
"""A computer may have dozens of IPv6 addresses, and orchestrators keep sixteen of a miner."""


def reachable(bound: Iterable[str], asked: str) -> tuple[str, ...]:
    """Sockets as others can dial them, IPv4 first, of the families that `asked` is about; a wildcard is about both, and
    stands for every address that this computer has."""
    wanted, found = read_socket(asked).host, list[str]()
    for socket in sorted(map(read_socket, bound), key=lambda socket: socket.host.version):
        if not wanted.is_unspecified and wanted.version != socket.host.version:
            continue
        hosts = _own_addresses(socket.host.version) if socket.host.is_unspecified else [socket.host]
        found += [str(Socket(host, socket.port)) for host in hosts]
    return dialable(found)


def _own_addresses(version: int) -> list[IPv4Address | IPv6Address]:
    """Of all interfaces, those that another computer may reach first."""
    addresses = []
    for interface in psutil.net_if_addrs().values():
        for each in interface:
            if each.family is FAMILIES[version] and not (address := ip_address(each.address)).is_link_local:
                addresses.append(address)
    return sorted(addresses, key=lambda address: address.is_loopback)[:LIMIT_PER_FAMILY]
