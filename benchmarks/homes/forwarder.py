"""The process that carries packets between homes: `python -m benchmarks.homes.forwarder`, its plan on stdin.

It makes the namespaces and their TUN devices and says so on stdout. Each further line is a command (`Counts`, `Pull`,
`Plug`), answered with the counts. When its stdin closes, by the end of whoever started it too, it takes everything down
again.
"""

import fcntl
import heapq
import itertools
import json
import os
import random
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Final, TypeAlias

import msgspec

from benchmarks.homes.links import HomeLink, Queue
from benchmarks.homes.nat import Nat

MAKE_TUN: Final = 0x400454CA
TUN_WITHOUT_HEADER: Final = 0x0001 | 0x1000
PACKET_LIMIT_BYTES: Final = 2048
"""A device carries 1500 at once; reading takes a buffer of this size each time."""
PACKETS_AT_ONCE: Final = 64
NICENESS: Final = -10
"""A line does not wait for the computers at its ends."""
INSIDE_ADDRESS: Final = "192.168.1.2"
"""Of every home behind a router, as in life."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`network` is the third byte of all outside addresses, 10.77.N.x; the server is this computer itself."""

    network: int
    server: HomeLink
    homes: tuple[HomeLink, ...]

    def namespace(self, home: int) -> str:
        return f"home-{self.network}-{home}"

    @property
    def server_address(self) -> str:
        return f"10.77.{self.network}.1"

    def outside_address(self, home: int) -> str:
        return f"10.77.{self.network}.{10 + home}"


class Counts(msgspec.Struct, frozen=True, tag="counts"):
    """What went over the lines so far?"""


class Pull(msgspec.Struct, frozen=True, tag="pull"):
    """From now on nothing passes a home's line, in either direction, and nobody is told."""

    home: int


class Plug(msgspec.Struct, frozen=True, tag="plug"):
    """The home's line carries packets again; those that came meanwhile are gone."""

    home: int


Command: TypeAlias = Counts | Pull | Plug


@dataclass
class House:
    """One end: its device, its line, its router, and what went over the line."""

    device: int
    link: HomeLink
    outside: bytes
    nat: Nat | None
    up: Queue = field(init=False)
    down: Queue = field(init=False)
    sent_bytes: int = 0
    received_bytes: int = 0
    lost: int = 0
    plugged_in: bool = True
    cut_off: int = 0
    """Packets that found the line dead."""

    def __post_init__(self) -> None:
        self.up = Queue(self.link.up_bytes_per_second)
        self.down = Queue(self.link.down_bytes_per_second)

    def counts(self) -> dict[str, int]:
        return {
            "sent_bytes": self.sent_bytes,
            "received_bytes": self.received_bytes,
            "lost": self.lost,
            "dropped": self.up.dropped + self.down.dropped,
            "cut_off": self.cut_off,
            "refused": self.nat.refused if self.nat else 0,
        }


class Forwarder:
    """Packets on their way, by the time at which something happens to them."""

    def __init__(
        self, houses: list[House], clock: Callable[[], float] = time.monotonic, luck: random.Random | None = None
    ) -> None:
        self._houses = {house.outside: house for house in houses}
        self._clock = clock
        self._luck = luck or random.Random()
        self._order = itertools.count()
        self._underway: list[tuple[float, int, bool, House, bytes]] = []

    def take(self, house: House, packet: bytes) -> None:
        """A packet leaves a home: over its line, unless it is lost, crowded out or for nobody."""
        now = self._clock()
        if house.nat is not None:
            translated = house.nat.outward(packet, now)
            if translated is None:
                return
            packet = translated
        if not house.plugged_in:
            house.cut_off += 1
            return
        target = self._houses.get(packet[16:20])
        if target is None or packet[0] >> 4 != 4:
            return
        left = house.up.leaves_at(now, len(packet))
        if left is None:
            return
        house.sent_bytes += len(packet)
        if house.link.loss and self._luck.random() < house.link.loss:
            house.lost += 1
            return
        arrives = left + house.link.delay_seconds + target.link.delay_seconds
        heapq.heappush(self._underway, (arrives, next(self._order), False, target, packet))

    def due_seconds(self) -> float | None:
        """How long until something happens; None while nothing is underway."""
        return max(0.0, self._underway[0][0] - self._clock()) if self._underway else None

    def deliver(self) -> None:
        """Everything that has arrived by now."""
        now = self._clock()
        while self._underway and self._underway[0][0] <= now:
            came, _, through, house, packet = heapq.heappop(self._underway)
            if not through:
                at = house.down.leaves_at(came, len(packet))
                if at is None:
                    continue
                if at > now:
                    heapq.heappush(self._underway, (at, next(self._order), True, house, packet))
                    continue
            self._hand_over(house, packet, now)

    def _hand_over(self, house: House, packet: bytes, now: float) -> None:
        if not house.plugged_in:
            house.cut_off += 1
            return
        inside = packet if house.nat is None else house.nat.inward(packet, now)
        if inside is not None:
            house.received_bytes += len(inside)
            try:
                os.write(house.device, inside)
            except OSError:
                house.lost += 1  # its device is going down


