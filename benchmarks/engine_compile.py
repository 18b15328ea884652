"""Whether a compiled layer pays here: one decoder layer there and back, as it is written and as a compiler makes it.

On a card where there is one, else on the processor with its C++ compiler; without either it says so and ends.

Legend: B sequences, T tokens, D model width.
"""

import time
from collections.abc import Sequence
from typing import Final

import msgspec
import torch

from benchmarks import compile_pause
from benchmarks.engine_speed import make_run
from benchmarks.tables import Row, arguments, finish
from engine.compute.layer_trial import LEAST_GAIN, make_trial, race, why_not
from engine.devices import Device, choose
from engine.devices.compiler import CompilerFailed, compile_layer
from engine.devices.cpu import CpuDevice
from engine.shard.layer import layer_function
from engine.shard.model import initialise
from engine.shard.passes import ComputePolicy, Shard
from protocol.runs import RunSpec

STAGE: Final = 1
"""An inner one."""
ALLOWED: Final = 1e-5
PAUSES: Final = (1.0, 4.0, 9.0, 16.0, 25.0)
"""Seconds after the beginning of a compilation: some fall into Python, some into the program that it calls."""


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--widths", default="256,512", help="comma-separated")
    parser.add_argument("--dtype", default="float32", choices=("float32", "bfloat16"))
    given = parser.parse_args()
    device = choose()
    if isinstance(device, CpuDevice):
        device.may_compile = True
        torch.set_num_threads(1)
    if (reason := device.no_compiler()) is not None:
        print(f"no compiler here: {reason}")
        return
    rows: list[Row] = []
    for width in [128] if given.quick else [int(width) for width in given.widths.split(",")]:
        run = make_run(width)
        if given.quick:
            run = msgspec.structs.replace(run, model=msgspec.structs.replace(run.model, context=32))
        rows += measured_rows(run, device, getattr(torch, given.dtype))
    rows += pause_rows(PAUSES[2:3] if given.quick else PAUSES)
    finish(f"A decoder layer, written and compiled, on {device.name}", rows, [0], given.json)


def measured_rows(run: RunSpec, device: Device, dtype: torch.dtype) -> list[Row]:
    """Times there and back, how far apart the numbers are, and what the compiler took."""
    model = run.model
    name = f"width {model.width}, {run.training.sequences} x {model.context} tokens"
    shard = Shard(run, STAGE, ComputePolicy(device.torch_device, dtype))
    weights = initialise(model, run.stages, STAGE, 0, device.torch_device)
    trial, written = make_trial(shard, weights, run.training.sequences), layer_function(model)
    began = time.perf_counter()
    try:
        compiled = compile_layer(written, trial.both)
    except CompilerFailed as error:
        print(f"{name}: {error.title}")
        return []
    compiling = time.perf_counter() - began
    found = race(trial, written, compiled, device)
    reason = why_not(found, ALLOWED)
    print(f"{name}: {reason or 'it would be taken'}", flush=True)
    gain = found.eager_seconds / found.compiled_seconds
    return [
        Row(f"{name}: as it is written", 1e3 * found.eager_seconds, "ms"),
        Row(f"{name}: compiled", 1e3 * found.compiled_seconds, "ms", 1e3 * found.eager_seconds),
        Row(f"{name}: times as fast", gain, "", target=f">= {LEAST_GAIN}, or it is not taken", met=reason is None),
        Row(f"{name}: furthest from the written one", found.compiled_distance, "relative"),
        Row(f"{name}: compiling, once", compiling, "s"),
    ]


def pause_rows(pauses: Sequence[float]) -> list[Row]:
    """A pause that falls into a compilation stops it where it is, and afterwards it comes to its end."""
    found = [compile_pause.measure(after_seconds) for after_seconds in pauses]
    seconds = [halt.seconds for halt in found if halt.seconds is not None]
    worst = max(seconds) if len(seconds) == len(found) else float("inf")
    programs = sum(halt.in_program for halt in found)
    return [
        Row(f"pause to silence while compiling, worst of {len(found)}", worst, "s", target="<= 1", met=worst <= 1.0),
        Row("of them while a program was called", programs, ""),
        Row("compilations that came to their end afterwards", sum(halt.finished for halt in found), ""),
    ]


if __name__ == "__main__":
    main()
