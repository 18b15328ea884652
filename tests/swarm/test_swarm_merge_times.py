from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from swarm.merge_times import HOME_BYTES_PER_SECOND, LARGEST_GROWTH, phase_seconds

FRAGMENT_BYTES = 320_000_000
"""Four-bit codes of the largest fragment of the 1.5 B preset take half of it."""


def test_a_phase_lasts_as_long_as_the_slowest_measured_line_needs_and_some_more() -> None:
    assert phase_seconds(1_000_000, (None, 500_000.0, 200_000.0), 20.0) == 30.0
    assert phase_seconds(10, (500_000.0,), 20.0) == 25.0, "a merge takes some seconds however small it is"


def test_where_no_line_is_measured_a_homes_uplink_is_taken_for_granted() -> None:
    upload_seconds = FRAGMENT_BYTES / 2 / HOME_BYTES_PER_SECOND
    assert phase_seconds(FRAGMENT_BYTES, (None, None), 20.0) > upload_seconds + 20.0
    assert phase_seconds(0, (), 20.0) == 20.0


def test_merges_that_ran_out_of_time_have_the_next_wait_longer_up_to_a_bound() -> None:
    times = [phase_seconds(1000, (None,), 20.0, fruitless) for fruitless in range(12)]
    assert all(later >= earlier for earlier, later in pairwise(times))
    assert times[1] == 2 * times[0] and times[-1] == LARGEST_GROWTH * times[0]


def test_once_a_line_is_measured_the_wait_is_what_it_needs() -> None:
    guessed = phase_seconds(FRAGMENT_BYTES, (None, None), 20.0)
    assert phase_seconds(FRAGMENT_BYTES, (None, 12_500_000.0), 20.0) < guessed / 10


@given(st.lists(st.one_of(st.none(), st.floats())), st.integers(0, 10**12), st.integers(0, 10**6))
def test_no_word_of_a_miner_makes_a_wait_endless(uplinks: list[float | None], size: int, fruitless: int) -> None:
    assert 20.0 <= phase_seconds(size, uplinks, 20.0, fruitless) <= LARGEST_GROWTH * (20.0 + size / 60_000.0 + 5.0)
