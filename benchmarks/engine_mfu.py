"""How much of a device's arithmetic the training of a stage makes use of, and what the engine around its layers costs.

A stage in the middle of a preset, its peers faked in memory, on the device that the engine would choose and by the plan
that it would make. Arms take turns: the layers alone, there and back; and the engine's trainer (packets decoded,
checked, coded and hashed, gradients gathered, optimizer steps), once for everything sent in fp32 and once for each of
the preset's outermost rungs. Model FLOPs are those that credit counts (swarm.work); recomputed layers count once.
A part of `benchmarks.engine`.

Legend: B sequences, T tokens, k features that cross a border.
"""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import torch

from benchmarks.engine_speed import Material
from benchmarks.presets import NO_DATA, PRESETS
from benchmarks.tables import Row
from engine.compute.room import Room, make_room
from engine.devices import Device, choose
from engine.devices.cpu import CpuDevice
from engine.disk.evidence import KeptWeights
from engine.shard.model import initialise
from engine.shard.passes import ComputePolicy, Shard
from engine.shard.step import new_state
from engine.training.trainer import Trainer
from protocol.packets import PacketKind
from protocol.runs import CodecSpec, RungSpec, RunSpec
from swarm.presets import preset_from_toml
from swarm.work import stage_flops_per_token

FULL_PRESETS: Final = ("llama-1.5b", "llama-15b")
QUICK_PRESETS: Final = ("shakespeare-gpu",)
LEAST_USE: Final = 0.5
DISK_BYTES: Final = 64 * 10**9
ROUNDS: Final = 5
PRODUCTS: Final = 10
CPU_SIDE, CARD_SIDE = 1024, 8192
PUBLISHED_TERAFLOPS: Final = {
    "H200": 989.0,
    "H100": 989.0,
    "A100": 312.0,
    "L40S": 362.0,
    "RTX 5090": 209.5,
    "RTX 4090": 165.2,
    "RTX 3090": 71.0,
}
"""Of dense bf16 products with fp32 sums, by the makers' data sheets, for cards whose name holds the key."""


@dataclass(frozen=True)
class Turn:
    """One arm's turn."""

    tokens: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.tokens / self.seconds


class StageOnDevice:
    """An inner stage as a miner would hold it, and the packets that its neighbours would send."""

    def __init__(self, run: RunSpec, device: Device, room: Room) -> None:
        self.run, self.device, self.room = run, device, room
        self.stage = len(run.stages) // 2
        weights = initialise(run.model, run.stages, self.stage, 0)
        weights = {name: tensor.to(device.torch_device) for name, tensor in weights.items()}
        policy = ComputePolicy(device.torch_device, device.compute_dtype(), room.plan.recompute_layers)
        self.shard = Shard(run, self.stage, policy)
        state = new_state(weights, room.plan.eight_bit_moments)
        self.trainer = Trainer(self.shard, weights, state, 1, KeptWeights(1), room)
        self._material = Material.draw(run)
        self._numbers = itertools.count()

    def layers(self, microbatches: int) -> Turn:
        """Forward and backward, inputs on the device already, and no step."""
        place, material = self.device.torch_device, self._material
        tokens_BT, latent_BTk = material.tokens_BT1[:, :-1].to(place), material.latent_BTk.to(place)
        gradient_BTk = material.gradient_BTk.to(place)
        self.device.synchronize()
        began = time.perf_counter()
        for _ in range(microbatches):
            for rows in torch.arange(len(tokens_BT)).split(self.room.plan.rows):
                at = slice(int(rows[0]), int(rows[-1]) + 1)
                graph = self.shard.forward_pass(self.trainer.weights, tokens_BT[at], latent_BTk[at]).graph
                assert graph is not None
                self.shard.backward_pass(graph, gradient_BTk[at], 0.1)
        self.device.synchronize()
        return self._turn(microbatches, began)

    def engine(self, rung: int, microbatches: int) -> Turn:
        """The trainer's whole work on packets of that rung."""
        material = self._material.thinned_to(self.run.rungs[rung])
        source, gradient = material.forward().as_packet(), material.backward().as_packet(PacketKind.BACKWARD)
        self.trainer.rung = rung
        self.device.synchronize()
        began = time.perf_counter()
        for number in itertools.islice(self._numbers, microbatches):
            self.trainer.forward(PacketKind.FORWARD, number, source)
            self.trainer.backward(number, gradient)
        self.device.synchronize()
        return self._turn(microbatches, began)

    def _turn(self, microbatches: int, began: float) -> Turn:
        return Turn(microbatches * self.run.tokens_per_microbatch, time.perf_counter() - began)


