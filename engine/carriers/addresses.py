"""Which addresses a miner announces, and which of those announced it can dial."""

from ipaddress import ip_address
from socket import AddressFamily

import psutil


def reachable(sockets: list[str]) -> tuple[str, ...]:
    """IPv4 sockets as others can dial them; a wildcard stands for every address that this computer has."""
    found: list[str] = []
    for bound in sockets:
        host, _, port = bound.rpartition(":")
        if host == "0.0.0.0":
            found += [f"{address}:{port}" for address in _own_addresses()]
        elif not host.startswith("["):
            found.append(bound)
    return tuple(found)


def _own_addresses() -> list[str]:
    """IPv4 addresses of all interfaces, those that another computer may reach first."""
    addresses = [
        ip_address(each.address)
        for interface in psutil.net_if_addrs().values()
        for each in interface
        if each.family is AddressFamily.AF_INET
    ]
    useful = [address for address in addresses if not address.is_link_local]
    return [str(address) for address in sorted(useful, key=lambda address: address.is_loopback)]


def is_dialable(address: str) -> bool:
    """iroh refuses a whole list for one address that it can't read."""
    host, _, port = address.rpartition(":")
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return port.isascii() and port.isdigit() and 0 < int(port) < 65536
