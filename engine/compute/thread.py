"""The compute thread: the only one that touches the shard. It takes the most urgent job, always.

Backward goes before forward, since it frees memory and lets others finish; both wait behind short control jobs
(merges, checkpoints), and all but those wait while paused.
"""

import asyncio
import contextlib
import heapq
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, TypeVar

from engine.compute.beside import WorkBeside
from engine.compute.pacing import Pacing
from engine.compute.porter import Porter
from engine.network.silence import Silence

T = TypeVar("T")
U = TypeVar("U")
NICENESS: Final = 10
SWITCH_SECONDS: Final = 0.0005
"""How long the event loop waits for the compute thread to let go of the interpreter; Python's own 5 ms would be added
to every packet's way while a small model computes."""


class Urgency(IntEnum):
    """Smaller goes first; all but control waits while paused."""

    CONTROL = 0
    BACKWARD = 1
    FORWARD = 2
    EVALUATE = 3


class PassInterrupted(Exception):
    """Raised at a layer's border when a pause was asked for; the job starts anew after the pause."""


class ComputeStopped(Exception):
    """The thread ended before it came to a job."""


def give_way(niceness: int = NICENESS) -> None:
    """Let the event loop's thread, and whatever else the computer does, go before the calling one. On Linux niceness is
    a thread's own; elsewhere it is the whole process's and stays as it is. Raising the priority again needs a right
    that few have: without it the thread stays as it is."""
    if sys.platform == "linux":
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)


@dataclass(frozen=True, eq=False)
class _Task:
    urgency: Urgency
    job: Callable[[], Any]
    finish: Callable[[Any], Any] | None
    future: "asyncio.Future[Any]"


