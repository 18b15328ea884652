"""Takes what miners answer in merges. Objects are checked against their announced hashes, in a thread, and given a key
that no miner can write before the answer counts."""

import asyncio
from typing import assert_never

from sqlalchemy import Connection, update
from sqlalchemy.dialects.sqlite import insert as upsert

from protocol import merges as wire
from protocol.errors import AuthenticationError, IntegrityError, MalformedMessage, Refused
from protocol.hashes import hash_bytes
from protocol.keys import NodeId
from protocol.merges import ObjectRef, UploadRef
from protocol.orchestrator_api import counted_uplink, state_key, upload_key
from protocol.runs import RunSpec
from subnet.orchestrator.context import Context
from subnet.orchestrator.merging.fragment_sizes import fragment_numbers
from subnet.orchestrator.merging.records import MergeRecord, read_merge, write_uploads
from subnet.orchestrator.merging.state_heads import standing_version
from subnet.orchestrator.merging.steps import MergeSteps
from subnet.orchestrator.miners.miners import MinerRecord, read_miner
from subnet.orchestrator.runs.runs import read_run
from subnet.orchestrator.tables.schema import applied, fragment_states, held_fragments, miners
from subnet.orchestrator.web.refusals import Unknown
from swarm.merge_arithmetic import state_sizes
from swarm.merge_phases import partitions_wanted
from swarm.merge_reports import gram_from_bytes
from swarm.merge_states import (
    Collecting,
    Committed,
    FragmentApplied,
    MergeEvent,
    MergerGaveUp,
    MinerVanished,
    PartitionReported,
    PartitionSummed,
    Reporting,
    SoloPublished,
    Summing,
)
from swarm.merged_deltas import delta_from_bytes, largest_size
from swarm.partitions import PartitionSlice, split
from swarm.quantisation import codes_bytes_size, scales_from_bytes

SCALES_LIMIT_BYTES = 1024**3


