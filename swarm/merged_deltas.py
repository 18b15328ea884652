"""A merged pseudo-gradient as it travels back: eight bits a number, rounded once, and that rounding is part of it.

Mergers round what they added up; everybody, mergers as well, takes the outer step from the rounded numbers. So a result
costs a quarter of fp32 and all still stand on the very same bits. A tile's scale is the smallest integer at 2^-24 that
keeps its largest number within ±127; codes round half to even. Where few numbers are other than zero (sparse uploads),
a bit for each tells which, and only those have a code.

Legend: n numbers, tiles = ceil(n / tile).
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protocol.errors import MalformedMessage
from swarm.merge_arithmetic import Fixed, saturated
from swarm.quantisation import CODE_LIMIT, Codes

LARGEST_CODE: Final = CODE_LIMIT[8]
SCALE_LIMIT: Final = -(-(1 << 31) // LARGEST_CODE)
_DENSE, _MARKED = b"\0", b"\1"
_CHUNK_NUMBERS: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class MergedDelta:
    """`codes` int8 [n], `scales` int32 [tiles] at 2^-24."""

    codes: Codes
    scales: Fixed
    tile: int


def rounded(delta: Fixed, tile: int) -> MergedDelta:
    """`delta` [n], int32 at 2^-24, as codes and scales."""
    tiles = -(-delta.size // tile)
    codes, scales = np.empty(delta.size, dtype=np.int8), np.empty(tiles, dtype=np.int32)
    step = max(1, _CHUNK_NUMBERS // tile)
    for first in range(0, tiles, step):
        part = slice(first * tile, min((first + step) * tile, delta.size))
        wide = _tiled(delta[part].astype(np.float64), tile)
        own = np.ceil(np.abs(wide).max(axis=1) / LARGEST_CODE)
        # Exact: a quotient of such integers is never so close to a half that float64 would miss on which side it lies.
        quotients = np.rint(wide / np.maximum(own, 1)[:, None])
        codes[part] = quotients.reshape(-1)[: part.stop - part.start]
        scales[first : first + step] = own
    return MergedDelta(codes, scales, tile)


def delta_of(merged: MergedDelta) -> Fixed:
    """The numbers [n], int32 at 2^-24, that the codes stand for."""
    delta = np.empty(merged.codes.size, dtype=np.int32)
    step = max(1, _CHUNK_NUMBERS // merged.tile)
    for first in range(0, merged.scales.size, step):
        part = slice(first * merged.tile, min((first + step) * merged.tile, delta.size))
        scales = np.repeat(merged.scales[first : first + step].astype(np.int64), merged.tile)
        delta[part] = saturated(merged.codes[part] * scales[: part.stop - part.start])
    return delta


def delta_to_bytes(merged: MergedDelta) -> bytes:
    """A byte for the form, scales as little-endian int32, then codes, or marks and the marked codes if that is less."""
    parts: tuple[bytes, ...]
    scales = merged.scales.astype("<i4", copy=False).tobytes()
    marked = merged.codes != 0
    if _marks_size(merged.codes.size) + np.count_nonzero(marked) < merged.codes.size:
        parts = (_MARKED, scales, np.packbits(marked).tobytes(), merged.codes[marked].tobytes())
    else:
        parts = (_DENSE, scales, merged.codes.tobytes())
    return b"".join(parts)


def largest_size(numbers: int, tile: int) -> int:
    """No delta of so many numbers has more bytes."""
    return 1 + 4 * -(-numbers // tile) + numbers


def delta_from_bytes(data: bytes | memoryview, numbers: int, tile: int) -> MergedDelta:
    """Raises MalformedMessage for anything that `delta_to_bytes` can't have made."""
    tiles, form, view = -(-numbers // tile), bytes(data[:1]), memoryview(data)
    if not 1 + 4 * tiles <= len(data) <= largest_size(numbers, tile) or form not in (_DENSE, _MARKED):
        raise MalformedMessage(f"A merged result of {numbers} numbers has {len(data)} bytes.")
    scales = np.frombuffer(view[1 : 1 + 4 * tiles], dtype="<i4").astype(np.int32)
    rest = np.frombuffer(view[1 + 4 * tiles :], dtype=np.uint8)
    codes = rest.view(np.int8) if form == _DENSE else _marked_codes(rest, numbers)
    if codes.size != numbers or (codes == -128).any() or (scales < 0).any() or (scales > SCALE_LIMIT).any():
        raise MalformedMessage("A merged result holds what no honest merger sends.")
    return MergedDelta(codes, scales, tile)


def _marked_codes(rest: NDArray[np.uint8], numbers: int) -> Codes:
    marks = rest[: _marks_size(numbers)]
    if marks.size != _marks_size(numbers):
        raise MalformedMessage("A merged result is cut off.")
    marked = np.unpackbits(marks, count=numbers).astype(bool)
    found = rest[marks.size :].view(np.int8)
    if found.size != np.count_nonzero(marked) or not found.all():
        raise MalformedMessage("A merged result holds other numbers than it marks.")
    codes = np.zeros(numbers, dtype=np.int8)
    codes[marked] = found
    return codes


def _marks_size(numbers: int) -> int:
    return -(-numbers // 8)


def _tiled(vector: NDArray[Any], tile: int) -> NDArray[Any]:
    missing = -vector.size % tile
    return np.concatenate((vector, np.zeros(missing))).reshape(-1, tile) if missing else vector.reshape(-1, tile)
