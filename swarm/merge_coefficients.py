"""What the orchestrator decides between report and sum: one fixed-point coefficient per upload and tile.

In this order: clip each upload's norm to twice the stage's median; leave out what looks hostile; weight the rest by
accepted work, or, if anything was left out, evenly under a trimmed mean. Only integers are published and mergers take
them as they are, so the floats in here need not be the same everywhere.

Legend: u uploads, tiles of the whole fragment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, median_low, quantiles
from typing import Any

import numpy as np
from numpy.typing import NDArray

from swarm.merge_arithmetic import COEFFICIENT_BITS, COEFFICIENT_LIMIT, DROPPED, UPLOAD_LIMIT, Integers, trim_count

CLIP_MEDIANS = 2.0
"""Norms above so many medians are scaled down to that."""
FLAG_MEDIANS = 4.0
"""Norms above so many medians are left out, with three or more uploads."""
FENCE_UPLOADS = 5
"""Fewer uploads say too little about what is usual."""
ALONE_SHARE = 0.25
"""Of three or four uploads, one whose best cosine with another is below this part of what is usual goes with none."""
FENCE_FLOOR = 0.1
"""A cosine this close below the lower quartile is never flagged: nearly equal uploads have no spread to go by."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coefficients:
    """`values` int64 [u, tiles] at 2^-40: scale x clip x weight, or DROPPED; `trimmed` tells how to merge them."""

    values: Integers
    trimmed: bool
    flagged: tuple[bool, ...]
    """What looks hostile; one is enough for a trimmed mean."""
    dropped: tuple[bool, ...]
    """What is left out altogether: of three or four only what the norm gives away, since the middle one is safe."""
    norms: tuple[float, ...]
    clips: tuple[float, ...]
    cosines: tuple[float | None, ...]
    """With the mean of the others; None with fewer than five uploads."""
    median_norm: float
    """For the next merge of this fragment, as its `past_median`."""

    def part(self, first_tile: int, tiles: int) -> Integers:
        """The coefficients [u, tiles] of one partition."""
        return np.ascontiguousarray(self.values[:, first_tile : first_tile + tiles])


def coefficients(
    inner: Doubles,
    scales: NDArray[Any],
    weights: Sequence[float],
    past_median: float | None = None,
    trimmable: bool = True,
) -> Coefficients:
    """Coefficients from the uploads' dot products `inner` [u, u] (swarm.merge_reports, added up over partitions), the
    committed `scales` [u, tiles] of the whole fragment and accepted work `weights` [u].

    `past_median` is the median norm of the last merge: with two or three uploads it tells which one is unusual. Sparse
    uploads are not `trimmable`, for the middle of numbers that are mostly zero is zero: there what is flagged is left
    out, and the rest is added up by work.
    """
    uploads = scales.shape[0]
    if not 1 <= uploads <= UPLOAD_LIMIT or inner.shape != (uploads, uploads) or len(weights) != uploads:
        raise ValueError(f"products {inner.shape}, scales {scales.shape} and {len(weights)} weights don't fit")
    norms = np.sqrt(np.maximum(np.diagonal(inner), 0.0))
    usual = _median_norm(norms, past_median)
    clips = np.array([min(1.0, CLIP_MEDIANS * usual / norm) if norm > 0 else 1.0 for norm in norms])
    cosines = _cosines_with_others(inner, norms, clips) if uploads >= FENCE_UPLOADS else None
    idle = _idle(norms, weights)
    dropped = _hostile(norms, usual, cosines) & ~idle
    flagged = dropped | _alone(inner, norms, dropped | idle)
    if not trimmable or uploads >= FENCE_UPLOADS:
        dropped = flagged
    trimmed = bool(flagged.any()) and trimmable
    return Coefficients(
        values=_values(scales.astype(np.float64), clips, weights, dropped, trimmed),
        trimmed=trimmed,
        flagged=tuple(bool(flag) for flag in flagged),
        dropped=tuple(bool(flag) for flag in dropped),
        norms=tuple(float(norm) for norm in norms),
        clips=tuple(float(clip) for clip in clips),
        cosines=(None,) * uploads if cosines is None else tuple(float(cosine) for cosine in cosines),
        median_norm=usual,
    )


