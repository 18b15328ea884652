"""The event log: what happened, in order, for ever. The dashboard, the feed and every client draw from it.

An event is appended within the transaction that makes it true; subscribers hear of it once that is committed.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from sqlalchemy import Connection, func, insert, select

from protocol.public_api import FeedEvent
from protocol.wire import from_json, to_json
from subnet.orchestrator.tables.database import Database, after_commit
from subnet.orchestrator.tables.schema import event_log

CATCH_UP_EVENTS: Final = 1000


class LoggedEvent(msgspec.Struct, frozen=True):
    """An event with its number in the log; `body` is the FeedEvent in JSON."""

    event_id: int
    tag: str
    body: bytes

    def event(self) -> FeedEvent:
        event: FeedEvent = from_json(self.body, FeedEvent)
        return event


def event_tag(event: msgspec.Struct) -> str:
    tag = event.__struct_config__.tag
    assert isinstance(tag, str), f"{type(event).__name__} has no tag"
    return tag


class Listener:
    """One that follows the log, and may be sent away."""

    def __init__(self) -> None:
        self.bell = asyncio.Event()
        self.ended = False

    def end(self) -> None:
        self.ended = True
        self.bell.set()


class EventLog:
    """Appends to the table and tells those who listen in this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bells: set[asyncio.Event] = set()

    def append(self, connection: Connection, event: FeedEvent, now_ms: int) -> int:
        """Log `event` within the writer's transaction; its number. Subscribers hear of it after the commit."""
        row = {"run_id": event.run_id, "tag": event_tag(event), "body": to_json(event), "unix_ms": now_ms}
        result = connection.execute(insert(event_log).values(row))
        after_commit(connection, self.ring)
        key = result.inserted_primary_key
        assert key is not None
        return int(key[0])

    def ring(self) -> None:
        """Wake every subscriber."""
        for bell in self._bells:
            bell.set()

    async def last_id(self) -> int:
        """The newest event's number; 0 while there is none."""
        return await self._database.read(lambda connection: _last_id(connection))

    async def after(self, event_id: int, limit: int = CATCH_UP_EVENTS) -> list[LoggedEvent]:
        """Up to `limit` events that came after `event_id`, oldest first."""
        return await self._database.read(lambda connection: events_after(connection, event_id, limit))

    async def follow(
        self, after_id: int, closing: asyncio.Event, quiet_seconds: float, listener: Listener | None = None
    ) -> AsyncIterator[LoggedEvent | None]:
        """Every event after `after_id`, as long as anybody listens; None after each `quiet_seconds` without one."""
        listener = listener or Listener()
        bell = listener.bell
        self._bells.add(bell)
        try:
            while not (closing.is_set() or listener.ended):
                bell.clear()
                batch = await self.after(after_id)
                for logged in batch:
                    after_id = logged.event_id
                    yield logged
                if batch or listener.ended:
                    continue
                try:
                    async with asyncio.timeout(quiet_seconds):
                        await bell.wait()
                except TimeoutError:
                    yield None
        finally:
            self._bells.discard(bell)


def _last_id(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(event_log.c.event_id), 0))).scalar_one())


def events_after(connection: Connection, event_id: int, limit: int) -> list[LoggedEvent]:
    query = (
        select(event_log.c.event_id, event_log.c.tag, event_log.c.body)
        .where(event_log.c.event_id > event_id)
        .order_by(event_log.c.event_id)
        .limit(limit)
    )
    return [LoggedEvent(*row) for row in connection.execute(query)]
