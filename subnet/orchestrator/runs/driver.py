"""Takes each run from phase to phase: a pure decision over a few facts, then its execution."""

from enum import StrEnum
from functools import partial

import msgspec
from sqlalchemy import Connection, select, update

from subnet.orchestrator.context import Context
from subnet.orchestrator.merging.schedule import all_applied, all_final_settled, last_merged_ms
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.miners.miners import all_stages_manned
from subnet.orchestrator.runs.leases import any_expired, expire_leases, untrained
from subnet.orchestrator.runs.measurements import (
    MeasurementState,
    Moment,
    any_late,
    open_measurement,
    read_measurements,
    time_out,
)
from subnet.orchestrator.runs.runs import RunPhase, RunRecord, change_phase, read_runs
from subnet.orchestrator.runs.speed import Speedometer
from subnet.orchestrator.tables.schema import runs


class RunFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the next step of a run depends on. A measurement is None while there is none of that moment."""

    phase: RunPhase
    manned: bool
    microbatches: int
    untrained: int
    evaluate_every: int
    before: MeasurementState | None
    during_open: bool
    measured_at: int
    """Trained microbatches at the newest measurement."""
    merged: bool
    applied: bool
    after: MeasurementState | None


class RunStep(StrEnum):
    MEASURE_BEFORE = "measure_before"
    MEASURE_DURING = "measure_during"
    MEASURE_AFTER = "measure_after"
    TRAIN = "train"
    MERGE = "merge"
    FINISH = "finish"


_CLOSED = (MeasurementState.DONE, MeasurementState.TIMED_OUT)


def next_step(facts: RunFacts) -> RunStep | None:
    """What to do with a run now; None if nothing."""
    match facts.phase:
        case RunPhase.WAITING:
            if facts.before is None:
                return RunStep.MEASURE_BEFORE if facts.manned else None
            return RunStep.TRAIN if facts.before in _CLOSED else None
        case RunPhase.TRAINING:
            if facts.untrained == 0:
                return RunStep.MERGE
            done = facts.microbatches - facts.untrained
            due = facts.evaluate_every > 0 and done - facts.measured_at >= facts.evaluate_every
            return RunStep.MEASURE_DURING if due and not facts.during_open else None
        case RunPhase.MERGING:
            if not facts.merged:
                return None
            if facts.after is None:
                return RunStep.MEASURE_AFTER if facts.applied else None
            return RunStep.FINISH if facts.after in _CLOSED else None
        case RunPhase.FINISHED:
            return None


class RunDriver:
    """`tick` is a periodic task."""

    def __init__(self, context: Context, bells: Bells) -> None:
        self._context = context
        self._bells = bells
        self._speedometer = Speedometer()

    async def tick(self) -> None:
        """Expire leases, give up measurements that hang, and take every run as far as it goes."""
        database = self._context.database
        for run in await database.read(read_runs):
            if run.phase is RunPhase.FINISHED:
                self._speedometer.forget(run.run_id)
                continue
            await self._show_speed(run)
            if await database.read(partial(self._anything_to_do, run=run)):
                await database.write(partial(self._drive, run=run))

    async def _show_speed(self, run: RunRecord) -> None:
        speed = self._speedometer.read(run.run_id, run.tokens_done, self._context.clock())
        if speed is None or speed == run.tokens_per_second:
            return
        mine = update(runs).where(runs.c.run_id == run.run_id).values(tokens_per_second=speed)
        await self._context.database.write(lambda connection: connection.execute(mine) and None)

    def _anything_to_do(self, connection: Connection, run: RunRecord) -> bool:
        facts = gather(connection, run, self._patience_over_ms())
        return self._overdue(connection, run) or next_step(facts) is not None

    def _patience_over_ms(self) -> int:
        """Final merges from before this time have been there long enough to be applied by everybody who can."""
        return self._context.clock() - round(self._context.settings.merge_seconds * 1000)

    def _overdue(self, connection: Connection, run: RunRecord) -> bool:
        now_ms = self._context.clock()
        limit = self._context.settings.measurement_seconds
        return any_expired(connection, run.run_id, now_ms) or any_late(connection, run.run_id, limit, now_ms)

    def _drive(self, connection: Connection, run: RunRecord) -> None:
        now_ms = self._context.clock()
        expire_leases(connection, run, now_ms)
        time_out(connection, run, self._context.settings.measurement_seconds, now_ms)
        facts = gather(connection, run, self._patience_over_ms())
        done = facts.microbatches - facts.untrained
        events = self._context.events
        match next_step(facts):
            case RunStep.MEASURE_BEFORE:
                open_measurement(connection, run, Moment.BEFORE, 0, now_ms)
            case RunStep.MEASURE_DURING:
                open_measurement(connection, run, Moment.DURING, done, now_ms)
            case RunStep.MEASURE_AFTER:
                open_measurement(connection, run, Moment.AFTER, done, now_ms)
            case RunStep.TRAIN:
                change_phase(connection, events, run, RunPhase.TRAINING, now_ms)
            case RunStep.MERGE:
                change_phase(connection, events, run, RunPhase.MERGING, now_ms)
            case RunStep.FINISH:
                change_phase(connection, events, run, RunPhase.FINISHED, now_ms)
            case None:
                pass
        self._bells.ring_after(connection, run.run_id)


def gather(connection: Connection, run: RunRecord, patience_over_ms: int) -> RunFacts:
    """The facts of a run as they stand in the database; nobody waits for a miner that can't apply a final merge."""
    phase = RunPhase(connection.execute(select(runs.c.phase).where(runs.c.run_id == run.run_id)).scalar_one())
    measurements = read_measurements(connection, run.run_id)
    newest = {one.moment: one.state for one in measurements}
    merging = phase is RunPhase.MERGING
    return RunFacts(
        phase=phase,
        manned=phase is RunPhase.WAITING and all_stages_manned(connection, run),
        microbatches=run.spec.training.microbatches,
        untrained=untrained(connection, run),
        evaluate_every=run.spec.training.evaluate_every,
        before=newest.get(Moment.BEFORE),
        during_open=newest.get(Moment.DURING) is MeasurementState.OPEN,
        measured_at=max((one.at_microbatches for one in measurements), default=0),
        merged=merging and all_final_settled(connection, run),
        applied=merging and (all_applied(connection, run) or last_merged_ms(connection, run) < patience_over_ms),
        after=newest.get(Moment.AFTER),
    )
