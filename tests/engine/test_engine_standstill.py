"""The compute thread that hangs in a driver: noticed, though the event loop is as lively as ever."""

import asyncio
import threading

import pytest

from engine.compute.standstill import (
    LOOK_COUNTS_SECONDS,
    STANDSTILL_SECONDS,
    ComputeStandsStill,
    Standstill,
    watch_for_standstill,
)
from engine.compute.thread import ComputeThread, Urgency

LOOK = 5.0


def _looks(count: int, seen: Standstill, progress: int, at_work: bool = True, apart: float = LOOK) -> Standstill:
    for _ in range(count):
        seen = seen.after_look(progress, at_work, (seen.looked_at or 0.0) + apart)
    return seen


def test_a_job_that_crosses_no_layer_for_long_stands_still() -> None:
    seen = _looks(1 + int(STANDSTILL_SECONDS / LOOK), Standstill(), progress=7)
    assert seen.seconds >= STANDSTILL_SECONDS


def test_every_border_crossed_begins_the_count_anew() -> None:
    seen = _looks(100, Standstill(), progress=7)
    assert seen.seconds > 0
    assert _looks(1, seen, progress=8).seconds == 0


def test_a_thread_without_a_job_stands_still_rightly() -> None:
    assert _looks(1000, Standstill(), progress=7, at_work=False).seconds == 0


def test_a_job_that_begins_after_long_idleness_counts_from_its_beginning() -> None:
    idle = _looks(1000, Standstill(), progress=7, at_work=False)
    assert _looks(1, idle, progress=8).seconds == 0


def test_a_night_asleep_is_no_standstill() -> None:
    seen = _looks(2, Standstill(), progress=7)
    assert _looks(1, seen, progress=7, apart=8 * 3600.0).seconds <= LOOK + LOOK_COUNTS_SECONDS


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    seen = _looks(10, Standstill(), progress=7)
    assert _looks(1, seen, progress=7, apart=-100.0).seconds == seen.seconds


async def test_a_call_that_never_returns_is_told_while_the_loop_lives() -> None:
    compute, driver = ComputeThread(), threading.Event()
    hung = compute.submit(Urgency.BACKWARD, driver.wait)
    with pytest.raises(ComputeStandsStill):
        await asyncio.wait_for(watch_for_standstill(compute, limit_seconds=0.05, look_seconds=0.01), 10)
    assert not hung.done()
    driver.set()
    await compute.stop()


async def test_a_long_pass_that_crosses_borders_is_left_alone() -> None:
    """The clock of the looks gains a tenth of the limit with each; the pass crosses a border between any two."""
    compute, driver, looks = ComputeThread(), threading.Event(), 0

    def clock() -> float:
        nonlocal looks
        looks += 1
        compute.yield_point()
        return looks * LOOK_COUNTS_SECONDS

    compute.submit(Urgency.FORWARD, driver.wait)
    watch = asyncio.create_task(watch_for_standstill(compute, limit_seconds=50.0, look_seconds=0.0, clock=clock))
    while looks < 100:
        await asyncio.sleep(0)
    assert not watch.done()
    watch.cancel()
    driver.set()
    await compute.stop()
