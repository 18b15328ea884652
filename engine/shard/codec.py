"""How latents and their gradients become codes at a border, and what makes two of them the same.

`raw32` sends fp32 as it is. `int8` sends each token's features as round(x / s), −127..127, with one fp32 scale
s = absmax / 127 per token, rounding half to even. `grid` sends 1 to 6 bits for each number (engine.shard.grid). All are
elementwise IEEE arithmetic but for grid's scales, so equal inputs give equal codes on any device. The border's gradient
is taken at the decoded latents (straight-through estimator, arXiv 1308.3432). No value that is not a number, or beyond
LATENT_LIMIT, gets into a packet or out of one.

Legend: B sequences, T tokens, k features per token, S tiles.
"""

from typing import Final

import msgspec
import torch
from torch import Tensor

from engine.shard import grid
from protocol.errors import MalformedMessage
from protocol.runs import CodecSpec

LATENT_LIMIT: Final = 1e30
"""Far beyond any sane activation and far below fp32's end, so that no product of a decoder overflows."""
INT8_LEVELS: Final = 127
_SMALLEST_NORMAL: Final = torch.finfo(torch.float32).tiny


class CodedLatent(msgspec.Struct, frozen=True, eq=False):
    """Codes [B, T, k] (int8; raw32 fp32) and scales ([B, T] fp32; grid [S, k], raw32 None)."""

    codec: CodecSpec
    codes: Tensor
    scales: Tensor | None


def encode(latent_BTk: Tensor, codec: CodecSpec) -> CodedLatent:
    """Codes of an fp32 latent, on its device; raises MalformedMessage if it holds a value that is not a number."""
    latent_BTk = latent_BTk.detach().float()
    largest_BT = latent_BTk.abs().amax(dim=-1)
    if not bool((largest_BT <= LATENT_LIMIT).all()):
        raise MalformedMessage(
            "A latent holds values that are not numbers, and was not sent.", "The weights have probably diverged."
        )
    match checked(codec).codec_id:
        case "raw32":
            return CodedLatent(codec, latent_BTk.contiguous(), None)
        case "int8":
            scales_BT = largest_BT / INT8_LEVELS
            scales_BT = torch.where(scales_BT < _SMALLEST_NORMAL, 0.0, scales_BT)
            divisor_BT = torch.where(scales_BT == 0, 1.0, scales_BT)
            codes_BTk = (latent_BTk / divisor_BT.unsqueeze(-1)).round().clamp(-INT8_LEVELS, INT8_LEVELS)
            return CodedLatent(codec, codes_BTk.to(torch.int8), scales_BT)
        case "grid":
            scales_Sk = grid.fitted_scales(latent_BTk, codec.bits)
            return CodedLatent(codec, grid.to_codes(latent_BTk, scales_Sk), scales_Sk)


def decode(coded: CodedLatent) -> Tensor:
    """The fp32 latent [B, T, k] that `coded` stands for; both ends see exactly these values."""
    if coded.scales is None:
        return coded.codes
    if coded.codec.codec_id == "grid":
        return grid.from_codes(coded.codes, coded.scales)
    return coded.codes.float() * coded.scales.unsqueeze(-1)


def checked(codec: CodecSpec) -> CodecSpec:
    """`codec` itself; raises MalformedMessage if this version has none such."""
    if not codec.exists:
        raise MalformedMessage(f"This version has no codec {codec.codec_id!r} of {codec.bits} bits.")
    return codec


def recoded(latent_BTk: Tensor, sent: CodedLatent) -> CodedLatent:
    """An auditor's codes of the latent it computed, in the form that was sent. Grid's scales are sums, whose last bit
    may differ by device: where a sent one is next to the auditor's own, the codes are made with the sent one."""
    own = encode(latent_BTk, sent.codec)
    if sent.codec.codec_id != "grid" or own.codes.shape != sent.codes.shape or own.scales is None:
        return own
    assert sent.scales is not None
    near_Sk = (own.scales - sent.scales).abs() <= grid.SCALE_ULP * own.scales
    scales_Sk = torch.where(near_Sk, sent.scales, own.scales)
    return CodedLatent(own.codec, grid.to_codes(latent_BTk.detach().float(), scales_Sk), scales_Sk)


def code_distance(own: CodedLatent, other: CodedLatent) -> Tensor:
    """How many levels each code is away, int16 [B, T, k]; both of the same codec and shape."""
    return (own.codes.to(torch.int16) - other.codes.to(torch.int16)).abs()


def scales_apart(own: CodedLatent, other: CodedLatent, tolerance: float) -> Tensor:
    """Where the scales that codes stand under differ by more than `tolerance` of the larger, bool [B, T, k]."""
    assert own.scales is not None
    assert other.scales is not None
    apart = (own.scales - other.scales).abs() > tolerance * torch.maximum(own.scales, other.scales) + _SMALLEST_NORMAL
    if own.codec.codec_id == "grid":
        return grid.spread_out(apart, own.codes.shape)
    return apart.unsqueeze(-1).expand(own.codes.shape)


def mismatch_share(own: CodedLatent, other: CodedLatent) -> float:
    """The share of codes that differ, for audits; 1.0 where any code differs by more than one level, a scale by more
    than one part in 10^4, or the forms differ. raw32 latents compare by relative L2 distance instead."""
    if own.codec != other.codec or own.codes.shape != other.codes.shape:
        return 1.0
    if own.scales is None or other.scales is None:
        return relative_error(own.codes, other.codes)
    distance = code_distance(own, other)
    if bool(scales_apart(own, other, 1e-4).any()) or int(distance.max()) > 1:
        return 1.0
    return float(distance.float().mean())


def relative_error(own: Tensor, other: Tensor) -> float:
    """|own − other| / |own| in the L2 norm; infinite where only `own` is zero."""
    own, other = own.cpu().double(), other.cpu().double()  # many a graphics card has no fp64
    size, distance = float(own.norm()), float((own - other).norm())
    return distance / size if size > 0 else (0.0 if distance == 0 else float("inf"))
