"""Some miners of one stage that merge, and the orchestrator and store that they see."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import torch

from engine.compute.thread import ComputeThread, Urgency
from engine.merging.fragments import Fragment, make_fragment
from engine.merging.merger import Merger
from engine.merging.residuals import ResidualFiles
from engine.network.orchestrator_client import OrchestratorClient
from engine.pipeline.passage import Parcel
from engine.shard.weights import fragments, to_vector
from engine.training.trainer import Trainer
from protocol.errors import Unavailable
from protocol.hashes import check_hash, hash_bytes
from protocol.merges import (
    ApplyWanted,
    CommitWanted,
    FragmentApplied,
    MergeAnswer,
    MergeTask,
    ObjectRef,
    PartitionJob,
    PartitionReported,
    PartitionSummed,
    ReportWanted,
    StateHead,
    SumWanted,
    UploadCommitted,
    UploadRef,
)
from protocol.packets import PacketKind
from protocol.receipts import StepCommitment
from protocol.runs import RunSpec
from swarm import merge_arithmetic as arithmetic
from swarm.merge_coefficients import coefficients
from swarm.merge_reports import gram_from_bytes, products_of
from swarm.merged_deltas import delta_from_bytes, delta_of
from swarm.partitions import PartitionSlice
from swarm.quantisation import scales_from_bytes

SEEDED = StateHead(stage=0, fragment=0, version=0)
Answer = TypeVar("Answer")
MakeTokens = Callable[[RunSpec, int], Parcel]


NOWHERE: Callable[[str], bool] = frozenset[str]().__contains__


class FakeOrchestrator:
    """An object store, and all answers by miner. The next `failures` calls meet an orchestrator that is down."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.uploads = 0
        self.answers: list[tuple[int, MergeAnswer]] = []
        self.answered = asyncio.Condition()
        self.failures = 0
        self.refusal: Exception | None = None
        self.stuck_at: Callable[[str], bool] = NOWHERE
        """Uploads over a line so thin that they never arrive."""
        self.stuck: list[str] = []
        """What has begun so, and never ended by itself."""
        self.given_up: list[str] = []

    def fail_if_down(self) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable("The network does not answer.")

    async def wait_for(self, kind: type[Answer], merge_id: int, count: int) -> list[Answer]:
        def found() -> list[Answer]:
            return [a for _, a in self.answers if isinstance(a, kind) and cast(Any, a).merge_id == merge_id]

        async with self.answered, asyncio.timeout(20):
            await self.answered.wait_for(lambda: len(found()) >= count)
        return found()

    async def wait_for_all(self, kind: type[Answer], merge_id: int, numbers: set[int]) -> list[Answer]:
        """Until each of these miners has answered so."""

        def found() -> dict[int, Answer]:
            return {n: a for n, a in self.answers if isinstance(a, kind) and cast(Any, a).merge_id == merge_id}

        async with self.answered, asyncio.timeout(20):
            await self.answered.wait_for(lambda: numbers <= found().keys())
        return list(found().values())


class FakeClient:
    """The part of OrchestratorClient that a merger uses."""

    def __init__(self, orchestrator: FakeOrchestrator, number: int) -> None:
        self._orchestrator = orchestrator
        self._number = number

    async def put_object(self, key: str, data: bytes, kind: str = "merge") -> None:
        self._orchestrator.fail_if_down()
        if self._orchestrator.stuck_at(key):
            self._orchestrator.stuck.append(key)
            try:
                await asyncio.Event().wait()
            finally:
                self._orchestrator.given_up.append(key)
        self._orchestrator.objects[key] = data
        self._orchestrator.uploads += 1

    async def put_objects(self, objects: Mapping[str, bytes], kind: str = "merge") -> None:
        for key, data in objects.items():
            await self.put_object(key, data, kind)

    async def get_objects(self, refs: Sequence[ObjectRef]) -> list[bytes]:
        return [await self.get_object(ref) for ref in refs]

    async def get_object(self, ref: ObjectRef) -> bytes:
        self._orchestrator.fail_if_down()
        data = self._orchestrator.objects[ref.key]
        check_hash(data, ref.hash, "The object")
        assert len(data) <= ref.size_bytes
        return data

    async def answer_merges(self, answers: tuple[MergeAnswer, ...]) -> None:
        self._orchestrator.fail_if_down()
        if self._orchestrator.refusal is not None:
            raise self._orchestrator.refusal
        async with self._orchestrator.answered:
            self._orchestrator.answers += [(self._number, answer) for answer in answers]
            self._orchestrator.answered.notify_all()


