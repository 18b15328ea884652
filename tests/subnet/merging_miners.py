"""Miners that merge over the wire without a model behind them: weights that are just numbers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from protocol import merges as wire
from protocol import orchestrator_api as api
from protocol.hashes import hash_bytes
from protocol.runs import RunSpec
from subnet.orchestrator.merging.fragment_sizes import fragment_numbers
from swarm import merge_arithmetic as arithmetic
from swarm.merge_reports import gram_to_bytes, partition_gram
from swarm.merged_deltas import MergedDelta, delta_from_bytes, delta_of, delta_to_bytes, rounded
from swarm.partitions import split
from swarm.quantisation import codes_from_bytes, codes_to_bytes, quantise, scales_from_bytes, scales_to_bytes

STAGE = 1
"""The stage of several miners; stage 0 has one."""


@dataclass
class Merger:
    """Answers merge tasks as an engine does, over weights that are just numbers."""

    miner: Any
    run: RunSpec
    seed: int
    lies: bool = False
    done: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        numbers = fragment_numbers(self.run, self.miner.registered.stage)[0]
        self.slices = split(numbers, self.run.merge.partitions, self.run.merge.tile)
        self.delta = np.random.default_rng(self.seed).normal(0, 0.01, numbers).astype(np.float32)
        self.initial = np.zeros(numbers, dtype=np.int32)
        self.held: Any = (self.initial, self.initial)
        self.version, self.stepped = 0, 0

    async def tasks(self) -> tuple[wire.MergeTask, ...]:
        tasks: tuple[wire.MergeTask, ...] = (await self.miner.events())["merge_tasks"].tasks
        return tasks

    async def turn(self) -> list[str]:
        """Do all that is asked now; what that was."""
        did = []
        for task in await self.tasks():
            response = await self.miner.answer(*[await one for one in self._answers(task)])
            assert response.status_code == 204, response.text
            did.append(type(task).__name__)
        return did

    def _answers(self, task: wire.MergeTask) -> list[Any]:
        match task:
            case wire.CommitWanted():
                return [self._commit(task.merge_id)]
            case wire.SoloWanted():
                return [self._publish(task.merge_id)]
            case wire.ReportWanted():
                return [self._report(task.merge_id, job) for job in task.jobs]
            case wire.SumWanted():
                return [self._sum(task, job) for job in task.jobs]
            case wire.ApplyWanted():
                return [self._apply(task)]

    async def _commit(self, merge_id: int) -> wire.MergeAnswer:
        merge = self.run.merge
        upload, _ = quantise(self.delta, merge.tile, merge.upload)
        parts = []
        for number, part in enumerate(self.slices):
            key = api.upload_key(merge_id, self.miner.node, number, "codes")
            codes = await self.miner.put(
                key, codes_to_bytes(upload.codes[part.start : part.end], merge.tile, merge.upload)
            )
            key = api.upload_key(merge_id, self.miner.node, number, "scales")
            scales = upload.scales[part.first_tile : part.first_tile + part.tiles]
            parts.append(
                wire.PartitionCommitment(
                    partition=number, codes=codes, scales=await self.miner.put(key, scales_to_bytes(scales))
                )
            )
        return wire.UploadCommitted(merge_id=merge_id, partitions=tuple(parts), upload_bytes_per_second=1e6)

    async def _publish(self, merge_id: int) -> wire.MergeAnswer:
        anchor = arithmetic.to_fixed(self.delta)
        states = [
            await self._state(merge_id, number, anchor[part.start : part.end], self.initial[part.start : part.end])
            for number, part in enumerate(self.slices)
        ]
        return wire.SoloPublished(merge_id=merge_id, states=tuple(states))

    async def _state(self, merge_id: int, number: int, anchor: Any, momentum: Any) -> wire.ObjectRef:
        ref: wire.ObjectRef = await self.miner.put(
            api.state_key(merge_id, self.miner.node, number), arithmetic.state_bytes(anchor, momentum)
        )
        return ref

    async def _codes(self, job: wire.PartitionJob) -> list[Any]:
        part = self.slices[job.partition]
        merge = self.run.merge
        return [
            codes_from_bytes(await self.miner.get(one.codes.key), part.numbers, merge.tile, merge.upload)
            for one in job.uploads
        ]

    async def _report(self, merge_id: int, job: wire.PartitionJob) -> wire.MergeAnswer:
        tiles = self.slices[job.partition].tiles
        scales = [scales_from_bytes(await self.miner.get(one.scales.key), tiles) for one in job.uploads]
        gram = partition_gram(await self._codes(job), scales, self.run.merge.tile)
        if self.lies:
            gram = gram + np.eye(gram.shape[1], dtype=np.int64)
        return wire.PartitionReported(merge_id=merge_id, partition=job.partition, gram=gram_to_bytes(gram))

    async def summed(self, task: wire.SumWanted, job: wire.PartitionJob) -> bytes:
        part, codes = self.slices[job.partition], await self._codes(job)
        assert job.coefficients is not None
        raw = await self.miner.get(job.coefficients.key)
        assert hash_bytes(raw) == job.coefficients.hash
        coefficients = arithmetic.coefficients_from_bytes(raw, len(codes), part.tiles)
        delta = arithmetic.merge(codes, coefficients, self.run.merge.tile, job.trimmed)
        if self.lies:
            delta = delta + (np.arange(delta.size, dtype=np.int32) == 0) * np.int32(1 << 22)
        merged = rounded(delta, self.run.merge.tile)
        if task.base.version:
            return delta_to_bytes(merged)
        return arithmetic.state_bytes(*self._stepped((self.initial[part.start : part.end],) * 2, merged))

    def _stepped(self, base: Any, merged: MergedDelta) -> tuple[Any, Any]:
        outer = [
            arithmetic.outer_fixed(one) for one in (self.run.merge.outer_learning_rate, self.run.merge.outer_momentum)
        ]
        return arithmetic.outer_step(base[0], base[1], delta_of(merged), outer[0], outer[1])

    async def _sum(self, task: wire.SumWanted, job: wire.PartitionJob) -> wire.MergeAnswer:
        key = api.state_key(task.merge_id, self.miner.node, job.partition)
        ref: wire.ObjectRef = await self.miner.put(key, await self.summed(task, job))
        return wire.PartitionSummed(merge_id=task.merge_id, partition=job.partition, result=ref)

    async def _apply(self, task: wire.ApplyWanted) -> wire.MergeAnswer:
        """Takes over the deltas where it has the version before, as the engine does, and checks them against the
        whole state."""
        before, after = self.held, []
        for ref, part in zip(task.head.deltas, self.slices, strict=bool(task.head.deltas)):
            data = await self.miner.get(ref.key)
            assert hash_bytes(data) == ref.hash
            base = tuple(one[part.start : part.end] for one in before)
            after.append(self._stepped(base, delta_from_bytes(data, part.numbers, self.run.merge.tile)))
        states = [await self._whole(task, number) for number in range(len(self.slices))]
        if after and task.head.version == self.version + 1:
            self.stepped += 1
            assert [arithmetic.state_bytes(*one) for one in after] == [arithmetic.state_bytes(*one) for one in states]
        self.held, self.version = tuple(np.concatenate(each) for each in zip(*states, strict=True)), task.head.version
        return wire.FragmentApplied(merge_id=task.merge_id, hash=arithmetic.fragment_hash([self.held[0]]))

    async def _whole(self, task: wire.ApplyWanted, number: int) -> tuple[Any, Any]:
        data = await self.miner.get(task.head.keys[number])
        assert hash_bytes(data) == task.head.hashes[number]
        return arithmetic.state_from_bytes(data, self.slices[number].numbers)


async def swarm_of(net: Any, run: RunSpec, several: int, lies: tuple[int, ...] = ()) -> tuple[Merger, list[Merger]]:
    """One miner in stage 0, `several` in stage 1, past the first measurement, all having taken two steps."""
    crew = await net.staffed(run, "Solo", "Alice")
    extra = [await net.miner(name).register() for name in ("Bob", "Charlie", "Dave", "Eve", "Ferdie")[: several - 1]]
    for one in extra:  # whoever was placed in stage 0 is there by mistake of the test
        assert one.registered.stage == STAGE
    for one in (*crew, *extra):
        await one.deliver(one.commitment(0), *one.a_step(1, 0), *one.a_step(2, 1))
    await net.tick()
    mergers = [Merger(one, run, 10 + place, place in lies) for place, one in enumerate((crew[1], *extra))]
    return Merger(crew[0], run, 1), mergers


async def phases(net: Any) -> dict[int, str]:
    return dict(await net.rows("select stage, phase from merges order by merge_id"))


async def until_done(net: Any, mergers: list[Merger], between: Callable[[], Any] | None = None) -> None:
    for _ in range(20):
        for merger in mergers:
            await merger.turn()
        if between is not None:
            await between()
        await net.tick()
        if (await phases(net))[mergers[0].miner.registered.stage] == "done" and not any(
            [await merger.tasks() for merger in mergers]
        ):
            return
    raise AssertionError(await phases(net))
