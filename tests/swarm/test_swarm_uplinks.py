"""An uplink's speed from packets alone, on a line whose truth is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarm.uplinks import WINDOW_SECONDS, UplinkMeter

ROUND_TRIP = 0.05
SENDS = st.lists(st.tuples(st.floats(0, 1), st.integers(5_000, 1_000_000)), min_size=1, max_size=40)


def over_a_line(sends: list[tuple[float, int]], rate: float) -> tuple[float | None, float]:
    """What the meter says after packets that leave one after the other; (rate, the end)."""
    meter, now, free = UplinkMeter(), 0.0, 0.0
    confirmed = []
    for pause, size in sends:
        now += pause
        free = max(free, now) + size / rate
        confirmed.append((now, free + ROUND_TRIP, size))
    for began, ended, size in confirmed:
        meter.confirmed(began, ended, size, ROUND_TRIP)
    return meter.bytes_per_second(confirmed[-1][1]), confirmed[-1][1]


@given(SENDS, st.floats(20_000, 2e6))
def test_a_line_is_never_taken_for_a_faster_one(sends: list[tuple[float, int]], rate: float) -> None:
    measured, _ = over_a_line(sends, rate)
    assert measured is not None
    assert measured <= rate * 1.001


@given(st.lists(st.integers(5_000, 1_000_000), min_size=1, max_size=20), st.floats(20_000, 2e6))
def test_packets_that_meet_no_others_tell_the_rate(sizes: list[int], rate: float) -> None:
    meter, now = UplinkMeter(), 0.0
    for size in sizes:
        meter.confirmed(now, now + size / rate + ROUND_TRIP, size, ROUND_TRIP)
        now += size / rate + 1.0
        assert meter.bytes_per_second(now) == pytest.approx(rate, rel=1e-3)


def test_nothing_is_known_without_packets_of_some_size_and_old_ones_are_forgotten() -> None:
    meter = UplinkMeter()
    meter.confirmed(0.0, 0.1, 100, ROUND_TRIP)
    assert meter.bytes_per_second(0.1) is None
    meter.confirmed(1.0, 1.15, 100_000, ROUND_TRIP)
    assert meter.bytes_per_second(1.2) == pytest.approx(1e6)
    assert meter.bytes_per_second(2.0 + WINDOW_SECONDS) is None
