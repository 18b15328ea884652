"""A miner's own sum of a merge, in place before the others' word: whatever becomes of that merge, the miner's own steps
are in one sum and no other's twice."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch

from engine.merging.fragments import Fragment, OwnSum, Upload
from engine.merging.taking_over import own_steps_since
from protocol.merges import ApplyWanted, FragmentApplied, MergeTask, PartitionSummed, SumWanted
from swarm import merge_arithmetic as arithmetic
from swarm.partitions import PartitionSlice
from tests.engine.merging_swarm import SEEDED, Miner, Swarm


def beneath(miner: Miner) -> torch.Tensor:
    return torch.from_numpy(arithmetic.from_fixed(miner.part.anchor))


async def train_all(swarm: Swarm, steps: int = 3) -> list[torch.Tensor]:
    """Each miner's own work since the state beneath."""
    for miner in swarm.miners:
        await miner.train(steps)
    return [miner.vector() - beneath(miner) for miner in swarm.miners]


async def test_what_others_did_in_a_merge_that_came_to_nothing_is_no_step_of_this_miners(
    start: Callable[[int], Any],
) -> None:
    """It had added that merge up; the next one on the same state is made without it."""
    async with start(3) as swarm:
        paused, *others = swarm.miners
        own, *_ = await train_all(swarm)
        await swarm.commit(1, SEEDED)
        await swarm.sum(1, SEEDED)
        assert paused.part.own_sum is not None
        before = paused.vector()
        await paused.train(1)
        own += paused.vector() - before
        await swarm.commit(2, SEEDED, others)
        head = await swarm.sum(2, SEEDED)
        await swarm.apply(2, head, others)
        await swarm.apply(2, head, [paused], counted=False)
        assert torch.allclose(paused.vector() - beneath(paused), own, atol=1e-5)


async def test_a_merge_after_one_that_came_to_nothing_is_as_if_that_had_never_been(
    start: Callable[[int], Any],
) -> None:
    async with start(3) as swarm:
        work = await train_all(swarm)
        await swarm.commit(1, SEEDED)
        await swarm.sum(1, SEEDED)
        await swarm.commit(2, SEEDED)
        for miner, own in zip(swarm.miners, work, strict=True):
            assert torch.allclose(miner.vector() - beneath(miner), own, atol=1e-5)
            assert torch.allclose(miner.part.uploaded[2].weights - beneath(miner), own, atol=1e-5)
        *counted, late = swarm.miners
        swarm.uploads, swarm.active = swarm.uploads[:2], counted
        head = await swarm.sum(2, SEEDED)
        await swarm.apply(2, head, counted)
        await swarm.apply(2, head, [late], counted=False)
        assert torch.equal(counted[0].vector(), beneath(late))
        assert torch.allclose(late.vector() - beneath(late), work[2], atol=1e-5)


async def test_who_adds_up_a_merge_that_its_own_upload_came_too_late_for_keeps_its_steps(
    start: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So few had uploaded that the others were drawn as well."""
    async with start(3) as swarm:
        *two, late = swarm.miners
        *_, own = await train_all(swarm)
        await swarm.commit(1, SEEDED)
        swarm.uploads, swarm.active = swarm.uploads[:2], two
        asked: list[MergeTask] = []

        def noted(task: MergeTask, miners: Sequence[Miner] | None = None) -> None:
            asked.append(task)
            Swarm.ask(swarm, task, miners)

        monkeypatch.setattr(swarm, "ask", noted)
        head = await swarm.sum(1, SEEDED)
        late.merger.take(tuple(task for task in asked if isinstance(task, SumWanted)))
        await swarm.world.wait_for_all(PartitionSummed, 1, {late.number})
        own_sum = late.part.own_sum
        assert own_sum is not None and own_sum.hashes == head.hashes
        await swarm.apply(1, head, two)
        await swarm.apply(1, head, [late], counted=False)
        assert torch.allclose(late.vector() - beneath(late), own, atol=1e-5)


async def test_a_merge_that_was_added_up_here_and_followed_by_another_leaves_no_others_steps_over(
    start: Callable[[int], Any],
) -> None:
    """A pause over the end of the one and the whole of the other."""
    async with start(3) as swarm:
        paused, *others = swarm.miners
        await train_all(swarm)
        await swarm.commit(1, SEEDED)
        first = await swarm.sum(1, SEEDED)
        before = paused.vector()
        await paused.train(1)
        since = paused.vector() - before
        await swarm.apply(1, first, others)
        for miner in others:
            await miner.train(2)
        await swarm.commit(2, first, others)
        second = await swarm.sum(2, first)
        await swarm.apply(2, second, others)
        paused.merger.take((ApplyWanted(merge_id=2, head=second, counted=1),))
        await swarm.world.wait_for_all(FragmentApplied, 2, {paused.number})
        assert torch.equal(beneath(paused), beneath(others[0]))
        assert torch.allclose(paused.vector() - beneath(paused), since, atol=1e-5)


BENEATH, WORK, OTHERS, LATER = (torch.full((4,), value) for value in (1.0, 10.0, 200.0, 3000.0))


def a_fragment(uploaded: int | None, added_up: bool) -> tuple[Fragment, torch.Tensor]:
    """One that has work uploaded (or not), perhaps with the sum in place, and later steps; its weights now."""
    anchor, residual = np.zeros(4, np.int32), np.zeros(4, np.float32)
    fragment = Fragment(0, ("w",), SEEDED, anchor, anchor, (PartitionSlice(0, 4, 0, 1),), residual)
    weights = BENEATH + WORK
    if uploaded is not None:
        fragment.uploaded = {uploaded: Upload(weights, residual)}
        if added_up:
            weights = BENEATH + OTHERS
            fragment.own_sum = OwnSum(uploaded, (anchor, anchor), weights, ("hash",))
    return fragment, weights + LATER


@pytest.mark.parametrize(
    ("uploaded", "added_up", "counted", "left_over"),
    [
        (None, False, None, WORK + LATER),
        (None, False, 1, None),
        (1, False, None, WORK + LATER),
        (1, False, 1, LATER),
        (1, False, 7, None),
        (1, True, None, WORK + LATER),
        (1, True, 1, LATER),
        (1, True, 7, None),
    ],
    ids=[
        "nothing uploaded",
        "counted before a restart",
        "uploaded, not counted",
        "uploaded, counted",
        "uploaded, an earlier life's counted",
        "added up, not counted",
        "added up, counted",
        "added up, an earlier life's counted",
    ],
)
def test_what_is_left_over_is_this_miners_own_and_in_nobodys_sum(
    uploaded: int | None, added_up: bool, counted: int | None, left_over: torch.Tensor | None
) -> None:
    fragment, now = a_fragment(uploaded, added_up)
    since = own_steps_since(fragment, counted, BENEATH)
    if left_over is None:
        assert since is None, "it can't be told"
    else:
        assert since is not None and torch.equal(now - since, left_over)
