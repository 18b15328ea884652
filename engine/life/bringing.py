"""The state folder, with what is large of the work brought to where the person wants it: from one disk to another that
takes minutes, in which the app hears how far it is, and a stop breaks it off."""

import asyncio
from typing import Final

from engine.disk.state_folder import StateFolder, open_state_folder
from engine.life.telling import Telling
from engine.life.wishes import Wishes
from protocol.engine_control import StartTraining, WorkMoving

TELLINGS: Final = 100
"""Of one move, at most."""


class _Stopped(Exception):
    """What was moved so far is moved; the next start goes on with the rest."""


async def bring_folder(start: StartTraining, wishes: Wishes, telling: Telling) -> StateFolder | None:
    """None where the app asked to stop first; raises StorageError."""
    loop = asyncio.get_running_loop()
    due_bytes = 0

    def watch(done_bytes: int, total_bytes: int) -> None:
        nonlocal due_bytes
        if wishes.stopping:
            raise _Stopped
        if done_bytes >= due_bytes:
            due_bytes = min(total_bytes, done_bytes + total_bytes // TELLINGS)
            loop.call_soon_threadsafe(telling.tell, WorkMoving(done_bytes=done_bytes, total_bytes=total_bytes))

    try:
        return await asyncio.to_thread(open_state_folder, start.state_folder, start.work_folder, watch)
    except _Stopped:
        return None
