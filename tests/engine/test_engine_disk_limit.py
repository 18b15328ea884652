"""The person's disk limit binds all of the engine's work together: allotted before anything is fetched."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.compute.room import AMPLE
from engine.compute.thread import ComputeThread
from engine.devices.cpu import CpuDevice
from engine.disk.allotment import PLENTY, DiskNeeds, allot, disk_needs
from engine.disk.checkpoint import Checkpoint, CheckpointPlace, save_checkpoint
from engine.disk.evidence import KeptWeights
from engine.disk.state_folder import StateFolder, open_state_folder
from engine.disk.tidying import tidy
from engine.serving import opening
from engine.serving.assignment import Assignment
from engine.shard.model import initialise
from engine.shard.passes import Shard
from engine.shard.step import fitting_state, new_state
from engine.training.saving import Saver
from engine.training.trainer import Trainer
from protocol.errors import DiskLimitTooLow
from protocol.runs import RunSpec

SIZES = st.integers(min_value=0, max_value=10**12)
NEEDS = st.builds(DiskNeeds, SIZES, SIZES, SIZES, st.integers(min_value=1, max_value=10**12), SIZES)


@given(NEEDS, SIZES)
def test_all_parts_together_never_take_more_than_the_limit(needs: DiskNeeds, limit_bytes: int) -> None:
    try:
        parts = allot(needs, limit_bytes)
    except DiskLimitTooLow:
        assert needs.least_bytes > limit_bytes
        return
    arriving = needs.text_bytes + parts.offload + parts.residuals + parts.checkpoint + needs.state_bytes
    training = needs.text_bytes + parts.offload + parts.residuals + parts.evidence + parts.merges + 2 * parts.checkpoint
    assert max(arriving, training) <= limit_bytes
    assert parts.offload >= needs.put_away_bytes
    assert min(parts.evidence, parts.merges, parts.residuals) >= 0
    assert parts.earlier_checkpoint >= parts.checkpoint
    assert parts.checkpoint or not parts.earlier_checkpoint, "what can't be saved would never be replaced"
    if parts.earlier_checkpoint > parts.checkpoint:
        assert needs.least_bytes + parts.earlier_checkpoint <= limit_bytes


@given(NEEDS)
def test_who_allows_as_much_as_is_asked_for_gets_checkpoints(needs: DiskNeeds) -> None:
    assert allot(needs, needs.enough_bytes).checkpoint == needs.checkpoint_bytes
    with contextlib.suppress(DiskLimitTooLow):
        assert not allot(needs, needs.enough_bytes - 1).checkpoint


@pytest.mark.parametrize("eight_bit", [False, True])
@pytest.mark.parametrize("stage", [0, 1])
def test_a_checkpoint_is_no_larger_than_was_reckoned(
    eight_bit: bool, stage: int, tiny_run: Callable[..., RunSpec], tmp_path: Path
) -> None:
    run = tiny_run(2)
    plan = replace(AMPLE, eight_bit_moments=eight_bit)
    weights = initialise(run.model, run.stages, stage, 0)
    optimizer = fitting_state(new_state(weights), weights, eight_bit)
    place = CheckpointPlace(run_id=run.run_id, stage=stage, optimizer_steps=0, fragment_versions=(0,))
    save_checkpoint(tmp_path / "checkpoint", Checkpoint(place, weights, optimizer))
    reckoned = disk_needs(run, stage, plan).checkpoint_bytes
    assert reckoned - 2**17 <= (tmp_path / "checkpoint").stat().st_size <= reckoned


def test_only_a_first_stage_needs_room_for_the_text(tiny_run: Callable[..., RunSpec]) -> None:
    run = tiny_run(2)
    text_bytes = (run.data.train_tokens + run.data.held_out_tokens) * run.data.token_bytes
    assert text_bytes > 0
    assert [disk_needs(run, stage, AMPLE).text_bytes for stage in (0, 1)] == [text_bytes, 0]


def test_an_orchestrator_can_not_fill_more_of_the_disk_than_the_person_allows(tiny_run: Callable[..., RunSpec]) -> None:
    run = tiny_run()
    huge = msgspec.structs.replace(run, data=msgspec.structs.replace(run.data, train_tokens=10**12))
    with pytest.raises(DiskLimitTooLow, match=r"takes 1000\.\d GB of the disk; the settings allow 4\.0 GB") as caught:
        allot(disk_needs(huge, 0, AMPLE), 4 * 10**9)
    assert caught.value.advice == "Allow 1111.2 GB of the disk under Limits."


async def test_without_room_for_checkpoints_training_goes_on_and_the_person_is_told_once(
    tiny_run: Callable[..., RunSpec], tmp_path: Path
) -> None:
    run, told = tiny_run(), list[Exception]()
    weights = initialise(run.model, run.stages, 0, 0)
    compute = ComputeThread()
    trainer = Trainer(Shard(run, 0), weights, new_state(weights), life=1, kept=KeptWeights(8))
    parts = replace(PLENTY, checkpoint=0, enough_bytes=7_900_000_001)
    saver = Saver(trainer, compute, CpuDevice(), tmp_path / "checkpoint", lambda: (0,), told.append, parts)
    assert [await saver.save() for _ in range(3)] == [False] * 3
    await compute.stop()
    (error,) = told
    assert isinstance(error, DiskLimitTooLow)
    assert error.advice == "After a pause it is fetched anew. Allow 8.0 GB of the disk under Limits."
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    made = open_state_folder(str(tmp_path / "state"))
    for path in (
        made.packets_folder / "1-2-3-in.packet",
        made.merges_folder / ("c" * 64),
        made.residuals_folder / "owed-0",
        made.data_folder / f"{'a' * 64}.tokens",
        made.data_folder / f"{'b' * 64}.tokens",
        made.journal_file,
        made.key_file,
    ):
        path.write_bytes(b"x" * 100)
    tensors = {"norm": torch.ones(64)}
    place = CheckpointPlace(run_id="run", stage=1, optimizer_steps=3, fragment_versions=(0,))
    save_checkpoint(made.checkpoint_file, Checkpoint(place, tensors, new_state(tensors)))
    return made


def names_in(folder: StateFolder) -> set[str]:
    return {path.name for path in folder.root.rglob("*") if path.is_file()}


def test_what_earlier_services_left_goes_before_a_new_one_begins(folder: StateFolder) -> None:
    tidy(folder, ("run", 1), {"a" * 64}, checkpoint_bytes=10**6)
    assert names_in(folder) == {"owed-0", f"{'a' * 64}.tokens", "journal", "node.key", "checkpoint.safetensors"}


@pytest.mark.parametrize(
    ("shard", "allowed_bytes"), [(("run", 2), 10**6), (("another", 1), 10**6), (("run", 1), 500), (("run", 1), 0)]
)
def test_a_checkpoint_of_another_shard_or_too_large_goes_too(
    shard: tuple[str, int], allowed_bytes: int, folder: StateFolder
) -> None:
    tidy(folder, shard, (), allowed_bytes)
    assert names_in(folder) == {"owed-0", "journal", "node.key"}
    tidy(folder, shard, (), allowed_bytes)


@pytest.mark.parametrize(("limit_share", "stays"), [(1.0, True), (0.999, False)])
def test_a_leaner_plan_keeps_the_checkpoint_of_an_ampler_one_where_the_disk_has_room_for_it(
    limit_share: float, stays: bool, tiny_run: Callable[..., RunSpec], tmp_path: Path
) -> None:
    """As after a death for want of memory: the next start plans for moments in eight bits, and loads these."""
    run, folder = tiny_run(2), open_state_folder(str(tmp_path / "state"))
    weights = initialise(run.model, run.stages, 1, 0)
    place = CheckpointPlace(run_id=run.run_id, stage=1, optimizer_steps=5, fragment_versions=(0,))
    save_checkpoint(folder.checkpoint_file, Checkpoint(place, weights, new_state(weights)))
    needs = disk_needs(run, 1, replace(AMPLE, eight_bit_moments=True))
    # The header's room makes it larger than the file: so near to the limit only the reckoning decides.
    limit_bytes = int((needs.least_bytes + needs.ample_checkpoint_bytes) * limit_share)
    parts = allot(replace(needs, checkpoint_bytes=10_000), limit_bytes)
    given: Any = SimpleNamespace(folder=folder, reply=SimpleNamespace(run=run, stage=1))
    opening._tidy(cast(Assignment, given), parts)
    assert folder.checkpoint_file.exists() is stays
