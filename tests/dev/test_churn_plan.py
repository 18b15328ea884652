"""The plan of benchmarks/churn.py and how it reads what is left of a swarm's speed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benchmarks.churn_plan import Happening, Kind, Pass, choose_leaver, kept_rates, lowest_tenth, plan


@given(some.integers(3, 30), some.integers(1, 20))
def test_a_third_of_the_miners_comes_or_goes_in_every_epoch_and_half_of_the_leavers_are_killed(
    miners: int, epochs: int
) -> None:
    events = plan(miners, epochs)
    for epoch in range(epochs):
        assert sum(epoch <= at < epoch + 1 for at, _ in events) == round(miners / 3)
    kinds = [kind for _, kind in events]
    assert abs(kinds.count(Kind.KILL) - kinds.count(Kind.LEAVE)) <= 1
    present = [0]
    for kind in kinds:
        present.append(present[-1] + (1 if kind is Kind.JOIN else -1))
    assert set(present) <= {-1, 0}


@given(some.dictionaries(some.integers(0, 20), some.integers(0, 3)), some.integers(0, 99))
def test_nobody_leaves_who_is_the_last_of_its_stage(stages: dict[int, int], seed: int) -> None:
    leaver = choose_leaver(stages, random.Random(seed))
    if leaver is None:
        assert len(set(stages.values())) == len(stages)
    else:
        assert sum(stage == stages[leaver] for stage in stages.values()) > 1


def passes(node: str, *seconds: float) -> list[Pass]:
    return [Pass(node, round(1000 * at)) for at in seconds]


def test_the_kept_rate_is_that_of_the_others_within_ten_seconds() -> None:
    event = Happening(Kind.KILL, "gone", 100_000)
    done = passes("stays", 96, 97, 98, 99, 101, 106, 107, 108, 111) + passes("gone", 95.5, 96.5, 97.5)
    ((found, rate),) = kept_rates(done, [event], window_seconds=5.0)
    assert found is event
    assert rate == pytest.approx(3 / 4)


def test_the_last_window_before_the_next_event_counts_and_too_close_events_do_not() -> None:
    events = [
        Happening(Kind.KILL, "a", 100_000),
        Happening(Kind.JOIN, "", 106_000),
        Happening(Kind.LEAVE, "b", 107_000),
    ]
    done = passes("stays", 96, 97, 102, 103, 104, 105, 108)
    assert kept_rates(done, events, window_seconds=5.0) == [(events[0], 2.0)]


def test_the_lowest_tenth_of_few_is_the_lowest() -> None:
    assert lowest_tenth([3.0, 1.0, 2.0]) == 1.0
    assert lowest_tenth([float(number) for number in range(101)]) == pytest.approx(9.2, abs=0.5)


def test_an_event_whose_window_the_run_did_not_live_to_see_tells_nothing() -> None:
    event = Happening(Kind.JOIN, "new", 100_000)
    assert kept_rates(passes("stays", 96, 97, 98, 99, 101), [event], window_seconds=5.0) == []
