"""Crowds of real mergers under the real state machine: what the benchmark of merges measures, in the small."""

import random

import msgspec
import numpy as np
import pytest

from benchmarks.merge import crowd_run, traffic
from benchmarks.merge_compute import Miner, compute_run
from benchmarks.merge_crowd import Crowd, Leaving
from benchmarks.merge_lies import Liar, train
from protocol.runs import DenseCodes, MergeSpec, SparseCodes
from swarm import merge_arithmetic as arithmetic

FORMS = [
    MergeSpec(partitions=3),
    MergeSpec(partitions=3, upload=DenseCodes(8)),
    MergeSpec(partitions=2, tile=1024, upload=SparseCodes(32)),
    MergeSpec(partitions=3, outer_learning_rate=1.0, outer_momentum=0.0),
]


@pytest.mark.parametrize("merge", FORMS)
async def test_everybody_stands_on_the_stores_state_after_each_merge(merge: MergeSpec) -> None:
    crowd, generator = Crowd(crowd_run(16, 1, merge), 4, 0), np.random.default_rng(0)
    for version in (1, 2, 3):
        train(crowd, generator)
        assert (await crowd.merge()).done
        for miner in crowd.miners.values():
            assert miner.fragment.head.version == version
            own = zip(crowd.slices, crowd.head.keys, strict=True)
            for part, key in own:
                held = slice(part.start, part.end)
                state = arithmetic.state_bytes(miner.fragment.anchor[held], miner.fragment.momentum[held])
                assert state == crowd.objects[key]
    assert all(miner.client.bytes_by_kind["fetched coefficients"] for miner in crowd.miners.values())


@pytest.mark.parametrize("seed", range(4))
async def test_each_lying_merger_is_named_and_no_honest_one(seed: int) -> None:
    crowd, generator = Crowd(crowd_run(16, 1, MergeSpec(partitions=4)), 5, seed), random.Random(seed)
    numbers = np.random.default_rng(seed)
    for _ in range(3):
        train(crowd, numbers)
        chosen = generator.sample(sorted(crowd.miners), 2)
        for node, miner in crowd.miners.items():
            miner.lie = Liar(crowd, generator, 1) if node in chosen else None
        merge = await crowd.merge()
        lied = {node for node, miner in crowd.miners.items() if isinstance(miner.lie, Liar) and miner.lie.lied}
        assert merge.done
        assert merge.blamed == lied


@pytest.mark.parametrize("silent", [True, False])
@pytest.mark.parametrize("after_answers", [1, 9, 14, 20, 28])
async def test_a_third_gone_within_a_merge_costs_neither_partition_nor_upload(after_answers: int, silent: bool) -> None:
    crowd = Crowd(crowd_run(16, 1, MergeSpec(partitions=4)), 9, after_answers)
    train(crowd, np.random.default_rng(0))
    gone = tuple(sorted(crowd.miners)[:3])
    merge = await crowd.merge(Leaving(gone, after_answers, silent))
    assert merge.done
    assert set(merge.listed) == merge.committed
    standing = {miner.fragment.anchor.tobytes() for node, miner in crowd.miners.items() if node not in gone}
    assert len(standing) == 1


async def test_a_miners_traffic_is_less_than_its_shard_and_does_not_grow_with_the_crowd() -> None:
    found = [await traffic(crowd_run(32, 1, MergeSpec(partitions=24)), miners) for miners in (4, 12, 24)]
    assert all(one.objects < 0.9 and one.largest < 1.1 for one in found)
    assert found[2].objects < 1.25 * found[0].objects


async def test_a_miner_of_the_compute_benchmark_takes_over_each_fragment_twice() -> None:
    run = msgspec.structs.replace(compute_run(quick=True), merge=MergeSpec(fragments=2))
    miner = Miner(run)
    try:
        for version in (1, 2):
            await miner.steps(1)
            for fragment in miner.parts:
                await miner.merge(fragment, lambda work: work())
                assert fragment.head.version == version
    finally:
        await miner.compute.stop()
    assert miner.compute.spent.step_jobs == 2 and miner.compute.spent.merges > 0