class MergeAnswerService:
    """One miner's answers at a time; each stands or falls alone."""

    def __init__(self, context: Context, steps: MergeSteps) -> None:
        self._context = context
        self._steps = steps

    async def take(self, node: NodeId, answers: tuple[wire.MergeAnswer, ...]) -> None:
        """Raises the first refusal after all answers were looked at. Repeats and late answers are harmless."""
        first: Exception | None = None
        for answer in answers:
            try:
                await self._take_one(node, answer)
            except (MalformedMessage, IntegrityError, AuthenticationError, Refused) as error:
                first = first or error
        if first is not None:
            raise first

    async def _take_one(self, node: NodeId, answer: wire.MergeAnswer) -> None:
        record, spec, miner = await self._context.database.read(
            lambda connection: _look_up(connection, node, answer.merge_id)
        )
        if (miner.run_id, miner.stage) != (record.run_id, record.stage):
            raise Refused("This merge is of another part of the model.")
        slices = slices_of(spec, record)
        match answer:
            case wire.UploadCommitted():
                await self._committed(record, node, spec, slices, answer)
            case wire.SoloPublished():
                await self._solo_published(record, node, slices, answer)
            case wire.PartitionReported():
                await self._reported(record, node, slices, answer)
            case wire.PartitionSummed():
                await self._summed(record, node, spec, slices, answer)
            case wire.FragmentApplied():
                await self._applied(record, miner, answer)
            case wire.MergeTrouble():
                await self._trouble(record, node, answer)
            case _:
                assert_never(answer)

    async def _committed(
        self,
        record: MergeRecord,
        node: NodeId,
        spec: RunSpec,
        slices: tuple[PartitionSlice, ...],
        answer: wire.UploadCommitted,
    ) -> None:
        if not isinstance(record.state, Collecting):
            return  # the list is frozen: late
        if [one.partition for one in answer.partitions] != list(range(len(slices))):
            raise MalformedMessage("An upload does not have the merge's partitions.")
        uploads = await asyncio.to_thread(self._seal_uploads, record.merge_id, node, spec, slices, answer)
        hashes = tuple(hash_bytes((one.codes.hash + one.scales.hash).encode()) for one in uploads)
        speed = counted_uplink(answer.upload_bytes_per_second)

        def write(connection: Connection) -> bool:
            if not isinstance(read_merge(connection, record.merge_id).state, Collecting):
                return True
            if standing_version(connection, node, record.fragment) < record.base_version:
                self._steps.step(connection, record.merge_id, MinerVanished(node))
                return False
            write_uploads(connection, record.merge_id, enumerate(uploads))
            if speed is not None:
                mine = update(miners).where(miners.c.node == node)
                connection.execute(mine.values(upload_bytes_per_second=speed))
            self._steps.step(connection, record.merge_id, Committed(node, hashes))
            return True

        if not await self._context.database.write(write):
            raise Refused("This upload stands on another state than the merge.", "Take over the merged state first.")

    def _seal_uploads(
        self,
        merge_id: int,
        node: NodeId,
        spec: RunSpec,
        slices: tuple[PartitionSlice, ...],
        answer: wire.UploadCommitted,
    ) -> tuple[UploadRef, ...]:
        sealed = []
        for part, told in zip(slices, answer.partitions, strict=True):
            number = told.partition
            codes_size = codes_bytes_size(part.numbers, spec.merge.tile, spec.merge.upload)
            codes = self._seal(merge_id, told.codes, upload_key(merge_id, node, number, "codes"), codes_size)
            scales = self._seal(merge_id, told.scales, upload_key(merge_id, node, number, "scales"), 4 * part.tiles)
            scales_from_bytes(self._context.store.read(scales.key, SCALES_LIMIT_BYTES), part.tiles)
            sealed.append(UploadRef(node=node, codes=codes, scales=scales))
        return tuple(sealed)

    def _seal(self, merge_id: int, told: ObjectRef, key: str, size_bytes: int) -> ObjectRef:
        """Check an upload and give it a key of its content, out of its owner's reach."""
        if told.key != key or told.size_bytes != size_bytes:
            raise MalformedMessage("An upload does not have the key or size that was asked for.")
        sealed = f"merges/{merge_id}/committed/{_content_name(told.hash)}"
        if not self._context.store.exists(sealed):
            self._context.store.check(key, told.hash, size_bytes)
            self._context.store.link(key, sealed)
        return ObjectRef(sealed, told.hash, size_bytes)

    async def _solo_published(
        self, record: MergeRecord, node: NodeId, slices: tuple[PartitionSlice, ...], answer: wire.SoloPublished
    ) -> None:
        if len(answer.states) != len(slices):
            raise MalformedMessage("A published state does not have the fragment's partitions.")
        if record.over or record.unpublished:
            return

        def seal() -> None:
            for number, (part, told) in enumerate(zip(slices, answer.states, strict=True)):
                self._seal_state(record.merge_id, node, number, part, told)

        await asyncio.to_thread(seal)
        await self._steps.happen(record.merge_id, SoloPublished(node, tuple(one.hash for one in answer.states)))

    async def _reported(
        self, record: MergeRecord, node: NodeId, slices: tuple[PartitionSlice, ...], answer: wire.PartitionReported
    ) -> None:
        state = record.state
        if not isinstance(state, Reporting):
            return
        if not 0 <= answer.partition < len(slices):
            raise MalformedMessage("This merge has no such partition.")
        gram_from_bytes(answer.gram, len(state.list.uploads), slices[answer.partition].numbers)
        digest = hash_bytes(answer.gram)
        key = report_key(record.merge_id, digest)
        if node in state.used[answer.partition]:
            await asyncio.to_thread(self._context.store.put, key, answer.gram)
        await self._steps.happen(record.merge_id, PartitionReported(node, answer.partition, digest))

    async def _summed(
        self,
        record: MergeRecord,
        node: NodeId,
        spec: RunSpec,
        slices: tuple[PartitionSlice, ...],
        answer: wire.PartitionSummed,
    ) -> None:
        if not isinstance(record.state, Summing):
            return
        if not 0 <= answer.partition < len(slices):
            raise MalformedMessage("This merge has no such partition.")
        part = slices[answer.partition]
        if record.whole:
            await asyncio.to_thread(self._seal_state, record.merge_id, node, answer.partition, part, answer.result)
        else:
            tile = spec.merge.tile
            await asyncio.to_thread(
                self._seal_delta, record.merge_id, node, answer.partition, part, tile, answer.result
            )
        await self._steps.happen(record.merge_id, PartitionSummed(node, answer.partition, answer.result.hash))

    def _seal_state(self, merge_id: int, node: NodeId, partition: int, part: PartitionSlice, told: ObjectRef) -> None:
        if told.size_bytes not in state_sizes(part.numbers):
            raise MalformedMessage("A state does not have the size that was asked for.")
        self._seal_result(merge_id, node, partition, told)

    def _seal_delta(
        self, merge_id: int, node: NodeId, partition: int, part: PartitionSlice, tile: int, told: ObjectRef
    ) -> None:
        """Read once, so that what mergers agree on can always be applied."""
        if told.size_bytes > largest_size(part.numbers, tile):
            raise MalformedMessage("A merged delta does not have the size that was asked for.")
        self._seal_result(merge_id, node, partition, told)
        data = self._context.store.read(sealed_result_key(merge_id, told.hash), told.size_bytes)
        delta_from_bytes(data, part.numbers, tile)

    def _seal_result(self, merge_id: int, node: NodeId, partition: int, told: ObjectRef) -> None:
        key = state_key(merge_id, node, partition)
        if told.key != key:
            raise MalformedMessage("A result does not have the key that was asked for.")
        sealed = sealed_result_key(merge_id, told.hash)
        if not self._context.store.exists(sealed):
            self._context.store.check(key, told.hash, told.size_bytes)
            self._context.store.link(key, sealed)

    async def _applied(self, record: MergeRecord, miner: MinerRecord, answer: wire.FragmentApplied) -> None:
        now_ms = self._context.clock()
        if record.head_version is None:
            raise Refused("This merge has no result yet.")

        def write(connection: Connection) -> None:
            note_applied(connection, record, miner.node, answer.hash, now_ms)
            self._steps.step(connection, record.merge_id, FragmentApplied(miner.node, answer.hash))
            self._steps.ring(connection, record.run_id)

        await self._context.database.write(write)

    async def _trouble(self, record: MergeRecord, node: NodeId, answer: wire.MergeTrouble) -> None:
        state = record.state
        happened: list[MergeEvent] = []
        if isinstance(state, Collecting):
            happened = [MinerVanished(node)]
        elif isinstance(state, Reporting | Summing):
            partitions = partitions_wanted(state, node) if answer.partition is None else (answer.partition,)
            happened = [MergerGaveUp(node, partition) for partition in partitions]
        for event in happened:
            await self._steps.happen(record.merge_id, event)


