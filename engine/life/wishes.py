"""What the app and the month's allowance want of this engine just now: its pace, its pauses, its end."""

import asyncio
from collections.abc import Coroutine
from enum import Enum, auto
from typing import Any

import msgspec

from protocol.engine_control import SetPace, StartTraining


class PausedBy(Enum):
    """Who wants this engine silent; it goes on when nobody does."""

    PERSON = auto()
    ALLOWANCE = auto()
    """The month's data are used up."""


class Wishes:
    """Belongs to the event loop."""

    def __init__(self, start: StartTraining) -> None:
        self.start = start
        """As the newest pace has it."""
        self.paused_by: frozenset[PausedBy] = frozenset()
        self.stop_within_seconds = 20.0
        """What a stop may still take."""
        self._stop = asyncio.Event()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def stop(self, within_seconds: float) -> None:
        self.stop_within_seconds = within_seconds
        self._stop.set()

    def pause(self, who: PausedBy) -> None:
        self.paused_by |= {who}

    def resume(self, who: PausedBy) -> None:
        self.paused_by -= {who}

    def set_pace(self, pace: SetPace) -> None:
        changes = {name: getattr(pace, name) for name in pace.__struct_fields__ if getattr(pace, name) is not None}
        self.start = msgspec.structs.replace(self.start, **changes)

    async def until_stop(self) -> None:
        await self._stop.wait()

    async def until_stopped(self, work: Coroutine[Any, Any, Any]) -> Any | None:
        """The result of `work`, or None if the app asked to stop first."""
        task = asyncio.create_task(work)
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return None
