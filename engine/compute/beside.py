"""Work in a thread of its own beside the compute thread, which stops where it is while the computer is paused.

A thread can't be stopped from outside. So Python is asked to call back at each function that the work enters, and
there it waits; the programs that it has started, and may be waiting for, are stopped by the system. The calls cost a
quarter of the work's own time, which is why the compute thread itself looks at yield points.
"""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

import psutil

T = TypeVar("T")


class WorkBeside:
    """All work beside one compute thread. `pause` and `resume` may be called from any thread."""

    def __init__(self) -> None:
        self._changing = threading.Condition()
        self._paused = False
        self._at_work = 0

    def pause(self) -> None:
        """Stop what is at work, within a few functions; what begins from now on waits."""
        with self._changing:
            self._paused = True
            if self._at_work:
                _for_each_program(psutil.Process.suspend)

    def resume(self) -> None:
        """Go on where it was."""
        with self._changing:
            if self._paused and self._at_work:
                _for_each_program(psutil.Process.resume)
            self._paused = False
            self._changing.notify_all()

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

    def _on_call(self, _frame: FrameType, _event: str, _argument: object) -> None:
        """Python's own trace function: called as a function is entered; None asks for nothing of its lines."""
        if self._paused:
            with self._changing:
                if self._paused:  # one may have been started since the pause began
                    _for_each_program(psutil.Process.suspend)
                self._changing.wait_for(lambda: not self._paused)


def _for_each_program(act: Callable[[psutil.Process], None]) -> None:
    """This process starts none but those of its work."""
    for program in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has ended meanwhile
            act(program)
