"""The residual bottleneck at a stage border: D features of the residual stream become k, and D again.

    sender    z = x[:k] + E x          receiver    x̂ = pad(z) + D z

E and D are learned end to end with everything else. The first k features cross untouched, so the residual stream is
added to at a border and never made anew, which is what keeps it trainable (ResBM, arXiv 2604.11947; IOTA, 2507.17766).
E and D start small: a new border is close to plain truncation.

At full width (k = D) nothing has to be squeezed, and the border has no parameters: x̂ = z = x. Measured on
tinyshakespeare (4 stages, width 128, int8, 2000 steps, one seed): 1.709 nats per byte held out without parameters,
1.749 with E and D from zeros, at 12 % more of them; the whole model over no border reached 1.702. And without, a model
cut into other stages is the same model.

Legend: B sequences, T tokens, D model width, k latent width. Border n lies between stage n and stage n + 1.
"""

import torch.nn.functional as F
from torch import Tensor

from protocol.runs import ModelSpec


def is_full_width(model: ModelSpec) -> bool:
    return model.bottleneck_width == model.width


def border_out_shapes(model: ModelSpec, stage: int) -> dict[str, tuple[int, ...]]:
    """Tensors that `stage` owns for sending."""
    return {} if is_full_width(model) else {f"borders.{stage}.narrow": (model.bottleneck_width, model.width)}


def border_in_shapes(model: ModelSpec, stage: int) -> dict[str, tuple[int, ...]]:
    """Tensors that `stage` owns for receiving from the stage before it."""
    return {} if is_full_width(model) else {f"borders.{stage - 1}.expand": (model.width, model.bottleneck_width)}


def narrow(model: ModelSpec, weights: dict[str, Tensor], stage: int, x_BTD: Tensor) -> Tensor:
    """What `stage` sends of its residual stream, [B, T, k]."""
    if is_full_width(model):
        return x_BTD
    matrix_kD = weights[f"borders.{stage}.narrow"].to(x_BTD.dtype)
    return x_BTD[..., : model.bottleneck_width] + F.linear(x_BTD, matrix_kD)


def expand(model: ModelSpec, weights: dict[str, Tensor], stage: int, z_BTk: Tensor) -> Tensor:
    """The residual stream that `stage` starts from, [B, T, D]."""
    if is_full_width(model):
        return z_BTk
    matrix_Dk = weights[f"borders.{stage - 1}.expand"].to(z_BTk.dtype)
    return F.pad(z_BTk, (0, model.width - model.bottleneck_width)) + F.linear(z_BTk, matrix_Dk)
