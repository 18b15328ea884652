"""Work beside the compute thread: it pauses with it, wherever it is, its programs too, and goes on where it was."""

import asyncio
import itertools
import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import psutil
import pytest

from engine.compute.thread import ComputeThread, Urgency

SILENCE_SECONDS = 0.3
PATIENCE_SECONDS = 20.0


@pytest.fixture
async def compute() -> AsyncIterator[ComputeThread]:
    made = ComputeThread()
    yield made
    made.resume()
    await made.stop()


class Counting:
    """Work that enters a function again and again until it is told to end."""

    def __init__(self) -> None:
        self.counted: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.enough = threading.Event()

    def __call__(self) -> str:
        number = 0
        while not self.enough.is_set():
            self.count(number)
            number += 1
        return "counted"

    def count(self, number: int) -> None:
        self.counted.put(number)

    def comes_to_rest(self) -> bool:
        """Whether it is silent for a while, which a busy thread is not within the patience."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            while not self.counted.empty():
                self.counted.get()
            try:
                self.counted.get(timeout=SILENCE_SECONDS)
            except queue.Empty:
                return True
        return False


async def test_it_stops_where_it_is_and_goes_on_from_there(compute: ComputeThread) -> None:
    work = Counting()
    result = asyncio.ensure_future(compute.beside(work))
    await asyncio.to_thread(work.counted.get, timeout=PATIENCE_SECONDS)
    compute.pause()
    assert await asyncio.to_thread(work.comes_to_rest)
    assert await compute.submit(Urgency.CONTROL, lambda: "control") == "control"
    compute.resume()
    await asyncio.to_thread(work.counted.get, timeout=PATIENCE_SECONDS)
    work.enough.set()
    assert await result == "counted"


async def test_what_begins_during_a_pause_waits_for_its_end(compute: ComputeThread) -> None:
    work = Counting()
    work.enough.set()
    compute.pause()
    result = asyncio.ensure_future(compute.beside(work))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(result), SILENCE_SECONDS)
    compute.resume()
    assert await asyncio.wait_for(result, PATIENCE_SECONDS) == "counted"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells of no stopped process")
async def test_a_program_that_it_waits_for_is_stopped_as_well(compute: ComputeThread, tmp_path: Path) -> None:
    """As a compiler's own compiler is."""
    wanted = tmp_path / "enough"
    program = "import os, sys; print('begun', flush=True)\nwhile not os.path.exists(sys.argv[1]): pass"
    command = [sys.executable, "-c", program, str(wanted)]
    begun: queue.SimpleQueue[psutil.Process] = queue.SimpleQueue()

    def work() -> int:
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            begun.put(psutil.Process(child.pid))
            return child.wait()

    result = asyncio.ensure_future(compute.beside(work))
    child = await asyncio.to_thread(begun.get, timeout=PATIENCE_SECONDS)
    compute.pause()
    assert await asyncio.to_thread(until, lambda: child.status() == psutil.STATUS_STOPPED)
    compute.resume()
    assert await asyncio.to_thread(until, lambda: child.status() != psutil.STATUS_STOPPED)
    wanted.touch()
    assert await asyncio.wait_for(result, PATIENCE_SECONDS) == 0


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


async def test_what_it_raises_reaches_whoever_asked(compute: ComputeThread) -> None:
    def work() -> None:
        raise ValueError("no such chip")

    with pytest.raises(ValueError, match="no such chip"):
        await compute.beside(work)


async def test_it_never_stops_within_a_lock_that_the_event_loop_needs(compute: ComputeThread) -> None:
    """As compilers do, whose hundreds of modules make loggers while they are imported."""
    enough, made = threading.Event(), itertools.count()

    def work() -> None:
        while not enough.is_set():
            logging.getLogger(f"beside.{next(made)}")

    def goes_on_after(begun: int) -> bool:
        return next(made) > begun + 2

    result = asyncio.ensure_future(compute.beside(work))
    for turn in range(20):
        begun = next(made)
        assert await asyncio.to_thread(until, partial(goes_on_after, begun))
        compute.pause()
        asked = threading.Thread(target=logging.getLogger, args=(f"loop.{turn}",), daemon=True)
        asked.start()
        await asyncio.to_thread(asked.join, PATIENCE_SECONDS)
        assert not asked.is_alive(), "the event loop would never hear of the pause's end"
        compute.resume()
    enough.set()
    await asyncio.wait_for(result, PATIENCE_SECONDS)


def begun_child(wanted: Path) -> "subprocess.Popen[bytes]":
    program = "import os, sys; print('begun', flush=True)\nwhile not os.path.exists(sys.argv[1]): pass"
    child = subprocess.Popen([sys.executable, "-c", program, str(wanted)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout as told:
        told.readline()
    return child


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells of no stopped process")
async def test_a_program_goes_on_although_the_work_that_began_it_has_ended(
    compute: ComputeThread, tmp_path: Path
) -> None:
    ending, children = threading.Lock(), queue.SimpleQueue[subprocess.Popen[bytes]]()
    ending.acquire()

    def work() -> None:
        children.put(begun_child(tmp_path / "enough"))
        ending.acquire()  # one long call of C, which enters no function

    result = asyncio.ensure_future(compute.beside(work))
    begun = await asyncio.to_thread(children.get, timeout=PATIENCE_SECONDS)
    child = psutil.Process(begun.pid)
    compute.pause()
    assert await asyncio.to_thread(until, lambda: child.status() == psutil.STATUS_STOPPED)
    ending.release()
    await asyncio.wait_for(asyncio.shield(result), PATIENCE_SECONDS)
    compute.resume()
    assert await asyncio.to_thread(until, lambda: child.status() != psutil.STATUS_STOPPED)
    (tmp_path / "enough").touch()
    assert await asyncio.to_thread(begun.wait, PATIENCE_SECONDS) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells of no stopped process")
async def test_an_engine_that_ends_paused_leaves_no_stopped_program_behind(tmp_path: Path) -> None:
    compute, children = ComputeThread(), queue.SimpleQueue[psutil.Process]()

    def work() -> int:
        child = begun_child(tmp_path / "never")
        children.put(psutil.Process(child.pid))
        return child.wait()

    result = asyncio.ensure_future(compute.beside(work))
    child = await asyncio.to_thread(children.get, timeout=PATIENCE_SECONDS)
    compute.pause()
    assert await asyncio.to_thread(until, lambda: child.status() == psutil.STATUS_STOPPED)
    await compute.stop()
    assert await asyncio.to_thread(until, lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    compute.resume()
    assert await asyncio.wait_for(result, PATIENCE_SECONDS) != 0
