"""A merge task in pieces: between two of them a pause is waited out, and what nobody asks for any more is dropped."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from engine.network.silence import Silence, Silenced
from protocol.merges import MergeTask

T = TypeVar("T")


class Withdrawn(Exception):
    """What was being uploaded is not wanted any more."""


class TaskDropped(Exception):
    """A task was asked no more while the computer was paused."""


class Pieces:
    """Knows what is asked now, and which of it is at work. Belongs to the event loop."""

    def __init__(self, silence: Silence) -> None:
        self.silence = silence
        self.asked: tuple[MergeTask, ...] = ()
        self.at_work: MergeTask | None = None
        self.rested_seconds = 0.0
        """In pauses, which are no slowness of the line."""
        self._asked_anew = asyncio.Event()
        self._uploading: tuple[MergeTask, asyncio.Future[None]] | None = None

    def take(self, tasks: tuple[MergeTask, ...]) -> None:
        """The whole list of what is asked now."""
        self.asked = tasks
        if self._uploading is not None and not self._is_wanted(self._uploading[0]):
            self._uploading[1].cancel()
        self._asked_anew.set()

    def _is_wanted(self, task: MergeTask) -> bool:
        """Whether this, or the same with other jobs, is still asked for."""
        return any(type(each) is type(task) and each.merge_id == task.merge_id for each in self.asked)

    async def unless_dropped(self) -> None:
        """Between two pieces of a task: waits while the computer is paused; raises TaskDropped if nobody waits for the
        task any more."""
        while self.silence.reigns:
            began = time.monotonic()
            self._asked_anew.clear()
            if self.at_work not in self.asked:
                raise TaskDropped
            waits = [asyncio.create_task(each) for each in (self.silence.over(), self._asked_anew.wait())]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()
            self.rested_seconds += time.monotonic() - began

    async def through_pauses(self, piece: Callable[[], Awaitable[T]]) -> T:
        """A piece that a pause may break off, begun anew after it."""
        while True:
            await self.unless_dropped()
            try:
                return await piece()
            except Silenced:
                continue

    async def in_thread(self, piece: Callable[[], T]) -> T:
        await self.unless_dropped()
        return await asyncio.to_thread(piece)

    async def upload(self, task: MergeTask, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Upload, through pauses, but not on when nobody asks for it any more: raises Withdrawn then. A line that is
        too thin for one merge would else be full of its remains when the next one asks."""

        async def piece() -> None:
            await self._upload(task, begin)

        await self.through_pauses(piece)

    async def _upload(self, task: MergeTask, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Raises Withdrawn, and Silenced in a pause."""
        sending = asyncio.ensure_future(begin())
        self._uploading = (task, sending)
        try:
            if not self._is_wanted(task):
                sending.cancel()
            # Not awaited itself: a cancellation of this task and one of the upload could not be told apart then.
            await asyncio.wait({sending})
        finally:
            self._uploading = None
            sending.cancel()  # where this program ends
        if sending.cancelled():
            raise Withdrawn
        sending.result()
