"""A fragment of this miner's shard as merges see it: which tensors, what they stand on, what is under way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import torch

from protocol.merges import StateHead
from protocol.runs import RunSpec
from swarm import merge_arithmetic as arithmetic
from swarm.partitions import PartitionSlice, split
from swarm.quantisation import Floats

StateFetch: TypeAlias = Callable[[StateHead, int, PartitionSlice], Awaitable[bytes]]


@dataclass(frozen=True, eq=False)
class Upload:
    """What this miner sent to a merge, until its result is here."""

    weights: torch.Tensor
    """As they were then, so that steps taken since can be added back."""
    residual: Floats
    """What quantising took away; it counts only if the merge comes to a result."""


@dataclass(frozen=True, eq=False)
class OwnSum:
    """The result of a merge as this miner added it up, in place before the others have confirmed it."""

    merge_id: int
    anchor: arithmetic.Fixed
    merged: torch.Tensor
    """The same as floats, fp32 [n]."""
    hashes: tuple[str, ...]
    """Of the partitions' states, as the head will name them if the others agree."""


@dataclass
class Fragment:
    """One fragment of this shard: which tensors, and the merged state they stand on."""

    number: int
    names: tuple[str, ...]
    head: StateHead
    anchor: arithmetic.Fixed
    slices: tuple[PartitionSlice, ...]
    residual: Floats
    """What quantising took away in merges that are over, fp32 [n]; added to the next pseudo-gradient."""
    uploaded: dict[int, Upload] = field(default_factory=dict)
    """By merge."""
    own_sum: OwnSum | None = None
    """In the weights already, though `head` does not name it yet."""


def make_fragment(
    run: RunSpec, number: int, names: tuple[str, ...], head: StateHead, anchor: arithmetic.Fixed
) -> Fragment:
    slices = split(anchor.size, run.merge.partitions, run.merge.tile)
    return Fragment(number, names, head, anchor, slices, np.zeros(anchor.size, dtype=np.float32))


async def fetch_anchor(fragment: Fragment, head: StateHead, fetch: StateFetch) -> arithmetic.Fixed:
    """The anchor [n] of a merged fragment, partition after partition."""
    anchors = [
        arithmetic.state_from_bytes(await fetch(head, number, part), part.numbers)[0]
        for number, part in enumerate(fragment.slices)
    ]
    return np.concatenate(anchors)
