"""A merger's work: reports on the uploads of its partitions, and their sums."""

from collections.abc import Sequence
from typing import Final

from engine.merging.fragments import Fragment, stepped_part
from engine.merging.taking_over import TakingOver
from engine.merging.workbench import Workbench
from protocol.errors import Refused
from protocol.merges import (
    MergeAnswer,
    ObjectRef,
    PartitionJob,
    PartitionReported,
    PartitionSummed,
    ReportWanted,
    SumWanted,
    UploadRef,
)
from swarm import merge_arithmetic as arithmetic
from swarm.merge_reports import gram_to_bytes, partition_gram
from swarm.merged_deltas import MergedDelta, delta_to_bytes, rounded
from swarm.partitions import PartitionSlice
from swarm.quantisation import Codes, Scales, codes_from_bytes, scales_from_bytes

OWN_SUM_NUMBERS: Final = 8 * 1024**2
"""A fragment of more numbers is added up one partition at a time, since all at once would take too much memory."""


class AddingUp:
    """Belongs to the event loop."""

    def __init__(self, bench: Workbench, taking_over: TakingOver) -> None:
        self._bench = bench
        self._taking_over = taking_over

    async def report(self, task: ReportWanted, job: PartitionJob) -> MergeAnswer:
        part = self._bench.fragments[task.fragment].slices[job.partition]
        codes = await self._fetch_codes(task.merge_id, job.uploads, part)
        scales = await self._fetch_scales(task.merge_id, job.uploads, part)
        gram = await self._bench.pieces.in_thread(lambda: partition_gram(codes, scales, self._bench.merge.tile))
        return PartitionReported(merge_id=task.merge_id, partition=job.partition, gram=gram_to_bytes(gram))

    async def sum(self, task: SumWanted) -> tuple[MergeAnswer, ...]:
        """Add up, upload and answer. Who merges every partition of a small fragment need not wait for the others'
        word to train on the result: steps between upload and result are steps in which replicas drift apart."""
        fragment = self._bench.fragments[task.base.fragment]
        if fragment.head.version > task.base.version:
            raise Refused("This merge is over.", "")
        small = fragment.anchor.size <= OWN_SUM_NUMBERS and fragment.head.version == task.base.version
        if not small or len(task.jobs) < len(fragment.slices):
            return tuple(
                [await self._summed(task, fragment, job, await self._add_up(fragment, task, job)) for job in task.jobs]
            )
        whole = sorted(task.jobs, key=lambda job: job.partition)
        sums = [await self._add_up(fragment, task, job) for job in whole]
        await self._taking_over.take_own_sum(fragment, task.merge_id, sums)
        return tuple([await self._summed(task, fragment, job, own) for job, own in zip(whole, sums, strict=True)])

    async def _add_up(self, fragment: Fragment, task: SumWanted, job: PartitionJob) -> MergedDelta:
        assert job.coefficients is not None
        bench, coefficients_ref = self._bench, job.coefficients
        part, tile = fragment.slices[job.partition], bench.merge.tile
        codes = await self._fetch_codes(task.merge_id, job.uploads, part)
        found = await bench.pieces.through_pauses(lambda: bench.client.get_object(coefficients_ref))
        coefficients = arithmetic.coefficients_from_bytes(found, len(codes), part.tiles)
        return await bench.pieces.in_thread(
            lambda: rounded(arithmetic.merge(codes, coefficients, tile, job.trimmed), tile)
        )

    async def _summed(self, task: SumWanted, fragment: Fragment, job: PartitionJob, merged: MergedDelta) -> MergeAnswer:
        """The delta; from version 0, which no store has, the whole state."""
        in_thread = self._bench.pieces.in_thread
        if task.base.version:
            data = await in_thread(lambda: delta_to_bytes(merged))
        else:
            part, merge = fragment.slices[job.partition], self._bench.merge
            data = await in_thread(lambda: arithmetic.state_bytes(*stepped_part(fragment, part, merged, merge)))
        ref = await self._bench.upload_result(task, job.partition, data)
        return PartitionSummed(merge_id=task.merge_id, partition=job.partition, result=ref)

    async def _fetch_codes(self, merge_id: int, uploads: Sequence[UploadRef], part: PartitionSlice) -> list[Codes]:
        """Codes of one partition, by upload; kept from the report to the sum, and this miner's own from the start."""
        merge, found = self._bench.merge, await self._fetch(merge_id, [ref.codes for ref in uploads])
        return [codes_from_bytes(data, part.numbers, merge.tile, merge.upload) for data in found]

    async def _fetch_scales(self, merge_id: int, uploads: Sequence[UploadRef], part: PartitionSlice) -> list[Scales]:
        found = await self._fetch(merge_id, [ref.scales for ref in uploads])
        return [scales_from_bytes(data, part.tiles) for data in found]

    async def _fetch(self, merge_id: int, refs: Sequence[ObjectRef]) -> list[bytes]:
        """Objects by their hashes, those that are not here yet from the store."""
        bench = self._bench
        kept = {ref.hash: await bench.kept.get(ref.hash) for ref in refs}
        missing = [ref for ref in refs if kept[ref.hash] is None]
        found = await bench.pieces.through_pauses(lambda: bench.client.get_objects(missing))
        for ref, data in zip(missing, found, strict=True):
            kept[ref.hash] = data
            await bench.kept.keep(merge_id, ref.hash, data)
        every = [kept[ref.hash] for ref in refs]
        return [data for data in every if data is not None]
