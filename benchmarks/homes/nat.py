"""A home's router: one address outside, ports of its own choice, and nothing comes in that was not asked for.

Filtering is address- and port-dependent (RFC 4787), as home routers' mostly is: so two homes must both send before
either hears the other. They send to each other's port outside, and whether anybody can know that is the `NatKind`.
"""

import random
import struct
from collections.abc import Callable
from enum import StrEnum
from typing import Final

TCP: Final = 6
UDP: Final = 17
QUIET_SECONDS: Final = 120.0
"""How long a way in stays open after the last packet out."""
_CHECKSUM_AT: Final = {TCP: 16, UDP: 6}


class NatKind(StrEnum):
    """How a port inside becomes one outside (RFC 4787, section 4.1)."""

    HOME = "endpoint-independent"
    """The same port for everybody: who knows it from a third party can be met."""
    SYMMETRIC = "address- and port-dependent"
    """Another port for every far end: the one that a third party sees leads nowhere."""


class Nat:
    """Rewrites IPv4 packets between `inside` and `outside` (4 bytes each)."""

    def __init__(
        self,
        inside: bytes,
        outside: bytes,
        kind: NatKind = NatKind.HOME,
        draw_port: Callable[[], int] | None = None,
    ) -> None:
        self._inside = inside
        self._outside = outside
        self._kind = kind
        self._draw_port = draw_port or (lambda: random.randrange(1024, 65536))
        self._ports: dict[tuple[int, int, bytes], int] = {}
        self._insides: dict[tuple[int, int], int] = {}
        self._asked: dict[tuple[int, int, bytes], float] = {}
        self.refused = 0

    def outward(self, packet: bytes, now: float) -> bytes | None:
        """The packet as the world sees it; None for what a home router does not translate."""
        if (at := _ports_at(packet)) is None:
            return None
        protocol = packet[9]
        inside_port, far_port = struct.unpack_from("!HH", packet, at)
        far = packet[16:20] + far_port.to_bytes(2, "big")
        near = (protocol, inside_port, far if self._kind is NatKind.SYMMETRIC else b"")
        port = self._ports.get(near) or self._map(*near)
        self._asked[protocol, port, far] = now
        return _rewritten(packet, at, 12, self._outside, at, port)

    def inward(self, packet: bytes, now: float) -> bytes | None:
        """The packet as the home sees it; None if nobody there asked for it lately."""
        if (at := _ports_at(packet)) is None:
            return None
        protocol = packet[9]
        far_port, port = struct.unpack_from("!HH", packet, at)
        asked = self._asked.get((protocol, port, packet[12:16] + far_port.to_bytes(2, "big")))
        if asked is None or (protocol == UDP and now - asked > QUIET_SECONDS):
            self.refused += 1
            return None
        return _rewritten(packet, at, 16, self._inside, at + 2, self._insides[protocol, port])

    def _map(self, protocol: int, inside_port: int, far: bytes) -> int:
        port = self._draw_port()
        while (protocol, port) in self._insides:
            port = self._draw_port()
        self._ports[protocol, inside_port, far] = port
        self._insides[protocol, port] = inside_port
        return port


def _ports_at(packet: bytes) -> int | None:
    """Where the transport header begins; None unless this is an unfragmented IPv4 packet of TCP or UDP."""
    if len(packet) < 28 or packet[0] >> 4 != 4 or packet[9] not in _CHECKSUM_AT:
        return None
    if (packet[6] & 0x3F) or packet[7]:
        return None
    at = (packet[0] & 15) * 4
    return at if len(packet) >= at + (20 if packet[9] == TCP else 8) else None


def _rewritten(packet: bytes, at: int, address_at: int, address: bytes, port_at: int, port: int) -> bytes:
    """`packet` with another address and port, its checksums moved along (RFC 1624, equation 3)."""
    new = bytearray(packet)
    new[address_at : address_at + 4] = address
    struct.pack_into("!H", new, port_at, port)
    old_high, old_low = struct.unpack_from("!HH", packet, address_at)
    high, low = struct.unpack("!HH", address)
    moved = (~old_high & 0xFFFF) + (~old_low & 0xFFFF) + high + low
    _move_checksum(new, 10, moved)
    checksum_at = at + _CHECKSUM_AT[packet[9]]
    if packet[9] == TCP or new[checksum_at] or new[checksum_at + 1]:
        (old_port,) = struct.unpack_from("!H", packet, port_at)
        _move_checksum(new, checksum_at, moved + (~old_port & 0xFFFF) + port)
    return bytes(new)


def _move_checksum(packet: bytearray, at: int, moved: int) -> None:
    (old,) = struct.unpack_from("!H", packet, at)
    total = (~old & 0xFFFF) + moved
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    struct.pack_into("!H", packet, at, ~total & 0xFFFF)
