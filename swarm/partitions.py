"""How a fragment's numbers are cut into partitions, and who merges which.

Mergers are drawn from a seed of everything that was committed and a nonce that the orchestrator keeps to itself until
the merge is over. So nobody can pick a merger by the choice of their upload, and no merger knows the others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from blake3 import blake3

from protocol.keys import NodeId


@dataclass(frozen=True, slots=True)
class PartitionSlice:
    """Numbers `start` to `end` of a fragment's vector; `first_tile` and `tiles` count scales of the whole fragment."""

    start: int
    end: int
    first_tile: int
    tiles: int

    @property
    def numbers(self) -> int:
        return self.end - self.start


def split(numbers: int, partitions: int, tile: int) -> tuple[PartitionSlice, ...]:
    """At most `partitions` slices of whole tiles, as even as tiles go; only the very last tile may be short.

    A vector of fewer tiles than `partitions` gets one slice per tile.
    """
    if numbers < 1 or partitions < 1 or tile < 1:
        raise ValueError(f"{numbers} numbers can't make {partitions} partitions of tiles of {tile}")
    tiles = -(-numbers // tile)
    parts = min(partitions, tiles)
    borders = [tiles * part // parts for part in range(parts + 1)]
    return tuple(
        PartitionSlice(first * tile, min(end * tile, numbers), first, end - first) for first, end in pairwise(borders)
    )


def draw_seed(commitment_hashes: Iterable[str], nonce: bytes) -> bytes:
    """32 bytes from all committed hashes, in sorted order, and the orchestrator's secret nonce."""
    digest = blake3(b"train-at-home mergers 1\n")
    for commitment in sorted(commitment_hashes):
        digest.update(commitment.encode() + b"\n")
    return digest.update(nonce).digest()


def draw_mergers(
    commitment_hashes: Iterable[str], nonce: bytes, miners: Iterable[NodeId], partition: int, per_partition: int
) -> tuple[NodeId, ...]:
    """`per_partition` different miners for `partition`; all of them if there are fewer.

    The miners stand in one drawn circle and each partition takes the next ones, so that over all partitions no miner
    has more than one partition more than another.
    """
    circle = _shuffled(draw_seed(commitment_hashes, nonce), miners)
    wanted = min(per_partition, len(circle))
    return tuple(circle[(partition * wanted + place) % len(circle)] for place in range(wanted))


def reassign(
    seed: bytes,
    partition: int,
    alive: Iterable[NodeId],
    used: Iterable[NodeId],
    load: Mapping[NodeId, int] | None = None,
) -> NodeId | None:
    """A miner in place of one that vanished: not `used` for this partition yet, with the least `load`, then drawn."""
    left = sorted(set(alive) - set(used))
    if not left:
        return None
    loads = load or {}
    return min(left, key=lambda node: (loads.get(node, 0), _rank(seed, partition, node)))


def drawn_for_sample(seed: bytes, partition: int, share: float) -> bool:
    """Whether agreeing mergers of `partition` are recomputed all the same; true for `share` of all partitions."""
    word = int.from_bytes(blake3(seed + b"sample" + partition.to_bytes(8, "little")).digest(length=8), "little")
    return word < share * 2**64


def _rank(seed: bytes, partition: int, node: NodeId) -> bytes:
    return blake3(seed + b"again" + partition.to_bytes(8, "little") + node.encode()).digest()


def _shuffled(seed: bytes, miners: Iterable[NodeId]) -> list[NodeId]:
    """By the hash of seed and node: a uniform order in which no miner can find its place without the seed."""
    return sorted(set(miners), key=lambda node: blake3(seed + node.encode()).digest())
