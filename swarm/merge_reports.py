"""What mergers report of a partition before anything is summed: norms and dot products of the uploads, as integers.

Each tile's codes count by its committed scale, cut to MANTISSA_BITS below the largest scale that the upload has in the
partition; the products are added up over all tiles in int64. So a report is exact, the same on any hardware, and of
u² numbers however large the partition is: per tile they would be u² each, and a miner's traffic would grow with u.

No sum overflows or rounds: within a chunk all products stay below 2^53, where float64 holds integers exactly, and
numbers x largest code² x 4^MANTISSA_BITS stays below 2^62 (`check_size`).

Legend: n numbers, tiles = ceil(n / tile), u uploads.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from protocol.errors import MalformedMessage
from swarm.merge_arithmetic import Integers, common_length
from swarm.quantisation import CODE_LIMIT, Codes, Scales

Doubles: TypeAlias = NDArray[np.float64]

MANTISSA_BITS: Final = 10
_LARGEST_CODE: Final = CODE_LIMIT[8]
_CHUNK_NUMBERS: Final = 1 << 16
NUMBERS_LIMIT: Final = (1 << 62) // (_LARGEST_CODE**2 << (2 * MANTISSA_BITS))
"""Of a partition: 272 million."""


def partition_gram(codes: Sequence[Codes], scales: Sequence[Scales], tile: int) -> Integers:
    """int64 [u, u] of `codes` [u][n] and `scales` [u][tiles]; the diagonal holds squared norms.

    Raises MalformedMessage if lengths don't fit or the partition is too large.
    """
    numbers = common_length(codes)
    tiles = -(-numbers // tile)
    if numbers > NUMBERS_LIMIT or len(scales) != len(codes) or any(one.shape != (tiles,) for one in scales):
        raise MalformedMessage("Uploads and their scales don't fit each other.")
    mantissas = [_mantissas(one)[0] for one in scales]
    gram = np.zeros((len(codes), len(codes)), dtype=np.int64)
    step = max(1, _CHUNK_NUMBERS // tile)
    for first in range(0, tiles, step):
        part = slice(first * tile, min((first + step) * tile, numbers))
        rows = np.empty((len(codes), part.stop - part.start), dtype=np.float64)
        for row, (own, weights) in enumerate(zip(codes, mantissas, strict=True)):
            rows[row] = np.repeat(weights[first : first + step], tile)[: part.stop - part.start]
            rows[row] *= own[part]
        gram += (rows @ rows.T).astype(np.int64)
    return gram


def products_of(gram: Integers, scales: Sequence[Scales]) -> Doubles:
    """Dot products float64 [u, u] of the uploads' numbers; those of a fragment's partitions add up."""
    exponents = np.array([_mantissas(one)[1] for one in scales], dtype=np.int64)
    shifts = exponents[:, None] + exponents[None, :] - 2 * MANTISSA_BITS
    return np.asarray(np.ldexp(gram.astype(np.float64), shifts))


def gram_to_bytes(gram: Integers) -> bytes:
    """int64 [u, u], little-endian."""
    return gram.astype("<i8", copy=False).tobytes()


def gram_from_bytes(data: bytes | memoryview, uploads: int, numbers: int) -> Integers:
    """A reported gram [u, u] of `numbers` numbers; raises MalformedMessage if no uploads could have it."""
    if len(data) != 8 * uploads * uploads:
        raise MalformedMessage(f"A report has {len(data)} bytes instead of {8 * uploads * uploads}.")
    gram = np.frombuffer(data, dtype="<i8").astype(np.int64).reshape(uploads, uploads)
    largest = min(NUMBERS_LIMIT, numbers) * (_LARGEST_CODE**2 << (2 * MANTISSA_BITS))
    within = (gram <= largest).all() and (gram >= -largest).all()
    norms = np.sqrt(np.maximum(np.diagonal(gram), 0).astype(np.float64))
    # Cauchy and Schwarz, with room for what float64 rounds.
    possible = (np.abs(gram.astype(np.float64)) <= np.outer(norms, norms) * (1 + 1e-9)).all()
    if not within or not possible or (np.diagonal(gram) < 0).any() or (gram != gram.T).any():
        raise MalformedMessage("A report's dot products are impossible.")
    return gram


def _mantissas(scales: NDArray[Any]) -> tuple[Doubles, int]:
    """Integers up to 2^MANTISSA_BITS [tiles], and the exponent of 2 that they count in (before MANTISSA_BITS)."""
    top = float(scales.max(initial=np.float32(0)))
    exponent = int(np.frexp(top)[1]) if top > 0 else 0
    wide = np.ldexp(scales.astype(np.float64), MANTISSA_BITS - exponent)
    return np.asarray(np.rint(wide)), exponent