class Miner:
    """A trainer with its merger, without a stage around them."""

    def __init__(
        self,
        run: RunSpec,
        trainer: Trainer,
        tokens: MakeTokens,
        world: FakeOrchestrator,
        number: int,
        folder: Path,
    ) -> None:
        self._run, self._tokens, self._next, self.number = run, tokens, number * 20, number
        self.trainer = trainer
        self.compute = ComputeThread()
        self.journal: list[StepCommitment] = []
        self.parts = [
            make_fragment(
                run,
                part,
                names,
                StateHead(stage=0, fragment=part, version=0),
                arithmetic.to_fixed(to_vector(trainer.weights, names).numpy()),
            )
            for part, names in enumerate(fragments(run.model, run.stages, 0, run.merge.fragments))
        ]
        self._client = cast(OrchestratorClient, cast(Any, FakeClient(world, number)))
        self.files = ResidualFiles(folder / str(number), run.run_id, 0, 10**6)
        self._begin()

    def _begin(self) -> None:
        run, node = self._run, f"{self.number:064x}"
        self.merger = Merger(
            run,
            node,
            self.parts,
            self.trainer,
            self.compute,
            self._client,
            self.journal.append,
            residuals=self.files,
        )
        self.loop = asyncio.create_task(self.merger.run())

    async def restart(self) -> None:
        """A kill: of what merges took away only what is on the disk is left, as load_shard finds it."""
        self.loop.cancel()
        await asyncio.gather(self.loop, return_exceptions=True)
        for part in self.parts:
            part.uploaded, part.own_sum = {}, None
            owed = self.files.owed(part.head, part.anchor.size)
            part.residual = np.zeros_like(part.residual) if owed is None else owed
        self._begin()

    @property
    def part(self) -> Fragment:
        return self.parts[0]

    def vector(self) -> torch.Tensor:
        return to_vector(self.trainer.weights, self.part.names)

    async def train(self, steps: int) -> None:
        for _ in range(steps):
            tokens = self._tokens(self._run, self._next)
            await self.compute.submit(
                Urgency.FORWARD, partial(self.trainer.forward, PacketKind.FORWARD, self._next, tokens)
            )
            self._next += 1


