"""Whether layers are compiled: tried once for a shape on a device, beside the training, and taken where it pays.

The compiler works beside the compute thread while layers are run as they are written, and only where the memory plan
has room for one layer more; the race of the two is one job of the compute thread, between microbatches like any other.

Legend: B sequences, T tokens, D model width.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import structlog
import torch
from torch import Tensor

from engine.compute.room import Room
from engine.compute.thread import NICENESS, ComputeThread, Urgency, give_way
from engine.devices import Device
from engine.devices.compiler import BACKEND, Backend, CompilerFailed, compile_layer, compiler_errors_translated
from engine.shard.layer import LAYER_TENSORS, CompiledLayer, LayerFunction, layer_function, rotation
from engine.shard.model import Weights
from engine.shard.passes import Shard, YieldPoint
from engine.shard.plan import layer_trial_bytes

log = structlog.get_logger(__name__)

LEAST_GAIN: Final = 1.05
"""So many times as fast as the written layer a compiled one must be: for less nobody should compute otherwise."""
ROUNDS: Final = 4


@dataclass(frozen=True)
class Measured:
    """The race. Distances are relative to what the written layer makes in fp32, the largest of output and gradients."""

    eager_seconds: float
    compiled_seconds: float
    eager_distance: float
    compiled_distance: float


def why_not(measured: Measured, allowed: float) -> str | None:
    """Why layers stay as they are written; None where the compiled one is taken. It may stand `allowed` away from fp32,
    or as far as the written layer's own type does, since audits compute in fp32."""
    if not measured.compiled_distance <= max(allowed, measured.eager_distance):  # NaN is no small distance
        return f"it computes otherwise: {measured.compiled_distance:.1e} away, {allowed:.1e} allowed"
    if not measured.compiled_seconds * LEAST_GAIN <= measured.eager_seconds:
        return f"it is {measured.eager_seconds / measured.compiled_seconds:.2f} times as fast, not {LEAST_GAIN}"
    return None


def allowed_distance(shard: Shard) -> float:
    """What audits allow a stage, shared among its layers."""
    span = shard.run.stages[shard.stage]
    return shard.run.audit.relative_error / (span.end_layer - span.first_layer)


@dataclass(frozen=True, eq=False)
class LayerTrial:
    """A layer's weights as they are, and a made-up residual stream and gradient of the passes' real shape [B, T, D]."""

    x_BTD: Tensor
    gradient_BTD: Tensor
    angles: tuple[Tensor, Tensor]
    tensors: tuple[Tensor, ...]

    def train(self, layer: LayerFunction, dtype: torch.dtype | None = None) -> tuple[Tensor, ...]:
        """The output, and the gradients of the stream and of the layer's tensors."""
        x_BTD = self.x_BTD.to(dtype or self.x_BTD.dtype).requires_grad_()
        leaves = [tensor.detach().requires_grad_() for tensor in self.tensors]
        with torch.enable_grad():
            out_BTD = layer(x_BTD.clone(), *self.angles, *leaves)  # as in a pass, the stream is no leaf
        gradients = torch.autograd.grad(out_BTD, [x_BTD, *leaves], self.gradient_BTD.to(out_BTD.dtype))
        return (out_BTD.detach(), *gradients)

    def look(self, layer: LayerFunction) -> Tensor:
        """The output of a pass that keeps no graph."""
        with torch.no_grad():
            return layer(self.x_BTD, *self.angles, *self.tensors)

    def both(self, layer: LayerFunction) -> tuple[Tensor, ...]:
        return (self.look(layer), *self.train(layer))


def make_trial(shard: Shard, weights: Weights, rows: int) -> LayerTrial:
    """Of the stage's first layer, in the policy's type and place."""
    model, policy = shard.model, shard.policy
    first = shard.run.stages[shard.stage].first_layer
    generator = torch.Generator().manual_seed(0)
    shape_BTD = (rows, model.context, model.width)
    x_BTD, gradient_BTD = (
        torch.randn(shape_BTD, generator=generator).to(policy.device, policy.dtype) for _ in range(2)
    )
    tensors = tuple(weights[f"layers.{first}.{name}"] for name in LAYER_TENSORS)
    return LayerTrial(x_BTD, gradient_BTD, rotation(model, model.context, policy.device), tensors)


