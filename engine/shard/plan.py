"""What a shard's training may keep in memory: decided once from what is free, and lowered when that was too much.

Given up first is what costs least: the anchor in memory (read once a merge), old versions in memory (read by audits
and by passes in flight on them), graphs (a pass or its layers recomputed cost a third more), then fp32 moments
(rounding), then whole microbatches (slices are computed twice, and use a device badly). Neither the run's microbatch
nor the type of master weights is touched.

Pure: bytes in, a plan out.
"""

from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Final

import torch

from engine.shard.loss import SLICE_BYTES
from engine.shard.model import parameter_shapes
from engine.shard.moments import BLOCK, TILE
from protocol.runs import RunSpec
from swarm.audit_windows import undrawn_steps
from swarm.borders import anchor_rows, has_auxiliary

RUNTIME_BYTES: Final = 330 * 1000**2
"""The interpreter, torch and the carrier before any shard is loaded; a little more than measured."""
VERSIONS: Final = 3
"""Of the weights: the newest, one that passes in flight still hold, one that a draw may ask for."""
VERSIONS_SHARE: Final = 0.1
"""Of the memory, for more versions than that where they are small; what a draw asks for later is read from the disk."""
STEP_TILES: Final = 8
"""Temporaries of a step's arithmetic, in tiles."""
FLOAT_BYTES: Final = 4
GRAPH_SLACK: Final = 1.15
"""Of what is counted of a graph: small things, and what the allocator rounds up."""
GB: Final = 1000**3


@dataclass(frozen=True)
class ShardNeeds:
    """What a plan is made from: bytes of a shard's parts, and of passes by rows processed at once."""

    weights_bytes: int
    largest_tensor_bytes: int
    anchor_bytes: int
    """The last merged state, its momentum where the run has one, and what quantising took away, where they share the
    memory that is planned."""
    latents_bytes: int
    """Of all microbatches in flight, as they cross the border, and of the one at work decoded."""
    microbatch_rows: int
    in_flight: int
    audit_window: int
    """Versions that a draw may still ask for."""
    may_code_moments: bool
    """Whether the optimizer's moments can be held in eight bits: AdamW's, not Muon's."""
    gathers: bool
    """Whether a step takes several microbatches, whose gradients are added up beside the pass's own."""
    graph_bytes: tuple[tuple[int, int], ...]
    """(rows, bytes of one pass's graph), most rows first."""
    layer_bytes: tuple[tuple[int, int], ...]
    """(rows, bytes of the graph of one layer), for layers that are recomputed."""
    inputs_bytes_per_row: int
    """Of all layers: what is kept of a pass whose layers are recomputed."""
    transient_bytes_per_row: int
    """What a backward pass holds beside the graph."""

    def graphs_bytes(self, rows: int, graphs: int, recompute_layers: bool) -> int:
        """Of all graphs at the height of a pass; without kept ones the pass at work still has its own."""
        count = max(1, graphs)
        if not recompute_layers:
            return count * dict(self.graph_bytes)[rows]
        return count * self.inputs_bytes_per_row * rows + dict(self.layer_bytes)[rows]


