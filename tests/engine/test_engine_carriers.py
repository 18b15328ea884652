"""The iroh carrier: packets arrive whole and from whom they say, and whoever is gone is known to be gone in time."""

import asyncio
import ctypes
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from types import SimpleNamespace

import pytest
from iroh import iroh_ffi

from engine.carriers import iroh_carrier, iroh_writer
from engine.carriers.addresses import reachable
from engine.carriers.base import PeerUnreachable
from engine.carriers.iroh_carrier import IrohCarrier
from engine.carriers.iroh_writer import quicken_writer
from protocol.errors import LocalError
from protocol.hashes import hash_parts
from protocol.keys import NodeId, NodeKey
from protocol.miner_events import PeerEntry
from protocol.packets import (
    MAGIC,
    PAYLOAD_LIMIT_BYTES,
    Accepted,
    Busy,
    Declined,
    PacketHeader,
    PacketKind,
    PacketReply,
    Section,
    encode_packet,
)
from protocol.receipts import StepId
from protocol.sockets import Socket, dialable, read_socket

ALICE, BOB = NodeKey(b"a" * 32), NodeKey(b"b" * 32)
LOOPBACK = "127.0.0.1:0"


def a_packet(size_bytes: int) -> bytes:
    payload = bytes(range(256)) * (size_bytes // 256)
    header = PacketHeader(
        kind=PacketKind.FORWARD,
        run_id="r",
        microbatch=1,
        lease_id=1,
        sender=ALICE.node_id,
        receiver=BOB.node_id,
        from_stage=0,
        to_stage=1,
        step=StepId(1, 1),
        codec_id="int8",
        codec_bits=8,
        sections=(Section("codes", "i8", (len(payload),)),),
        payload_hash=hash_parts([payload]),
    )
    return encode_packet(ALICE, header, payload)


def at(key: NodeKey, addresses: tuple[str, ...]) -> PeerEntry:
    return PeerEntry(node=key.node_id, addresses=addresses, rate=0.0)


class Received:
    """An inbox that keeps what came and answers with `reply`."""

    def __init__(self, reply: PacketReply | None = None) -> None:
        self.packets: list[tuple[bytes, NodeId | None]] = []
        self.reply = reply or Accepted(7)
        self.silent = False

    async def __call__(self, packet: bytes, sender: NodeId | None) -> PacketReply:
        self.packets.append((packet, sender))
        if self.silent:
            await asyncio.Event().wait()
        return self.reply


@asynccontextmanager
async def two_ends(received: Received) -> AsyncIterator[tuple[IrohCarrier, IrohCarrier]]:
    alice, bob = IrohCarrier(ALICE, LOOPBACK), IrohCarrier(BOB, LOOPBACK)
    await alice.open(Received())
    await bob.open(received)
    try:
        yield alice, bob
    finally:
        await alice.close()
        await bob.close()


async def test_a_mebibyte_arrives_whole_from_an_authenticated_sender_and_its_reply_comes_back() -> None:
    received, packet = Received(), a_packet(1 << 20)
    async with two_ends(received) as (alice, bob):
        replies = await asyncio.gather(*(alice.send(at(BOB, bob.addresses), packet) for _ in range(4)))
        received.reply = Busy(0.25)
        assert await alice.send(at(BOB, bob.addresses), packet) == Busy(0.25)
    assert replies == [Accepted(7)] * 4
    assert received.packets == [(packet, ALICE.node_id)] * 5


async def test_an_oversized_or_foreign_packet_is_declined_before_its_bytes_are_read() -> None:
    received = Received()
    over = MAGIC + (100).to_bytes(4, "big") + (PAYLOAD_LIMIT_BYTES + 1).to_bytes(8, "big")
    async with two_ends(received) as (alice, bob):
        for prefix in (over, MAGIC + b"\xff" * 12, b"GET / HTTP/1.1\r\nHost: a\r\n", b"short", a_packet(512)[:-1]):
            reply = await alice.send(at(BOB, bob.addresses), prefix)
            assert isinstance(reply, Declined) and reply.code == "malformed"
        assert received.packets == []
        assert await alice.send(at(BOB, bob.addresses), a_packet(256)) == Accepted(7)


async def test_a_packet_larger_than_any_of_the_run_is_declined_before_its_bytes_are_read() -> None:
    received, most = Received(), [256]
    alice = IrohCarrier(ALICE, LOOPBACK)
    bob = IrohCarrier(BOB, LOOPBACK, most_payload_bytes=lambda: most[0])
    await alice.open(Received())
    await bob.open(received)
    try:
        announced = MAGIC + (100).to_bytes(4, "big") + (257).to_bytes(8, "big")
        reply = await alice.send(at(BOB, bob.addresses), announced)
        assert isinstance(reply, Declined) and reply.code == "malformed" and received.packets == []
        assert await alice.send(at(BOB, bob.addresses), a_packet(256)) == Accepted(7)
        most[0] = 512  # of another run
        assert await alice.send(at(BOB, bob.addresses), a_packet(512)) == Accepted(7)
    finally:
        await alice.close()
        await bob.close()


async def test_who_is_expected_no_more_is_not_read_by_the_connection_that_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(iroh_carrier, "REPLY_SECONDS", 2.0)
    received, neighbours = Received(), {ALICE.node_id}

    async def is_expected(node: NodeId) -> bool:
        return node in neighbours

    alice, bob = IrohCarrier(ALICE, LOOPBACK), IrohCarrier(BOB, LOOPBACK, is_expected=is_expected)
    await alice.open(Received())
    await bob.open(received)
    try:
        assert await alice.send(at(BOB, bob.addresses), a_packet(256)) == Accepted(7)
        neighbours.clear()
        for _ in range(3):  # by each connection that it had, and by a new one
            with pytest.raises(PeerUnreachable):
                await alice.send(at(BOB, bob.addresses), a_packet(256))
        assert len(received.packets) == 1
        neighbours.add(ALICE.node_id)
        assert await alice.send(at(BOB, bob.addresses), a_packet(256)) == Accepted(7)
    finally:
        await alice.close()
        await bob.close()


async def test_a_reply_that_is_none_counts_as_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with two_ends(Received()) as (alice, bob):
        with monkeypatch.context() as patched:
            patched.setattr(iroh_carrier, "to_msgpack", lambda _reply: b"\xc1 no reply")
            with pytest.raises(PeerUnreachable, match="can't be read"):
                await alice.send(at(BOB, bob.addresses), a_packet(256))
        assert await alice.send(at(BOB, bob.addresses), a_packet(256)) == Accepted(7)


async def test_whoever_answers_at_the_address_of_another_is_not_taken_for_it() -> None:
    async with two_ends(received := Received()) as (alice, bob):
        with pytest.raises(PeerUnreachable):
            await alice.send(at(NodeKey(b"c" * 32), bob.addresses), a_packet(256))
    assert received.packets == []


@pytest.mark.parametrize("addresses", [(), ("no address",), ("127.0.0.1:99999",)], ids=["none", "words", "port"])
async def test_an_address_that_leads_nowhere_is_a_peer_out_of_reach(addresses: tuple[str, ...]) -> None:
    async with two_ends(Received()) as (alice, _bob):
        with pytest.raises(PeerUnreachable):
            await alice.send(at(BOB, addresses), a_packet(256))


async def test_dead_and_silent_peers_are_given_up_within_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iroh_carrier, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(iroh_carrier, "REPLY_SECONDS", 0.5)
    received = Received()
    received.silent = True
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dead:
        dead.bind(("127.0.0.1", 0))
        async with two_ends(received) as (alice, bob):
            for peer in (at(NodeKey(b"d" * 32), (f"127.0.0.1:{dead.getsockname()[1]}",)), at(BOB, bob.addresses)):
                began = time.monotonic()
                with pytest.raises(PeerUnreachable, match="in time"):
                    await alice.send(peer, a_packet(256))
                assert time.monotonic() - began < 3.0
            received.silent = False
            assert await alice.send(at(BOB, bob.addresses), a_packet(256)) == Accepted(7)


async def test_a_late_failure_on_an_old_connection_leaves_the_new_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iroh_carrier, "REPLY_SECONDS", 0.6)
    received = Received()
    async with two_ends(received) as (alice, bob):
        peer = at(BOB, bob.addresses)
        received.silent = True
        old = asyncio.create_task(alice.send(peer, a_packet(256)))
        async with asyncio.timeout(5):
            while not received.packets:
                await asyncio.sleep(0.01)
        received.silent = False
        alice.forget(BOB.node_id)
        assert await alice.send(peer, a_packet(256)) == Accepted(7)
        newer = alice._lines[BOB.node_id]
        with pytest.raises(PeerUnreachable):
            await old
        assert alice._lines[BOB.node_id] is newer
        assert await alice.send(peer, a_packet(256)) == Accepted(7)


