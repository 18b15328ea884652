from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from swarm.placement import (
    MinerPower,
    Move,
    StageLoad,
    best_move,
    calibrated,
    expected_rate,
    place_newcomer,
    propose_move,
    stage_rates,
)

GB = 1024**3
STAGES = tuple(StageLoad(memory, 1e12, 1e6) for memory in (4 * GB, 4 * GB, 8 * GB))


def _miner(name: str, stage: int | None = None, flops: float = 1e12, memory: int = 16 * GB) -> MinerPower:
    return MinerPower(node=name, memory_bytes=memory, flops_per_second=flops, stage=stage)


def test_empty_stages_are_manned_first() -> None:
    assert place_newcomer(STAGES, [], _miner("a")) == 0
    assert place_newcomer(STAGES, [_miner("a", 0)], _miner("b")) == 1
    assert place_newcomer(STAGES, [_miner("a", 0), _miner("b", 1)], _miner("c")) == 2
    idle = replace(_miner("b", 1), rate=0.0)
    assert place_newcomer(STAGES, [_miner("a", 0), idle], _miner("c")) == 2


def test_a_newcomer_goes_where_the_summed_rate_is_least_and_its_memory_is_enough() -> None:
    miners = [_miner("a", 0), _miner("b", 1), _miner("c", 1), replace(_miner("d", 2), rate=0.5)]
    assert place_newcomer(STAGES, miners, _miner("e")) == 2
    assert place_newcomer(STAGES, miners, _miner("e", memory=6 * GB)) == 0
    assert place_newcomer(STAGES, miners, _miner("e", memory=1 * GB)) is None


def test_a_returning_miner_gets_its_old_stage_unless_another_stands_empty() -> None:
    miners = [_miner("a", 0), _miner("b", 1), _miner("c", 2), _miner("d", 1)]
    assert place_newcomer(STAGES, miners, _miner("d"), previous_stage=1) == 1
    assert place_newcomer(STAGES, miners[:2], _miner("d"), previous_stage=1) == 2
    assert place_newcomer(STAGES, miners[1:2], _miner("d"), previous_stage=2) == 2
    assert place_newcomer(STAGES, miners, _miner("d", memory=4 * GB), previous_stage=2) == 0
    assert place_newcomer(STAGES, miners, _miner("d"), previous_stage=9) == 0


def test_a_miner_is_as_fast_as_the_slower_of_compute_and_link() -> None:
    slow_link = replace(_miner("a"), upload_bytes_per_second=2e5)
    assert expected_rate(STAGES[0], _miner("a")) == 1.0
    assert expected_rate(STAGES[0], slow_link) == 0.2


def test_who_works_gently_is_as_fast_as_the_time_that_it_takes() -> None:
    gentle = replace(_miner("a", 0), duty_cycle=0.25)
    assert expected_rate(STAGES[0], gentle) == 0.25
    assert expected_rate(STAGES[0], replace(gentle, upload_bytes_per_second=2e5)) == 0.2, "its line does not rest"
    shown = [replace(gentle, rate=0.125), _miner("b", 1)]
    assert [miner.rate for miner in calibrated(STAGES, shown)] == [0.125, 0.5], "half of what each promises"


def test_nobody_moves_by_paper_speeds_alone_nor_before_it_has_rested() -> None:
    crowd = [_miner(f"a{place}", 0) for place in range(4)] + [_miner("b", 1), _miner("c", 2)]
    everybody = frozenset(miner.node for miner in crowd)
    assert best_move(STAGES, crowd, everybody) is None
    crowd[0] = replace(crowd[0], rate=1.0)
    assert best_move(STAGES, crowd, everybody) == Move("a0", 0, 1)
    assert best_move(STAGES, crowd, everybody - {"a0"}) == Move("a1", 0, 1)
    assert best_move(STAGES, crowd, frozenset()) is None


def test_moves_fill_the_slowest_stage_and_leave_two_behind() -> None:
    crowd = [_miner(f"a{place}", 0) for place in range(4)] + [_miner("b", 1), _miner("c", 2), _miner("d", 2)]
    assert propose_move(STAGES, crowd) == Move("a0", 0, 1)
    assert propose_move(STAGES, [_miner("a", 0), _miner("b", 0), _miner("c", 1)]) == Move("a", 0, 2)
    assert propose_move(STAGES[:2], [_miner("a", 0), _miner("b", 0), _miner("c", 1, flops=1e9)]) is None


def test_a_gain_of_less_than_fifteen_percent_moves_nobody() -> None:
    def stages_with(rate: float) -> list[MinerPower]:
        big = [_miner(f"a{place}", 0) for place in range(3)]
        return [*big, replace(_miner("b", 1), rate=rate)]

    assert propose_move(STAGES[:2], stages_with(1.7)) == Move("a0", 0, 1)
    assert propose_move(STAGES[:2], stages_with(1.8)) is None


def test_a_slow_stage_of_many_is_filled_up_one_by_one_though_no_single_miner_makes_fifteen_percent() -> None:
    miners = [
        replace(_miner(f"{stage}-{place}", stage), rate=0.5 if stage else 1.0)
        for stage in (0, 1)
        for place in range(30)
    ]
    moved = 0
    while (move := propose_move(STAGES[:2], miners)) is not None:
        miners = [replace(one, stage=1) if one.node == move.node else one for one in miners]
        moved += 1
    rates = stage_rates(STAGES[:2], miners)
    assert 5 <= moved <= 10
    assert rates[1] <= rates[0] < 1.15 * rates[1] + 1.0


_power = st.builds(
    MinerPower,
    node=st.uuids().map(str),
    memory_bytes=st.sampled_from([4 * GB, 16 * GB]),
    flops_per_second=st.floats(1e10, 1e13),
    stage=st.integers(0, 2),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(_power, max_size=8, unique_by=lambda miner: miner.node))
def test_moves_come_to_an_end_and_never_empty_a_stage(miners: list[MinerPower]) -> None:
    manned = {miner.stage for miner in miners}
    for _ in range(200):
        move = propose_move(STAGES, miners)
        if move is None:
            break
        before = sorted(stage_rates(STAGES, miners))
        miners = [replace(one, stage=move.to_stage) if one.node == move.node else one for one in miners]
        assert sorted(stage_rates(STAGES, miners)) > before
        assert {miner.stage for miner in miners} >= manned
    assert propose_move(STAGES, miners) is None


def test_a_boundless_claim_fills_no_stage_for_everybody_else() -> None:
    loads = (StageLoad(0, 1e6, 0.0), StageLoad(0, 1e6, 0.0))
    for claim in (-1e300, 0.0, 1e18):
        placed = [
            MinerPower("a", 1, 1e9, stage=0),
            MinerPower("b", 1, 1e9, stage=1),
            MinerPower("c", 1, claim, stage=1),
        ]
        for number in range(60):
            name = f"new {number}"
            stage = place_newcomer(loads, calibrated(loads, placed), MinerPower(name, 1, 1e9))
            placed.append(MinerPower(name, 1, 1e9, stage=stage))
        there = sum(miner.stage == 1 for miner in placed)
        assert 25 <= there <= 35, claim
