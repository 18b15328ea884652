"""The database: one writer, transactions that stand or leave no trace, migrations that make what the schema says."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from protocol.public_api import RunChanged
from subnet.orchestrator import migrations
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.migrations import migrate
from subnet.orchestrator.tables import audits as schema_audits
from subnet.orchestrator.tables import money as schema_money
from subnet.orchestrator.tables.database import Database, after_commit
from subnet.orchestrator.tables.schema import event_log, metadata, nonces


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(tmp_path / "test.sqlite")
    await opened.write(migrate)
    yield opened
    await opened.close()


def add(connection: Connection, nonce: str) -> None:
    connection.execute(insert(nonces).values(nonce=nonce, unix_ms=1))


def everything(connection: Connection) -> list[str]:
    return list(connection.execute(select(nonces.c.nonce).order_by(nonces.c.nonce)).scalars())


async def test_a_result_that_is_handed_on_unread_leaves_no_old_view_for_the_reads_after_it(database: Database) -> None:
    for nonce in ("a", "b"):
        await database.write(partial(add, nonce=nonce))
    unread = [await database.read(lambda connection: connection.execute(select(nonces.c.nonce))) for _ in range(4)]
    await database.write(lambda connection: add(connection, "c"))
    for _ in unread:
        assert await database.read(everything) == ["a", "b", "c"]
    with pytest.raises(DBAPIError):
        unread[0].all()


async def test_migrations_make_exactly_the_schema(database: Database) -> None:
    assert schema_audits.audits.metadata is schema_money.emissions.metadata is metadata

    def compare(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert await database.read(compare) == []
    await database.write(migrate)  # a second time changes nothing


async def test_a_payout_of_an_earlier_version_is_kept_without_the_place_that_nobody_wrote_down(tmp_path: Path) -> None:
    def as_version_0003(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        row = (
            "INSERT INTO payout_results (payout_id, paid, transaction_id, reason, unix_ms) VALUES (1, 1, '0xab', '', 5)"
        )
        connection.execute(text(row))

    database = Database(tmp_path / "earlier.sqlite")
    await database.write(as_version_0003)
    await database.write(migrate)
    rows = await database.read(lambda c: c.execute(select(schema_money.payout_results)).all())
    await database.close()
    assert [(row.transaction_id, row.block, row.extrinsic_index) for row in rows] == [("0xab", None, None)]


async def test_a_lease_of_an_earlier_version_counts_as_granted_with_what_is_left_of_it(tmp_path: Path) -> None:
    def as_version_0004(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        values = "(1, 'r', 'train', 'n', '[[3,9]]', 5000, 1)"
        names = "(lease_id, run_id, purpose, node, ranges_json, expires_unix_ms, open)"
        connection.execute(text(f"INSERT INTO leases {names} VALUES {values}"))

    database = Database(tmp_path / "earlier.sqlite")
    await database.write(as_version_0004)
    await database.write(migrate)
    (row,) = await database.read(lambda c: c.execute(text("SELECT granted_json, granted_unix_ms FROM leases")).all())
    await database.close()
    assert (bytes(row.granted_json), row.granted_unix_ms) == (b"[[3,9]]", 5000)


async def test_a_transaction_that_fails_leaves_no_trace_and_tells_nobody(database: Database) -> None:
    told: list[str] = []

    def half(connection: Connection) -> None:
        add(connection, "lost")
        after_commit(connection, lambda: told.append("lost"))
        raise ValueError("in the middle")

    def whole(connection: Connection) -> None:
        add(connection, "kept")
        after_commit(connection, lambda: told.append("kept"))

    with pytest.raises(ValueError, match="in the middle"):
        await database.write(half)
    await database.write(whole)
    assert (await database.read(everything), told) == (["kept"], ["kept"])


async def test_many_writers_at_once_are_served_one_after_the_other(database: Database) -> None:
    await asyncio.gather(*(database.write(partial(add, nonce=f"{n:03}")) for n in range(50)))
    assert await database.read(everything) == [f"{n:03}" for n in range(50)]


async def test_a_write_whose_caller_is_gone_stands_all_the_same(database: Database) -> None:
    task = asyncio.create_task(database.write(lambda c: add(c, "orphan")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.write(lambda c: add(c, "next"))
    assert "next" in await database.read(everything)


async def test_followers_hear_every_event_once_and_in_order(database: Database) -> None:
    log, closing = EventLog(database), asyncio.Event()
    heard: list[int] = []

    async def listen() -> None:
        async for logged in log.follow(0, closing, 5.0):
            if logged is not None:
                heard.append(logged.event_id)
                if len(heard) == 30:
                    closing.set()

    def append(connection: Connection, tokens: int) -> None:
        event = RunChanged(run_id="r", phase="training", tokens_done=tokens, tokens_per_second=0.0)
        log.append(connection, event, tokens)

    listener = asyncio.create_task(listen())
    for tokens in range(30):
        await database.write(partial(append, tokens=tokens))
    async with asyncio.timeout(10):
        await listener
    assert heard == list(range(1, 31))
    assert await database.read(lambda c: len(c.execute(select(event_log)).all())) == 30
