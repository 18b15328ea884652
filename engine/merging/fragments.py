"""A fragment of this miner's shard as merges see it: which tensors, what they stand on, what is under way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from protocol.errors import IntegrityError
from protocol.hashes import hash_bytes
from protocol.merges import StateHead
from protocol.receipts import StepCommitment
from protocol.runs import MergeSpec, RunSpec
from swarm import merge_arithmetic as arithmetic
from swarm.merged_deltas import MergedDelta, delta_from_bytes, delta_of
from swarm.partitions import PartitionSlice, split
from swarm.quantisation import Floats, codes_to_bytes, quantise, scales_to_bytes

StateFetch: TypeAlias = Callable[[StateHead, int, PartitionSlice], Awaitable[bytes]]
Number = TypeVar("Number", bound=np.generic)
State: TypeAlias = tuple[arithmetic.Fixed, arithmetic.Fixed]
"""Anchor and outer momentum, each [n] of a partition or a fragment."""


class PutAway(Protocol):
    """Of an array, an equal one."""

    def __call__(self, array: NDArray[Number], /) -> NDArray[Number]: ...


def _as_it_is(array: NDArray[Number], /) -> NDArray[Number]:
    return array


class MergedShard(Protocol):
    """What merges need of a Trainer; the methods are called on the compute thread."""

    @property
    def own_steps(self) -> int: ...

    def fragment_vector(self, names: tuple[str, ...]) -> torch.Tensor: ...

    def apply_fragment(
        self, names: tuple[str, ...], merged: torch.Tensor, since: torch.Tensor | None, merge_id: int
    ) -> StepCommitment: ...


@dataclass(frozen=True, eq=False)
class Upload:
    """What this miner sent to a merge, until its result is here."""

    weights: torch.Tensor
    """As they were then, so that steps taken since can be added back."""
    residual: Floats
    """What quantising took away; it counts only if the merge comes to a result."""
    published: tuple[str, ...] = ()
    """Alone in its stage: hashes of the states that it published, which are the result if they become the head."""


@dataclass(frozen=True, eq=False)
class OwnSum:
    """The result of a merge as this miner added it up, in place before the others have confirmed it."""

    merge_id: int
    state: State
    merged: torch.Tensor
    """The anchor as floats, fp32 [n]."""
    hashes: tuple[str, ...]
    """Of the partitions' states, as the head will name them if the others agree."""


@dataclass
class Fragment:
    """One fragment of this shard: which tensors, and the merged state they stand on."""

    number: int
    names: tuple[str, ...]
    head: StateHead
    anchor: arithmetic.Fixed
    momentum: arithmetic.Fixed
    slices: tuple[PartitionSlice, ...]
    residual: Floats
    """What quantising took away in merges that are over, fp32 [n]; added to the next pseudo-gradient."""
    uploaded: dict[int, Upload] = field(default_factory=dict)
    """By merge."""
    own_sum: OwnSum | None = None
    """In the weights already, though `head` does not name it yet."""
    put_away: PutAway = _as_it_is
    """Where anchor, momentum and residual lie between merges: in memory, or on the disk where that is short."""

    def stand_on(self, head: StateHead, state: State, residual: Floats | None) -> None:
        """A merge is over; without a counted upload (`residual` None) what earlier ones still owe stays."""
        self.head = head
        self.anchor, momentum = self.put_away(state[0]), state[1]
        self.momentum = self.put_away(momentum) if momentum.any() else momentum
        if residual is not None:
            self.residual = self.put_away(residual)
        self.own_sum = None
        self.uploaded.clear()


def make_fragment(
    run: RunSpec, number: int, names: tuple[str, ...], head: StateHead, anchor: arithmetic.Fixed
) -> Fragment:
    slices = split(anchor.size, run.merge.partitions, run.merge.tile)
    residual = np.zeros(anchor.size, dtype=np.float32)
    return Fragment(number, names, head, anchor, np.zeros_like(anchor), slices, residual)


async def fetch_state(fragment: Fragment, head: StateHead, fetch: StateFetch) -> State:
    """Anchor and momentum [n] of a merged fragment, partition after partition."""
    anchor, momentum = np.empty_like(fragment.anchor), np.zeros_like(fragment.anchor)
    for number, part in enumerate(fragment.slices):
        own_anchor, own_momentum = arithmetic.state_from_bytes(await fetch(head, number, part), part.numbers)
        anchor[part.start : part.end] = own_anchor
        if own_momentum.any():
            momentum[part.start : part.end] = own_momentum
    return anchor, momentum


def quantised_part(
    fragment: Fragment, part: PartitionSlice, weights: torch.Tensor, residual: Floats, merge: MergeSpec
) -> tuple[bytes, bytes]:
    """Codes and scales of one partition's pseudo-gradient, as bytes; writes what they take away into `residual`."""
    own = slice(part.start, part.end)
    delta = weights[own].numpy() - arithmetic.from_fixed(fragment.anchor[own]) + fragment.residual[own]
    upload, residual[own] = quantise(delta, merge.tile, merge.upload)
    return codes_to_bytes(upload.codes, merge.tile, merge.upload), scales_to_bytes(upload.scales)


def solo_part(fragment: Fragment, part: PartitionSlice, weights: torch.Tensor) -> bytes:
    """One partition's state as a stage's only miner publishes it: its weights, with what earlier uploads still owe."""
    own = slice(part.start, part.end)
    anchor = arithmetic.to_fixed(weights[own].numpy() + fragment.residual[own])
    return arithmetic.state_bytes(anchor, np.zeros_like(anchor))


def stepped_part(fragment: Fragment, part: PartitionSlice, merged: MergedDelta, merge: MergeSpec) -> State:
    """Anchor and momentum of one partition after the outer step."""
    own = slice(part.start, part.end)
    rate, momentum = arithmetic.outer_fixed(merge.outer_learning_rate), arithmetic.outer_fixed(merge.outer_momentum)
    return arithmetic.outer_step(fragment.anchor[own], fragment.momentum[own], delta_of(merged), rate, momentum)


def stepped_by(fragment: Fragment, part: PartitionSlice, data: bytes, expected_hash: str, merge: MergeSpec) -> State:
    """The same from a merged delta's bytes; raises IntegrityError unless the state is the one that the head names."""
    state = stepped_part(fragment, part, delta_from_bytes(data, part.numbers, merge.tile), merge)
    if hash_bytes(arithmetic.state_bytes(*state)) != expected_hash:
        raise IntegrityError("A merged fragment came out as another one.", "It is fetched whole.")
    return state
