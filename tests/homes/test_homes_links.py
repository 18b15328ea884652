"""Emulated lines and routers: pure parts by hypothesis and by hand, the real thing where this computer can."""

import os
import random
import socket
import struct
import subprocess
import sys
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

if sys.platform != "linux":
    pytest.skip("homes are network namespaces, which Linux alone has", allow_module_level=True)

from benchmarks.homes.forwarder import Counts, Forwarder, House, Plug, Pull, obey
from benchmarks.homes.links import LEAST_QUEUE_BYTES, HomeLink, Queue
from benchmarks.homes.nat import QUIET_SECONDS, TCP, UDP, Nat, NatKind
from benchmarks.homes.neighbourhood import neighbourhood, why_not_here

INSIDE, OUTSIDE, FAR = (IPv4Address(text).packed for text in ("192.168.1.2", "10.77.1.10", "10.77.1.11"))
needs_homes = pytest.mark.skipif(why_not_here() is not None, reason=why_not_here() or "")


def checksum(data: bytes) -> int:
    """RFC 1071, of the whole: 0 over a packet part whose own checksum is right."""
    words = struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2))
    total: int = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def sums(packet: bytes) -> tuple[int, int]:
    """What is wrong with the checksums of the IP header and of the transport: (0, 0) if nothing."""
    pseudo = packet[12:20] + struct.pack("!HH", packet[9], len(packet) - 20)
    return checksum(packet[:20]), checksum(pseudo + packet[20:])


def packet_of(protocol: int, source: bytes, port: int, target: bytes, far_port: int, payload: bytes) -> bytes:
    if protocol == UDP:
        body = bytearray(struct.pack("!HHHH", port, far_port, 8 + len(payload), 0) + payload)
    else:
        body = bytearray(struct.pack("!HHIIBBHHH", port, far_port, 1, 2, 5 << 4, 16, 1000, 0, 0) + payload)
    head = bytearray(struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 7, 0x4000, 64, protocol, 0) + source + target)
    struct.pack_into("!H", head, 10, checksum(bytes(head)))
    pseudo = source + target + struct.pack("!HH", protocol, len(body))
    struct.pack_into("!H", body, 6 if protocol == UDP else 16, checksum(pseudo + bytes(body)) or 0xFFFF)
    return bytes(head + body)


def ports(packet: bytes) -> tuple[int, int]:
    near, far = struct.unpack_from("!HH", packet, 20)
    return near, far


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(20, 1500)), max_size=200), st.floats(1e3, 1e7))
def test_a_line_never_carries_more_than_its_rate_and_keeps_the_order(
    packets: list[tuple[float, int]], rate: float
) -> None:
    queue, now, last = Queue(rate), 0.0, 0.0
    carried = 0
    for pause, size in packets:
        now += pause
        leaves = queue.leaves_at(now, size)
        if leaves is not None:
            carried += size
            assert leaves >= max(now, last) + size / rate * 0.999999
            last = leaves
    assert carried <= rate * last * 1.000001


