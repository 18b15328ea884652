"""The compute thread: the only one that touches the shard. It takes the most urgent job, always.

Backward goes before forward, since it frees memory and lets others finish; both wait behind short control jobs
(merges, checkpoints), and all but those wait while paused.
"""

import asyncio
import heapq
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable
from enum import IntEnum
from typing import Any, Final, TypeVar

T = TypeVar("T")
NICENESS: Final = 10


class Urgency(IntEnum):
    """Smaller goes first; PAUSABLE and above wait while paused."""

    CONTROL = 0
    BACKWARD = 1
    FORWARD = 2
    EVALUATE = 3


class PassInterrupted(Exception):
    """Raised at a layer's border when a pause was asked for; the job starts anew after the pause."""


class ComputeStopped(Exception):
    """The thread ended before it came to a job."""


def _give_way() -> None:
    """Let the event loop's thread, and whatever else the computer does, go before this one. On Linux niceness is a
    thread's own; elsewhere it is the whole process's and stays as it is."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


class ComputeThread:
    """Runs functions one at a time in one named thread and brings their results to the event loop."""

    def __init__(self, prepare: Callable[[], None] = lambda: None) -> None:
        self._prepare = prepare
        self._ready = threading.Condition()
        self._jobs: list[tuple[int, int, Callable[[], Any], asyncio.Future[Any]]] = []
        self._order = itertools.count()
        self._paused = False
        self._stopping = False
        self.busy_seconds = 0.0
        self.idle_seconds = 0.0
        """How long the thread has computed, and how long it had nothing to do though nobody had paused it."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="compute", daemon=True)
        self._thread.start()

    def submit(self, urgency: Urgency, job: Callable[[], T]) -> "asyncio.Future[T]":
        """Call from the event loop; the future gets the result or the exception, ComputeStopped after `stop`."""
        future: asyncio.Future[T] = self._loop.create_future()
        with self._ready:
            if self._stopping:
                future.set_exception(ComputeStopped())
                future.exception()
                return future
            heapq.heappush(self._jobs, (urgency, next(self._order), job, future))
            self._ready.notify()
        return future

    @property
    def waiting(self) -> int:
        return len(self._jobs)

    def pause(self) -> None:
        """Take no more passes; the one at work ends at its next layer's or its own end."""
        with self._ready:
            self._paused = True

    def resume(self) -> None:
        with self._ready:
            self._paused = False
            self._ready.notify()

    @property
    def paused(self) -> bool:
        return self._paused

    async def stop(self) -> None:
        """End after the job at work; those waiting fail with ComputeStopped."""
        with self._ready:
            self._stopping = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join)
        for _urgency, _order, _job, future in self._jobs:
            if not future.done():
                future.set_exception(ComputeStopped())
                future.exception()
        self._jobs.clear()

    def yield_point(self) -> None:
        """For the shard, between layers: raises PassInterrupted if a pause was asked for."""
        if self._paused:
            raise PassInterrupted

    def _take_back(self, urgency: int, job: Callable[[], Any], future: "asyncio.Future[Any]") -> None:
        with self._ready:
            heapq.heappush(self._jobs, (urgency, next(self._order), job, future))

    def _next(self) -> tuple[int, Callable[[], Any], "asyncio.Future[Any]"] | None:
        with self._ready:
            while not self._stopping:
                if self._jobs and (not self._paused or self._jobs[0][0] == Urgency.CONTROL):
                    urgency, _order, job, future = heapq.heappop(self._jobs)
                    return urgency, job, future
                self._ready.wait()
            return None

    def _run(self) -> None:
        _give_way()
        self._prepare()
        while True:
            began, paused = time.perf_counter(), self._paused
            if (taken := self._next()) is None:
                return
            got = time.perf_counter()
            self.idle_seconds += 0.0 if paused else got - began
            urgency, job, future = taken
            try:
                result = job()
            except PassInterrupted:
                self._take_back(urgency, job, future)
            except Exception as error:  # noqa: BLE001 - per-job loop: whoever asked gets the error
                self._loop.call_soon_threadsafe(_fail, future, error)
            else:
                self._loop.call_soon_threadsafe(_finish, future, result)
            self.busy_seconds += time.perf_counter() - got


def _finish(future: "asyncio.Future[Any]", result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Any]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
