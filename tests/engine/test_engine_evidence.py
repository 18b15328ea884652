"""Evidence: there as long as a draw may ask for it, and never more of it than was allowed."""

import errno
from pathlib import Path

import pytest

from engine.disk.evidence import IN_MEMORY_STEPS, EvidenceLocker, KeptPass, KeptWeights
from protocol.receipts import Direction, StepId

PACKET = b"p" * 100


def fill(locker: EvidenceLocker, steps: range, life: int = 1) -> None:
    for step in steps:
        locker.keep(StepId(life, step), Direction.FORWARD, step, PACKET + bytes([step]), PACKET)
        locker.keep(StepId(life, step), Direction.BACKWARD, step, PACKET, None)


def kept_steps(locker: EvidenceLocker, steps: range, life: int = 1) -> list[int]:
    return [step for step in steps if locker.passes(StepId(life, step))]


def test_passes_come_back_as_they_were_from_memory_and_from_disk(tmp_path: Path) -> None:
    locker = EvidenceLocker(tmp_path, window_steps=20, disk_limit_bytes=10**6)
    fill(locker, range(10))
    for step in range(10):
        assert locker.passes(StepId(1, step)) == [
            KeptPass(Direction.FORWARD, step, PACKET + bytes([step]), PACKET),
            KeptPass(Direction.BACKWARD, step, PACKET, None),
        ]
    assert len(list(tmp_path.iterdir())) == 3 * (10 - IN_MEMORY_STEPS)
    assert locker.passes(StepId(2, 0)) == []


def test_a_late_pass_joins_a_step_that_is_on_disk_already(tmp_path: Path) -> None:
    locker = EvidenceLocker(tmp_path, window_steps=20, disk_limit_bytes=10**6)
    fill(locker, range(10))
    locker.keep(StepId(1, 0), Direction.BACKWARD, 77, b"late", b"sent")
    assert locker.passes(StepId(1, 0))[-1] == KeptPass(Direction.BACKWARD, 77, b"late", b"sent")
    assert len(locker.passes(StepId(1, 0))) == 3


def test_undecided_steps_beyond_the_window_go_oldest_first(tmp_path: Path) -> None:
    locker = EvidenceLocker(tmp_path, window_steps=6, disk_limit_bytes=10**6)
    fill(locker, range(30))
    assert kept_steps(locker, range(30)) == list(range(24, 30))
    assert len(list(tmp_path.iterdir())) == 3 * (6 - IN_MEMORY_STEPS)


def test_a_draw_drops_what_it_decided_and_keeps_what_it_wants_beyond_the_window(tmp_path: Path) -> None:
    locker = EvidenceLocker(tmp_path, window_steps=8, disk_limit_bytes=10**6)
    fill(locker, range(8))
    locker.decide(StepId(1, 5), frozenset({StepId(1, 2)}))
    assert kept_steps(locker, range(8)) == [2, 6, 7]
    fill(locker, range(8, 30))
    assert kept_steps(locker, range(30)) == [2, *range(22, 30)]
    locker.decide(StepId(1, 5), frozenset())
    assert kept_steps(locker, range(30)) == list(range(22, 30))
    locker.decide(StepId(2, 0), frozenset())
    assert kept_steps(locker, range(30)) == []
    assert list(tmp_path.iterdir()) == []


def test_the_disk_limit_holds_at_every_moment_and_costs_the_oldest(tmp_path: Path) -> None:
    limit = 1000
    locker = EvidenceLocker(tmp_path, window_steps=50, disk_limit_bytes=limit)
    for step in range(30):
        fill(locker, range(step, step + 1))
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= limit
    kept = kept_steps(locker, range(30))
    assert kept == list(range(30 - len(kept), 30))
    assert len(kept) > IN_MEMORY_STEPS


def test_evidence_that_is_asked_for_already_is_the_last_to_go_for_want_of_room(tmp_path: Path) -> None:
    locker = EvidenceLocker(tmp_path, window_steps=50, disk_limit_bytes=1000)
    fill(locker, range(4))
    locker.decide(StepId(1, -1), frozenset({StepId(1, 0)}))
    fill(locker, range(4, 30))
    assert 0 in kept_steps(locker, range(30))
    assert not locker.gave_up(StepId(1, 0))
    assert locker.gave_up(StepId(1, 1)), "so that its miner owns up when it is asked"
    locker.decide(StepId(1, 29), frozenset())
    assert not locker.gave_up(StepId(1, 29))


