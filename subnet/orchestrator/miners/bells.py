"""Wakes the event streams of a run's miners after something they should hear of has been committed."""

import asyncio
from collections import Counter, defaultdict

from sqlalchemy import Connection

from protocol.keys import NodeId
from subnet.orchestrator.tables.database import after_commit


class Bells:
    """One bell per open stream, by run. A ring also wakes the tasks that take runs and merges further."""

    def __init__(self) -> None:
        self.runs_wake, self.merges_wake = asyncio.Event(), asyncio.Event()
        self._by_run: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._rings: Counter[str] = Counter()

    def hang(self, run_id: str) -> asyncio.Event:
        bell = asyncio.Event()
        self._by_run[run_id].add(bell)
        return bell

    def take_down(self, run_id: str, bell: asyncio.Event) -> None:
        self._by_run[run_id].discard(bell)
        if not self._by_run[run_id]:
            del self._by_run[run_id]

    def ring(self, run_id: str) -> None:
        """Every stream of the run looks whether its miner should hear something new."""
        self._rings[run_id] += 1
        self.runs_wake.set()
        self.merges_wake.set()
        for bell in self._by_run.get(run_id, ()):
            bell.set()

    def rings(self, run_id: str) -> int:
        """How often the run's bells were rung: what was read after the last ring needs not be read again."""
        return self._rings[run_id]

    def ring_all(self) -> None:
        for run_id in list(self._by_run):
            self.ring(run_id)

    def ring_after(self, connection: Connection, run_id: str) -> None:
        """Ring once the transaction of `connection` stands."""
        after_commit(connection, lambda: self.ring(run_id))


class NewestStreams:
    """Which of a miner's event streams is its newest; the others end, so that nobody makes work by opening many."""

    def __init__(self) -> None:
        self._bells: dict[NodeId, asyncio.Event] = {}

    def open(self, node: NodeId, bell: asyncio.Event) -> None:
        """The stream with this bell is the newest; an older one is woken to see that."""
        older = self._bells.get(node)
        self._bells[node] = bell
        if older is not None:
            older.set()

    def is_newest(self, node: NodeId, bell: asyncio.Event) -> bool:
        return self._bells.get(node) is bell

    def close(self, node: NodeId, bell: asyncio.Event) -> None:
        if self.is_newest(node, bell):
            del self._bells[node]