def note_applied(connection: Connection, record: MergeRecord, node: NodeId, digest: str, now_ms: int) -> None:
    """The miner stands on the merge's result now, if its hash is the right one."""
    state = connection.execute(fragment_states.select().where(fragment_states.c.merge_id == record.merge_id)).one()
    matches = state.anchor_hash == digest
    row = {
        "merge_id": record.merge_id,
        "node": node,
        "hash": digest,
        "matches": matches,
        "unix_ms": now_ms,
    }
    connection.execute(upsert(applied).values(row).on_conflict_do_update(index_elements=["merge_id", "node"], set_=row))
    if not matches:
        return
    steps_total = connection.execute(miners.select().where(miners.c.node == node)).one().steps_total
    held = {"version": state.version, "steps_total": steps_total}
    statement = upsert(held_fragments).values(node=node, fragment=record.fragment, **held)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["node", "fragment"], set_=held, where=held_fragments.c.version < state.version
        )
    )


def slices_of(spec: RunSpec, record: MergeRecord) -> tuple[PartitionSlice, ...]:
    """How the merge's fragment is cut."""
    numbers = fragment_numbers(spec, record.stage)[record.fragment]
    return split(numbers, spec.merge.partitions, spec.merge.tile)


def report_key(merge_id: int, digest: str) -> str:
    return f"merges/{merge_id}/reports/{_content_name(digest)}"


def sealed_result_key(merge_id: int, digest: str) -> str:
    """Where an answered delta or state lies, by its content."""
    return f"merges/{merge_id}/answered/{_content_name(digest)}"


def _content_name(digest: str) -> str:
    if len(digest) != 64 or not digest.isalnum():
        raise MalformedMessage("A hash is none.")
    return digest


def _look_up(connection: Connection, node: NodeId, merge_id: int) -> tuple[MergeRecord, RunSpec, MinerRecord]:
    record = read_merge(connection, merge_id)
    miner = read_miner(connection, node)
    if miner is None:
        raise Unknown("This miner is not registered.")
    return record, read_run(connection, record.run_id).spec, miner
