"""One decoder layer as a function of tensors alone, the same for every layer of a model: what a compiler can be given.

RMSNorm (arXiv 1910.07467), rotary positions (2104.09864, half-split), grouped-query attention (2305.13245), SwiGLU
(2002.05202), no biases.

Legend: B sequences, T tokens, D model width, H heads, G key/value heads, C features per head, M MLP width.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor

from protocol.runs import ModelSpec

LAYER_TENSORS: Final = ("attention_norm", "attention_in", "attention_out", "mlp_norm", "mlp_in", "mlp_out")
"""In the order in which a layer function takes them."""
LayerFunction: TypeAlias = Callable[..., Tensor]
"""(residual stream [B, T, D], cosines and sines [T, C], the layer's six tensors) → residual stream [B, T, D]."""


@dataclass(frozen=True, eq=False)
class CompiledLayer:
    """A layer function from a compiler, made for residual streams of one shape, type and device; for all others the one
    that is written here is run, so that no pass ever waits for a compiler."""

    function: LayerFunction
    shape_BTD: tuple[int, int, int]
    dtype: torch.dtype
    device_type: str

    def fits(self, x_BTD: Tensor) -> bool:
        """Whether it was made for this residual stream."""
        made_for = (self.shape_BTD, self.dtype, self.device_type)
        return (tuple(x_BTD.shape), x_BTD.dtype, x_BTD.device.type) == made_for


@lru_cache(maxsize=8)
def layer_function(model: ModelSpec) -> LayerFunction:
    """The layer of this model as it is written. It closes over plain numbers only, which a compiler takes as fixed."""
    heads, kv_heads, epsilon = model.heads, model.kv_heads, model.norm_epsilon
    features = model.width // heads
    kv_width = features * kv_heads

    def attention(x_BTD: Tensor, cosine_TC: Tensor, sine_TC: Tensor, matrix_in: Tensor, matrix_out: Tensor) -> Tensor:
        sequences, tokens, width = x_BTD.shape
        query, key, value = F.linear(x_BTD, matrix_in).split((width, kv_width, kv_width), dim=-1)
        query_BHTC = query.view(sequences, tokens, heads, features).transpose(1, 2)
        key_BGTC = key.view(sequences, tokens, kv_heads, features).transpose(1, 2)
        value_BGTC = value.view(sequences, tokens, kv_heads, features).transpose(1, 2)
        mixed_BHTC = F.scaled_dot_product_attention(
            _rotate(query_BHTC, cosine_TC, sine_TC),
            _rotate(key_BGTC, cosine_TC, sine_TC),
            value_BGTC,
            is_causal=True,
            enable_gqa=kv_heads != heads,
        )
        return F.linear(mixed_BHTC.transpose(1, 2).reshape(sequences, tokens, width), matrix_out)

    def layer(x_BTD: Tensor, cosine_TC: Tensor, sine_TC: Tensor, *tensors: Tensor) -> Tensor:
        dtype, shape = x_BTD.dtype, x_BTD.shape[-1:]
        attention_norm, attention_in, attention_out, mlp_norm, mlp_in, mlp_out = (each.to(dtype) for each in tensors)
        normed_BTD = F.rms_norm(x_BTD, shape, attention_norm, epsilon)
        rotation = cosine_TC.to(dtype), sine_TC.to(dtype)
        x_BTD = x_BTD + attention(normed_BTD, *rotation, attention_in, attention_out)
        normed_BTD = F.rms_norm(x_BTD, shape, mlp_norm, epsilon)
        gate_BTM, up_BTM = F.linear(normed_BTD, mlp_in).chunk(2, dim=-1)
        return x_BTD + F.linear(F.silu(gate_BTM) * up_BTM, mlp_out)

    return layer


def rotation(model: ModelSpec, tokens: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosines and signed sines of the rotary angles, each [T, C], always fp32."""
    cosine, sine = _rotation(model.context, model.width // model.heads, model.rope_theta, device)
    return cosine[:tokens], sine[:tokens]


@lru_cache(maxsize=8)
def _rotation(context: int, features: int, theta: float, device: torch.device) -> tuple[Tensor, Tensor]:
    """Of the whole context; made outside any inference mode."""
    with torch.inference_mode(False):
        frequency = theta ** (-torch.arange(0, features, 2, dtype=torch.float64) / features)
        angle = torch.outer(torch.arange(context, dtype=torch.float64), frequency)
        cosine_TC = angle.cos().repeat(1, 2)
        sine_TC = torch.cat((-angle.sin(), angle.sin()), dim=1)
        return cosine_TC.float().to(device), sine_TC.float().to(device)


def _rotate(x_BHTC: Tensor, cosine_TC: Tensor, sine_TC: Tensor) -> Tensor:
    half = x_BHTC.shape[-1] // 2
    return x_BHTC * cosine_TC + x_BHTC.roll(half, dims=-1) * sine_TC