def run(houses: list[House], commands: int) -> None:
    """Until `commands` (a file descriptor) closes; each line there is obeyed and answered with the counts."""
    forwarder, by_device = Forwarder(houses), {house.device: house for house in houses}
    unread = b""
    with select.epoll() as poll:
        for device in (commands, *by_device):
            poll.register(device, select.EPOLLIN)
        while True:
            for ready, _ in poll.poll(forwarder.due_seconds()):
                if ready != commands:
                    for packet in _waiting(ready):
                        forwarder.take(by_device[ready], packet)
                elif came := os.read(commands, 4096):
                    *lines, unread = (unread + came).split(b"\n")
                    for line in lines:
                        obey(msgspec.json.decode(line, type=Command), houses)
                        print(json.dumps(_report(houses)), flush=True)
                else:
                    return
            forwarder.deliver()


def obey(command: Command, houses: list[House]) -> None:
    """The first of `houses` is the server."""
    if not isinstance(command, Counts):
        houses[1 + command.home].plugged_in = isinstance(command, Plug)


def _waiting(device: int) -> Iterator[bytes]:
    for _ in range(PACKETS_AT_ONCE):
        try:
            yield os.read(device, PACKET_LIMIT_BYTES)
        except BlockingIOError:
            return


def _report(houses: list[House]) -> dict[str, object]:
    return {"cpu_seconds": time.process_time(), "houses": [house.counts() for house in houses]}


@contextmanager
def _server(plan: Plan) -> Iterator[House]:
    name = f"homes{plan.network}"
    device = _tun(name)
    try:
        _ip("addr", "add", f"{plan.server_address}/24", "dev", name)
        _ip("link", "set", name, "up")
        yield House(device, plan.server, IPv4Address(plan.server_address).packed, None)
    finally:
        os.close(device)


@contextmanager
def _home(plan: Plan, number: int) -> Iterator[House]:
    name, link = plan.namespace(number), plan.homes[number]
    outside = plan.outside_address(number)
    address = outside if link.nat is None else INSIDE_ADDRESS
    _ip("netns", "add", name)
    device = -1
    try:
        interface = f"home{plan.network}x{number}"
        device = _tun(interface)
        _ip("link", "set", interface, "netns", name)
        inside = ("-n", name)
        _ip(*inside, "link", "set", "lo", "up")
        _ip(*inside, "addr", "add", f"{address}/24", "dev", interface)
        _ip(*inside, "link", "set", interface, "up")
        _ip(*inside, "route", "add", "default", "dev", interface)
        packed = IPv4Address(outside).packed
        nat = None if link.nat is None else Nat(IPv4Address(INSIDE_ADDRESS).packed, packed, link.nat)
        yield House(device, link, packed, nat)
    finally:
        if device >= 0:
            os.close(device)
        _ip("netns", "del", name)


def _tun(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, MAKE_TUN, struct.pack("16sH22x", name.encode(), TUN_WITHOUT_HEADER))
    return device


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as commands:
        plan = msgspec.json.decode(commands.readline(), type=Plan)
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    with ExitStack() as stack:
        houses = [stack.enter_context(_server(plan))]
        houses += [stack.enter_context(_home(plan, number)) for number in range(len(plan.homes))]
        print(json.dumps({"ready": True}), flush=True)
        run(houses, sys.stdin.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
