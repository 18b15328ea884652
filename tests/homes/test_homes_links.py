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

from benchmarks.homes.forwarder import Forwarder, House
from benchmarks.homes.links import LEAST_QUEUE_BYTES, HomeLink, Queue
from benchmarks.homes.nat import QUIET_SECONDS, TCP, UDP, Nat
from benchmarks.homes.neighbourhood import neighbourhood, why_not_here

INSIDE, OUTSIDE, FAR = (IPv4Address(text).packed for text in ("192.168.1.2", "10.77.1.10", "10.77.1.11"))
needs_homes = pytest.mark.skipif(why_not_here() is not None, reason=why_not_here() or "")


def checksum(data: bytes) -> int:
    """RFC 1071, of the whole: 0 over a packet part whose own checksum is right."""
    words = struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2))
    total = sum(words)
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


@given(st.sampled_from([TCP, UDP]), st.integers(1, 65535), st.integers(1, 65535), st.binary(max_size=200))
def test_a_router_rewrites_both_ways_with_right_checksums(protocol: int, port: int, far: int, payload: bytes) -> None:
    nat = Nat(INSIDE, OUTSIDE)
    out = nat.outward(packet_of(protocol, INSIDE, port, FAR, far, payload), 0.0)
    assert out is not None
    assert out[12:16] == OUTSIDE and sums(out) == (0, 0)
    answer = nat.inward(packet_of(protocol, FAR, far, OUTSIDE, ports(out)[0], payload), 1.0)
    assert answer is not None
    assert answer[16:20] == INSIDE and ports(answer) == (far, port) and sums(answer) == (0, 0)


def test_a_router_lets_in_only_whom_the_home_has_written_to() -> None:
    nat = Nat(INSIDE, OUTSIDE)
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


SEND_BACK = (
    "import socket,sys\n"
    "s = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n"
    "while d := s.recv(65536): s.sendall(d)\n"
)


@needs_homes
def test_a_home_behind_a_router_reaches_the_server_and_leaves_no_trace() -> None:
    with neighbourhood([HomeLink(delay_seconds=0.005, behind_nat=True)]) as homes:
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
