"""Plain PyTorch, processes side by side: the whole model in each, and never a word between them."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psutil

from benchmarks.plain_loop import TEXT
from benchmarks.tables import ROOT
from subnet.local.child import ONE_THREAD

PROBE_STEPS: Final = 10


def plain_tokens_per_second(shape: Mapping[str, float], seconds: float, processes: int | None = None) -> float:
    """The sum over all, training `shape` (flags of benchmarks.plain_loop) for about `seconds`, 0 for PROBE_STEPS, which
    says little; one for each core where nobody says how many."""
    processes = processes or psutil.cpu_count(logical=True) or 1
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        text.write_bytes(TEXT.read_bytes()[:40_000])  # its held-out tenth is evaluated at the end, outside the count
        probe = sum(_side_by_side(shape, text, PROBE_STEPS, processes))
        if not seconds:
            return probe
        per_step = shape["sequences"] * shape["context"]
        steps = max(PROBE_STEPS, round(probe / processes * seconds / per_step))
        return sum(_side_by_side(shape, text, steps, processes))


def _side_by_side(shape: Mapping[str, float], text: Path, steps: int, processes: int) -> list[float]:
    flags = [f"--{name}={value}" for name, value in {**shape, "steps": steps}.items()]
    command = [sys.executable, "-m", "benchmarks.plain_loop", "--text", str(text), *flags]
    running = [
        subprocess.Popen(
            [*command, "--seed", str(seed)], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=_environment()
        )
        for seed in range(processes)
    ]
    last_lines = [process.communicate()[0].strip().splitlines()[-1] for process in running]
    return [float(json.loads(line)["tokens_per_second"]) for line in last_lines]


def _environment() -> dict[str, str]:
    return {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT)}
