"""The duty cycle: as much rest as work asks for, at once more or less of it when that is changed."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compute.pacing import LONGEST_REST_SECONDS, Pacing
from engine.compute.thread import ComputeThread, Urgency


@given(
    duty=st.floats(0.05, 1.0),
    passes=st.lists(st.floats(0.001, 1.0), min_size=1, max_size=30),
)
def test_the_share_of_time_in_passes_is_the_duty_cycle(duty: float, passes: list[float]) -> None:
    pacing, now = Pacing(duty), 100.0
    for seconds in passes:
        now += pacing.rest_seconds(now)
        pacing, now = pacing.after_pass(now, now + seconds), now + seconds
    now += pacing.rest_seconds(now)
    assert sum(passes) / (now - 100.0) == pytest.approx(duty)


def test_no_rest_is_longer_than_a_peers_patience() -> None:
    assert Pacing(0.05).after_pass(0.0, 1000.0).rest_seconds(1000.0) == LONGEST_REST_SECONDS


def test_full_speed_ends_a_rest_at_once_and_a_gentler_one_lets_it_be() -> None:
    resting = Pacing(0.5).after_pass(0.0, 4.0)
    assert resting.rest_seconds(5.0) == 3.0
    assert resting.with_duty_cycle(1.0, 5.0).rest_seconds(5.0) == 0.0
    assert resting.with_duty_cycle(0.2, 5.0).rest_seconds(5.0) == 3.0
    assert resting.with_duty_cycle(0.8, 5.0).rest_seconds(5.0) == pytest.approx(0.75)


@pytest.mark.parametrize("duty", [0.0, -1.0, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(duty: float) -> None:
    with pytest.raises(ValueError, match="duty cycle"):
        Pacing().with_duty_cycle(duty, 0.0)


async def test_passes_wait_out_a_rest_and_control_jobs_do_not() -> None:
    now = [0.0]
    compute, done = ComputeThread(clock=lambda: now[0]), list[str]()
    compute.set_duty_cycle(0.01)

    def work() -> None:
        now[0] += 0.2
        done.append("first")

    await compute.submit(Urgency.FORWARD, work)
    waiting = compute.submit(Urgency.FORWARD, lambda: done.append("second"))
    await compute.submit(Urgency.CONTROL, lambda: done.append("control"))
    assert done == ["first", "control"]
    now[0] += LONGEST_REST_SECONDS
    compute.set_duty_cycle(1.0)
    async with asyncio.timeout(10):
        await waiting
    assert done == ["first", "control", "second"]
    assert compute.idle_seconds == pytest.approx(LONGEST_REST_SECONDS - 0.2 * 99)
    await compute.stop()
