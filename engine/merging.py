"""A miner's part in merges: upload its pseudo-gradient, merge the partitions it is drawn for, take over the result.

Runs beside training: the compute thread is asked only for a copy of the fragment and to put the merged one in place.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import structlog
import torch

from engine.compute import ComputeThread, Urgency
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
from swarm.partitions import PartitionSlice, split
from swarm.quantisation import (
    Codes,
    Floats,
    codes_from_bytes,
    codes_to_bytes,
    quantise,
    scales_to_bytes,
)

log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 1.0
KEPT_OBJECTS: Final = 64
"""Uploads and partition states of the last merges, by hash: what this miner has already had need not be fetched."""

StateFetch: TypeAlias = Callable[[StateHead, int, PartitionSlice], Awaitable[bytes]]


@dataclass(frozen=True, eq=False)
class Upload:
    """What this miner sent to a merge, until its result is here."""

    weights: torch.Tensor
    """As they were then, so that steps taken since can be added back."""
    residual: Floats
    """What quantising took away; it counts only if the merge comes to a result."""


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


def make_fragment(
    run: RunSpec, number: int, names: tuple[str, ...], head: StateHead, anchor: arithmetic.Fixed
) -> Fragment:
    slices = split(anchor.size, run.merge.partitions, run.merge.tile)
    return Fragment(number, names, head, anchor, slices, np.zeros(anchor.size, dtype=np.float32))


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
                return tuple([await self._sum(task, job) for job in task.jobs])
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
            refs = []
            for data, key in (
                (codes, upload_key(task.merge_id, self._node, number, "codes")),
                (scales, upload_key(task.merge_id, self._node, number, "scales")),
            ):
                await self._client.put_object(key, data)
                refs.append(ObjectRef(key, hash_bytes(data), len(data)))
                sent += len(data)
            partitions.append(PartitionCommitment(partition=number, codes=refs[0], scales=refs[1]))
        fragment.uploaded = {task.merge_id: Upload(weights, residual)}
        speed = sent / max(1e-3, time.monotonic() - began)
        return UploadCommitted(merge_id=task.merge_id, partitions=tuple(partitions), upload_bytes_per_second=speed)

    async def _publish(self, task: SoloWanted) -> MergeAnswer:
        """Alone in its stage: its weights are the stage's."""
        fragment = await self._standing_on(task.base, task.merge_id)
        weights = await self._compute.submit(Urgency.CONTROL, lambda: self._trainer.fragment_vector(fragment.names))
        anchor = await asyncio.to_thread(arithmetic.to_fixed, weights.numpy())
        fragment.uploaded = {task.merge_id: Upload(weights, fragment.residual)}
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
        codes = [await self._fetch_codes(upload) for upload in job.uploads]
        gram = await asyncio.to_thread(arithmetic.tile_gram, codes, self._run.merge.tile)
        return PartitionReported(merge_id=merge_id, partition=job.partition, gram=arithmetic.gram_to_bytes(gram))

    async def _sum(self, task: SumWanted, job: PartitionJob) -> MergeAnswer:
        assert job.coefficients is not None
        fragment = await self._standing_on(task.base, task.merge_id)
        part, tile = fragment.slices[job.partition], self._run.merge.tile
        codes = [await self._fetch_codes(upload, part.numbers) for upload in job.uploads]
        coefficients = arithmetic.coefficients_from_bytes(
            await self._client.get_object(job.coefficients), len(codes), part.tiles
        )
        anchor, momentum = await self._base_state(fragment, job.partition)
        outer = self._run.merge

        def step() -> tuple[arithmetic.Fixed, arithmetic.Fixed]:
            delta = arithmetic.merge(codes, coefficients, tile, job.trimmed)
            rate = arithmetic.outer_fixed(outer.outer_learning_rate)
            return arithmetic.outer_step(anchor, momentum, delta, rate, arithmetic.outer_fixed(outer.outer_momentum))

        ref = await self._upload_state(task.merge_id, job.partition, *await asyncio.to_thread(step))
        return PartitionSummed(merge_id=task.merge_id, partition=job.partition, state=ref)

    async def _fetch_codes(self, upload: UploadRef, numbers: int | None = None) -> Codes:
        """Kept from the report to the sum of the same merge. Without `numbers` a 4-bit upload may end in a zero."""
        data = self._uploads.get(upload.codes.hash)
        if data is None:
            data = await self._client.get_object(upload.codes)
            _keep(self._uploads, upload.codes.hash, data)
        bits = self._run.merge.bits
        return codes_from_bytes(data, numbers or len(data) * 8 // bits, bits)

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
            await self._take_over(fragment, task.head, task.merge_id, fragment.uploaded.pop(task.merge_id, None))
        return FragmentApplied(merge_id=task.merge_id, hash=arithmetic.fragment_hash([fragment.anchor]))

    async def _take_over(self, fragment: Fragment, head: StateHead, merge_id: int, upload: Upload | None) -> None:
        """Put the merged fragment in place, with this miner's steps since `upload`; without one its steps are lost."""
        anchor = await fetch_anchor(fragment, head, self._fetch_state)
        merged = torch.from_numpy(arithmetic.from_fixed(anchor))
        since = None if upload is None else upload.weights
        made = await self._compute.submit(
            Urgency.CONTROL, lambda: self._trainer.apply_fragment(fragment.names, merged, since, merge_id)
        )
        self._committed(made)
        fragment.head, fragment.anchor = head, anchor
        if upload is not None:
            fragment.residual = upload.residual
        self.applied_merges += 1

    async def _standing_on(self, base: StateHead, merge_id: int) -> Fragment:
        """The fragment, brought to `base` if this miner missed a merge: weights left behind would pull the next
        pseudo-gradient back to where the others were."""
        fragment = self.fragments[base.fragment]
        if fragment.head.version < base.version:
            missed = max((each for each in fragment.uploaded if each < merge_id), default=None)
            upload = None if missed is None else fragment.uploaded.pop(missed)
            await self._take_over(fragment, base, merge_id, upload)
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


async def fetch_anchor(fragment: Fragment, head: StateHead, fetch: StateFetch) -> arithmetic.Fixed:
    """The anchor [n] of a merged fragment, partition after partition."""
    anchors = [
        arithmetic.state_from_bytes(await fetch(head, number, part), part.numbers)[0]
        for number, part in enumerate(fragment.slices)
    ]
    return np.concatenate(anchors)


def _keep(kept: dict[str, bytes], name: str, data: bytes) -> None:
    kept[name] = data
    while len(kept) > KEPT_OBJECTS:
        del kept[next(iter(kept))]
