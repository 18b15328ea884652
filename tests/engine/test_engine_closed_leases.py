"""Leases over which a stage's memory has gone: what comes under them is trained no more, what is measured still is."""

import asyncio
import threading
from pathlib import Path

from engine.carriers.memory import MemoryNetwork
from engine.compute.thread import Urgency
from engine.pipeline.gradients import GradientGone
from engine.pipeline.memory_of_microbatches import KEPT_GRADIENTS, LeaseClosed
from engine.pipeline.passage import Passage
from engine.pipeline.token_files import TokenFiles
from protocol.keys import NodeId
from protocol.packets import Accepted, Declined, PacketKind, PacketReply, decode_packet
from protocol.receipts import Direction, Receipt
from protocol.runs import CodecSpec
from tests.engine.small_swarm import TEXT, Node, lines, make_swarm, small_run, train

RUN = small_run(2, CodecSpec("int8", 8), 64)
TOKENS = TokenFiles(RUN, TEXT, TEXT[:512])


def taken_down(network: MemoryNetwork, node: Node) -> list[bytes]:
    """All packets that `node` gets, as they come."""
    inbox, kept = network.inboxes[node.key.node_id], []

    async def recording(data: bytes, sender: NodeId | None) -> PacketReply:
        kept.append(data)
        return await inbox(data, sender)

    network.inboxes[node.key.node_id] = recording
    return kept


def feed(node: Node, kind: PacketKind, microbatch: int, lease_id: int) -> bool:
    return node.stage.feed(kind, microbatch, lease_id, TOKENS.parcel(kind, microbatch))


def measured_under(node: Node) -> list[int]:
    receipts = [line for line in lines(node) if isinstance(line, Receipt)]
    return [receipt.lease_id for receipt in receipts if receipt.direction is Direction.EVALUATE]


async def at_rest(*nodes: Node) -> None:
    async with asyncio.timeout(30):
        for node in nodes:
            await node.stage.until_idle()
            while node.stage.passages:
                await node.stage.peers.changed(timeout_seconds=0.01)


async def test_a_packet_that_lay_in_the_store_until_its_lease_was_closed_is_not_trained_again(tmp_path: Path) -> None:
    network, (first, last) = await make_swarm(RUN, [0, 1], tmp_path)
    packets = taken_down(network, last)
    await train(RUN, first, range(2))
    last.stage.memory.forget_leases_below(2)
    late = [data for data in packets if decode_packet(data).header.kind is PacketKind.FORWARD]
    for data in late:
        reply = await last.stage.receive(data, None)
        assert isinstance(reply, Declined) and reply.code == GradientGone.code, "nobody is to try it elsewhere"
    await last.stage.until_idle()
    assert last.trained == {0: 1, 1: 1}
    for node in (first, last):
        await node.close()


async def test_a_miner_feeds_nothing_under_a_lease_that_is_closed(tmp_path: Path) -> None:
    _, (first, last) = await make_swarm(RUN, [0, 1], tmp_path)
    first.stage.memory.forget_leases_below(2)
    assert not feed(first, PacketKind.FORWARD, 0, lease_id=1)
    assert feed(first, PacketKind.FORWARD, 0, lease_id=2)
    await at_rest(first, last)
    assert first.trained == {0: 1}
    for node in (first, last):
        await node.close()


async def test_a_microbatch_whose_lease_is_closed_while_it_waits_for_its_turn_is_not_trained(tmp_path: Path) -> None:
    _, (first, last) = await make_swarm(RUN, [0, 1], tmp_path)
    busy_until = threading.Event()
    busy = last.compute.submit(Urgency.CONTROL, lambda: busy_until.wait(30))
    assert feed(first, PacketKind.FORWARD, 0, lease_id=1)
    async with asyncio.timeout(30):
        while not last.stage.passages:
            await first.stage.peers.changed(timeout_seconds=0.01)
    last.stage.memory.forget_leases_below(2)
    busy_until.set()
    await busy
    await last.stage.until_idle()
    assert isinstance(last.failures[0], LeaseClosed) and not last.stage.passages
    assert last.trainer.step.step == 0 and not last.trained
    for node in (first, last):
        await node.close()


async def test_what_is_measured_is_taken_under_a_lease_older_than_any_open_train_lease(tmp_path: Path) -> None:
    _, (first, last) = await make_swarm(RUN, [0, 1], tmp_path)
    for node in (first, last):
        node.stage.memory.forget_leases_below(9)
    assert feed(first, PacketKind.EVALUATE, 0, lease_id=3)
    await at_rest(first, last)
    for node in (first, last):
        await node.close()
    assert measured_under(last) == [3]


