"""Memory that runs out in the middle: whatever the point, each gradient enters the weights once and none is lost."""

import gc
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from engine.compute.offload import DiskOffload
from engine.compute.room import AMPLE, Room, make_room
from engine.devices import OutOfMemory
from engine.disk.evidence import KeptWeights
from engine.pipeline.passage import Parcel
from engine.pipeline.shard_work import ForwardDone
from engine.shard.model import initialise
from engine.shard.passes import Shard
from engine.shard.plan import MemoryPlan
from engine.shard.step import new_state
from engine.shard.weights import weights_hash
from engine.training.trainer import Trainer
from protocol.errors import DeviceError
from protocol.hashes import hash_bytes
from protocol.packets import PacketKind
from protocol.receipts import StepCommitment
from protocol.runs import CodecSpec, RunSpec

MakeRun = Callable[..., RunSpec]
MakeTokens = Callable[[RunSpec, int], Parcel]
BARE = replace(AMPLE, graphs=0, recompute_layers=True, rows=1)
"""Nothing below it: the first failure goes out to whoever asked."""


class Scarce(TorchDispatchMode):
    """Fails the `at`-th operation that takes memory, once."""

    def __init__(self, at: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.at, self.seen = at, 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        schema = func._schema
        takes = not schema.is_mutable and all(each.alias_info is None for each in schema.returns)
        self.seen += takes
        if takes and self.seen == self.at:
            raise torch.OutOfMemoryError("out of memory")
        return func(*args, **(kwargs or {}))


class Miner:
    """One stage's trainer and what its neighbours would send it."""

    def __init__(self, run: RunSpec, stage: int, room: Room, make_tokens: MakeTokens) -> None:
        self._run, self._stage, self._make_tokens = run, stage, make_tokens
        weights = initialise(run.model, run.stages, stage, 0)
        shard = Shard(run, stage)
        self.trainer = Trainer(shard, weights, new_state(weights), life=1, kept=KeptWeights(8), room=room)
        first = initialise(run.model, run.stages, 0, 0)
        self._before = Trainer(Shard(run, 0), first, new_state(first), life=1, kept=KeptWeights(8))
        self.made: list[StepCommitment] = []
        self.made_after: list[int] = []

    def forward(self, microbatch: int) -> tuple[Parcel, ForwardDone]:
        """What the stage before sends, and what comes of it."""
        tokens = self._make_tokens(self._run, microbatch)
        came = self._before.forward(PacketKind.FORWARD, microbatch, tokens).parcel
        self._before.release_graphs()
        assert came is not None
        source = tokens if self._stage == 0 else came.as_packet(PacketKind.FORWARD)
        return came, self.trainer.forward(PacketKind.FORWARD, microbatch, source)

    def train(self, microbatch: int) -> None:
        came, done = self.forward(microbatch)
        backward = done.backward
        if backward is None:
            sections = tuple(section for section in came.sections if section.name != "tokens")
            payload = came.payload[-sum(section.wire_bytes for section in sections) :]
            gradient = Parcel(sections, payload, hash_bytes(payload), came.codec)
            backward = self.trainer.backward(microbatch, gradient.as_packet(PacketKind.BACKWARD))
        self.made += backward.made
        self.made_after.append(len(self.made))


def two_a_step(tiny_run: MakeRun) -> RunSpec:
    run = tiny_run(3)
    return msgspec.structs.replace(run, training=msgspec.structs.replace(run.training, microbatches_per_step=2))


def trained(run: RunSpec, stage: int, room: Room, make_tokens: MakeTokens, fail_at: int = 0) -> tuple[Miner, Scarce]:
    """Two steps of two microbatches; what fails is done anew, as another miner would after a new lease."""
    miner, scarce = Miner(run, stage, room, make_tokens), Scarce(fail_at)
    for microbatch in range(4):
        with scarce if microbatch < 2 else nullcontext():
            try:
                miner.train(microbatch)
            except OutOfMemory:
                miner.train(microbatch)
    return miner, scarce


def undisturbed_and_counted(
    run: RunSpec, stage: int, plan: MemoryPlan, make_tokens: MakeTokens
) -> tuple[Miner, Scarce]:
    """The second of two runs: the first would count what is made once in a process, tables of codes for one."""
    trained(run, stage, Room(plan), make_tokens)
    return trained(run, stage, Room(plan), make_tokens)


def points(scarce: Scarce, first: int) -> list[int]:
    """A few all over the passes, and the last ones, which are the step's."""
    return [*range(first, scarce.seen - 3, scarce.seen // 5), *range(scarce.seen - 3, scarce.seen + 1)]


@pytest.mark.parametrize("stage", [0, 1, 2], ids=["first", "middle", "last"])
def test_memory_that_runs_out_anywhere_changes_no_bit(stage: int, tiny_run: MakeRun, tiny_tokens: MakeTokens) -> None:
    run = two_a_step(tiny_run)
    undisturbed, scarce = undisturbed_and_counted(run, stage, AMPLE, tiny_tokens)
    assert scarce.seen > 100
    expected = weights_hash(undisturbed.trainer.weights)
    for point in points(scarce, 1 + stage):
        miner, _ = trained(run, stage, Room(), tiny_tokens, point)
        assert [made.microbatches for made in miner.made] == [(0, 1), (2, 3)], point
        assert weights_hash(miner.trainer.weights) == expected, point


def test_with_nothing_to_let_go_a_pass_fails_whole_and_a_step_waits(tiny_run: MakeRun, tiny_tokens: MakeTokens) -> None:
    run, waited = two_a_step(tiny_run), 0
    undisturbed, scarce = undisturbed_and_counted(run, 1, BARE, tiny_tokens)
    for point in points(scarce, 2):
        miner, _ = trained(run, 1, Room(BARE), tiny_tokens, point)
        assert [made.microbatches for made in miner.made] == [(0, 1), (2, 3)], point
        assert miner.trainer.optimizer.step == 2
        late = miner.made_after[1] == 0
        waited += late
        for name, tensor in undisturbed.trainer.weights.items():
            # A step that waited is found by the passes after it one microbatch later; else nothing differs.
            near = 2e-2 if late else 0.0
            torch.testing.assert_close(miner.trainer.weights[name], tensor, rtol=0.0, atol=near)
    assert waited > 0


def test_a_slice_less_of_a_microbatch_changes_roundings_only(tiny_run: MakeRun, tiny_tokens: MakeTokens) -> None:
    run, plan = two_a_step(tiny_run), replace(BARE, rows=2)
    undisturbed, scarce = undisturbed_and_counted(run, 1, plan, tiny_tokens)
    room = Room(plan)
    miner, _ = trained(run, 1, room, tiny_tokens, scarce.seen // 3)
    assert (room.plan.rows, room.shortages) == (1, 1)
    for name, tensor in undisturbed.trainer.weights.items():
        torch.testing.assert_close(miner.trainer.weights[name], tensor, rtol=1e-4, atol=1e-4)


def in_four_bits(tiny_run: MakeRun) -> RunSpec:
    return msgspec.structs.replace(two_a_step(tiny_run), codec=CodecSpec("grid", 4))


@pytest.mark.parametrize("stage", [0, 1], ids=["first", "middle"])
def test_a_gradient_recomputed_from_the_codes_that_came_is_the_kept_graphs_bit_for_bit(
    stage: int, tiny_run: MakeRun, tiny_tokens: MakeTokens
) -> None:
    run = in_four_bits(tiny_run)
    kept, _ = trained(run, stage, Room(), tiny_tokens)
    recomputed, _ = trained(run, stage, Room(replace(AMPLE, graphs=0)), tiny_tokens)
    assert weights_hash(recomputed.trainer.weights) == weights_hash(kept.trainer.weights)
    assert [made.weights_hash for made in recomputed.made] == [made.weights_hash for made in kept.made]


def test_of_a_pass_that_waits_for_its_gradient_no_decoded_latent_is_kept(
    tiny_run: MakeRun, tiny_tokens: MakeTokens
) -> None:
    run = in_four_bits(tiny_run)
    run = msgspec.structs.replace(run, model=msgspec.structs.replace(run.model, bottleneck_width=6))
    miner = Miner(run, 1, Room(replace(AMPLE, graphs=0)), tiny_tokens)
    shape = (run.training.sequences, run.model.context, 6)
    miner.forward(0)
    assert tensors_of(shape) == 0


def tensors_of(shape: tuple[int, ...]) -> int:
    """How many tensors of that shape anybody still holds."""
    gc.collect()
    return sum(type(each) is torch.Tensor and tuple(each.shape) == shape for each in gc.get_objects())


def test_old_versions_leave_the_memory_and_stay_what_they_were(
    tmp_path: Path, tiny_run: MakeRun, tiny_tokens: MakeTokens
) -> None:
    run = two_a_step(tiny_run)
    plain, _ = trained(run, 1, Room(), tiny_tokens)
    offload = DiskOffload(tmp_path, 10**8)
    lean, _ = trained(run, 1, Room(replace(AMPLE, versions_in_memory=1), offload=offload), tiny_tokens)
    assert offload.held_bytes > 0
    for made in plain.made:
        kept, there = lean.trainer.kept_version(made.step), plain.trainer.kept_version(made.step)
        assert kept is not None
        assert there is not None
        assert weights_hash(kept) == weights_hash(there) == made.weights_hash


def test_what_is_on_the_disk_goes_with_its_last_holder(tmp_path: Path) -> None:
    offload = DiskOffload(tmp_path, 5000)
    first = offload.array(np.arange(1000, dtype=np.int32))
    assert isinstance(first, np.memmap)
    assert np.array_equal(first, np.arange(1000))
    assert not isinstance(offload.array(np.zeros(500, dtype=np.float32)), np.memmap), "beyond the limit"
    view = first[10:20]
    del first
    assert offload.held_bytes == 4000
    del view
    assert offload.held_bytes == 0
    assert not list(tmp_path.iterdir())


def test_a_shard_that_no_memory_here_holds_is_refused_in_plain_words(tmp_path: Path, tiny_run: MakeRun) -> None:
    from engine.devices.cpu import CpuDevice

    with pytest.raises(DeviceError) as caught:
        make_room(tiny_run(2), 0, CpuDevice(), 10_000_000, tmp_path, 10**8)
    assert "GB" in caught.value.title
    assert caught.value.advice
    assert make_room(tiny_run(2), 0, CpuDevice(), None, tmp_path, 10**8).plan.fits
