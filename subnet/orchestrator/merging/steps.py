"""The one way a merge changes: an event through swarm's state machine, its outcome into the tables."""

from typing import assert_never

import structlog
from sqlalchemy import Connection, update

from subnet.orchestrator.context import Context
from subnet.orchestrator.merging.records import (
    MergeRecord,
    open_dispute,
    open_merges,
    phase_name,
    read_merge,
    write_blame,
    write_grams,
    write_state,
)
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.tables.database import after_commit
from subnet.orchestrator.tables.schema import disputes
from swarm.merge_phases import advance
from swarm.merge_states import (
    Abandon,
    Blame,
    Dispute,
    MergeEvent,
    MergeState,
    MinerVanished,
    PublishCoefficients,
    PublishState,
    RecomputeReport,
    Summing,
    TasksChanged,
)

_log = structlog.get_logger()


class MergeSteps:
    """Moves merges within the writer's transaction. What takes longer is seen in the state and done by the tick."""

    def __init__(self, context: Context, bells: Bells) -> None:
        self._context = context
        self._bells = bells

    async def happen(self, merge_id: int, event: MergeEvent) -> MergeRecord:
        """One event in a transaction of its own; raises swarm's IllegalMove."""
        return await self._context.database.write(lambda connection: self.step(connection, merge_id, event))

    def step(self, connection: Connection, merge_id: int, event: MergeEvent, proven: bool = True) -> MergeRecord:
        """One event within the caller's transaction; raises swarm's IllegalMove.

        Unless it is `proven`, that is recomputed, what it says of others' answers blames nobody.
        """
        now_ms = self._context.clock()
        before = read_merge(connection, merge_id)
        after, actions = advance(before.state, event, now_ms / 1000)
        if after == before.state:
            return before
        for action in actions:
            match action:
                case Dispute():
                    assert isinstance(before.state, Summing)
                    open_dispute(connection, before, before.state, action, now_ms)
                case Blame():
                    if proven:
                        write_blame(connection, before, action, phase_name(before.state), now_ms)
                        _log.warning("mergers_blamed", merge_id=merge_id, nodes=action.nodes)
                case Abandon():
                    _log.warning("merge_abandoned", merge_id=merge_id, reason=action.reason.value)
                    self._drop_disputes(connection, merge_id, now_ms)
                case PublishCoefficients():
                    write_grams(connection, merge_id, action.gram_hashes)
                case TasksChanged() | RecomputeReport() | PublishState():
                    pass  # all of these show in the state
                case _:
                    assert_never(action)
        return self.write(connection, merge_id, after)

    def write(self, connection: Connection, merge_id: int, state: MergeState) -> MergeRecord:
        """Write a state down and wake who may be asked something by it, the orchestrator among them."""
        record = write_state(connection, self._context.events, merge_id, state, self._context.clock())
        self.ring(connection, record.run_id)
        return record

    def ring(self, connection: Connection, run_id: str) -> None:
        self._bells.ring_after(connection, run_id)

    def look_again(self, connection: Connection) -> None:
        """Somebody comes or goes: other merges may be due once this transaction stands."""
        after_commit(connection, self._bells.merges_wake.set)

    def vanished(self, connection: Connection, run_id: str, stage: int, node: str) -> None:
        """A miner of this stage can't be waited for any more."""
        for record in open_merges(connection, run_id):
            if record.stage == stage:
                self.step(connection, record.merge_id, MinerVanished(node))

    def _drop_disputes(self, connection: Connection, merge_id: int, now_ms: int) -> None:
        """What an abandoned merge left undecided need not be recomputed."""
        connection.execute(
            update(disputes)
            .where(disputes.c.merge_id == merge_id, disputes.c.decided_unix_ms.is_(None))
            .values(decided_unix_ms=now_ms, decided_by="", settled=True)
        )
