"""What goes on for single microbatches side by side: each fails alone, and a stage ends only with all of them."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from engine.compute.thread import ComputeStopped

log = structlog.get_logger(__name__)


class MicrobatchTasks:
    """Belongs to the event loop."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def under_way(self) -> bool:
        return bool(self._tasks)

    async def a_moment(self) -> None:
        """Returns when what is under way has ended, or a moment later."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=0.1)
        else:
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    """One microbatch's trouble is logged and harms no other: the per-message loop of this room."""
    try:
        await work
    except (asyncio.CancelledError, ComputeStopped):
        pass
    except Exception:
        log.exception("microbatch_failed")
