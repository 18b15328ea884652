"""Partitions whose mergers disagree: a validator decides, or in time the majority for now; the merge goes on by it.

A decision counts only with its state at hand. A majority that names one which nobody has stored or that is not what it
claims, is not asked again for as long as a validator would have been waited for.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection, select, update

from protocol.errors import IntegrityError, MalformedMessage, Refused
from protocol.validator_api import DisputeVerdict
from protocol.wire import from_json
from subnet.orchestrator.context import Context
from subnet.orchestrator.merging.answers import slices_of
from subnet.orchestrator.merging.records import read_merge, write_blame
from subnet.orchestrator.merging.seals import Seals
from subnet.orchestrator.merging.steps import MergeSteps
from subnet.orchestrator.runs.runs import read_run
from subnet.orchestrator.tables.schema import disputes
from subnet.orchestrator.web.refusals import Unknown
from swarm.merge_phases import blamed
from swarm.merge_states import Blame, DisputeReason, DisputeSettled

_log = structlog.get_logger()


class Disputes:
    """One per orchestrator; the merges' periodic task drives it."""

    def __init__(
        self, context: Context, steps: MergeSteps, validators_at_work: Callable[[Connection, int], bool]
    ) -> None:
        self._context = context
        self._steps = steps
        self._validators_at_work = validators_at_work
        self._without_state: dict[tuple[int, str], int] = {}
        """(dispute, hash that a majority claims) → when its state could not be had."""

    def settle(self, connection: Connection, verdict: DisputeVerdict, validator: str, now_ms: int) -> None:
        """Take a validator's recomputation, within the caller's transaction; the next tick brings it to the merge.

        Repeats and verdicts on what another validator decided change nothing. Raises Unknown for no such dispute.
        """
        row = connection.execute(select(disputes).where(disputes.c.dispute_id == verdict.dispute_id)).one_or_none()
        if row is None:
            raise Unknown(f"There is no dispute {verdict.dispute_id}.")
        if row.decided_unix_ms is not None and not row.provisional:
            return
        decision = {
            "decided_unix_ms": now_ms,
            "right_hash": verdict.right_hash,
            "state_key": verdict.state_key,
            "decided_by": validator,
            "provisional": False,
            "settled": False,
        }
        connection.execute(update(disputes).where(disputes.c.dispute_id == verdict.dispute_id).values(decision))

    async def decide_overdue(self) -> None:
        """Where no validator decides in time the majority does, for now."""
        now_ms = self._context.clock()
        patience_ms = self._context.settings.dispute_seconds * 1000
        self._without_state = {key: at for key, at in self._without_state.items() if now_ms - at < patience_ms}

        def overdue(connection: Connection) -> list[tuple[int, str]]:
            waited_ms = patience_ms if self._validators_at_work(connection, now_ms) else 0.0
            query = select(disputes).where(
                disputes.c.decided_unix_ms.is_(None),
                disputes.c.sampled.is_(False),
                disputes.c.opened_unix_ms <= now_ms - waited_ms,
            )
            decided = [
                (row.dispute_id, _majority(from_json(row.claims_json, dict[str, str]), row.reason))
                for row in connection.execute(query)
            ]
            return [(one, right) for one, right in decided if right and (one, right) not in self._without_state]

        def decide(connection: Connection) -> None:
            for dispute_id, right_hash in overdue(connection):
                _log.warning("dispute_decided_by_majority", dispute_id=dispute_id)
                decision = {"decided_unix_ms": now_ms, "right_hash": right_hash, "decided_by": "", "provisional": True}
                connection.execute(update(disputes).where(disputes.c.dispute_id == dispute_id).values(decision))

        if await self._context.database.read(overdue):
            await self._context.database.write(decide)

    async def decided(self) -> list[Any]:
        """Rows whose decision is still to be brought to its merge."""
        query = select(disputes).where(disputes.c.decided_unix_ms.is_not(None), disputes.c.settled.is_(False))
        return list(await self._context.database.read(lambda connection: connection.execute(query).all()))

    async def bring(self, row: Any) -> None:
        """A decision to its merge: name who was wrong, let the partition go on. One whose state can't be had or read
        decides nothing: another one is waited for."""
        database = self._context.database
        spec, record = await database.read(
            lambda connection: (read_run(connection, row.run_id).spec, read_merge(connection, row.merge_id))
        )
        seals = Seals(self._context.store, row.merge_id, spec.merge, slices_of(spec, record))
        try:
            await asyncio.to_thread(seals.right_result, row.partition, row.right_hash, row.state_key, record.whole)
        except (IntegrityError, Refused, MalformedMessage) as error:
            _log.warning("dispute_decision_without_state", dispute_id=row.dispute_id, title=error.title)
            if row.provisional:
                self._without_state[row.dispute_id, row.right_hash] = self._context.clock()
            await database.write(partial(_reopen, dispute_id=row.dispute_id))
        else:
            await database.write(partial(self._settle, row=row))

    def _settle(self, connection: Connection, row: Any) -> None:
        mine = update(disputes).where(disputes.c.dispute_id == row.dispute_id)
        connection.execute(mine.values(settled=True))
        if not row.provisional:
            liars = blamed(from_json(row.claims_json, dict[str, str]), row.right_hash)
            action = Blame(row.partition, liars)
            record = read_merge(connection, row.merge_id)
            write_blame(connection, record, action, "summing", self._context.clock())
        event = DisputeSettled(row.partition, row.right_hash)
        self._steps.step(connection, row.merge_id, event, proven=not row.provisional)


def _reopen(connection: Connection, dispute_id: int) -> None:
    undone = {"decided_unix_ms": None, "right_hash": None, "state_key": None, "decided_by": None}
    connection.execute(update(disputes).where(disputes.c.dispute_id == dispute_id).values(undone))


def _majority(claims: dict[str, str], reason: str) -> str | None:
    """The hash that most mergers claim; None if they all differ."""
    ((right, votes),) = Counter(claims.values()).most_common(1)
    alone = reason == DisputeReason.SINGLE_ANSWER.value
    return right if votes > 1 or alone else None
