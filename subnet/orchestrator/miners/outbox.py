"""What one miner should know now, as events; computed from the tables whenever its bell rings, sent if it changed."""

from collections.abc import Callable
from math import log
from threading import Lock

import msgspec
from sqlalchemy import Connection, select, update

from protocol.keys import NodeId
from protocol.miner_events import (
    AuditTasks,
    LeasesClosed,
    MinerEvent,
    PacketParked,
    PeerEntry,
    PeersToDial,
    Reassigned,
    RoutingTable,
    RunFinished,
)
from protocol.wire import to_json
from subnet.orchestrator.merging.tasks import merge_tasks
from subnet.orchestrator.miners.meetings import Meetings
from subnet.orchestrator.miners.miners import read_miner, ready_miners
from subnet.orchestrator.miners.steering import Steering
from subnet.orchestrator.runs.leases import closed_below
from subnet.orchestrator.runs.runs import RunPhase, RunRecord, read_run
from subnet.orchestrator.tables.schema import parked

AuditTasksOf = Callable[[Connection, NodeId], AuditTasks]
NEWS_KEPT_MS = 1000
"""What nobody rang for is seen by a stream that looks later than this."""
_RATE_STEP = 1.25


class RunNews(msgspec.Struct, frozen=True):
    """What is the same for all miners of a run, as of a ring of its bell."""

    ring: int
    read_unix_ms: int
    run: RunRecord
    table: RoutingTable
    closed: LeasesClosed


class RoutingTables:
    """Numbers the tables of each run: another number only where the table is another one.

    All streams of a run look when its bell rings, so what they have in common is read by the first and kept until the
    next ring: a ring costs as many rows as there are miners, not their square.
    """

    def __init__(self, meetings: Meetings | None = None, steering: Steering | None = None) -> None:
        self.meetings = meetings or Meetings()
        self.steering = steering or Steering()
        self._last: dict[str, tuple[bytes, RoutingTable]] = {}
        self._news: dict[str, RunNews] = {}
        # Streams are read in several threads, and an older table must not be numbered after a newer one.
        self._lock = Lock()

    def news(self, connection: Connection, run_id: str, ring: int, now_ms: int) -> RunNews:
        """As of the bell's ring of that number or later. `ring` is to be taken before `connection` begins to read."""
        with self._lock:
            known = self._news.get(run_id)
            # Whoever comes late reads what was before the ring that others have seen already.
            is_older = known is not None and known.ring > ring
            is_fresh = known is not None and known.ring == ring and abs(now_ms - known.read_unix_ms) < NEWS_KEPT_MS
            if known is None or not (is_older or is_fresh):
                run = read_run(connection, run_id)
                stages = routing_stages(connection, run, self.meetings, self.steering, now_ms)
                closed = LeasesClosed(below_lease_id=closed_below(connection, run_id))
                table = self._number(run_id, stages, now_ms)
                self._news[run_id] = known = RunNews(ring, now_ms, run, table, closed)
            return known

    def _number(self, run_id: str, stages: tuple[tuple[PeerEntry, ...], ...], now_ms: int) -> RoutingTable:
        """The table with its version, which rises over restarts as well."""
        body = to_json(stages)
        known = self._last.get(run_id)
        if known is None or known[0] != body:
            version = max(now_ms, known[1].version + 1 if known else 0)
            self._last[run_id] = known = (body, RoutingTable(version=version, stages=stages))
        return known[1]


def routing_stages(
    connection: Connection, run: RunRecord, meetings: Meetings, steering: Steering, now_ms: int
) -> tuple[tuple[PeerEntry, ...], ...]:
    """The ready miners of each stage that their senders can reach, where they say they are and where they were seen.

    Rates are those that receipts show. What a miner did lately would say little: a pipeline's stages all do the same.
    """
    by_stage: list[list[PeerEntry]] = [[] for _ in range(run.stages)]
    for miner in ready_miners(connection, run.run_id):
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


class Outbox(msgspec.Struct):
    """One open stream: what was sent last of each kind, and which parked packets."""

    node: NodeId
    run_id: str
    life: int
    sent: dict[str, bytes] = {}
    parked: set[str] = set()
    table: RoutingTable | None = None
    """The one that was looked at last: the same object needs not be encoded for each miner again."""

    def fresh(self, events: tuple[MinerEvent, ...]) -> list[tuple[str, bytes]]:
        """(tag, body) of those events that the miner has not got yet."""
        found = []
        for event in events:
            if isinstance(event, RoutingTable):
                if event is self.table:
                    continue
                self.table = event
            body, tag = to_json(event), str(event.__struct_config__.tag)
            if isinstance(event, PacketParked):
                if event.key not in self.parked:
                    self.parked.add(event.key)
                    found.append((tag, body))
            elif self.sent.get(tag) != body:
                self.sent[tag] = body
                found.append((tag, body))
        return found


class Look(msgspec.Struct, frozen=True):
    """Whose stream looks, in which life of its node, after how many rings of the run's bell, and when."""

    node: NodeId
    life: int
    ring: int
    now_ms: int


def present_events(
    connection: Connection, look: Look, tables: RoutingTables, audit_tasks: AuditTasksOf
) -> tuple[MinerEvent, ...]:
    """One of each kind that applies: the whole of what the node should know as of that ring, or later."""
    miner = read_miner(connection, look.node)
    if miner is None or miner.life != look.life:
        return (Reassigned(reason="This miner has registered again."),)
    if tables.steering.is_moving(look.node, look.life, look.now_ms):
        return (Reassigned(reason="This miner adds more in another stage."),)
    news = tables.news(connection, miner.run_id, look.ring, look.now_ms)
    events: list[MinerEvent] = [
        news.table,
        merge_tasks(connection, news.run, miner),
        audit_tasks(connection, look.node),
        news.closed,
        *parked_for(connection, look.node),
    ]
    if (dial := _to_dial(connection, look.node, tables.meetings, look.now_ms)) is not None:
        events.append(dial)
    if news.run.phase is RunPhase.FINISHED:
        events.append(RunFinished(run_id=miner.run_id, held_out_loss=news.run.held_out_loss))
    return tuple(events)


def _to_dial(connection: Connection, node: NodeId, meetings: Meetings, now_ms: int) -> PeersToDial | None:
    """Those that `node` should open a connection to just now; None if there are none."""
    wanted, asked = meetings.to_dial(node, now_ms)
    known = [miner for peer in wanted if (miner := read_miner(connection, peer)) is not None]
    if not known:
        return None
    entries = [PeerEntry(node=miner.node, addresses=miner.addresses, rate=rounded_rate(miner.rate)) for miner in known]
    return PeersToDial(peers=tuple(meetings.entry(entry) for entry in entries), asked=asked)


def parked_for(connection: Connection, node: NodeId) -> list[PacketParked]:
    """Packets that wait in the store for `node`, oldest first."""
    waiting = (parked.c.receiver == node, parked.c.fetched.is_(False), parked.c.announced.is_(True))
    query = select(parked).where(*waiting).order_by(parked.c.created_unix_ms)
    return [
        PacketParked(key=row.key, hash=row.hash, size_bytes=row.size_bytes, sender=row.sender)
        for row in connection.execute(query)
    ]


def mark_fetched(connection: Connection, key: str) -> None:
    """A parked packet is on its way to its receiver, who needs not be told of it again."""
    connection.execute(update(parked).where(parked.c.key == key).values(fetched=True))
