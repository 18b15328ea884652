"""Pseudo-gradients as few bits: signed codes and one float32 scale per tile, and their bytes in the object store.

Dense, a tile's scale is its largest magnitude divided by the largest code, and codes round half to even, all in IEEE
single precision. Sparse, only a tile's largest numbers have a code other than zero (swarm.sparse_codes). Either way the
scale itself travels as float32, so that everybody multiplies with the very same number, and what was taken away is
returned as the residual for error feedback (Seide et al., Interspeech 2014; Karimireddy et al., arXiv 1901.09847).

Legend: n numbers, tiles = ceil(n / tile); the last tile may be short.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from protocol.errors import MalformedMessage
from protocol.runs import DenseCodes, SparseCodes
from swarm import sparse_codes

Codes: TypeAlias = NDArray[np.int8]
Scales: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float32]
Bits: TypeAlias = Literal[4, 8]
UploadForm: TypeAlias = DenseCodes | SparseCodes

CODE_LIMIT: dict[int, int] = {4: 7, 8: 127}
LARGEST_DELTA = 127.0
"""Weights lie within ±128."""
SCALE_LIMIT = 1.0
"""Largest scale of an upload: in few bits what is above it waits in the residual."""
SMALLEST_SCALE = 2.0**-60
"""Below it a tile is sent as zeros and stays in the residual; no denormals, whose handling differs by hardware."""


@dataclass(frozen=True, slots=True)
class PseudoGradient:
    """`codes` [n] within the form's largest code, `scales` [tiles], `tile` codes to a scale."""

    codes: Codes
    scales: Scales
    tile: int


def largest_code(form: UploadForm) -> int:
    """Magnitude that no code of this form exceeds."""
    return CODE_LIMIT[form.bits] if isinstance(form, DenseCodes) else sparse_codes.LARGEST


def quantise(delta: Floats, tile: int, form: UploadForm) -> tuple[PseudoGradient, Floats]:
    """The codes of `delta` [n] and the residual [n] to add to the next one.

    Raises MalformedMessage for anything not finite or so large that a scale would pass SCALE_LIMIT.
    """
    tiled = _tiled(np.ascontiguousarray(delta, dtype=np.float32), tile)
    if not np.isfinite(tiled).all():
        raise MalformedMessage("A pseudo-gradient holds numbers that are not finite.", "Training has diverged.")
    tops = np.max(np.abs(tiled), axis=1, initial=0.0)
    if tops.max(initial=0.0) > LARGEST_DELTA:
        raise MalformedMessage("A pseudo-gradient is too large to be merged.", "Training has diverged.")
    if isinstance(form, SparseCodes):
        codes, scales = sparse_codes.choose(tiled, delta.size, form.kept_per_tile)
        scales = _usable(scales)
    else:
        limit = CODE_LIMIT[form.bits]
        scales = _usable(tops / np.float32(limit))
        divisors = np.where(scales > 0, scales, np.float32(1))
        codes = np.clip(np.rint(tiled / divisors[:, None]), -limit, limit).astype(np.int8)
    codes[scales == 0] = 0
    packed = PseudoGradient(codes.reshape(-1)[: delta.size], scales, tile)
    return packed, np.subtract(delta, dequantise(packed), dtype=np.float32)


def dequantise(upload: PseudoGradient) -> Floats:
    """The numbers [n] that the codes stand for, in float32."""
    tiled = _tiled(upload.codes, upload.tile).astype(np.float32) * upload.scales[:, None]
    return np.asarray(tiled.reshape(-1)[: upload.codes.size], dtype=np.float32)


def codes_bytes_size(numbers: int, tile: int, form: UploadForm) -> int:
    """Length of `codes_to_bytes` for so many numbers."""
    if isinstance(form, SparseCodes):
        return sparse_codes.packed_size(numbers, tile, form.kept_per_tile)
    return numbers if form.bits == 8 else -(-numbers // 2)


def codes_to_bytes(codes: Codes, tile: int, form: UploadForm) -> bytes:
    """Eight bits as they are; 4-bit codes two to a byte in two's complement, the first in the low half; sparse ones
    as swarm.sparse_codes tells."""
    if isinstance(form, SparseCodes):
        return sparse_codes.pack(codes, tile, form.kept_per_tile)
    if form.bits == 8:
        return codes.astype(np.int8, copy=False).tobytes()
    halves = np.zeros(codes.size + codes.size % 2, dtype=np.uint8)
    halves[: codes.size] = codes.view(np.uint8) & 0x0F
    return (halves[0::2] | (halves[1::2] << 4)).astype(np.uint8).tobytes()


def codes_from_bytes(data: bytes | memoryview, numbers: int, tile: int, form: UploadForm) -> Codes:
    """Codes [numbers]; raises MalformedMessage for a wrong length, a code out of range or padding other than zero."""
    expected = codes_bytes_size(numbers, tile, form)
    _check_length("codes", data, expected)
    if isinstance(form, SparseCodes):
        return sparse_codes.unpack(data, numbers, tile, form.kept_per_tile)
    raw = np.frombuffer(data, dtype=np.uint8)
    if form.bits == 8:
        codes = raw.view(np.int8)
    else:
        halves = np.empty(2 * expected, dtype=np.uint8)
        halves[0::2], halves[1::2] = raw & 0x0F, raw >> 4
        if halves[numbers:].any():
            raise MalformedMessage("An upload's codes are padded with something other than zero.")
        codes = ((halves[:numbers] ^ 8).view(np.int8)) - np.int8(8)
    if numbers and int(codes.min()) < -CODE_LIMIT[form.bits]:
        raise MalformedMessage("An upload holds a code that no honest miner sends.")
    return codes


def scales_to_bytes(scales: Scales) -> bytes:
    """Little-endian float32."""
    return scales.astype("<f4", copy=False).tobytes()


def scales_from_bytes(data: bytes | memoryview, tiles: int) -> Scales:
    """Scales [tiles]; raises MalformedMessage for a wrong length or a scale outside of 0 … SCALE_LIMIT."""
    _check_length("scales", data, 4 * tiles)
    scales = np.frombuffer(data, dtype="<f4").astype(np.float32)
    if not ((scales >= 0) & (scales <= SCALE_LIMIT)).all():
        raise MalformedMessage("An upload holds a scale that no honest miner sends.")
    return scales


def _usable(scales: NDArray[Any]) -> Scales:
    return np.where(scales < SMALLEST_SCALE, np.float32(0), np.minimum(scales, SCALE_LIMIT)).astype(np.float32)


def _check_length(what: str, data: bytes | memoryview, expected: int) -> None:
    if len(data) != expected:
        raise MalformedMessage(f"An upload's {what} have {len(data)} bytes instead of {expected}.")


def _tiled(vector: NDArray[Any], tile: int) -> NDArray[Any]:
    """`vector` [n] as [tiles, tile], the last tile filled with zeros."""
    missing = -vector.size % tile
    padded = np.concatenate((vector, np.zeros(missing, dtype=vector.dtype))) if missing else vector
    return padded.reshape(-1, tile)
