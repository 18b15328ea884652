"""Merges over the wire: phases, restarts in each of them, liars, silent miners, a miner alone in its stage."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from protocol import merges as wire
from protocol import orchestrator_api as api
from protocol.engine_control import EnginePhase
from protocol.hashes import hash_bytes
from protocol.runs import RunSpec
from protocol.validator_api import DisputeVerdict
from subnet.orchestrator.merging.fragment_sizes import fragment_numbers
from subnet.orchestrator.merging.schedule import first_merge_steps
from swarm import merge_arithmetic as arithmetic
from swarm.merge_reports import gram_to_bytes, partition_gram
from swarm.merged_deltas import MergedDelta, delta_from_bytes, delta_of, delta_to_bytes, rounded
from swarm.partitions import split
from swarm.quantisation import (
    codes_from_bytes,
    codes_to_bytes,
    dequantise,
    quantise,
    scales_from_bytes,
    scales_to_bytes,
)

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
        await one.deliver(one.commitment(0), one.commitment(1, (0,)), one.commitment(2, (1,)))
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


@pytest.fixture
def capable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stage 1 is the one that newcomers are sent to."""
    monkeypatch.setattr("subnet.orchestrator.miners.miners.place_newcomer", _crowded)


def _crowded(_loads: Any, others: Any, _newcomer: Any, previous: int | None) -> int:
    return previous if previous is not None else min(1, len(others))


pytestmark = pytest.mark.usefixtures("capable")


