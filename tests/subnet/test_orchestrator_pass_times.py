"""The rate that senders follow: what a miner's passes take, whatever its first one and its worst one took."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subnet.orchestrator.miners.steering import PassTime, PassTimes

_durations = st.floats(0.01, 3_600_000.0)


def timed(*durations_ms: float) -> PassTime:
    return reduce(PassTime.after, durations_ms, PassTime())


def test_a_lifes_first_pass_tells_nothing_and_the_second_all() -> None:
    assert timed().ms is None
    assert timed(18_645.0).ms is None
    assert timed(18_645.0, 200.0).ms == pytest.approx(200.0)


def test_without_a_pass_back_there_is_no_rate() -> None:
    assert PassTimes(1, forward=timed(100.0, 100.0)).rate is None
    assert PassTimes(1, timed(100.0, 100.0), timed(9.0, 300.0)).rate == pytest.approx(2.5)
    assert PassTimes(1, backward=timed(9.0, 250.0)).rate == pytest.approx(4.0), "a last stage goes both ways at once"


def test_one_pass_that_took_forty_times_as_long_costs_less_than_half_of_the_rate_and_is_soon_made_good() -> None:
    told = timed(*[100.0] * 20, 4000.0)
    assert told.ms is not None and told.ms < 150.0
    later = reduce(PassTime.after, [100.0] * 10, told)
    assert later.ms is not None and later.ms < 116.0


def test_a_computer_that_became_slower_is_known_for_it_within_twenty_passes() -> None:
    told = timed(*[100.0] * 50, *[400.0] * 20)
    assert told.ms is not None and told.ms > 330.0


@given(st.lists(_durations, min_size=2, max_size=40))
def test_the_mean_lies_among_the_durations_after_the_first(durations_ms: list[float]) -> None:
    told = timed(*durations_ms).ms
    assert told is not None
    assert min(durations_ms[1:]) * 0.999 <= told <= max(durations_ms[1:]) * 1.001
