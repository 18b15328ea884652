"""The newest weights with their moments, and the versions before that a pass or an audit may still ask for.

Numbers of a version never change. Everything here runs on the compute thread.
"""

from typing import Final

import torch
from torch import Tensor

from engine.compute.room import Room
from engine.devices import OutOfMemory, memory_errors_translated
from engine.disk.evidence import KeptWeights
from engine.shard.model import Weights
from engine.shard.step import OptimizerState
from engine.shard.weights import from_vector, to_vector, weights_hash
from protocol.receipts import StepCommitment, StepId

CPU: Final = torch.device("cpu")


class Versions:
    """Of one stage of a run, in one life of its miner."""

    def __init__(
        self,
        place: tuple[str, int],
        weights: Weights,
        optimizer: OptimizerState,
        life: int,
        kept: KeptWeights,
        room: Room,
    ) -> None:
        self.weights = weights
        self.optimizer = optimizer
        self.step = StepId(life, 0)
        self._run_id, self._stage = place
        self._kept = kept
        self._room = room
        kept.keep(self.step, weights)

    def first_commitment(self) -> StepCommitment:
        """The version that this life begins with."""
        return self._commitment(weights_hash(self.weights))

    def advance(
        self,
        weights: Weights,
        digest: str,
        members: tuple[int, ...] = (),
        rate: float = 0.0,
        scale: float = 1.0,
        merge_id: int | None = None,
    ) -> StepCommitment:
        """`weights`, whose hash is `digest`, are the newest from now on: a step's, or a merge's."""
        self.weights = weights
        self.step = StepId(self.step.life, self.step.step + 1)
        self._kept.keep(self.step, weights)
        self.put_away(self._room.plan.versions_in_memory)
        return self._commitment(digest, members, rate, scale, merge_id)

    def fragment_vector(self, names: tuple[str, ...]) -> Tensor:
        """The fragment's weights now, flat fp32 on the CPU; raises OutOfMemory."""
        with memory_errors_translated(self._room.device):
            return to_vector(self.weights, names)

    def merge(self, names: tuple[str, ...], merged: Tensor, since: Tensor | None, merge_id: int) -> StepCommitment:
        """As Trainer.apply_fragment."""
        vector = merged if since is None else merged + (to_vector(self.weights, names) - since)
        weights = from_vector(vector, self.weights, names)
        return self.advance(weights, weights_hash(weights), merge_id=merge_id)

    def snapshot(self, here: bool) -> tuple[Weights, OptimizerState] | None:
        """Weights and moments in the processor's memory, whatever is trained meanwhile; None where a copy has no room.
        Where they lie `here` already, weights need no copy, since a version's numbers never change."""
        copied = self.optimizer.nbytes
        if not here:
            copied += sum(tensor.nbytes for tensor in self.weights.values())
        if not self._room.spares_here(copied):
            return None
        try:
            with memory_errors_translated(self._room.device):
                if here:
                    return self.weights, self.optimizer.clone()
                return {name: tensor.cpu() for name, tensor in self.weights.items()}, self.optimizer.to(CPU)
        except OutOfMemory:
            return None

    @property
    def kept(self) -> tuple[Weights, ...]:
        """All that are kept, oldest first; the newest is the last of them."""
        return self._kept.versions

    def version(self, step: StepId) -> Weights | None:
        return self._kept.version(step)

    def version_here(self, step: StepId) -> Weights | None:
        """In the processor's memory, for threads that may not touch the device; raises OutOfMemory."""
        kept = self._kept.version(step)
        with memory_errors_translated(self._room.device):
            return None if kept is None else {name: tensor.cpu() for name, tensor in kept.items()}

    def decide(self, decided_through: StepId, wanted: frozenset[StepId]) -> None:
        self._kept.decide(decided_through, wanted)

    def newest_went_away(self) -> None:
        """Its tensors are held by files already, each as the step that is being taken was done with it."""
        self._kept.went_away(self.step)

    def put_away(self, in_memory: int) -> None:
        """All but the newest `in_memory` go to the disk, as far as it has room for them."""
        if not self._room.keeps_all_versions:
            self._kept.put_away(in_memory, self._room.put_away)

    def _commitment(
        self,
        digest: str,
        members: tuple[int, ...] = (),
        rate: float = 0.0,
        scale: float = 1.0,
        merge_id: int | None = None,
    ) -> StepCommitment:
        return StepCommitment(
            run_id=self._run_id,
            stage=self._stage,
            step=self.step,
            weights_hash=digest,
            microbatches=members,
            learning_rate=rate,
            clip_scale=scale,
            merge_id=merge_id,
        )
