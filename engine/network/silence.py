"""The silence of a pause: work that takes long asks at each of its pieces whether it may go on.

Heartbeats, receipts, leases that go back, answers of a few kilobytes and the event stream go on meanwhile. Everything
else waits or is broken off: objects of merges and audits, downloads, parked packets, what threads compute and write.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from protocol.errors import Unavailable

T = TypeVar("T")


class Silenced(Unavailable):
    """A pause broke this off. Who knows of no pauses tries again later, as with any absence."""

    code = "silenced"

    def __init__(self, silence: "Silence") -> None:
        super().__init__("This computer is paused.", "It goes on after the pause.")
        self._silence = silence

    async def over(self) -> None:
        """Returns when the pause that broke it off is over."""
        await self._silence.over()


class Silence:
    """One per engine. Belongs to the event loop; `check` may be called from any thread."""

    def __init__(self) -> None:
        self._reigns = False
        self._begun = asyncio.Event()
        self._over = asyncio.Event()
        self._over.set()

    @property
    def reigns(self) -> bool:
        return self._reigns

    def begin(self) -> None:
        self._reigns = True
        self._over.clear()
        self._begun.set()

    def end(self) -> None:
        self._reigns = False
        self._begun.clear()
        self._over.set()

    def check(self) -> None:
        """Between two pieces of work: raises Silenced during a pause."""
        if self._reigns:
            raise Silenced(self)

    async def over(self) -> None:
        """Returns when there is no pause, at once outside of one."""
        while self._reigns:
            await self._over.wait()

    async def unbroken(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns or raises; a pause cancels it and raises Silenced, and lets none begin."""
        if self._reigns:
            work.close()
            raise Silenced(self)
        task, begun = asyncio.create_task(work), asyncio.create_task(self._begun.wait())
        try:
            await asyncio.wait({task, begun}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise Silenced(self)
        finally:
            for each in (task, begun):
                each.cancel()
            await asyncio.gather(task, begun, return_exceptions=True)


async def after_pauses(work: Callable[[], Awaitable[T]]) -> T:
    """What `work` comes to; begun anew after each pause that broke it off."""
    while True:
        try:
            return await work()
        except Silenced as silenced:
            await silenced.over()
