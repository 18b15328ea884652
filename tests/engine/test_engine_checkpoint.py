"""Checkpoints: whole or not at all, and never another shard's."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch

from engine.disk.checkpoint import Checkpoint, CheckpointPlace, load_checkpoint, read_place, save_checkpoint
from engine.disk.state_folder import load_node_key, open_state_folder
from engine.shard.moments import CodedMoment
from engine.shard.step import OptimizerState
from engine.shard.weights import weights_hash
from engine.training.trainer import Trainer
from protocol.errors import StorageError
from protocol.runs import RunSpec

CPU = torch.device("cpu")
MakeRun = Callable[..., RunSpec]
MakeTrainer = Callable[..., Trainer]


Moments = dict[str, torch.Tensor | CodedMoment]


def uncoded(moments: Mapping[str, torch.Tensor | CodedMoment]) -> dict[str, torch.Tensor]:
    assert not any(isinstance(each, CodedMoment) for each in moments.values())
    return {name: each for name, each in moments.items() if isinstance(each, torch.Tensor)}


def a_checkpoint(trainer: Trainer, steps: int) -> Checkpoint:
    state = trainer.optimizer
    first: Moments = {name: tensor + 0.5 for name, tensor in uncoded(state.first).items()}
    second: Moments = {name: tensor + steps for name, tensor in uncoded(state.second).items()}
    place = CheckpointPlace(run_id="tiny", stage=trainer.shard.stage, optimizer_steps=steps, fragment_versions=(3, 0))
    return Checkpoint(place, trainer.weights, OptimizerState(first, second, steps))


def test_a_checkpoint_comes_back_bit_for_bit(tmp_path: Path, tiny_run: MakeRun, tiny_trainer: MakeTrainer) -> None:
    trainer = tiny_trainer(tiny_run(2), stage=1)
    saved, path = a_checkpoint(trainer, 17), tmp_path / "checkpoint"
    save_checkpoint(path, saved)
    loaded = load_checkpoint(path, trainer.shard.shapes, CPU)
    assert read_place(path) == loaded.place == saved.place
    assert loaded.optimizer.step == 17
    assert list(loaded.weights) == list(saved.weights)
    for mine, theirs in (
        (loaded.weights, saved.weights),
        (loaded.optimizer.first, saved.optimizer.first),
        (loaded.optimizer.second, saved.optimizer.second),
    ):
        assert weights_hash(uncoded(mine)) == weights_hash(uncoded(theirs))


def test_a_torn_checkpoint_is_told_and_costs_nothing_else(
    tmp_path: Path, tiny_run: MakeRun, tiny_trainer: MakeTrainer
) -> None:
    trainer, path = tiny_trainer(tiny_run()), tmp_path / "checkpoint"
    save_checkpoint(path, a_checkpoint(trainer, 1))
    whole = path.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    for end in (0, 1, 7, 8, 9, header // 2, header - 1, header, header + 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        with pytest.raises(StorageError, match="can't be read"):
            load_checkpoint(path, trainer.shard.shapes, CPU)
        if end < header:
            assert read_place(path) is None
    for garbage in (
        b"\xff" * 64,
        (1 << 60).to_bytes(8, "little") + whole[8:],
        b"\x02" + b"\0" * 7 + b"[]",
        b"\0" * 100,
    ):
        path.write_bytes(garbage)
        assert read_place(path) is None
        with pytest.raises(StorageError):
            load_checkpoint(path, trainer.shard.shapes, CPU)
    assert read_place(tmp_path / "none") is None
    with pytest.raises(StorageError):
        load_checkpoint(tmp_path / "none", trainer.shard.shapes, CPU)


def test_the_checkpoint_of_another_shard_or_with_numbers_that_are_none_is_refused(
    tmp_path: Path, tiny_run: MakeRun, tiny_trainer: MakeTrainer
) -> None:
    first, second = (tiny_trainer(tiny_run(2), stage=stage) for stage in (0, 1))
    path = tmp_path / "checkpoint"
    save_checkpoint(path, a_checkpoint(first, 1))
    with pytest.raises(StorageError, match="another one's"):
        load_checkpoint(path, second.shard.shapes, CPU)
    wider = {name: (*shape[:-1], shape[-1] + 1) for name, shape in first.shard.shapes.items()}
    with pytest.raises(StorageError, match="another one's"):
        load_checkpoint(path, wider, CPU)
    next(iter(first.weights.values()))[0] = float("nan")
    save_checkpoint(path, a_checkpoint(first, 1))
    with pytest.raises(StorageError, match="another one's"):
        load_checkpoint(path, first.shard.shapes, CPU)


def test_a_checkpoint_of_another_format_is_refused(
    tmp_path: Path, tiny_run: MakeRun, tiny_trainer: MakeTrainer
) -> None:
    trainer, path = tiny_trainer(tiny_run()), tmp_path / "checkpoint"
    saved = a_checkpoint(trainer, 1)
    place = CheckpointPlace(format=2, run_id="tiny", stage=0, optimizer_steps=1, fragment_versions=())
    save_checkpoint(path, Checkpoint(place, saved.weights, saved.optimizer))
    assert read_place(path) is None
    with pytest.raises(StorageError):
        load_checkpoint(path, trainer.shard.shapes, CPU)


CHILD = """
import sys
from pathlib import Path
import torch
from engine.disk.checkpoint import Checkpoint, CheckpointPlace, save_checkpoint
from engine.shard.step import OptimizerState

