"""The rendezvous: who was seen where, and two miners that are told to dial each other."""

import asyncio
import socket
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from engine.carriers.base import PeerUnreachable
from engine.carriers.iroh_carrier import IrohCarrier
from engine.carriers.rendezvous import _resolved
from protocol import orchestrator_api as api
from protocol.keys import NodeId, NodeKey
from protocol.miner_events import PeerEntry
from protocol.packets import Accepted, PacketReply
from protocol.sockets import Socket, read_socket
from subnet.orchestrator.miners.meetings import WISH_MS, WISHES_LIMIT, Meetings
from subnet.orchestrator.miners.rendezvous import Rendezvous

HOME, OUTSIDE = "192.168.1.2:4433", "203.0.113.9:50000"


def entry(*addresses: str) -> PeerEntry:
    return PeerEntry(node="a" * 64, addresses=addresses, rate=1.0)


def test_a_miner_seen_from_outside_is_announced_there_too() -> None:
    meetings = Meetings()
    assert meetings.seen("a" * 64, OUTSIDE) and not meetings.seen("a" * 64, OUTSIDE)
    assert meetings.entry(entry(HOME)).addresses == (HOME, OUTSIDE)
    assert meetings.entry(entry(OUTSIDE)).addresses == (OUTSIDE,)
    assert meetings.entry(entry()).addresses == (), "who tells no address wants none told"
    meetings.gone("a" * 64)
    assert meetings.entry(entry(HOME)).addresses == (HOME,)


def test_a_wish_is_for_both_and_lapses() -> None:
    meetings = Meetings()
    assert meetings.wish("a", "b", 0)
    assert (meetings.to_dial("a", 0), meetings.to_dial("b", 0)) == ((("b",), 1), (("a",), 1))
    assert meetings.wish("a", "b", 10)
    assert meetings.to_dial("b", 10) == (("a",), 2), "asked again, told again"
    assert meetings.to_dial("a", 10 + WISH_MS)[0] == ()


def test_nobody_is_made_to_dial_without_limit() -> None:
    meetings = Meetings()
    assert all(meetings.wish("a", f"peer {number}", 0) for number in range(WISHES_LIMIT))
    assert not meetings.wish("one more", "a", 0)
    assert meetings.to_dial("one more", 0)[0] == ()
    assert meetings.wish("one more", "a", WISH_MS)


async def test_two_miners_that_can_not_reach_each_other_are_told_of_each_other(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    net.orchestrator.meetings.seen(bob.node, OUTSIDE)
    assert "peers_to_dial" not in await alice.events()
    await alice.call(api.DIAL_PATH, api.DialRequest(peer=bob.node))
    (told,) = (await alice.events())["peers_to_dial"].peers
    assert (told.node, told.addresses) == (bob.node, ("127.0.0.1:4433", OUTSIDE))
    assert [peer.node for peer in (await bob.events())["peers_to_dial"].peers] == [alice.node]


async def test_only_miners_of_the_same_run_are_introduced(net: Any, small_run: Any, error_of: Any) -> None:
    alice, _bob = await net.staffed(small_run(), "Alice", "Bob")
    for stranger in (NodeKey.generate().node_id, "nonsense", alice.node):
        assert error_of(await alice.post(api.DIAL_PATH, api.DialRequest(peer=stranger)))[0] == 404
    assert "peers_to_dial" not in await alice.events()


def skip_without(host: str) -> None:
    """Of a family that this computer hasn't."""
    try:
        socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        pytest.skip(f"This computer can't listen on {host}: {error}.")


async def test_a_rendezvous_for_everybody_has_one_port_for_both_families(tmp_path: Path) -> None:
    skip_without("::")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        probe.bind(("::", 0))
        port = probe.getsockname()[1]
    rendezvous = await Rendezvous.open(tmp_path, "::", port)
    ports = [read_socket(bound).port for bound in rendezvous._endpoint.bound_sockets()]
    await rendezvous.close()
    assert ports == [port, port] and rendezvous.announced.port == port


async def test_where_a_network_is_at_home_in_both_families_ipv4_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "example": [(socket.AF_INET6, "2001:db8::7"), (socket.AF_INET, "192.0.2.7"), (socket.AF_INET, "192.0.2.8")]
    }

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        return [(family, socket.SOCK_DGRAM, 17, "", (address, port)) for family, address in answers.get(host, [])]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    assert await _resolved("example", 9) == [("192.0.2.7:9", "192.0.2.8:9"), ("[2001:db8::7]:9",)]
    with pytest.raises(PeerUnreachable, match="no address"):
        await _resolved("nowhere", 9)


async def take(_packet: bytes, _sender: NodeId | None) -> PacketReply:
    return Accepted()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_the_rendezvous_sees_registered_miners_and_lets_others_go(tmp_path: Path, host: str) -> None:
    skip_without(host)
    known, stranger = NodeKey.generate(), NodeKey.generate()
    asked: asyncio.Queue[NodeId] = asyncio.Queue()

    async def moved(node: NodeId) -> bool:
        asked.put_nowait(node)
        return node == known.node_id

    rendezvous = await Rendezvous.open(tmp_path, host, 0)
    serving = asyncio.create_task(rendezvous.serve(moved))
    inside = str(Socket(ip_address(host), 0))
    miner, other = IrohCarrier(known, inside), IrohCarrier(stranger, inside)
    place = (str(Socket(ip_address(host), rendezvous.announced.port)),)
    try:
        for carrier in (miner, other):
            await carrier.open(take)
        meeting = asyncio.create_task(miner.meet(rendezvous.announced.node, place))
        async with asyncio.timeout(10):
            assert [await asked.get(), await asked.get()] == [known.node_id] * 2, "seen, and its neighbours told"
        seen = rendezvous.meetings.entry(PeerEntry(node=known.node_id, addresses=("10.0.0.1:1",), rate=0.0))
        told, outside = seen.addresses
        # Both ends listen on either family's loopback, and the quicker way becomes the connection's.
        assert told == "10.0.0.1:1" and (outside in miner.addresses or read_socket(outside).host.is_loopback)
        with pytest.raises(PeerUnreachable, match="has gone"):
            await other.meet(rendezvous.announced.node, place)
        assert not meeting.done()
        meeting.cancel()
    finally:
        await miner.close()
        await other.close()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await rendezvous.close()


async def test_the_rendezvous_keeps_its_name_over_a_restart_and_finds_another_port_if_need_be(tmp_path: Path) -> None:
    first = await Rendezvous.open(tmp_path, "127.0.0.1", 0)
    second = await Rendezvous.open(tmp_path, "127.0.0.1", first.announced.port)
    assert second.announced.node == first.announced.node
    assert second.announced.port != first.announced.port
    await first.close()
    await second.close()
