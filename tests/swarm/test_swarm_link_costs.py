"""What a way costs is learned from what was sent by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarm.link_costs import LinkCost

SIZES = st.lists(st.integers(100, 10**7), min_size=2, max_size=60, unique=True)


@given(SIZES, st.floats(0.001, 2.0), st.floats(1e4, 1e8))
def test_a_steady_way_is_known_by_its_round_trip_and_rate(sizes: list[int], round_trip: float, rate: float) -> None:
    cost = LinkCost()
    for size in sizes:
        cost = cost.observed(size, round_trip + size / rate)
    for size in (sizes[0], sizes[-1]):
        if cost.bytes_per_second is not None:
            assert cost.seconds(size) == pytest.approx(round_trip + size / rate, rel=0.02)


def test_packets_of_one_size_tell_a_duration_and_no_rate() -> None:
    cost = LinkCost()
    for _ in range(20):
        cost = cost.observed(4096, 0.25)
    assert cost.bytes_per_second is None
    assert cost.round_trip_seconds == cost.seconds(4096) == pytest.approx(0.25)


def test_a_way_that_gets_slower_is_noticed() -> None:
    cost = LinkCost()
    for _ in range(50):
        cost = cost.observed(4096, 0.1)
    for _ in range(30):
        cost = cost.observed(4096, 0.5)
    assert cost.seconds(4096) == pytest.approx(0.5, rel=0.1)


@given(st.lists(st.tuples(st.integers(1, 10**8), st.floats(0.0, 100.0)), min_size=1, max_size=50))
def test_whatever_was_measured_nothing_costs_less_than_nothing(measured: list[tuple[int, float]]) -> None:
    cost = LinkCost()
    for size, seconds in measured:
        cost = cost.observed(size, seconds)
    assert cost.round_trip_seconds >= 0.0
    assert cost.bytes_per_second is None or cost.bytes_per_second > 0.0
    assert cost.seconds(1000) >= 0.0
