"""A disputed partition of a merge, computed again from what miners had committed. Pure."""

from dataclasses import dataclass
from math import prod

import numpy as np

from engine.shard.model import initialise, parameter_shapes
from engine.shard.weights import fragments, to_vector
from protocol.errors import MalformedMessage
from protocol.hashes import hash_bytes
from protocol.merges import PartitionJob, StateHead
from protocol.runs import RunSpec
from protocol.validator_api import OpenDispute
from swarm import merge_arithmetic as arithmetic
from swarm.merged_deltas import MergedDelta, delta_of, delta_to_bytes, rounded
from swarm.partitions import PartitionSlice, split
from swarm.quantisation import codes_from_bytes


@dataclass(frozen=True)
class DisputeFiles:
    """Objects of a dispute, hashes checked."""

    codes: tuple[bytes, ...]
    coefficients: bytes


@dataclass(frozen=True)
class RecomputedResult:
    """`data` in its one form, and its hash."""

    data: bytes
    hash: str

    def is_claimed(self, dispute: OpenDispute) -> bool:
        return self.hash in dispute.claims.values()


def recompute_partition(run: RunSpec, base: StateHead, job: PartitionJob, files: DisputeFiles) -> RecomputedResult:
    """The partition's merged delta, or, from version 0, its next state; raises MalformedMessage if the committed
    objects can't be what they say."""
    merge = run.merge
    part = _slice(run, _numbers(run, base), job.partition)
    codes = [codes_from_bytes(data, part.numbers, merge.tile, merge.upload) for data in files.codes]
    coefficients = arithmetic.coefficients_from_bytes(files.coefficients, len(codes), part.tiles)
    merged = rounded(arithmetic.merge(codes, coefficients, merge.tile, job.trimmed), merge.tile)
    data = delta_to_bytes(merged) if base.version else _first_state(run, base, part, merged)
    return RecomputedResult(data, hash_bytes(data))


def _first_state(run: RunSpec, base: StateHead, part: PartitionSlice, merged: MergedDelta) -> bytes:
    seeded = initialise(run.model, run.stages, base.stage, run.training.seed)
    anchor = arithmetic.to_fixed(to_vector(seeded, _names(run, base)).numpy()[part.start : part.end])
    rate = arithmetic.outer_fixed(run.merge.outer_learning_rate)
    momentum = arithmetic.outer_fixed(run.merge.outer_momentum)
    state = arithmetic.outer_step(anchor, np.zeros_like(anchor), delta_of(merged), rate, momentum)
    return arithmetic.state_bytes(*state)


def _names(run: RunSpec, base: StateHead) -> tuple[str, ...]:
    return fragments(run.model, run.stages, base.stage, run.merge.fragments)[base.fragment]


def _numbers(run: RunSpec, base: StateHead) -> int:
    shapes = parameter_shapes(run.model, run.stages, base.stage)
    return sum(prod(shapes[name]) for name in _names(run, base))


def _slice(run: RunSpec, numbers: int, partition: int) -> PartitionSlice:
    slices = split(numbers, run.merge.partitions, run.merge.tile)
    if not 0 <= partition < len(slices):
        raise MalformedMessage("A dispute names a partition that does not exist.")
    return slices[partition]
