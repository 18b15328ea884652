"""Peak memory of training one shard, beside what was planned: a process of its own, which the system measures.

`python -m benchmarks.engine_memory --preset llama-1.5b --stage 0 --budget-gb 8` is the child and prints one JSON line.
Sequences are short so that a step takes seconds: weights, gradients, moments, versions and anchor, most of it all,
are those of the real shard, and the plan is made for the short ones too.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import msgspec
import psutil
import torch

from benchmarks.engine_speed import Material
from benchmarks.presets import NO_DATA, PRESETS
from engine.compute.offload import DiskOffload
from engine.compute.room import Room
from engine.devices.allocator import tune_allocator
from engine.devices.cpu import CpuDevice
from engine.disk.evidence import KeptWeights
from engine.shard.model import initialise
from engine.shard.passes import Shard
from engine.shard.plan import GB, plan, shard_needs
from engine.shard.step import new_state
from engine.shard.weights import fragments
from engine.training.loading import seeded_fragments
from engine.training.trainer import Trainer
from protocol.packets import PacketKind
from protocol.runs import RunSpec
from swarm.presets import preset_from_toml

CHILD_SECONDS: Final = 900


@dataclass(frozen=True)
class Measured:
    """One child's report."""

    parameters: int
    planned_bytes: int
    peak_bytes: int
    loading_peak_bytes: int
    seconds_per_step: float
    words: str


def run_of(preset: str, context: int, sequences: int) -> RunSpec:
    """The preset with short microbatches, two to a step."""
    run = preset_from_toml((PRESETS / f"{preset}.toml").read_text(encoding="utf-8")).run("memory", NO_DATA)
    return msgspec.structs.replace(
        run,
        model=msgspec.structs.replace(run.model, context=context),
        training=msgspec.structs.replace(run.training, sequences=sequences, microbatches_per_step=2),
    )


def measure(preset: str, stage: int, budget_gb: float, context: int, sequences: int, steps: int) -> Measured:
    """Start the child, and hear from it; raises RuntimeError with its last words if it fails."""
    shape = ["--context", str(context), "--sequences", str(sequences), "--steps", str(steps)]
    place = ["--preset", preset, "--stage", str(stage), "--budget-gb", str(budget_gb)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "benchmarks.engine_memory", *place, *shape]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=CHILD_SECONDS, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def train(run: RunSpec, stage: int, budget_bytes: int, steps: int, folder: Path) -> Measured:
    """In this process: load as the engine does, train, and read off the peak."""
    made = plan(shard_needs(run, stage, torch.float32), budget_bytes)
    room = Room(made, CpuDevice(), DiskOffload(folder, 64 * GB))
    weights = initialise(run.model, run.stages, stage, 0)
    parts = seeded_fragments(run, stage, weights, room)
    trainer = Trainer(Shard(run, stage), weights, new_state(weights, made.eight_bit_moments), 1, KeptWeights(64), room)
    parameters = sum(tensor.numel() for tensor in weights.values())
    del weights
    loading_peak, began = _peak_bytes(), time.perf_counter()
    _forget_peak()
    for microbatch in range(2 * steps):
        _pass(run, stage, trainer, microbatch)
    seconds = (time.perf_counter() - began) / steps
    assert trainer.step.step == steps
    assert len(parts) == len(fragments(run.model, run.stages, stage, run.merge.fragments))
    return Measured(parameters, made.peak_bytes, _peak_bytes(), loading_peak, seconds, made.words)


def _pass(run: RunSpec, stage: int, trainer: Trainer, microbatch: int) -> None:
    material = Material.draw(run)
    source = material.tokens() if stage == 0 else material.forward().as_packet()
    done = trainer.forward(PacketKind.FORWARD, microbatch, source)
    if done.backward is None:
        trainer.backward(microbatch, material.backward().as_packet(PacketKind.BACKWARD))


def _peak_bytes() -> int:
    """The most that this process had in memory, since it was forgotten, or since the start where it can't
    be; on a Mac what it has now."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    memory = psutil.Process().memory_info()
    return int(getattr(memory, "peak_wset", memory.rss))


def _forget_peak() -> None:
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--preset", default="llama-1.5b")
    parser.add_argument("--stage", type=int, default=0)
    parser.add_argument("--budget-gb", type=float, default=8.0)
    parser.add_argument("--context", type=int, default=128)
    parser.add_argument("--sequences", type=int, default=2)
    parser.add_argument("--steps", type=int, default=2)
    given = parser.parse_args()
    tune_allocator()
    torch.set_num_threads(1)
    run = run_of(given.preset, given.context, given.sequences)
    with tempfile.TemporaryDirectory() as folder:
        measured = train(run, given.stage, int(given.budget_gb * GB), given.steps, Path(folder))
    print(json.dumps(asdict(measured)))


if __name__ == "__main__":
    main()