def run_of(preset: str, context: int | None) -> RunSpec:
    """The preset, with a rung above all others that sends everything in fp32."""
    run = preset_from_toml((PRESETS / f"{preset}.toml").read_text(encoding="utf-8")).run("mfu", NO_DATA)
    raw = CodecSpec("raw32", 32)
    everything = RungSpec(run.model.bottleneck_width, raw, raw)
    ladder = msgspec.structs.replace(run.ladder, rungs=(everything, *run.rungs))
    model = msgspec.structs.replace(run.model, context=context or run.model.context)
    training = msgspec.structs.replace(run.training, compute="fastest")
    return msgspec.structs.replace(run, model=model, ladder=ladder, training=training)


def mfu_rows(quick: bool, device_name: str) -> list[Row]:
    """On a processor only the small preset: a stage of the others would take minutes for a microbatch."""
    device = choose(device_name)
    rows = [_peak_row(device)]
    for preset in QUICK_PRESETS if quick or isinstance(device, CpuDevice) else FULL_PRESETS:
        with tempfile.TemporaryDirectory() as folder:
            rows += _preset_rows(preset, device, rows[0], Path(folder))
    return rows


def _peak_row(device: Device) -> Row:
    """The most that products of large square matrices reach, beside the published figure where it is known."""
    side = CPU_SIDE if isinstance(device, CpuDevice) else CARD_SIDE
    teraflops = 2 * side**3 / _product_seconds(device, side) / 1e12
    card = torch.cuda.get_device_name(device.torch_device) if device.name == "cuda" else ""
    published = next((figure for key, figure in PUBLISHED_TERAFLOPS.items() if key in card), None)
    name = f"{card or device.name}: products of {side} x {side}, {str(device.compute_dtype()).removeprefix('torch.')}"
    return Row(name, teraflops, "TFLOP/s", published)


def _product_seconds(device: Device, side: int) -> float:
    """The shortest of some timings, after one that warms up."""
    matrix = torch.ones(side, side, dtype=device.compute_dtype(), device=device.torch_device)
    durations = []
    for _ in range(1 + PRODUCTS):
        device.synchronize()
        began = time.perf_counter()
        matrix @ matrix
        device.synchronize()
        durations.append(time.perf_counter() - began)
    return min(durations[1:])


def _preset_rows(preset: str, device: Device, peak: Row, folder: Path) -> list[Row]:
    run = run_of(preset, None)
    stage = StageOnDevice(run, device, make_room(run, len(run.stages) // 2, device, None, folder, DISK_BYTES))
    arms: dict[str, Callable[[int], Turn]] = {
        "layers alone, there and back": stage.layers,
        "engine, everything sent in fp32": lambda count: stage.engine(0, count),
        "engine, the widest rung": lambda count: stage.engine(1, count),
        "engine, the thinnest rung": lambda count: stage.engine(len(run.rungs) - 1, count),
    }
    count = run.training.microbatches_per_step
    for arm in arms.values():
        arm(count)
    turns: dict[str, list[float]] = {name: [] for name in arms}
    for _ in range(ROUNDS):
        for name, arm in arms.items():
            turns[name].append(arm(count).rate)
    flops = stage_flops_per_token(run.model, run.stages, stage.stage)
    alone, rows = statistics.median(turns["layers alone, there and back"]), []
    for name, rates in turns.items():
        rate = statistics.median(rates)
        title = f"{preset}, stage {stage.stage}, {name}"
        rows.append(Row(title, rate, "tokens/s", alone, statistics.stdev(rates)))
        rows.append(_use_row(title, flops * rate / 1e12, peak))
    return rows


def _use_row(title: str, teraflops: float, peak: Row) -> Row:
    """Against the published peak where there is one; else against the measured one, and nothing counts as met."""
    if peak.baseline is None:
        return Row(f"{title}: model FLOPs", teraflops, "TFLOP/s, of measured products", peak.value)
    use = teraflops / peak.baseline
    return Row(f"{title}: model FLOPs used (MFU)", use, "of the published peak", None, None, "≥ 0.5", use >= LEAST_USE)
