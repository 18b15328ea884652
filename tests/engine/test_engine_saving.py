"""Checkpoints where memory is short: written from where the numbers lie, told once, and no reason to end."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.compute.room import AMPLE
from engine.compute.thread import ComputeThread
from engine.devices import OutOfMemory
from engine.devices.cpu import CpuDevice
from engine.disk.checkpoint import load_checkpoint
from engine.shard.weights import fragments, to_vector, weights_hash
from engine.training.saving import Saver
from engine.training.trainer import Trainer
from protocol.packets import PacketKind
from tests.engine.test_engine_memory import Scarce

CPU = torch.device("cpu")
FULL = replace(AMPLE, graphs=0, recompute_layers=True, rows=1, peak_bytes=10, budget_bytes=10)
"""Not a byte is left, and nothing to let go."""


@pytest.fixture
def trainer(tiny_run: Any, tiny_trainer: Any, tiny_tokens: Any) -> Trainer:
    run = tiny_run()
    made: Trainer = tiny_trainer(run)
    made.forward(PacketKind.FORWARD, 0, tiny_tokens(run, 0))
    return made


class Trouble:
    def __init__(self) -> None:
        self.told: list[Exception] = []

    def __call__(self, error: Exception) -> None:
        self.told.append(error)


def saver(trainer: Trainer, compute: ComputeThread, path: Path, trouble: Callable[[Exception], None]) -> Saver:
    return Saver(trainer, compute, CpuDevice(), path, lambda: (3, 4), trouble)


async def test_without_room_for_a_copy_the_checkpoint_is_the_same(trainer: Trainer, tmp_path: Path) -> None:
    compute, files = ComputeThread(), []
    for plan in (AMPLE, FULL):
        trainer._room.plan = plan
        assert (trainer.snapshot() is None) is (plan is FULL)
        assert await saver(trainer, compute, tmp_path / "checkpoint", Trouble()).save()
        files.append((tmp_path / "checkpoint").read_bytes())
    await compute.stop()
    assert files[0] == files[1]
    loaded = load_checkpoint(tmp_path / "checkpoint", trainer.shard.shapes, CPU)
    assert weights_hash(loaded.weights) == weights_hash(trainer.weights)
    assert (loaded.place.fragment_versions, loaded.optimizer.step) == ((3, 4), 1)


def test_a_copy_that_fails_after_all_is_done_without(trainer: Trainer) -> None:
    with Scarce(3):
        assert trainer.snapshot() is None


async def test_memory_that_runs_out_is_told_once_and_each_checkpoint_is_tried_anew(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute, trouble = ComputeThread(), Trouble()
    saves = saver(trainer, compute, tmp_path / "checkpoint", trouble)

    def fails() -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    for told in (1, 2):
        with monkeypatch.context() as short:
            short.setattr(trainer, "snapshot", fails)
            assert [await saves.save() for _ in range(3)] == [False] * 3
        assert len(trouble.told) == told
        assert await saves.save()
    await compute.stop()
    assert all(isinstance(each, OutOfMemory) for each in trouble.told)


async def test_a_pause_does_not_wait_for_a_checkpoint(trainer: Trainer, tmp_path: Path) -> None:
    compute, trouble = ComputeThread(), Trouble()
    trainer._room.plan = FULL

    class PausedInside(dict[str, torch.Tensor]):
        def __iter__(self) -> Iterator[str]:
            compute.pause()
            return super().__iter__()

    trainer._versions.weights = PausedInside(trainer.weights)
    saves = saver(trainer, compute, tmp_path / "checkpoint", trouble)
    assert not await saves.save()
    assert not trouble.told
    assert not list(tmp_path.iterdir()), "no half a file is left"
    assert await saves.save(), "what is asked for in a pause is written"
    await compute.stop()


@pytest.mark.parametrize("at", range(1, 40, 3))
def test_a_merge_for_which_memory_runs_out_has_changed_nothing_and_can_be_taken_later(
    at: int, trainer: Trainer
) -> None:
    trainer._room.plan = FULL
    run = trainer.shard.run
    names = fragments(run.model, run.stages, 0, 2)[0]
    merged, since = to_vector(trainer.weights, names) * 0.5, to_vector(trainer.weights, names) * 0.75
    expected = merged + (to_vector(trainer.weights, names) - since)
    step, before = trainer.step, weights_hash(trainer.weights)
    try:
        with Scarce(at):
            made = trainer.apply_fragment(names, merged, since, 1)
    except OutOfMemory:
        assert (trainer.step, weights_hash(trainer.weights)) == (step, before)
        made = trainer.apply_fragment(names, merged, since, 1)
    assert torch.equal(to_vector(trainer.weights, names), expected)
    assert (made.step.step, made.weights_hash) == (step.step + 1, weights_hash(trainer.weights))
