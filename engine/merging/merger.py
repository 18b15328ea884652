"""A miner's part in merges: upload its pseudo-gradient, merge the partitions it is drawn for, take over the result.

Runs beside training: the compute thread is asked only for a copy of the fragment and to put the merged one in place.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import structlog
import torch

from engine.compute.thread import ComputeThread, Urgency
from engine.devices import OutOfMemory
from engine.merging.fragments import (
    Fragment,
    MergedShard,
    OwnSum,
    State,
    Upload,
    fetch_state,
    quantised_part,
    solo_part,
    stepped_by,
    stepped_part,
)
from engine.merging.kept_objects import KeptObjects
from engine.merging.residuals import ResidualFiles
from engine.network.orchestrator_client import OrchestratorClient, SessionLost
from engine.network.silence import Silenced
from protocol.errors import IntegrityError, ProtocolError, Refused, Unavailable
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
from swarm.merge_reports import gram_to_bytes, partition_gram
from swarm.merged_deltas import MergedDelta, delta_to_bytes, rounded
from swarm.partitions import PartitionSlice
from swarm.quantisation import Codes, Floats, Scales, codes_from_bytes, scales_from_bytes

log = structlog.get_logger(__name__)

T = TypeVar("T")

RETRY_SECONDS: Final = 1.0
OWN_SUM_NUMBERS: Final = 8 * 1024**2
"""A fragment of more numbers is added up one partition at a time, since all at once would take too much memory."""


class Withdrawn(Exception):
    """What was being uploaded is not wanted any more."""


class TaskDropped(Exception):
    """A task was asked no more while the computer was paused."""


class Merger:
    """Handles merge tasks one at a time. Belongs to the event loop; numpy's work runs in threads, in pieces of at most
    a partition. Between two of them it waits while the computer is paused; a task that is asked no more by then, since
    the merge went on without this miner, is dropped where it stands."""

    def __init__(
        self,
        run: RunSpec,
        node: NodeId,
        fragments: list[Fragment],
        trainer: MergedShard,
        compute: ComputeThread,
        client: OrchestratorClient,
        committed: Callable[[StepCommitment], None],
        kept_folder: Path | None = None,
        kept_disk_bytes: int = 0,
        resumed: bool = False,
        residuals: ResidualFiles | None = None,
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
        self._arrived: tuple[StateHead, State] | None = None
        """What was fetched and could not be put in place yet, for want of memory; it is not fetched again."""
        self._kept = KeptObjects(kept_folder, kept_disk_bytes)
        self._residuals = residuals
        self._inherited = {fragment.number for fragment in fragments if fragment.residual.any()}
        """Fragments whose residual is an earlier life's, which may have sent it along in a state of its own."""
        self._wake = asyncio.Event()
        self._uploading: tuple[MergeTask, asyncio.Future[None]] | None = None
        self.upload_bytes_per_second: float | None = None
        """As the last upload found this computer's line to the store, even one that was given up half-way."""
        self._silence = compute.silence
        self._at_work: MergeTask | None = None
        self._asked_anew = asyncio.Event()
        self._rested_seconds = 0.0
        """In pauses, which are no slowness of the line."""
        self.applied_merges = 0
        # A shard from a checkpoint may hold steps of an earlier life, so that it owes an upload from the start.
        self._handed_in = dict.fromkeys(range(len(fragments)), -1 if resumed else trainer.own_steps)
        """By fragment: how many own steps there were at the last upload."""

    @property
    def handed_in(self) -> bool:
        """Whether every step of this miner is in a merge, and each of these merges over."""
        steps = self._trainer.own_steps
        return all(self._handed_in[fragment.number] >= steps and not fragment.uploaded for fragment in self.fragments)

    def take(self, tasks: tuple[MergeTask, ...]) -> None:
        """The whole list of what is asked now."""
        self._tasks = tasks
        for task in self._answers.keys() - set(tasks):
            del self._answers[task]
        self._answered &= set(tasks)
        if self._uploading is not None and not self._is_wanted(self._uploading[0]):
            self._uploading[1].cancel()
        self._wake.set()
        self._asked_anew.set()

    def _is_wanted(self, task: MergeTask) -> bool:
        """Whether this, or the same with other jobs, is still asked for."""
        return any(type(each) is type(task) and each.merge_id == task.merge_id for each in self._tasks)

    async def run(self) -> None:
        """Until cancelled. What fails for a reason that time mends is tried again while it is still asked for."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            for task in self._tasks:
                await self._silence.over()
                if task in self._answered or task not in self._tasks:
                    continue
                if not await self._attempt(task):
                    await asyncio.sleep(RETRY_SECONDS)
                    self._wake.set()

    async def _attempt(self, task: MergeTask) -> bool:
        """Work a task off once, and answer it until the answer is taken; raises SessionLost. True if nothing of it is
        left to do."""
        self._at_work, answers = task, self._answers.get(task)
        try:
            if answers is None:
                answers = await self.answer(task)
            self._answers[task] = answers
            await self._unless_dropped()
        except SessionLost:
            raise
        except Withdrawn:
            log.info("merge_upload_given_up", task=type(task).__name__, merge_id=task.merge_id)
            if isinstance(task, CommitWanted):
                await self._kept.let_go(task.merge_id)
            return True
        except TaskDropped:
            log.info("merge_task_dropped", task=type(task).__name__, merge=task.merge_id)
            self._answers.pop(task, None)
            return True
        except (Unavailable, OutOfMemory) as error:
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

    async def answer(self, task: MergeTask) -> tuple[MergeAnswer, ...]:
        """Do what is asked once; raises what stands in the way, TaskDropped where a pause lasted longer than the
        wish."""
        self._at_work = task
        match task:
            case CommitWanted():
                return (await self._commit(task),)
            case SoloWanted():
                return (await self._publish(task),)
            case ReportWanted():
                return tuple([await self._report(task, job) for job in task.jobs])
            case SumWanted():
                return await self._sum(task)
            case ApplyWanted():
                return (await self._apply(task),)

    # ── pauses ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _unless_dropped(self) -> None:
        """Between two pieces of a task: waits while the computer is paused; raises TaskDropped if nobody waits for the
        task any more."""
        while self._silence.reigns:
            began = time.monotonic()
            self._asked_anew.clear()
            if self._at_work not in self._tasks:
                raise TaskDropped
            waits = [asyncio.create_task(each) for each in (self._silence.over(), self._asked_anew.wait())]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()
            self._rested_seconds += time.monotonic() - began

    async def _through_pauses(self, piece: Callable[[], Awaitable[T]]) -> T:
        """A piece that a pause may break off, begun anew after it."""
        while True:
            await self._unless_dropped()
            try:
                return await piece()
            except Silenced:
                continue

    async def _in_thread(self, piece: Callable[[], T]) -> T:
        await self._unless_dropped()
        return await asyncio.to_thread(piece)

    # ── uploading ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _commit(self, task: CommitWanted) -> MergeAnswer:
        """One partition after the other, so that no second copy of a large fragment is in memory."""
        fragment = self._standing_on(task.base)
        await self._unless_dropped()
        weights, steps = await self._compute.submit(Urgency.CONTROL, lambda: self._weights_now(fragment))
        began, sent, residual = time.monotonic() - self._rested_seconds, 0, np.empty_like(fragment.residual)
        partitions = []
        for number, part in enumerate(fragment.slices):
            quantise = partial(quantised_part, fragment, part, weights, residual, self._run.merge)
            codes, scales = await self._in_thread(quantise)
            refs = [
                ObjectRef(upload_key(task.merge_id, self._node, number, "codes"), hash_bytes(codes), len(codes)),
                ObjectRef(upload_key(task.merge_id, self._node, number, "scales"), hash_bytes(scales), len(scales)),
            ]
            objects = {refs[0].key: codes, refs[1].key: scales}
            await self._through_pauses(partial(self._upload, task, partial(self._client.put_objects, objects)))
            for ref, data in zip(refs, (codes, scales), strict=True):
                await self._kept.keep(task.merge_id, ref.hash, data)
            partitions.append(PartitionCommitment(partition=number, codes=refs[0], scales=refs[1]))
            sent += len(codes) + len(scales)
            speed = sent / max(1e-3, time.monotonic() - self._rested_seconds - began)
            self.upload_bytes_per_second = speed
        weights = torch.from_numpy(await asyncio.to_thread(fragment.put_away, weights.numpy()))
        if self._residuals is not None:  # before the answer: no merge may count what a restart knows nothing of
            await asyncio.to_thread(self._residuals.keep_sent, fragment.head, task.merge_id, residual)
        fragment.uploaded, fragment.own_sum = {task.merge_id: Upload(weights, residual)}, None
        self._handed_in[fragment.number] = steps
        return UploadCommitted(merge_id=task.merge_id, partitions=tuple(partitions), upload_bytes_per_second=speed)

    async def _upload(self, task: MergeTask, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Upload, but not on when nobody asks for it any more: raises Withdrawn then. A line that is too thin for one
        merge would else be full of its remains when the next one asks. Raises Silenced in a pause."""
        sending = asyncio.ensure_future(begin())
        self._uploading = (task, sending)
        try:
            if not self._is_wanted(task):
                sending.cancel()
            # Not awaited itself: a cancellation of this task and one of the upload could not be told apart then.
            await asyncio.wait({sending})
        finally:
            self._uploading = None
            sending.cancel()  # where this program ends
        if sending.cancelled():
            raise Withdrawn
        sending.result()

    async def _publish(self, task: SoloWanted) -> MergeAnswer:
        """Alone in its stage: its weights are the stage's, with what earlier uploads still owe."""
        fragment = self._standing_on(task.base)
        await self._unless_dropped()
        weights, steps = await self._compute.submit(Urgency.CONTROL, lambda: self._weights_now(fragment))
        nothing = np.zeros_like(fragment.residual)
        states = []
        for number, part in enumerate(fragment.slices):
            data = await self._in_thread(partial(solo_part, fragment, part, weights))
            states.append(await self._upload_result(task, number, data))
        self._handed_in[fragment.number] = steps
        published = tuple(state.hash for state in states)
        fragment.uploaded, fragment.own_sum = {task.merge_id: Upload(weights, nothing, published)}, None
        return SoloPublished(merge_id=task.merge_id, states=tuple(states))

    def _weights_now(self, fragment: Fragment) -> tuple[torch.Tensor, int]:
        """On the compute thread: the fragment [n], and this miner's own steps in it."""
        return self._trainer.fragment_vector(fragment.names), self._trainer.own_steps

    async def _upload_result(self, task: SoloWanted | SumWanted, partition: int, data: bytes) -> ObjectRef:
        ref = ObjectRef(state_key(task.merge_id, self._node, partition), hash_bytes(data), len(data))
        await self._through_pauses(partial(self._upload, task, partial(self._client.put_object, ref.key, data)))
        await self._kept.keep(task.merge_id, ref.hash, data)
        return ref

    # ── merging ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _report(self, task: ReportWanted, job: PartitionJob) -> MergeAnswer:
        part = self.fragments[task.fragment].slices[job.partition]
        codes = await self._fetch_codes(task.merge_id, job.uploads, part)
        scales = await self._fetch_scales(task.merge_id, job.uploads, part)
        gram = await self._in_thread(lambda: partition_gram(codes, scales, self._run.merge.tile))
        return PartitionReported(merge_id=task.merge_id, partition=job.partition, gram=gram_to_bytes(gram))

    async def _sum(self, task: SumWanted) -> tuple[MergeAnswer, ...]:
        """Add up, upload and answer. Who merges every partition of a small fragment need not wait for the others'
        word to train on the result: steps between upload and result are steps in which replicas drift apart."""
        fragment = self.fragments[task.base.fragment]
        if fragment.head.version > task.base.version:
            raise Refused("This merge is over.", "")
        small = fragment.anchor.size <= OWN_SUM_NUMBERS and fragment.head.version == task.base.version
        if not small or len(task.jobs) < len(fragment.slices):
            return tuple(
                [await self._summed(task, fragment, job, await self._add_up(fragment, task, job)) for job in task.jobs]
            )
        whole = sorted(task.jobs, key=lambda job: job.partition)
        sums = [await self._add_up(fragment, task, job) for job in whole]
        await self._take_own_sum(fragment, task.merge_id, sums)
        return tuple([await self._summed(task, fragment, job, own) for job, own in zip(whole, sums, strict=True)])

    async def _add_up(self, fragment: Fragment, task: SumWanted, job: PartitionJob) -> MergedDelta:
        assert job.coefficients is not None
        part, tile = fragment.slices[job.partition], self._run.merge.tile
        codes = await self._fetch_codes(task.merge_id, job.uploads, part)
        found = await self._through_pauses(partial(self._client.get_object, job.coefficients))
        coefficients = arithmetic.coefficients_from_bytes(found, len(codes), part.tiles)
        return await self._in_thread(lambda: rounded(arithmetic.merge(codes, coefficients, tile, job.trimmed), tile))

    async def _summed(self, task: SumWanted, fragment: Fragment, job: PartitionJob, merged: MergedDelta) -> MergeAnswer:
        """The delta; from version 0, which no store has, the whole state."""
        if task.base.version:
            data = await self._in_thread(lambda: delta_to_bytes(merged))
        else:
            part, merge = fragment.slices[job.partition], self._run.merge
            data = await self._in_thread(lambda: arithmetic.state_bytes(*stepped_part(fragment, part, merged, merge)))
        ref = await self._upload_result(task, job.partition, data)
        return PartitionSummed(merge_id=task.merge_id, partition=job.partition, result=ref)

    async def _fetch_codes(self, merge_id: int, uploads: Sequence[UploadRef], part: PartitionSlice) -> list[Codes]:
        """Codes of one partition, by upload; kept from the report to the sum, and this miner's own from the start."""
        merge, found = self._run.merge, await self._fetch(merge_id, [ref.codes for ref in uploads])
        return [codes_from_bytes(data, part.numbers, merge.tile, merge.upload) for data in found]

    async def _fetch_scales(self, merge_id: int, uploads: Sequence[UploadRef], part: PartitionSlice) -> list[Scales]:
        found = await self._fetch(merge_id, [ref.scales for ref in uploads])
        return [scales_from_bytes(data, part.tiles) for data in found]

    async def _fetch(self, merge_id: int, refs: Sequence[ObjectRef]) -> list[bytes]:
        """Objects by their hashes, those that are not here yet from the store."""
        kept = {ref.hash: await self._kept.get(ref.hash) for ref in refs}
        missing = [ref for ref in refs if kept[ref.hash] is None]
        found = await self._through_pauses(lambda: self._client.get_objects(missing))
        for ref, data in zip(missing, found, strict=True):
            kept[ref.hash] = data
            await self._kept.keep(merge_id, ref.hash, data)
        every = [kept[ref.hash] for ref in refs]
        return [data for data in every if data is not None]

    async def _fetch_once(self, ref: ObjectRef) -> bytes:
        """An object that won't be asked for again; what this miner made itself is here."""
        kept = await self._kept.get(ref.hash)
        return kept if kept is not None else await self._through_pauses(lambda: self._client.get_object(ref))

    # ── taking over ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _apply(self, task: ApplyWanted) -> MergeAnswer:
        fragment = self.fragments[task.head.fragment]
        if fragment.head.version < task.head.version:
            await self._take_over(fragment, task)
            await self._kept.let_go(task.merge_id)
        digest = await self._through_pauses(lambda: asyncio.to_thread(self._anchor_hash, fragment))
        return FragmentApplied(merge_id=task.merge_id, hash=digest)

    def _anchor_hash(self, fragment: Fragment) -> str:
        """Raises Silenced."""

        def parts() -> Iterator[arithmetic.Fixed]:
            for part in fragment.slices:
                self._silence.check()
                yield fragment.anchor[part.start : part.end]

        return arithmetic.fragment_hash(parts())

    async def _take_own_sum(self, fragment: Fragment, merge_id: int, sums: Sequence[MergedDelta]) -> None:
        upload = fragment.uploaded.get(merge_id)
        if upload is None or fragment.own_sum is not None:
            return
        merge = self._run.merge
        parts = [stepped_part(fragment, part, own, merge) for part, own in zip(fragment.slices, sums, strict=True)]
        anchor, momentum = (np.concatenate(each) for each in zip(*parts, strict=True))
        hashes = tuple(hash_bytes(arithmetic.state_bytes(*own)) for own in parts)
        merged = torch.from_numpy(arithmetic.from_fixed(anchor))
        own_sum = OwnSum(merge_id, (anchor, momentum), merged, hashes)
        await self._put_in_place(fragment, merged, upload.weights, merge_id)
        fragment.own_sum = own_sum

    async def _take_over(self, fragment: Fragment, task: ApplyWanted) -> None:
        """Put the merged fragment in place, with what of this miner's steps is in nobody's sum yet: those since the
        upload that was counted, or, where none was, all since the state beneath. They go into its next upload."""
        own_sum, head = fragment.own_sum, task.head
        alone = (each for each, upload in fragment.uploaded.items() if upload.published == head.hashes)
        counted = next(alone, None) if task.counted is None else task.counted
        upload = None if counted is None else fragment.uploaded.get(counted)
        if counted is None and fragment.uploaded:
            self._handed_in[fragment.number] = -1  # its steps are in nobody's sum
        if own_sum is not None and own_sum.hashes == head.hashes:
            state = own_sum.state
        else:
            state = await self._merged_state(fragment, task)
            self._arrived = head, state
            merged, old = await self._as_weights(fragment, state[0]), await self._as_weights(fragment, fragment.anchor)
            since: torch.Tensor | None = old
            if own_sum is not None and own_sum.merge_id == task.merge_id:
                since = own_sum.merged
            elif counted is not None:
                # Counted but not known here any more, after a restart: what came since can't be told apart.
                since = None if upload is None else upload.weights
            await self._put_in_place(fragment, merged, since, task.merge_id)
        self._arrived = None
        residual = await asyncio.to_thread(self._residual_after, fragment, head, counted, upload)
        await asyncio.to_thread(fragment.stand_on, head, state, residual)
        self._inherited.discard(fragment.number)
        if self._residuals is not None:
            await asyncio.to_thread(self._residuals.keep_owed, head, fragment.residual)
        self.applied_merges += 1

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
        sent = None
        if self._residuals is not None and counted is not None:
            sent = self._residuals.sent(fragment.head, counted, fragment.residual.size)
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
            return await self._fetch_once(ObjectRef(head.keys[partition], head.hashes[partition], largest_bytes))

        return await fetch_state(fragment, head, fetch)

    async def _stepped(self, fragment: Fragment, task: ApplyWanted) -> State:
        anchor, momentum = np.empty_like(fragment.anchor), np.zeros_like(fragment.anchor)
        for part, ref, digest in zip(fragment.slices, task.head.deltas, task.head.hashes, strict=True):
            data = await self._fetch_once(ref)
            own = await self._in_thread(partial(stepped_by, fragment, part, data, digest, self._run.merge))
            anchor[part.start : part.end] = own[0]
            if own[1].any():
                momentum[part.start : part.end] = own[1]
        return anchor, momentum

    async def _as_weights(self, fragment: Fragment, anchor: arithmetic.Fixed) -> torch.Tensor:
        """fp32 [n] of an anchor [n] of the fragment."""
        weights = np.empty(anchor.size, dtype=np.float32)
        for part in fragment.slices:
            own = slice(part.start, part.end)
            weights[own] = await self._in_thread(partial(arithmetic.from_fixed, anchor[own]))
        return torch.from_numpy(weights)

    async def _put_in_place(
        self, fragment: Fragment, merged: torch.Tensor, since: torch.Tensor | None, merge_id: int
    ) -> None:
        made = await self._compute.submit(
            Urgency.CONTROL, lambda: self._trainer.apply_fragment(fragment.names, merged, since, merge_id)
        )
        self._committed(made)

    def _standing_on(self, base: StateHead) -> Fragment:
        """The fragment, if it stands on `base`. If this miner missed a merge, taking its result over is asked of it as
        well, and comes first: weights left behind would pull the next pseudo-gradient back to where the others were."""
        fragment = self.fragments[base.fragment]
        if fragment.head.version < base.version:
            raise Unavailable("The merged state is taken over first.")
        if fragment.head.version > base.version:
            raise Refused("This merge is over.", "")
        return fragment
