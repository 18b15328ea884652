"""How latents and their gradients become bytes at a border.

`raw32` sends fp32 as it is. `int8` sends each token's features as round(x / s), −127..127, with one fp32 scale
s = absmax / 127 per token, rounding half to even: elementwise IEEE arithmetic, so equal inputs give equal codes on
any device. The border's gradient is taken at the decoded latents (straight-through estimator, arXiv 1308.3432).
No value that is not a number, or beyond LATENT_LIMIT, gets into a packet or out of one.

Legend: B sequences, T tokens, k features per token.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
import torch
from torch import Tensor

from protocol.errors import MalformedMessage
from protocol.packets import PAYLOAD_LIMIT_BYTES, Dtype, Packet, Section
from protocol.runs import CodecSpec

LATENT_LIMIT: Final = 1e30
"""Far beyond any sane activation and far below fp32's end, so that no product of a decoder overflows."""
INT8_LEVELS: Final = 127
_SMALLEST_NORMAL: Final = torch.finfo(torch.float32).tiny
_NUMPY_DTYPES: Final = {"u8": "u1", "i8": "i1", "u16": "<u2", "u32": "<u4", "f32": "<f4"}


class CodedLatent(msgspec.Struct, frozen=True, eq=False):
    """Codes [B, T, k] (int8, or fp32 for raw32) and scales [B, T] (fp32; None for raw32)."""

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
    match _checked(codec).codec_id:
        case "raw32":
            return CodedLatent(codec, latent_BTk.contiguous(), None)
        case "int8":
            scales_BT = largest_BT / INT8_LEVELS
            scales_BT = torch.where(scales_BT < _SMALLEST_NORMAL, 0.0, scales_BT)
            divisor_BT = torch.where(scales_BT == 0, 1.0, scales_BT)
            codes_BTk = (latent_BTk / divisor_BT.unsqueeze(-1)).round().clamp(-INT8_LEVELS, INT8_LEVELS)
            return CodedLatent(codec, codes_BTk.to(torch.int8), scales_BT)


def decode(coded: CodedLatent) -> Tensor:
    """The fp32 latent [B, T, k] that `coded` stands for; both ends see exactly these values."""
    if coded.scales is None:
        return coded.codes
    return coded.codes.float() * coded.scales.unsqueeze(-1)


def _checked(codec: CodecSpec) -> CodecSpec:
    if (codec.codec_id, codec.bits) not in (("raw32", 32), ("int8", 8)):
        raise MalformedMessage(f"This version has no codec {codec.codec_id} of {codec.bits} bits.")
    return codec


def codec_of(codec_id: str, bits: int) -> CodecSpec:
    """The codec that a packet header names; raises MalformedMessage for one that this version doesn't have."""
    match codec_id:
        case "raw32" | "int8":
            return _checked(CodecSpec(codec_id, bits))
    raise MalformedMessage(f"This version has no codec {codec_id!r}.")


def mismatch_share(own: CodedLatent, other: CodedLatent) -> float:
    """The share of codes that differ, for audits; 1.0 where any code differs by more than one level, a scale by more
    than one part in 10^4, or the forms differ. raw32 latents compare by relative L2 distance instead."""
    if own.codec != other.codec or own.codes.shape != other.codes.shape:
        return 1.0
    if own.scales is None or other.scales is None:
        return relative_error(own.codes, other.codes)
    if not torch.allclose(own.scales, other.scales, rtol=1e-4, atol=_SMALLEST_NORMAL):
        return 1.0
    distance = (own.codes.to(torch.int16) - other.codes.to(torch.int16)).abs()
    return 1.0 if int(distance.max()) > 1 else float(distance.float().mean())


def relative_error(own: Tensor, other: Tensor) -> float:
    """|own − other| / |own| in the L2 norm; infinite where only `own` is zero."""
    size, distance = float(own.double().norm()), float((own.double() - other.double()).norm())
    return distance / size if size > 0 else (0.0 if distance == 0 else float("inf"))


def sections_from_latent(coded: CodedLatent) -> tuple[tuple[Section, ...], bytes]:
    """The payload's sections ("codes", and "scales" where there are any) and their bytes, in that order."""
    dtype: Dtype = "f32" if coded.scales is None else "i8"
    codes = Section("codes", dtype, tuple(coded.codes.shape))
    if coded.scales is None:
        return (codes,), _to_bytes(coded.codes, dtype)
    scales = Section("scales", "f32", tuple(coded.scales.shape))
    return (codes, scales), _to_bytes(coded.codes, dtype) + _to_bytes(coded.scales, "f32")