def test_a_full_queue_drops_and_counts() -> None:
    queue = Queue(1000.0)
    left = [queue.leaves_at(0.0, 1000) for _ in range(LEAST_QUEUE_BYTES // 1000 + 10)]
    assert left[0] == 1.0 and left[-1] is None
    assert queue.dropped == left.count(None) > 0


def test_a_line_without_a_limit_delays_nothing() -> None:
    assert Queue(None).leaves_at(3.0, 10**9) == 3.0


@given(
    st.sampled_from(NatKind),
    st.sampled_from([TCP, UDP]),
    st.integers(1, 65535),
    st.integers(1, 65535),
    st.binary(max_size=200),
)
def test_a_router_rewrites_both_ways_with_right_checksums(
    kind: NatKind, protocol: int, port: int, far: int, payload: bytes
) -> None:
    nat = Nat(INSIDE, OUTSIDE, kind)
    out = nat.outward(packet_of(protocol, INSIDE, port, FAR, far, payload), 0.0)
    assert out is not None
    assert out[12:16] == OUTSIDE and sums(out) == (0, 0)
    answer = nat.inward(packet_of(protocol, FAR, far, OUTSIDE, ports(out)[0], payload), 1.0)
    assert answer is not None
    assert answer[16:20] == INSIDE and ports(answer) == (far, port) and sums(answer) == (0, 0)


@pytest.mark.parametrize("kind", NatKind)
def test_a_router_lets_in_only_whom_the_home_has_written_to(kind: NatKind) -> None:
    nat = Nat(INSIDE, OUTSIDE, kind)
    out = nat.outward(packet_of(UDP, INSIDE, 50, FAR, 60, b""), 0.0)
    assert out is not None
    mapped = ports(out)[0]
    assert nat.inward(packet_of(UDP, FAR, 61, OUTSIDE, mapped, b""), 0.0) is None
    assert nat.inward(packet_of(UDP, FAR, 60, OUTSIDE, mapped, b""), QUIET_SECONDS + 1) is None
    assert nat.refused == 2
    assert nat.inward(packet_of(UDP, FAR, 60, OUTSIDE, mapped, b""), 1.0) is not None


def test_a_router_shows_the_same_port_to_everybody_so_that_homes_can_meet() -> None:
    nat = Nat(INSIDE, OUTSIDE, draw_port=iter([4000, 4000, 4001]).__next__)
    first = nat.outward(packet_of(UDP, INSIDE, 50, FAR, 60, b""), 0.0)
    again = nat.outward(packet_of(UDP, INSIDE, 50, FAR, 61, b""), 0.0)
    other = nat.outward(packet_of(UDP, INSIDE, 51, FAR, 60, b""), 0.0)
    assert first and again and other
    assert [ports(packet)[0] for packet in (first, again, other)] == [4000, 4000, 4001]


far_ends = st.tuples(st.sampled_from([FAR, OUTSIDE]), st.integers(1, 65535))


@given(st.sampled_from([TCP, UDP]), st.integers(1, 65535), st.lists(far_ends, min_size=2, unique=True))
def test_a_symmetric_router_shows_everybody_another_port_and_hears_him_only_there(
    protocol: int, port: int, far_ends: list[tuple[bytes, int]]
) -> None:
    nat = Nat(INSIDE, OUTSIDE, NatKind.SYMMETRIC)
    shown: dict[tuple[bytes, int], int] = {}
    for address, far_port in (*far_ends, *far_ends):
        out = nat.outward(packet_of(protocol, INSIDE, port, address, far_port, b""), 0.0)
        assert out is not None
        assert shown.setdefault((address, far_port), ports(out)[0]) == ports(out)[0], "the same for the same far end"
    assert len(set(shown.values())) == len(far_ends)
    for heard, (address, far_port) in enumerate(far_ends):
        for asked, mapped in enumerate(shown.values()):
            answer = nat.inward(packet_of(protocol, address, far_port, OUTSIDE, mapped, b""), 1.0)
            assert (answer is not None) == (heard == asked)
            assert answer is None or ports(answer) == (far_port, port)


@pytest.mark.parametrize(
    ("kinds", "meet"),
    [
        ((NatKind.HOME, NatKind.HOME), True),
        ((NatKind.HOME, NatKind.SYMMETRIC), False),
        ((NatKind.SYMMETRIC, NatKind.SYMMETRIC), False),
    ],
    ids=["two of a home", "one symmetric", "two symmetric"],
)
def test_homes_that_dial_each_other_where_a_third_saw_them_meet_unless_a_router_is_symmetric(
    kinds: tuple[NatKind, NatKind], meet: bool
) -> None:
    outsides, third = (OUTSIDE, FAR), IPv4Address("10.77.1.1").packed
    nats = [Nat(INSIDE, outside, kind) for outside, kind in zip(outsides, kinds, strict=True)]

    def sent(number: int, target: bytes, port: int) -> bytes:
        out = nats[number].outward(packet_of(UDP, INSIDE, 4433, target, port, b""), 0.0)
        assert out is not None
        return out

    seen = [ports(sent(number, third, 9000))[0] for number in range(2)]
    calls = [sent(number, outsides[1 - number], seen[1 - number]) for number in range(2)]
    assert [nats[1 - number].inward(call, 1.0) is not None for number, call in enumerate(calls)] == [meet] * 2


def test_a_router_drops_what_it_can_not_read() -> None:
    nat = Nat(INSIDE, OUTSIDE)
    whole = packet_of(UDP, INSIDE, 50, FAR, 60, b"x" * 40)
    fragment = bytearray(whole)
    fragment[6] = 0x20
    for bad in (b"", whole[:24], bytes(fragment), b"\x60" + whole[1:], whole[:9] + b"\x01" + whole[10:]):
        assert nat.outward(bad, 0.0) is None and nat.inward(bad, 0.0) is None


def test_packets_arrive_after_both_lines_delays_and_a_lost_one_never() -> None:
    now = [0.0]
    read, write = os.pipe()
    near = House(-1, HomeLink(delay_seconds=0.01, up_bytes_per_second=1e6), INSIDE, None)
    far = House(write, HomeLink(delay_seconds=0.02, down_bytes_per_second=1e5), FAR, None)
    forwarder = Forwarder([near, far], clock=lambda: now[0])
    packet = packet_of(UDP, INSIDE, 50, FAR, 60, b"x" * 972)
    forwarder.take(near, packet)
    assert forwarder.due_seconds() == pytest.approx(0.031)
    now[0] = 0.0311
    forwarder.deliver()
    assert forwarder.due_seconds() == pytest.approx(0.0099) and far.received_bytes == 0
    now[0] = 0.0411
    forwarder.deliver()
    assert os.read(read, 2000) == packet and forwarder.due_seconds() is None
    lossy = House(-1, HomeLink(loss=1.0), OUTSIDE, None)
    Forwarder([lossy, far], luck=random.Random(0)).take(lossy, packet)
    assert lossy.lost == 1
    os.close(read)
    os.close(write)


def test_a_pulled_cable_lets_nothing_pass_in_either_direction_until_it_is_plugged_in_again() -> None:
    now = [0.0]
    read, write = os.pipe()
    server = House(-1, HomeLink(), OUTSIDE, None)
    near = House(write, HomeLink(delay_seconds=0.5), INSIDE, None)
    far = House(write, HomeLink(), FAR, None)
    houses = [server, near, far]
    forwarder = Forwarder(houses, clock=lambda: now[0])
    out = packet_of(UDP, INSIDE, 50, FAR, 60, b"out")
    back = packet_of(UDP, FAR, 60, INSIDE, 50, b"back")
    forwarder.take(far, back)
    obey(Pull(0), houses)
    forwarder.take(near, out)
    now[0] = 1.0
    forwarder.deliver()
    assert (near.cut_off, near.sent_bytes, near.received_bytes, far.received_bytes) == (2, 0, 0, 0)
    obey(Counts(), houses)
    assert not near.plugged_in and server.plugged_in and far.plugged_in
    obey(Plug(0), houses)
    for house, packet in ((near, out), (far, back)):
        forwarder.take(house, packet)
    now[0] = 2.0
    forwarder.deliver()
    assert os.read(read, 2000) == out + back and near.cut_off == 2
    os.close(read)
    os.close(write)


SEND_BACK = (
    "import socket,sys\n"
    "s = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n"
    "while d := s.recv(65536): s.sendall(d)\n"
)


@needs_homes
def test_a_home_behind_a_router_reaches_the_server_and_leaves_no_trace() -> None:
    with neighbourhood([HomeLink(delay_seconds=0.005, nat=NatKind.HOME)]) as homes:
        name = homes.plan.namespace(0)
        with socket.create_server((homes.server_address, 0)) as listener:
            port = str(listener.getsockname()[1])
            command = [*homes.command_prefix(0), sys.executable, "-c", SEND_BACK, homes.server_address, port]
            with subprocess.Popen(command) as child:
                connection, (address, _) = listener.accept()
                with connection:
                    connection.sendall(b"x" * 10_000)
                    connection.shutdown(socket.SHUT_WR)
                    received = b"".join(iter(lambda: connection.recv(65536), b""))
                child.wait(10)
        counts = homes.counts()
    assert address == homes.plan.outside_address(0) and received == b"x" * 10_000
    assert counts["houses"][1]["sent_bytes"] > 10_000
    left = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
    assert name not in left.split()


@needs_homes
def test_behind_a_pulled_cable_nobody_learns_that_it_is_pulled_and_what_was_sent_arrives_after_all() -> None:
    """No reset and no "unreachable": the connection stands at both ends, and TCP brings its bytes once it can."""
    with (
        neighbourhood([HomeLink(nat=NatKind.HOME)]) as homes,
        socket.create_server((homes.server_address, 0)) as listener,
    ):
        port = str(listener.getsockname()[1])
        command = [*homes.command_prefix(0), sys.executable, "-c", SEND_BACK, homes.server_address, port]
        with subprocess.Popen(command) as child:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(0.5)
                homes.pull_cable(0)
                connection.sendall(b"anybody there?")
                with pytest.raises(TimeoutError):
                    connection.recv(100)
                assert child.poll() is None
                homes.plug_in(0)
                connection.settimeout(10)
                assert connection.recv(100) == b"anybody there?"
            child.wait(10)
        assert homes.counts()["houses"][1]["cut_off"] > 0
