"""What is done for a pass before the compute thread has it and after: numbers out of packets, and into them.

Huffman's code takes a processor some ten nanoseconds a number, and a card would stand still meanwhile. One thread
beside the computing one does it, in order: what the compute thread has made arrives in the order in which it was made,
whether there was anything left to do to it or not, so that journal and commitments keep the order of the passes.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar

T = TypeVar("T")
Settlement: TypeAlias = Callable[[], None]
"""For the event loop to call: gives a future what it waits for."""
_END: Final = None


class Porter:
    """Belongs to an event loop, whose futures it brings results to; one other thread may deliver."""

    def __init__(self, loop: asyncio.AbstractEventLoop, prepare: Callable[[], None] = lambda: None) -> None:
        self._loop = loop
        self._prepare = prepare
        self._work: queue.SimpleQueue[Callable[[], Settlement] | None] = queue.SimpleQueue()
        self._counting = threading.Lock()
        self._under_way = 0
        self._thread = threading.Thread(target=self._run, name="porter", daemon=True)
        self._thread.start()

    def fetch(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Call from the event loop; the future gets what `work` returns or raises."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._put(lambda: _settlement(future, work))
        return future

    def deliver(self, future: "asyncio.Future[Any]", result: Any, finish: Callable[[Any], Any] | None = None) -> None:
        """Bring the future the result, or what `finish` makes of it, behind all that was delivered before. Where there
        is neither anything to do nor anything before it, it does not come by this thread."""
        if finish is not None:
            self._put(lambda: _settlement(future, lambda: finish(result)))
        else:
            self._pass_on(partial(_finish, future, result))

    def deliver_error(self, future: "asyncio.Future[Any]", error: Exception) -> None:
        """The same with what a job raised."""
        self._pass_on(partial(_fail, future, error))

    async def end(self) -> None:
        """Returns once all that was begun has arrived."""
        self._work.put(_END)
        await asyncio.to_thread(self._thread.join)

    def _pass_on(self, settlement: Settlement) -> None:
        with self._counting:
            alone = not self._under_way
        if alone:
            self._loop.call_soon_threadsafe(settlement)
        else:
            self._put(lambda: settlement)

    def _put(self, work: Callable[[], Settlement]) -> None:
        with self._counting:
            self._under_way += 1
        self._work.put(work)

    def _run(self) -> None:
        self._prepare()
        while (work := self._work.get()) is not _END:
            self._loop.call_soon_threadsafe(work())
            del work  # the next may be long in coming, and this one holds a packet's numbers
            with self._counting:
                self._under_way -= 1


def _settlement(future: "asyncio.Future[Any]", work: Callable[[], Any]) -> Settlement:
    try:
        return partial(_finish, future, work())
    except Exception as error:  # noqa: BLE001 - per-job loop: whoever asked gets the error
        return partial(_fail, future, error)


def _finish(future: "asyncio.Future[Any]", result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Any]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
