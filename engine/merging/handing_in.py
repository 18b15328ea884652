"""A miner's own steps on their way into a merge: its pseudo-gradient in codes, or alone in its stage its weights."""

import asyncio
import time
from functools import partial

import numpy as np
import torch

from engine.merging.fragments import Fragment, Upload, quantised_part, solo_part
from engine.merging.workbench import Workbench
from protocol.hashes import hash_bytes
from protocol.merges import (
    CommitWanted,
    MergeAnswer,
    ObjectRef,
    PartitionCommitment,
    SoloPublished,
    SoloWanted,
    UploadCommitted,
)
from protocol.orchestrator_api import upload_key
from swarm.partitions import PartitionSlice
from swarm.quantisation import Floats


class HandingIn:
    """Belongs to the event loop."""

    def __init__(self, bench: Workbench, resumed: bool) -> None:
        self._bench = bench
        self.upload_bytes_per_second: float | None = None
        """As the last upload found this computer's line to the store, even one that was given up half-way."""
        # A shard from a checkpoint may hold steps of an earlier life, so that it owes an upload from the start.
        self._steps = dict.fromkeys(range(len(bench.fragments)), -1 if resumed else bench.trainer.own_steps)
        """By fragment: how many own steps there were at the last upload."""

    @property
    def is_done(self) -> bool:
        """Whether every step of this miner is in a merge, and each of these merges over."""
        steps, fragments = self._bench.trainer.own_steps, self._bench.fragments
        return all(self._steps[fragment.number] >= steps and not fragment.uploaded for fragment in fragments)

    def owes(self, fragment: Fragment) -> None:
        """What of it was uploaded is in nobody's sum."""
        self._steps[fragment.number] = -1

    async def commit(self, task: CommitWanted) -> MergeAnswer:
        """One partition after the other, so that no second copy of a large fragment is in memory."""
        bench, fragment = self._bench, self._bench.standing_on(task.base)
        await self._undo_own_sum(fragment)
        weights, steps = await bench.weights_now(fragment)
        pieces, residual = bench.pieces, np.empty_like(fragment.residual)
        began, sent, partitions = time.monotonic() - pieces.rested_seconds, 0, []
        for number, part in enumerate(fragment.slices):
            made = await self._hand_in_part(task, fragment, number, part, weights, residual)
            partitions.append(made)
            sent += made.codes.size_bytes + made.scales.size_bytes
            speed = sent / max(1e-3, time.monotonic() - pieces.rested_seconds - began)
            self.upload_bytes_per_second = speed
        weights = torch.from_numpy(await asyncio.to_thread(fragment.put_away, weights.numpy()))
        if bench.residuals is not None:  # before the answer: no merge may count what a restart knows nothing of
            await asyncio.to_thread(bench.residuals.keep_sent, fragment.head, task.merge_id, residual)
        fragment.uploaded, fragment.own_sum = {task.merge_id: Upload(weights, residual)}, None
        self._steps[fragment.number] = steps
        return UploadCommitted(merge_id=task.merge_id, partitions=tuple(partitions), upload_bytes_per_second=speed)

    async def _undo_own_sum(self, fragment: Fragment) -> None:
        """Another merge begins on the same state, so the one that was added up here came to nothing: what others did in
        it is theirs to hand in again, and would count twice if it passed for steps of this miner's."""
        own_sum = fragment.own_sum
        if own_sum is not None:
            own = fragment.uploaded[own_sum.merge_id].weights
            await self._bench.put_in_place(fragment, own, own_sum.merged, own_sum.merge_id)
            fragment.own_sum = None

    async def _hand_in_part(
        self,
        task: CommitWanted,
        fragment: Fragment,
        number: int,
        part: PartitionSlice,
        weights: torch.Tensor,
        residual: Floats,
    ) -> PartitionCommitment:
        """Of the fragment's `weights` [n]; what its codes leave out goes into the part's place in `residual` [n]."""
        bench = self._bench
        quantise = partial(quantised_part, fragment, part, weights, residual, bench.merge)
        codes, scales = await bench.pieces.in_thread(quantise)
        refs = [
            ObjectRef(upload_key(task.merge_id, bench.node, number, "codes"), hash_bytes(codes), len(codes)),
            ObjectRef(upload_key(task.merge_id, bench.node, number, "scales"), hash_bytes(scales), len(scales)),
        ]
        objects = {refs[0].key: codes, refs[1].key: scales}
        await bench.pieces.upload(task, partial(bench.client.put_objects, objects))
        for ref, data in zip(refs, (codes, scales), strict=True):
            await bench.kept.keep(task.merge_id, ref.hash, data)
        return PartitionCommitment(partition=number, codes=refs[0], scales=refs[1])

    async def publish(self, task: SoloWanted) -> MergeAnswer:
        """Alone in its stage: its weights are the stage's, with what earlier uploads still owe."""
        bench, fragment = self._bench, self._bench.standing_on(task.base)
        weights, steps = await bench.weights_now(fragment)
        nothing = np.zeros_like(fragment.residual)
        states = []
        for number, part in enumerate(fragment.slices):
            data = await bench.pieces.in_thread(partial(solo_part, fragment, part, weights))
            states.append(await bench.upload_result(task, number, data))
        self._steps[fragment.number] = steps
        published = tuple(state.hash for state in states)
        fragment.uploaded, fragment.own_sum = {task.merge_id: Upload(weights, nothing, published)}, None
        return SoloPublished(merge_id=task.merge_id, states=tuple(states))
