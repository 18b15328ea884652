"""Runs: opened from a spec, one phase after the other, never deleted.

waiting ─ every stage manned, first held-out loss measured ─► training ─ every microbatch trained ─► merging
─ last merges done and measured ─► finished
"""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from protocol.bounds import LOSS_LIMIT
from protocol.errors import MalformedMessage, SettingsError
from protocol.hashes import check_hash
from protocol.public_api import RunChanged
from protocol.runs import RunSpec
from protocol.wire import from_json, to_json
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.runs.specs import read_spec
from subnet.orchestrator.storage.store import ObjectStore, check_key
from subnet.orchestrator.tables.schema import runs
from subnet.orchestrator.web.refusals import Conflict, Unknown
from swarm.run_problems import run_problems


class RunPhase(StrEnum):
    WAITING = "waiting"
    TRAINING = "training"
    MERGING = "merging"
    FINISHED = "finished"


NEXT_PHASES: Final[dict[RunPhase, frozenset[RunPhase]]] = {
    RunPhase.WAITING: frozenset({RunPhase.TRAINING}),
    RunPhase.TRAINING: frozenset({RunPhase.MERGING}),
    RunPhase.MERGING: frozenset({RunPhase.FINISHED}),
    RunPhase.FINISHED: frozenset(),
}

_ONE_RUN: Final = select(runs).where(runs.c.run_id == bindparam("run_id"))
"""Made once, since making a statement costs several times as much as running it."""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A run as the database has it."""

    spec: RunSpec
    phase: RunPhase
    opened_unix_ms: int
    tokens_done: int
    share_done: float
    tokens_per_second: float
    loss: float | None
    held_out_loss: float | None

    @property
    def run_id(self) -> str:
        return self.spec.run_id

    @property
    def stages(self) -> int:
        return len(self.spec.stages)


def open_run(connection: Connection, events: EventLog, spec: RunSpec, now_ms: int) -> bool:
    """Take up a run; False if it is known already. Raises SettingsError for an impossible one, Conflict for another
    run of the same name."""
    if problems := run_problems(spec):
        raise SettingsError(f"The run {spec.run_id} can't be trained: {'; '.join(problems)}.", "Correct its file.")
    body = to_json(spec)
    known = connection.execute(select(runs.c.spec_json).where(runs.c.run_id == spec.run_id)).scalar_one_or_none()
    if known is not None:
        if known != body:
            raise Conflict(f"Another run named {spec.run_id} is known.", "Give this one a new run_id.")
        return False
    connection.execute(
        insert(runs).values(run_id=spec.run_id, spec_json=body, phase=RunPhase.WAITING.value, opened_unix_ms=now_ms)
    )
    events.append(
        connection,
        RunChanged(run_id=spec.run_id, phase=RunPhase.WAITING.value, tokens_done=0, tokens_per_second=0.0),
        now_ms,
    )
    return True


def read_run(connection: Connection, run_id: str) -> RunRecord:
    """Raises Unknown."""
    row = connection.execute(_ONE_RUN, {"run_id": run_id}).one_or_none()
    if row is None:
        raise Unknown(f"There is no run {run_id[:64]!r}.", "Ask without a run, or for one that is open.")
    return _record(row)


def read_runs(connection: Connection) -> list[RunRecord]:
    """All runs, oldest first."""
    return [_record(row) for row in connection.execute(select(runs).order_by(runs.c.opened_unix_ms, runs.c.run_id))]


def change_phase(connection: Connection, events: EventLog, run: RunRecord, phase: RunPhase, now_ms: int) -> None:
    """Go to the next phase; a phase that can't follow is a bug."""
    if phase not in NEXT_PHASES[run.phase]:
        raise ValueError(f"{run.run_id} can't go from {run.phase} to {phase}")
    values: dict[str, object] = {"phase": phase.value}
    if phase is RunPhase.FINISHED:
        values |= {"finished_unix_ms": now_ms, "tokens_per_second": 0.0}
    connection.execute(update(runs).where(runs.c.run_id == run.run_id).values(values))
    log_progress(connection, events, run.run_id, now_ms)


def log_progress(connection: Connection, events: EventLog, run_id: str, now_ms: int) -> None:
    """Put the run's present phase and progress into the event log."""
    run = read_run(connection, run_id)
    events.append(
        connection,
        RunChanged(
            run_id=run_id,
            phase=run.phase.value,
            tokens_done=run.tokens_done,
            tokens_per_second=run.tokens_per_second,
        ),
        now_ms,
    )


def load_spec_file(path: Path, store: ObjectStore) -> RunSpec:
    """A run's spec from a JSON file. Token files that the store lacks are taken from beside it.

    Raises SettingsError for a file that can't be read or whose token files are nowhere, IntegrityError for a token
    file with another hash.
    """
    try:
        spec: RunSpec = from_json(path.read_bytes(), RunSpec)
    except (OSError, MalformedMessage) as error:
        raise SettingsError(
            f"The run in {path} can't be read: {error}.", "Give the path of a run's JSON file."
        ) from error
    _provide_tokens(spec.data.train_key, spec.data.train_hash, path.parent, store)
    _provide_tokens(spec.data.held_out_key, spec.data.held_out_hash, path.parent, store)
    return spec


def _provide_tokens(key: str, expected_hash: str, folder: Path, store: ObjectStore) -> None:
    if store.exists(check_key(key)):
        return
    source = folder / key.rsplit("/", 1)[-1]
    if not source.is_file():
        raise SettingsError(f"The run's token file {key} is missing.", f"Submit the data first, or put it at {source}.")
    check_hash(source.read_bytes(), expected_hash, f"The token file {source}")
    store.put_file(key, source)


def fragments_of(spec: RunSpec, stage: int) -> int:
    """How many fragments a stage has: never more than its layers."""
    chosen = spec.stages[stage]
    return max(1, min(spec.merge.fragments, chosen.end_layer - chosen.first_layer))


def _loss(kept: float | None) -> float | None:
    """What an earlier version let in that is no loss is none."""
    return kept if kept is not None and 0.0 <= kept <= LOSS_LIMIT else None


def _record(row: Sequence[object]) -> RunRecord:
    values = row._mapping  # type: ignore[attr-defined]  # a Row is a named tuple
    return RunRecord(
        spec=read_spec(values["spec_json"]),
        phase=RunPhase(values["phase"]),
        opened_unix_ms=values["opened_unix_ms"],
        tokens_done=values["tokens_done"],
        share_done=values["share_done"],
        tokens_per_second=values["tokens_per_second"],
        loss=_loss(values["loss"]),
        held_out_loss=_loss(values["held_out_loss"]),
    )
