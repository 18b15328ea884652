"""The engine on a device: its speed beside a plain PyTorch loop, its memory beside the plan, and how soon it is silent.

Speed: one stage of three, its peers faked in memory, packing, hashes, signatures, evidence and a real journal on, in
turns with a plain loop of the same layers on the same thread; a ratio is plain time over the engine's, median of the
turns. Memory: a child process trains the first stage of the 1.5B preset in 3. Pause: a child process again. MFU: stages
of the 1.5B and 15B presets on the graphics card, where there is one; on a processor a small stage.
"""

import asyncio
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from benchmarks.engine_memory import measure as measure_memory
from benchmarks.engine_mfu import mfu_rows
from benchmarks.engine_pause import measure as measure_pause
from benchmarks.engine_speed import KINDS, Chunk, compare, make_run
from benchmarks.tables import Row, arguments, finish
from engine.compute.thread import SWITCH_SECONDS
from engine.devices.allocator import tune_allocator

LEAST_RATIO = 0.97
MEMORY_LIMIT_GB = 8.0
SILENT_SECONDS = 1.0
BUSY_SHARE = 0.5
GB = 1e9


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--widths", default="256,512", help="comma-separated")
    parser.add_argument("--parts", default="speed,pause,memory,mfu", help="comma-separated; memory takes 8 GB")
    parser.add_argument("--device", default="auto", help="for mfu, as the engine names them")
    given = parser.parse_args()
    tune_allocator()
    sys.setswitchinterval(SWITCH_SECONDS)
    torch.set_num_threads(1)
    parts = given.parts.split(",")
    rows: list[Row] = []
    if "speed" in parts:
        widths = [256] if given.quick else [int(width) for width in given.widths.split(",")]
        for width in widths:
            for kind in KINDS:
                rows += speed_rows(width, kind, rounds=3 if given.quick else 5, seconds=1.5 if given.quick else 6.0)
    if "pause" in parts:
        rows += pause_rows(width=512 if given.quick else 1024, times=1 if given.quick else 5)
    if "memory" in parts and not given.quick:
        rows += memory_rows()
    if "mfu" in parts:
        rows += mfu_rows(given.quick, given.device)
    finish("The engine on this computer", rows, [0], given.json)


def speed_rows(width: int, kind: str, rounds: int, seconds: float) -> list[Row]:
    """Ratio, the compute thread's idle share, and CPU seconds beside it."""
    with tempfile.TemporaryDirectory() as folder:
        turns = asyncio.run(compare(make_run(width), kind, Path(folder), rounds, seconds))
    tokens = make_run(width).tokens_per_microbatch

    def rates(chunks: list[Chunk], time: str) -> list[float]:
        return [tokens * chunk.microbatches / getattr(chunk, time) for chunk in chunks]

    ours, plain = [turn[0] for turn in turns], [turn[1] for turn in turns]
    by_turn = [p.seconds_each / o.seconds_each for o, p in turns]
    ratio, spread = statistics.median(by_turn), statistics.stdev(by_turn)
    target = {"target": f">= {LEAST_RATIO} x plain", "met": ratio >= LEAST_RATIO}
    name, plain_rate = f"width {width}, {kind} stage", statistics.median(rates(plain, "wall_seconds"))
    cpu, plain_cpu = (statistics.median(rates(chunks, "cpu_seconds")) for chunks in (ours, plain))
    idle = statistics.median(chunk.idle_seconds / chunk.wall_seconds for chunk in ours)
    own = statistics.median(chunk.thread_seconds / chunk.cpu_seconds for chunk in ours)
    row = Row(name, ratio * plain_rate, "tokens/s", plain_rate, spread * plain_rate)
    return [
        replace(row, **target),  # type: ignore[arg-type]
        Row(f"{name}: by CPU time", cpu, "tokens/CPU s", plain_cpu),
        Row(f"{name}: compute thread idle", 100 * idle, "% of wall"),
        Row(f"{name}: CPU time outside the compute thread", 100 * (1 - own), "% of CPU"),
    ]


def pause_rows(width: int, times: int) -> list[Row]:
    """Pauses at moments spread over a pass."""
    found = [measure_pause(width, 1.0 + 0.37 * number) for number in range(times)]
    seconds = [each.seconds for each in found if each.seconds is not None]
    busy = min(each.share_before for each in found)
    worst = max(seconds) if len(seconds) == times else float("inf")
    silent = Row(
        f"pause to silence, width {width}, worst of {times}",
        worst,
        "s",
        target="<= 1 s",
        met=worst <= SILENT_SECONDS if busy > BUSY_SHARE else None,
    )
    return [
        silent,
        Row("pause to silence, median", statistics.median(seconds) if seconds else worst, "s"),
        Row(
            "CPU while it trained, least",
            100 * busy,
            "% of a core",
            target="> 50 %, or nothing is shown",
            met=busy > BUSY_SHARE,
        ),
        Row("CPU in the 2 s after", 100 * max(each.share_after for each in found), "% of a core", target="< 2 %"),
        Row("memory given back", statistics.median(each.memory_freed_bytes for each in found) / 2**20, "MiB"),
    ]


def memory_rows() -> list[Row]:
    """The first stage of the 1.5B preset, with short sequences."""
    measured = measure_memory("llama-1.5b", stage=0, budget_gb=MEMORY_LIMIT_GB, context=128, sequences=2, steps=2)
    peak = measured.peak_bytes / GB
    name = f"peak memory, {measured.parameters / 1e6:.0f} M parameters"
    print(f"plan: {measured.words}", flush=True)
    return [
        Row(name, peak, "GB", measured.planned_bytes / GB, target="<= 8 GB", met=peak <= MEMORY_LIMIT_GB),
        Row("the same while loading", measured.loading_peak_bytes / GB, "GB"),
        Row("the same: a step of 2 x 2 x 128 tokens", measured.seconds_per_step, "s"),
    ]


if __name__ == "__main__":
    main()
