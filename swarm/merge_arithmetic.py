"""The arithmetic of a merge in integers, so that honest results are bit-identical on any hardware and in any order.

    codes (int8) x coefficients (int64, 2^-40) ── add or trimmed mean ──► delta (int32, 2^-24)
    anchor, momentum, delta (int32, 2^-24) ── Nesterov ──► anchor, momentum

One rounding is used throughout: to the nearest, halves to even. Everything saturates to int32, ±128 at 2^-24.

No int64 overflows. A code is at most 2^7 in magnitude, a coefficient at most COEFFICIENT_LIMIT = 2^40, and a merge has
at most UPLOAD_LIMIT = 2^15 uploads: a sum stays within 2^62. In the outer step learning rate and momentum are at most
2^17 (2.0 at 2^-16) and what they multiply at most 2^33: products stay within 2^50. Sums of integers in int64 do not
depend on their order; all else works number by number. So a partition's result is that part of the whole's result.

Legend: n numbers, tiles = ceil(n / tile), u uploads.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from protocol.errors import MalformedMessage
from protocol.hashes import hash_parts
from swarm.quantisation import Codes, Floats

Fixed: TypeAlias = NDArray[np.int32]
Integers: TypeAlias = NDArray[np.int64]

STATE_BITS = 24
"""Fraction bits of anchor, momentum and delta."""
COEFFICIENT_BITS = 40
COEFFICIENT_LIMIT = 1 << COEFFICIENT_BITS
UPLOAD_LIMIT = 1 << 15
OUTER_BITS = 16
"""Fraction bits of the outer learning rate and momentum."""
OUTER_LIMIT = 2 << OUTER_BITS
DROPPED = -1
"""Coefficient of every tile of an upload that is left out of the merge."""
_INT32_MIN, _INT32_MAX = -(1 << 31), (1 << 31) - 1
_CHUNK_NUMBERS = 1 << 16
_STEP_NUMBERS = 1 << 16


def to_fixed(values: Floats) -> Fixed:
    """float32 [n] → int32 at 2^-24, rounded half to even, saturated; raises MalformedMessage for what is not finite."""
    fixed = np.empty(values.size, dtype=np.int32)
    for start in range(0, values.size, _CHUNK_NUMBERS):
        wide = values[start : start + _CHUNK_NUMBERS].astype(np.float64)
        if not np.isfinite(wide).all():
            raise MalformedMessage("Weights hold numbers that are not finite.", "Training has diverged.")
        scaled = np.rint(np.ldexp(wide, STATE_BITS))
        fixed[start : start + _CHUNK_NUMBERS] = np.clip(scaled, _INT32_MIN, _INT32_MAX)
    return fixed


def from_fixed(values: Fixed) -> Floats:
    """int32 at 2^-24 [n] → float32, rounded half to even."""
    floats = np.empty(values.size, dtype=np.float32)
    for start in range(0, values.size, _CHUNK_NUMBERS):
        part = slice(start, start + _CHUNK_NUMBERS)
        floats[part] = np.ldexp(values[part].astype(np.float64), -STATE_BITS)
    return floats


def rounded_shift(values: Integers, bits: int) -> Integers:
    """`values` / 2^bits in int64, rounded half to even."""
    # One less than a half always, and one more where what is kept would be odd: so only halves depend on it.
    shifted = values >> bits
    shifted &= 1
    shifted += values
    shifted += np.int64((1 << (bits - 1)) - 1)
    shifted >>= bits
    return np.asarray(shifted)


def saturated(values: Integers) -> Fixed:
    """int64 → int32, clipped at the ends."""
    return np.asarray(np.clip(values, _INT32_MIN, _INT32_MAX).astype(np.int32))


def merge(uploads: Sequence[Codes], coefficients: Integers, tile: int, trimmed: bool = False) -> Fixed:
    """The merged pseudo-gradient [n], int32 at 2^-24, of `uploads` [u][n] under `coefficients` [u, tiles].

    Plain: the sum of code x coefficient. Trimmed: per number the products of the kept uploads are sorted, and the
    `trim_count` smallest and largest are left out; the coefficients already divide by what remains. Uploads whose
    coefficients are DROPPED are not looked at. Raises MalformedMessage if shapes or bounds don't hold.
    """
    numbers = common_length(uploads)
    kept = _kept_rows(coefficients, len(uploads), -(-numbers // tile))
    trim = trim_count(len(kept)) if trimmed else 0
    merged = np.zeros(numbers, dtype=np.int32)
    step = max(1, _CHUNK_NUMBERS // tile) * tile
    for start in range(0, numbers, step):
        end = min(start + step, numbers)
        tiles = slice(start // tile, -(-end // tile))
        products = (
            uploads[row][start:end].astype(np.int64) * np.repeat(coefficients[row, tiles], tile)[: end - start]
            for row in kept
        )
        total = np.zeros(end - start, dtype=np.int64)
        if trim:
            ordered = np.sort(np.stack(tuple(products)), axis=0)
            total = ordered[trim : len(kept) - trim].sum(axis=0, dtype=np.int64)
        else:
            for product in products:
                total += product
        merged[start:end] = saturated(rounded_shift(total, COEFFICIENT_BITS - STATE_BITS))
    return merged


def trim_count(uploads: int) -> int:
    """How many values a trimmed mean of so many leaves out at each end: a fifth, at least one, none of one or two."""
    return 0 if uploads < 3 else max(1, uploads // 5)


def outer_fixed(value: float) -> int:
    """An outer learning rate or momentum, at most 2, at 2^-16."""
    fixed = round(value * (1 << OUTER_BITS))
    if not 0 <= fixed <= OUTER_LIMIT:
        raise ValueError(f"{value} is no outer learning rate or momentum")
    return fixed


def outer_step(
    anchor: Fixed, momentum: Fixed, delta: Fixed, learning_rate_fixed: int, momentum_fixed: int
) -> tuple[Fixed, Fixed]:
    """Nesterov's step (DiLoCo, arXiv 2311.08105) in fixed point: the new anchor and momentum, int32 [n] at 2^-24.

    `delta` points from the anchor to where the miners went, so it is added: m' = μ m + δ, a' = a + η (δ + μ m'). Each
    product is rounded once. The two factors are `outer_fixed` values. With a μ of 0 nobody asks for m', and it stays
    zero, which takes no bytes (`state_bytes`).
    """
    if not (0 <= learning_rate_fixed <= OUTER_LIMIT and 0 <= momentum_fixed <= OUTER_LIMIT):
        raise ValueError("outer learning rate and momentum lie between 0 and 2")
    if not anchor.shape == momentum.shape == delta.shape:
        raise ValueError(f"shapes differ: {anchor.shape}, {momentum.shape}, {delta.shape}")
    moved, speed = np.empty_like(anchor), np.zeros_like(momentum)
    for start in range(0, anchor.size, _STEP_NUMBERS):
        part = slice(start, start + _STEP_NUMBERS)
        ahead = wide = delta[part].astype(np.int64)
        if momentum_fixed:
            kept = rounded_shift(momentum[part].astype(np.int64) * momentum_fixed, OUTER_BITS)
            speed[part] = saturated(kept + wide)
            ahead = wide + rounded_shift(speed[part].astype(np.int64) * momentum_fixed, OUTER_BITS)
        moved[part] = saturated(anchor[part].astype(np.int64) + rounded_shift(ahead * learning_rate_fixed, OUTER_BITS))
    return moved, speed


def state_bytes(anchor: Fixed, momentum: Fixed) -> bytes:
    """The one form of a partition's state: all anchors, then, unless all are zero, all momenta; little-endian int32."""
    if anchor.shape != momentum.shape or anchor.ndim != 1:
        raise ValueError(f"anchor {anchor.shape} and momentum {momentum.shape} are not one vector each of one length")
    anchors = anchor.astype("<i4", copy=False).tobytes()
    return anchors + momentum.astype("<i4", copy=False).tobytes() if momentum.any() else anchors


def state_from_bytes(data: bytes | memoryview, numbers: int) -> tuple[Fixed, Fixed]:
    """Anchor and momentum [numbers]; raises MalformedMessage unless `data` is as long as one of the two forms."""
    if len(data) not in state_sizes(numbers):
        raise MalformedMessage(f"A merged state of {numbers} numbers has {len(data)} bytes.")
    held = np.frombuffer(data, dtype="<i4").astype(np.int32)
    return held[:numbers], held[numbers:] if held.size > numbers else np.zeros(numbers, dtype=np.int32)


def state_sizes(numbers: int) -> tuple[int, int]:
    """Lengths in bytes that a state may have: without momenta, and with."""
    return 4 * numbers, 8 * numbers


def fragment_hash(anchors: Iterable[Fixed]) -> str:
    """BLAKE3 over a fragment's merged anchors, partition after partition."""
    return hash_parts(anchor.astype("<i4", copy=False).tobytes() for anchor in anchors)


def coefficients_to_bytes(coefficients: Integers) -> bytes:
    """int64 [u, tiles], little-endian."""
    return coefficients.astype("<i8", copy=False).tobytes()


def coefficients_from_bytes(data: bytes | memoryview, uploads: int, tiles: int) -> Integers:
    """Published coefficients [u, tiles]; raises MalformedMessage for a wrong length or a coefficient out of bounds."""
    _check_length("list of coefficients", data, 8 * uploads * tiles)
    coefficients = np.frombuffer(data, dtype="<i8").astype(np.int64).reshape(uploads, tiles)
    _kept_rows(coefficients, uploads, tiles)
    return coefficients


def _kept_rows(coefficients: Integers, uploads: int, tiles: int) -> list[int]:
    if coefficients.shape != (uploads, tiles) or uploads > UPLOAD_LIMIT:
        raise MalformedMessage(
            f"Coefficients of shape {coefficients.shape} don't fit {uploads} uploads, {tiles} tiles."
        )
    dropped = coefficients == DROPPED
    if (dropped.any(axis=1) != dropped.all(axis=1)).any():
        raise MalformedMessage("An upload is left out of some tiles of a merge only.")
    if ((coefficients < 0) & ~dropped).any() or (coefficients > COEFFICIENT_LIMIT).any():
        raise MalformedMessage("A merge's coefficient is out of bounds.")
    return [row for row in range(uploads) if not dropped[row].all()]


def common_length(uploads: Sequence[Codes]) -> int:
    """Numbers of each upload; raises MalformedMessage if they differ."""
    lengths = {codes.size for codes in uploads}
    if len(lengths) != 1:
        raise MalformedMessage(f"Uploads of one partition have different lengths: {sorted(lengths)}.")
    return lengths.pop()


def _check_length(what: str, data: bytes | memoryview, expected: int) -> None:
    if len(data) != expected:
        raise MalformedMessage(f"A {what} has {len(data)} bytes instead of {expected}.")
