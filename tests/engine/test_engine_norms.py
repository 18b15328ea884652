"""Three stages over the memory carrier: what they hear of each other's gradients, and what a failed pass costs."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.carriers.memory import MemoryCarrier, MemoryNetwork
from engine.compute.thread import ComputeThread
from engine.disk.evidence import EvidenceLocker
from engine.disk.journal import Journal, read_journal
from engine.pipeline.endings import StageEvents
from engine.pipeline.passage import Parcel, Passage
from engine.pipeline.shard_work import BackwardDone, ForwardDone
from engine.pipeline.stage import Stage
from engine.shard.step import clip_scale
from engine.training.norm_shares import UNHEARD
from engine.training.trainer import Trainer
from protocol.keys import NodeKey
from protocol.miner_events import PeerEntry, RoutingTable
from protocol.packets import Packet, PacketKind, decode_packet
from protocol.receipts import StepCommitment
from protocol.runs import RunSpec

MakeRun = Callable[..., RunSpec]
MakeTrainer = Callable[..., Trainer]
MakeTokens = Callable[[RunSpec, int], Parcel]


class Node:
    """One miner of the pipeline, without an orchestrator."""

    def __init__(self, run: RunSpec, trainer: Trainer, network: MemoryNetwork, folder: Path) -> None:
        stage = trainer.shard.stage
        self.key = NodeKey(bytes([stage + 1]) * 32)
        self.trainer = trainer
        self.trained: Counter[int] = Counter()
        self.failures: list[Exception] = []
        self.home = asyncio.Event()
        self.heard: list[tuple[PacketKind, tuple[float, ...]]] = []
        self.journal_file = folder / f"journal-{stage}"
        self.journal = Journal(self.journal_file, self.key)
        self.compute = ComputeThread()
        self.carrier = MemoryCarrier(network, self.key.node_id)
        (evidence := folder / f"evidence-{stage}").mkdir()
        self.stage = Stage(
            run,
            stage,
            self.key,
            trainer,
            self.compute,
            self.carrier,
            self.journal,
            EvidenceLocker(evidence, 8, 10**7),
            StageEvents(self._trained, lambda made: None, lambda loss: None, self._failed, lambda passage: None),
        )

    def _trained(self, passage: Passage, tokens: int) -> None:
        self.trained[passage.microbatch] += 1
        self.home.set()

    def _failed(self, passage: Passage, error: Exception) -> None:
        self.failures.append(error)
        self.home.set()

    async def receive(self, data: bytes, sender: str | None) -> Any:
        header = decode_packet(data).header
        self.heard.append((header.kind, header.norm_shares))
        return await self.stage.receive(data, sender)

    async def close(self) -> None:
        await self.stage.close()
        await self.compute.stop()
        await self.journal.sync()
        self.journal.close()


@asynccontextmanager
async def pipeline(run: RunSpec, trainers: list[Trainer], folder: Path) -> AsyncIterator[list[Node]]:
    network = MemoryNetwork()
    nodes = [Node(run, trainer, network, folder) for trainer in trainers]
    entries = tuple((PeerEntry(node=node.key.node_id, addresses=("memory",), rate=0.0),) for node in nodes)
    for node in nodes:
        await node.carrier.open(node.receive)
        node.stage.set_table(RoutingTable(version=1, stages=entries))
    try:
        yield nodes
    finally:
        for node in nodes:
            await node.close()


async def train(run: RunSpec, nodes: list[Node], tokens: MakeTokens, microbatches: range) -> None:
    """One microbatch at a time, each until it came home or failed at the first stage."""
    first = nodes[0]
    for microbatch in microbatches:
        first.home.clear()
        assert first.stage.feed(PacketKind.FORWARD, microbatch, 1, tokens(run, microbatch))
        async with asyncio.timeout(20):
            await first.home.wait()


async def test_clipping_shares_travel_both_ways_and_reach_every_stage(
    tmp_path: Path, tiny_run: MakeRun, tiny_trainer: MakeTrainer, tiny_tokens: MakeTokens
) -> None:
    run = tiny_run(3)
    async with pipeline(run, [tiny_trainer(run, stage) for stage in range(3)], tmp_path) as nodes:
        assert all(node.trainer.norm_shares() == (UNHEARD,) * 3 for node in nodes)
        await train(run, nodes, tiny_tokens, range(4))
        shares = [node.trainer.norm_shares() for node in nodes]
        assert all(share > 0 for node in shares for share in node)
        for stage in (0, 1):
            assert shares[stage][stage + 1 :] == pytest.approx(shares[2][stage + 1 :], rel=1.0), "heard backward"
        forward = [heard for kind, heard in nodes[2].heard if kind is PacketKind.FORWARD]
        assert forward[0] == (UNHEARD,) * 3, "nobody has a gradient before the first microbatch"
        assert all(share > 0 for share in forward[-1][:2])
        backward = [heard for kind, heard in nodes[0].heard if kind is PacketKind.BACKWARD]
        assert all(share > 0 for share in backward[0][1:]), "the first gradient brings its makers' shares along"
        assert shares[0][1:] == backward[-1][1:]
        assert shares[2][:2] == forward[-1][:2]


async def test_a_step_is_clipped_by_the_norm_of_the_whole_model(
    tmp_path: Path, tiny_run: MakeRun, tiny_trainer: MakeTrainer, tiny_tokens: MakeTokens
) -> None:
    run = tiny_run(3)
    async with pipeline(run, [tiny_trainer(run, stage) for stage in range(3)], tmp_path) as nodes:
        await train(run, nodes, tiny_tokens, range(4))
        shares = nodes[0].trainer.norm_shares()
    made = [entry.line() for entry in read_journal(nodes[0].journal_file)]
    last = [line for line in made if isinstance(line, StepCommitment)][-1]
    assert last.step.step == 4
    assert last.clip_scale == clip_scale(shares[0], list(shares[1:]), run.optimizer.clip_norm) < 1.0


class OutOfMemory(Trainer):
    """Fails as torch does when memory is short: with an exception that is nobody's in particular."""

    failing: PacketKind | None = None

    def forward(self, kind: PacketKind, microbatch: int, source: Packet | Parcel) -> ForwardDone:
        if self.failing is PacketKind.FORWARD:
            raise RuntimeError("not enough memory")
        return super().forward(kind, microbatch, source)

    def backward(self, microbatch: int, gradient: Packet) -> BackwardDone:
        if self.failing is PacketKind.BACKWARD:
            raise RuntimeError("not enough memory")
        return super().backward(microbatch, gradient)


@pytest.mark.parametrize("failing", [PacketKind.FORWARD, PacketKind.BACKWARD])
async def test_a_pass_that_fails_for_any_reason_is_told_and_leaves_room_for_the_next(
    failing: PacketKind, tmp_path: Path, tiny_run: MakeRun, tiny_trainer: MakeTrainer, tiny_tokens: MakeTokens
) -> None:
    run = tiny_run(3)
    trainers = [tiny_trainer(run, stage, kind=OutOfMemory if stage == 0 else Trainer) for stage in range(3)]
    flawed = trainers[0]
    assert isinstance(flawed, OutOfMemory)
    async with pipeline(run, trainers, tmp_path) as nodes:
        await train(run, nodes, tiny_tokens, range(2))
        flawed.failing = failing
        await train(run, nodes, tiny_tokens, range(2, 4))
        assert [str(error) for error in nodes[0].failures] == ["not enough memory"] * 2
        assert nodes[0].stage.passages == {}
        flawed.failing = None
        await train(run, nodes, tiny_tokens, range(2, 6))
        assert nodes[0].trained == Counter(range(6))
        assert nodes[2].trained == Counter(range(6)), "the last stage trains none of them twice"
