"""Work in a thread of its own beside the compute thread, which stops where it is while the computer is paused.

A thread can't be stopped from outside. So Python is asked to call back at each function that the work enters, and
there it waits, unless it holds a lock that the whole process needs; the programs that it has started, and may be
waiting for, are stopped by the system. The calls cost a quarter of the work's own time, which is why the compute thread
itself looks at yield points.
"""

import _imp
import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final, TypeVar

import psutil

T = TypeVar("T")

LOCKING: Final = frozenset({"logging", "logging.handlers", "queue", "tempfile"})
"""Modules that hold a lock of the whole process while they call functions. They hold it for microseconds."""


class WorkBeside:
    """All work beside one compute thread. `pause` and `resume` may be called from any thread."""

    def __init__(self) -> None:
        self._changing = threading.Condition()
        self._paused = False
        self._at_work = 0
        self._suspended: set[psutil.Process] = set()

    def pause(self) -> None:
        """Stop what is at work, within a few functions; what begins from now on waits."""
        with self._changing:
            self._paused = True
            if self._at_work:
                self._suspend_programs()

    def resume(self) -> None:
        """Go on where it was. What was stopped is released even where its work has ended meanwhile."""
        with self._changing:
            for program in self._suspended:
                with contextlib.suppress(psutil.Error):  # it has ended meanwhile
                    program.resume()
            self._suspended.clear()
            self._paused = False
            self._changing.notify_all()

    def end(self) -> None:
        """Nothing stays stopped behind a process that ends. The work goes with it: nobody waits for that thread."""
        with self._changing:
            for program in self._suspended:
                with contextlib.suppress(psutil.Error):
                    program.kill()
            self._suspended.clear()

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises, from a thread that nothing waits for when the process ends."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: Exception | None) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]

        def thread() -> None:
            result: T | None = None
            failure: Exception | None = None
            try:
                result = self._stoppable(work)
            except Exception as error:  # noqa: BLE001 - whoever asked gets the error
                failure = error
            with contextlib.suppress(RuntimeError):  # nobody is there any more
                loop.call_soon_threadsafe(settle, result, failure)

        threading.Thread(target=thread, name="beside", daemon=True).start()
        return await future

    def _stoppable(self, work: Callable[[], T]) -> T:
        with self._changing:
            self._at_work += 1
        sys.settrace(self._on_call)
        try:
            return work()
        finally:
            sys.settrace(None)
            with self._changing:
                self._at_work -= 1

    def _on_call(self, frame: FrameType, _event: str, _argument: object) -> None:
        """Python's own trace function: called as a function is entered; None asks for nothing of its lines."""
        if self._paused and not _holds_a_common_lock(frame):
            with self._changing:
                if self._paused:  # one may have been started since the pause began
                    self._suspend_programs()
                self._changing.wait_for(lambda: not self._paused)

    def _suspend_programs(self) -> None:
        """This process starts none but those of its work."""
        for program in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):  # it has ended meanwhile
                program.suspend()
                self._suspended.add(program)


def _holds_a_common_lock(frame: FrameType) -> bool:
    """Whether stopping here could stop the event loop too, which must hear when to go on: while modules are searched
    for, and within what logs."""
    if _imp.lock_held():
        return True
    caller: FrameType | None = frame
    while caller is not None:
        if caller.f_globals.get("__name__") in LOCKING:
            return True
        caller = caller.f_back
    return False