class Swarm:
    """Some miners of one stage and the orchestrator's part in their merges."""

    def __init__(self, run: RunSpec, miners: list[Miner], world: FakeOrchestrator) -> None:
        self.run, self.miners, self.world = run, miners, world
        self.active = miners
        self.uploads: list[UploadCommitted] = []

    def ask(self, task: MergeTask, miners: Sequence[Miner] | None = None) -> None:
        for miner in self.miners if miners is None else miners:
            miner.merger.take((task,))

    async def commit(
        self, merge_id: int, base: StateHead, miners: Sequence[Miner] | None = None
    ) -> list[UploadCommitted]:
        """Of these miners, who then merge."""
        self.active = list(self.miners if miners is None else miners)
        self.ask(CommitWanted(merge_id=merge_id, base=base, deadline_unix_ms=0), self.active)
        self.uploads = await self.world.wait_for(UploadCommitted, merge_id, len(self.active))
        return self.uploads

    def jobs(self) -> tuple[PartitionJob, ...]:
        return tuple(
            PartitionJob(
                partition=number,
                uploads=tuple(
                    UploadRef(node=one.partitions[number].codes.key.split("/")[3], codes=part.codes, scales=part.scales)
                    for one in self.uploads
                    for part in [one.partitions[number]]
                ),
            )
            for number in range(len(self.miners[0].part.slices))
        )

    async def sum(self, merge_id: int, base: StateHead) -> StateHead:
        """Report, decide, sum; asserts that all who report and sum agree to the bit."""
        count, slices, jobs = len(self.active), self.miners[0].part.slices, self.jobs()
        self.ask(ReportWanted(merge_id=merge_id, fragment=0, jobs=jobs), self.active)
        reports = await self.world.wait_for(PartitionReported, merge_id, count * len(slices))
        inner, scales = np.zeros((count, count)), []
        for number, part in enumerate(slices):
            (gram,) = {report.gram for report in reports if report.partition == number}
            objects = (self.world.objects[upload.scales.key] for upload in jobs[number].uploads)
            scales.append(np.stack([scales_from_bytes(data, part.tiles) for data in objects]))
            inner += products_of(gram_from_bytes(gram, count, part.numbers), list(scales[-1]))
        decided = coefficients(inner, np.concatenate(scales, axis=1), [1.0] * count)
        assert not any(decided.flagged)
        summing = []
        for number, part in enumerate(slices):
            data = arithmetic.coefficients_to_bytes(decided.part(part.first_tile, part.tiles))
            key = f"coefficients/{merge_id}/{number}"
            self.world.objects[key] = data
            ref = ObjectRef(key, hash_bytes(data), len(data))
            summing.append(PartitionJob(partition=number, uploads=jobs[number].uploads, coefficients=ref))
        self.ask(SumWanted(merge_id=merge_id, base=base, jobs=tuple(summing)), self.active)
        sums = await self.world.wait_for(PartitionSummed, merge_id, count * len(slices))
        results = []
        for number in range(len(slices)):
            mine = [one.result for one in sums if one.partition == number]
            assert len({result.hash for result in mine}) == 1
            results.append(mine[0])
        return self.publish(base, results)

    def publish(self, base: StateHead, results: list[ObjectRef]) -> StateHead:
        """What the orchestrator makes of agreed results: a whole state in the store, and its head."""
        version = base.version + 1
        if not base.version:
            keys, hashes = tuple(one.key for one in results), tuple(one.hash for one in results)
            return StateHead(stage=0, fragment=0, version=version, keys=keys, hashes=hashes)
        keys, hashes = (), ()
        for number, (part, ref) in enumerate(zip(self.miners[0].part.slices, results, strict=True)):
            data = self._stepped(self.world.objects[base.keys[number]], self.world.objects[ref.key], part)
            keys, hashes = (*keys, f"state/{version}/{number}"), (*hashes, hash_bytes(data))
            self.world.objects[keys[-1]] = data
        return StateHead(stage=0, fragment=0, version=version, keys=keys, hashes=hashes, deltas=tuple(results))

    def _stepped(self, base: bytes, delta: bytes, part: PartitionSlice) -> bytes:
        anchor, momentum = arithmetic.state_from_bytes(base, part.numbers)
        merge = self.run.merge
        merged = delta_of(delta_from_bytes(delta, part.numbers, merge.tile))
        rate, speed = arithmetic.outer_fixed(merge.outer_learning_rate), arithmetic.outer_fixed(merge.outer_momentum)
        return arithmetic.state_bytes(*arithmetic.outer_step(anchor, momentum, merged, rate, speed))

    async def apply(self, merge_id: int, head: StateHead, miners: Sequence[Miner], counted: bool = True) -> None:
        """`counted`: the merge took these miners' uploads."""
        self.ask(ApplyWanted(merge_id=merge_id, head=head, counted=merge_id if counted else None), miners)
        applied = await self.world.wait_for_all(FragmentApplied, merge_id, {miner.number for miner in miners})
        parts = [
            arithmetic.state_from_bytes(self.world.objects[key], part.numbers)[0]
            for key, part in zip(head.keys, self.miners[0].part.slices, strict=True)
        ]
        assert {one.hash for one in applied} == {arithmetic.fragment_hash(parts)}
