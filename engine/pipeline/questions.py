"""What a stage asks its peers of the next one: how full they are, and whether they still have a microbatch."""

import asyncio
import time
from typing import Final

from engine.carriers.base import PeerUnreachable
from engine.network.silence import Silenced
from engine.pipeline.microbatch_tasks import MicrobatchTasks
from engine.pipeline.outbox import Outbox
from engine.pipeline.passage import Passage, PassageState
from engine.pipeline.peers import Peers
from protocol.miner_events import PeerEntry
from protocol.packets import Accepted, PacketKind, Standing
from swarm.patience import RoundTrips, measured, patience_seconds
from swarm.routing import Load

ASK_LEAST_SECONDS: Final = 0.05
"""Candidates are asked how full they are where a forward pass takes so long; else the answers come too late to help."""
FIRST_ANSWER_SECONDS: Final = 10.0
LEAST_ANSWER_SECONDS: Final = 2.0
"""How long the answer to a question may take: before anything is measured, and at least; a thin line may be busy."""


class Questions:
    """Belongs to the event loop."""

    def __init__(self, outbox: Outbox, peers: Peers, tasks: MicrobatchTasks) -> None:
        self._outbox = outbox
        self._peers = peers
        self._tasks = tasks
        self._replies = RoundTrips()

    def ask_candidates(self, passage: Passage, forward_seconds: float) -> None:
        """Called as its forward pass begins, so that the answers are there when it ends; the last one took
        `forward_seconds`."""
        if forward_seconds < ASK_LEAST_SECONDS:
            return
        candidates = self._peers.candidates(time.monotonic(), 0, passage.avoided)
        for peer in filter(self._outbox.carrier.answers, candidates):
            self._tasks.spawn(self._ask_load(passage, peer))

    async def ask(self, passage: Passage, peer: PeerEntry) -> Standing | Accepted | None:
        """What it says; Accepted if the question lies in the store or a pause kept it back: nothing is known then, and
        nothing is lost."""
        packet = self._outbox.question(passage, peer.node)
        self._outbox.count(PacketKind.QUESTION, packet)
        try:
            asked_at = time.monotonic()
            async with asyncio.timeout(patience_seconds(self._replies, 0, FIRST_ANSWER_SECONDS, LEAST_ANSWER_SECONDS)):
                reply = await self._outbox.send(peer, packet)
        except Silenced:
            return Accepted()
        except (PeerUnreachable, TimeoutError):
            return None
        self._replies = measured(self._replies, time.monotonic() - asked_at)
        return reply if isinstance(reply, Standing | Accepted) else None

    async def _ask_load(self, passage: Passage, peer: PeerEntry) -> None:
        standing = await self.ask(passage, peer)
        if isinstance(standing, Standing) and passage.state is PassageState.QUEUED:
            passage.loads[peer.node] = Load(standing.queued, standing.held, standing.full)