@dataclass(frozen=True)
class MemoryPlan:
    """What is kept, and what that comes to."""

    rows: int
    """Sequences of a microbatch processed at once; gradients of the slices are summed to the microbatch's mean."""
    graphs: int
    """Passes in flight that keep their graph; the others are recomputed from their inputs."""
    recompute_layers: bool
    """Graphs keep the layers' inputs only."""
    eight_bit_moments: bool
    anchor_on_disk: bool
    versions_in_memory: int
    """Of the weights; 1 means that a step puts each old tensor on the disk as soon as its new one is there."""
    peak_bytes: int
    budget_bytes: int
    disk_bytes: int = 0
    """What is put away."""

    @property
    def fits(self) -> bool:
        return self.peak_bytes <= self.budget_bytes

    @property
    def words(self) -> str:
        """The plan, or why there is none, for the person."""
        if not self.fits:
            return (
                f"This shard takes {self.peak_bytes / GB:.1f} GB even with everything that can wait on the disk; "
                f"{self.budget_bytes / GB:.1f} GB may be used."
            )
        kept = f"{self.graphs} graphs kept" if self.graphs else "no graph kept"
        layers = ", layers recomputed" if self.recompute_layers else ""
        eight = ", moments in 8 bits" if self.eight_bit_moments else ""
        disk = ", anchor on disk" if self.anchor_on_disk else ""
        used = f"{self.peak_bytes / GB:.1f} of {self.budget_bytes / GB:.1f} GB"
        return f"{used}: {self.rows} rows at once, {kept}{layers}{eight}{disk}."

    def lowered(self) -> "MemoryPlan | None":
        """One notch less, for when memory ran out in spite of the plan; None below the last one."""
        if self.graphs > 0:
            return replace(self, graphs=self.graphs // 2)
        if not self.recompute_layers:
            return replace(self, recompute_layers=True)
        if self.rows > 1:
            return replace(self, rows=(self.rows + 1) // 2)
        return None


def shard_needs(run: RunSpec, stage: int, dtype: torch.dtype, anchor_beside: bool = True) -> ShardNeeds:
    """Counted from shapes. `anchor_beside` is false for a card with memory of its own, since merges are computed in the
    processor's."""
    model, training = run.model, run.training
    shapes = parameter_shapes(model, run.stages, stage)
    rows, span = _halvings(training.sequences), run.stages[stage]
    layers = span.end_layer - span.first_layer
    graphs = tuple((count, graph_bytes(run, stage, dtype, count)) for count in rows)
    decoded_row = model.context * model.bottleneck_width * FLOAT_BYTES
    sizes = [torch.Size(shape).numel() * FLOAT_BYTES for shape in shapes.values()]
    weights_bytes = sum(sizes)
    return ShardNeeds(
        weights_bytes=weights_bytes,
        anchor_bytes=(2 + (run.merge.outer_momentum > 0)) * weights_bytes if anchor_beside else 0,
        largest_tensor_bytes=max(sizes),
        latents_bytes=_latents_bytes(run, stage) + training.sequences * decoded_row,
        microbatch_rows=training.sequences,
        in_flight=1 if stage == len(run.stages) - 1 else training.in_flight,
        audit_window=undrawn_steps(run) + 2,
        may_code_moments=run.optimizer.kind == "adamw",
        gathers=training.microbatches_per_step > 1,
        graph_bytes=graphs,
        layer_bytes=tuple((count, graph // layers) for count, graph in graphs),
        inputs_bytes_per_row=layers * model.context * model.width * FLOAT_BYTES + (decoded_row if stage else 0),
        transient_bytes_per_row=model.context * (4 * model.mlp_width + 2 * model.width) * FLOAT_BYTES,
    )


def _latents_bytes(run: RunSpec, stage: int) -> int:
    """Of a microbatch in flight: the packet whose codes the pass was computed from, none at the first stage, and those
    that came and went as evidence; all as wide as the run's widest rung."""
    packets = 3 if stage == 0 else 4
    bits_per_token = max(rung.rank * max(rung.codec.bits, rung.gradient_codec.bits) for rung in run.rungs)
    return packets * run.training.in_flight * run.tokens_per_microbatch * bits_per_token // 8


def layer_trial_bytes(run: RunSpec, stage: int, dtype: torch.dtype, rows: int) -> int:
    """Of one layer run there and back beside the training: its graph, its gradients twice, a stream and its gradient in
    fp32 and in `dtype`."""
    span, width = run.stages[stage], run.model.width
    shapes = parameter_shapes(run.model, run.stages, stage)
    layer = [shape for name, shape in shapes.items() if name.startswith(f"layers.{span.first_layer}.")]
    numbers = sum(torch.Size(shape).numel() for shape in layer)
    graph = graph_bytes(run, stage, dtype, rows) // (span.end_layer - span.first_layer)
    return graph + 2 * numbers * FLOAT_BYTES + 4 * rows * run.model.context * width * FLOAT_BYTES


def graph_bytes(run: RunSpec, stage: int, dtype: torch.dtype, rows: int) -> int:
    """What autograd keeps of one forward pass. A layer's, in features per token: both norms' inputs and outputs, query,
    key, value, what attention mixed and that again in order (7 D and twice the keys' width), gate and up, the gate's
    activation and their product (4 M). Counting on torch's meta device gives the same and loads 826 modules for it."""
    model, span = run.model, run.stages[stage]
    layers, last = span.end_layer - span.first_layer, stage == len(run.stages) - 1
    keys_width = model.width // model.heads * model.kv_heads
    features = layers * (7 * model.width + 2 * keys_width + 4 * model.mlp_width) + 3 * model.width
    found = GRAPH_SLACK * rows * model.context * features * dtype.itemsize
    if stage > 0:
        found += rows * model.context * model.bottleneck_width * FLOAT_BYTES  # the decoded latent, the graph's leaf
    if last or has_auxiliary(model):
        guesses = model.vocabulary if last else anchor_rows(model)
        found += min(3 * SLICE_BYTES, 2 * rows * model.context * guesses * FLOAT_BYTES)
    if dtype != torch.float32:
        # Matrices are cast for the pass, and the casts are kept for the gradient.
        numbers = sum(torch.Size(shape).numel() for shape in parameter_shapes(model, run.stages, stage).values())
        found += numbers * dtype.itemsize
    return int(found)


def plan(needs: ShardNeeds, budget_bytes: int) -> MemoryPlan:
    """The plan that gives up least and stays within `budget_bytes`; where none does, the leanest, whose `fits` is
    false."""
    candidate = partial(_planned, needs, budget_bytes)
    whole, most = needs.microbatch_rows, needs.in_flight
    roomy = int(budget_bytes * VERSIONS_SHARE / needs.weights_bytes)
    tried = [candidate(whole, most, False, False, False, max(VERSIONS, min(needs.audit_window, roomy)))]
    tried += [candidate(whole, most, False, False, True, versions) for versions in range(VERSIONS, 0, -1)]
    coded = (False, True) if needs.may_code_moments else (False,)
    for eight_bit, recompute in product(coded, (False, True)):
        tried += [candidate(whole, graphs, recompute, eight_bit, True, 1) for graphs in range(most, 0, -1)]
    tried += [candidate(rows, 0, True, coded[-1], True, 1) for rows, _ in needs.graph_bytes]
    return next((each for each in tried if each.fits), tried[-1])


def _planned(
    needs: ShardNeeds,
    budget_bytes: int,
    rows: int,
    graphs: int,
    recompute_layers: bool,
    eight_bit: bool,
    anchor_on_disk: bool,
    versions: int,
) -> MemoryPlan:
    held = RUNTIME_BYTES + needs.latents_bytes + _moment_bytes(needs, eight_bit)
    held += needs.weights_bytes + (0 if anchor_on_disk else needs.anchor_bytes)
    graphs_bytes = needs.graphs_bytes(rows, graphs, recompute_layers)
    # One set of gradients is held in any case, that of the microbatches before stands beside it.
    fresh = needs.weights_bytes if needs.gathers else 0
    in_pass = versions * needs.weights_bytes + fresh + graphs_bytes + needs.transient_bytes_per_row * rows
    # A step makes the next version beside those that are kept; with one only, graphs are let go and made again.
    beside = needs.weights_bytes + graphs_bytes if versions > 1 else needs.largest_tensor_bytes
    in_step = versions * needs.weights_bytes + beside + STEP_TILES * TILE * FLOAT_BYTES
    peak = held + max(in_pass, in_step)
    disk = (needs.anchor_bytes if anchor_on_disk else 0) + (2 * needs.weights_bytes if versions == 1 else 0)
    return MemoryPlan(rows, graphs, recompute_layers, eight_bit, anchor_on_disk, versions, peak, budget_bytes, disk)


def _moment_bytes(needs: ShardNeeds, eight_bit: bool) -> int:
    if not eight_bit:
        return 2 * needs.weights_bytes
    numbers = needs.weights_bytes // FLOAT_BYTES
    return 2 * numbers + 2 * numbers // BLOCK * FLOAT_BYTES


def _halvings(rows: int) -> list[int]:
    found = [rows]
    while found[-1] > 1:
        found.append((found[-1] + 1) // 2)
    return found