def latent_from_sections(
    codec: CodecSpec,
    sections: Sequence[Section],
    buffer_of: Callable[[str], bytes | memoryview],
    shape_BTk: tuple[int, int, int],
) -> CodedLatent:
    """A latent that came from a peer, on the CPU; raises MalformedMessage unless every shape, type, length and value
    is what an honest sender's would be."""
    by_name: dict[str, Section] = {section.name: section for section in sections}
    if _checked(codec).codec_id == "raw32":
        codes = _read(by_name, "codes", "f32", shape_BTk, buffer_of)
        if not bool((codes.abs() <= LATENT_LIMIT).all()):
            raise MalformedMessage("A latent arrived with values that are not numbers.")
        return CodedLatent(codec, codes, None)
    codes = _read(by_name, "codes", "i8", shape_BTk, buffer_of)
    scales = _read(by_name, "scales", "f32", shape_BTk[:2], buffer_of)
    if not bool(((scales >= 0) & (scales <= LATENT_LIMIT / INT8_LEVELS * 1.001)).all()):
        raise MalformedMessage("A latent arrived with scales that are not numbers.")
    if bool((codes < -INT8_LEVELS).any()):
        raise MalformedMessage("A latent arrived with codes outside of the codec's range.")
    return CodedLatent(codec, codes, scales)


def latent_from_packet(packet: Packet, shape_BTk: tuple[int, int, int]) -> CodedLatent:
    """The latent in a packet whose hash and signature are checked; raises MalformedMessage."""
    header = packet.header
    return latent_from_sections(
        codec_of(header.codec_id, header.codec_bits), header.sections, packet.section, shape_BTk
    )


def sections_from_tokens(tokens_BT: Tensor, vocabulary: int) -> tuple[tuple[Section, ...], bytes]:
    """Token ids as the smallest unsigned integers that hold the vocabulary."""
    dtype = token_dtype(vocabulary)
    return (Section("tokens", dtype, tuple(tokens_BT.shape)),), _to_bytes(tokens_BT, dtype)


def tokens_from_packet(packet: Packet, shape_BT: tuple[int, int], vocabulary: int) -> Tensor:
    """The token ids in a packet as int64 [B, T]; raises MalformedMessage for ids outside of the vocabulary."""
    by_name: dict[str, Section] = {section.name: section for section in packet.header.sections}
    tokens_BT = _read(by_name, "tokens", token_dtype(vocabulary), shape_BT, packet.section)
    if bool((tokens_BT >= vocabulary).any()):
        raise MalformedMessage("A packet arrived with tokens outside of the vocabulary.")
    return tokens_BT


def token_dtype(vocabulary: int) -> Dtype:
    """The smallest unsigned type that holds every id of `vocabulary`."""
    return "u8" if vocabulary <= 1 << 8 else "u16" if vocabulary <= 1 << 16 else "u32"


def _to_bytes(tensor: Tensor, dtype: str) -> bytes:
    return tensor.detach().cpu().numpy().astype(_NUMPY_DTYPES[dtype], copy=False).tobytes()


def _read(
    sections: Mapping[str, Section],
    name: str,
    dtype: str,
    shape: tuple[int, ...],
    buffer_of: Callable[[str], bytes | memoryview],
) -> Tensor:
    """One section as a new tensor: int64 for token ids, else int8 or fp32."""
    section = sections.get(name)
    if section is None or section.dtype != dtype or section.shape != shape:
        raise MalformedMessage(f"A packet arrived without {name} of the shape and type expected here.")
    buffer = buffer_of(name)
    if len(buffer) != section.size_bytes or len(buffer) > PAYLOAD_LIMIT_BYTES:
        raise MalformedMessage(f"A packet's {name} are shorter or longer than announced.")
    array = np.frombuffer(buffer, dtype=_NUMPY_DTYPES[dtype]).reshape(shape)
    native = {"i8": np.int8, "f32": np.float32}.get(dtype, np.int64)
    return torch.from_numpy(array.astype(native))
