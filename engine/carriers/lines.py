"""The connections to one peer, whoever of the two opened them, and those who wait for the first."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from engine.carriers.base import PeerUnreachable

WAYS_LIMIT: Final = 4
"""Connections kept per peer; the oldest give way, since a peer that started again opens new ones."""
STREAMS_AT_ONCE: Final = 64
"""Packets of a peer that are read side by side, over all its connections: each takes its announced bytes of memory."""
CLOSED_BY_US: Final = 0


@dataclass(eq=False)
class Line:
    """All connections to one peer, oldest first. Belongs to the event loop."""

    ways: list[tuple[float, Any]] = field(default_factory=list)
    """(opened at, by the caller's clock; the connection)."""
    dialling: "asyncio.Task[None] | None" = None
    failure: PeerUnreachable | None = None
    """Why the last attempt to dial came to nothing."""
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(STREAMS_AT_ONCE))
    """For the packets that come in."""
    _turn: int = 0
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    def opened(self, connection: Any, now: float) -> None:
        self.ways.append((now, connection))
        while len(self.ways) > WAYS_LIMIT:
            _close(self.ways.pop(0)[1])
        self._stir()

    def failed(self, failure: PeerUnreachable) -> None:
        """Nobody answered; those who wait hear of it."""
        self.failure = failure
        self._stir()

    def lost(self, connection: Any) -> None:
        """This one connection has broken."""
        self.ways = [way for way in self.ways if way[1] is not connection]
        _close(connection)

    def silent_since(self, began: float) -> None:
        """Nothing that stood at `began` has answered: whatever came since may stay."""
        for opened, connection in list(self.ways):
            if opened <= began:
                self.lost(connection)

    @property
    def idle(self) -> bool:
        """Nothing stands and nothing is tried."""
        return not self.ways and (self.dialling is None or self.dialling.done())

    async def connection(self) -> Any:
        """Each in turn, as soon as there is one; raises PeerUnreachable when dialling ends without."""
        while not self.ways:
            if self.failure is not None:
                raise self.failure
            self._stirred.clear()
            await self._stirred.wait()
        self._turn += 1
        return self.ways[self._turn % len(self.ways)][1]

    def give_up(self) -> None:
        """Close everything; whoever waits is told."""
        if self.dialling is not None:
            self.dialling.cancel()
        for _, connection in self.ways:
            _close(connection)
        self.ways.clear()
        self.failed(PeerUnreachable("A peer's connection was given up."))

    def _stir(self) -> None:
        self._stirred.set()


def _close(connection: Any) -> None:
    connection.close(CLOSED_BY_US, b"")
