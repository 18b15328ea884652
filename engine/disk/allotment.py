"""What each part of a service's work may take of the disk, so that all of it stays within the person's limit. Pure.

Decided before anything is fetched. First comes what a service can't be without, then checkpoints, twice, since the old
one stays until the new one is whole; what is left is shared by what is kept as long as there is room.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

from torch import Size

from engine.shard.model import parameter_shapes
from engine.shard.moments import BLOCK
from engine.shard.plan import FLOAT_BYTES, GB, MemoryPlan
from protocol.errors import DiskLimitTooLow
from protocol.runs import RunSpec
from swarm.merge_arithmetic import state_sizes

HEADER_BYTES: Final = 1 << 16
"""Of a checkpoint's file, at most."""
LEAST_LEFT_SHARE: Final = 0.1
"""Of the limit: checkpoints that leave less than that to all the rest are done without."""


@dataclass(frozen=True)
class DiskNeeds:
    text_bytes: int
    """Both token files, of a first stage."""
    put_away_bytes: int
    """What the memory plan keeps in files."""
    state_bytes: int
    """The merged state on its way here, with its momentum."""
    checkpoint_bytes: int
    ample_checkpoint_bytes: int = 0
    """Of one with moments in full, as an ampler plan writes it."""

    @property
    def least_bytes(self) -> int:
        """Without it nothing can begin."""
        return self.text_bytes + self.put_away_bytes + self.state_bytes

    @property
    def saved_bytes(self) -> int:
        """With checkpoints: one beside the state that is fetched, or beside the next one."""
        beside = max(self.state_bytes, self.checkpoint_bytes)
        return self.text_bytes + self.put_away_bytes + self.checkpoint_bytes + beside

    @property
    def enough_bytes(self) -> int:
        """The smallest limit under which nothing is done without."""
        return int(self.saved_bytes / (1 - LEAST_LEFT_SHARE)) + 1


@dataclass(frozen=True)
class DiskAllotment:
    """In bytes, each the most."""

    offload: int
    evidence: int
    """Packets that an audit may ask for."""
    merges: int
    residuals: int
    checkpoint: int
    """Of one; 0 where there is no room for any."""
    earlier_checkpoint: int
    """Of one that was saved before: it may be of an ampler plan, until the first of this service replaces it."""
    enough_bytes: int
    """The smallest limit under which there would be."""

    def check_checkpoint(self) -> None:
        """Raises DiskLimitTooLow where there is no room for any."""
        if not self.checkpoint:
            raise DiskLimitTooLow(
                "The settings allow too little of the disk to save this part of the model.",
                f"After a pause it is fetched anew. Allow {_upwards(self.enough_bytes)} GB of the disk under Limits.",
            )


PLENTY: Final = DiskAllotment(2**62, 2**62, 2**62, 2**62, 2**62, 2**62, 0)
"""For tests and benchmarks that measure something else."""


def disk_needs(run: RunSpec, stage: int, plan: MemoryPlan) -> DiskNeeds:
    """Counted from shapes."""
    shapes = parameter_shapes(run.model, run.stages, stage)
    numbers = sum(Size(shape).numel() for shape in shapes.values())
    moments = ample = 2 * numbers * FLOAT_BYTES
    if plan.eight_bit_moments:
        moments = 2 * numbers + 2 * (numbers // BLOCK + len(shapes)) * FLOAT_BYTES
    tokens = run.data.train_tokens + run.data.held_out_tokens if stage == 0 else 0
    return DiskNeeds(
        text_bytes=tokens * run.data.token_bytes,
        put_away_bytes=plan.disk_bytes,
        state_bytes=max(state_sizes(numbers)),
        checkpoint_bytes=numbers * FLOAT_BYTES + moments + HEADER_BYTES,
        ample_checkpoint_bytes=numbers * FLOAT_BYTES + ample + HEADER_BYTES,
    )


def allot(needs: DiskNeeds, limit_bytes: int) -> DiskAllotment:
    """Raises DiskLimitTooLow where not even the least has room."""
    if needs.least_bytes > limit_bytes:
        raise DiskLimitTooLow(
            f"This part of the model takes {needs.least_bytes / GB:.1f} GB of the disk; the settings allow "
            f"{limit_bytes / GB:.1f} GB.",
            f"Allow {_upwards(needs.enough_bytes)} GB of the disk under Limits.",
        )
    saves = needs.enough_bytes <= limit_bytes
    stays = needs.least_bytes + needs.ample_checkpoint_bytes <= limit_bytes
    left = limit_bytes - (needs.saved_bytes if saves else needs.least_bytes)
    return DiskAllotment(
        # Beyond what is planned, versions of the weights that a draw may still ask for.
        offload=needs.put_away_bytes + left // 4,
        evidence=left // 2,
        merges=left // 8,
        residuals=left // 8,
        checkpoint=needs.checkpoint_bytes if saves else 0,
        # Without room to save, it would stay beside what the others are given, and never be replaced.
        earlier_checkpoint=max(needs.checkpoint_bytes, stays * needs.ample_checkpoint_bytes) if saves else 0,
        enough_bytes=needs.enough_bytes,
    )


def _upwards(count: int) -> str:
    """In GB, so that who allows just that allows enough."""
    return f"{ceil(count / GB * 10) / 10:.1f}"
