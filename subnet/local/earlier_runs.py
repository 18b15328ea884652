"""What a local network's folder holds already: an unfinished run goes on, after a finished one comes the next."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from protocol.errors import StorageError
from protocol.runs import RunSpec
from protocol.wire import from_json


@dataclass(frozen=True)
class EarlierRun:
    spec: RunSpec
    finished: bool


def earlier_runs(database: Path) -> list[EarlierRun]:
    """From the orchestrator's SQLite file, which need not exist yet; the oldest first. Raises StorageError."""
    if not database.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone()
            if known is None:  # killed before it made its tables
                return []
            rows = connection.execute("SELECT spec_json, phase FROM runs ORDER BY opened_unix_ms, run_id").fetchall()
    except sqlite3.Error as error:
        raise StorageError(f"{database} can't be read.", f"Choose another folder, or remove it. ({error})") from error
    return [EarlierRun(from_json(spec, RunSpec), phase == "finished") for spec, phase in rows]


def unfinished(runs: list[EarlierRun]) -> RunSpec | None:
    """The run that goes on: the oldest that is not done, as the orchestrator places miners too."""
    return next((run.spec for run in runs if not run.finished), None)


def next_run_id(name: str, runs: list[EarlierRun]) -> str:
    """`name`, or if a run of that name is done `name-2`, `name-3` and so on."""
    finished = {run.spec.run_id for run in runs if run.finished}
    number, run_id = 1, name
    while run_id in finished:
        number += 1
        run_id = f"{name}-{number}"
    return run_id
