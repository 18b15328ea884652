"""A miner's part in merges: upload its pseudo-gradient, merge the partitions it is drawn for, take over the result.

Runs beside training: the compute thread is asked only for a copy of the fragment and to put the merged one in place.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
import structlog
import torch

from engine.compute import ComputeThread, Urgency
from engine.fragments import Fragment, OwnSum, Upload, fetch_anchor
from engine.orchestrator_client import OrchestratorClient, SessionLost
from engine.trainer import Trainer
from protocol.errors import ProtocolError, Refused, Unavailable
from protocol.hashes import hash_bytes
from protocol.keys import NodeId
from protocol.merges import (
    ApplyWanted,
    CommitWanted,
    FragmentApplied,
    MergeAnswer,
    MergeTask,
    MergeTrouble,
    ObjectRef,
    PartitionCommitment,
    PartitionJob,
    PartitionReported,
    PartitionSummed,
    ReportWanted,
    SoloPublished,
    SoloWanted,
    StateHead,
    SumWanted,
    UploadCommitted,
    UploadRef,
)
from protocol.orchestrator_api import state_key, upload_key
from protocol.receipts import StepCommitment
from protocol.runs import RunSpec
from swarm import merge_arithmetic as arithmetic
from swarm.partitions import PartitionSlice
from swarm.quantisation import (
    Codes,
    codes_from_bytes,
    codes_to_bytes,
    quantise,
    scales_to_bytes,
)

log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 1.0
PartitionState: TypeAlias = tuple[arithmetic.Fixed, arithmetic.Fixed]
"""Anchor and outer momentum of a partition, each [n]."""
OWN_SUM_NUMBERS: Final = 8 * 1024**2
"""A fragment of more numbers is added up one partition at a time, since all at once would take too much memory."""
KEPT_BYTES: Final = 256 * 1024**2
"""Of uploads, and of partition states, of the last merges: what this miner has already had need not be fetched."""


class Merger:
    """Handles merge tasks one at a time. Belongs to the event loop; numpy's work runs in threads."""

    def __init__(
        self,
        run: RunSpec,
        node: NodeId,
        fragments: list[Fragment],
        trainer: Trainer,
        compute: ComputeThread,
        client: OrchestratorClient,
        committed: Callable[[StepCommitment], None],
    ) -> None:
        self._run = run
        self._node = node
        self.fragments = fragments
        self._trainer = trainer
        self._compute = compute
        self._client = client
        self._committed = committed
        self._tasks: tuple[MergeTask, ...] = ()
        self._answers: dict[MergeTask, tuple[MergeAnswer, ...]] = {}
        """Worked off, and not yet taken by the orchestrator."""
        self._answered: set[MergeTask] = set()
        self._states: dict[str, bytes] = {}
        self._uploads: dict[str, bytes] = {}
        self._wake = asyncio.Event()
        self.applied_merges = 0

    def take(self, tasks: tuple[MergeTask, ...]) -> None:
        """The whole list of what is asked now."""
        self._tasks = tasks
        for task in self._answers.keys() - set(tasks):
            del self._answers[task]
        self._answered &= set(tasks)
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled. What fails for a reason that time mends is tried again while it is still asked for."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            for task in self._tasks:
                if task not in self._answered and not await self._attempt(task):
                    await asyncio.sleep(RETRY_SECONDS)
                    self._wake.set()

    async def _attempt(self, task: MergeTask) -> bool:
        """Work a task off once, and answer it until the answer is taken; raises SessionLost."""
        answers = self._answers.get(task)
        try:
            if answers is None:
                answers = await self._handle(task)
        except SessionLost:
            raise
        except Unavailable as error:
            log.info("merge_task_delayed", task=type(task).__name__, title=error.title)
            return False
        except (ProtocolError, Refused) as error:
            log.warning("merge_task_impossible", task=type(task).__name__, title=error.title)
            answers = (MergeTrouble(merge_id=task.merge_id, partition=None, code=error.code, title=error.title),)
        try:
            await self._client.answer_merges(answers)
        except SessionLost:
            raise
        except Unavailable:
            self._answers[task] = answers
            return False
        except (ProtocolError, Refused) as error:
            log.warning("merge_answer_refused", task=type(task).__name__, title=error.title)
        self._answers.pop(task, None)
        self._answered.add(task)
        return True

    async def _handle(self, task: MergeTask) -> tuple[MergeAnswer, ...]:
        match task:
            case CommitWanted():
                return (await self._commit(task),)
            case SoloWanted():
                return (await self._publish(task),)
            case ReportWanted():
                return tuple([await self._report(task.merge_id, job) for job in task.jobs])
            case SumWanted():
                return await self._sum(task)
            case ApplyWanted():
                return (await self._apply(task),)

    # ── uploading ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _commit(self, task: CommitWanted) -> MergeAnswer:
        fragment = await self._standing_on(task.base, task.merge_id)
        weights = await self._compute.submit(Urgency.CONTROL, lambda: self._trainer.fragment_vector(fragment.names))
        merge, began, sent = self._run.merge, time.monotonic(), 0

        delta = weights.numpy() - arithmetic.from_fixed(fragment.anchor) + fragment.residual
        upload, residual = await asyncio.to_thread(quantise, delta, merge.tile, merge.bits)
        partitions = []
        for number, part in enumerate(fragment.slices):
            codes = codes_to_bytes(upload.codes[part.start : part.end], merge.bits)
            scales = scales_to_bytes(upload.scales[part.first_tile : part.first_tile + part.tiles])
            codes_key = upload_key(task.merge_id, self._node, number, "codes")
            scales_key = upload_key(task.merge_id, self._node, number, "scales")
            await self._client.put_objects({codes_key: codes, scales_key: scales})
            ref = ObjectRef(codes_key, hash_bytes(codes), len(codes))
            _keep(self._uploads, ref.hash, codes)
            scales_ref = ObjectRef(scales_key, hash_bytes(scales), len(scales))
            partitions.append(PartitionCommitment(partition=number, codes=ref, scales=scales_ref))
            sent += len(codes) + len(scales)
        fragment.uploaded, fragment.own_sum = {task.merge_id: Upload(weights, residual)}, None
        speed = sent / max(1e-3, time.monotonic() - began)
        return UploadCommitted(merge_id=task.merge_id, partitions=tuple(partitions), upload_bytes_per_second=speed)

    async def _publish(self, task: SoloWanted) -> MergeAnswer:
        """Alone in its stage: its weights are the stage's."""
        fragment = await self._standing_on(task.base, task.merge_id)
        weights = await self._compute.submit(Urgency.CONTROL, lambda: self._trainer.fragment_vector(fragment.names))
        anchor = await asyncio.to_thread(arithmetic.to_fixed, weights.numpy())
        fragment.uploaded, fragment.own_sum = {task.merge_id: Upload(weights, fragment.residual)}, None
        states = []
        for number, part in enumerate(fragment.slices):
            own = anchor[part.start : part.end]
            states.append(await self._upload_state(task.merge_id, number, own, np.zeros_like(own)))
        return SoloPublished(merge_id=task.merge_id, states=tuple(states))

    async def _upload_state(
        self, merge_id: int, partition: int, anchor: arithmetic.Fixed, momentum: arithmetic.Fixed
    ) -> ObjectRef:
        data = arithmetic.state_bytes(anchor, momentum)
        ref = ObjectRef(state_key(merge_id, self._node, partition), hash_bytes(data), len(data))
        await self._client.put_object(ref.key, data)
        _keep(self._states, ref.hash, data)
        return ref

    # ── merging ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _report(self, merge_id: int, job: PartitionJob) -> MergeAnswer:
        codes = await self._fetch_codes(job.uploads)
        gram = await asyncio.to_thread(arithmetic.tile_gram, codes, self._run.merge.tile)
        return PartitionReported(merge_id=merge_id, partition=job.partition, gram=arithmetic.gram_to_bytes(gram))

    async def _sum(self, task: SumWanted) -> tuple[MergeAnswer, ...]:
        """Add up, upload and answer. Who merges every partition of a small fragment need not wait for the others'
        word to train on the result: steps between upload and result are steps in which replicas drift apart."""
        fragment = await self._standing_on(task.base, task.merge_id)
        if fragment.anchor.size > OWN_SUM_NUMBERS or len(task.jobs) < len(fragment.slices):
            return tuple(
                [await self._summed(task.merge_id, job, await self._add_up(fragment, job)) for job in task.jobs]
            )
        whole = sorted(task.jobs, key=lambda job: job.partition)
        sums = [await self._add_up(fragment, job) for job in whole]
        await self._take_own_sum(fragment, task.merge_id, sums)
        return tuple([await self._summed(task.merge_id, job, own) for job, own in zip(whole, sums, strict=True)])

    async def _add_up(self, fragment: Fragment, job: PartitionJob) -> PartitionState:
        assert job.coefficients is not None
        part, tile = fragment.slices[job.partition], self._run.merge.tile
        codes = await self._fetch_codes(job.uploads, part.numbers)
        coefficients = arithmetic.coefficients_from_bytes(
            await self._client.get_object(job.coefficients), len(codes), part.tiles
        )
        anchor, momentum = await self._base_state(fragment, job.partition)
        outer = self._run.merge

        def step() -> PartitionState:
            delta = arithmetic.merge(codes, coefficients, tile, job.trimmed)
            rate = arithmetic.outer_fixed(outer.outer_learning_rate)
            return arithmetic.outer_step(anchor, momentum, delta, rate, arithmetic.outer_fixed(outer.outer_momentum))

        return await asyncio.to_thread(step)

    async def _summed(self, merge_id: int, job: PartitionJob, own: PartitionState) -> MergeAnswer:
        ref = await self._upload_state(merge_id, job.partition, *own)
        return PartitionSummed(merge_id=merge_id, partition=job.partition, state=ref)

    async def _fetch_codes(self, uploads: Sequence[UploadRef], numbers: int | None = None) -> list[Codes]:
        """Codes of one partition, by upload; kept from the report to the sum of the same merge, and this miner's own
        from the start. Without `numbers` a 4-bit upload may end in a zero."""
        kept = {ref.codes.hash: self._uploads[ref.codes.hash] for ref in uploads if ref.codes.hash in self._uploads}
        missing = [ref.codes for ref in uploads if ref.codes.hash not in kept]
        for ref, data in zip(missing, await self._client.get_objects(missing), strict=True):
            kept[ref.hash] = data
            _keep(self._uploads, ref.hash, data)
        bits = self._run.merge.bits
        found = [kept[ref.codes.hash] for ref in uploads]
        return [codes_from_bytes(data, numbers or len(data) * 8 // bits, bits) for data in found]

    async def _base_state(self, fragment: Fragment, partition: int) -> tuple[arithmetic.Fixed, arithmetic.Fixed]:
        part = fragment.slices[partition]
        if fragment.head.version == 0:
            anchor = fragment.anchor[part.start : part.end]
            return anchor, np.zeros_like(anchor)
        return arithmetic.state_from_bytes(await self._fetch_state(fragment.head, partition, part), part.numbers)

    # ── taking over ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _apply(self, task: ApplyWanted) -> MergeAnswer:
        fragment = self.fragments[task.head.fragment]
        if fragment.head.version < task.head.version:
            await self._take_over(fragment, task.head, task.merge_id, task.merge_id)
        return FragmentApplied(merge_id=task.merge_id, hash=arithmetic.fragment_hash([fragment.anchor]))

    async def _take_own_sum(self, fragment: Fragment, merge_id: int, sums: Sequence[PartitionState]) -> None:
        upload = fragment.uploaded.get(merge_id)
        if upload is None or fragment.own_sum is not None:
            return
        anchor = np.concatenate([part for part, _momentum in sums])
        hashes = tuple(hash_bytes(arithmetic.state_bytes(*own)) for own in sums)
        own_sum = OwnSum(merge_id, anchor, torch.from_numpy(arithmetic.from_fixed(anchor)), hashes)
        await self._put_in_place(fragment, own_sum.merged, upload.weights, merge_id)
        fragment.own_sum = own_sum

    async def _take_over(self, fragment: Fragment, head: StateHead, merge_id: int, took_part: int | None) -> None:
        """Put the merged fragment in place, with this miner's steps since it uploaded to merge `took_part`; without an
        upload they are lost. Where its own sum is in place already, only what the others found different is put."""
        own_sum, upload = fragment.own_sum, fragment.uploaded.get(took_part or 0)
        if own_sum is not None and own_sum.hashes == head.hashes:
            anchor = own_sum.anchor
        else:
            anchor = await fetch_anchor(fragment, head, self._fetch_state)
            since = own_sum.merged if own_sum is not None else None if upload is None else upload.weights
            await self._put_in_place(fragment, torch.from_numpy(arithmetic.from_fixed(anchor)), since, merge_id)
        fragment.head, fragment.anchor, fragment.own_sum = head, anchor, None
        if upload is not None:
            fragment.residual = upload.residual
            del fragment.uploaded[took_part or 0]
        self.applied_merges += 1

    async def _put_in_place(
        self, fragment: Fragment, merged: torch.Tensor, since: torch.Tensor | None, merge_id: int
    ) -> None:
        made = await self._compute.submit(
            Urgency.CONTROL, lambda: self._trainer.apply_fragment(fragment.names, merged, since, merge_id)
        )
        self._committed(made)

    async def _standing_on(self, base: StateHead, merge_id: int) -> Fragment:
        """The fragment, brought to `base` if this miner missed a merge: weights left behind would pull the next
        pseudo-gradient back to where the others were."""
        fragment = self.fragments[base.fragment]
        if fragment.head.version < base.version:
            missed = max((each for each in fragment.uploaded if each < merge_id), default=None)
            await self._take_over(fragment, base, merge_id, missed)
        if fragment.head.version > base.version:
            raise Refused("This merge is over.", "")
        return fragment

    async def _fetch_state(self, head: StateHead, partition: int, part: PartitionSlice) -> bytes:
        kept = self._states.get(head.hashes[partition])
        if kept is not None:
            return kept
        ref = ObjectRef(head.keys[partition], head.hashes[partition], 8 * part.numbers)
        data = await self._client.get_object(ref)
        _keep(self._states, ref.hash, data)
        return data


def _keep(kept: dict[str, bytes], name: str, data: bytes) -> None:
    kept[name] = data
    held_bytes = sum(len(each) for each in kept.values())
    while held_bytes > KEPT_BYTES and len(kept) > 1:
        held_bytes -= len(kept.pop(next(iter(kept))))
