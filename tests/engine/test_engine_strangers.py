"""A stage among nodes that want its work to go astray: those that no table names, and neighbours that lie."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from engine.carriers.base import PeerUnreachable
from engine.pipeline import gradients, memory_of_microbatches
from engine.pipeline.gradients import GradientGone
from engine.pipeline.passage import Passage
from engine.pipeline.token_files import TokenFiles
from engine.shard.step import MOST_TIMES_OWN, clip_scale
from protocol.hashes import hash_parts
from protocol.keys import NodeId, NodeKey
from protocol.miner_events import PeerEntry
from protocol.packets import (
    Accepted,
    Busy,
    Declined,
    Packet,
    PacketKind,
    PacketReply,
    decode_packet,
    encode_packet,
)
from protocol.receipts import Direction, Receipt, StepCommitment
from protocol.runs import CodecSpec, LadderSpec, RungSpec, RunSpec
from tests.engine.small_swarm import TEXT, Node, lines, make_swarm, set_tables, small_run, train

STRANGER = NodeKey(bytes([99]) * 32)
INT8 = CodecSpec("int8", 8)
Seen = Callable[[Packet], Awaitable[None]]


def overheard(node: Node, network_inboxes: dict[NodeId, Callable[..., Awaitable[PacketReply]]], seen: Seen) -> None:
    """Have `seen` hear of every packet once `node` has taken it."""
    inbox = network_inboxes[node.key.node_id]

    async def tapped(data: bytes, sender: NodeId | None) -> PacketReply:
        reply = await inbox(data, sender)
        await seen(decode_packet(data))
        return reply

    network_inboxes[node.key.node_id] = tapped


def in_the_name_of(key: NodeKey, packet: Packet) -> bytes:
    return encode_packet(key, msgspec.structs.replace(packet.header, sender=key.node_id), packet.payload)


def junk_gradient(packet: Packet, receiver: Node) -> bytes:
    """For the forward packet that `receiver` has just sent: its own latent, as if that were the gradient."""
    sections = tuple(section for section in packet.header.sections if section.name != "tokens")
    payload = packet.payload[-sum(section.wire_bytes for section in sections) :]
    header = msgspec.structs.replace(
        packet.header,
        kind=PacketKind.BACKWARD,
        sender=STRANGER.node_id,
        receiver=receiver.key.node_id,
        from_stage=packet.header.to_stage,
        to_stage=packet.header.from_stage,
        sections=sections,
        payload_hash=hash_parts((payload,)),
        norm_shares=(),
    )
    return encode_packet(STRANGER, header, payload)


async def test_a_strangers_copy_of_a_packet_takes_no_gradient_away(tmp_path: Path) -> None:
    run = small_run(3, INT8, 6)
    network, nodes = await make_swarm(run, [0, 1, 2], tmp_path)
    replies: list[PacketReply] = []

    async def repeat(packet: Packet) -> None:
        if packet.header.kind is PacketKind.FORWARD:
            for vouched_for in (STRANGER.node_id, None):  # straight, and by the store
                replies.append(await nodes[2].stage.receive(in_the_name_of(STRANGER, packet), vouched_for))

    overheard(nodes[2], network.inboxes, repeat)
    await train(run, nodes[0], range(6))
    for node in nodes:
        await node.close()
    assert len(replies) == 12 and all(isinstance(reply, Busy) for reply in replies)
    assert nodes[0].trained.total() == 6


async def test_a_strangers_gradient_is_not_trained_on(tmp_path: Path) -> None:
    run = small_run(2, INT8, 6)
    network, nodes = await make_swarm(run, [0, 1], tmp_path)
    first, last = nodes
    replies: list[PacketReply] = []

    async def answer_first(packet: Packet) -> None:
        if packet.header.kind is PacketKind.FORWARD:
            replies.append(await first.stage.receive(junk_gradient(packet, first), None))

    overheard(last, network.inboxes, answer_first)
    await train(run, first, range(6))
    for node in nodes:
        await node.close()
    assert len(replies) == 6 and not any(isinstance(reply, Accepted) for reply in replies)
    named = {one.downstream for one in lines(first) if isinstance(one, Receipt) and one.direction is Direction.BACKWARD}
    assert named == {last.key.node_id}


async def test_who_is_in_no_table_is_not_even_read(tmp_path: Path) -> None:
    run = small_run(2, INT8, 1)
    _, nodes = await make_swarm(run, [0, 1], tmp_path)
    assert isinstance(await nodes[1].stage.receive(b"anything", STRANGER.node_id), Busy)
    assert isinstance(await nodes[1].stage.receive(b"anything", nodes[0].key.node_id), Declined)
    for node in nodes:
        await node.close()


async def test_a_neighbour_that_repeats_others_packets_takes_no_gradient_away(tmp_path: Path) -> None:
    """It may be an honest successor of a peer that died, so it gets the gradient too; the first one does as well."""
    run = small_run(2, INT8, 8)
    network, nodes = await make_swarm(run, [0, 0, 1], tmp_path)
    honest, thief, last = nodes

    async def repeat(packet: Packet) -> None:
        if packet.header.kind is PacketKind.FORWARD:
            await last.stage.receive(in_the_name_of(thief.key, packet), thief.key.node_id)

    overheard(last, network.inboxes, repeat)
    await train(run, honest, range(8))
    for node in nodes:
        await node.close()
    assert honest.trained.total() == 8 and not thief.trained


async def test_a_norm_that_is_a_lie_does_not_stop_the_other_stages(tmp_path: Path) -> None:
    run = small_run(3, INT8, 10)
    _, nodes = await make_swarm(run, [0, 1, 2], tmp_path)
    setattr(nodes[2].trainer, "norm_shares", lambda: (-1.0, -1.0, 1.7e308))  # noqa: B010 - a lying miner's
    await train(run, nodes[0], range(10))
    for node in nodes:
        await node.close()
    for node in nodes[:2]:
        scales = [line.clip_scale for line in lines(node) if isinstance(line, StepCommitment)]
        assert min(scales) > 1e-3


@pytest.mark.parametrize("own", [1e-30, 1e-4, 1.0, 1e6])
def test_others_shrink_a_step_by_a_hundred_and_some_at_most(own: float) -> None:
    alone = clip_scale(own, (), 1.0)
    lied_to = clip_scale(own, (1.7e308, 1.7e308), 1.0)
    assert alone / lied_to <= (1 + 2 * MOST_TIMES_OWN) ** 0.5 * 1.001


# ── gradients that were kept ─────────────────────────────────────────────────────────────────────────────────────────


def ladder_run() -> RunSpec:
    """Three stages between which 16 features may cross, or 4."""
    wide, thin = (RungSpec(16, CodecSpec("grid", 6), CodecSpec("grid", 6)), RungSpec(4, *[CodecSpec("grid", 4)] * 2))
    run = small_run(3, CodecSpec(), 40)
    model = msgspec.structs.replace(run.model, bottleneck_width=16)
    return msgspec.structs.replace(run, model=model, ladder=LadderSpec((wide, thin)))


def fed(run: RunSpec, node: Node, microbatch: int, lease_id: int = 1) -> None:
    tokens = TokenFiles(run, TEXT, TEXT[:512]).parcel(PacketKind.FORWARD, microbatch)
    assert node.stage.feed(PacketKind.FORWARD, microbatch, lease_id, tokens)


async def until_trained(node: Node, microbatch: int) -> None:
    async with asyncio.timeout(30):
        while not node.trained[microbatch]:
            node.came_home.clear()
            await node.came_home.wait()


@pytest.mark.parametrize("rungs", [(0, 1), (1, 0), (0, 0)], ids=["wide, then thin", "thin, then wide", "both wide"])
async def test_a_gradient_kept_for_a_dead_peer_serves_its_successor_on_any_rung(
    tmp_path: Path, rungs: tuple[int, int]
) -> None:
    run = ladder_run()
    network, nodes = await make_swarm(run, [0, 1, 1, 2], tmp_path)
    first, dying, successor, last = nodes
    dying.trainer.rung, successor.trainer.rung = rungs
    gone, next_one = dying.key.node_id, successor.key.node_id
    network.broken = lambda sender, receiver: receiver == next_one or (sender, receiver) == (last.key.node_id, gone)
    fed(run, first, 0)
    await until_trained(last, 0)
    network.broken = lambda sender, receiver: gone in (sender, receiver)
    set_tables(run, [first, successor, last])
    await until_trained(first, 0)
    for node in nodes:
        await node.close()
    assert not successor.failures and last.trained[0] == 1


async def test_a_gradient_that_nobody_kept_ends_its_microbatch_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that was down while the next stage's only miner finished more than it keeps."""
    monkeypatch.setattr(memory_of_microbatches, "KEPT_GRADIENTS", 2)
    run = small_run(2, INT8, 400)
    network, nodes = await make_swarm(run, [0, 0, 1], tmp_path)
    away, other, last = nodes
    network.broken = lambda _sender, receiver: receiver == away.key.node_id
    fed(run, away, 399, lease_id=2)
    await until_trained(last, 399)
    network.broken = lambda sender, receiver: away.key.node_id in (sender, receiver)
    await train(run, other, range(5))
    await last.stage.until_idle()
    set_tables(run, [away, other])
    network.broken = lambda _sender, _receiver: False
    set_tables(run, nodes)
    async with asyncio.timeout(40):
        while not away.failures:
            await away.stage.peers.changed(timeout_seconds=0.05)
    assert isinstance(away.failures[0], GradientGone) and not away.stage.passages
    assert last.trained[399] == 1
    for node in nodes:
        await node.close()


