"""Merges: three miners come to the same bits, keep their own steps, and mend what time or another try can mend."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.compute.offload import DiskOffload
from engine.devices import OutOfMemory
from engine.network.answers import SessionLost
from protocol.errors import Refused
from protocol.hashes import hash_bytes
from protocol.merges import (
    CommitWanted,
    MergeTask,
    MergeTrouble,
    ReportWanted,
    SoloPublished,
    SoloWanted,
    StateHead,
    UploadCommitted,
)
from protocol.orchestrator_api import upload_key
from protocol.receipts import StepCommitment
from swarm import merge_arithmetic as arithmetic
from swarm.quantisation import codes_to_bytes, quantise
from tests.engine.merging_swarm import SEEDED


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
        while not swarm.world.stuck and deadline.holds():
            await asyncio.sleep(0.01)
        assert miner.merger.upload_bytes_per_second is not None
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
        while not swarm.world.stuck and deadline.holds():
            await asyncio.sleep(0.01)
        miner.merger.take(())
        while not swarm.world.given_up and deadline.holds():
            await asyncio.sleep(0.01)
        assert not miner.merger.handed_in and not miner.part.uploaded
        miner.loop.cancel()
        with pytest.raises(asyncio.CancelledError):
            await miner.loop


async def test_a_cancellation_that_a_library_left_behind_is_not_taken_for_the_end_when_an_upload_is_given_up(
    start: Callable[[int], Any], deadline: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request's timeout may cancel the task that waits, swallow that, and leave the task's count of cancellations."""
    async with start(1) as swarm:
        (miner,) = swarm.miners
        answer = miner.merger._client.answer_merges

        async def timed_out_once(answers: Any) -> None:
            here = asyncio.current_task()
            assert here is not None
            here.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
            assert here.cancelling()
            await answer(answers)

        monkeypatch.setattr(miner.merger._client, "answer_merges", timed_out_once)
        await miner.train(1)
        await swarm.commit(1, SEEDED)
        swarm.world.stuck_at = lambda key: True
        swarm.ask(CommitWanted(merge_id=2, base=SEEDED, deadline_unix_ms=0))
        while not swarm.world.stuck and deadline.holds():
            await asyncio.sleep(0.01)
        miner.merger.take(())
        while not swarm.world.given_up and deadline.holds():
            await asyncio.sleep(0.01)
        swarm.world.stuck_at = lambda key: False
        await swarm.commit(3, SEEDED)
        assert not miner.loop.done()


async def test_a_program_that_ends_while_it_uploads_ends(start: Callable[[int], Any], deadline: Any) -> None:
    async with start(1) as swarm:
        (miner,) = swarm.miners
        swarm.world.stuck_at = lambda key: True
        swarm.ask(CommitWanted(merge_id=1, base=SEEDED, deadline_unix_ms=0))
        while not swarm.world.stuck and deadline.holds():
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
        state_of = short.merger._taking_over._merged_state

        async def merged_state(*given: Any) -> Any:
            fetched.append(await state_of(*given))
            return fetched[-1]

        def apply_late(*given: Any) -> StepCommitment:
            if failures:
                raise failures.pop()
            applied: StepCommitment = apply(*given)
            return applied

        monkeypatch.setattr(short.merger._taking_over, "_merged_state", merged_state)
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
        leaver.merger._handing_in._steps[1] = leaver.trainer.own_steps
        await swarm.commit(1, SEEDED)
        assert not leaver.merger.handed_in
        head = await swarm.sum(1, SEEDED)
        await swarm.apply(1, head, swarm.miners)
        assert leaver.merger.handed_in
        await leaver.train(1)
        assert not leaver.merger.handed_in
