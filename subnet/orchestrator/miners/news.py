"""What all miners of a run should know, read from the tables at once whenever the run's bell rings.

Every open stream looks when the bell rings. Were each to read for itself, a ring would cost a dozen statements a miner;
so the first that looks reads for all who are online, in a dozen statements altogether, and the others take their part.
"""

import asyncio
from collections.abc import Callable
from math import log
from threading import Lock

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from protocol.engine_control import EnginePhase
from protocol.keys import NodeId
from protocol.miner_events import (
    AuditTasks,
    LeasesClosed,
    MergeTasks,
    MinerEvent,
    PacketParked,
    PeerEntry,
    RoutingTable,
)
from protocol.receipts import StepId
from protocol.wire import from_json, to_json
from subnet.orchestrator.merging.tasks import merge_tasks
from subnet.orchestrator.miners.meetings import Meetings
from subnet.orchestrator.miners.miners import READY_PHASES
from subnet.orchestrator.miners.steering import Steering
from subnet.orchestrator.runs.leases import closed_below
from subnet.orchestrator.runs.runs import RunRecord, read_run
from subnet.orchestrator.tables.database import Database
from subnet.orchestrator.tables.schema import miners, parked

AuditTasksOf = Callable[..., dict[NodeId, AuditTasks]]
"""(connection, *conditions on miners) → what audits ask of them; who is left out is asked nothing."""
NEWS_KEPT_MS = 1000
"""What nobody rang for is seen by a stream that looks later than this."""
_RATE_STEP = 1.25
_NOTHING_AUDITED = AuditTasks(decided_through=StepId(-1, 0), wanted=())


class MinerNews(msgspec.Struct, frozen=True, kw_only=True):
    """What one life of a miner should know, beyond what is the same for all."""

    life: int
    merge_tasks: MergeTasks
    audit_tasks: AuditTasks
    parked: tuple[PacketParked, ...]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Whose stream looks, in which life of its node, after how many rings of the run's bell, and when."""

    node: NodeId
    run_id: str
    life: int
    ring: int
    now_ms: int


class RunNews(msgspec.Struct, frozen=True, kw_only=True):
    """All that a run's miners should know as of a ring of its bell, or later."""

    ring: int
    read_unix_ms: int
    run: RunRecord
    table: RoutingTable
    closed: LeasesClosed
    online: dict[NodeId, PeerEntry]
    """With the rates that they tell themselves."""
    by_node: dict[NodeId, MinerNews]
    """Of those who are online."""


class Newsroom:
    """Reads the news of each run, once for each ring, and numbers its tables: another number only where the table is
    another one. `news` and `of_one` may be called in several threads, the rest belongs to the event loop."""

    def __init__(
        self,
        meetings: Meetings | None = None,
        steering: Steering | None = None,
        audit_tasks: AuditTasksOf = lambda _connection, *_who: {},
    ) -> None:
        self.meetings = meetings or Meetings()
        self.steering = steering or Steering()
        self._audit_tasks = audit_tasks
        self._last: dict[str, tuple[bytes, RoutingTable]] = {}
        self._encoded: dict[str, tuple[RoutingTable, bytes]] = {}
        self._news: dict[str, RunNews] = {}
        self._reading: dict[str, tuple[int, asyncio.Task[RunNews]]] = {}
        # An older table must not be numbered after a newer one.
        self._lock = Lock()

    async def as_of(self, database: Database, look: Look) -> RunNews:
        """As of the ring of `look` or later; streams that look at once wait for one reading."""
        known = self._known(look.run_id, look.ring, look.now_ms)
        if known is not None:
            return known
        ring, reading = self._reading.get(look.run_id, (-1, None))
        if reading is None or reading.done() or ring < look.ring:
            read = database.read(lambda connection: self.news(connection, look.run_id, look.ring, look.now_ms))
            reading = asyncio.ensure_future(read)
            self._reading[look.run_id] = (look.ring, reading)
        # Whoever began the reading may go before it ends; the others still wait for it.
        return await asyncio.shield(reading)

    def news(self, connection: Connection, run_id: str, ring: int, now_ms: int) -> RunNews:
        """As of the bell's ring of that number or later. `ring` is to be taken before `connection` begins to read."""
        with self._lock:
            known = self._known(run_id, ring, now_ms)
            if known is None:
                self._news[run_id] = known = self._read(connection, run_id, ring, now_ms)
            return known

    def of_one(self, connection: Connection, look: Look) -> MinerNews | None:
        """What one miner should know, as it stands; None if its life is over. Of a stream that has just opened, which
        may have been told by another before, and of who is not online."""
        placed = select(miners.c.run_id, miners.c.life).where(miners.c.node == look.node)
        if connection.execute(placed).one_or_none() != (look.run_id, look.life):
            return None
        run = read_run(connection, look.run_id)
        return self._by_node(connection, run, miners.c.node == look.node).get(look.node)

    def encode(self, event: MinerEvent) -> bytes:
        """The event as it travels; the table, which goes to all, is written once."""
        for table, body in self._encoded.values():
            if table is event:
                return body
        return to_json(event)

    def _known(self, run_id: str, ring: int, now_ms: int) -> RunNews | None:
        known = self._news.get(run_id)
        if known is None:
            return None
        # Whoever comes late reads what was before the ring that others have seen already.
        is_fresh = known.ring == ring and abs(now_ms - known.read_unix_ms) < NEWS_KEPT_MS
        return known if known.ring > ring or is_fresh else None

    def _read(self, connection: Connection, run_id: str, ring: int, now_ms: int) -> RunNews:
        run = read_run(connection, run_id)
        online, ready = _there(connection, run)
        stages = routing_stages(run, ready, self.meetings, self.steering, now_ms)
        return RunNews(
            ring=ring,
            read_unix_ms=now_ms,
            run=run,
            table=self._number(run_id, stages, now_ms),
            closed=LeasesClosed(below_lease_id=closed_below(connection, run_id)),
            online=online,
            by_node=self._by_node(connection, run, miners.c.run_id == run_id, miners.c.online.is_(True)),
        )

    def _by_node(self, connection: Connection, run: RunRecord, *who: ColumnElement[bool]) -> dict[NodeId, MinerNews]:
        merging = merge_tasks(connection, run, *who)
        audited = self._audit_tasks(connection, *who)
        waiting = parked_for(connection, *who)
        lives = connection.execute(select(miners.c.node, miners.c.life).where(*who))
        return {
            node: MinerNews(
                life=life,
                merge_tasks=merging[node],
                audit_tasks=audited.get(node, _NOTHING_AUDITED),
                parked=tuple(waiting.get(node, ())),
            )
            for node, life in lives
        }

    def _number(self, run_id: str, stages: tuple[tuple[PeerEntry, ...], ...], now_ms: int) -> RoutingTable:
        """The table with its version, which rises over restarts as well."""
        body = to_json(stages)
        known = self._last.get(run_id)
        if known is None or known[0] != body:
            version = max(now_ms, known[1].version + 1 if known else 0)
            table = RoutingTable(version=version, stages=stages)
            self._encoded[run_id] = (table, to_json(table))
            self._last[run_id] = known = (body, table)
        return known[1]