CHILD = """
import asyncio
from engine.carriers.iroh_carrier import IrohCarrier
from protocol.keys import NodeKey
from protocol.packets import Declined

async def main():
    async def inbox(packet, sender):
        return Declined(str(len(packet)), sender)
    carrier = IrohCarrier(NodeKey(b"b" * 32), "127.0.0.1:0")
    await carrier.open(inbox)
    print(carrier.addresses[0], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def start_bob() -> tuple["subprocess.Popen[str]", PeerEntry]:
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    return child, at(BOB, (child.stdout.readline().strip(),))


def end(child: "subprocess.Popen[str]") -> None:
    child.kill()
    child.communicate()


async def test_a_process_that_died_is_missed_and_found_again_at_its_new_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iroh_carrier, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(iroh_carrier, "REPLY_SECONDS", 1.0)
    packet = a_packet(1 << 20)
    expected = Declined(str(len(packet)), ALICE.node_id)
    alice = IrohCarrier(ALICE, LOOPBACK)
    await alice.open(Received())
    child, bob = start_bob()
    try:
        assert await alice.send(bob, packet) == expected
        end(child)
        with pytest.raises(PeerUnreachable):
            await alice.send(bob, packet)
        child, moved = start_bob()
        assert moved.addresses != bob.addresses
        alice.forget(BOB.node_id)
        assert await alice.send(moved, packet) == expected
    finally:
        end(child)
        await alice.close()


async def test_a_quickened_writer_that_writes_something_else_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = iroh_ffi._UniffiRustBufferBuilder
    before = builder.write
    monkeypatch.setattr(builder, "write", before)
    monkeypatch.setattr(ctypes, "memmove", lambda *_: None)
    quicken_writer()
    assert builder.write is before
    monkeypatch.undo()
    quicken_writer()
    assert builder.write is not before
    assert iroh_writer._writes_faithfully(builder)


async def test_a_writer_of_unknown_build_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class NewBuilder:
        def discard(self) -> None: ...

        def write(self, value: bytes) -> None: ...

    before = NewBuilder.write
    monkeypatch.setattr(iroh_ffi, "_UniffiRustBufferBuilder", NewBuilder)
    quicken_writer()
    assert NewBuilder.write is before


async def test_a_packet_waiting_for_a_connection_that_is_given_up_is_told_so() -> None:
    """Else it would end as if cancelled, and its microbatch would never be sent again."""
    carrier = IrohCarrier(NodeKey.generate(), "127.0.0.1:0")
    stranger = PeerEntry(node=NodeKey.generate().node_id, addresses=("127.0.0.1:9",), rate=0.0)
    await carrier.open(accept_everything)
    try:
        waiting = asyncio.create_task(carrier.send(stranger, b"x"))
        async with asyncio.timeout(5):
            while stranger.node not in carrier._lines:
                await asyncio.sleep(0)
        carrier.forget(stranger.node)
        with pytest.raises(PeerUnreachable):
            await waiting
    finally:
        await carrier.close()


async def accept_everything(_packet: bytes, _sender: str | None) -> PacketReply:
    return Accepted()


def test_a_wildcard_socket_is_announced_by_addresses_that_can_be_dialled() -> None:
    announced = reachable(["[::]:600", "0.0.0.0:500"], "0.0.0.0:0")
    assert "127.0.0.1:500" in announced
    assert dialable(announced) == announced
    families = [read_socket(address).host.version for address in announced]
    assert families == sorted(families), "IPv4 first"


@pytest.mark.parametrize(
    ("asked", "bound", "announced"),
    [
        ("127.0.0.1:7", ["127.0.0.1:7", "[::1]:8"], ("127.0.0.1:7",)),
        ("[::1]:7", ["127.0.0.1:8", "[::1]:7"], ("[::1]:7",)),
        ("[::1]:7", ["0.0.0.0:8", "[::1]:7"], ("[::1]:7",)),
        ("192.0.2.7:7", ["192.0.2.7:7", "[::1]:8"], ("192.0.2.7:7",)),
    ],
)
def test_a_socket_that_nobody_asked_for_is_not_announced(
    asked: str, bound: list[str], announced: tuple[str, ...]
) -> None:
    assert reachable(bound, asked) == announced


def why_no_ipv6() -> str | None:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError as error:
        return f"This computer has no IPv6: {error}."
    return None


needs_ipv6 = pytest.mark.skipif(why_no_ipv6() is not None, reason=why_no_ipv6() or "")


@needs_ipv6
async def test_two_carriers_talk_over_ipv6() -> None:
    received, packet = Received(), a_packet(1 << 20)
    alice, bob = IrohCarrier(ALICE, "[::1]:0"), IrohCarrier(BOB, "[::1]:0")
    await alice.open(Received())
    await bob.open(received)
    try:
        (address,) = bob.addresses
        assert address.startswith("[::1]:") and dialable([address]) == (address,)
        assert await alice.send(at(BOB, bob.addresses), packet) == Accepted(7)
        paths = [str(path.remote_addr) for _, way in alice._lines[BOB.node_id].ways for path in way.paths()]
        assert paths and all(path.startswith("[::1]:") for path in paths)
    finally:
        await alice.close()
        await bob.close()
    assert received.packets == [(packet, ALICE.node_id)]


@needs_ipv6
@pytest.mark.parametrize("loopback", [LOOPBACK, "[::1]:0"], ids=["the IPv4 one works", "the IPv6 one works"])
@pytest.mark.parametrize("dead", ["silent", "no route"])
async def test_a_dead_address_of_the_other_family_delays_no_packet(loopback: str, dead: str) -> None:
    """All addresses are dialled at once: sooner than a peer that takes long is asked to dial too."""
    alice, bob, asked = IrohCarrier(ALICE, "0.0.0.0:0"), IrohCarrier(BOB, loopback), []

    async def ask_both(node: NodeId) -> None:
        asked.append(node)

    alice._ask_both = ask_both
    family, host, nowhere = (
        (socket.AF_INET6, "::1", "[2001:db8::1]:9")
        if loopback == LOOPBACK
        else (socket.AF_INET, "127.0.0.1", "192.0.2.1:9")
    )
    await alice.open(Received())
    await bob.open(Received())
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as silent:
            silent.bind((host, 0))
            other = nowhere if dead == "no route" else str(Socket(ip_address(host), silent.getsockname()[1]))
            began = time.monotonic()
            assert await alice.send(at(BOB, (other, *bob.addresses)), a_packet(256)) == Accepted(7)
            assert time.monotonic() - began < iroh_carrier.ASK_BOTH_SECONDS and not asked
    finally:
        await alice.close()
        await bob.close()


@needs_ipv6
async def test_an_address_of_this_computer_alone_opens_nothing_to_the_world() -> None:
    """The binding opens a socket of its own to everybody for a family that it is not told of."""
    carrier = IrohCarrier(ALICE, LOOPBACK)
    await carrier.open(Received())
    try:
        assert all(read_socket(bound).host.is_loopback for bound in carrier._endpoint.bound_sockets())
    finally:
        await carrier.close()


@pytest.mark.parametrize("address", ["localhost:0", "::1:0", "192.0.2.1:0"])
async def test_an_address_that_can_not_be_bound_is_told_in_words(address: str) -> None:
    with pytest.raises(LocalError, match="No connection can be opened"):
        await IrohCarrier(ALICE, address).open(Received())


async def test_whom_a_peer_has_called_it_can_answer_by_the_same_connection() -> None:
    received = Received()
    alice, bob = IrohCarrier(ALICE, LOOPBACK), IrohCarrier(BOB, LOOPBACK)
    await alice.open(received)
    await bob.open(Received())
    try:
        assert await alice.send(at(BOB, bob.addresses), a_packet(256)) == Accepted(7)
        assert await bob.send(at(ALICE, ("127.0.0.1:9",)), a_packet(512)) == Accepted(7)
        assert [sender for _, sender in received.packets] == [BOB.node_id]
    finally:
        await alice.close()
        await bob.close()


async def test_a_peer_out_of_reach_is_asked_to_dial_too_and_its_call_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iroh_carrier, "ASK_BOTH_SECONDS", 0.05)
    received, asked = Received(), asyncio.Event()

    async def ask_both(node: NodeId) -> None:
        assert node == BOB.node_id
        asked.set()

    alice, bob = IrohCarrier(ALICE, LOOPBACK, ask_both), IrohCarrier(BOB, LOOPBACK)
    await alice.open(Received())
    await bob.open(received)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dead:
            dead.bind(("127.0.0.1", 0))
            nowhere = (f"127.0.0.1:{dead.getsockname()[1]}",)
            sending = asyncio.create_task(alice.send(at(BOB, nowhere), a_packet(256)))
            async with asyncio.timeout(5):
                await asked.wait()
            bob.dial(at(ALICE, alice.addresses))
            assert await sending == Accepted(7)
        assert len(received.packets) == 1
    finally:
        await alice.close()
        await bob.close()


@dataclass
class SlowConnection:
    """Its counters go up by so much at each look."""

    sent_bytes: int
    answers: int
    looks: int = 0

    def stats(self) -> SimpleNamespace:
        self.looks += 1
        return SimpleNamespace(udp_tx_bytes=self.looks * self.sent_bytes, udp_rx_datagrams=self.looks * self.answers)


@pytest.mark.parametrize(("sent_bytes", "answers", "waits"), [(100_000, 5, True), (100_000, 0, False), (100, 5, False)])
async def test_a_packet_is_waited_for_as_long_as_its_line_moves(
    sent_bytes: int, answers: int, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(iroh_carrier, "REPLY_SECONDS", 0.02)
    connection, late = SlowConnection(sent_bytes, answers), asyncio.Event()

    async def exchange() -> PacketReply:
        await late.wait()
        return Accepted(1)

    async def arrive() -> None:
        while connection.looks < 8:
            await asyncio.sleep(0.01)
        late.set()

    arriving = asyncio.create_task(arrive())
    if waits:
        assert await iroh_carrier._while_it_moves(connection, exchange()) == Accepted(1)
    else:
        with pytest.raises(TimeoutError):
            await iroh_carrier._while_it_moves(connection, exchange())
    arriving.cancel()