async def test_three_miners_merge_to_the_bit_and_all_find_the_same_hash(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    assert (await phases(net))[STAGE] == "collecting"
    await until_done(net, mergers)
    assert await net.rows("select count(*), min(matches) from applied") == [(3, 1)]
    assert await net.rows(f"select version from fragment_states where stage = {STAGE}") == [(1,)]
    # The merged anchor is the mean of the three uploads times the outer step, within the rounding of their sum.
    keys = [f"runs/small/state/s1/f0/v1/p{number}" for number in range(2)]
    anchors = [
        arithmetic.state_from_bytes(net.store.read(key, 10**6), part.numbers)[0]
        for key, part in zip(keys, mergers[0].slices, strict=True)
    ]
    merge = run.merge
    mean = np.mean([dequantise(quantise(merger.delta, merge.tile, merge.upload)[0]) for merger in mergers], axis=0)
    expected = 0.7 * (1 + 0.6) * mean
    assert np.abs(arithmetic.from_fixed(np.concatenate(anchors)) - expected).max() < 2e-4


async def test_a_restart_in_every_phase_loses_nothing(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    seen: list[str] = []

    async def restart() -> None:
        seen.append((await phases(net))[STAGE])
        await net.restart()

    await until_done(net, mergers, restart)
    assert {"weighing", "applying", "summing"} & set(seen)
    assert await net.rows(f"select version from fragment_states where stage = {STAGE}") == [(1,)]
    assert await net.rows("select count(*), min(matches) from applied") == [(3, 1)]


async def test_a_restart_after_each_single_answer_changes_no_result(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 2)
    for _ in range(12):
        for merger in mergers:
            if await merger.turn():
                await net.restart()
        await net.tick()
    assert (await phases(net))[STAGE] == "done"
    assert await net.rows("select count(*), min(matches) from applied") == [(2, 1)]


async def second_merge(net: Any, mergers: list[Merger]) -> None:
    """Everybody takes the steps that make the next merge due, and it is opened."""
    for merger in mergers:
        steps = [merger.miner.commitment(step, (step % 8,)) for step in (3, 4, 5, 6)]
        await merger.miner.deliver(*steps)
    await net.tick()


async def test_later_merges_travel_as_deltas_and_the_store_keeps_the_whole_state(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    await until_done(net, mergers)
    await second_merge(net, mergers)
    await until_two_done(net, mergers)
    assert [merger.stepped for merger in mergers] == [1, 1, 1], "the deltas gave the state that the store has"
    assert await net.rows("select count(*), min(matches) from applied") == [(6, 1)]
    assert net.store.keys(f"runs/small/deltas/s{STAGE}/f0/v2")
    assert not net.store.keys(f"runs/small/deltas/s{STAGE}/f0/v1"), "version 0 is in no store, so v1 travelled whole"


async def until_two_done(net: Any, mergers: list[Merger]) -> None:
    for _ in range(20):
        for merger in mergers:
            await merger.turn()
        await net.tick()
        done = await net.rows(f"select count(*) from merges where stage = {STAGE} and phase = 'done'")
        if done == [(2,)] and not any([await merger.tasks() for merger in mergers]):
            return
    raise AssertionError(await phases(net))


async def test_who_stands_on_another_state_is_left_out_of_the_next_merge(
    net: Any, small_run: Any, error_of: Any
) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    await until_done(net, mergers)
    astray = mergers[2]
    forget = "update held_fragments set version = 0 where node = ?"
    await net.database.write(lambda c: c.exec_driver_sql(forget, (astray.miner.node,)))
    await second_merge(net, mergers[:2])
    (commit,) = [task for task in await astray.tasks() if isinstance(task, wire.CommitWanted)]
    assert error_of(await astray.miner.answer(await astray._commit(commit.merge_id))) == (403, "refused")
    await until_two_done(net, mergers[:2])
    query = f"select count(distinct node) from merge_uploads where merge_id = {commit.merge_id}"
    assert await net.rows(query) == [(2,)]


async def test_a_miner_alone_publishes_its_own_weights(net: Any, small_run: Any) -> None:
    run = small_run()
    solo, _ = await swarm_of(net, run, 2)
    assert [type(task).__name__ for task in await solo.tasks()] == ["SoloWanted"]
    await solo.turn()
    await net.tick()
    ((head_json,),) = await net.rows("select head_json from fragment_states where stage = 0")
    assert b'"version":1' in head_json
    assert [type(task).__name__ for task in await solo.tasks()] == ["ApplyWanted"]
    await solo.turn()
    assert await solo.tasks() == ()


async def test_an_upload_that_is_not_what_was_announced_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 2)
    (task,) = await mergers[0].tasks()
    answer = await mergers[0]._commit(task.merge_id)
    key = api.upload_key(task.merge_id, mergers[0].miner.node, 0, "codes")
    await mergers[0].miner.put(key, bytes(mergers[0].slices[0].numbers // 2))
    assert error_of(await mergers[0].miner.answer(answer)) == (400, "integrity")
    missing = api.upload_key(task.merge_id, mergers[0].miner.node, 1, "codes")
    net.store.delete(missing)
    assert error_of(await mergers[0].miner.answer(answer))[0] in (400, 404)
    assert (await phases(net))[STAGE] == "collecting"
    await until_done(net, mergers)


async def test_codes_can_not_be_changed_after_they_were_committed(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 2)
    await mergers[0].turn()
    ((merge_id,),) = await net.rows(f"select max(merge_id) from merges where stage = {STAGE}")
    key = api.upload_key(merge_id, mergers[0].miner.node, 0, "codes")
    await mergers[0].miner.put(key, bytes(mergers[0].slices[0].numbers // 2))
    await until_done(net, mergers)
    assert await net.rows("select min(matches) from applied") == [(1,)]


async def test_a_miner_that_vanishes_holds_nobody_up(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    for merger in mergers:
        await merger.turn()
    assert (await phases(net))[STAGE] == "reporting"
    gone = mergers.pop()
    await gone.miner.call(api.LEAVE_PATH, api.LeaveRequest())
    await until_done(net, mergers)
    # Its committed upload was not lost.
    ((state,),) = await net.rows(f"select state_json from merges where stage = {STAGE}")
    ((uploads,),) = await net.rows("select count(distinct node) from merge_uploads")
    assert uploads == 3 and b"done" in state
    # When it comes back it starts from the merged state.
    await gone.miner.register()
    assert [head.version for head in gone.miner.registered.heads] == [1]


async def test_a_silent_miner_is_left_out_when_the_time_is_up(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    for merger in mergers[:2]:
        await merger.turn()
    assert (await phases(net))[STAGE] == "collecting"
    for _ in range(6):
        for merger in mergers:
            await merger.miner.beat()
        await net.tick(4.0)
    assert (await phases(net))[STAGE] == "reporting"


async def test_a_paused_miner_takes_over_the_result_when_it_is_back(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    await mergers[2].miner.beat(EnginePhase.PAUSED)
    await until_done(net, mergers[:2])
    await mergers[2].miner.beat()
    assert [type(task).__name__ for task in await mergers[2].tasks()] == ["ApplyWanted"]
    await mergers[2].turn()
    assert await net.rows("select count(*), min(matches) from applied") == [(3, 1)]


async def test_a_liar_among_three_is_outvoted_for_now_and_named_by_a_validator(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3, lies=(1,))
    await until_done(net, mergers)
    liar = mergers[1].miner.node
    blamed = await net.rows("select distinct node, phase from merge_blames")
    assert blamed == [(liar, "reporting")]  # a report is recomputed by the orchestrator itself
    disputes = await net.rows("select dispute_id, provisional, right_hash from disputes where sampled = 0")
    assert disputes and all(provisional for _, provisional, _ in disputes)
    service = net.service
    for dispute_id, _, right_hash in disputes:
        verdict = DisputeVerdict(dispute_id=dispute_id, right_hash=right_hash)
        await net.database.write(lambda c, one=verdict: service.settle_dispute(c, one, "judge", net.now_ms))
    await net.tick()
    assert set(await net.rows("select distinct node, phase from merge_blames")) == {
        (liar, "reporting"),
        (liar, "summing"),
    }
    assert await net.rows("select distinct decided_by, provisional from disputes where sampled = 0") == [("judge", 0)]


async def test_while_a_validator_is_at_work_a_dispute_waits_for_it(net: Any, small_run: Any) -> None:
    from subnet.orchestrator.auditing.audits import see_validator

    run = small_run()
    _, mergers = await swarm_of(net, run, 3, lies=(2,))
    await net.database.write(lambda c: see_validator(c, "judge", net.now_ms))
    for _ in range(8):
        for merger in mergers:
            await merger.turn()
        await net.tick()
    assert (await phases(net))[STAGE] == "summing"
    for dispute_id, claims in await net.rows("select dispute_id, claims_json from disputes where sampled = 0"):
        honest = mergers[0].miner.node.encode()
        right = claims.split(honest + b'":"')[1][:64].decode()
        verdict = DisputeVerdict(dispute_id=dispute_id, right_hash=right)
        await net.database.write(lambda c, one=verdict: net.service.settle_dispute(c, one, "judge", net.now_ms))
    await until_done(net, mergers)
    assert (mergers[2].miner.node, "summing") in await net.rows("select distinct node, phase from merge_blames")


async def test_a_verdict_without_a_state_decides_nothing(net: Any, small_run: Any) -> None:
    from subnet.orchestrator.auditing.audits import see_validator

    run = small_run()
    _, mergers = await swarm_of(net, run, 3, lies=(0,))
    await net.database.write(lambda c: see_validator(c, "judge", net.now_ms))
    for _ in range(8):
        for merger in mergers:
            await merger.turn()
        await net.tick()
    (dispute_id,) = (await net.rows("select min(dispute_id) from disputes where sampled = 0"))[0]
    verdict = DisputeVerdict(dispute_id=dispute_id, right_hash="ab" * 32)
    await net.database.write(lambda c: net.service.settle_dispute(c, verdict, "judge", net.now_ms))
    await net.tick()
    assert await net.rows(f"select decided_unix_ms from disputes where dispute_id = {dispute_id}") == [(None,)]


async def test_an_answer_that_nobody_asked_for_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    run = small_run()
    solo, mergers = await swarm_of(net, run, 2)
    (task,) = await mergers[0].tasks()
    foreign = await mergers[0]._commit(task.merge_id)
    assert error_of(await solo.miner.answer(foreign)) == (403, "refused")
    unknown = wire.FragmentApplied(merge_id=999, hash="ab" * 32)
    assert error_of(await solo.miner.answer(unknown)) == (404, "refused")
    early = wire.FragmentApplied(merge_id=task.merge_id, hash="ab" * 32)
    assert error_of(await mergers[0].miner.answer(early)) == (403, "refused")


async def test_old_states_and_finished_merges_leave_the_store(net: Any, small_run: Any) -> None:
    run = small_run()
    solo, _ = await swarm_of(net, run, 1)
    for version in range(1, 6):
        await solo.turn()
        await net.tick()
        await solo.turn()
        steps = range(2 * version + 1, 2 * version + 3)
        await solo.miner.deliver(*(solo.miner.commitment(step, (step % 8,)) for step in steps))
        await net.tick()
    versions = {int(key.split("/v")[1].split("/")[0]) for key in net.store.keys("runs/small/state/s0")}
    assert versions == {3, 4, 5}
    for _ in range(20):
        await net.tick(4.0)
    finished = await net.rows("select merge_id from merges where finished_unix_ms is not null")
    assert all(net.store.keys(f"merges/{merge_id}") == [] for (merge_id,) in finished)


def test_fragments_take_turns_from_the_start() -> None:
    assert [first_merge_steps(50, fragment, 5) for fragment in range(5)] == [10, 20, 30, 40, 50]
    assert first_merge_steps(1, 0, 4) == 1
