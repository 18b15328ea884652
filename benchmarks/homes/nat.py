"""A home's router: one address outside, ports of its own choice, and nothing comes in that was not asked for.

Mapping does not depend on whom a packet is for, filtering does (RFC 4787: endpoint-independent mapping, address- and
port-dependent filtering), as home routers mostly are: so two homes must both send before either hears the other.
"""

import random
import struct
from collections.abc import Callable
from typing import Final

TCP: Final = 6
UDP: Final = 17
QUIET_SECONDS: Final = 120.0
"""How long a way in stays open after the last packet out."""
_CHECKSUM_AT: Final = {TCP: 16, UDP: 6}


class Nat:
    """Rewrites IPv4 packets between `inside` and `outside` (4 bytes each)."""

    def __init__(self, inside: bytes, outside: bytes, draw_port: Callable[[], int] | None = None) -> None:
        self._inside = inside
        self._outside = outside
        self._draw_port = draw_port or (lambda: random.randrange(1024, 65536))
        self._ports: dict[tuple[int, int], int] = {}
        self._insides: dict[tuple[int, int], int] = {}
        self._asked: dict[tuple[int, int, bytes], float] = {}
        self.refused = 0

    def outward(self, packet: bytes, now: float) -> bytes | None:
        """The packet as the world sees it; None for what a home router does not translate."""
        if (at := _ports_at(packet)) is None:
            return None
        protocol = packet[9]
        inside_port, far_port = struct.unpack_from("!HH", packet, at)
        port = self._ports.get((protocol, inside_port)) or self._map(protocol, inside_port)
        self._asked[protocol, port, packet[16:20] + far_port.to_bytes(2, "big")] = now
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

    def _map(self, protocol: int, inside_port: int) -> int:
        port = self._draw_port()
        while (protocol, port) in self._insides:
            port = self._draw_port()
        self._ports[protocol, inside_port] = port
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
