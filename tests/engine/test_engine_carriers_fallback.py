"""When there is no direct way: carriers in their order, and the object store as the last of them."""

import asyncio
from itertools import pairwise
from typing import Any, cast

import httpx
import pytest

from chain.keys import Keypair, KeySigner
from engine.carriers.base import Fallback, PeerUnreachable
from engine.carriers.memory import MemoryCarrier, MemoryNetwork
from engine.carriers.shunned import FIRST_SECONDS, LONGEST_SECONDS, ShunnedWays
from engine.carriers.store_carrier import StoreCarrier
from engine.network.orchestrator_client import OrchestratorClient
from engine.network.silence import Silence, Silenced
from protocol.errors import IntegrityError, Unavailable
from protocol.hashes import hash_bytes
from protocol.keys import NodeId, NodeKey
from protocol.merges import ObjectRef
from protocol.miner_events import PacketParked, PeerEntry
from protocol.orchestrator_api import PARKED_PATH, ParkPacket, StoreGrants
from protocol.packets import Accepted, Busy, PacketReply
from protocol.wire import to_json

ALICE, BOB = NodeKey(b"a" * 32), NodeKey(b"b" * 32)


def at(key: NodeKey, addresses: tuple[str, ...]) -> PeerEntry:
    return PeerEntry(node=key.node_id, addresses=addresses, rate=0.0)


class Received:
    """An inbox that keeps what came and answers with `reply`."""

    def __init__(self, reply: PacketReply | None = None) -> None:
        self.packets: list[tuple[bytes, NodeId | None]] = []
        self.reply = reply or Accepted(7)

    async def __call__(self, packet: bytes, sender: NodeId | None) -> PacketReply:
        self.packets.append((packet, sender))
        return self.reply


async def test_carriers_are_tried_in_order_and_the_first_that_gets_through_counts() -> None:
    direct, detour, received = MemoryNetwork(), MemoryNetwork(), (Received(Busy(0.5)), Received())
    sender = Fallback((MemoryCarrier(direct, ALICE.node_id), MemoryCarrier(detour, ALICE.node_id)))
    await MemoryCarrier(direct, BOB.node_id).open(received[0])
    await MemoryCarrier(detour, BOB.node_id).open(received[1])
    bob = at(BOB, ("memory",))
    assert await sender.send(bob, b"first") == Busy(0.5), "a refusal is an answer and no reason for a detour"
    direct.broken = lambda _sender, _receiver: True
    assert await sender.send(bob, b"second") == Accepted(7)
    assert [inbox.packets[-1][0] for inbox in received] == [b"first", b"second"]
    detour.broken = direct.broken
    with pytest.raises(PeerUnreachable, match="gone"):
        await sender.send(bob, b"third")
    with pytest.raises(PeerUnreachable, match="no way"):
        await Fallback(()).send(bob, b"fourth")


async def test_a_way_that_failed_is_tried_last_for_a_while_and_at_once_at_a_new_address() -> None:
    direct, detour, now = MemoryNetwork(), MemoryNetwork(), [0.0]
    direct_carrier, detour_carrier = MemoryCarrier(direct, ALICE.node_id), MemoryCarrier(detour, ALICE.node_id)
    detour_carrier.name = "detour"
    sender = Fallback((direct_carrier, detour_carrier), clock=lambda: now[0])
    await MemoryCarrier(direct, BOB.node_id).open(Received())
    await MemoryCarrier(detour, BOB.node_id).open(Received())
    attempts: list[float] = []

    def dead(_sender: NodeId, _receiver: NodeId) -> bool:
        attempts.append(now[0])
        return True

    direct.broken = dead
    for now[0] in (0.0, 1.0, FIRST_SECONDS - 1, FIRST_SECONDS + 1):
        assert await sender.send(at(BOB, ("old",)), b"packet") == Accepted(7)
    assert attempts == [0.0, FIRST_SECONDS + 1]
    assert await sender.send(at(BOB, ("new",)), b"packet") == Accepted(7)
    assert len(attempts) == 3
    sender.forget(BOB.node_id)
    direct.broken = lambda _sender, _receiver: False
    sent = direct.bytes_sent
    assert await sender.send(at(BOB, ("old",)), b"packet") == Accepted(7)
    assert direct.bytes_sent > sent


async def test_a_way_that_stays_dead_is_tried_by_one_packet_at_a_time_and_ever_more_rarely() -> None:
    direct, detour, now = MemoryNetwork(), MemoryNetwork(), [0.0]
    ways = (MemoryCarrier(direct, ALICE.node_id), MemoryCarrier(detour, ALICE.node_id))
    ways[1].name = "detour"
    sender, bob = Fallback(ways, clock=lambda: now[0]), at(BOB, ("memory",))
    for network in (direct, detour):
        await MemoryCarrier(network, BOB.node_id).open(Received())
    attempts: list[float] = []

    def dead(_sender: NodeId, _receiver: NodeId) -> bool:
        attempts.append(now[0])
        return True

    direct.broken = dead
    while now[0] < 5000:
        await asyncio.gather(*(sender.send(bob, b"packet") for _ in range(2)))
        now[0] += 1.0
    assert attempts[:4] == [0.0, 20.0, 60.0, 140.0], "together they failed, so only the first of two tries again"
    pauses = [after - before for before, after in pairwise(attempts)]
    assert pauses[-1] == LONGEST_SECONDS


