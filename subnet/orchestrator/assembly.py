"""Puts one orchestrator together: context, routers, periodic tasks, and what happens at start and end.

`__main__` hands it to a server; tests hand it to a client. A part is added in `_put_together`: its routers, its
periodic tasks.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog
from litestar import Litestar
from litestar.types import ControllerRouterHandler
from sqlalchemy import Connection

from chain.keys import Keypair
from chain.network import Chain
from protocol.keys import HotkeyVerifier, NodeId
from protocol.validator_api import DisputeVerdict
from subnet.orchestrator.auditing.asking import tasks_of
from subnet.orchestrator.auditing.drawable import note_lines
from subnet.orchestrator.auditing.validators import any_validator_at_work
from subnet.orchestrator.clocks import CalmClock, Clock, SteadyClock, steady_clock, system_clock
from subnet.orchestrator.context import Context, PeriodicTask, Settings
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.http import build_app
from subnet.orchestrator.merging.answers import MergeAnswerService
from subnet.orchestrator.merging.service import MergeService
from subnet.orchestrator.merging.steps import MergeSteps
from subnet.orchestrator.migrations import migrate
from subnet.orchestrator.miners.attendance import Attendance
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.miners.desk import MinerDesk
from subnet.orchestrator.miners.meetings import Meetings
from subnet.orchestrator.miners.miners import read_miner
from subnet.orchestrator.miners.news import Newsroom
from subnet.orchestrator.miners.rendezvous import Rendezvous
from subnet.orchestrator.miners.steering_driver import SteeringDriver
from subnet.orchestrator.money.postings import purse
from subnet.orchestrator.oversight import oversee
from subnet.orchestrator.receipts.receipts import ReceiptService
from subnet.orchestrator.runs.driver import RunDriver
from subnet.orchestrator.storage.garbage import Garbage
from subnet.orchestrator.storage.routes import store_router
from subnet.orchestrator.storage.store import ObjectStore
from subnet.orchestrator.tables.database import Database
from subnet.orchestrator.web.line_routes import LineDesk, LineLimits, line_router
from subnet.orchestrator.web.miner_routes import MinerParts, hello_router, miner_router
from subnet.orchestrator.web.projections import announce_miner
from subnet.orchestrator.web.sessions import Sessions
from subnet.orchestrator.web.validator_routes import NamedValidators, ValidatorGate

ATTENDANCE_SECONDS = 0.5
LOOK_SECONDS = 1.0
"""Between looks at what runs and merges wait for where no bell rings: steps enough for a merge, leases that lapse."""
GARBAGE_SECONDS = 10.0
STEERING_SECONDS = 1.0

_log = structlog.get_logger()


@dataclass(frozen=True)
class Orchestrator:
    """One orchestrator, open."""

    context: Context
    app: Litestar
    tasks: tuple[PeriodicTask, ...]
    bells: Bells
    merges: MergeService
    meetings: Meetings
    attendance: Attendance

    def end_streams(self) -> None:
        """Let every open event stream end now; whoever listened comes back to the next process."""
        self.context.closing.set()
        self.bells.ring_all()
        self.context.events.ring()


@dataclass(frozen=True)
class Outside:
    """What lies beyond this process: who may validate, the chain with the key that pays from the pool, and where miners
    keep a connection so that they can be introduced to each other."""

    gate: ValidatorGate = field(default_factory=lambda: NamedValidators(()))
    chain: Chain | None = None
    pool: Keypair | None = None
    rendezvous: Rendezvous | None = None


@dataclass(frozen=True)
class _Parts:
    routers: tuple[ControllerRouterHandler, ...]
    tasks: tuple[PeriodicTask, ...]
    attendance: Attendance
    bells: Bells
    merges: MergeService
    meetings: Meetings


@asynccontextmanager
async def open_orchestrator(
    settings: Settings,
    address: str,
    verify_hotkey: HotkeyVerifier,
    wall: Clock = system_clock,
    outside: Outside | None = None,
    background: bool = True,
    steady: SteadyClock = steady_clock,
) -> AsyncIterator[Orchestrator]:
    """An orchestrator on its folder, its periodic tasks running until the block is left.

    Without `background` nobody runs them: whoever opened it holds the clocks.
    """
    context = await _open_context(settings, address, verify_hotkey, wall, steady)
    try:
        outside = outside or Outside()
        parts = _put_together(context, outside)
        await parts.attendance.load()
        app = build_app(context, parts.routers)
        orchestrator = Orchestrator(
            context, app, parts.tasks, parts.bells, parts.merges, parts.meetings, parts.attendance
        )
        turning = orchestrator.tasks if background else ()
        running = [asyncio.create_task(_repeat(task, context.closing), name=task.name) for task in turning]
        meeting = asyncio.create_task(_meet(outside.rendezvous, context, parts.bells), name="rendezvous")
        try:
            yield orchestrator
        finally:
            orchestrator.end_streams()
            meeting.cancel()
            await asyncio.gather(*running)
    finally:
        await context.database.close()


async def _open_context(
    settings: Settings,
    address: str,
    verify_hotkey: HotkeyVerifier,
    wall: Clock,
    steady: SteadyClock,
) -> Context:
    settings.folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.folder / "orchestrator.sqlite")
    await database.write(migrate)
    clock = CalmClock(wall, steady)
    sessions = Sessions(database, address, verify_hotkey, wall)
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
        steady=steady,
        wall=wall,
    )


@dataclass(frozen=True)
class _Court:
    """Brings a validator's word on a merge to whoever leads the merges."""

    context: Context
    merges: MergeService

    async def dispute_decided(self, dispute_id: int, right_hash: str, state_key: str | None, decided_by: str) -> None:
        verdict = DisputeVerdict(dispute_id=dispute_id, right_hash=right_hash, state_key=state_key)
        now_ms = self.context.clock()
        await self.context.database.write(
            lambda connection: self.merges.disputes.settle(connection, verdict, decided_by, now_ms)
        )


