"""Miners without an orchestrator, joined by a network in memory: what tests of traffic between stages begin with."""

import asyncio
from collections import Counter
from pathlib import Path

from engine.carriers.memory import MemoryCarrier, MemoryNetwork
from engine.compute.thread import ComputeThread
from engine.disk.evidence import EvidenceLocker, KeptWeights
from engine.disk.journal import Journal, read_journal
from engine.pipeline.endings import StageEvents
from engine.pipeline.passage import Passage
from engine.pipeline.stage import Stage
from engine.pipeline.token_files import TokenFiles
from engine.shard.model import initialise
from engine.shard.passes import Shard
from engine.shard.step import new_state
from engine.training.trainer import Trainer
from protocol.keys import NodeKey
from protocol.miner_events import PeerEntry, RoutingTable
from protocol.packets import PacketKind
from protocol.receipts import Receipt, StepCommitment
from protocol.runs import CodecSpec, DataSpec, ModelSpec, OptimizerSpec, RunSpec, TrainingSpec, even_stages

TEXT = (b"To be, or not to be, that is the question: whether 'tis nobler in the mind to suffer. " * 60)[:4096]


def small_run(stages: int, codec: CodecSpec, microbatches: int) -> RunSpec:
    return RunSpec(
        run_id="small",
        title="Small",
        model=ModelSpec(
            vocabulary=256, width=32, layers=4, heads=2, kv_heads=1, mlp_width=48, context=16, bottleneck_width=32
        ),
        stages=even_stages(4, stages),
        codec=codec,
        optimizer=OptimizerSpec(peak_learning_rate=3e-3, warmup_share=0.1),
        training=TrainingSpec(sequences=4, microbatches=microbatches, in_flight=2),
        data=DataSpec(
            train_key="t",
            train_tokens=len(TEXT),
            train_hash="",
            held_out_key="h",
            held_out_tokens=512,
            held_out_hash="",
        ),
    )


class Node:
    """One miner without an orchestrator."""

    def __init__(self, run: RunSpec, stage: int, number: int, network: MemoryNetwork, folder: Path) -> None:
        self.key = NodeKey(bytes([number + 1]) * 32)
        self.folder = folder / f"node-{number}"
        self.folder.mkdir()
        self.journal = Journal(self.folder / "journal", self.key)
        self.losses: list[float] = []
        self.trained: Counter[int] = Counter()
        self.failures: list[Exception] = []
        self.abandoned: list[Passage] = []
        self.came_home = asyncio.Event()
        self.compute = ComputeThread()
        weights = initialise(run.model, run.stages, stage, run.training.seed)
        shard = Shard(run, stage, yield_point=self.compute.yield_point)
        self.trainer = Trainer(shard, weights, new_state(weights), life=1, kept=KeptWeights(8))
        self.carrier = MemoryCarrier(network, self.key.node_id)
        self.stage = Stage(
            run,
            stage,
            self.key,
            self.trainer,
            self.compute,
            self.carrier,
            self.journal,
            EvidenceLocker(self.folder, 8, 10_000_000),
            StageEvents(self._trained, lambda made: None, self.losses.append, self._failed, self.abandoned.append),
        )

    def _trained(self, passage: Passage, tokens: int) -> None:
        self.trained[passage.microbatch] += 1
        self.came_home.set()

    def _failed(self, passage: Passage, error: Exception) -> None:
        self.failures.append(error)

    async def close(self) -> None:
        await self.stage.close()
        await self.compute.stop()
        await self.journal.sync()
        self.journal.close()


async def make_swarm(run: RunSpec, layout: list[int], folder: Path) -> tuple[MemoryNetwork, list[Node]]:
    """`layout`: the stage of each node."""
    network = MemoryNetwork()
    nodes = [Node(run, stage, number, network, folder) for number, stage in enumerate(layout)]
    for node in nodes:
        await node.carrier.open(node.stage.receive)
    set_tables(run, nodes)
    return network, nodes


def set_tables(run: RunSpec, nodes: list[Node]) -> None:
    entries = tuple(
        tuple(
            PeerEntry(node=node.key.node_id, addresses=("memory",), rate=0.0)
            for node in nodes
            if node.stage.stage == stage
        )
        for stage in range(len(run.stages))
    )
    for node in nodes:
        node.stage.set_table(RoutingTable(version=1, stages=entries))


async def train(run: RunSpec, feeder: Node, microbatches: range) -> None:
    """Feed with the run's bound of microbatches in flight, until all have come home."""
    tokens = TokenFiles(run, TEXT, TEXT[:512])
    waiting = list(microbatches)
    async with asyncio.timeout(60):
        while waiting or feeder.stage.passages:
            while waiting and len(feeder.stage.passages) < run.training.in_flight:
                microbatch = waiting.pop(0)
                feeder.stage.feed(PacketKind.FORWARD, microbatch, 1, tokens.parcel(PacketKind.FORWARD, microbatch))
            feeder.came_home.clear()
            await asyncio.wait_for(feeder.came_home.wait(), 30)


def lines(node: Node) -> list[Receipt | StepCommitment]:
    return [entry.line() for entry in read_journal(node.folder / "journal")]