class ComputeThread:
    """Runs functions one at a time in one named thread and brings their results to the event loop, in their order."""

    def __init__(
        self,
        prepare: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.perf_counter,
        silence: Silence | None = None,
    ) -> None:
        self.silence = silence or Silence()
        """For what works beside the thread and must rest with it."""
        self._prepare = prepare
        self._clock = clock
        self._ready = threading.Condition()
        self._jobs: list[tuple[int, int, _Task]] = []
        self._order = itertools.count()
        self._paused = False
        self._stopping = False
        self._pacing = Pacing()
        self._beside = WorkBeside()
        self._at_work = False
        self._progress = 0
        self._without_job_since: float | None = clock()
        self._idle_seconds = 0.0
        self._busy_seconds = 0.0
        self._loop = asyncio.get_running_loop()
        self._porter = Porter(self._loop, give_way)
        self._thread = threading.Thread(target=self._run, name="compute", daemon=True)
        self._thread.start()

    def submit(self, urgency: Urgency, job: Callable[[], T]) -> "asyncio.Future[T]":
        """Call from the event loop; the future gets the result or the exception, ComputeStopped after `stop`."""
        return self._submit(urgency, job, None)

    def submit_finished(self, urgency: Urgency, job: Callable[[], T], finish: Callable[[T], U]) -> "asyncio.Future[U]":
        """The same, but the future gets what `finish` makes of the result, while the thread is at its next job."""
        return self._submit(urgency, job, finish)

    def ahead(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """What `work` returns or raises, done in order beside the thread: for what a job will need."""
        if self._stopping:
            return self._stopped()
        return self._porter.fetch(work)

    def _submit(
        self, urgency: Urgency, job: Callable[[], Any], finish: Callable[[Any], Any] | None
    ) -> "asyncio.Future[Any]":
        with self._ready:
            if self._stopping:
                return self._stopped()
            task = _Task(urgency, job, finish, self._loop.create_future())
            heapq.heappush(self._jobs, (urgency, next(self._order), task))
            self._ready.notify()
        return task.future

    def _stopped(self) -> "asyncio.Future[Any]":
        future: asyncio.Future[Any] = self._loop.create_future()
        future.set_exception(ComputeStopped())
        future.exception()
        return future

    async def beside(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises, from a thread of its own that pauses with this one, wherever it is."""
        return await self._beside.run(work)

    @property
    def waiting(self) -> int:
        return len(self._jobs)

    @property
    def at_work(self) -> bool:
        """Whether it has a job at this moment; one that was interrupted waits."""
        return self._at_work

    @property
    def progress(self) -> int:
        """Grows with every job taken and every layer's border crossed."""
        return self._progress

    @property
    def busy_seconds(self) -> float:
        """Wall-clock seconds spent in jobs that are over."""
        return self._busy_seconds

    @property
    def idle_seconds(self) -> float:
        """Wall-clock seconds that the thread waited for a job which has since come; a pause is no idleness, nor is a
        rest that the duty cycle asks for."""
        return self._idle_seconds

    def set_duty_cycle(self, duty_cycle: float) -> None:
        """The share of the time that passes may take from now on, above 0 to 1; the thread rests between them."""
        with self._ready:
            self._pacing = self._pacing.with_duty_cycle(duty_cycle, self._clock())
            self._ready.notify()

    def pause(self) -> None:
        """Take no more passes; the one at work ends at its next layer's or its own end."""
        with self._ready:
            self._end_idleness()
            self._paused = True
        self.silence.begin()
        self._beside.pause()

    def resume(self) -> None:
        self._beside.resume()
        with self._ready:
            self._paused = False
            if not self._at_work:
                self._without_job_since = self._clock()
            self._ready.notify()
        self.silence.end()

    @property
    def paused(self) -> bool:
        return self._paused

    async def stop(self) -> None:
        """End after the job at work; those waiting fail with ComputeStopped."""
        with self._ready:
            self._stopping = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join)
        await self._porter.end()
        self._beside.end()
        for _urgency, _order, task in self._jobs:
            if not task.future.done():
                task.future.set_exception(ComputeStopped())
                task.future.exception()
        self._jobs.clear()

    def yield_point(self) -> None:
        """For the shard, between layers: raises PassInterrupted if a pause was asked for."""
        self._progress += 1
        if self._paused:
            raise PassInterrupted

    def _take_back(self, task: _Task) -> None:
        with self._ready:
            heapq.heappush(self._jobs, (task.urgency, next(self._order), task))

    def _next(self) -> _Task | None:
        with self._ready:
            while not self._stopping:
                control = bool(self._jobs) and self._jobs[0][0] == Urgency.CONTROL
                rest_seconds = 0.0 if control or self._paused else self._pacing.rest_seconds(self._clock())
                if self._jobs and (control or not (self._paused or rest_seconds)):
                    _urgency, _order, task = heapq.heappop(self._jobs)
                    self._end_idleness()
                    self._at_work = True
                    self._progress += 1
                    return task
                self._ready.wait(rest_seconds or None)
            return None

    def _end_idleness(self) -> None:
        if self._without_job_since is not None:
            self._idle_seconds += max(0.0, self._clock() - max(self._without_job_since, self._pacing.rest_until))
            self._without_job_since = None

    def _end_job(self, urgency: Urgency, began: float) -> None:
        with self._ready:
            now = self._clock()
            if urgency != Urgency.CONTROL:
                self._pacing = self._pacing.after_pass(began, now)
            self._busy_seconds += now - began
            self._at_work = False
            if not self._paused:
                self._without_job_since = now

    def _run(self) -> None:
        give_way()
        self._prepare()
        while (task := self._next()) is not None:
            began = self._clock()
            try:
                result = task.job()
            except PassInterrupted:
                self._end_job(task.urgency, began)
                self._take_back(task)
            except Exception as error:  # noqa: BLE001 - per-job loop: whoever asked gets the error
                self._end_job(task.urgency, began)
                self._porter.deliver_error(task.future, error)
            else:
                self._end_job(task.urgency, began)
                self._porter.deliver(task.future, result, task.finish)
                del result  # the next job may be long in coming
            del task
