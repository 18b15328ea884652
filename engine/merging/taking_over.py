"""The result of a merge becomes what this miner trains on, without losing a step of its own."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import structlog
import torch

from engine.merging.fragments import Fragment, OwnSum, State, Upload, fetch_state, stepped_by, stepped_part
from engine.merging.handing_in import HandingIn
from engine.merging.workbench import Workbench
from protocol.errors import IntegrityError, Refused
from protocol.hashes import hash_bytes
from protocol.merges import ApplyWanted, FragmentApplied, MergeAnswer, ObjectRef, StateHead
from swarm import merge_arithmetic as arithmetic
from swarm.merged_deltas import MergedDelta
from swarm.partitions import PartitionSlice
from swarm.quantisation import Floats

log = structlog.get_logger(__name__)


class TakingOver:
    """Belongs to the event loop."""

    def __init__(self, bench: Workbench, handing_in: HandingIn) -> None:
        self._bench = bench
        self._handing_in = handing_in
        self._arrived: tuple[StateHead, State] | None = None
        """What was fetched and could not be put in place yet, for want of memory; it is not fetched again."""
        self._inherited = {fragment.number for fragment in bench.fragments if fragment.residual.any()}
        """Fragments whose residual is an earlier life's, which may have sent it along in a state of its own."""

    async def apply(self, task: ApplyWanted) -> MergeAnswer:
        bench = self._bench
        fragment = bench.fragments[task.head.fragment]
        if fragment.head.version < task.head.version:
            await self._take_over(fragment, task)
            await bench.kept.let_go(task.merge_id)
        digest = await bench.pieces.through_pauses(lambda: asyncio.to_thread(self._anchor_hash, fragment))
        return FragmentApplied(merge_id=task.merge_id, hash=digest)

    def _anchor_hash(self, fragment: Fragment) -> str:
        """Raises Silenced."""

        def parts() -> Iterator[arithmetic.Fixed]:
            for part in fragment.slices:
                self._bench.pieces.silence.check()
                yield fragment.anchor[part.start : part.end]

        return arithmetic.fragment_hash(parts())

    async def take_own_sum(self, fragment: Fragment, merge_id: int, sums: Sequence[MergedDelta]) -> None:
        """What this miner itself added up of a fragment it uploaded, before the others' word; `sums` by partition."""
        upload = fragment.uploaded.get(merge_id)
        if upload is None or fragment.own_sum is not None:
            return
        merge = self._bench.merge
        parts = [stepped_part(fragment, part, own, merge) for part, own in zip(fragment.slices, sums, strict=True)]
        anchor, momentum = (np.concatenate(each) for each in zip(*parts, strict=True))
        hashes = tuple(hash_bytes(arithmetic.state_bytes(*own)) for own in parts)
        merged = torch.from_numpy(arithmetic.from_fixed(anchor))
        own_sum = OwnSum(merge_id, (anchor, momentum), merged, hashes)
        await self._bench.put_in_place(fragment, merged, upload.weights, merge_id)
        fragment.own_sum = own_sum

    async def _take_over(self, fragment: Fragment, task: ApplyWanted) -> None:
        """Put the merged fragment in place, with what of this miner's steps is in nobody's sum yet: those since the
        upload that was counted, or, where none was, all since the state beneath. They go into its next upload."""
        own_sum, head, residuals = fragment.own_sum, task.head, self._bench.residuals
        in_place = own_sum is not None and own_sum.hashes == head.hashes
        counted = _counted(fragment, task)
        upload = None if counted is None else fragment.uploaded.get(counted)
        if counted is None and fragment.uploaded:
            self._handing_in.owes(fragment)
        if own_sum is not None and in_place:
            state = own_sum.state
        else:
            state = await self._merged_state(fragment, task)
            self._arrived = head, state
        if own_sum is None or not in_place or counted != own_sum.merge_id:
            await self._exchange(fragment, task, state, counted)
        self._arrived = None
        residual = await asyncio.to_thread(self._residual_after, fragment, head, counted, upload)
        await asyncio.to_thread(fragment.stand_on, head, state, residual)
        self._inherited.discard(fragment.number)
        if residuals is not None:
            await asyncio.to_thread(residuals.keep_owed, head, fragment.residual)

    async def _exchange(self, fragment: Fragment, task: ApplyWanted, state: State, counted: int | None) -> None:
        """The trainer's fragment for the merged one, with this miner's steps that are in nobody's sum yet on top."""
        merged, old = await self._as_weights(fragment, state[0]), await self._as_weights(fragment, fragment.anchor)
        since = await asyncio.to_thread(own_steps_since, fragment, counted, old)
        await self._bench.put_in_place(fragment, merged, since, task.merge_id)

    def _residual_after(
        self, fragment: Fragment, head: StateHead, counted: int | None, upload: Upload | None
    ) -> Floats | None:
        """What is owed once the merge is taken over; None leaves it as it is, since no upload of this miner counted.

        Of an upload of an earlier life only the disk tells; where it does not, what was owed went along in it and is
        not owed again. A state that was published whole may be that life's own.
        """
        if upload is not None:
            return upload.residual
        may_be_own = not head.deltas and fragment.number in self._inherited
        if counted is None and not may_be_own:
            return None
        sent, residuals = None, self._bench.residuals
        if residuals is not None and counted is not None:
            sent = residuals.sent(fragment.head, counted, fragment.residual.size)
        return np.zeros_like(fragment.residual) if sent is None else sent

    async def _merged_state(self, fragment: Fragment, task: ApplyWanted) -> State:
        """From the merged deltas if this miner has the version before, else whole."""
        head = task.head
        if self._arrived is not None and self._arrived[0] == head:
            return self._arrived[1]
        self._arrived = None
        if head.deltas and fragment.head.version == head.version - 1:
            try:
                return await self._stepped(fragment, task)
            except (IntegrityError, Refused) as error:
                log.warning("merged_delta_unusable", title=error.title)

        async def fetch(head: StateHead, partition: int, part: PartitionSlice) -> bytes:
            largest_bytes = max(arithmetic.state_sizes(part.numbers))
            return await self._bench.fetch_once(ObjectRef(head.keys[partition], head.hashes[partition], largest_bytes))

        return await fetch_state(fragment, head, fetch)

    async def _stepped(self, fragment: Fragment, task: ApplyWanted) -> State:
        bench = self._bench
        anchor, momentum = np.empty_like(fragment.anchor), np.zeros_like(fragment.anchor)
        for part, ref, digest in zip(fragment.slices, task.head.deltas, task.head.hashes, strict=True):
            data = await bench.fetch_once(ref)
            own = await bench.pieces.in_thread(partial(stepped_by, fragment, part, data, digest, bench.merge))
            anchor[part.start : part.end] = own[0]
            if own[1].any():
                momentum[part.start : part.end] = own[1]
        return anchor, momentum

    async def _as_weights(self, fragment: Fragment, anchor: arithmetic.Fixed) -> torch.Tensor:
        """fp32 [n] of an anchor [n] of the fragment."""
        weights = np.empty(anchor.size, dtype=np.float32)
        for part in fragment.slices:
            own = slice(part.start, part.end)
            weights[own] = await self._bench.pieces.in_thread(partial(arithmetic.from_fixed, anchor[own]))
        return torch.from_numpy(weights)


def own_steps_since(fragment: Fragment, counted: int | None, old: torch.Tensor) -> torch.Tensor | None:
    """The weights [n] on top of which the fragment holds just those steps of this miner that are in nobody's sum yet.
    `counted`: the merge that took an upload of it; `old`: the state beneath. None where that can't be told any more,
    after a restart."""
    own_sum = fragment.own_sum
    if counted is not None:
        if own_sum is not None and own_sum.merge_id == counted:
            return own_sum.merged
        upload = fragment.uploaded.get(counted)
        return None if upload is None else upload.weights
    if own_sum is None:
        return old
    # Of a merge that came to nothing, or went on without this upload: what the others did in it is no step of ours.
    return old + (own_sum.merged - fragment.uploaded[own_sum.merge_id].weights)


def _counted(fragment: Fragment, task: ApplyWanted) -> int | None:
    """The merge whose upload of this miner is in the result; None where none is."""
    alone = (each for each, upload in fragment.uploaded.items() if upload.published == task.head.hashes)
    return next(alone, None) if task.counted is None else task.counted