class _Ready(msgspec.Struct, frozen=True):
    """A miner that can be given work now."""

    node: NodeId
    stage: int
    life: int
    addresses: tuple[str, ...]


def _there(connection: Connection, run: RunRecord) -> tuple[dict[NodeId, PeerEntry], list[_Ready]]:
    """The run's miners that are online, by node, and those of them that are ready."""
    columns = (miners.c.node, miners.c.stage, miners.c.life, miners.c.phase, miners.c.addresses_json, miners.c.rate)
    query = select(*columns).where(miners.c.run_id == run.run_id, miners.c.online.is_(True)).order_by(miners.c.node)
    online, ready = {}, []
    for node, stage, life, phase, addresses_json, rate in connection.execute(query):
        addresses = from_json(addresses_json, tuple[str, ...])
        online[node] = PeerEntry(node=node, addresses=addresses, rate=rounded_rate(rate))
        if EnginePhase(phase) in READY_PHASES:
            ready.append(_Ready(node, stage, life, addresses))
    return online, ready


def routing_stages(
    run: RunRecord, ready: list[_Ready], meetings: Meetings, steering: Steering, now_ms: int
) -> tuple[tuple[PeerEntry, ...], ...]:
    """The ready miners of each stage that their senders can reach, where they say they are and where they were seen.

    Rates are those that receipts show. What a miner did lately would say little: a pipeline's stages all do the same.
    """
    by_stage: list[list[PeerEntry]] = [[] for _ in range(run.stages)]
    for miner in ready:
        if steering.is_left_out(miner.node, now_ms):
            continue
        rate = steering.rate(miner.node, miner.life) or 0.0
        entry = PeerEntry(node=miner.node, addresses=miner.addresses, rate=rounded_rate(rate))
        by_stage[miner.stage].append(meetings.entry(entry))
    stages = tuple(tuple(entries) for entries in by_stage)
    steering.note_table(run.run_id, tuple({entry.node: entry.rate for entry in entries} for entries in stages))
    return stages


def rounded_rate(rate: float) -> float:
    """Rates in steps of a quarter, so that not every heartbeat makes a new table."""
    if rate <= 0:
        return 0.0
    return float(f"{_RATE_STEP ** round(log(rate, _RATE_STEP)):.4g}")


def parked_for(connection: Connection, *who: ColumnElement[bool]) -> dict[NodeId, list[PacketParked]]:
    """Packets that wait in the store for miners that meet the conditions, by receiver, oldest first."""
    waiting = (parked.c.fetched.is_(False), parked.c.announced.is_(True))
    query = select(parked).join(miners, miners.c.node == parked.c.receiver).where(*waiting, *who)
    found: dict[NodeId, list[PacketParked]] = {}
    for row in connection.execute(query.order_by(parked.c.created_unix_ms)):
        packet = PacketParked(key=row.key, hash=row.hash, size_bytes=row.size_bytes, sender=row.sender)
        found.setdefault(row.receiver, []).append(packet)
    return found
