"""Coded latents and token ids as the sections of a packet, and back.

What comes in is a stranger's: every shape, type, length and value is held against what an honest sender's would be.

Legend: B sequences, T tokens, k features per token, S tiles.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, cast

import numpy as np
import torch
from torch import Tensor

from engine.shard import grid
from engine.shard.codec import INT8_LEVELS, LATENT_LIMIT, CodedLatent, checked
from protocol.errors import MalformedMessage
from protocol.packets import PAYLOAD_LIMIT_BYTES, Dtype, Packet, Section, make_section
from protocol.runs import CodecId, CodecSpec

_NUMPY_DTYPES: Final = {"u8": "u1", "i8": "i1", "u16": "<u2", "u32": "<u4", "f32": "<f4"}
BufferOf = Callable[[str], bytes | memoryview]
Place = Callable[[Tensor], Tensor]
"""Brings a tensor to the device that will decode it."""


def _where_it_is(tensor: Tensor) -> Tensor:
    return tensor


def codec_of(codec_id: str, bits: int) -> CodecSpec:
    """The codec that a packet header names; raises MalformedMessage for one that this version doesn't have."""
    return checked(CodecSpec(cast(CodecId, codec_id), bits))


def latent_parts(coded: CodedLatent) -> tuple[tuple[Section, ...], tuple[Tensor, ...]]:
    """What a packet will hold ("codes", and "scales" where there are any) and a tensor with the numbers of each, where
    the latent lies: what is left to do is to copy and to write them."""
    codes = Section("codes", "f32" if coded.scales is None else "i8", tuple(coded.codes.shape))
    if coded.scales is None:
        return (codes,), (coded.codes,)
    shape = tuple(coded.scales.shape)
    if coded.codec.codec_id == "grid":
        return (codes, Section("scales", "u16", shape)), (coded.codes, grid.scales_to_halves(coded.scales))
    return (codes, Section("scales", "f32", shape)), (coded.codes, coded.scales)


def written(plain: Sequence[Section], parts: Iterable[Tensor]) -> tuple[tuple[Section, ...], bytes]:
    """The payload's sections and their bytes, of numbers on the processor; codes in as few bytes as they are worth."""
    sections, buffers = [], []
    for section, part in zip(plain, parts, strict=True):
        array = part.detach().numpy()
        data = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        if section.dtype == "i8":
            section, data = make_section(section.name, section.dtype, section.shape, data)
        sections.append(section)
        buffers.append(data)
    return tuple(sections), b"".join(buffers)


def sections_from_latent(coded: CodedLatent) -> tuple[tuple[Section, ...], bytes]:
    """The payload's sections and their bytes, in that order."""
    plain, parts = latent_parts(coded)
    return written(plain, (part.cpu() for part in parts))


def latent_from_sections(
    codec: CodecSpec,
    sections: Sequence[Section],
    buffer_of: BufferOf,
    shape_BTk: tuple[int, int, int],
    place: Place = _where_it_is,
) -> CodedLatent:
    """A latent that came from a peer, where `place` brings it, on the CPU if that is not given; raises MalformedMessage
    unless everything about it is as an honest sender's would be. The latent may have fewer features than `shape_BTk`
    says, which is the border's width: a sender with a thin link leaves the last ones out."""
    by_name: dict[str, Section] = {section.name: section for section in sections}
    shape = _narrowed(by_name, shape_BTk)
    match checked(codec).codec_id:
        case "raw32":
            codes = _read(by_name, "codes", "f32", shape, buffer_of)
            if not bool((codes.abs() <= LATENT_LIMIT).all()):
                raise MalformedMessage("A latent arrived with values that are not numbers.")
            return CodedLatent(codec, place(codes), None)
        case "int8":
            codes = _levels(by_name, shape, INT8_LEVELS, buffer_of)
            scales = _read(by_name, "scales", "f32", shape[:2], buffer_of)
            return CodedLatent(codec, place(codes), place(_sane(scales, LATENT_LIMIT / INT8_LEVELS)))
        case "grid":
            codes = _levels(by_name, shape, grid.LARGEST_CODE, buffer_of)
            halves = _buffer(by_name, "scales", "u16", (grid.tiles_of(shape[0] * shape[1]), shape[2]), buffer_of)
            scales = grid.scales_from_bits(np.frombuffer(halves, dtype="<u2").reshape(-1, shape[2]))
            return CodedLatent(codec, place(codes), place(_sane(scales, LATENT_LIMIT * grid.LARGEST_STEP)))


