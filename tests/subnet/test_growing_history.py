"""What is asked every second costs as much after a long history as after a short one: counted in SQLite's own steps."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

from protocol.wire import to_json
from subnet.orchestrator.auditing.states import AuditState
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.merging.records import open_merges
from subnet.orchestrator.migrations import migrate
from subnet.orchestrator.money.payout_records import due_payouts, payments_of, under_way
from subnet.orchestrator.money.postings import Account, balance, balances, credited_and_paid, post, purse
from subnet.orchestrator.money.treasury import share_out
from subnet.orchestrator.runs.epochs import turn_epochs
from subnet.orchestrator.runs.runs import RunPhase, open_run, read_run
from subnet.orchestrator.tables.audits import audits, epoch_scores, epochs, verdicts
from subnet.orchestrator.tables.database import Database
from subnet.orchestrator.tables.money import money_entries, payouts
from subnet.orchestrator.tables.schema import fragment_states, merges, miners, runs, work
from subnet.orchestrator.web.projections import announce_miner
from swarm.merge_states import Abandoned, AbandonReason, MergeState
from tests.subnet.conftest import ADDRESS, make_run

Asked = Callable[[sa.Connection], object]
NOW_MS: Final = 10_000_000
NODES: Final = [f"{number:064x}" for number in range(4)]
SHORT, LONG = 40, 800
LEAST_RAO: Final = 10_000


@dataclass
class History:
    """An orchestrator's database and how many rows of everything lie behind."""

    database: Database

    async def found(self) -> None:
        await self.database.write(migrate)
        await self.database.write(self._found)

    def _found(self, connection: sa.Connection) -> None:
        open_run(connection, EventLog(self.database), make_run(), 0)
        connection.execute(sa.update(runs).values(phase=RunPhase.TRAINING.value))
        for node in NODES:
            connection.execute(
                sa.insert(miners).values(
                    node=node, hotkey=f"hotkey of {node}", payout_coldkey=ADDRESS, run_id="small", stage=0, life=1,
                    device="cpu", memory_bytes=1, flops_per_second=1.0, addresses_json=b"[]", online=True,
                    phase="training", last_seen_unix_ms=NOW_MS,
                )
            )  # fmt: skip
        open_epoch = {"run_id": "small", "epoch": LONG, "opened_unix_ms": NOW_MS - 1, "after_work_id": 0}
        connection.execute(sa.insert(epochs).values(open_epoch))

    async def grow(self, start: int, end: int) -> None:
        for part in (self._work, self._merges, self._epochs, self._money):
            await self.database.write(partial(part, numbers=range(start, end)))

    def _work(self, connection: sa.Connection, numbers: range) -> None:
        common = {"run_id": "small", "stage": 0, "step_life": 1, "tokens": 1, "credit": 1.0, "within_owner": False}
        rows = [
            {"work_id": n + 1, "microbatch": n, "sequence": n, "step": n, "unix_ms": n, "node": NODES[n % 4]} | common
            for n in numbers
        ]
        connection.execute(sa.insert(work), [row | {"hotkey": f"hotkey of {row['node']}"} for row in rows])

    def _merges(self, connection: sa.Connection, numbers: range) -> None:
        over: MergeState = Abandoned(reason=AbandonReason.NO_UPLOADS)
        common = {"run_id": "small", "stage": 0, "fragment": 0, "collected": True}
        ended = {"solo": False, "final": False, "phase": "abandoned", "state_json": to_json(over), "opened_unix_ms": 0}
        rows = [{"merge_id": n + 1, "base_version": n, "finished_unix_ms": n} | common | ended for n in numbers]
        connection.execute(sa.insert(merges), rows)
        made = {"head_json": b"{}", "anchor_hash": ""}
        states = [{"version": n + 1, "merge_id": n + 1, "made_unix_ms": n} | common | made for n in numbers]
        connection.execute(sa.insert(fragment_states), states)

    def _epochs(self, connection: sa.Connection, numbers: range) -> None:
        common = {"run_id": "small", "opened_unix_ms": 0, "closed_unix_ms": 1, "credits": b"{}", "emission_id": 1}
        rows = [{"epoch": n, "after_work_id": n, "through_work_id": n + 1} | common for n in numbers]
        connection.execute(sa.insert(epochs), rows)
        score = {"run_id": "small", "validator": "v", "shares": b"{}", "unix_ms": 1}
        connection.execute(sa.insert(epoch_scores), [{"epoch": n} | score for n in numbers])
        # Of a miner that nobody asks about here.
        whose = {"run_id": "small", "stage": 0, "node": "other", "hotkey": "other", "life": 1, "validator": "v"}
        judged = {"state": AuditState.JUDGED.value, "opened_unix_ms": 0, "deadline_unix_ms": 0, "through_sequence": 0}
        said = {"finding": "honest", "marked_down": False, "explanation": "", "evidence": b"", "epoch": 1, "unix_ms": 0}
        drawn = [{"audit_id": n + 1, "step": n, "excused": False} | whose | judged for n in numbers]
        connection.execute(sa.insert(audits), drawn)
        told = [{"audit_id": n + 1, "step": n, "audit_opened_unix_ms": 0} | whose | said for n in numbers]
        connection.execute(sa.insert(verdicts), told)

    def _money(self, connection: sa.Connection, numbers: range) -> None:
        for n in numbers:
            hotkey = f"hotkey of {NODES[n % 4]}"
            post(connection, f"share {n}", [(Account.UNSHARED, "", -5), (Account.MINER, hotkey, 5)], 1, n)
            post(connection, f"emission {n}", [(Account.EMISSION, "", -5), (Account.UNSHARED, "", 5)], 0, n)
            row = {"memo": f"{n}", "hotkey": hotkey, "coldkey": "", "tempo": n, "rao": 5, "unix_ms": n, "transfer": b""}
            connection.execute(sa.insert(payouts).values(row | {"settled_unix_ms": n}))

    async def steps(self, asked: Asked) -> int:
        """How many steps SQLite takes for it, when nothing is left to do."""

        def count(connection: sa.Connection) -> int:
            asked(connection)  # what is done once only, and what a statement's first run reads of the schema
            raw: Any = connection.connection.driver_connection
            taken = 0

            def note() -> None:
                nonlocal taken
                taken += 1

            raw.set_progress_handler(note, 1)
            try:
                asked(connection)
            finally:
                raw.set_progress_handler(None, 1)
            return taken

        return await self.database.write(count)


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[History]:
    history = History(Database(tmp_path / "orchestrator.sqlite"))
    await history.found()
    yield history
    await history.database.close()


