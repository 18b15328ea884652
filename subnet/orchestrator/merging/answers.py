"""Takes what miners answer in merges. Objects are checked against their announced hashes, in a thread, and given a key
that no miner can write before the answer counts."""

import asyncio
from functools import partial
from typing import Final, TypeAlias, assert_never

import structlog
from sqlalchemy import Connection, update
from sqlalchemy.dialects.sqlite import insert as upsert

from protocol import merges as wire
from protocol.errors import AuthenticationError, IntegrityError, MalformedMessage, Refused
from protocol.hashes import hash_bytes
from protocol.keys import NodeId
from protocol.orchestrator_api import counted_uplink
from protocol.runs import RunSpec
from subnet.orchestrator.context import Context
from subnet.orchestrator.merging.fragment_sizes import fragment_numbers
from subnet.orchestrator.merging.records import MergeRecord, read_merge, write_blame, write_uploads
from subnet.orchestrator.merging.seals import Seals, SpoiltUpload, report_key
from subnet.orchestrator.merging.state_heads import standing_version
from subnet.orchestrator.merging.steps import MergeSteps
from subnet.orchestrator.miners.miners import MinerRecord, read_miner
from subnet.orchestrator.runs.runs import read_run
from subnet.orchestrator.tables.schema import applied, fragment_states, held_fragments, miners
from subnet.orchestrator.web.refusals import Unknown
from swarm.merge_phases import partitions_wanted
from swarm.merge_reports import gram_from_bytes
from swarm.merge_states import (
    Blame,
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
from swarm.partitions import PartitionSlice, split

LOOKING_AT_ONCE: Final = 2
"""Uploads and results being read to their last number: each takes some times a partition's size in memory."""

Slices: TypeAlias = tuple[PartitionSlice, ...]
_log = structlog.get_logger()


class MergeAnswerService:
    """One miner's answers at a time; each stands or falls alone."""

    def __init__(self, context: Context, steps: MergeSteps) -> None:
        self._context = context
        self._steps = steps
        self._looking = asyncio.Semaphore(LOOKING_AT_ONCE)

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
        seals = Seals(self._context.store, record.merge_id, spec.merge, slices)
        match answer:
            case wire.UploadCommitted():
                await self._committed(record, node, seals, slices, answer)
            case wire.SoloPublished():
                await self._solo_published(record, node, seals, slices, answer)
            case wire.PartitionReported():
                await self._reported(record, node, slices, answer)
            case wire.PartitionSummed():
                await self._summed(record, node, seals, slices, answer)
            case wire.FragmentApplied():
                await self._applied(record, miner, answer)
            case wire.MergeTrouble():
                await self._trouble(record, node, answer)
            case _:
                assert_never(answer)

    async def _committed(
        self, record: MergeRecord, node: NodeId, seals: Seals, slices: Slices, answer: wire.UploadCommitted
    ) -> None:
        await self._note_speed(node, answer.upload_bytes_per_second)
        if not isinstance(record.state, Collecting):
            return  # the list is frozen: late
        if [one.partition for one in answer.partitions] != list(range(len(slices))):
            raise MalformedMessage("An upload does not have the merge's partitions.")
        try:
            async with self._looking:
                uploads = [await asyncio.to_thread(seals.upload, node, one) for one in answer.partitions]
        except SpoiltUpload as error:
            spoilt = partial(self._spoilt, merge_id=record.merge_id, node=node, partition=error.partition)
            await self._context.database.write(spoilt)
            raise
        hashes = tuple(hash_bytes((one.codes.hash + one.scales.hash).encode()) for one in uploads)

        def write(connection: Connection) -> bool:
            if not isinstance(read_merge(connection, record.merge_id).state, Collecting):
                return True
            if standing_version(connection, node, record.fragment) < record.base_version:
                self._steps.step(connection, record.merge_id, MinerVanished(node))
                return False
            write_uploads(connection, record.merge_id, enumerate(uploads))
            self._steps.step(connection, record.merge_id, Committed(node, hashes))
            return True

        if not await self._context.database.write(write):
            raise Refused("This upload stands on another state than the merge.", "Take over the merged state first.")

    async def _note_speed(self, node: NodeId, bytes_per_second: float) -> None:
        """Late answers tell it too: of a line that is too thin for this merge's time the next one has to know."""
        speed = counted_uplink(bytes_per_second)
        if speed is None:
            return
        mine = update(miners).where(miners.c.node == node).values(upload_bytes_per_second=speed)
        await self._context.database.write(lambda connection: connection.execute(mine) and None)

    def _spoilt(self, connection: Connection, merge_id: int, node: NodeId, partition: int) -> None:
        """Blame who uploaded what no merger could read; the merge goes on without it, or with what it sent before."""
        record = read_merge(connection, merge_id)
        write_blame(connection, record, Blame(partition, (node,)), "collecting", self._context.clock())
        _log.warning("upload_spoilt", merge_id=merge_id, node=node, partition=partition)
        if isinstance(record.state, Collecting) and node not in record.state.committed:
            self._steps.step(connection, merge_id, MinerVanished(node))

    async def _solo_published(
        self, record: MergeRecord, node: NodeId, seals: Seals, slices: Slices, answer: wire.SoloPublished
    ) -> None:
        if len(answer.states) != len(slices):
            raise MalformedMessage("A published state does not have the fragment's partitions.")
        if record.over or record.unpublished:
            return

        def seal() -> None:
            for number, told in enumerate(answer.states):
                seals.result(node, number, told, whole=True)

        await asyncio.to_thread(seal)
        await self._steps.happen(record.merge_id, SoloPublished(node, tuple(one.hash for one in answer.states)))

    async def _reported(
        self, record: MergeRecord, node: NodeId, slices: Slices, answer: wire.PartitionReported
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
        self, record: MergeRecord, node: NodeId, seals: Seals, slices: Slices, answer: wire.PartitionSummed
    ) -> None:
        if not isinstance(record.state, Summing):
            return
        if not 0 <= answer.partition < len(slices):
            raise MalformedMessage("This merge has no such partition.")
        async with self._looking:
            await asyncio.to_thread(seals.result, node, answer.partition, answer.result, record.whole)
        await self._steps.happen(record.merge_id, PartitionSummed(node, answer.partition, answer.result.hash))

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


def _look_up(connection: Connection, node: NodeId, merge_id: int) -> tuple[MergeRecord, RunSpec, MinerRecord]:
    record = read_merge(connection, merge_id)
    miner = read_miner(connection, node)
    if miner is None:
        raise Unknown("This miner is not registered.")
    return record, read_run(connection, record.run_id).spec, miner
