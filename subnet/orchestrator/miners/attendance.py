"""Who is there: heartbeats come in, are written in bunches, and whoever falls silent is gone.

A heartbeat that changes what others see (phase, addresses, how gently it works, a return) is written at once. Silence
is measured by a clock that nobody sets: else everybody would be gone once the system's is put on, and nobody while it
is put back.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final

import msgspec
import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from protocol.engine_control import EnginePhase
from protocol.errors import MalformedMessage
from protocol.keys import NodeId
from protocol.orchestrator_api import HeartbeatRequest
from subnet.orchestrator.context import Context
from subnet.orchestrator.merging.steps import MergeSteps
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.miners.miners import MinerRecord, note_heartbeat, read_miner, read_miners, set_offline
from subnet.orchestrator.runs.leases import free_leases_of, renew_leases
from subnet.orchestrator.runs.runs import RunRecord, read_run
from subnet.orchestrator.tables.database import by_itself
from subnet.orchestrator.tables.schema import miners

NUMBER_LIMIT: Final = 2**53
"""Whole numbers above it are nobody's honest count."""
HUNG_UP_SECONDS: Final = 1.0
"""Whose event stream broke has so long to open another one or send a heartbeat; a killed process does neither."""

Announce = Callable[[Connection, NodeId, int], None]
"""(connection, node, unix ms): put the miner's present state into the event log."""

_log = structlog.get_logger()