def _median_norm(norms: Doubles, past_median: float | None) -> float:
    known = [float(norm) for norm in norms if norm > 0]
    if past_median is not None and past_median > 0:
        known.append(past_median)
    return median_low(known) if known else 0.0


def _cosines_with_others(inner: Doubles, norms: Doubles, clips: Doubles) -> Doubles:
    """Cosine of each upload with the mean of the others, these clipped so that no single one is the mean."""
    clipped = inner * np.outer(clips, clips)
    with_others = clipped.sum(axis=1) - np.diagonal(clipped)
    others = clipped.sum() - 2 * clipped.sum(axis=1) + np.diagonal(clipped)
    lengths = norms * clips * np.sqrt(np.maximum(others, 0.0))
    return np.asarray(np.divide(with_others, lengths, out=np.zeros_like(lengths), where=lengths > 0))


def _idle(norms: Doubles, weights: Sequence[float]) -> NDArray[np.bool_]:
    """A newcomer's zeros: it has no work accepted either, so that its upload weighs nothing and says nothing."""
    worked = np.asarray(weights, dtype=np.float64) > 0
    return np.asarray((norms == 0) & ~worked & bool(worked.any()), dtype=np.bool_)


def _hostile(norms: Doubles, usual: float, cosines: Doubles | None) -> NDArray[np.bool_]:
    """Zeros among others that moved; norms far above the median; cosines below Tukey's lower fence."""
    uploads = len(norms)
    flags = (norms == 0) & (usual > 0)
    if uploads >= 3:
        flags = flags | (norms > FLAG_MEDIANS * usual)
    if cosines is not None:
        lower, _, upper = quantiles([float(cosine) for cosine in cosines], n=4, method="inclusive")
        fence = lower - max(1.5 * (upper - lower), FENCE_FLOOR)
        middle = median(float(cosine) for cosine in cosines)
        flags = flags | (cosines < fence) | ((cosines < 0) & (middle > FENCE_FLOOR))
    return np.asarray(flags, dtype=np.bool_)


def _alone(inner: Doubles, norms: Doubles, dropped: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of three or four uploads those that go with no other, where the others go together: too few for a fence, and one
    liar spoils everybody's mean of the others, so each is judged by the one it agrees with best."""
    flags = np.zeros(len(norms), dtype=np.bool_)
    if not 3 <= len(norms) < FENCE_UPLOADS:
        return flags
    lengths = np.outer(norms, norms)
    cosines = np.divide(inner, lengths, out=np.zeros_like(inner), where=lengths > 0)
    np.fill_diagonal(cosines, -1.0)
    best = cosines.max(axis=1)
    usual = median(float(each) for each in best)
    return np.asarray((best < ALONE_SHARE * usual) & (usual > FENCE_FLOOR) & ~dropped, dtype=np.bool_)


def _values(
    scales: Doubles, clips: Doubles, weights: Sequence[float], dropped: NDArray[np.bool_], trimmed: bool
) -> Integers:
    kept = np.flatnonzero(~dropped)
    shares = np.zeros(len(dropped))
    work = np.maximum(np.asarray(weights, dtype=np.float64), 0.0)[kept]
    if trimmed:
        shares[kept] = 1.0 / max(1, len(kept) - 2 * trim_count(len(kept)))
    else:
        shares[kept] = work / work.sum() if work.sum() > 0 else 1.0 / max(1, len(kept))
    values = np.rint(np.ldexp(scales * (clips * shares)[:, None], COEFFICIENT_BITS)).astype(np.int64)
    assert (values >= 0).all() and (values <= COEFFICIENT_LIMIT).all(), "a coefficient is out of bounds"
    values[dropped] = DROPPED
    return np.asarray(values)
