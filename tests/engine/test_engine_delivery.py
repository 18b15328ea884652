"""A packet on its way to peers that have no room for it."""

import asyncio
from pathlib import Path

import pytest

from engine.pipeline.delivery import LEAST_BUSY_SECONDS, MOST_BUSY_SECONDS, Refusals
from engine.pipeline.peers import Peers
from protocol.keys import NodeId
from protocol.packets import Busy, PacketKind, PacketReply, decode_packet
from protocol.runs import CodecSpec
from tests.engine.small_swarm import make_swarm, small_run, train


async def test_a_peer_that_always_wants_the_packet_again_at_once_gets_it_more_and_more_seldom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = small_run(2, CodecSpec("int8", 8), 1)
    network, (first, last) = await make_swarm(run, [0, 1], tmp_path)
    inbox, refusals, waits = network.inboxes[last.key.node_id], 7, list[float]()

    async def busy(data: bytes, sender: NodeId | None) -> PacketReply:
        nonlocal refusals
        if decode_packet(data).header.kind is PacketKind.FORWARD and refusals:
            refusals -= 1
            return Busy(0.0)
        return await inbox(data, sender)

    async def changed(peers: Peers, timeout_seconds: float) -> None:
        """Nothing does, and the time is over at once."""
        waits.append(timeout_seconds)
        await asyncio.sleep(0)

    network.inboxes[last.key.node_id] = busy
    monkeypatch.setattr(Peers, "changed", changed)
    await train(run, first, range(1))
    for node in (first, last):
        await node.close()
    assert waits == pytest.approx([0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0])
    assert first.trained[0] == 1


def test_a_peer_is_left_alone_as_long_as_it_asks_for_within_reason() -> None:
    refusals = Refusals()
    assert [refusals.wait_seconds(asked) for asked in (1.0, 1.0, 0.0, 1e9)] == [1.0, 1.0, 0.8, MOST_BUSY_SECONDS]
    assert Refusals().wait_seconds(0.0) == LEAST_BUSY_SECONDS
    assert [refusals.wait_seconds(0.0) for _ in range(2000)][-1] == MOST_BUSY_SECONDS
