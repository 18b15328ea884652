"""What a run came to, in one JSON file: curves, speed, bytes, every miner's account, and whether the books balance."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from protocol.public_api import LossPoint, MinerStatus, RunStatus
from protocol.runs import RunSpec
from subnet.local.miner import MinerRecord


class MinerReport(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    hotkey: str
    stage: int | None
    receipts: int
    matched_passes: int
    credit: float
    credited_rao: int
    paid_rao: int
    verdicts: dict[str, int]
    engine_starts: int
    troubles: dict[str, int]
    failed: str | None


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """`books_balance`: the miners' credits add up to the ledger's. Ranges are half-open, of train microbatches."""

    run_id: str
    preset: str
    stages: int
    miners: tuple[MinerReport, ...]
    seconds: float
    tokens: int
    tokens_per_second: float
    """From the first trained microbatch to the last."""
    loss: tuple[LossPoint, ...]
    held_out: tuple[LossPoint, ...]
    held_out_before: float | None
    held_out_after: float | None
    bytes_by_kind: dict[str, int]
    credit_of_miners: float
    credit_in_ledger: float
    books_balance: bool
    trained_twice: tuple[tuple[int, int], ...]
    trained_twice_share: float
    not_trained: tuple[tuple[int, int], ...]
    merges: int
    faults: tuple[str, ...]


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """What the orchestrator's database says, read without asking the orchestrator."""

    ledger_credit: float
    trained: dict[int, int]
    """First-stage backward receipts by microbatch."""
    first_unix_ms: int
    last_unix_ms: int
    bytes_by_kind: dict[str, int]


def read_books(database: Path, run_id: str) -> Books:
    """From the orchestrator's SQLite file; it may be running."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        credit = connection.execute("SELECT COALESCE(SUM(credit), 0) FROM work WHERE run_id = ?", (run_id,)).fetchone()[
            0
        ]
        rows = connection.execute(
            "SELECT microbatch, COUNT(*), MIN(finished_at_unix_ms), MAX(finished_at_unix_ms) FROM receipts"
            " WHERE run_id = ? AND stage = 0 AND direction = 'backward' GROUP BY microbatch",
            (run_id,),
        ).fetchall()
        sent: Counter[str] = Counter()
        for (body,) in connection.execute("SELECT bytes_sent_json FROM miners"):
            sent.update(msgspec.json.decode(body, type=dict[str, int]))
    finally:
        connection.close()
    return Books(
        ledger_credit=credit,
        trained={microbatch: count for microbatch, count, _, _ in rows},
        first_unix_ms=min((first for _, _, first, _ in rows), default=0),
        last_unix_ms=max((last for _, _, _, last in rows), default=0),
        bytes_by_kind=dict(sent),
    )


def build_report(
    run: RunSpec, preset: str, status: RunStatus, books: Books, records: Iterable[MinerRecord], seconds: float
) -> RunReport:
    """Everything in one place; pure."""
    by_hotkey = {miner.hotkey: miner for miner in status.miners}
    miners = tuple(_miner(record, by_hotkey.get(record.hotkey), status) for record in records)
    wanted = range(run.training.microbatches)
    twice = [index for index in wanted if books.trained.get(index, 0) > 1]
    missing = [index for index in wanted if not books.trained.get(index)]
    tokens = sum(books.trained.values()) * run.tokens_per_microbatch
    span_seconds = max(1e-3, (books.last_unix_ms - books.first_unix_ms) / 1000)
    credit = sum(miner.credit for miner in miners)
    return RunReport(
        run_id=run.run_id,
        preset=preset,
        stages=len(run.stages),
        miners=miners,
        seconds=seconds,
        tokens=tokens,
        tokens_per_second=tokens / span_seconds,
        loss=status.loss,
        held_out=status.held_out,
        held_out_before=status.held_out[0].loss if status.held_out else None,
        held_out_after=status.held_out[-1].loss if len(status.held_out) > 1 else None,
        bytes_by_kind=books.bytes_by_kind,
        credit_of_miners=credit,
        credit_in_ledger=books.ledger_credit,
        books_balance=abs(credit - books.ledger_credit) <= 1e-9 * max(1.0, books.ledger_credit),
        trained_twice=ranges(twice),
        trained_twice_share=len(twice) / run.training.microbatches,
        not_trained=ranges(missing),
        merges=sum(merge.finished_unix_ms is not None for merge in status.merges),
        faults=tuple(_faults(miners)),
    )


def ranges(indices: list[int]) -> tuple[tuple[int, int], ...]:
    """Sorted indices as half-open ranges."""
    found: list[tuple[int, int]] = []
    for index in indices:
        if found and found[-1][1] == index:
            found[-1] = (found[-1][0], index + 1)
        else:
            found.append((index, index + 1))
    return tuple(found)


def _miner(record: MinerRecord, seen: MinerStatus | None, status: RunStatus) -> MinerReport:
    verdicts = Counter(verdict.finding for verdict in status.verdicts if verdict.hotkey == record.hotkey)
    return MinerReport(
        name=record.name,
        hotkey=record.hotkey,
        stage=seen.stage if seen else record.stage,
        receipts=seen.receipts if seen else 0,
        matched_passes=seen.matched_passes if seen else 0,
        credit=seen.credit if seen else 0.0,
        credited_rao=seen.credited_rao if seen else 0,
        paid_rao=seen.paid_rao if seen else 0,
        verdicts=dict(verdicts),
        engine_starts=record.starts,
        troubles=dict(record.troubles),
        failed=record.failed,
    )


def _faults(miners: Iterable[MinerReport]) -> Iterable[str]:
    for miner in miners:
        if miner.failed:
            yield f"{miner.name} failed: {miner.failed}"
        if miner.engine_starts > 1:
            yield f"{miner.name} was started {miner.engine_starts} times"
        for code, count in sorted(miner.troubles.items()):
            yield f"{miner.name}: {code} {count} times"
        for finding, count in sorted(miner.verdicts.items()):
            if finding != "honest":
                yield f"{miner.name} was found {finding} {count} times"
