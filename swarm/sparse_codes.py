"""The sparse form of a pseudo-gradient: of each tile the largest numbers only, two bits each and where they stand.

After Covenant-72B's (top 64 of 4096 and 2 bits, 146x less than fp32); all else waits in the residual. A code is one of
-2, -1, 1, 2 times the tile's scale, and the scale is the one of a few that leaves the least squared error. On the wire
each tile has its `kept` places in rising order, bits_of(tile) bits each, followed by sign and magnitude, one bit each.

Legend: n numbers, t tiles, k kept per tile; the last tile may be short and then keeps at most what it has.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protocol.errors import MalformedMessage

LARGEST: Final = 2
_SCALES_OF_TOP: Final = (0.5, 0.42, 0.35, 0.28)
"""Scales to try, in parts of a tile's largest magnitude."""

Codes = NDArray[np.int8]


def choose(tiled: NDArray[np.float32], numbers: int, kept: int) -> tuple[Codes, NDArray[np.float32]]:
    """Codes [t, tile], zero where nothing is kept, and scales [t] of `tiled` [t, tile], whose last row is padded."""
    tiles, tile = tiled.shape
    codes, scales = np.zeros(tiled.shape, dtype=np.int8), np.zeros(tiles, dtype=np.float32)
    if tiles == 0:
        return codes, scales
    whole = numbers // tile
    for rows, width in ((slice(0, whole), tile), (slice(whole, tiles), numbers - whole * tile)):
        if rows.start < rows.stop:
            part = tiled[rows, :width]
            count = min(kept, width)
            places = np.argpartition(np.abs(part), width - count, axis=1)[:, width - count :]
            chosen, scales[rows] = _two_levels(np.take_along_axis(part, places, axis=1))
            np.put_along_axis(codes[rows], places, chosen, axis=1)
    return codes, scales


def packed_size(numbers: int, tile: int, kept: int) -> int:
    """Bytes of so many numbers' places and codes."""
    return -(-sum(_counts(numbers, tile, kept)) * (_place_bits(tile) + 2) // 8)


def pack(codes: Codes, tile: int, kept: int) -> bytes:
    """`codes` [n] with exactly the kept ones other than zero in each tile; a tile of zeros gets any, for it has no
    scale. Raises ValueError for other codes."""
    counts, bits = _counts(codes.size, tile, kept), _place_bits(tile)
    padded = np.zeros((len(counts), tile), dtype=np.int8)
    padded.reshape(-1)[: codes.size] = codes
    empty = ~padded.any(axis=1)
    for row in np.flatnonzero(empty):
        padded[row, : counts[row]] = 1
    if np.count_nonzero(padded, axis=1).tolist() != counts:
        raise ValueError("a tile does not keep as many codes as the form says")
    rows, places = np.nonzero(padded)
    values = padded[rows, places]
    flat = (places << 2) | ((values < 0) << 1) | (np.abs(values) == LARGEST)
    return np.packbits(((flat[:, None] >> np.arange(bits + 1, -1, -1)) & 1).astype(np.uint8)).tobytes()


def unpack(data: bytes | memoryview, numbers: int, tile: int, kept: int) -> Codes:
    """Codes [n] of bytes that have `packed_size`; raises MalformedMessage for places that don't rise or lie outside."""
    counts, width = _counts(numbers, tile, kept), _place_bits(tile) + 2
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8))
    if bits[sum(counts) * width :].any():
        raise MalformedMessage("An upload's codes are padded with something other than zero.")
    powers = (1 << np.arange(width - 1, -1, -1)).astype(np.int64)
    flat = bits[: sum(counts) * width].reshape(-1, width) @ powers
    starts = np.repeat(np.arange(len(counts)) * tile, counts)
    places = starts + (flat >> 2)
    ends = np.minimum(starts + tile, numbers)
    if (places >= ends).any() or (np.diff(places) <= 0).any():
        raise MalformedMessage("An upload's codes stand in places that no honest miner sends.")
    codes = np.zeros(numbers, dtype=np.int8)
    codes[places] = np.where(flat & 2, -1, 1) * np.where(flat & 1, LARGEST, 1)
    return codes


def _two_levels(values: NDArray[np.float32]) -> tuple[Codes, NDArray[np.float32]]:
    """Codes and the best scale for each row of `values` [t, k]."""
    sizes = np.abs(values)
    top = sizes.max(axis=1)
    best = np.full(len(values), np.inf, dtype=np.float32)
    scales, large = np.zeros_like(top), np.zeros(values.shape, dtype=bool)
    for share in _SCALES_OF_TOP:
        scale = (top * np.float32(share))[:, None]
        upper = sizes > 1.5 * scale
        error = np.square(sizes - np.where(upper, 2 * scale, scale)).sum(axis=1)
        better = error < best
        best[better], scales[better], large[better] = error[better], scale[better, 0], upper[better]
    signs: NDArray[Any] = np.where(values < 0, -1, 1)
    return (signs * np.where(large, LARGEST, 1)).astype(np.int8), scales


def _counts(numbers: int, tile: int, kept: int) -> list[int]:
    """How many codes each tile keeps."""
    whole, rest = divmod(numbers, tile)
    return [min(kept, tile)] * whole + ([min(kept, rest)] if rest else [])


def _place_bits(tile: int) -> int:
    return max(1, (tile - 1).bit_length())
