"""One SQLite file: a single writer in a single thread, readers beside it that never wait for it.

Every write is one `BEGIN IMMEDIATE` transaction, on disk (WAL, synchronous FULL) before the awaiting code goes on. What
others should hear of it is handed to `after_commit` and runs on the event loop only once the transaction stands.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from protocol.errors import StorageError, Unavailable, UserFacingError

Result = TypeVar("Result")
Notice = Callable[[], None]
_NOTICES = "after_commit"
_CURSORS = "cursors"
_READERS = 2
_log = structlog.get_logger()

_DISK_CODES = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})


def after_commit(connection: Connection, notice: Notice) -> None:
    """Run `notice` on the event loop once the writing transaction of `connection` has been committed, else never."""
    connection.info.setdefault(_NOTICES, []).append(notice)


@contextmanager
def by_itself(connection: Connection) -> Iterator[None]:
    """A part of a writing transaction. If it raises, it has left no trace, nor a notice; the rest can go on."""
    notices: list[Notice] = connection.info.setdefault(_NOTICES, [])
    before = len(notices)
    try:
        with connection.begin_nested():
            yield
    except BaseException:
        del notices[before:]
        raise


def _open_engine(path: Path, begin: str) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10.0, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transactions begin deferred, and too late for a read before the first write.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "after_cursor_execute")
    def _remember(connection: Connection, cursor: sqlite3.Cursor, *_: object) -> None:
        connection.info.setdefault(_CURSORS, []).append(cursor)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def _to_its_end(connection: Connection) -> Iterator[None]:
    """A transaction, none of whose statements outlives it. SQLite keeps the view of a statement with rows left, and so
    all later reads of its connection: one result handed on unread would show the tables as they were then for good."""
    with connection.begin():
        try:
            yield
        finally:
            for cursor in connection.info.pop(_CURSORS, ()):
                cursor.close()


def translate(error: DBAPIError) -> UserFacingError:
    """The one place where the database's errors become ours."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if code in _DISK_CODES:
        return StorageError(
            "The orchestrator's disk is full or can't be written.", "Nothing was stored; send it again."
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Unavailable("The orchestrator's database is busy.", "Try again in a moment.", 1.0)
    return StorageError("The orchestrator's database refused an entry.", "See its log.")


class Database:
    """Hands work to the writer's and the readers' threads. Open it inside the event loop that uses it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._loop = asyncio.get_running_loop()
        self._writing = _open_engine(path, "BEGIN IMMEDIATE")
        self._reading = _open_engine(path, "BEGIN")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="database-writer")
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="database-reader")
        self._connection: Connection | None = None

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` in one transaction. It is committed when this returns, and has left no trace if this raises.

        Once begun it runs to its end, even if the awaiting task is cancelled. Raises StorageError (disk full),
        Unavailable, and whatever `work` raises.
        """
        return await self._loop.run_in_executor(self._writer, self._write, work)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` on a consistent view of what is committed; it must not write."""
        return await self._loop.run_in_executor(self._readers, self._read, work)

    async def close(self) -> None:
        """Finish what is under way and close the file."""
        await self._loop.run_in_executor(self._writer, self._close_writer)
        self._writer.shutdown()
        self._readers.shutdown()
        self._writing.dispose()
        self._reading.dispose()

    def _write(self, work: Callable[[Connection], Result]) -> Result:
        connection = self._connection
        try:
            if connection is None:
                connection = self._connection = self._writing.connect()
            connection.info[_NOTICES] = []
            with _to_its_end(connection):
                result = work(connection)
        except DBAPIError as error:
            _log.error("database_write_failed", error=str(error.orig))
            raise translate(error) from error
        notices = connection.info.pop(_NOTICES, [])
        if notices:
            self._loop.call_soon_threadsafe(_run_notices, notices)
        return result

    def _read(self, work: Callable[[Connection], Result]) -> Result:
        try:
            with self._reading.connect() as connection, _to_its_end(connection):
                return work(connection)
        except DBAPIError as error:
            raise translate(error) from error

    def _close_writer(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _run_notices(notices: list[Notice]) -> None:
    for notice in notices:
        try:
            notice()
        except Exception:  # noqa: BLE001 - per-listener loop
            # One listener's fault must not keep the others from hearing of a transaction that stands.
            _log.exception("notice_failed")


def row_dict(row: Any) -> dict[str, Any]:
    """A row's columns by name."""
    return dict(row._mapping)
