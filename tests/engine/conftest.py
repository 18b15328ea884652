"""What the engine's tests share: a run small enough to train in milliseconds, and one stage of it on its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.disk.evidence import KeptWeights
from engine.merging import merger
from engine.pipeline.passage import Parcel
from engine.shard.model import initialise
from engine.shard.passes import Shard, YieldPoint
from engine.shard.step import new_state
from engine.training.trainer import Trainer
from protocol.hashes import hash_bytes
from protocol.packets import Section
from protocol.runs import CodecSpec, DataSpec, MergeSpec, ModelSpec, OptimizerSpec, RunSpec, TrainingSpec, even_stages
from tests.engine.merging_swarm import FakeOrchestrator, MakeTokens, Miner, Swarm
from tests.engine.played_graphics import CARD, PlayedGraphics


def make_run(stages: int = 1, microbatches: int = 64, merge: MergeSpec | None = None) -> RunSpec:
    return RunSpec(
        run_id="tiny",
        title="Tiny",
        model=ModelSpec(
            vocabulary=64, width=16, layers=4, heads=2, kv_heads=1, mlp_width=24, context=8, bottleneck_width=16
        ),
        stages=even_stages(4, stages),
        codec=CodecSpec("int8", 8),
        optimizer=OptimizerSpec(peak_learning_rate=1e-2, warmup_share=0.01),
        merge=merge or MergeSpec(partitions=2, tile=64, fragments=2),
        training=TrainingSpec(sequences=2, microbatches=microbatches, in_flight=3, steps_ahead=8, lease_microbatches=4),
        data=DataSpec(
            train_key="t",
            train_tokens=64,
            train_hash="0" * 64,
            held_out_key="h",
            held_out_tokens=64,
            held_out_hash="1" * 64,
        ),
    )


def make_trainer(
    run: RunSpec, stage: int = 0, yield_point: YieldPoint | None = None, kind: type[Trainer] = Trainer
) -> Trainer:
    weights = initialise(run.model, run.stages, stage, run.training.seed)
    shard = Shard(run, stage, yield_point=yield_point)
    return kind(shard, weights, new_state(weights), life=1, kept=KeptWeights(8))


def make_tokens(run: RunSpec, microbatch: int) -> Parcel:
    """Counting texts, [B, T + 1], another one for every microbatch."""
    sequences, context = run.training.sequences, run.model.context
    tokens_BT1 = (microbatch + np.arange(sequences * (context + 1), dtype=np.uint8)) % run.model.vocabulary
    payload = tokens_BT1.tobytes()
    return Parcel((Section("tokens", "u8", (sequences, context + 1)),), payload, hash_bytes(payload))


@pytest.fixture
def tiny_run() -> Callable[..., RunSpec]:
    return make_run


@pytest.fixture
def tiny_trainer() -> Callable[..., Trainer]:
    return make_trainer


@pytest.fixture
def tiny_tokens() -> Callable[..., Parcel]:
    return make_tokens


@pytest.fixture
def graphics() -> Iterator[torch.device]:
    """A graphics card, played on the processor."""
    with PlayedGraphics():  # type: ignore[no-untyped-call]
        yield CARD


class Deadline:
    """For loops that wait on a condition: `while not met and deadline.holds()`; asks again every few milliseconds."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def holds(self) -> bool:
        assert time.monotonic() < self._ends, "the condition was not met in time"
        return True


@pytest.fixture
def deadline() -> Deadline:
    return Deadline(20.0)


@pytest.fixture
def start(
    tiny_run: Callable[..., RunSpec],
    tiny_trainer: Callable[..., Trainer],
    tiny_tokens: MakeTokens,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Callable[[int], Any]:
    """Begins so many miners of one stage."""
    monkeypatch.setattr(merger, "RETRY_SECONDS", 0.01)

    @asynccontextmanager
    async def started(count: int) -> AsyncIterator[Swarm]:
        run, world = tiny_run(), FakeOrchestrator()
        miners = [Miner(run, tiny_trainer(run), tiny_tokens, world, number, tmp_path) for number in range(count)]
        try:
            yield Swarm(run, miners, world)
        finally:
            for miner in miners:
                miner.loop.cancel()
                await asyncio.gather(miner.loop, return_exceptions=True)
                await miner.compute.stop()

    return started
