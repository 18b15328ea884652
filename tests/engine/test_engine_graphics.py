"""A shard on a graphics card that has no fp64: whole passes, steps, merges, checkpoints, and pauses that leave it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from engine.compute.offload import DiskOffload
from engine.compute.room import AMPLE, Room
from engine.devices import Device
from engine.devices.cpu import CpuDevice
from engine.disk.checkpoint import Checkpoint, CheckpointPlace, load_checkpoint, save_checkpoint
from engine.disk.evidence import KeptWeights
from engine.pipeline.passage import Parcel
from engine.shard import bottleneck
from engine.shard.codec import relative_error
from engine.shard.layer import _rotation
from engine.shard.model import Weights, initialise
from engine.shard.passes import ComputePolicy, Shard
from engine.shard.step import new_state
from engine.shard.weights import fragments, weights_hash
from engine.training.moving import move
from engine.training.trainer import Trainer
from protocol.packets import PacketKind
from protocol.runs import CodecSpec, RunSpec
from tests.engine.played_graphics import PlayedDevice, bytes_held

MakeRun = Callable[..., RunSpec]
MakeTokens = Callable[[RunSpec, int], Parcel]
CPU = torch.device("cpu")
SLACK_BYTES = 4096
"""What of a card stays taken in a pause: the rotary angles."""


class Stages:
    """Both stages of a run on one device; two microbatches make a step."""

    def __init__(self, run: RunSpec, device: Device, tokens: MakeTokens, room: Room, eight_bit: bool = False) -> None:
        run = msgspec.structs.replace(run, codec=CodecSpec("grid", 4))
        self.run = msgspec.structs.replace(run, training=msgspec.structs.replace(run.training, microbatches_per_step=2))
        self.tokens, self.room = tokens, room
        room.device = device
        self.trainers = []
        for stage in range(2):
            weights = {
                name: each.to(device.torch_device) for name, each in initialise(run.model, run.stages, stage, 0).items()
            }
            shard = Shard(self.run, stage, ComputePolicy(device.torch_device))
            state = new_state(weights, eight_bit)
            self.trainers.append(Trainer(shard, weights, state, 1, KeptWeights(8), room))

    def forward(self, microbatch: int) -> Parcel:
        """There and, from the last stage, the gradient back; what the first stage then lacks."""
        sent = self.trainers[0].forward(PacketKind.FORWARD, microbatch, self.tokens(self.run, microbatch)).parcel
        assert sent is not None
        back = self.trainers[1].forward(PacketKind.FORWARD, microbatch, sent.as_packet()).backward
        assert back is not None
        assert back.parcel is not None
        return back.parcel

    def train(self, first: int, count: int) -> None:
        for microbatch in range(first, first + count):
            self.trainers[0].backward(microbatch, self.forward(microbatch).as_packet(PacketKind.BACKWARD))

    def merge(self, fragment: int) -> None:
        for trainer in self.trainers:
            spans = fragments(self.run.model, self.run.stages, trainer.shard.stage, 2)
            vector = trainer.fragment_vector(spans[fragment])
            trainer.apply_fragment(spans[fragment], vector * 0.5, vector * 0.75, merge_id=1)

    def weights(self) -> list[Weights]:
        return [{name: each.cpu() for name, each in trainer.weights.items()} for trainer in self.trainers]


def assert_near(found: list[Weights], expected: list[Weights]) -> None:
    for mine, theirs in zip(found, expected, strict=True):
        for name, tensor in theirs.items():
            torch.testing.assert_close(mine[name], tensor, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", ["adamw", "eight_bit", "muon"])
def test_a_card_without_fp64_trains_merges_and_saves_as_the_processor_does(
    kind: str, tmp_path: Path, tiny_run: MakeRun, tiny_tokens: MakeTokens, graphics: torch.device
) -> None:
    run = tiny_run(2)
    optimizer = msgspec.structs.replace(run.optimizer, kind="muon" if kind == "muon" else "adamw", clip_norm=0.01)
    run, found = msgspec.structs.replace(run, optimizer=optimizer), []
    for device in (CpuDevice(), PlayedDevice()):
        stages = Stages(run, device, tiny_tokens, Room(), eight_bit=kind == "eight_bit")
        stages.train(0, 4)
        stages.merge(0)
        stages.train(4, 2)
        found.append(stages.weights())
    assert {each.device.type for each in stages.trainers[0].weights.values()} == {graphics.type}
    assert_near(found[1], found[0])
    copied = stages.trainers[0].snapshot()
    assert copied is not None
    place = CheckpointPlace(run_id="tiny", stage=0, optimizer_steps=3, fragment_versions=())
    save_checkpoint(tmp_path / "checkpoint", Checkpoint(place, *copied))
    loaded = load_checkpoint(tmp_path / "checkpoint", stages.trainers[0].shard.shapes, CPU)
    assert weights_hash(loaded.weights) == weights_hash(stages.trainers[0].weights)


def test_how_far_two_latents_are_apart_is_told_without_fp64_on_the_card(graphics: torch.device) -> None:
    own, other = torch.ones(4, 4), torch.full((4, 4), 1.5)
    assert relative_error(own.to(graphics), other.to(graphics)) == relative_error(own, other) == 0.5


def test_the_second_row_of_a_token_is_what_it_always_was(tiny_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """In masks and shifts now; the anchors of runs under way must not move."""
    rows, model = 37, tiny_run().model
    monkeypatch.setattr(bottleneck, "anchor_rows", lambda model: rows)
    tokens = torch.tensor([list(range(0, 128_000, 999))])
    table = torch.arange(rows, dtype=torch.float32).unsqueeze(1) * torch.tensor([1.0, 100.0])
    second = (tokens * 2_654_435_761 % 2**32) * rows // 2**32
    expected = torch.nn.functional.embedding(tokens % rows, table) + torch.nn.functional.embedding(second, table)
    assert torch.equal(bottleneck._anchor(model, table, tokens), expected)


# ── pauses ───────────────────────────────────────────────────────────────────────────────────────────────────────


def paused(stages: Stages) -> None:
    for trainer in stages.trainers:
        trainer.release_graphs()
        trainer.move_to(CPU)


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_pause_leaves_nothing_on_the_card_and_changes_nothing(
    on_disk: bool, tmp_path: Path, tiny_run: MakeRun, tiny_tokens: MakeTokens, graphics: torch.device
) -> None:
    undisturbed = Stages(tiny_run(2), PlayedDevice(), tiny_tokens, Room())
    undisturbed.train(0, 5)
    back = undisturbed.forward(5)
    undisturbed.trainers[0].release_graphs()
    undisturbed.trainers[0].backward(5, back.as_packet(PacketKind.BACKWARD))
    undisturbed.train(6, 2)
    expected = [weights_hash(each) for each in undisturbed.weights()]
    del undisturbed
    _rotation.cache_clear()

    offload = DiskOffload(tmp_path, 10**8) if on_disk else None
    stages = Stages(tiny_run(2), PlayedDevice(), tiny_tokens, Room(AMPLE, offload=offload))
    stages.train(0, 5)  # half of a step is gathered
    back = stages.forward(5)  # and a pass in flight on a version
    made = [weights_hash(trainer.kept_version(trainer.step) or {}) for trainer in stages.trainers]
    assert bytes_held() > 100_000
    paused(stages)
    assert bytes_held() <= SLACK_BYTES
    if on_disk:
        for trainer in stages.trainers:
            trainer.put_versions_away()
        assert offload is not None
        assert offload.held_bytes > 0
    for trainer, digest in zip(stages.trainers, made, strict=True):
        kept = trainer.kept_version_here(trainer.step)
        assert kept is not None
        assert weights_hash(kept) == digest
        assert trainer.kept_version(trainer.step) is trainer.weights
        trainer.move_to(graphics)
    assert {each.device.type for each in stages.trainers[0].weights.values()} == {graphics.type}
    stages.trainers[0].backward(5, back.as_packet(PacketKind.BACKWARD))
    stages.train(6, 2)
    assert [weights_hash(each) for each in stages.weights()] == expected


def test_what_versions_share_is_brought_over_once_and_shared_there(
    tiny_run: MakeRun, tiny_tokens: MakeTokens, graphics: torch.device
) -> None:
    stages = Stages(tiny_run(2), PlayedDevice(), tiny_tokens, Room())
    stages.merge(0)
    trainer = stages.trainers[0]
    before, after = trainer._versions.kept
    shared = [name for name in after if after[name] is before[name]]
    assert 0 < len(shared) < len(after)
    trainer.move_to(CPU)
    assert all((after[name] is before[name]) is (name in shared) for name in after)
    assert all(tensor.device == CPU for tensor in (*before.values(), *after.values()))


def test_a_move_for_which_memory_is_too_short_leaves_everything_where_it_was() -> None:
    class Full(TorchDispatchMode):
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if func is torch.ops.aten._to_copy.default and args[0].numel() == 7:
                raise torch.OutOfMemoryError("out of memory")
            return func(*args, **(kwargs or {}))

    group = {"small": torch.zeros(3), "large": torch.zeros(7)}
    with Full(), pytest.raises(torch.OutOfMemoryError):  # type: ignore[no-untyped-call]
        move([group], torch.device("meta"))
    assert {each.device.type for each in group.values()} == {"cpu"}


class RunsOut(TorchDispatchMode):
    """Memory for `at` more new tensors on the device."""

    def __init__(self, at: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.left = at

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in (torch.ops.aten.clone.default, torch.ops.aten.empty_like.default):
            self.left -= 1
            if self.left < 0:
                raise torch.OutOfMemoryError("out of memory")
        return func(*args, **(kwargs or {}))


def with_little(room_for: int, gather: Callable[..., Any], *given: Any) -> Any:
    with RunsOut(room_for):
        return gather(*given)


@pytest.mark.parametrize("room_for", [0, 2, 5, 9])
def test_a_step_that_waits_for_memory_goes_along_and_is_finished_after_the_pause(
    room_for: int,
    tmp_path: Path,
    tiny_run: MakeRun,
    tiny_tokens: MakeTokens,
    graphics: torch.device,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lean = replace(AMPLE, graphs=0, versions_in_memory=1)
    hashes = []
    for disturbed in (False, True):
        room = Room(lean, offload=DiskOffload(tmp_path / str(disturbed), 10**8))
        stages = Stages(tiny_run(2), PlayedDevice(), tiny_tokens, room, eight_bit=True)
        trainer = stages.trainers[0]
        stages.train(0, 1)
        back = stages.forward(1)
        gather = trainer._steps.gather
        if disturbed:
            # Of the lean plan nothing is left to let go, so that the step waits.
            room.plan = replace(lean, recompute_layers=True, rows=2)
            monkeypatch.setattr(trainer._steps, "gather", partial(with_little, room_for, gather))
        trainer.backward(1, back.as_packet(PacketKind.BACKWARD))
        if disturbed:
            monkeypatch.undo()
            assert trainer._steps.is_due
            paused(stages)
            _rotation.cache_clear()
            assert bytes_held() <= SLACK_BYTES
            for each in stages.trainers:
                each.move_to(graphics)
            trainer._steps.finish()
        assert trainer.step.step == 1
        hashes.append(weights_hash(trainer.weights))
    assert hashes[0] == hashes[1]
