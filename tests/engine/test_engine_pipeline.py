"""Stages over the memory carrier: one loss curve, nothing lost, nothing twice."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest
import torch

from engine.carriers.base import Fallback, Inbox
from engine.carriers.memory import MemoryNetwork
from engine.pipeline import questions
from engine.pipeline.passage import Passage, PassageState
from engine.pipeline.token_files import TokenFiles
from engine.shard.codec import encode
from engine.shard.sections import sections_from_latent, sections_from_tokens
from protocol.keys import NodeId
from protocol.miner_events import PeerEntry
from protocol.packets import Accepted, Busy, PacketKind, PacketReply, Standing, decode_packet
from protocol.receipts import Direction, Receipt, StepCommitment
from protocol.runs import (
    CodecSpec,
    LadderSpec,
    RungSpec,
    RunSpec,
)
from swarm.borders import most_plain_bytes
from tests.engine.small_swarm import TEXT, Node, lines, make_swarm, set_tables, small_run, train


@pytest.mark.parametrize("codec", [CodecSpec("raw32", 32), CodecSpec("int8", 8)], ids=lambda codec: codec.codec_id)
async def test_two_stages_learn_as_one_process_does(tmp_path: Path, codec: CodecSpec) -> None:
    microbatches = 60
    one = small_run(1, codec, microbatches)
    _, (alone,) = await make_swarm(one, [0], tmp_path)
    await train(one, alone, range(microbatches))
    await alone.close()

    two = small_run(2, codec, microbatches)
    (folder := tmp_path / "two").mkdir()
    network, nodes = await make_swarm(two, [0, 1], folder)
    await train(two, nodes[0], range(microbatches))
    for node in nodes:
        await node.close()

    def late(losses: list[float]) -> float:
        return sum(losses[-10:]) / 10

    assert late(alone.losses) < alone.losses[0] - 1.5
    assert late(nodes[1].losses) == pytest.approx(late(alone.losses), rel=0.05)
    assert network.bytes_sent > 0
    assert not nodes[0].failures
    assert not nodes[1].failures


async def test_every_pass_leaves_receipts_whose_hashes_fit_together(tmp_path: Path) -> None:
    run = small_run(3, CodecSpec("int8", 8), 12)
    _, nodes = await make_swarm(run, [0, 1, 2], tmp_path)
    await train(run, nodes[0], range(12))
    for node in nodes:
        await node.close()
    receipts = [[line for line in lines(node) if isinstance(line, Receipt)] for node in nodes]
    for stage in (1, 2):
        here = {(r.microbatch, r.direction): r for r in receipts[stage]}
        for before in receipts[stage - 1]:
            after = here[before.microbatch, before.direction]
            assert before.downstream == nodes[stage].key.node_id
            assert after.upstream == nodes[stage - 1].key.node_id
            if before.direction is Direction.FORWARD:
                assert before.output_hash == after.input_hash
            else:
                assert before.input_hash == after.output_hash
    for node in nodes:
        commitments = [line for line in lines(node) if isinstance(line, StepCommitment)]
        assert [line.step.step for line in commitments] == list(range(1, 13))


async def test_each_sender_takes_its_own_rung_of_the_ladder(tmp_path: Path) -> None:
    """A thin link after a fast one: the first stage sends 16 features, the second sends 4 on and 4 gradients back."""
    wide, thin = (RungSpec(16, CodecSpec("grid", 6), CodecSpec("grid", 6)), RungSpec(4, *[CodecSpec("grid", 4)] * 2))
    run = small_run(3, CodecSpec(), 40)
    model = msgspec.structs.replace(run.model, bottleneck_width=16)
    run = msgspec.structs.replace(run, model=model, ladder=LadderSpec((wide, thin), warmup_share=0.25))
    network, nodes = await make_swarm(run, [0, 1, 2], tmp_path)
    seen: dict[tuple[PacketKind, int, bool], set[tuple[int, int]]] = {}

    def note(node: Node) -> None:
        inbox = network.inboxes[node.key.node_id]

        async def noted(data: bytes, sender: NodeId | None) -> PacketReply:
            header = decode_packet(data).header
            codes = next(section for section in header.sections if section.name == "codes")
            after_warmup = header.microbatch >= 10
            key = (header.kind, header.from_stage, after_warmup)
            seen.setdefault(key, set()).add((codes.shape[2], header.codec_bits))
            return await inbox(data, sender)

        network.inboxes[node.key.node_id] = noted

    for node in nodes:
        note(node)
    nodes[1].trainer.rung = 1
    await train(run, nodes[0], range(40))
    for node in nodes:
        await node.close()
    assert seen[PacketKind.FORWARD, 0, True] == {(16, 6)}
    assert seen[PacketKind.FORWARD, 1, True] == seen[PacketKind.BACKWARD, 1, True] == {(4, 4)}
    assert seen[PacketKind.BACKWARD, 2, True] == {(4, 6)}
    assert (4, 4) not in seen[PacketKind.FORWARD, 0, False]
    assert (16, 6) in seen[PacketKind.FORWARD, 1, False]
    assert not any(node.failures for node in nodes)
    assert sum(nodes[2].losses[-10:]) / 10 < nodes[2].losses[0] - 1


async def refused(folder: Path, run: RunSpec, sent_as: RunSpec) -> str:
    """Why the second stage refuses what the first one sends as if its run were another."""
    _, nodes = await make_swarm(run, [0, 1], folder)
    nodes[0].trainer._run = sent_as
    tokens = TokenFiles(sent_as, TEXT, TEXT[:512])
    nodes[0].stage.feed(PacketKind.FORWARD, 0, 1, tokens.parcel(PacketKind.FORWARD, 0))
    async with asyncio.timeout(20):
        while not nodes[1].failures:
            await asyncio.sleep(0)
    for node in nodes:
        await node.close()
    return str(nodes[1].failures[0])


async def test_a_form_that_stands_on_no_rung_is_refused(tmp_path: Path) -> None:
    run = small_run(2, CodecSpec("int8", 8), 4)
    assert "another form" in await refused(tmp_path, run, msgspec.structs.replace(run, codec=CodecSpec("grid", 2)))


async def test_what_announces_more_numbers_than_a_microbatch_has_is_refused_unread(tmp_path: Path) -> None:
    run = small_run(2, CodecSpec("int8", 8), 4)
    larger = msgspec.structs.replace(run, training=msgspec.structs.replace(run.training, sequences=32))
    assert "bytes of numbers, more than" in await refused(tmp_path, run, larger)


@pytest.mark.parametrize("codec", [CodecSpec("raw32", 32), CodecSpec("int8", 8), CodecSpec("grid", 6)], ids=str)
def test_no_codec_holds_more_numbers_than_a_packet_of_the_run_may(codec: CodecSpec) -> None:
    whole = small_run(2, codec, 4)
    for rank in (whole.model.width, 1):
        run = msgspec.structs.replace(whole, model=msgspec.structs.replace(whole.model, bottleneck_width=rank))
        rows, context = run.training.sequences, run.model.context
        tokens, _ = sections_from_tokens(torch.zeros(rows, context + 1, dtype=torch.int64), run.model.vocabulary)
        latent, _ = sections_from_latent(encode(torch.randn(rows, context, rank), codec))
        assert sum(section.size_bytes for section in (*tokens, *latent)) <= most_plain_bytes(run)


async def test_a_lost_peer_costs_a_resend_and_no_microbatch(tmp_path: Path) -> None:
    run = small_run(2, CodecSpec("int8", 8), 30)
    network, nodes = await make_swarm(run, [0, 1, 1], tmp_path)
    dead = nodes[2]
    losing = asyncio.create_task(train(run, nodes[0], range(30)))
    async with asyncio.timeout(20):
        while sum(nodes[0].trained.values()) < 10:
            nodes[0].came_home.clear()
            await nodes[0].came_home.wait()
    network.broken = lambda _sender, receiver: dead.key.node_id in (_sender, receiver)
    set_tables(run, nodes[:2])
    await losing
    for node in nodes:
        await node.close()
    assert nodes[0].trained == Counter(range(30))
    assert dead.trained.total() > 0


async def test_a_repeated_microbatch_gets_the_kept_gradient_and_does_not_train_again(tmp_path: Path) -> None:
    """As after a kill of the first feeder: another miner of its stage feeds the same microbatches."""
    run = small_run(2, CodecSpec("int8", 8), 4)
    _, nodes = await make_swarm(run, [0, 0, 1], tmp_path)
    await train(run, nodes[0], range(4))
    await train(run, nodes[1], range(4))
    for node in nodes:
        await node.close()
    assert nodes[1].trained == Counter(range(4))
    assert nodes[2].trained == Counter(range(4))


async def test_a_gradient_for_which_a_peer_had_no_room_is_sent_again(tmp_path: Path) -> None:
    """As where the stage before does not yet know its newest neighbour; the sender used to take that for delivered."""
    run = small_run(2, CodecSpec("int8", 8), 1)
    network, (first, last) = await make_swarm(run, [0, 1], tmp_path)
    heard = {node: list[PacketKind]() for node in network.inboxes}

    def listen(node: NodeId, inbox: Inbox, refusals: int) -> Inbox:
        async def listening(data: bytes, sender: NodeId | None) -> PacketReply:
            heard[node].append(decode_packet(data).header.kind)
            return Busy(0.01) if len(heard[node]) <= refusals else await inbox(data, sender)

        return listening

    for node, refusals in ((first, 1), (last, 0)):
        network.inboxes[node.key.node_id] = listen(node.key.node_id, network.inboxes[node.key.node_id], refusals)
    await train(run, first, range(1))
    for node in (first, last):
        await node.close()
    assert heard[first.key.node_id] == [PacketKind.BACKWARD, PacketKind.BACKWARD]
    assert heard[last.key.node_id] == [PacketKind.FORWARD], "it had not to be asked after"


async def test_a_paused_stage_takes_nothing_and_goes_on_where_it_was(tmp_path: Path) -> None:
    run = small_run(2, CodecSpec("int8", 8), 12)
    _, nodes = await make_swarm(run, [0, 1], tmp_path)
    nodes[1].compute.pause()
    task = asyncio.create_task(train(run, nodes[0], range(12)))
    done, _ = await asyncio.wait({task}, timeout=0.5)
    assert not done
    assert nodes[1].trained.total() == 0
    nodes[1].compute.resume()
    await task
    for node in nodes:
        await node.close()
    assert nodes[1].trained == Counter(range(12))


async def test_a_peer_that_falls_silent_is_found_out_without_any_new_table(tmp_path: Path) -> None:
    run = small_run(2, CodecSpec("int8", 8), 90)
    network, nodes = await make_swarm(run, [0, 1, 1], tmp_path)
    silent = nodes[2]
    losing = asyncio.create_task(train(run, nodes[0], range(90)))
    async with asyncio.timeout(20):
        while sum(nodes[0].trained.values()) < 10:
            nodes[0].came_home.clear()
            await nodes[0].came_home.wait()
    network.broken = lambda _sender, receiver: silent.key.node_id in (_sender, receiver)
    await losing
    assert nodes[0].stage.peers.unreachable == {silent.key.node_id}
    for node in nodes:
        await node.close()
    assert nodes[0].trained == Counter(range(90))


async def test_a_question_tells_how_full_a_peer_is_and_whether_it_has_a_microbatch(tmp_path: Path) -> None:
    run = small_run(2, CodecSpec("int8", 8), 4)
    _, nodes = await make_swarm(run, [0, 1, 1], tmp_path)
    await train(run, nodes[0], range(2))
    nodes[2].compute.pause()
    stage, asked_after = nodes[0].stage, Passage(PacketKind.FORWARD, 0, 1, 0.0, None)
    for node in nodes[1:]:
        entry = stage.peers.following(node.key.node_id)
        assert entry is not None
        standing = await stage._questions.ask(asked_after, entry)
        assert isinstance(standing, Standing)
        assert standing.has_it == (0 in node.trained)
        assert standing.full == (node is nodes[2])
    nodes[2].compute.resume()
    for node in nodes:
        await node.close()


class Detour:
    """The store as the sender sees it: it takes `seconds`, and says no more than that it has the packet."""

    name = "detour"
    addresses: tuple[str, ...] = ()

    def __init__(self, network: MemoryNetwork, seconds: float) -> None:
        self._network = network
        self._seconds = seconds
        self.packets: Counter[PacketKind] = Counter()

    async def open(self, inbox: Inbox) -> None: ...

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        self.packets[decode_packet(packet).header.kind] += 1
        await asyncio.sleep(self._seconds)
        await self._network.inboxes[peer.node](packet, None)
        return Accepted()

    def answers(self, peer: PeerEntry) -> bool:
        return False

    def onward_seconds(self, peer: PeerEntry, size_bytes: int) -> float:
        return self._seconds

    def forget(self, node: NodeId) -> None: ...

    async def close(self) -> None: ...


async def test_the_router_learns_what_the_detour_to_one_of_two_peers_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As between two symmetric routers: one edge goes through the store, the others stay direct, no peer is missed."""
    run = small_run(2, CodecSpec("int8", 8), 60)
    network, nodes = await make_swarm(run, [0, 1, 1], tmp_path)
    feeder, near, far = nodes
    network.broken = lambda *ends: set(ends) == {feeder.key.node_id, far.key.node_id}
    detours = []
    for node in nodes:
        detours.append(Detour(network, 0.05))
        node.stage._outbox.carrier = Fallback((node.carrier, detours[-1]))
    monkeypatch.setattr(questions, "ASK_LEAST_SECONDS", 0.0)
    await train(run, feeder, range(60))
    for node in nodes:
        await node.close()
    costs = {node.key.node_id: feeder.stage.peers._state.peers[node.key.node_id] for node in (near, far)}
    # Windows' clock goes in steps of 16 ms, and asyncio takes a timer for due that falls within one.
    assert costs[far.key.node_id].round_trip_seconds > (0.06 if sys.platform == "win32" else 0.1), "there and on"
    assert costs[near.key.node_id].round_trip_seconds < 0.05
    assert detours[0].packets[PacketKind.FORWARD] == len(far.losses) > 10
    asked = detours[0].packets[PacketKind.QUESTION]
    assert asked <= run.training.in_flight, "a store can't say how full a peer is; only the first did not know that"
    assert not detours[1].packets and feeder.trained == Counter(range(60))


