"""What a stage has signed, and in which order, when the network loses or holds up packets."""

import asyncio
from pathlib import Path

import pytest

from engine.carriers.base import PeerUnreachable
from engine.disk.evidence import EvidenceLocker
from engine.pipeline.token_files import TokenFiles
from protocol.keys import NodeId
from protocol.packets import PacketKind, PacketReply, decode_packet
from protocol.receipts import Direction, Receipt, StepCommitment
from protocol.runs import CodecSpec
from tests.engine.small_swarm import TEXT, Node, lines, make_swarm, small_run, train


def forward_passes(node: Node) -> list[int]:
    return [
        line.microbatch for line in lines(node) if isinstance(line, Receipt) and line.direction is Direction.FORWARD
    ]


async def test_a_forward_pass_is_signed_before_any_version_that_follows_it_however_late_a_peer_takes_it(
    tmp_path: Path,
) -> None:
    """Else a validator's draw on its version could be known before the receipt is there."""
    run = small_run(2, CodecSpec("int8", 8), 6)
    network, (feeder, peer) = await make_swarm(run, [0, 1], tmp_path)
    inbox, others_are_home = network.inboxes[peer.key.node_id], asyncio.Event()

    async def late(data: bytes, sender: NodeId | None) -> PacketReply:
        header = decode_packet(data).header
        if header.kind is PacketKind.FORWARD and header.microbatch == 0:
            await others_are_home.wait()
        return await inbox(data, sender)

    network.inboxes[peer.key.node_id] = late
    training = asyncio.create_task(train(run, feeder, range(6)))
    async with asyncio.timeout(20):
        while feeder.trained.total() < 3:
            feeder.came_home.clear()
            await feeder.came_home.wait()
    others_are_home.set()
    await training
    for node in (feeder, peer):
        await node.close()
    named: dict[int, int] = {}
    committed = 0
    for line in lines(feeder):
        if isinstance(line, StepCommitment):
            committed = line.step.step
        elif line.direction is Direction.FORWARD:
            named[line.microbatch] = line.step.step
            assert line.step.step == committed
    assert named[0] == 0
    assert sorted(named) == list(range(6))


async def test_a_pass_whose_peer_took_it_and_could_not_say_so_is_signed_both_ways(tmp_path: Path) -> None:
    run = small_run(2, CodecSpec("int8", 8), 4)
    network, (feeder, peer) = await make_swarm(run, [0, 1], tmp_path)
    inbox, answered = network.inboxes[peer.key.node_id], asyncio.Event()

    async def dumb(data: bytes, sender: NodeId | None) -> PacketReply:
        reply = await inbox(data, sender)
        header = decode_packet(data).header
        if header.kind is PacketKind.FORWARD and header.microbatch == 0:
            await answered.wait()
            raise PeerUnreachable("The line broke before the answer.")
        return reply

    back = network.inboxes[feeder.key.node_id]

    async def gradient(data: bytes, sender: NodeId | None) -> PacketReply:
        reply = await back(data, sender)
        if decode_packet(data).header.kind is PacketKind.BACKWARD:
            answered.set()
        return reply

    network.inboxes[peer.key.node_id], network.inboxes[feeder.key.node_id] = dumb, gradient
    await train(run, feeder, range(4))
    for node in (feeder, peer):
        await node.close()
    assert sorted(forward_passes(feeder)) == sorted(forward_passes(peer)) == list(range(4))


async def test_a_packet_file_that_can_not_be_deleted_keeps_no_microbatch_and_no_version_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scanner has it open on Windows, for a moment."""
    run, count = small_run(2, CodecSpec("int8", 8), 32), 32
    _, (first, last) = await make_swarm(run, [0, 1], tmp_path)
    unlink, refused = Path.unlink, list[str]()

    def once_for_each_stage(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".packet" and path.parent.name not in refused:
            refused.append(path.parent.name)
            raise PermissionError(13, "The file is being used by another process", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", once_for_each_stage)
    await train(run, first, range(count))
    for node in (first, last):
        await node.close()
    assert sorted(refused) == ["node-0", "node-1"]
    for node in (first, last):
        assert sorted(node.trained) == list(range(count)) and not node.failures
        committed = [line.step.step for line in lines(node) if isinstance(line, StepCommitment)]
        assert committed == list(range(1, node.trainer.step.step + 1))


@pytest.mark.parametrize("stage", [0, 1])
async def test_what_nobody_foresaw_fails_the_passage_and_leaves_no_version_without_its_commitment(
    stage: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = small_run(2, CodecSpec("int8", 8), 4)
    _, nodes = await make_swarm(run, [0, 1], tmp_path)
    keep, surprised = EvidenceLocker.keep, list[Direction]()

    def surprise(locker: EvidenceLocker, step: object, direction: Direction, *packets: object) -> None:
        """Once, as a backward pass is written down."""
        keep(locker, step, direction, *packets)  # type: ignore[arg-type]
        if direction is Direction.BACKWARD and locker._folder == nodes[stage].folder and not surprised:
            surprised.append(direction)
            raise ZeroDivisionError("Nobody foresaw this.")

    monkeypatch.setattr(EvidenceLocker, "keep", surprise)
    feeder, failing = nodes[0], nodes[stage]
    tokens = TokenFiles(run, TEXT, TEXT[:512])
    feeder.stage.feed(PacketKind.FORWARD, 0, 1, tokens.parcel(PacketKind.FORWARD, 0))
    async with asyncio.timeout(30):
        while not failing.failures:
            await asyncio.wait({asyncio.create_task(feeder.stage.peers.changed(0.05))})
    assert not failing.stage.passages, "it does not stick"
    for node in nodes:
        await node.close()
    committed = [line.step.step for line in lines(failing) if isinstance(line, StepCommitment)]
    assert committed == list(range(1, failing.trainer.step.step + 1))
    assert committed
