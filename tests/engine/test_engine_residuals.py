"""Residuals on disk: they come back on their own state only, within the disk limit, and nothing torn is read."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from engine.compute.room import make_room
from engine.devices.cpu import CpuDevice
from engine.merging import residuals
from engine.merging.residuals import ResidualFiles
from engine.shard.model import initialise
from engine.training.loading import bring_residuals, seeded_fragments
from protocol.merges import StateHead
from protocol.runs import RunSpec

HEAD = StateHead(stage=1, fragment=2, version=7, keys=("k",), hashes=("ab" * 32,))
NUMBERS = 1000
LIMIT_BYTES = 10_000


@pytest.fixture
def files(tmp_path: Path) -> ResidualFiles:
    return ResidualFiles(tmp_path, "run", 1, LIMIT_BYTES)


@pytest.fixture
def owed() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 1e-3, NUMBERS).astype(np.float32)


def test_what_is_owed_comes_back_in_eight_bits(
    files: ResidualFiles, owed: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(residuals, "PIECE_NUMBERS", 512)
    files.keep_owed(HEAD, owed)
    found = files.owed(HEAD, NUMBERS)
    assert found is not None
    assert np.abs(found - owed).max() <= np.abs(owed).max() / 253
    files.keep_owed(HEAD, np.zeros_like(owed))
    assert files.owed(HEAD, NUMBERS) is None, "nothing owed takes no bytes"


@pytest.mark.parametrize(
    ("head", "numbers"),
    [
        (replace(HEAD, version=8), NUMBERS),
        (replace(HEAD, hashes=("cd" * 32,)), NUMBERS),
        (HEAD, NUMBERS + 1),
    ],
)
def test_on_another_state_or_of_another_size_it_is_dropped_for_good(
    files: ResidualFiles, owed: np.ndarray, head: StateHead, numbers: int
) -> None:
    files.keep_owed(HEAD, owed)
    with capture_logs() as logs:
        assert files.owed(head, numbers) is None
    assert [line["event"] for line in logs] == ["residual_dropped"]
    assert files.owed(HEAD, NUMBERS) is None


def test_what_was_sent_counts_for_its_merge_alone_and_until_something_newer_is_owed(
    files: ResidualFiles, owed: np.ndarray
) -> None:
    files.keep_sent(HEAD, 5, owed)
    assert files.sent(HEAD, 6, NUMBERS) is None
    files.keep_sent(HEAD, 5, owed)
    assert files.sent(HEAD, 5, NUMBERS) is not None
    files.keep_owed(replace(HEAD, version=8), owed)
    assert files.sent(HEAD, 5, NUMBERS) is None


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: data + b"\0", lambda data: data[::-1]])
def test_a_torn_or_foreign_file_is_nothing(
    files: ResidualFiles, owed: np.ndarray, tmp_path: Path, spoil: object
) -> None:
    files.keep_owed(HEAD, owed)
    (path,) = tmp_path.iterdir()
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    assert files.owed(HEAD, NUMBERS) is None


def test_the_disk_limit_holds_for_all_files_together(files: ResidualFiles, owed: np.ndarray, tmp_path: Path) -> None:
    for fragment in range(20):
        files.keep_owed(replace(HEAD, fragment=fragment), owed)
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= LIMIT_BYTES
    assert files.owed(replace(HEAD, fragment=0), NUMBERS) is not None
    files.keep_owed(replace(HEAD, fragment=0, version=8), owed)
    assert files.owed(replace(HEAD, fragment=0, version=8), NUMBERS) is not None, "it takes its own old one's place"


def test_another_stages_files_are_removed(files: ResidualFiles, owed: np.ndarray, tmp_path: Path) -> None:
    files.keep_owed(HEAD, owed)
    ResidualFiles(tmp_path, "run", 1, LIMIT_BYTES).drop_strangers()
    assert list(tmp_path.iterdir())
    ResidualFiles(tmp_path, "run", 0, LIMIT_BYTES).drop_strangers()
    assert not list(tmp_path.iterdir())


def test_a_shard_begins_with_what_its_fragments_owe_on_the_states_of_now(
    tmp_path: Path, tiny_run: Callable[..., RunSpec]
) -> None:
    run = tiny_run()
    seeded = initialise(run.model, run.stages, 0, run.training.seed)
    room = make_room(run, 0, CpuDevice(), 2**30, tmp_path / "offload", 2**30)
    files = ResidualFiles(tmp_path / "residuals", run.run_id, 0, 10**6)
    before, current = seeded_fragments(run, 0, seeded, room)
    owed = np.full(current.anchor.size, 1e-3, dtype=np.float32)
    current.head = StateHead(stage=0, fragment=1, version=3, hashes=("ab" * 32,))
    files.keep_owed(current.head, owed)
    files.keep_owed(before.head, np.full(before.anchor.size, 1e-3, dtype=np.float32))
    before.head = StateHead(stage=0, fragment=0, version=1, hashes=("cd" * 32,))
    bring_residuals([before, current], files, room)
    assert np.allclose(current.residual, owed) and not before.residual.any()


def test_a_file_that_can_not_be_deleted_stops_no_merge_and_is_never_taken_for_what_is_owed_now(
    files: ResidualFiles, owed: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scanner has it open on Windows, or its disk fails."""

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path.exists():
            raise PermissionError(13, "The file is being used by another process", str(path))

    files.keep_owed(HEAD, owed)
    files.keep_sent(HEAD, 5, owed)
    monkeypatch.setattr(Path, "unlink", refused)
    assert files.owed(replace(HEAD, version=8), NUMBERS) is None
    files.keep_owed(replace(HEAD, version=9), owed)
    assert files.owed(replace(HEAD, version=9), NUMBERS) is not None
    assert files.sent(replace(HEAD, version=9), 6, NUMBERS) is None
    ResidualFiles(tmp_path, "run", 0, LIMIT_BYTES).drop_strangers()
