"""From "pause" to silence while a layer is being compiled, by the compiler or by the programs that it calls.

`python -m benchmarks.compile_pause` is the child: it compiles, nothing of it cached, beside a compute thread that one
line on stdin pauses and the next lets go on, and says when it is through.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Final

import psutil
import torch

from benchmarks.engine_pause import SAMPLE_SECONDS, WATCH_SECONDS, silence
from benchmarks.engine_speed import make_run
from benchmarks.footprint.processes import cpu_seconds
from engine.compute.layer_trial import make_trial
from engine.compute.thread import ComputeThread
from engine.devices.compiler import compile_layer
from engine.shard.layer import layer_function
from engine.shard.model import initialise
from engine.shard.passes import Shard

WIDTH: Final = 128
PATIENCE_SECONDS: Final = 600.0


@dataclass(frozen=True)
class Halt:
    """Of one pause inside a compilation."""

    seconds: float | None
    """Until the process and what it had started took less than 2 % of a core; None where they never did."""
    in_program: bool
    """Whether a program that the compiler had called was at work."""
    finished: bool
    """Whether the compilation came to its end after the pause."""


def measure(after_seconds: float) -> Halt:
    """Pause a compilation so long after its beginning, watch it, let it go on."""
    with tempfile.TemporaryDirectory() as cache:
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.compile_pause"],
            env={**os.environ, "OMP_NUM_THREADS": "1", "TORCHINDUCTOR_CACHE_DIR": cache},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            if child.stdout.readline().strip() != "compiling":
                raise RuntimeError("The child did not begin to compile.")
            time.sleep(after_seconds)
            watched = psutil.Process(child.pid)
            in_program = bool(watched.children())
            print("pause", file=child.stdin, flush=True)
            samples, told = list[tuple[float, float]](), time.perf_counter()
            while (at := time.perf_counter() - told) < WATCH_SECONDS:
                samples.append((at, cpu_seconds(watched)))
                time.sleep(SAMPLE_SECONDS)
            print("go on", file=child.stdin, flush=True)
            finished = child.stdout.readline().strip() == "compiled"
            return Halt(silence(samples)[0], in_program, finished)
        finally:
            child.stdin.close()
            child.kill()
            child.wait()


async def compile_until_told() -> None:
    """The child."""
    run = make_run(WIDTH)
    trial = make_trial(Shard(run, 1), initialise(run.model, run.stages, 1, 0), run.training.sequences)
    compute = ComputeThread()
    work = asyncio.ensure_future(compute.beside(lambda: compile_layer(layer_function(run.model), trial.both)))
    print("compiling", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    compute.pause()
    await asyncio.to_thread(sys.stdin.readline)
    compute.resume()
    await asyncio.wait_for(work, PATIENCE_SECONDS)
    print("compiled", flush=True)
    await compute.stop()


def main() -> None:
    torch.set_num_threads(1)
    asyncio.run(compile_until_told())


if __name__ == "__main__":
    main()