async def test_a_held_out_microbatch_is_measured_anew_under_each_lease(tmp_path: Path) -> None:
    """A slow miner's train lease is open all the while, so that nothing is forgotten; and the second feeder has never
    seen the microbatch, while the last stage has."""
    network, (first, other, last) = await make_swarm(RUN, [0, 0, 1], tmp_path)
    packets = taken_down(network, last)
    for lease_id, feeder in ((10, first), (50, first), (51, other)):
        assert feed(feeder, PacketKind.EVALUATE, 0, lease_id)
        await at_rest(feeder, last)
    assert not feed(first, PacketKind.EVALUATE, 0, lease_id=50)
    assert isinstance(await last.stage.receive(packets[0], first.key.node_id), Accepted)
    await at_rest(last)
    for node in (first, other, last):
        await node.close()
    assert measured_under(last) == [10, 50, 51], "a repeat under the same lease is none"


async def test_an_evaluation_that_waits_keeps_no_later_one_of_its_microbatch_away(tmp_path: Path) -> None:
    """As where the next stage has nobody for a while, and the lease is given out again."""
    network, (first, last) = await make_swarm(RUN, [0, 1], tmp_path)
    network.broken = lambda _sender, _receiver: True
    for lease_id in (10, 11):
        assert feed(first, PacketKind.EVALUATE, 0, lease_id)
    network.broken = lambda _sender, _receiver: False
    await at_rest(first, last)
    for node in (first, last):
        await node.close()
    assert sorted(measured_under(last)) == [10, 11]


async def test_what_was_trained_under_a_lease_and_came_again_under_another_is_known_while_that_one_is_open(
    tmp_path: Path,
) -> None:
    """As where a slow feeder's lease was given to a second one: the gradient is kept for both."""
    _, (first, other, last) = await make_swarm(RUN, [0, 0, 1], tmp_path)
    assert feed(first, PacketKind.FORWARD, 0, lease_id=1)
    await at_rest(first, last)
    assert feed(other, PacketKind.FORWARD, 0, lease_id=7)
    await at_rest(other, last)
    last.stage.memory.forget_leases_below(5)
    assert last.stage.memory.recall((False, 0, 0)) is not None, "lease 7 is open"
    last.stage.memory.forget_leases_below(8)
    assert last.stage.memory.recall((False, 0, 0)) is None
    assert last.trained == {0: 1}
    for node in (first, other, last):
        await node.close()


async def test_what_comes_again_while_it_waits_here_is_known_until_its_newest_lease_is_closed(tmp_path: Path) -> None:
    _, (first, other, last) = await make_swarm(RUN, [0, 0, 1], tmp_path)
    busy_until = threading.Event()
    busy = last.compute.submit(Urgency.CONTROL, lambda: busy_until.wait(30))
    for lease_id, feeder in ((1, first), (7, other)):
        assert feed(feeder, PacketKind.FORWARD, 0, lease_id)
    async with asyncio.timeout(30):
        while not any(passage.repeaters for passage in last.stage.passages.values()):
            await first.stage.peers.changed(timeout_seconds=0.01)
    busy_until.set()
    await busy
    await at_rest(first, other, last)
    last.stage.memory.forget_leases_below(5)
    assert last.stage.memory.recall((False, 0, 0)) is not None
    for node in (first, other, last):
        await node.close()


async def test_what_can_no_longer_be_answered_is_forgotten_with_its_first_lease(tmp_path: Path) -> None:
    """Or a microbatch whose gradient is gone everywhere could be given out for ever and never come to its end."""
    _, (first, last) = await make_swarm(RUN, [0, 1], tmp_path)
    assert feed(first, PacketKind.FORWARD, 0, lease_id=1)
    await at_rest(first, last)
    key = (False, 0, 0)
    finished = last.stage.memory.recall(key)
    assert finished is not None and finished.gradient is not None
    for microbatch in range(1, KEPT_GRADIENTS + 1):
        passage = Passage(PacketKind.FORWARD, microbatch, 1, 0.0, None, gradient=finished.gradient)
        last.stage.memory.remember(passage)
    last.stage.memory.keep_until(key, 7)
    last.stage.memory.forget_leases_below(5)
    assert last.stage.memory.recall(key) is None
    for node in (first, last):
        await node.close()