def test_what_another_life_left_on_disk_is_removed(tmp_path: Path) -> None:
    fill(EvidenceLocker(tmp_path, 20, 10**6), range(10))
    assert list(tmp_path.iterdir())
    EvidenceLocker(tmp_path, 20, 10**6)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_costs_evidence_and_not_the_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locker = EvidenceLocker(tmp_path, window_steps=50, disk_limit_bytes=10**6)

    def full(path: Path, data: bytes) -> int:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        fill(locker, range(10))
    assert kept_steps(locker, range(10)) == list(range(10 - IN_MEMORY_STEPS, 10))
    assert list(tmp_path.iterdir()) == []
    fill(locker, range(10, 20))
    assert kept_steps(locker, range(20)) == list(range(10 - IN_MEMORY_STEPS, 20))


def test_a_file_that_somebody_took_away_is_missing_evidence_and_no_fault(tmp_path: Path) -> None:
    locker = EvidenceLocker(tmp_path, window_steps=50, disk_limit_bytes=10**6)
    fill(locker, range(10))
    for path in tmp_path.iterdir():
        path.unlink()
    assert locker.passes(StepId(1, 0))[0] == KeptPass(Direction.FORWARD, 0, None, None)
    locker.decide(StepId(1, 9), frozenset())
    assert kept_steps(locker, range(10)) == []


class Scanner:
    """Has files open, as one does on Windows: what it holds can't be deleted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.holds: set[str] = set()
        self.refused = 0
        unlink = Path.unlink

        def refusing(path: Path, missing_ok: bool = False) -> None:
            if path.name in self.holds:
                self.refused += 1
                raise PermissionError(errno.EACCES, "The file is being used by another process", str(path))
            unlink(path, missing_ok)

        monkeypatch.setattr(Path, "unlink", refusing)


def test_a_file_that_can_not_be_deleted_now_stops_nothing_and_goes_with_a_later_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locker, scanner = EvidenceLocker(tmp_path, window_steps=6, disk_limit_bytes=10**6), Scanner(monkeypatch)
    fill(locker, range(6))
    scanner.holds = {path.name for path in tmp_path.iterdir()}
    assert scanner.holds
    fill(locker, range(6, 10))
    assert scanner.refused
    assert kept_steps(locker, range(10)) == list(range(4, 10))
    assert scanner.holds <= {path.name for path in tmp_path.iterdir()}
    scanner.holds = set()
    fill(locker, range(10, 20))
    assert kept_steps(locker, range(20)) == list(range(14, 20))
    assert len(list(tmp_path.iterdir())) == 3 * (6 - IN_MEMORY_STEPS)


def test_what_can_not_be_deleted_counts_against_the_limit_and_costs_nothing_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locker, scanner = EvidenceLocker(tmp_path, window_steps=50, disk_limit_bytes=1000), Scanner(monkeypatch)
    fill(locker, range(7))
    scanner.holds = {path.name for path in tmp_path.iterdir()}
    for step in range(7, 40):
        fill(locker, range(step, step + 1))
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1000
    assert kept_steps(locker, range(40))[-IN_MEMORY_STEPS:] == list(range(36, 40))


def test_a_leftover_that_can_not_be_deleted_keeps_no_life_from_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1-0-0-in.packet").write_bytes(PACKET)
    Scanner(monkeypatch).holds = {"1-0-0-in.packet"}
    locker = EvidenceLocker(tmp_path, window_steps=6, disk_limit_bytes=10**6)
    fill(locker, range(10))
    assert kept_steps(locker, range(10)) == list(range(4, 10))


def test_a_wanted_version_keeps_the_one_it_led_to() -> None:
    kept = KeptWeights(window_steps=4)
    for step in range(4):
        kept.keep(StepId(1, step), f"weights {step}")
    kept.decide(StepId(1, 3), frozenset({StepId(1, 1)}))
    assert kept.version(StepId(1, 0)) is None
    assert kept.version(StepId(1, 1)) == "weights 1"
    assert kept.version(StepId(1, 2)) == "weights 2"
    for step in range(4, 40):
        kept.keep(StepId(1, step), f"weights {step}")
    present = [step for step in range(40) if kept.version(StepId(1, step)) is not None]
    assert present == [1, 2, *range(34, 40)]
    kept.decide(StepId(1, 39), frozenset())
    assert [step for step in range(40) if kept.version(StepId(1, step)) is not None] == [39]


def test_a_version_not_yet_decided_is_there_with_its_successor() -> None:
    """The newest decided step may be followed by one that a later draw wants together with it."""
    kept = KeptWeights(window_steps=8)
    for step in range(6):
        kept.keep(StepId(1, step), step)
    kept.decide(StepId(1, 2), frozenset())
    assert [step for step in range(6) if kept.version(StepId(1, step)) is not None] == [2, 3, 4, 5]