async def test_passes_that_owe_a_gradient_are_held_in_bounded_number(tmp_path: Path) -> None:
    """The last stage takes packets and gives nothing back; at some time the inner one refuses more."""
    run = small_run(3, INT8, 400)
    network, nodes = await make_swarm(run, [0, 1, 2], tmp_path)
    first, inner, last = nodes
    network.broken = lambda sender, _receiver: sender == last.key.node_id
    for microbatch in range(200):
        fed(run, first, microbatch)
    async with asyncio.timeout(60):
        while not inner.stage._inbox.is_full or len(last.trained) < len(inner.stage.passages):
            await inner.stage.peers.changed(timeout_seconds=0.05)
    held = len(inner.stage.passages)
    assert 16 <= held <= 64
    network.broken = lambda _sender, _receiver: False
    for node in nodes:
        await node.close()


class ThinUplink:
    """A carrier that takes packets and brings none of them anywhere until `clear`."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []
        self.clear = asyncio.Event()

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        self.waiting.append(packet)
        await self.clear.wait()
        raise PeerUnreachable("The line was too thin.")


async def test_a_neighbour_that_asks_again_and_again_has_one_gradient_on_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradients, "GRADIENT_TRIES", 1)
    run = small_run(2, INT8, 8)
    network, (first, other, last) = await make_swarm(run, [0, 0, 1], tmp_path)
    packets: list[Packet] = []

    async def keep(packet: Packet) -> None:
        packets.append(packet)

    overheard(last, network.inboxes, keep)
    await train(run, first, range(1))
    forward = next(packet for packet in packets if packet.header.kind is PacketKind.FORWARD)
    uplink = ThinUplink()
    monkeypatch.setattr(last.carrier, "send", uplink.send)
    question = first.stage._outbox.question(Passage(PacketKind.FORWARD, 0, 1, 0.0, None), last.key.node_id)

    async def ask_on() -> None:
        for _ in range(20):
            await last.stage.receive(question, first.key.node_id)
            for node in (first, other):  # who feeds the same in a dead one's place may repeat it
                await last.stage.receive(in_the_name_of(node.key, forward), node.key.node_id)
            await asyncio.sleep(0)

    await ask_on()
    assert len(uplink.waiting) == 2, "one for each"
    uplink.clear.set()
    await last.stage.until_idle()
    uplink.clear.clear()
    await ask_on()
    assert len(uplink.waiting) == 4, "what did not arrive may be asked for again"
    for node in (first, other, last):
        await node.close()


async def test_a_neighbour_that_asks_after_everything_at_once_waits_for_most_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradients, "REPEATS_AT_ONCE", 2)
    run = small_run(2, INT8, 8)
    _, (first, last) = await make_swarm(run, [0, 1], tmp_path)
    await train(run, first, range(6))
    uplink = ThinUplink()
    monkeypatch.setattr(last.carrier, "send", uplink.send)
    for microbatch in range(6):
        asked = Passage(PacketKind.FORWARD, microbatch, 1, 0.0, None)
        await last.stage.receive(first.stage._outbox.question(asked, last.key.node_id), first.key.node_id)
    await asyncio.sleep(0)
    assert len(uplink.waiting) == 2
    for node in (first, last):
        await node.close()
