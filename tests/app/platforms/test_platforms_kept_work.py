"""What engines keep on the disk: added up, taken away, and nothing beside it touched."""

import contextlib
from pathlib import Path

import pytest

from app.platforms.kept_work import KeptWork
from edge.work_places import LARGE_WORK, OWN_FOLDER, PLACES_FILE
from protocol.errors import StorageError

KEPT = ("journal", "node.key", "data_used.json")


@pytest.fixture
def engines(tmp_path: Path) -> Path:
    """Two networks' engines; the work of the second lies on another disk."""
    folder, disk = tmp_path / "engine", tmp_path / "disk" / OWN_FOLDER / "second-abc"
    for place in (folder / "first", disk):
        for name in LARGE_WORK:
            (place / name).mkdir(parents=True)
            (place / name / "file").write_bytes(b"x" * 1000)
    (folder / "second").mkdir()
    (folder / "second" / PLACES_FILE).write_text(f"{disk}\n")
    for state in (folder / "first", folder / "second"):
        for name in KEPT:
            (state / name).write_bytes(b"y" * 10)
    (disk.parent / "holiday.jpg").write_bytes(b"theirs")
    return folder


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_all_that_engines_can_fetch_again_is_added_up_and_goes(engines: Path) -> None:
    kept = KeptWork(engines)
    assert kept.size_bytes() == 2 * len(LARGE_WORK) * 1000
    kept.set_aside()()
    assert kept.size_bytes() == 0
    names = {f"engine/{state}/{name}" for state in ("first", "second") for name in KEPT}
    others = {f"engine/second/{PLACES_FILE}", f"disk/{OWN_FOLDER}/holiday.jpg"}
    assert files_below(engines.parent) == names | others
    kept.set_aside()()


def test_an_engine_that_begins_before_all_is_deleted_finds_none_of_it(engines: Path) -> None:
    kept = KeptWork(engines)
    delete = kept.set_aside()
    assert kept.size_bytes() == 0
    (engines / "first" / "data").mkdir()
    (engines / "first" / "data" / "new").write_bytes(b"new")
    delete()
    assert (engines / "first" / "data" / "new").read_bytes() == b"new"


def test_what_a_killed_app_had_set_aside_goes_the_next_time(engines: Path) -> None:
    KeptWork(engines).set_aside()
    assert len(files_below(engines.parent)) > 2 * len(KEPT) + 2
    KeptWork(engines).set_aside()()
    assert len(files_below(engines.parent)) == 2 * len(KEPT) + 2


def test_what_can_not_be_taken_away_is_told_and_stays(engines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched, contextlib.ExitStack() as told:
        patched.setattr(Path, "rename", refused)
        told.enter_context(pytest.raises(StorageError, match="Permission denied"))
        KeptWork(engines).set_aside()
    assert KeptWork(engines).size_bytes() == 2 * len(LARGE_WORK) * 1000


def test_without_an_engine_there_is_nothing(tmp_path: Path) -> None:
    kept = KeptWork(tmp_path / "engine")
    assert kept.size_bytes() == 0
    kept.set_aside()()