steps = 0
while True:
    steps += 1
    place = CheckpointPlace(run_id="tiny", stage=0, optimizer_steps=steps, fragment_versions=())
    def group():
        return {"w": torch.full((512, 256), float(steps))}
    save_checkpoint(Path(sys.argv[1]) / "checkpoint.safetensors",
        Checkpoint(place, group(), OptimizerState(group(), group(), steps)))
    print(steps, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_kill_while_saving_leaves_a_whole_checkpoint_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    with subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for target in range(1, 40):
            reported = int(child.stdout.readline())
            assert reported == target
            os.kill(child.pid, signal.SIGSTOP)
            loaded = load_checkpoint(path, {"w": (512, 256)}, CPU)
            assert loaded.place.optimizer_steps >= reported
            assert bool((loaded.weights["w"] == loaded.place.optimizer_steps).all())
            os.kill(child.pid, signal.SIGCONT)
        child.kill()
    last = load_checkpoint(path, {"w": (512, 256)}, CPU)
    assert last.place.optimizer_steps >= 39
    for name in (".checkpoint.safetensors.0123abcd", ".tmpFxdX5I"):
        (tmp_path / name).write_bytes(b"left behind by a kill")
    open_state_folder(str(tmp_path))
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [path.name]


PEAK = """
import resource, sys
from pathlib import Path
import torch
from engine.disk.checkpoint import Checkpoint, CheckpointPlace, save_checkpoint
from engine.shard.step import OptimizerState

def group():
    return {"w": torch.ones(16, 1024, 1024)}  # 64 MiB

def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

path, groups = Path(sys.argv[1]) / "checkpoint", [group() for _ in range(3)]
place = CheckpointPlace(run_id="tiny", stage=0, optimizer_steps=1, fragment_versions=())
save_checkpoint(path, Checkpoint(place, {"w": torch.ones(1)}, OptimizerState({}, {}, 1)))
before = peak_mib()
save_checkpoint(path, Checkpoint(place, groups[0], OptimizerState(groups[1], groups[2], 1)))
print(peak_mib() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss in KiB")
def test_saving_takes_no_second_copy_of_the_shard(tmp_path: Path) -> None:
    told = subprocess.run([sys.executable, "-c", PEAK, str(tmp_path)], stdout=subprocess.PIPE, text=True, check=True)
    assert int(told.stdout) < 16


def test_a_full_disk_keeps_the_old_checkpoint(
    tmp_path: Path, tiny_run: MakeRun, tiny_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, path = tiny_trainer(tiny_run()), tmp_path / "checkpoint"
    save_checkpoint(path, a_checkpoint(trainer, 1))

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="Make room"):
            save_checkpoint(path, a_checkpoint(trainer, 2))
    assert load_checkpoint(path, trainer.shard.shapes, CPU).place.optimizer_steps == 1
    assert list(tmp_path.iterdir()) == [path]


def test_the_node_key_is_made_once_kept_private_and_refused_when_damaged(tmp_path: Path) -> None:
    folder = open_state_folder(str(tmp_path / "state"))
    key = load_node_key(folder)
    assert load_node_key(folder).node_id == key.node_id
    if sys.platform != "win32":
        assert folder.key_file.stat().st_mode & 0o077 == 0
    folder.key_file.write_bytes(key.secret[:20])
    with pytest.raises(StorageError, match="damaged"):
        load_node_key(folder)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="can't be used"):
        open_state_folder(str(tmp_path / "file" / "state"))
