"""Beside the compute thread: numbers are read out and packed, and what was made arrives in the order it was made in."""

import asyncio
import threading
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compute.porter import Porter
from engine.compute.thread import ComputeStopped, ComputeThread, Urgency


async def test_what_has_nothing_left_to_do_does_not_overtake_what_is_still_packed() -> None:
    compute, gate, arrived = ComputeThread(), threading.Event(), list[str]()

    def packed(name: str) -> str:
        gate.wait(60)
        return name

    parcel = compute.submit_finished(Urgency.BACKWARD, lambda: "parcel", packed)
    commitment = compute.submit(Urgency.BACKWARD, lambda: "commitment")
    failure = compute.submit(Urgency.BACKWARD, lambda: 1 // 0)

    def arrive(name: str, _future: object) -> None:
        arrived.append(name)

    for name, future in (("parcel", parcel), ("commitment", commitment), ("failure", failure)):
        future.add_done_callback(partial(arrive, name))
    while compute.waiting or compute.at_work:  # all three are computed: the thread has gone on meanwhile
        await asyncio.sleep(0)
    assert not (parcel.done() or commitment.done() or failure.done())
    gate.set()
    made = await asyncio.gather(parcel, commitment, failure, return_exceptions=True)  # behind each one's callback
    assert list(made[:2]) == ["parcel", "commitment"] and isinstance(made[2], ZeroDivisionError)
    assert arrived == ["parcel", "commitment", "failure"]
    await compute.stop()


async def test_what_packing_raises_reaches_whoever_asked_and_nobody_else() -> None:
    compute = ComputeThread()
    failing = compute.submit_finished(Urgency.FORWARD, lambda: 1, lambda one: one // 0)
    fine = compute.submit_finished(Urgency.FORWARD, lambda: 1, lambda one: one + 1)
    with pytest.raises(ZeroDivisionError):
        await failing
    assert await fine == 2
    await compute.stop()


async def test_work_ahead_is_done_beside_the_thread_and_its_errors_come_back() -> None:
    compute = ComputeThread()
    assert await compute.ahead(lambda: threading.current_thread().name) == "porter"
    with pytest.raises(ZeroDivisionError):
        await compute.ahead(lambda: 1 // 0)
    await compute.stop()
    with pytest.raises(ComputeStopped):
        await compute.ahead(lambda: 1)


async def test_a_stop_waits_for_what_is_being_packed_and_loses_nothing_of_it() -> None:
    compute, gate, names = ComputeThread(), threading.Event(), list[str]()

    def packed(one: int) -> int:
        names.append(threading.current_thread().name)
        gate.wait(60)
        return one

    parcel = compute.submit_finished(Urgency.FORWARD, lambda: 7, packed)
    while compute.waiting or compute.at_work:
        await asyncio.sleep(0)
    stopping = asyncio.create_task(compute.stop())
    gate.set()
    await stopping
    assert await parcel == 7 and names == ["porter"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["to pack", "plain", "failed", "read"]), max_size=40))
def test_any_mixture_arrives_in_its_order(kinds: list[str]) -> None:
    async def bring() -> list[int]:
        porter, arrived = Porter(asyncio.get_running_loop()), list[int]()
        loop, futures = asyncio.get_running_loop(), []

        def arrive(number: int, _future: object) -> None:
            arrived.append(number)

        for number, kind in enumerate(kinds):
            future = porter.fetch(lambda: None) if kind == "read" else loop.create_future()
            future.add_done_callback(partial(arrive, number))
            futures.append(future)
            if kind == "to pack":
                porter.deliver(future, number, lambda result: result)
            elif kind == "plain":
                porter.deliver(future, number)
            elif kind == "failed":
                porter.deliver_error(future, ValueError())
        await asyncio.gather(*futures, return_exceptions=True)
        await porter.end()
        return arrived

    assert asyncio.run(bring()) == list(range(len(kinds)))
