"""Pseudo-gradients as few bits: signed codes and one float32 scale per tile, and their bytes in the object store.

A tile's scale is its largest magnitude divided by the largest code, and codes round half to even, all in IEEE single
precision. The scale itself travels as float32, so that everybody multiplies with the very same number. What rounding
took away is returned as the residual for error feedback (Seide et al., Interspeech 2014).

Legend: n numbers, tiles = ceil(n / tile); the last tile may be short.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from protocol.errors import MalformedMessage

Codes: TypeAlias = NDArray[np.int8]
Scales: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float32]
Bits: TypeAlias = Literal[4, 8]

CODE_LIMIT: dict[int, int] = {4: 7, 8: 127}
SCALE_LIMIT = 1.0
"""Largest scale of an honest upload: weights lie within ±128, so no delta needs more than 127 codes of one."""
SMALLEST_SCALE = 2.0**-60
"""Below it a tile is sent as zeros and stays in the residual; no denormals, whose handling differs by hardware."""


@dataclass(frozen=True, slots=True)
class PseudoGradient:
    """`codes` [n] within ±CODE_LIMIT, `scales` [tiles], `tile` codes to a scale."""

    codes: Codes
    scales: Scales
    tile: int
    bits: Bits


def quantise(delta: Floats, tile: int, bits: Bits = 8) -> tuple[PseudoGradient, Floats]:
    """The codes of `delta` [n] and the residual [n] to add to the next one.

    Raises MalformedMessage for anything not finite or so large that a scale would pass SCALE_LIMIT.
    """
    limit = CODE_LIMIT[bits]
    tiled = _tiled(np.ascontiguousarray(delta, dtype=np.float32), tile)
    if not np.isfinite(tiled).all():
        raise MalformedMessage("A pseudo-gradient holds numbers that are not finite.", "Training has diverged.")
    scales = np.max(np.abs(tiled), axis=1, initial=0.0) / np.float32(limit)
    if scales.size and float(scales.max()) > SCALE_LIMIT:
        raise MalformedMessage("A pseudo-gradient is too large to be merged.", "Training has diverged.")
    scales = np.where(scales < SMALLEST_SCALE, np.float32(0), scales).astype(np.float32)
    divisors = np.where(scales > 0, scales, np.float32(1))
    codes = np.clip(np.rint(tiled / divisors[:, None]), -limit, limit)
    codes[scales == 0] = 0
    packed = PseudoGradient(codes.astype(np.int8).reshape(-1)[: delta.size], scales, tile, bits)
    return packed, np.subtract(delta, dequantise(packed), dtype=np.float32)


def dequantise(upload: PseudoGradient) -> Floats:
    """The numbers [n] that the codes stand for, in float32."""
    tiled = _tiled(upload.codes, upload.tile).astype(np.float32) * upload.scales[:, None]
    return np.asarray(tiled.reshape(-1)[: upload.codes.size], dtype=np.float32)


def codes_bytes_size(numbers: int, bits: Bits) -> int:
    """Length of `codes_to_bytes` for so many numbers."""
    return numbers if bits == 8 else -(-numbers // 2)


def codes_to_bytes(codes: Codes, bits: Bits) -> bytes:
    """int8 as they are; 4-bit codes two to a byte in two's complement, the first in the low half."""
    if bits == 8:
        return codes.astype(np.int8, copy=False).tobytes()
    halves = np.zeros(codes.size + codes.size % 2, dtype=np.uint8)
    halves[: codes.size] = codes.view(np.uint8) & 0x0F
    return (halves[0::2] | (halves[1::2] << 4)).astype(np.uint8).tobytes()


def codes_from_bytes(data: bytes | memoryview, numbers: int, bits: Bits) -> Codes:
    """Codes [numbers]; raises MalformedMessage for a wrong length, a code out of range or padding other than zero."""
    expected = codes_bytes_size(numbers, bits)
    _check_length("codes", data, expected)
    raw = np.frombuffer(data, dtype=np.uint8)
    if bits == 8:
        codes = raw.view(np.int8)
    else:
        halves = np.empty(2 * expected, dtype=np.uint8)
        halves[0::2], halves[1::2] = raw & 0x0F, raw >> 4
        if halves[numbers:].any():
            raise MalformedMessage("An upload's codes are padded with something other than zero.")
        codes = (((halves[:numbers] ^ 8).astype(np.int16)) - 8).astype(np.int8)
    if numbers and int(codes.min()) < -CODE_LIMIT[bits]:
        raise MalformedMessage("An upload holds a code that no honest miner sends.")
    return codes


def scales_to_bytes(scales: Scales) -> bytes:
    """Little-endian float32."""
    return scales.astype("<f4", copy=False).tobytes()


def scales_from_bytes(data: bytes | memoryview, tiles: int) -> Scales:
    """Scales [tiles]; raises MalformedMessage for a wrong length or a scale outside of 0 … SCALE_LIMIT."""
    _check_length("scales", data, 4 * tiles)
    scales = np.frombuffer(data, dtype="<f4").astype(np.float32)
    if not (np.isfinite(scales).all() and (scales >= 0).all() and (scales <= SCALE_LIMIT).all()):
        raise MalformedMessage("An upload holds a scale that no honest miner sends.")
    return scales


def _check_length(what: str, data: bytes | memoryview, expected: int) -> None:
    if len(data) != expected:
        raise MalformedMessage(f"An upload's {what} have {len(data)} bytes instead of {expected}.")


def _tiled(vector: NDArray[Any], tile: int) -> NDArray[Any]:
    """`vector` [n] as [tiles, tile], the last tile filled with zeros."""
    missing = -vector.size % tile
    padded = np.concatenate((vector, np.zeros(missing, dtype=vector.dtype))) if missing else vector
    return padded.reshape(-1, tile)
