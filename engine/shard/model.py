"""One stage of a Llama-3-style decoder as pure functions of its weights.

RMSNorm (arXiv 1910.07467), rotary positions (2104.09864, half-split), grouped-query attention (2305.13245), SwiGLU
(2002.05202), no biases, own head. The border in and out of a stage is engine.shard.bottleneck's.

Legend: B sequences, T tokens, D model width, H heads, G key/value heads, C features per head, M MLP width,
V vocabulary.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import sqrt
from typing import Final, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from engine.shard.bottleneck import expand, narrow
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
    model: ModelSpec, stages: Sequence[StageSpec], stage: int, seed: int, device: torch.device | str = "cpu"
) -> Weights:
    """The stage's first weights, the same on every machine and for every way to cut the model into stages.

    GPT-2's rule: deviation 0.02, divided by sqrt(2 layers) for what writes into the residual stream. Each tensor has a
    generator of its own, seeded by run seed and name, always on the CPU.
    """
    return {
        name: _initial_tensor(model, name, shape, seed).to(device)
        for name, shape in parameter_shapes(model, stages, stage).items()
    }


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


@lru_cache(maxsize=8)
def _rotation(context: int, features: int, theta: float, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosines and signed sines of the rotary angles, each [T, C], always fp32; made outside any inference mode."""
    with torch.inference_mode(False):
        frequency = theta ** (-torch.arange(0, features, 2, dtype=torch.float64) / features)
        angle = torch.outer(torch.arange(context, dtype=torch.float64), frequency)
        cosine_TC = angle.cos().repeat(1, 2)
        sine_TC = torch.cat((-angle.sin(), angle.sin()), dim=1)
        return cosine_TC.float().to(device), sine_TC.float().to(device)


def _rotate(x_BHTC: Tensor, cosine_TC: Tensor, sine_TC: Tensor) -> Tensor:
    half = x_BHTC.shape[-1] // 2
    return x_BHTC * cosine_TC + x_BHTC.roll(half, dims=-1) * sine_TC


def _attention(model: ModelSpec, x_BTD: Tensor, matrix_in: Tensor, matrix_out: Tensor) -> Tensor:
    sequences, tokens, width = x_BTD.shape
    features = width // model.heads
    kv_width = features * model.kv_heads
    query, key, value = F.linear(x_BTD, matrix_in).split((width, kv_width, kv_width), dim=-1)
    query_BHTC = query.view(sequences, tokens, model.heads, features).transpose(1, 2)
    key_BGTC = key.view(sequences, tokens, model.kv_heads, features).transpose(1, 2)
    value_BGTC = value.view(sequences, tokens, model.kv_heads, features).transpose(1, 2)
    cosine, sine = _rotation(model.context, features, model.rope_theta, x_BTD.device)
    cosine_TC, sine_TC = cosine[:tokens].to(x_BTD.dtype), sine[:tokens].to(x_BTD.dtype)
    mixed_BHTC = F.scaled_dot_product_attention(
        _rotate(query_BHTC, cosine_TC, sine_TC),
        _rotate(key_BGTC, cosine_TC, sine_TC),
        value_BGTC,
        is_causal=True,
        enable_gqa=model.kv_heads != model.heads,
    )
    return F.linear(mixed_BHTC.transpose(1, 2).reshape(sequences, tokens, width), matrix_out)


def _layer(model: ModelSpec, weights: Weights, layer: int, x_BTD: Tensor) -> Tensor:
    dtype, shape, epsilon = x_BTD.dtype, (model.width,), model.norm_epsilon

    def tensor(name: str) -> Tensor:
        return weights[f"layers.{layer}.{name}"].to(dtype)

    normed_BTD = F.rms_norm(x_BTD, shape, tensor("attention_norm"), epsilon)
    x_BTD = x_BTD + _attention(model, normed_BTD, tensor("attention_in"), tensor("attention_out"))
    normed_BTD = F.rms_norm(x_BTD, shape, tensor("mlp_norm"), epsilon)
    gate_BTM, up_BTM = F.linear(normed_BTD, tensor("mlp_in")).chunk(2, dim=-1)
    return x_BTD + F.linear(F.silu(gate_BTM) * up_BTM, tensor("mlp_out"))


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
) -> Tensor:
    """The residual stream behind the stage's layers [B, T, D], on the last stage normed, in `dtype`.

    Stage 0 starts from token ids [B, T], every other from the latent received [B, T, k], and from the ids as well where
    borders are narrow. `yield_point` sees the residual stream before each layer and returns it; it may raise to end the
    pass. `recompute_layers` keeps each layer's input only and computes the layer again for its gradient (arXiv
    1604.06174), which changes no number.
    """
    if latent_BTk is None:
        assert tokens_BT is not None
        x_BTD = F.embedding(tokens_BT, weights["embedding"]).to(dtype)
    else:
        x_BTD = expand(model, weights, stage, latent_BTk.to(dtype), tokens_BT)
    for layer in range(stages[stage].first_layer, stages[stage].end_layer):
        if yield_point is not None:
            x_BTD = yield_point(x_BTD)
        if recompute_layers and torch.is_grad_enabled():
            x_BTD = checkpoint(_layer, model, weights, layer, x_BTD, use_reentrant=False, preserve_rng_state=False)
        else:
            x_BTD = _layer(model, weights, layer, x_BTD)
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
) -> Tensor:
    """The stage's output in fp32 (fp64 where `dtype` is that): the latent to send [B, T, k], on the last stage logits
    [B, T, V], which training never makes whole (engine.shard.loss).

    `rank` features of the latent are made, all if it is not given. The other arguments are those of `hidden`.
    """
    wide = torch.promote_types(dtype, torch.float32)
    x_BTD = hidden(model, stages, stage, weights, tokens_BT, latent_BTk, dtype, yield_point, recompute_layers)
    if stage < len(stages) - 1:
        return narrow(model, weights, stage, x_BTD, rank).to(wide)
    return F.linear(x_BTD, weights["head"].to(dtype)).to(wide)