def race(
    trial: LayerTrial,
    written: LayerFunction,
    compiled: LayerFunction,
    device: Device,
    yield_point: YieldPoint = lambda: None,
) -> Measured:
    """Rounds in turns, there and back; the shortest of each counts. On the compute thread; raises CompilerFailed."""
    with compiler_errors_translated():
        exact = (trial.look(written).float(), *trial.train(written, torch.float32))
        distances = [_distance(trial.both(layer), exact) for layer in (written, compiled)]
    seconds: tuple[list[float], list[float]] = [], []
    for _ in range(ROUNDS):
        for layer, column in zip((written, compiled), seconds, strict=True):
            yield_point()
            with compiler_errors_translated():
                column.append(_seconds(partial(trial.train, layer), device))
    return Measured(min(seconds[0]), min(seconds[1]), *distances)


def _distance(found: tuple[Tensor, ...], exact: tuple[Tensor, ...]) -> float:
    """|found − exact| / |exact| in the L2 norm, the largest of all; not a number where one of them is none."""
    apart = [(a.float() - b.float()).norm() / b.float().norm() for a, b in zip(found, exact, strict=True)]
    return float(torch.stack(apart).max())


def _seconds(work: Callable[[], object], device: Device) -> float:
    device.synchronize()
    began = time.perf_counter()
    work()
    device.synchronize()
    return time.perf_counter() - began


async def try_compiled_layers(
    shard: Shard,
    weights: Callable[[], Weights],
    room: Room,
    device: Device,
    compute: ComputeThread,
    backend: Backend = BACKEND,
) -> str:
    """Give the shard's policy a compiled layer where that pays; returns in words what came of it. Tried once for each
    shape, type and number of threads on a device, which remembers the outcome."""
    if (reason := device.no_compiler()) is not None:
        return reason
    rows = min(room.plan.rows, shard.run.training.sequences)
    threads = await compute.submit(Urgency.CONTROL, torch.get_num_threads)
    key = (shard.model, rows, shard.policy.dtype, threads, allowed_distance(shard))
    # What was compiled for other threads would go on using them.
    await compute.submit(Urgency.CONTROL, lambda: _take(shard, device.layers.get(key)))
    if key not in device.layers:
        if not room.spares(layer_trial_bytes(shard.run, shard.stage, shard.policy.dtype, rows)):
            return "the memory has no room for the trial"
        try:
            device.layers[key] = await _tried(shard, weights, rows, threads, device, compute, backend)
        except CompilerFailed as error:
            device.layers[key] = None
            return error.title
    layer = device.layers[key]
    await compute.submit(Urgency.CONTROL, lambda: _take(shard, layer))
    return "layers stay as they are written" if layer is None else "layers are compiled"


async def _tried(
    shard: Shard,
    weights: Callable[[], Weights],
    rows: int,
    threads: int,
    device: Device,
    compute: ComputeThread,
    backend: Backend,
) -> CompiledLayer | None:
    written = layer_function(shard.model)

    def made() -> LayerTrial:
        with compiler_errors_translated():
            return make_trial(shard, weights(), rows)

    trial = await compute.submit(Urgency.FORWARD, made)

    def compile_beside() -> LayerFunction:
        give_way(2 * NICENESS - 1)
        torch.set_num_threads(threads)  # a processor's code is made for so many
        return compile_layer(written, trial.both, backend)

    compiled = await compute.beside(compile_beside)

    found = await compute.submit(Urgency.FORWARD, lambda: race(trial, written, compiled, device, compute.yield_point))
    reason = why_not(found, allowed_distance(shard))
    log.info("layers_tried", taken=reason is None, reason=reason or "", found=found)
    shape_BTD = (rows, shard.model.context, shard.model.width)
    made_for = CompiledLayer(compiled, shape_BTD, trial.x_BTD.dtype, trial.x_BTD.device.type)
    return made_for if reason is None else None


def _take(shard: Shard, layer: CompiledLayer | None) -> None:
    shard.policy = replace(shard.policy, compiled=layer)