class Attendance:
    """Last signs of life, in memory; everything else is in the database."""

    def __init__(self, context: Context, bells: Bells, steps: MergeSteps, announce: Announce) -> None:
        self._context = context
        self._bells = bells
        self._steps = steps
        self._announce = announce
        self._seen_ms: dict[NodeId, int] = {}
        """By the steady clock, like when it hung up."""
        self._waiting: dict[NodeId, HeartbeatRequest] = {}
        self._returned: set[NodeId] = set()
        """Who was not there before; until that is written down."""
        self._visible: dict[NodeId, tuple[object, ...]] = {}
        self._streams: Counter[NodeId] = Counter()
        self._hung_up_ms: dict[NodeId, int] = {}

    async def load(self) -> None:
        """After a restart everybody who was there gets the time of one silence to come back."""
        database = self._context.database
        online = await database.read(lambda connection: read_miners(connection, miners.c.online.is_(True)))
        now_ms = self._context.steady()
        self._seen_ms = {miner.node: now_ms for miner in online}

    def arrived(self, node: NodeId) -> None:
        """A miner has registered."""
        self._seen_ms[node] = self._context.steady()
        self._visible.pop(node, None)
        self._waiting.pop(node, None)
        self._returned.discard(node)
        self._hung_up_ms.pop(node, None)

    def stream_opened(self, node: NodeId) -> None:
        self._streams[node] += 1
        self._hung_up_ms.pop(node, None)

    def stream_ended(self, node: NodeId) -> None:
        """Its event stream broke: a process that was killed hangs up at once, long before its silence tells."""
        self._streams[node] -= 1
        if not self._streams[node]:
            del self._streams[node]
            self._hung_up_ms[node] = self._context.steady()

    async def heard(self, node: NodeId, heartbeat: HeartbeatRequest) -> None:
        """Take a heartbeat; written within a second, or at once where others should see it. Raises MalformedMessage."""
        _check_numbers(heartbeat)
        if node not in self._seen_ms:
            self._returned.add(node)
        self._seen_ms[node] = self._context.steady()
        self._waiting[node] = heartbeat
        self._context.steering.heard(node, heartbeat.unreachable, heartbeat.duty_cycle)
        visible = (heartbeat.phase, heartbeat.addresses, heartbeat.duty_cycle)
        if node in self._returned or self._visible.get(node) != visible:
            self._visible[node] = visible
            await self.flush()

    async def flush(self) -> None:
        """Write down all heartbeats since the last time, in one transaction; one that can't be written falls alone. The
        next one makes up for it, except that it would not say that its miner has returned."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        unwritten = returned = frozenset(self._returned & waiting.keys())
        self._returned -= returned
        try:
            failed = await self._context.database.write(lambda connection: self._write(connection, waiting, returned))
            unwritten = returned & failed
        finally:
            self._returned |= unwritten & self._seen_ms.keys()  # who has left meanwhile stays away

    def _write(
        self, connection: Connection, waiting: dict[NodeId, HeartbeatRequest], returned: frozenset[NodeId]
    ) -> set[NodeId]:
        """Whose heartbeat could not be written."""
        runs: dict[str, RunRecord] = {}
        failed: set[NodeId] = set()
        for node, heartbeat in waiting.items():
            try:
                with by_itself(connection):
                    self._write_one(connection, node, heartbeat, node in returned, runs)
            except OperationalError:
                raise  # the disk is full or torn: that is nobody's heartbeat's fault
            except Exception:  # noqa: BLE001 - per-miner loop
                # What one miner says of itself must not keep the others' leases from being prolonged.
                _log.exception("heartbeat_failed", node=node)
                failed.add(node)
        for run_id in runs:
            self._bells.ring_after(connection, run_id)
        return failed

    def _write_one(
        self,
        connection: Connection,
        node: NodeId,
        heartbeat: HeartbeatRequest,
        has_returned: bool,
        runs: dict[str, RunRecord],
    ) -> None:
        """`runs` are those that the bunch has met. Who was there as it was heard and is no more has left meanwhile: one
        that were brought back by its last heartbeat would be waited for, and nobody would miss it."""
        now_ms = self._context.clock()
        before = read_miner(connection, node)
        if before is None or not (before.online or has_returned):
            return
        note_heartbeat(connection, node, heartbeat, now_ms)
        run = runs.get(before.run_id) or runs.setdefault(before.run_id, read_run(connection, before.run_id))
        if heartbeat.active_leases:
            renew_leases(connection, run, node, set(heartbeat.active_leases), now_ms)
        after = msgspec.structs.replace(before, online=True, phase=heartbeat.phase)
        if before.merging and not after.merging:
            self._steps.vanished(connection, run.run_id, before.stage, node)
        if (before.ready, before.phase, before.online) != (after.ready, after.phase, after.online):
            self._announce(connection, node, now_ms)
        if before.phase != after.phase and after.phase in (EnginePhase.DOWNLOADING, EnginePhase.STOPPING):
            self._steps.look_again(connection)

    async def sweep(self) -> None:
        """Let go of those who have been silent for too long."""
        await self.flush()
        now_ms = self._context.steady()
        silent = [node for node, seen_ms in self._seen_ms.items() if self._is_gone(node, seen_ms, now_ms)]
        if not silent:
            return
        await self._context.database.write(lambda connection: self.depart(connection, silent))
        for node in silent:
            self.forget(node)

    def _is_gone(self, node: NodeId, seen_ms: int, now_ms: int) -> bool:
        hung_up_ms = self._hung_up_ms.get(node)
        if hung_up_ms is not None and seen_ms <= hung_up_ms:
            return now_ms - hung_up_ms >= HUNG_UP_SECONDS * 1000
        return now_ms - seen_ms > self._context.settings.gone_after_seconds * 1000

    def forget(self, node: NodeId) -> None:
        self._seen_ms.pop(node, None)
        self._waiting.pop(node, None)
        self._returned.discard(node)
        self._visible.pop(node, None)
        self._context.steering.forget(node)
        self._hung_up_ms.pop(node, None)

    def depart(self, connection: Connection, nodes: list[NodeId]) -> None:
        """These miners are gone: out of the table, their leases and merges to others. Unknown ones change nothing."""
        now_ms = self._context.clock()
        gone: list[MinerRecord] = read_miners(connection, miners.c.node.in_(nodes), miners.c.online.is_(True))
        set_offline(connection, [miner.node for miner in gone])
        for miner in gone:
            self.detach(connection, miner)
            self._announce(connection, miner.node, now_ms)

    def detach(self, connection: Connection, miner: MinerRecord) -> None:
        """Hand what a miner held to others, within the caller's transaction."""
        free_leases_of(connection, read_run(connection, miner.run_id), miner.node, self._context.clock())
        self._steps.vanished(connection, miner.run_id, miner.stage, miner.node)
        self._bells.ring_after(connection, miner.run_id)


def _check_numbers(heartbeat: HeartbeatRequest) -> None:
    """What the database can't hold would take all heartbeats of the same bunch with it, and the sweep after them."""
    step, sent = heartbeat.step, heartbeat.bytes_sent.values()
    if any(abs(number) > NUMBER_LIMIT for number in (step.life, step.step, *heartbeat.active_leases, *sent)):
        raise MalformedMessage("A heartbeat holds an impossible number.")
