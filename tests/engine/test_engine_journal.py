"""The journal: what was reported as synced is there after any kill, once, in order and without a gap."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.disk.journal import Journal, read_journal
from engine.pipeline.receipt_writer import told_loss
from protocol.errors import StorageError
from protocol.keys import NodeKey
from protocol.receipts import StepCommitment, StepId, check_entry

KEY = NodeKey(b"j" * 32)


def line(step: int, padding: int = 0) -> StepCommitment:
    return StepCommitment(
        run_id="r" + "." * padding,
        stage=0,
        step=StepId(1, step),
        weights_hash="0" * 64,
        microbatches=(step,),
        learning_rate=0.1,
        clip_scale=1.0,
    )


def sequences(path: Path) -> list[int]:
    return [entry.sequence for entry in read_journal(path)]


async def written(path: Path, count: int) -> Journal:
    journal = Journal(path, KEY)
    for step in range(count):
        journal.append(line(step))
    await journal.sync()
    return journal


async def test_only_synced_lines_are_pending_and_acknowledged_ones_are_not(tmp_path: Path) -> None:
    journal = await written(tmp_path / "journal", 5)
    journal.append(line(5))
    assert [entry.sequence for entry in journal.pending(100)] == [0, 1, 2, 3, 4]
    assert [entry.sequence for entry in journal.pending(2)] == [0, 1]
    journal.acknowledge(2)
    journal.acknowledge(1)
    assert [entry.sequence for entry in journal.pending(100)] == [3, 4]
    assert journal.unacknowledged == 3
    journal.close()


async def test_lines_come_back_signed_and_in_order_after_a_restart(tmp_path: Path) -> None:
    (await written(tmp_path / "journal", 7)).close()
    again = Journal(tmp_path / "journal", KEY)
    assert again.append(line(7)) == 7
    await again.sync()
    again.close()
    entries = read_journal(tmp_path / "journal")
    assert [check_entry(KEY.node_id, entry) for entry in entries] == [line(step) for step in range(8)]


async def test_a_tail_torn_at_any_byte_is_cut_and_written_over(tmp_path: Path) -> None:
    (await written(tmp_path / "whole", 2)).close()
    two = (tmp_path / "whole").read_bytes()
    one = len(two) // 2
    path = tmp_path / "torn"
    for end in range(one, len(two)):
        path.write_bytes(two[:end])
        assert sequences(path) == [0], f"torn at byte {end}"
    for end in (one, one + 1, one + 12, len(two) - 1):
        path.write_bytes(two[:end])
        journal = Journal(path, KEY)
        assert journal.append(line(1)) == 1
        await journal.sync()
        journal.close()
        assert path.read_bytes()[:one] == two[:one]
        assert sequences(path) == [0, 1]


async def test_a_damaged_record_ends_the_journal_before_it(tmp_path: Path) -> None:
    (await written(tmp_path / "journal", 3)).close()
    data = bytearray((tmp_path / "journal").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "journal").write_bytes(data)
    assert sequences(tmp_path / "journal") == [0]


CHILD = """
import asyncio, sys
from pathlib import Path
from engine.disk.journal import Journal
from protocol.keys import NodeKey
from protocol.receipts import StepCommitment, StepId

async def main():
    journal = Journal(Path(sys.argv[1]), NodeKey(b"j" * 32))
    print(journal.next_sequence, flush=True)
    while True:
        for _ in range(20):
            last = journal.append(StepCommitment(run_id="r", stage=0, step=StepId(1, journal.next_sequence),
                weights_hash="0" * 64, microbatches=(), learning_rate=0.1, clip_scale=1.0))
        await journal.sync()
        print(last, flush=True)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_whatever_a_killed_process_reported_as_synced_is_read_back(tmp_path: Path) -> None:
    path, reported = tmp_path / "journal", -1
    for reports in (1, 3, 8):
        with subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            first = int(child.stdout.readline())
            assert first > reported
            lines = [int(child.stdout.readline()) for _ in range(reports)]
            child.send_signal(signal.SIGKILL)
            lines += [int(rest) for rest in child.stdout.read().splitlines()]
            reported = lines[-1]
        assert reported >= first
        found = sequences(path)
        assert found == list(range(len(found)))
        assert len(found) > reported


