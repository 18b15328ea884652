"""Merges over a miner's death and restart: what quantising took away is owed once, and never twice."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from protocol.merges import (
    SoloPublished,
    SoloWanted,
    StateHead,
)
from swarm import merge_arithmetic as arithmetic
from swarm.quantisation import codes_to_bytes, quantise
from tests.engine.merging_swarm import SEEDED, Miner, Swarm


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
