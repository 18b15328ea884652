"""One stage of a Llama-3-style decoder as pure functions of its weights.

Embedding, layers (engine.shard.layer), norm, own head. The border in and out of a stage is engine.shard.bottleneck's.

Legend: B sequences, T tokens, k latent width, D model width, V vocabulary.
"""

import hashlib
from collections.abc import Callable, Sequence
from math import sqrt
from typing import Final, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from engine.shard.bottleneck import expand, narrow
from engine.shard.layer import LAYER_TENSORS, CompiledLayer, layer_function, rotation
from protocol.runs import ModelSpec, StageSpec
from swarm.borders import Shapes, receiving_shapes, sending_shapes

Weights: TypeAlias = dict[str, Tensor]
"""fp32 tensors by name, in the order of `parameter_shapes`. One object is one version; its tensors never change."""

INITIAL_DEVIATION: Final = 0.02
BORDER_DEVIATION: Final = 0.01
"""Small beside the identity path, so that a new border starts close to plain truncation."""


def parameter_shapes(model: ModelSpec, stages: Sequence[StageSpec], stage: int) -> Shapes:
    """The stage's tensors in canonical order: the order of the forward pass, of the merge vector and of the hash."""
    width, span = model.width, stages[stage]
    first, last = stage == 0, stage == len(stages) - 1
    shapes: Shapes = {"embedding": (model.vocabulary, width)} if first else receiving_shapes(model, stage)
    for layer in range(span.first_layer, span.end_layer):
        shapes |= {f"layers.{layer}.{name}": shape for name, shape in _layer_shapes(model).items()}
    if last:
        return shapes | {"final_norm": (width,), "head": (model.vocabulary, width)}
    return shapes | sending_shapes(model, stage)


def _layer_shapes(model: ModelSpec) -> Shapes:
    """Query, key and value share one matrix, gate and up another: fewer, larger products."""
    width = model.width
    kv_width = width // model.heads * model.kv_heads
    return {
        "attention_norm": (width,),
        "attention_in": (width + 2 * kv_width, width),
        "attention_out": (width, width),
        "mlp_norm": (width,),
        "mlp_in": (2 * model.mlp_width, width),
        "mlp_out": (width, model.mlp_width),
    }


def initialise(
    model: ModelSpec,
    stages: Sequence[StageSpec],
    stage: int,
    seed: int,
    device: torch.device | str = "cpu",
    go_on: Callable[[], None] = lambda: None,
) -> Weights:
    """The stage's first weights, the same on every machine and for every way to cut the model into stages.

    GPT-2's rule: deviation 0.02, divided by sqrt(2 layers) for what writes into the residual stream. Each tensor has a
    generator of its own, seeded by run seed and name, always on the CPU. `go_on` is asked before each; it may raise to
    end this.
    """
    weights: Weights = {}
    for name, shape in parameter_shapes(model, stages, stage).items():
        go_on()
        weights[name] = _initial_tensor(model, name, shape, seed).to(device)
    return weights


def _initial_tensor(model: ModelSpec, name: str, shape: tuple[int, ...], seed: int) -> Tensor:
    if len(shape) == 1:
        return torch.ones(shape)
    deviation = INITIAL_DEVIATION
    if name.endswith(("attention_out", "mlp_out")):
        deviation /= sqrt(2 * model.layers)
    elif name.endswith((".narrow", ".expand")):
        deviation = BORDER_DEVIATION
    digest = hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest, "little") >> 1)
    return torch.empty(shape).normal_(0.0, deviation, generator=generator)


def hidden(
    model: ModelSpec,
    stages: Sequence[StageSpec],
    stage: int,
    weights: Weights,
    tokens_BT: Tensor | None,
    latent_BTk: Tensor | None = None,
    dtype: torch.dtype = torch.float32,
    yield_point: Callable[[Tensor], Tensor] | None = None,
    recompute_layers: bool = False,
    compiled: CompiledLayer | None = None,
) -> Tensor:
    """The residual stream behind the stage's layers [B, T, D], on the last stage normed, in `dtype`.

    Stage 0 starts from token ids [B, T], every other from the latent received [B, T, k], and from the ids as well where
    borders are narrow. `yield_point` sees the residual stream before each layer and returns it; it may raise to end the
    pass. `recompute_layers` keeps each layer's input only and computes the layer again for its gradient (arXiv
    1604.06174), which changes no number. `compiled` is run in place of the written layer where it fits.
    """
    if latent_BTk is None:
        assert tokens_BT is not None
        x_BTD = F.embedding(tokens_BT, weights["embedding"]).to(dtype)
    else:
        x_BTD = expand(model, weights, stage, latent_BTk.to(dtype), tokens_BT)
    function = compiled.function if compiled is not None and compiled.fits(x_BTD) else layer_function(model)
    angles = rotation(model, x_BTD.shape[1], x_BTD.device)
    for layer in range(stages[stage].first_layer, stages[stage].end_layer):
        if yield_point is not None:
            x_BTD = yield_point(x_BTD)
        tensors = [weights[f"layers.{layer}.{name}"] for name in LAYER_TENSORS]
        if recompute_layers and torch.is_grad_enabled():
            x_BTD = checkpoint(function, x_BTD, *angles, *tensors, use_reentrant=False, preserve_rng_state=False)
        else:
            x_BTD = function(x_BTD, *angles, *tensors)
    if stage < len(stages) - 1:
        return x_BTD
    return F.rms_norm(x_BTD, (model.width,), weights["final_norm"].to(dtype), model.norm_epsilon)


def forward(
    model: ModelSpec,
    stages: Sequence[StageSpec],
    stage: int,
    weights: Weights,
    tokens_BT: Tensor | None,
    latent_BTk: Tensor | None = None,
    dtype: torch.dtype = torch.float32,
    yield_point: Callable[[Tensor], Tensor] | None = None,
    rank: int | None = None,
    recompute_layers: bool = False,
    compiled: CompiledLayer | None = None,
) -> Tensor:
    """The stage's output in fp32 (fp64 where `dtype` is that): the latent to send [B, T, k], on the last stage logits
    [B, T, V], which training never makes whole (engine.shard.loss).

    `rank` features of the latent are made, all if it is not given. The other arguments are those of `hidden`.
    """
    wide = torch.promote_types(dtype, torch.float32)
    x_BTD = hidden(model, stages, stage, weights, tokens_BT, latent_BTk, dtype, yield_point, recompute_layers, compiled)
    if stage < len(stages) - 1:
        return narrow(model, weights, stage, x_BTD, rank).to(wide)
    return F.linear(x_BTD, weights["head"].to(dtype)).to(wide)