def latent_from_packet(packet: Packet, shape_BTk: tuple[int, int, int], place: Place = _where_it_is) -> CodedLatent:
    """The latent in a packet whose hash and signature are checked; raises MalformedMessage."""
    header = packet.header
    codec = codec_of(header.codec_id, header.codec_bits)
    return latent_from_sections(codec, header.sections, packet.section, shape_BTk, place)


def sections_from_tokens(tokens_BT: Tensor, vocabulary: int) -> tuple[tuple[Section, ...], bytes]:
    """Token ids as the smallest unsigned integers that hold the vocabulary."""
    dtype = token_dtype(vocabulary)
    section, data = make_section("tokens", dtype, tuple(tokens_BT.shape), _to_bytes(tokens_BT, dtype))
    return (section,), data


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


def _narrowed(sections: Mapping[str, Section], shape_BTk: tuple[int, int, int]) -> tuple[int, int, int]:
    """The shape with as many features as were sent, where that is a number between 1 and the border's width."""
    codes = sections.get("codes")
    if codes is None or len(codes.shape) != 3 or not 1 <= codes.shape[2] <= shape_BTk[2]:
        raise MalformedMessage("A packet arrived without codes of the shape expected here.")
    return (*shape_BTk[:2], codes.shape[2])


def _levels(sections: Mapping[str, Section], shape: tuple[int, ...], largest: int, buffer_of: BufferOf) -> Tensor:
    """Codes from −largest to largest."""
    codes = _read(sections, "codes", "i8", shape, buffer_of)
    if bool((codes < -largest).any() | (codes > largest).any()):
        raise MalformedMessage("A latent arrived with codes outside of the codec's range.")
    return codes


def _sane(scales: Tensor, limit: float) -> Tensor:
    if not bool(((scales >= 0) & (scales <= limit * 1.01)).all()):
        raise MalformedMessage("A latent arrived with scales that are not numbers.")
    return scales


def _to_bytes(tensor: Tensor, dtype: str) -> bytes:
    return tensor.detach().cpu().numpy().astype(_NUMPY_DTYPES[dtype], copy=False).tobytes()


def _buffer(
    sections: Mapping[str, Section], name: str, dtype: str, shape: tuple[int, ...], buffer_of: BufferOf
) -> bytes | memoryview:
    """The plain bytes of a section that is of that type and shape, and as long as these make it."""
    section = sections.get(name)
    if section is None or section.dtype != dtype or section.shape != shape:
        raise MalformedMessage(f"A packet arrived without {name} of the shape and type expected here.")
    buffer = buffer_of(name)
    if len(buffer) != section.size_bytes or len(buffer) > PAYLOAD_LIMIT_BYTES:
        raise MalformedMessage(f"A packet's {name} are shorter or longer than announced.")
    return buffer


def _read(
    sections: Mapping[str, Section], name: str, dtype: str, shape: tuple[int, ...], buffer_of: BufferOf
) -> Tensor:
    """One section as a new tensor: int64 for token ids, else int8 or fp32."""
    buffer = _buffer(sections, name, dtype, shape, buffer_of)
    array = np.frombuffer(buffer, dtype=_NUMPY_DTYPES[dtype]).reshape(shape)
    native = {"i8": np.int8, "f32": np.float32}.get(dtype, np.int64)
    return torch.from_numpy(array.astype(native))
