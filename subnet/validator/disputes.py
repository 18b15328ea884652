"""A disputed partition of a merge, computed again from what miners had committed. Pure."""

from dataclasses import dataclass

import numpy as np

from engine.shard.model import initialise
from engine.shard.weights import fragments, to_vector
from protocol.errors import MalformedMessage
from protocol.hashes import hash_bytes
from protocol.merges import PartitionJob, StateHead
from protocol.runs import RunSpec
from protocol.validator_api import OpenDispute
from swarm import merge_arithmetic as arithmetic
from swarm.partitions import PartitionSlice, split
from swarm.quantisation import codes_from_bytes


@dataclass(frozen=True)
class DisputeFiles:
    """Objects of a dispute, hashes checked; `base_state` is None for a fragment that was never merged."""

    base_state: bytes | None
    codes: tuple[bytes, ...]
    coefficients: bytes


@dataclass(frozen=True)
class RecomputedState:
    """`state` in its one form, and its hash."""

    state: bytes
    hash: str

    def is_claimed(self, dispute: OpenDispute) -> bool:
        return self.hash in dispute.claims.values()


def recompute_partition(run: RunSpec, base: StateHead, job: PartitionJob, files: DisputeFiles) -> RecomputedState:
    """The partition's next state; raises MalformedMessage if the committed objects can't be what they say."""
    names = fragments(run.model, run.stages, base.stage, run.merge.fragments)[base.fragment]
    first = initialise(run.model, run.stages, base.stage, run.training.seed)
    part = _slice(run, sum(first[name].numel() for name in names), job.partition)
    if files.base_state is not None:
        anchor, momentum = arithmetic.state_from_bytes(files.base_state, part.numbers)
    else:
        anchor = arithmetic.to_fixed(to_vector(first, names).numpy()[part.start : part.end])
        momentum = np.zeros_like(anchor)
    codes = [codes_from_bytes(data, part.numbers, run.merge.bits) for data in files.codes]
    coefficients = arithmetic.coefficients_from_bytes(files.coefficients, len(codes), part.tiles)
    delta = arithmetic.merge(codes, coefficients, run.merge.tile, job.trimmed)
    rate = arithmetic.outer_fixed(run.merge.outer_learning_rate)
    moved, speed = arithmetic.outer_step(
        anchor, momentum, delta, rate, arithmetic.outer_fixed(run.merge.outer_momentum)
    )
    state = arithmetic.state_bytes(moved, speed)
    return RecomputedState(state, hash_bytes(state))


def _slice(run: RunSpec, numbers: int, partition: int) -> PartitionSlice:
    slices = split(numbers, run.merge.partitions, run.merge.tile)
    if not 0 <= partition < len(slices):
        raise MalformedMessage("A dispute names a partition that does not exist.")
    return slices[partition]
