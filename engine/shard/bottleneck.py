"""The residual bottleneck at a stage border: D features of the residual stream become k, and D again.

    sender      z = x[:k] + E silu(W x)
    receiver    x̂ = pad(z) + D relu(z) + norm(A[token])

W, E, D and A are learned end to end with everything else. The first k features cross untouched, so the residual
stream is added to at a border and never made anew, which is what keeps it trainable (ResBM, arXiv 2604.11947; IOTA,
2507.17766). The anchor A holds what of the stream depends on the token alone: the receiver knows the token ids anyway,
so the k numbers are free to carry the rest (after MAPL's anchor). Its rows are brought to unit mean square: however
fast the stages before grow, as they do under Muon, the token stays audible next to what arrives. E and D start small.
What each part is worth stands in docs/experiments.md.

The features are nested (Rippel et al., arXiv 1402.0915): a sender may send the first k' of its k features, and the
receiver takes the rest for zeros. Which ranks a run allows is its ladder's matter; no preset mixes any, since that
costs more loss than it saves bytes (docs/decisions/0004).

At full width (k = D) nothing has to be squeezed, and the border has no parameters: x̂ = z = x. Without, a model cut into
other stages is the same model.

Legend: B sequences, T tokens, D model width, k latent width, M units of W, R rows of the anchor. Border n lies between
stage n and stage n + 1.
"""

from typing import Final

import torch.nn.functional as F
from torch import Tensor

from protocol.runs import ModelSpec
from swarm.borders import anchor_rows, is_full_width

_SECOND_ROW: Final = 2_654_435_761
"""Knuth's multiplicative hash, 2^32 / golden ratio: spreads the second row over the table."""


def narrow(model: ModelSpec, weights: dict[str, Tensor], stage: int, x_BTD: Tensor, rank: int | None = None) -> Tensor:
    """What `stage` sends of its residual stream, [B, T, k]; the first `rank` features of it where that is given."""
    if is_full_width(model):
        return x_BTD[..., :rank]
    rank = rank or model.bottleneck_width
    mix_MD = weights[f"borders.{stage}.mix"].to(x_BTD.dtype)
    narrow_kM = weights[f"borders.{stage}.narrow"][:rank].to(x_BTD.dtype)
    return x_BTD[..., :rank] + F.linear(F.silu(F.linear(x_BTD, mix_MD)), narrow_kM)


def expand(model: ModelSpec, weights: dict[str, Tensor], stage: int, z_BTk: Tensor, tokens_BT: Tensor | None) -> Tensor:
    """The residual stream that `stage` starts from, [B, T, D], of a latent of k features or fewer. `tokens_BT` is
    looked at where borders are narrower than the model."""
    padded_BTD = F.pad(z_BTk, (0, model.width - z_BTk.shape[-1]))
    if is_full_width(model):
        return padded_BTD
    assert tokens_BT is not None
    expand_Dk = weights[f"borders.{stage - 1}.expand"][:, : z_BTk.shape[-1]].to(z_BTk.dtype)
    anchor_BTD = _anchor(model, weights[f"borders.{stage - 1}.anchor"], tokens_BT).to(z_BTk.dtype)
    known_BTD = F.rms_norm(anchor_BTD, (model.width,), eps=model.norm_epsilon)
    return padded_BTD + F.linear(F.relu(z_BTk), expand_Dk) + known_BTD


def _anchor(model: ModelSpec, table_RD: Tensor, tokens_BT: Tensor) -> Tensor:
    """What is known of each token, [B, T, D]: its row, or with more tokens than rows the sum of two that few share."""
    rows = anchor_rows(model)
    if rows == model.vocabulary:
        return F.embedding(tokens_BT, table_RD)
    # Masks and shifts, since Apple's graphics divide whole numbers by way of floats.
    second_BT = (((tokens_BT * _SECOND_ROW) & (2**32 - 1)) * rows) >> 32
    return F.embedding(tokens_BT % rows, table_RD) + F.embedding(second_BT, table_RD)
