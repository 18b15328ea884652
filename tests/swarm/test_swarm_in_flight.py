"""The number of microbatches under way finds the pipeline's own measure, whatever that is, and stays there."""

from collections import deque
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarm.in_flight import START, FlightState, allowed, delivered


@dataclass
class Pipeline:
    """A way of `latency_seconds` with one slowest computer on it that takes `service_seconds` for each microbatch."""

    latency_seconds: float
    service_seconds: float
    now: float = 1.0
    free_at: float = 0.0
    homes: deque[tuple[float, float]] = field(default_factory=deque)

    def send(self) -> None:
        self.free_at = max(self.now + self.latency_seconds / 2, self.free_at) + self.service_seconds
        self.homes.append((self.free_at + self.latency_seconds / 2, self.now))


def drive(pipeline: Pipeline, most: int, count: int) -> tuple[float, float, int]:
    """Feed as allowed until `count` have come home: the share of the slowest computer's time in use over the last
    half, the seconds that the last ones stood in queues, the bound at the end."""
    state, queued, half_at = FlightState(), 0.0, 0.0
    for number in range(count):
        while len(pipeline.homes) < allowed(state, pipeline.now, most):
            pipeline.send()
        home, left = pipeline.homes.popleft()
        pipeline.now = max(pipeline.now, home)
        state = delivered(state, pipeline.now, home - left)
        if number == count // 2:
            half_at = pipeline.now
        queued = home - left - pipeline.latency_seconds - pipeline.service_seconds
    used = (count - count // 2 - 1) * pipeline.service_seconds / (pipeline.now - half_at)
    return used, queued, allowed(state, pipeline.now, most)


@pytest.mark.parametrize(("latency", "service"), [(0.05, 0.1), (0.05, 0.005), (0.5, 0.02), (2.0, 0.1), (0.001, 0.2)])
def test_nobody_waits_and_queues_stay_short(latency: float, service: float) -> None:
    used, queued, bound = drive(Pipeline(latency, service), most=64, count=2000)
    full = (latency + service) / service
    assert used > 0.93
    assert bound <= 2 * full + 3
    assert queued <= latency + 3 * service


@given(latency=st.floats(0.001, 2.0), service=st.floats(0.001, 1.0), most=st.integers(1, 64))
def test_the_bound_is_never_under_one_nor_over_the_runs(latency: float, service: float, most: int) -> None:
    pipeline, state = Pipeline(latency, service), FlightState()
    for _ in range(60):
        bound = allowed(state, pipeline.now, most)
        assert 1 <= bound <= most
        while len(pipeline.homes) < bound:
            pipeline.send()
        home, left = pipeline.homes.popleft()
        pipeline.now = max(pipeline.now, home)
        state = delivered(state, pipeline.now, home - left)


def test_a_pipeline_that_becomes_slower_gets_fewer() -> None:
    pipeline = Pipeline(1.0, 0.02)
    _, _, before = drive(pipeline, 64, 1500)
    slow = Pipeline(1.0, 0.2, now=pipeline.now, free_at=pipeline.free_at)
    _, _, after = drive(slow, 64, 600)
    assert after < before / 3


def test_nothing_measured_begins_small() -> None:
    assert allowed(FlightState(), 0.0, 16) == START
    assert allowed(FlightState(), 0.0, 1) == 1
