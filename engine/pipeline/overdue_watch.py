"""The watch over gradients that should have come: a late peer is asked, and one that lost a microbatch is passed over.

What is overdue, and what helps, is decided in `passage`; here it is looked at in turns and done.
"""

import asyncio
import time
from typing import Final

import structlog

from engine.network.silence import Silence
from engine.pipeline.delivery import Delivery
from engine.pipeline.microbatch_tasks import MicrobatchTasks
from engine.pipeline.ongoing import OngoingPassages
from engine.pipeline.passage import Passage, PassageState, Remedy, overdue
from engine.pipeline.peers import Peers
from engine.pipeline.questions import Questions
from protocol.keys import NodeId
from protocol.packets import Standing

log = structlog.get_logger(__name__)

WATCH_SECONDS: Final = 0.2


class OverdueWatch:
    """Belongs to the event loop."""

    def __init__(
        self,
        ongoing: OngoingPassages,
        peers: Peers,
        questions: Questions,
        delivery: Delivery,
        tasks: MicrobatchTasks,
        silence: Silence,
    ) -> None:
        self._ongoing = ongoing
        self._peers = peers
        self._questions = questions
        self._delivery = delivery
        self._tasks = tasks
        self._silence = silence

    async def run(self) -> None:
        """Until cancelled; nobody is late during a pause."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            await self._silence.over()
            now = time.monotonic()
            failed = frozenset(self._peers.unreachable)
            for late in overdue(self._ongoing.all(), self._peers.present, failed, self._peers.answers, now):
                self._remedy(late.passage, late.remedy, now)

    def _remedy(self, passage: Passage, remedy: Remedy, now: float) -> None:
        log.info("passage_overdue", microbatch=passage.microbatch, remedy=remedy.name, attempts=passage.attempts)
        passage.attempts += 1
        passage.asked_at = now
        if remedy is Remedy.ASK and passage.downstream is not None:
            self._tasks.spawn(self._ask_after(passage, passage.downstream))
        else:
            self._delivery.send_elsewhere(passage, lost=False)

    async def _ask_after(self, passage: Passage, node: NodeId) -> None:
        """Whether a late peer still has a passage; if it hasn't, or can't be reached, another gets it."""
        peer = self._peers.following(node)
        reply = None if peer is None else await self._questions.ask(passage, peer)
        if passage.state is not PassageState.AWAY or passage.downstream != node:
            return
        if reply is None or (isinstance(reply, Standing) and not reply.has_it):
            self._delivery.send_elsewhere(passage, lost=reply is None)
