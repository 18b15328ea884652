"""The simulator of benchmarks/routing.py, on tasks small enough for every test run."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.contest import Contest, Outcome
from benchmarks.contest_policies import Ours, Policy, UniformRandom, WeightedChoice
from benchmarks.contest_setting import (
    Mix,
    Setting,
    bound_rate,
    bound_seconds,
    dropouts,
    duty_cycles,
    score,
    speeds,
    stage_of_miners,
)

SMALL = Setting(Mix.EQUAL, 3, seed=1, miners=18, epochs=2, activations=120)


def _play(setting: Setting, policy: Callable[[int], Policy], moves: bool = False) -> Outcome:
    return Contest(setting, policy, moves).run()


def test_the_bound_is_the_slowest_stages_summed_rate() -> None:
    assert bound_rate(SMALL) == pytest.approx(6 / 0.75)
    assert bound_seconds(SMALL) == pytest.approx(2 * 120 / 8)
    assert score(SMALL, bound_seconds(SMALL)) == pytest.approx(0.75)
    assert score(SMALL, 1e6) == 0.0


def test_speeds_spread_as_their_mix_says() -> None:
    wide = speeds(replace(SMALL, mix=Mix.LOG_NORMAL, miners=96))
    assert 2.0 < max(wide) / min(wide) <= 4.0
    slow = replace(SMALL, mix=Mix.SLOW_STAGE)
    stages = {stage for stage, speed in zip(stage_of_miners(slow), speeds(slow), strict=True) if speed < 1}
    assert len(stages) == 1


def test_a_third_works_gently_and_the_bound_knows_of_it() -> None:
    gentle = replace(SMALL, mix=Mix.GENTLE)
    assert sorted(duty_cycles(gentle)) == [0.3] * 6 + [1.0] * 12
    assert bound_rate(gentle) < bound_rate(SMALL)


def test_who_works_gently_gets_as_much_as_it_does_and_keeps_nobody_waiting() -> None:
    """Its receipts look like everybody's: a table that went by them alone would give it as much as the others."""
    setting = Setting(Mix.GENTLE, 3, seed=1, miners=30, epochs=2, activations=300, dropout_share=0.0)
    told = Contest(setting, Ours)
    untold = Contest(setting, Ours)
    for miner in untold.miners:
        miner.told_duty_cycle = 1.0
    assert told.run().seconds < 0.8 * untold.run().seconds


def test_nobody_empties_a_stage_by_dropping_out() -> None:
    contest = Setting(Mix.EQUAL, 8, seed=3)
    for epoch in range(5):
        gone = [stage_of_miners(contest)[one.miner] for one in dropouts(contest, epoch)]
        assert len(gone) == 10
        assert max(gone.count(stage) for stage in range(8)) <= 4


@pytest.mark.parametrize("policy", [Ours, UniformRandom, WeightedChoice])
def test_every_activation_ends_trained_or_leased_again(policy: Callable[[int], Policy]) -> None:
    outcome = _play(SMALL, policy)
    assert outcome.trained == 240
    assert (outcome.lost, outcome.trained_twice) == (0, 0)
    assert outcome.leased_again + outcome.resent > 0


def test_nothing_is_computed_twice_while_nobody_drops_out() -> None:
    outcome = _play(replace(SMALL, dropout_share=0.0), Ours)
    assert (outcome.repeated_passes, outcome.resent, outcome.doubled, outcome.leased_again) == (0, 0, 0, 0)


def test_a_task_played_twice_goes_the_same_way() -> None:
    assert _play(SMALL, Ours) == _play(SMALL, Ours)


def test_ours_is_faster_than_both_baselines() -> None:
    setting = replace(SMALL, mix=Mix.LOG_NORMAL, miners=48, activations=300)
    ours, random, weighted = (_play(setting, policy).seconds for policy in (Ours, UniformRandom, WeightedChoice))
    assert bound_seconds(setting) < ours < min(random, weighted)


def test_moves_help_a_slow_stage_and_lose_nothing() -> None:
    setting = replace(SMALL, mix=Mix.SLOW_STAGE, epochs=3)
    still, moving = _play(setting, Ours), _play(setting, Ours, moves=True)
    assert moving.moves > 0
    assert moving.lost == 0
    assert moving.seconds < still.seconds
