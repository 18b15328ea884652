"""From "pause" to silence: a child process trains a large shard, is told to pause, and its CPU time is watched.

`python -m benchmarks.engine_pause` is the child: it trains until a line comes on stdin, pauses as a service does, and
stays alive with its loops running, as a paused engine does, until stdin closes.
"""

import argparse
import asyncio
import bisect
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
import torch

from benchmarks.engine_speed import EngineArm, make_run
from engine.compute.thread import SWITCH_SECONDS, Urgency
from engine.devices.allocator import return_free_memory, tune_allocator

QUIET_SHARE: Final = 0.02
QUIET_SECONDS: Final = 2.0
SAMPLE_SECONDS: Final = 0.02
WATCH_SECONDS: Final = 6.0
MICROBATCHES_A_TURN: Final = 32
"""32 MB of packets each way."""


@dataclass(frozen=True)
class Silence:
    """Of one pause. `seconds` is None if the child did not fall silent while it was watched."""

    seconds: float | None
    share_after: float
    """Of a core, over the two seconds that followed."""
    memory_freed_bytes: int
    share_before: float
    """Of a core, while it trained: on a machine too busy to let it train there is no silence to be told."""


def silence(samples: Sequence[tuple[float, float]]) -> tuple[float | None, float]:
    """The first moment from which on the process took less than 2 % of a core over two seconds, and what it took then;
    None and the last two seconds' share if there is none. Samples are (seconds since the command, CPU seconds)."""
    times = [at for at, _ in samples]
    share = 0.0
    for at, spent in samples:
        end = bisect.bisect_left(times, at + QUIET_SECONDS)
        if end == len(samples):
            return None, share
        share = (samples[end][1] - spent) / (times[end] - at)
        if share < QUIET_SHARE:
            return at, share
    return None, share


def measure(width: int, after_seconds: float) -> Silence:
    """Let a child train for a while, pause it, watch it."""
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.engine_pause", "--width", str(width)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        if child.stdout.readline().strip() != "training":
            raise RuntimeError("The child did not begin to train.")
        watched = psutil.Process(child.pid)
        trained = watched.cpu_times()
        time.sleep(after_seconds)
        paused = watched.cpu_times()
        before = (paused.user + paused.system - trained.user - trained.system) / after_seconds
        child.stdin.write("pause\n")
        child.stdin.flush()
        samples, held, told = list[tuple[float, float]](), list[int](), time.perf_counter()
        while (at := time.perf_counter() - told) < WATCH_SECONDS:
            spent = watched.cpu_times()
            samples.append((at, spent.user + spent.system))
            held.append(watched.memory_info().rss)
            time.sleep(SAMPLE_SECONDS)
        return Silence(*silence(samples), max(held) - held[-1], before)
    finally:
        child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(30)
        child.kill()


async def train_until_told(width: int, folder: Path) -> None:
    """The child. Every stage kind pauses alike; the inner one is taken."""
    arm = EngineArm(make_run(width), 1, folder)
    arm.open()
    await arm.train(1)
    training = asyncio.create_task(_train_on(arm))
    await asyncio.sleep(0)  # the first packets are made
    print("training", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    arm.compute.pause()
    await arm.compute.submit(Urgency.CONTROL, arm.trainer.release_graphs)
    return_free_memory()
    await asyncio.to_thread(sys.stdin.readline)
    training.cancel()
    await asyncio.gather(training, return_exceptions=True)
    await arm.close()


async def _train_on(arm: EngineArm) -> None:
    """In short turns: the neighbours' packets are made before each, and that must not be what is seen after a pause."""
    while True:
        await arm.train(MICROBATCHES_A_TURN)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--width", type=int, default=1024)
    given = parser.parse_args()
    tune_allocator()
    sys.setswitchinterval(SWITCH_SECONDS)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(train_until_told(given.width, Path(folder)))


if __name__ == "__main__":
    main()
