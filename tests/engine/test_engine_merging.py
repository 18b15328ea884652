"""Merges: three miners come to the same bits, keep their own steps, and mend what time or another try can mend."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import pytest
import torch

from engine.compute.offload import DiskOffload
from engine.compute.thread import ComputeThread, Urgency
from engine.devices import OutOfMemory
from engine.merging import merger
from engine.merging.fragments import Fragment, make_fragment
from engine.merging.merger import Merger
from engine.merging.residuals import ResidualFiles
from engine.network.orchestrator_client import OrchestratorClient, SessionLost
from engine.pipeline.passage import Parcel
from engine.shard.weights import fragments, to_vector
from engine.training.trainer import Trainer
from protocol.errors import Refused, Unavailable
from protocol.hashes import check_hash, hash_bytes
from protocol.merges import (
    ApplyWanted,
    CommitWanted,
    FragmentApplied,
    MergeAnswer,
    MergeTask,
    MergeTrouble,
    ObjectRef,
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
from protocol.orchestrator_api import upload_key
from protocol.packets import PacketKind
from protocol.receipts import StepCommitment
from protocol.runs import RunSpec
from swarm import merge_arithmetic as arithmetic
from swarm.merge_coefficients import coefficients
from swarm.merge_reports import gram_from_bytes, products_of
from swarm.merged_deltas import delta_from_bytes, delta_of
from swarm.partitions import PartitionSlice
from swarm.quantisation import codes_to_bytes, quantise, scales_from_bytes

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
                Urgency.FORWARD, lambda tokens=tokens: self.trainer.forward(PacketKind.FORWARD, self._next, tokens)
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


@pytest.fixture
def start(
    tiny_run: Callable[..., RunSpec],
    tiny_trainer: Callable[..., Trainer],
    tiny_tokens: MakeTokens,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Callable[[int], Any]:
    monkeypatch.setattr(merger, "RETRY_SECONDS", 0.01)

    @asynccontextmanager
    async def started(count: int) -> AsyncIterator[Swarm]:
        run, world = tiny_run(), FakeOrchestrator()
        miners = [Miner(run, tiny_trainer(run), tiny_tokens, world, number, tmp_path) for number in range(count)]
        try:
            yield Swarm(run, miners, world)
        finally:
            for miner in miners:
                miner.loop.cancel()
                await asyncio.gather(miner.loop, return_exceptions=True)
                await miner.compute.stop()

    return started


async def test_three_miners_merge_to_the_same_bits_and_keep_steps_taken_meanwhile(start: Callable[[int], Any]) -> None:
    async with start(3) as swarm:
        seeded = swarm.miners[0].vector()
        for number, miner in enumerate(swarm.miners):
            await miner.train(3 + number)
        committed = [miner.vector() for miner in swarm.miners]
        await swarm.commit(1, SEEDED)
        await swarm.miners[0].train(2)
        before = [miner.vector() for miner in swarm.miners]
        head = await swarm.sum(1, SEEDED)
        await swarm.apply(1, head, swarm.miners)
        merged = torch.from_numpy(arithmetic.from_fixed(swarm.miners[0].part.anchor))
        outer = swarm.run.merge
        delta = sum(committed) / 3 - seeded
        expected = seeded + outer.outer_learning_rate * (1 + outer.outer_momentum) * delta
        assert float((merged - expected).abs().max()) < 0.1 * float(delta.abs().max())
        busy, *idle = swarm.miners
        assert torch.equal(busy.vector(), merged + (before[0] - committed[0]))
        assert not torch.equal(busy.vector(), merged)
        for miner in idle:
            assert torch.equal(miner.vector(), merged)
        for miner in swarm.miners:
            (made,) = [line for line in miner.journal if line.merge_id == 1]
            assert made.step == miner.trainer.step
            assert made.microbatches == ()
            assert miner.part.head == head


async def test_what_quantising_took_away_goes_into_the_next_upload_once_its_merge_is_over(
    start: Callable[[int], Any],
) -> None:
    async with start(2) as swarm:
        miner, merge = swarm.miners[0], swarm.run.merge
        for each in swarm.miners:
            await each.train(3)
        delta = miner.vector().numpy() - arithmetic.from_fixed(miner.part.anchor)
        _, residual = quantise(delta, merge.tile, merge.upload)
        await swarm.commit(1, SEEDED)
        assert not miner.part.residual.any(), "a merge that may yet fail takes nothing away"
        await swarm.apply(1, await swarm.sum(1, SEEDED), swarm.miners)
        assert np.array_equal(miner.part.residual, residual) and residual.any()
        head = miner.part.head
        await miner.train(2)
        delta = miner.vector().numpy() - arithmetic.from_fixed(miner.part.anchor) + residual
        expected, _ = quantise(delta, merge.tile, merge.upload)
        await swarm.commit(2, head)
        (mine,) = [answer for number, answer in swarm.world.answers[-2:] if number == 0]
        sent = b"".join(swarm.world.objects[part.codes.key] for part in mine.partitions)
        parts = [expected.codes[part.start : part.end] for part in miner.part.slices]
        assert sent == b"".join(codes_to_bytes(one, merge.tile, merge.upload) for one in parts)


async def test_the_steps_of_a_miner_that_missed_a_merge_go_into_its_next_upload(start: Callable[[int], Any]) -> None:
    async with start(3) as swarm:
        *two, late = swarm.miners
        for miner in swarm.miners:
            await miner.train(2)
        own_steps = late.vector() - torch.from_numpy(arithmetic.from_fixed(late.part.anchor))
        await swarm.commit(1, SEEDED, two)
        head = await swarm.sum(1, SEEDED)
        late.merger.take((CommitWanted(merge_id=2, base=head, deadline_unix_ms=0),))
        await swarm.apply(1, head, two)
        await swarm.apply(1, head, [late], counted=False)
        merged = torch.from_numpy(arithmetic.from_fixed(two[0].part.anchor))
        assert np.array_equal(late.part.anchor, two[0].part.anchor)
        assert torch.allclose(late.vector(), merged + own_steps, atol=1e-6)
        for miner in two:
            await miner.train(2)
        await swarm.commit(2, head)
        sent = late.vector().numpy() - late.part.uploaded[2].residual - arithmetic.from_fixed(late.part.anchor)
        assert np.allclose(sent + late.part.uploaded[2].residual, own_steps.numpy(), atol=1e-6)
        await swarm.apply(2, await swarm.sum(2, head), swarm.miners)
        assert torch.equal(late.vector(), two[0].vector())
        late.merger.take((CommitWanted(merge_id=3, base=head, deadline_unix_ms=0),))
        (trouble,) = await swarm.world.wait_for(MergeTrouble, 3, 1)
        assert trouble.code == "refused", "a merge on a state that is behind it"


async def test_an_upload_that_came_too_late_to_count_is_not_lost(start: Callable[[int], Any]) -> None:
    async with start(3) as swarm:
        *two, late = swarm.miners
        for miner in swarm.miners:
            await miner.train(2)
        seeded = torch.from_numpy(arithmetic.from_fixed(late.part.anchor))
        await swarm.commit(1, SEEDED)
        swarm.uploads, swarm.active = swarm.uploads[:2], two
        await late.train(1)
        own_steps = late.vector() - seeded
        await swarm.apply(1, await swarm.sum(1, SEEDED), two)
        await swarm.apply(1, two[0].part.head, [late], counted=False)
        merged = torch.from_numpy(arithmetic.from_fixed(late.part.anchor))
        assert torch.allclose(late.vector(), merged + own_steps, atol=1e-6)
        assert not late.part.residual.any(), "its codes are in nobody's sum, so nothing was taken away"
        assert not late.part.uploaded


async def test_where_memory_is_short_everything_between_merges_lies_on_the_disk(
    start: Callable[[int], Any], tmp_path: Path
) -> None:
    async with start(2) as swarm:
        one, other = swarm.miners
        one.part.put_away = DiskOffload(tmp_path, 10**6).array
        for merge_id in (1, 2):
            for miner in swarm.miners:
                await miner.train(2)
            base = one.part.head
            await swarm.commit(merge_id, base)
            await swarm.apply(merge_id, await swarm.sum(merge_id, base), swarm.miners)
            for kept in (one.part.anchor, one.part.momentum, one.part.residual):
                assert isinstance(kept, np.memmap)
        assert np.array_equal(one.part.anchor, other.part.anchor)
        assert np.array_equal(one.part.momentum, other.part.momentum)


async def test_what_was_counted_before_a_restart_is_not_added_again(start: Callable[[int], Any]) -> None:
    async with start(2) as swarm:
        one, other = swarm.miners
        for miner in swarm.miners:
            await miner.train(2)
        await swarm.commit(1, SEEDED)
        head = await swarm.sum(1, SEEDED)
        one.part.uploaded.clear()
        one.part.own_sum = None
        await swarm.apply(1, head, swarm.miners)
        assert torch.equal(one.vector(), other.vector())


async def test_later_merges_travel_as_deltas_and_a_spoilt_one_is_made_good_by_the_whole_state(
    start: Callable[[int], Any],
) -> None:
    async with start(2) as swarm:
        one, other = swarm.miners
        for miner in swarm.miners:
            await miner.train(2)
        await swarm.commit(1, SEEDED)
        await swarm.apply(1, await swarm.sum(1, SEEDED), swarm.miners)
        for miner in swarm.miners:
            await miner.train(2)
        head = one.part.head
        await swarm.commit(2, head)
        head = await swarm.sum(2, head)
        assert sum(ref.size_bytes for ref in head.deltas) < 1.1 * one.part.anchor.size
        await swarm.apply(2, head, [one])
        other.part.own_sum, other.part.anchor = None, other.part.anchor + 1  # its memory is not what it was
        await swarm.apply(2, head, swarm.miners)
        assert np.array_equal(other.part.anchor, one.part.anchor)
        assert np.array_equal(other.part.momentum, one.part.momentum)


async def test_who_adds_up_a_whole_fragment_trains_on_it_before_the_others_confirm_it(
    start: Callable[[int], Any],
) -> None:
    async with start(2) as swarm:
        for miner in swarm.miners:
            await miner.train(2)
        await swarm.commit(1, SEEDED)
        head = await swarm.sum(1, SEEDED)
        for miner in swarm.miners:
            assert miner.part.head == SEEDED, "nobody has told them of a result"
        one, other = swarm.miners
        assert torch.equal(one.vector(), other.vector())
        await one.train(1)
        trained, step = one.vector(), one.trainer.step
        await swarm.apply(1, head, swarm.miners)
        assert one.part.head == other.part.head == head
        assert torch.equal(one.vector(), trained)
        assert one.trainer.step == step, "what is in place already is no new step"


async def test_where_the_others_found_something_else_only_the_difference_is_put_right(
    start: Callable[[int], Any],
) -> None:
    async with start(2) as swarm:
        for miner in swarm.miners:
            await miner.train(2)
        await swarm.commit(1, SEEDED)
        head = await swarm.sum(1, SEEDED)
        miner = swarm.miners[0]
        own = miner.vector()
        await miner.train(1)
        own_step = miner.vector() - own
        part = miner.part.slices[0]
        anchor, momentum = arithmetic.state_from_bytes(swarm.world.objects[head.keys[0]], part.numbers)
        decided = arithmetic.state_bytes(anchor + 1000, momentum)
        swarm.world.objects["decided"] = decided
        keys, hashes = ("decided", *head.keys[1:]), (hash_bytes(decided), *head.hashes[1:])
        right = StateHead(stage=0, fragment=0, version=1, keys=keys, hashes=hashes)
        await swarm.apply(1, right, swarm.miners)
        merged = torch.from_numpy(arithmetic.from_fixed(miner.part.anchor))
        assert not torch.equal(merged, own)
        assert torch.allclose(miner.vector(), merged + own_step, atol=1e-6)


async def test_alone_in_its_stage_a_miner_publishes_its_own_weights(start: Callable[[int], Any]) -> None:
    async with start(1) as swarm:
        (miner,) = swarm.miners
        await miner.train(3)
        own = arithmetic.to_fixed(miner.vector().numpy())
        swarm.ask(SoloWanted(merge_id=1, base=SEEDED, deadline_unix_ms=0))
        (published,) = await swarm.world.wait_for(SoloPublished, 1, 1)
        states = published.states
        keys, hashes = tuple(state.key for state in states), tuple(state.hash for state in states)
        head = StateHead(stage=0, fragment=0, version=1, keys=keys, hashes=hashes)
        await swarm.apply(1, head, [miner], counted=False)  # nobody else took anything of it
        assert np.array_equal(miner.part.anchor, own)
        assert torch.equal(miner.vector(), torch.from_numpy(arithmetic.from_fixed(own)))


async def test_an_orchestrator_that_is_down_for_a_while_gets_the_same_answer_later(start: Callable[[int], Any]) -> None:
    async with start(1) as swarm:
        await swarm.miners[0].train(1)
        slices = len(swarm.miners[0].part.slices)
        swarm.world.failures = 3
        await swarm.commit(1, SEEDED)
        assert swarm.world.uploads == 2 * slices
        swarm.world.uploads = 0
        swarm.ask(CommitWanted(merge_id=2, base=SEEDED, deadline_unix_ms=0))
        async with asyncio.timeout(10):
            while swarm.world.uploads < 2 * slices:
                await asyncio.sleep(0)
        swarm.world.failures = 4
        await swarm.world.wait_for(UploadCommitted, 2, 1)
        assert swarm.world.uploads == 2 * slices, "what is uploaded is not made again for an answer that got lost"


@pytest.mark.parametrize("tasks", [(), (CommitWanted(merge_id=2, base=SEEDED, deadline_unix_ms=0),)])
async def test_an_upload_that_is_not_wanted_any_more_ends_and_tells_how_thin_its_line_is(
    start: Callable[[int], Any], tasks: tuple[MergeTask, ...], deadline: Any
) -> None:
    async with start(1) as swarm:
        (miner,) = swarm.miners
        await miner.train(2)
        second = upload_key(1, f"{0:064x}", 1, "codes")
        swarm.world.stuck_at = lambda key: key == second
        swarm.ask(CommitWanted(merge_id=1, base=SEEDED, deadline_unix_ms=0))
        while miner.merger.upload_bytes_per_second is None and deadline.holds():
            await asyncio.sleep(0.01)
        assert not swarm.world.given_up
        miner.merger.take(tasks)
        while not swarm.world.given_up and deadline.holds():
            await asyncio.sleep(0.01)
        assert swarm.world.given_up == [second]
        await swarm.commit(2, SEEDED)
        assert list(miner.part.uploaded) == [2], "nothing of the one that was given up counts"
        assert [answer for _, answer in swarm.world.answers] == swarm.uploads


async def test_a_state_that_is_published_to_nobody_is_not_handed_in(start: Callable[[int], Any], deadline: Any) -> None:
    async with start(1) as swarm:
        (miner,) = swarm.miners
        await miner.train(1)
        swarm.world.stuck_at = lambda key: True
        swarm.ask(SoloWanted(merge_id=1, base=SEEDED, deadline_unix_ms=0))
        while miner.merger._uploading is None and deadline.holds():
            await asyncio.sleep(0.01)
        miner.merger.take(())
        while not swarm.world.given_up and deadline.holds():
            await asyncio.sleep(0.01)
        assert not miner.merger.handed_in and not miner.part.uploaded
        miner.loop.cancel()
        with pytest.raises(asyncio.CancelledError):
            await miner.loop


async def test_a_program_that_ends_while_it_uploads_ends(start: Callable[[int], Any], deadline: Any) -> None:
    async with start(1) as swarm:
        (miner,) = swarm.miners
        swarm.world.stuck_at = lambda key: True
        swarm.ask(CommitWanted(merge_id=1, base=SEEDED, deadline_unix_ms=0))
        while miner.merger._uploading is None and deadline.holds():
            await asyncio.sleep(0.01)
        miner.merger.take(())
        miner.loop.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(miner.loop, 10)


async def test_a_merge_for_which_memory_is_short_is_taken_later_and_not_fetched_again(
    start: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start(3) as swarm:
        for miner in swarm.miners:
            await miner.train(2)
        await swarm.commit(1, SEEDED)
        head = await swarm.sum(1, SEEDED)
        short = swarm.miners[2]
        apply, failures, fetched = short.trainer.apply_fragment, [OutOfMemory("full", "wait")] * 3, []
        state_of = short.merger._merged_state

        async def merged_state(*given: Any) -> Any:
            fetched.append(await state_of(*given))
            return fetched[-1]

        def apply_late(*given: Any) -> StepCommitment:
            if failures:
                raise failures.pop()
            return apply(*given)

        monkeypatch.setattr(short.merger, "_merged_state", merged_state)
        monkeypatch.setattr(short.trainer, "apply_fragment", apply_late)
        short.part.own_sum = None
        await swarm.apply(1, head, swarm.miners)
        assert not failures
        assert len(fetched) == 4
        assert all(each is fetched[0] for each in fetched)
        assert short.part.head == head


async def test_an_object_with_another_hash_is_told_and_harms_no_later_merge(start: Callable[[int], Any]) -> None:
    async with start(2) as swarm:
        for miner in swarm.miners:
            await miner.train(1)
        await swarm.commit(1, SEEDED)
        key = swarm.uploads[0].partitions[0].codes.key
        swarm.world.objects[key] = bytes(len(swarm.world.objects[key]))
        swarm.ask(ReportWanted(merge_id=1, fragment=0, jobs=swarm.jobs()))
        # Its owner has its own codes still and reports; the other can't.
        troubles = await swarm.world.wait_for(MergeTrouble, 1, 1)
        assert {trouble.code for trouble in troubles} == {"integrity"}
        await swarm.commit(2, SEEDED)
        await swarm.apply(2, await swarm.sum(2, SEEDED), swarm.miners)


async def test_a_refused_answer_ends_its_task_and_a_lost_session_the_service(start: Callable[[int], Any]) -> None:
    async with start(1) as swarm:
        swarm.world.refusal = Refused("This merge is of another part of the model.")
        swarm.ask(CommitWanted(merge_id=1, base=SEEDED, deadline_unix_ms=0))
        async with asyncio.timeout(10):
            while not swarm.miners[0].merger._answered:
                await asyncio.sleep(0.01)
        swarm.world.refusal = None
        await swarm.commit(2, SEEDED)
        swarm.world.refusal = SessionLost("The network no longer knows this session.")
        swarm.ask(CommitWanted(merge_id=3, base=SEEDED, deadline_unix_ms=0))
        with pytest.raises(SessionLost):
            await asyncio.wait_for(swarm.miners[0].loop, 10)


async def test_a_leaver_has_handed_in_once_its_last_steps_are_in_a_merge_that_is_over(start: Any) -> None:
    async with start(2) as swarm:
        leaver = swarm.miners[0]
        assert leaver.merger.handed_in
        for miner in swarm.miners:
            await miner.train(2)
        assert not leaver.merger.handed_in
        # The tiny run has two fragments; the other one is taken as handed in.
        leaver.merger._handed_in[1] = leaver.trainer.own_steps
        await swarm.commit(1, SEEDED)
        assert not leaver.merger.handed_in
        head = await swarm.sum(1, SEEDED)
        await swarm.apply(1, head, swarm.miners)
        assert leaver.merger.handed_in
        await leaver.train(1)
        assert not leaver.merger.handed_in


async def merged_twice(swarm: Swarm) -> Miner:
    """Its first miner owes something that is known on the disk, and has trained on."""
    for miner in swarm.miners:
        await miner.train(3)
    await swarm.commit(1, SEEDED)
    await swarm.apply(1, await swarm.sum(1, SEEDED), swarm.miners)
    for miner in swarm.miners:
        await miner.train(2)
    one: Miner = swarm.miners[0]
    assert one.part.residual.any()
    return one


def nearly(found: Any, expected: Any) -> bool:
    """As near as eight bits keep it."""
    return bool(np.abs(found - expected).max() <= np.abs(expected).max() / 200)


async def test_what_quantising_took_away_survives_a_restart(start: Callable[[int], Any]) -> None:
    async with start(2) as swarm:
        miner = await merged_twice(swarm)
        owed = miner.part.residual.copy()
        await miner.restart()
        assert miner.part.residual.any() and nearly(miner.part.residual, owed)
        merge, base = swarm.run.merge, miner.part.head
        delta = miner.vector().numpy() - arithmetic.from_fixed(miner.part.anchor) + miner.part.residual
        expected, _ = quantise(delta, merge.tile, merge.upload)
        await swarm.commit(2, base)
        (mine,) = [answer for number, answer in swarm.world.answers[-2:] if number == 0]
        sent = b"".join(swarm.world.objects[part.codes.key] for part in mine.partitions)
        parts = [expected.codes[part.start : part.end] for part in miner.part.slices]
        assert sent == b"".join(codes_to_bytes(one, merge.tile, merge.upload) for one in parts)


@pytest.mark.parametrize("kept", [True, False])
async def test_killed_after_an_upload_that_counts_a_miner_owes_what_that_one_left_and_nothing_twice(
    start: Callable[[int], Any], kept: bool
) -> None:
    async with start(2) as swarm:
        miner = await merged_twice(swarm)
        base = miner.part.head
        await swarm.commit(2, base)
        left = miner.part.uploaded[2].residual.copy()
        head = await swarm.sum(2, base)
        if not kept:
            (miner.files._path("sent", 0)).unlink()
        await miner.restart()
        assert miner.part.residual.any(), "until the merge is over, what was owed before is"
        await swarm.apply(2, head, swarm.miners)
        if kept:
            assert nearly(miner.part.residual, left)
        else:
            assert not miner.part.residual.any(), "it went along in the upload"


async def test_killed_after_an_upload_that_does_not_count_a_miner_owes_what_it_owed(
    start: Callable[[int], Any],
) -> None:
    async with start(3) as swarm:
        miner = await merged_twice(swarm)
        base, owed = miner.part.head, miner.part.residual.copy()
        await swarm.commit(2, base)
        await miner.restart()
        swarm.uploads, swarm.active = swarm.uploads[1:], swarm.miners[1:]
        head = await swarm.sum(2, base)
        await swarm.apply(2, head, swarm.miners[1:])
        await swarm.apply(2, head, [miner], counted=False)
        assert nearly(miner.part.residual, owed)
        await miner.restart()
        assert nearly(miner.part.residual, owed), "on the new state as well"


async def test_killed_between_taking_a_merge_over_and_writing_it_down_a_miner_owes_nothing_twice(
    start: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start(2) as swarm:
        miner = await merged_twice(swarm)
        base = miner.part.head
        await swarm.commit(2, base)
        head = await swarm.sum(2, base)
        monkeypatch.setattr(miner.files, "keep_owed", lambda *_: None)
        await swarm.apply(2, head, swarm.miners)
        await miner.restart()
        assert miner.part.head == head and not miner.part.residual.any(), "the file is of the state before"
        assert miner.files.owed(base, miner.part.anchor.size) is None, "and gone for good"


async def test_a_state_that_an_earlier_life_may_have_published_leaves_nothing_owed(start: Callable[[int], Any]) -> None:
    async with start(2) as swarm:
        miner = await merged_twice(swarm)
        base = miner.part.head
        swarm.ask(SoloWanted(merge_id=2, base=base, deadline_unix_ms=0), [miner])
        (published,) = await swarm.world.wait_for(SoloPublished, 2, 1)
        await miner.restart()
        assert miner.part.residual.any()
        keys, hashes = tuple(one.key for one in published.states), tuple(one.hash for one in published.states)
        head = StateHead(stage=0, fragment=0, version=base.version + 1, keys=keys, hashes=hashes)
        await swarm.apply(2, head, [miner], counted=False)
        assert not miner.part.residual.any()