async def test_a_packet_that_comes_in_shows_that_its_way_works_again() -> None:
    direct, detour = MemoryNetwork(), MemoryNetwork()
    alices = (MemoryCarrier(direct, ALICE.node_id), MemoryCarrier(detour, ALICE.node_id))
    alices[1].name = "detour"
    alice, bob = Fallback(alices), MemoryCarrier(direct, BOB.node_id)
    await alice.open(Received())
    await bob.open(Received())
    await MemoryCarrier(detour, BOB.node_id).open(Received())
    direct.broken = lambda _sender, _receiver: True
    await alice.send(at(BOB, ("memory",)), b"packet")
    direct.broken = lambda _sender, _receiver: False
    sent = direct.bytes_sent
    await alice.send(at(BOB, ("memory",)), b"packet")
    assert direct.bytes_sent == sent, "it failed just now"
    await bob.send(at(ALICE, ("memory",)), b"here I am")
    sent = direct.bytes_sent
    await alice.send(at(BOB, ("memory",)), b"packet")
    assert direct.bytes_sent > sent


def test_packets_that_fail_together_count_as_one_failure_and_one_success_forgets_all() -> None:
    shunned, bob = ShunnedWays(), at(BOB, ("memory",))
    for _ in range(5):
        shunned.failed("direct", bob, 0.0)
    assert shunned.is_shunned("direct", bob, FIRST_SECONDS - 1)
    assert not shunned.is_shunned("direct", bob, FIRST_SECONDS)
    shunned.tried("direct", bob, FIRST_SECONDS)
    assert shunned.is_shunned("direct", bob, FIRST_SECONDS), "one packet is enough to find out"
    shunned.failed("direct", bob, 25.0)
    assert shunned.is_shunned("direct", bob, 25.0 + 2 * FIRST_SECONDS - 1)
    assert not shunned.is_shunned("direct", at(BOB, ("elsewhere",)), 25.0)
    assert not shunned.is_shunned("detour", bob, 25.0)
    shunned.works("direct", BOB.node_id)
    assert not shunned.is_shunned("direct", bob, 25.0)


async def test_whether_the_peer_itself_replies_depends_on_the_way_that_is_open() -> None:
    network, client = MemoryNetwork(), cast(OrchestratorClient, cast(Any, FakeStore()))
    sender, bob = Fallback((MemoryCarrier(network, ALICE.node_id), StoreCarrier(ALICE.node_id, client))), at(BOB, ())
    assert sender.answers(bob)
    await sender.send(bob, b"packet")
    assert not sender.answers(bob), "nobody is there by the direct way, so the packet lies in the store"
    assert not Fallback(()).answers(bob)