async def test_a_full_disk_is_told_and_leaves_no_gap_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = await written(tmp_path / "journal", 2)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        journal.append(line(2))
        for _ in range(3):
            with pytest.raises(StorageError, match="Make room"):
                await journal.sync()
        assert [entry.sequence for entry in journal.pending(10)] == [0, 1]
        journal.append(line(3))
    await journal.sync()
    assert [entry.sequence for entry in journal.pending(10)] == [0, 1, 2, 3]
    journal.close()
    assert sequences(tmp_path / "journal") == [0, 1, 2, 3]


LIMITED_CHILD = """
import asyncio, resource, signal, sys
from pathlib import Path
from engine.disk.journal import Journal, read_journal
from engine.pipeline.receipt_writer import told_loss
from protocol.errors import StorageError
from protocol.keys import NodeKey
from protocol.receipts import StepCommitment, StepId

def line(step):
    return StepCommitment(run_id="r" * 1000, stage=0, step=StepId(1, step), weights_hash="0" * 64, microbatches=(),
        learning_rate=0.1, clip_scale=1.0)

async def main():
    path = Path(sys.argv[1])
    journal = Journal(path, NodeKey(b"j" * 32))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
    refused = 0
    for step in range(40):
        journal.append(line(step))
        try:
            await journal.sync()
        except StorageError:
            refused += 1
    assert refused > 20, refused
    synced = len(journal.pending(100))
    assert [entry.sequence for entry in read_journal(path)][:synced] == list(range(synced))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await journal.sync()
    journal.close()
    print([entry.sequence for entry in read_journal(path)] == list(range(40)))

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits")
def test_a_disk_that_takes_half_a_record_keeps_none_of_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED_CHILD, str(tmp_path / "journal")], capture_output=True, text=True, timeout=30
    )
    assert (done.stdout.strip(), done.stderr) == ("True", "")


async def test_a_sync_that_is_given_up_on_writes_its_lines_once(tmp_path: Path) -> None:
    """As at the end of a service: the sender is cancelled within a sync, and the last sync follows at once."""
    journal = await written(tmp_path / "journal", 1)
    for step in range(1, 40):
        journal.append(line(step))
        giving_up = asyncio.create_task(journal.sync())
        for _ in range(step % 4):
            await asyncio.sleep(0)
        giving_up.cancel()
        await asyncio.gather(giving_up, return_exceptions=True)
        await journal.sync()
    journal.close()
    assert sequences(tmp_path / "journal") == list(range(40))


async def test_an_orchestrator_that_knows_more_moves_the_next_sequence_up(tmp_path: Path) -> None:
    """After the loss of this disk: lines go on where the orchestrator's memory ends."""
    journal = await written(tmp_path / "journal", 3)
    journal.acknowledge(10)
    assert journal.pending(10) == ()
    assert journal.unacknowledged == 0
    assert journal.append(line(0)) == 11
    await journal.sync()
    assert [entry.sequence for entry in journal.pending(10)] == [11]
    journal.close()
    again = Journal(tmp_path / "journal", KEY)
    assert again.next_sequence == 12
    again.close()


async def test_a_journal_with_nothing_to_write_or_send_lets_its_sender_sleep(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", KEY)
    waiting = asyncio.create_task(journal.until_work())
    await asyncio.wait({waiting}, timeout=0.05)
    assert not waiting.done()
    journal.append(line(0))
    await asyncio.wait_for(waiting, 5)
    await journal.sync()
    await asyncio.wait_for(journal.until_work(), 5)
    journal.acknowledge(0)
    waiting = asyncio.create_task(journal.until_work())
    await asyncio.wait({waiting}, timeout=0.05)
    assert not waiting.done()
    waiting.cancel()
    journal.close()


@pytest.mark.parametrize(
    ("loss_sum", "told"),
    [(None, None), (12.5, 12.5), (0.0, 0.0), (-1.0, None), (float("nan"), None), (float("inf"), None), (1e9, None)],
)
def test_a_loss_that_no_receipt_may_hold_is_left_out_so_that_the_journal_is_not_refused_for_it(
    loss_sum: float | None, told: float | None
) -> None:
    assert told_loss(loss_sum, 64) == told
