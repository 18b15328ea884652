"""How much to compress, decided by each sender for its own link: as little as the uplink allows.

A run's ladder names the ways to send, from the most bytes to the fewest. A shard that computes c tokens a second and
sends s bytes for each needs c x s of its uplink; the first rung for which HEADROOM of what was measured suffices is
taken. What is spared beyond that would cost loss and gain no time.
"""

from dataclasses import dataclass
from itertools import pairwise

from protocol.runs import CodecSpec, ModelSpec, RungSpec, RunSpec

HEADROOM = 0.8
"""The share of a measured uplink that packets may take; the rest is for receipts, merges and the person."""
HYSTERESIS = 1.15
"""A wider rung is taken only once it would fit with so much to spare, so that a link at the edge does not flutter."""
TILE_TOKENS = 512
"""Tokens that share a scale of a feature in the grid codec (engine.shard.grid)."""


@dataclass(frozen=True, slots=True)
class LinkSpeed:
    """What was measured of one miner. `uplink` is None until something was sent."""

    tokens_per_second: float
    """That its compute would do if it neither waited nor rested."""
    uplink_bytes_per_second: float | None
    duty_cycle: float = 1.0
    """The share of the time that it is let compute."""


def codec_bytes_per_token(codec: CodecSpec, features: int) -> float:
    """Codes and scales of one token; token ids, header and signature are not counted. Those of grid are what a normal
    distribution takes in Huffman's code."""
    codes = features * codec.bits / 8
    match codec.codec_id:
        case "raw32":
            return codes
        case "int8":
            return codes + 4
        case "grid":
            return codes + 2 * features / TILE_TOKENS


def bytes_per_token(rung: RungSpec, sends_forward: bool, sends_backward: bool) -> float:
    """What a stage uploads for each token that passes through it, forward and back."""
    forward = codec_bytes_per_token(rung.codec, rung.rank) if sends_forward else 0.0
    return forward + (codec_bytes_per_token(rung.gradient_codec, rung.rank) if sends_backward else 0.0)


def lowest_open_rung(run: RunSpec, microbatch: int) -> int:
    """The index of the last rung that may be used for `microbatch`: the ladder opens step by step over the warm-up."""
    last = len(run.rungs) - 1
    warmup = run.ladder.warmup_share * run.training.microbatches
    if warmup <= 0 or microbatch >= warmup:
        return last
    return min(last, int(len(run.rungs) * microbatch / warmup))


def is_allowed(run: RunSpec, codec: CodecSpec, features: int, microbatch: int | None) -> bool:
    """Whether a latent of so many features in that codec stands on one of the run's rungs, and on one that was open for
    `microbatch` (None: whenever)."""
    lowest = len(run.rungs) - 1 if microbatch is None else lowest_open_rung(run, microbatch)
    return any((rung.codec, rung.rank) == (codec, features) for rung in run.rungs[: lowest + 1])


def is_gradient_allowed(run: RunSpec, codec: CodecSpec, features: int, sent: int, microbatch: int | None) -> bool:
    """The same for the gradient of a latent of which `sent` features had come: no more can go back, and fewer do where
    the way back is the thinner one."""
    lowest = len(run.rungs) - 1 if microbatch is None else lowest_open_rung(run, microbatch)
    return any((rung.gradient_codec, min(sent, rung.rank)) == (codec, features) for rung in run.rungs[: lowest + 1])


def choose_rung(run: RunSpec, stage: int, link: LinkSpeed, present: int) -> int:
    """The index of the first rung that the link keeps up with, the last if none does; `present` stays in use unless
    another is clearly better. Nothing measured yet: as present."""
    uplink = link.uplink_bytes_per_second
    if uplink is None or link.tokens_per_second <= 0:
        return present
    last_stage = len(run.stages) - 1
    for index, rung in enumerate(run.rungs):
        wanted = link.duty_cycle * link.tokens_per_second * bytes_per_token(rung, stage < last_stage, stage > 0)
        room = HEADROOM * uplink / (HYSTERESIS if index < present else 1.0)
        if wanted <= room:
            return index
    return len(run.rungs) - 1


def ladder_problems(rungs: tuple[RungSpec, ...], model: ModelSpec) -> list[str]:
    """Everything that makes these rungs impossible, in words; empty when they can be used."""
    found = []
    for index, rung in enumerate(rungs):
        if not 1 <= rung.rank <= model.bottleneck_width:
            found.append(f"rung {index} must have a rank between 1 and the bottleneck's {model.bottleneck_width}")
        if not (rung.codec.exists and rung.gradient_codec.exists):
            found.append(f"rung {index} names a codec that this version doesn't have")
    if found:
        return found
    sizes = [bytes_per_token(rung, True, True) for rung in rungs]
    if any(later >= earlier for earlier, later in pairwise(sizes)):
        found.append("every rung must take fewer bytes than the one before")
    return found