class FakeStore:
    """The part of OrchestratorClient that a store carrier uses."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parked: list[ParkPacket] = []
        self.down = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = 0

    async def put_object(self, key: str, data: bytes, kind: str = "merge") -> None:
        if self.down:
            raise Unavailable("The network does not answer.")
        self.objects[key] = data

    async def park(self, request: ParkPacket) -> None:
        self.parked.append(request)

    async def get_object(self, ref: ObjectRef) -> bytes:
        self.waiting += 1
        await self.gate.wait()
        data = self.objects[ref.key]
        if hash_bytes(data) != ref.hash:
            raise IntegrityError("The object does not match its hash.")
        return data


async def test_a_packet_left_in_the_store_is_fetched_once_its_receiver_is_told() -> None:
    store, received = FakeStore(), Received()
    client = cast(OrchestratorClient, cast(Any, store))
    alice, bob = StoreCarrier(ALICE.node_id, client), StoreCarrier(BOB.node_id, client)
    await bob.open(received)
    assert await alice.send(at(BOB, ()), b"packet") == Accepted()
    (told,) = store.parked
    assert told.receiver == BOB.node_id and told.size_bytes == 6
    event = PacketParked(key=told.key, hash=told.hash, size_bytes=told.size_bytes, sender=ALICE.node_id)
    await bob.unparked(event)
    assert received.packets == [(b"packet", None)], "the store vouches for nobody"
    store.objects[told.key] = b"forged"
    await bob.unparked(event)
    await bob.unparked(PacketParked(key=told.key, hash=told.hash, size_bytes=1 << 40, sender=ALICE.node_id))
    assert len(received.packets) == 1
    store.down = True
    with pytest.raises(PeerUnreachable):
        await alice.send(at(BOB, ()), b"packet")


async def test_a_packet_that_goes_by_the_store_counts_once_as_what_it_is() -> None:
    """The stage that made it has counted it already."""

    async def answer(request: httpx.Request) -> httpx.Response:
        await request.aread()
        if request.method == "PUT" or request.url.path == PARKED_PATH:
            return httpx.Response(204)
        return httpx.Response(200, content=to_json(StoreGrants(urls=("/store/k",), expires_unix_ms=0)))

    client = OrchestratorClient("http://network", KeySigner(Keypair.generate()), httpx.MockTransport(answer))
    await StoreCarrier(ALICE.node_id, client).send(at(BOB, ()), b"x" * 50_000)
    assert 0 < sum(client.bytes_sent.values()) < 5_000, "what was asked and told about it"
    await client.close()


async def test_a_pause_is_held_against_no_peer_and_against_no_way() -> None:
    silence = Silence()

    class PausedStore(FakeStore):
        async def put_object(self, key: str, data: bytes, kind: str = "merge") -> None:
            silence.check()
            await super().put_object(key, data, kind)

        async def get_object(self, ref: ObjectRef) -> bytes:
            silence.check()
            return await super().get_object(ref)

    store, received = PausedStore(), Received()
    alice = StoreCarrier(ALICE.node_id, cast(OrchestratorClient, cast(Any, store)))
    sender = Fallback((alice,))
    await sender.open(received)
    silence.begin()
    with pytest.raises(Silenced):
        await sender.send(at(BOB, ()), b"packet")
    assert sender.costs == {}
    silence.end()
    await sender.send(at(BOB, ()), b"packet")
    (told,) = store.parked
    silence.begin()
    alice.notice(PacketParked(key=told.key, hash=told.hash, size_bytes=6, sender=BOB.node_id))
    for _ in range(50):
        await asyncio.sleep(0)
    assert received.packets == []
    silence.end()
    async with asyncio.timeout(5):
        while not received.packets:
            await asyncio.sleep(0)
    await alice.close()


async def test_what_lies_in_the_store_takes_as_long_to_its_peer_as_ones_own_packets_take_from_there() -> None:
    now = [0.0]

    class SlowStore(FakeStore):
        async def get_object(self, ref: ObjectRef) -> bytes:
            now[0] += 0.3
            return await super().get_object(ref)

    client = cast(OrchestratorClient, cast(Any, SlowStore()))
    alice, bob = StoreCarrier(ALICE.node_id, client, lambda: now[0]), at(BOB, ())
    sender = Fallback((MemoryCarrier(MemoryNetwork(), ALICE.node_id), alice))
    await sender.open(Received())
    await sender.send(bob, b"packet")
    assert sender.onward_seconds(bob, 6) == 0.0, "nothing is known yet"
    await alice.send(at(ALICE, ()), b"packet")
    told = cast(Any, client).parked[-1]
    await alice.unparked(PacketParked(key=told.key, hash=told.hash, size_bytes=6, sender=BOB.node_id))
    assert sender.onward_seconds(bob, 6) == pytest.approx(0.3)
    direct = MemoryCarrier(network := MemoryNetwork(), ALICE.node_id)
    await MemoryCarrier(network, BOB.node_id).open(Received())
    straight = Fallback((direct, alice))
    await straight.send(bob, b"packet")
    assert straight.onward_seconds(bob, 6) == 0.0, "it is there already"


async def test_parked_packets_are_fetched_side_by_side_and_each_but_once() -> None:
    store, received = FakeStore(), Received()
    client = cast(OrchestratorClient, cast(Any, store))
    alice, bob = StoreCarrier(ALICE.node_id, client), StoreCarrier(BOB.node_id, client)
    await bob.open(received)
    for packet in (b"first", b"second"):
        await alice.send(at(BOB, ()), packet)
    events = [
        PacketParked(key=told.key, hash=told.hash, size_bytes=told.size_bytes, sender=ALICE.node_id)
        for told in store.parked
    ]
    store.gate.clear()
    for event in (*events, *events):
        bob.notice(event)
    async with asyncio.timeout(5):
        while store.waiting < 2:
            await asyncio.sleep(0)
        store.gate.set()
        while len(received.packets) < 2:
            await asyncio.sleep(0)
    assert sorted(packet for packet, _ in received.packets) == [b"first", b"second"]
    store.gate.clear()
    bob.notice(events[0])
    await bob.close()
    assert len(received.packets) == 2


async def test_each_way_to_a_peer_has_a_cost_of_its_own() -> None:
    direct, detour, now = MemoryNetwork(), MemoryNetwork(), [0.0]
    ways = (MemoryCarrier(direct, ALICE.node_id), MemoryCarrier(detour, ALICE.node_id))
    ways[1].name = "detour"
    sender = Fallback(ways, clock=lambda: now[0])

    async def take(packet: bytes, sender: NodeId | None) -> PacketReply:
        now[0] += len(packet) / 1000
        return Accepted()

    for network in (direct, detour):
        await MemoryCarrier(network, BOB.node_id).open(take)
    bob = at(BOB, ("memory",))
    await sender.send(bob, b"x" * 100)
    direct.broken = lambda _sender, _receiver: True
    await sender.send(bob, b"x" * 500)
    assert {name: round(cost.mean_seconds, 3) for (name, _), cost in sender.costs.items()} == {
        "memory": 0.1,
        "detour": 0.5,
    }
    sender.forget(BOB.node_id)
    assert sender.costs == {}
