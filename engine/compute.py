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

    def __init__(
        self, prepare: Callable[[], None] = lambda: None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._prepare = prepare
        self._clock = clock
        self._ready = threading.Condition()
        self._jobs: list[tuple[int, int, Callable[[], Any], asyncio.Future[Any]]] = []
        self._order = itertools.count()
        self._paused = False
        self._stopping = False
        self._at_work = False
        self._without_job_since: float | None = clock()
        self._idle_seconds = 0.0
        self._busy_seconds = 0.0
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

    @property
    def busy_seconds(self) -> float:
        """Wall-clock seconds spent in jobs that are over."""
        return self._busy_seconds

    @property
    def idle_seconds(self) -> float:
        """Wall-clock seconds that the thread waited for a job which has since come; a pause is no idleness."""
        return self._idle_seconds

    def pause(self) -> None:
        """Take no more passes; the one at work ends at its next layer's or its own end."""
        with self._ready:
            self._end_idleness()
            self._paused = True

    def resume(self) -> None:
        with self._ready:
            self._paused = False
            if not self._at_work:
                self._without_job_since = self._clock()
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
                    self._end_idleness()
                    self._at_work = True
                    return urgency, job, future
                self._ready.wait()
            return None

    def _end_idleness(self) -> None:
        if self._without_job_since is not None:
            self._idle_seconds += self._clock() - self._without_job_since
            self._without_job_since = None

    def _end_job(self, began: float) -> None:
        with self._ready:
            now = self._clock()
            self._busy_seconds += now - began
            self._at_work = False
            if not self._paused:
                self._without_job_since = now

    def _run(self) -> None:
        _give_way()
        self._prepare()
        while (taken := self._next()) is not None:
            urgency, job, future = taken
            began = self._clock()
            try:
                result = job()
            except PassInterrupted:
                self._end_job(began)
                self._take_back(urgency, job, future)
            except Exception as error:  # noqa: BLE001 - per-job loop: whoever asked gets the error
                self._end_job(began)
                self._loop.call_soon_threadsafe(_fail, future, error)
            else:
                self._end_job(began)
                self._loop.call_soon_threadsafe(_finish, future, result)


def _finish(future: "asyncio.Future[Any]", result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Any]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
