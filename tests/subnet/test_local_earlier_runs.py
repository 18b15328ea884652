"""Which run a local network trains when its folder has seen some already."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from protocol.errors import StorageError
from protocol.runs import DataSpec, ModelSpec, RunSpec, TrainingSpec, even_stages
from protocol.wire import to_json
from subnet.local.earlier_runs import earlier_runs, next_run_id, unfinished

MODEL = ModelSpec(
    vocabulary=256, width=32, layers=2, heads=2, kv_heads=2, mlp_width=64, context=16, bottleneck_width=32
)
RUN = RunSpec(
    run_id="local-0",
    title="",
    model=MODEL,
    stages=even_stages(2, 2),
    training=TrainingSpec(sequences=4, microbatches=1000),
    data=DataSpec(
        train_key="t", train_tokens=9999, train_hash="", held_out_key="h", held_out_tokens=999, held_out_hash=""
    ),
)


def trained(database: Path, *runs: tuple[str, str]) -> Path:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE runs (run_id TEXT, spec_json BLOB, phase TEXT, opened_unix_ms INTEGER)")
        for number, (run_id, phase) in enumerate(runs):
            spec = to_json(msgspec.structs.replace(RUN, run_id=run_id))
            connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?)", (run_id, spec, phase, number))
        connection.commit()
    return database


def test_a_fresh_folder_begins_with_the_first_run(tmp_path: Path) -> None:
    runs = earlier_runs(tmp_path / "orchestrator.sqlite")
    assert (unfinished(runs), next_run_id("local-0", runs)) == (None, "local-0")


def test_an_unfinished_run_goes_on_as_it_was_begun(tmp_path: Path) -> None:
    runs = earlier_runs(trained(tmp_path / "o.sqlite", ("local-0", "finished"), ("local-0-2", "training")))
    going_on = unfinished(runs)
    assert going_on is not None
    assert going_on.run_id == "local-0-2"


def test_after_finished_runs_comes_one_with_the_next_number(tmp_path: Path) -> None:
    runs = earlier_runs(trained(tmp_path / "o.sqlite", ("local-0", "finished"), ("local-0-2", "finished")))
    assert (unfinished(runs), next_run_id("local-0", runs)) == (None, "local-0-3")
    assert next_run_id("other-0", runs) == "other-0"


def test_a_database_without_tables_yet_holds_no_runs(tmp_path: Path) -> None:
    (tmp_path / "o.sqlite").touch()
    assert earlier_runs(tmp_path / "o.sqlite") == []


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "o.sqlite").write_bytes(b"something else" * 1000)
    with pytest.raises(StorageError):
        earlier_runs(tmp_path / "o.sqlite")
