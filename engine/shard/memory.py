"""How much memory a stage takes to train, counted on torch's meta device: shapes without numbers.

Legend: B sequences, T tokens, k latent width.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from engine.shard.model import parameter_shapes
from engine.shard.passes import ComputePolicy, Shard
from protocol.runs import RunSpec

FLOAT_BYTES: Final = 4
GIB: Final = 1024**3


@dataclass(frozen=True)
class StageMemory:
    """Bytes by what they are for, at the peak: while a step makes new weights beside the old."""

    parameters: int
    weights_bytes: int
    """fp32 master, the version that passes still run on."""
    new_weights_bytes: int
    """The version that a step makes."""
    gradient_bytes: int
    moment_bytes: int
    anchor_bytes: int
    """The last merged state, int32, that the next pseudo-gradient is taken against."""
    microbatch_bytes: int
    """Activations that one microbatch's graph keeps, with input and output."""
    microbatches_kept: int

    @property
    def state_bytes(self) -> int:
        """All that does not depend on the microbatch."""
        held = self.weights_bytes + self.new_weights_bytes + self.gradient_bytes
        return held + self.moment_bytes + self.anchor_bytes

    @property
    def total_bytes(self) -> int:
        return self.state_bytes + self.microbatch_bytes * self.microbatches_kept


def parameter_count(run: RunSpec, stage: int) -> int:
    """Of one stage, its share of the borders included."""
    shapes = parameter_shapes(run.model, run.stages, stage)
    return sum(torch.empty(shape, device="meta").numel() for shape in shapes.values())


def stage_memory(run: RunSpec, stage: int, dtype: torch.dtype = torch.bfloat16, kept: int = 1) -> StageMemory:
    """What training `stage` takes when `kept` microbatches' graphs are held at once and matrices compute in `dtype`.

    Graphs beyond those that fit are recomputed, so `kept=1` is the least that trains.
    """
    parameters = parameter_count(run, stage)
    size = parameters * FLOAT_BYTES
    return StageMemory(parameters, size, size, size, 2 * size, size, _microbatch_bytes(run, stage, dtype), kept)


def _microbatch_bytes(run: RunSpec, stage: int, dtype: torch.dtype) -> int:
    """Bytes of all distinct tensors that autograd saves in one forward pass, fp32 weights left out (casts count).

    The meta device takes attention apart; its T x T scores, which fused attention never stores, are left out too. What
    it takes apart of the norms is kept, so the figure is a little too high.
    """
    model, shard = run.model, Shard(run, stage, ComputePolicy(torch.device("meta"), dtype))
    weights = {name: torch.empty(shape, device="meta") for name, shape in shard.shapes.items()}
    owned = {tensor.untyped_storage()._cdata for tensor in weights.values()}
    saved: dict[int, torch.UntypedStorage] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        is_scores = tensor.dim() >= 3 and tensor.shape[-2:] == (model.context, model.context)
        if storage._cdata not in owned and not is_scores:
            saved[storage._cdata] = storage  # held, so that no later one gets the same address
        return tensor

    shape_BT = (run.training.sequences, model.context)
    tokens_BT = torch.empty(shape_BT, dtype=torch.int64, device="meta")
    latent_BTk = torch.empty((*shape_BT, model.bottleneck_width), device="meta")
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        shard.forward_pass(
            weights,
            tokens_BT,
            None if shard.is_first else latent_BTk,
            tokens_BT if shard.is_last else None,
        )
    return sum(storage.nbytes() for storage in saved.values())


_VERDICTS: Final = (
    (6, "fits most home computers"),
    (14, "needs a Mac or graphics card with 16 GB"),
    (22, "needs a Mac with 32 GB or a graphics card with 24 GB"),
    (48, "needs a Mac with 64 GB; no home graphics card holds it"),
    (96, "needs a Mac with 128 GB; no home graphics card holds it"),
)


def home_computer_verdict(total_bytes: int) -> str:
    """In a few plain words, which home computer a stage of that size fits, if any."""
    for limit_gib, words in _VERDICTS:
        if total_bytes <= limit_gib * GIB:
            return words
    return "fits no home computer: needs a data-centre GPU"