async def test_what_others_see_to_now_is_abandoned_and_its_late_gradient_refused(tmp_path: Path) -> None:
    """As after a laptop's lid: the lease ran out meanwhile, and another miner trains the microbatch."""
    run = small_run(2, CodecSpec("int8", 8), 12)
    network, nodes = await make_swarm(run, [0, 1], tmp_path)
    feeder = nodes[0]
    network.broken = lambda sender, _receiver: sender == nodes[1].key.node_id
    tokens = TokenFiles(run, TEXT, TEXT[:512])
    for microbatch, lease_id in ((0, 1), (1, 2)):
        parcel = tokens.parcel(PacketKind.FORWARD, microbatch)
        assert feeder.stage.feed(PacketKind.FORWARD, microbatch, lease_id, parcel)
    async with asyncio.timeout(20):
        while not all(one.state is PassageState.AWAY for one in feeder.stage.passages.values()):
            await asyncio.sleep(0.01)
    feeder.stage.abandon(lambda passage: passage.lease_id == 1)
    assert [one.microbatch for one in feeder.stage.passages.values()] == [1]
    network.broken = lambda _sender, _receiver: False
    async with asyncio.timeout(20):
        while feeder.stage.passages or nodes[1].trained.total() < 2:
            await asyncio.sleep(0.01)
    for node in nodes:
        await node.close()
    assert feeder.trained == Counter([1])
    assert [one.microbatch for one in feeder.abandoned] == [0]
    assert not feeder.failures
