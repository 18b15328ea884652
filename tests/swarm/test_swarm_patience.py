import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarm.patience import LONGEST_SECONDS, RoundTrips, measured, patience_seconds


def _after(*seconds: float) -> RoundTrips:
    known = RoundTrips()
    for each in seconds:
        known = measured(known, each)
    return known


def test_nothing_measured_means_the_first_patience_doubled_with_each_repetition() -> None:
    assert [patience_seconds(RoundTrips(), attempt, 20.0, 1.0) for attempt in (0, 1, 2, 3)] == [20, 40, 80, 120]


def test_steady_round_trips_make_patience_short_and_shaky_ones_long() -> None:
    steady, shaky = _after(*[2.0] * 60), _after(*[1.0, 3.0] * 30)
    assert patience_seconds(steady, 0, 20.0, 0.1) == pytest.approx(2.0, rel=0.01)
    assert patience_seconds(shaky, 0, 20.0, 0.1) == pytest.approx(6.0, rel=0.1)


def test_patience_grows_as_soon_as_answers_come_later() -> None:
    known = _after(*[1.0] * 30)
    before = patience_seconds(known, 0, 20.0, 0.1)
    assert patience_seconds(measured(known, 5.0), 0, 20.0, 0.1) > before + 3.0


def test_times_that_no_clock_can_show_change_nothing() -> None:
    known = _after(1.0, 2.0)
    assert measured(known, -1.0) == measured(known, 0.0) == measured(known, float("nan")) == known


@given(st.lists(st.floats(1e-3, 1e3), max_size=50), st.integers(0, 100))
def test_patience_is_between_its_limits_and_above_the_mean(seconds: list[float], attempts: int) -> None:
    known = _after(*seconds)
    patience = patience_seconds(known, attempts, 20.0, 1.0)
    assert 1.0 <= patience <= LONGEST_SECONDS
    assert patience >= min(LONGEST_SECONDS, known.mean_seconds or 0.0)
