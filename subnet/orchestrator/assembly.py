"""Puts one orchestrator together: context, routers, periodic tasks, and what happens at start and end.

`__main__` hands it to a server; tests hand it to a client. A part is added here in three places at most: its
routers, its periodic tasks, and what it does `on_open`.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from litestar import Litestar
from litestar.types import ControllerRouterHandler

from protocol.keys import HotkeyVerifier
from subnet.orchestrator.context import Clock, Context, PeriodicTask, Settings, system_clock
from subnet.orchestrator.database import Database
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.http import build_app
from subnet.orchestrator.migrations import migrate
from subnet.orchestrator.sessions import Sessions
from subnet.orchestrator.store import ObjectStore

_log = structlog.get_logger()


@dataclass(frozen=True)
class Orchestrator:
    """One orchestrator, open."""

    context: Context
    app: Litestar
    tasks: tuple[PeriodicTask, ...]


@asynccontextmanager
async def open_orchestrator(
    settings: Settings, address: str, verify_hotkey: HotkeyVerifier, clock: Clock = system_clock
) -> AsyncIterator[Orchestrator]:
    """An orchestrator on its folder, its periodic tasks running until the block is left."""
    context = await _open_context(settings, address, verify_hotkey, clock)
    try:
        orchestrator = Orchestrator(context, build_app(context, routers(context)), periodic_tasks(context))
        running = [asyncio.create_task(_repeat(task, context.closing), name=task.name) for task in orchestrator.tasks]
        try:
            yield orchestrator
        finally:
            context.closing.set()
            await asyncio.gather(*running)
    finally:
        await context.database.close()


async def _open_context(settings: Settings, address: str, verify_hotkey: HotkeyVerifier, clock: Clock) -> Context:
    settings.folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.folder / "orchestrator.sqlite")
    await database.write(migrate)
    sessions = Sessions(database, address, verify_hotkey)
    await sessions.load(clock())
    return Context(
        settings=settings,
        address=address,
        clock=clock,
        database=database,
        events=EventLog(database),
        sessions=sessions,
        store=await asyncio.to_thread(ObjectStore, settings.folder / "store"),
        verify_hotkey=verify_hotkey,
    )


def routers(context: Context) -> Sequence[ControllerRouterHandler]:
    """All handlers of all parts."""
    return ()


def periodic_tasks(context: Context) -> tuple[PeriodicTask, ...]:
    """All that is done again and again."""
    return ()


async def _repeat(task: PeriodicTask, closing: asyncio.Event) -> None:
    while not closing.is_set():
        try:
            await task.run()
        except Exception:
            # A turn that fails (a full disk, say) must not end the turns after it.
            _log.exception("periodic_task_failed", task=task.name)
        try:
            async with asyncio.timeout(task.seconds):
                await closing.wait()
        except TimeoutError:
            continue