def _put_together(context: Context, outside: Outside) -> _Parts:
    """Every part once, each handed what it needs."""
    bells = Bells()
    steps = MergeSteps(context, bells)
    merges = MergeService(context, steps, any_validator_at_work)

    def announce(connection: Connection, node: NodeId, now_ms: int) -> None:
        announce_miner(connection, context.events, node, now_ms)

    attendance = Attendance(context, bells, steps, announce)
    meetings = outside.rendezvous.meetings if outside.rendezvous else Meetings()
    miners = MinerParts(
        desk=MinerDesk(context, bells, attendance, announce, purse, meetings),
        receipts=ReceiptService(context, bells, (note_lines, context.steering.note_lines)),
        merge_answers=MergeAnswerService(context, steps),
        bells=bells,
        newsroom=Newsroom(meetings, context.steering, tasks_of),
    )
    oversight = oversee(context, bells, _Court(context, merges), outside.gate, outside.chain, outside.pool)
    tasks = (
        PeriodicTask("attendance", ATTENDANCE_SECONDS, attendance.sweep),
        PeriodicTask("runs", LOOK_SECONDS, RunDriver(context, bells).tick, bells.runs_wake),
        PeriodicTask("steering", STEERING_SECONDS, SteeringDriver(context, bells).tick),
        PeriodicTask("merges", LOOK_SECONDS, merges.tick, bells.merges_wake),
        PeriodicTask("garbage", GARBAGE_SECONDS, Garbage(context).collect),
        *oversight.tasks,
    )
    greeting = hello_router(outside.rendezvous.announced if outside.rendezvous else None)
    line = line_router(LineDesk(LineLimits(), context.clock()))
    routers = (greeting, miner_router(miners), store_router(), line, *oversight.routers)
    return _Parts(routers, tasks, attendance, bells, merges, meetings)


async def _meet(rendezvous: Rendezvous | None, context: Context, bells: Bells) -> None:
    """Let registered miners in, and have their neighbours hear where they are."""

    async def moved(node: NodeId) -> bool:
        miner = await context.database.read(lambda connection: read_miner(connection, node))
        if miner is not None:
            bells.ring(miner.run_id)
        return miner is not None

    if rendezvous is not None:
        await rendezvous.serve(moved)


async def _repeat(task: PeriodicTask, closing: asyncio.Event) -> None:
    while not closing.is_set():
        try:
            await task.run()
        except Exception:  # noqa: BLE001 - per-turn loop
            # A turn that fails (a full disk, say) must not end the turns after it.
            _log.exception("periodic_task_failed", task=task.name)
        await _pause(task, closing)


async def _pause(task: PeriodicTask, closing: asyncio.Event) -> None:
    """Until the next turn is due."""
    awaited = [asyncio.ensure_future(event.wait()) for event in (closing, task.wake) if event is not None]
    await asyncio.wait(awaited, timeout=task.seconds, return_when=asyncio.FIRST_COMPLETED)
    for each in awaited:
        each.cancel()
    if task.wake is not None:
        task.wake.clear()