def turn(connection: sa.Connection, looks_at_waiting: bool) -> None:
    turn_epochs(connection, read_run(connection, "small"), "pool", NOW_MS, looks_at_waiting)


def end_run(connection: sa.Connection, **settled: object) -> None:
    """Its last epoch is closed, and settled if `settled` says so."""
    connection.execute(sa.update(runs).values(phase=RunPhase.FINISHED.value))
    newest = sa.update(epochs).where(epochs.c.epoch == LONG)
    connection.execute(newest.values(closed_unix_ms=NOW_MS, through_work_id=LONG, **settled))


def announce(history: History, connection: sa.Connection) -> None:
    announce_miner(connection, EventLog(history.database), NODES[0], NOW_MS)


async def test_a_second_of_an_old_network_costs_no_more_than_one_of_a_young_one(history: History) -> None:
    asked: dict[str, Asked] = {
        "epochs": partial(turn, looks_at_waiting=False),
        "epochs and what waits": partial(turn, looks_at_waiting=True),
        "all open merges": open_merges,
        "a run's open merges": partial(open_merges, run_id="small"),
        "payouts under way": under_way,
        "payouts due": partial(due_payouts, tempo=LONG, least_rao=LEAST_RAO),
        "emissions to share": partial(share_out, now_ms=NOW_MS),
        "a miner's news": partial(announce, history),
        "a heartbeat's purse": partial(purse, hotkey=f"hotkey of {NODES[0]}"),
        "a hotkey's payments": partial(payments_of, hotkey=f"hotkey of {NODES[0]}", limit=5),
    }
    await history.grow(0, SHORT)
    young = {name: await history.steps(one) for name, one in asked.items()}
    await history.grow(SHORT, LONG)
    old = {name: await history.steps(one) for name, one in asked.items()}
    assert {name: (young[name], steps) for name, steps in old.items() if steps > young[name] + SHORT} == {}


async def test_a_run_that_is_over_and_settled_is_asked_no_more_than_what_its_newest_epoch_says(
    history: History,
) -> None:
    await history.grow(0, SHORT)
    before = await history.steps(partial(turn, looks_at_waiting=True))
    await history.database.write(end_run)
    await history.database.write(partial(turn, looks_at_waiting=False))
    settled = sa.select(epochs.c.credits).where(epochs.c.epoch == LONG)
    assert await history.database.read(lambda c: c.execute(settled).scalar()), "settled in the second of its end"
    after = await history.steps(partial(turn, looks_at_waiting=False))
    assert after < before / 3


async def test_work_that_comes_after_a_run_s_end_is_found_when_what_waits_is_looked_at(history: History) -> None:
    await history.database.write(partial(end_run, credits=b"{}", emission_id=1))
    await history.database.write(partial(history._work, numbers=range(LONG, LONG + 1)))
    newest = sa.select(sa.func.max(epochs.c.epoch))
    for looks_at_waiting, expected in ((False, LONG), (True, LONG + 1)):
        await history.database.write(partial(turn, looks_at_waiting=looks_at_waiting))
        assert await history.database.read(lambda c: c.execute(newest).scalar()) == expected


async def test_kept_sums_of_money_are_those_of_the_entries(history: History) -> None:
    await history.grow(0, SHORT)
    hotkeys = [f"hotkey of {node}" for node in NODES]

    def added_up(connection: sa.Connection) -> dict[tuple[str, str], int]:
        entry = money_entries.c
        query = sa.select(entry.account, entry.hotkey, sa.func.sum(entry.rao)).group_by(entry.account, entry.hotkey)
        return {(account, hotkey): rao for account, hotkey, rao in connection.execute(query) if rao}

    entries = await history.database.read(added_up)
    for account in Account:
        kept = await history.database.read(partial(balances, account=account))
        assert kept == {hotkey: rao for (of, hotkey), rao in entries.items() if of == account}
        assert all([await history.database.read(partial(balance, account=account, hotkey=key)) == rao
                    for key, rao in kept.items()])  # fmt: skip
    wanted = await history.database.read(partial(credited_and_paid, hotkeys=[*hotkeys, "nobody"]))
    assert wanted == {hotkey: (entries[Account.MINER, hotkey], 0) for hotkey in hotkeys}
