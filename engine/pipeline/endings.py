"""How a passage ends at this stage: trained and its gradient given back, failed, or left to others.

Whichever it is, the passage is no longer held afterwards, and who feeds and tells hears of it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from engine.pipeline.gradients import GradientGone, GradientReturns
from engine.pipeline.memory_of_microbatches import MicrobatchMemory
from engine.pipeline.ongoing import OngoingPassages
from engine.pipeline.passage import Passage, PassageState
from engine.pipeline.peers import Peers
from engine.pipeline.place import StagePlace
from protocol.errors import UserFacingError
from protocol.packets import PacketKind
from protocol.receipts import StepCommitment

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StageEvents:
    """What the miner wants to hear."""

    trained: Callable[[Passage, int], None]
    """(passage, tokens) once a microbatch has entered this stage's weights."""
    stepped: Callable[[StepCommitment], None]
    loss: Callable[[float], None]
    failed: Callable[[Passage, Exception], None]
    abandoned: Callable[[Passage], None]
    """Nothing went wrong: other miners see to it now."""


class Endings:
    """Belongs to the event loop."""

    def __init__(
        self,
        place: StagePlace,
        ongoing: OngoingPassages,
        memory: MicrobatchMemory,
        peers: Peers,
        gradients: GradientReturns,
        events: StageEvents,
    ) -> None:
        self._place = place
        self._ongoing = ongoing
        self._memory = memory
        self._peers = peers
        self._gradients = gradients
        self._events = events

    async def finish(self, passage: Passage) -> None:
        """Remember it, tell of it, and give its gradient back to all that asked for it."""
        passage.move(PassageState.DONE)
        self._memory.remember(passage)
        self._ongoing.end(passage)
        if passage.kind is PacketKind.FORWARD:
            self._events.trained(passage, passage.tokens)
            if passage.gradient is not None:
                await asyncio.gather(
                    *(self._gradients.give_back(passage, node, passage.gradient) for node in passage.upstreams)
                )
        elif self._place.is_first:
            self._events.trained(passage, 0)

    def fail(self, passage: Passage, error: Exception) -> None:
        """A pass that can't be computed leaves no trace here; whoever waits for it sends it elsewhere."""
        if not isinstance(error, UserFacingError):
            log.error("pass_failed", microbatch=passage.microbatch, exc_info=error)
        self._give_up(passage)
        self._events.failed(passage, error)

    def gradient_is_gone(self, passage: Passage) -> None:
        """Nobody of the next stage has it any more; the stage before hears the same when it asks."""
        self.fail(passage, GradientGone())
        self._memory.remember(passage)

    def abandon(self, unwanted: Callable[[Passage], bool]) -> None:
        """Forget training passages that wait for a peer and that others see to now."""
        for passage in [one for one in self._ongoing.all() if unwanted(one)]:
            if passage.kind is PacketKind.FORWARD and passage.state in (PassageState.OUTGOING, PassageState.AWAY):
                if passage.downstream is not None and passage.state is PassageState.AWAY:
                    self._peers.withdrawn(passage.downstream)
                self._give_up(passage)
                self._events.abandoned(passage)

    def _give_up(self, passage: Passage) -> None:
        passage.state = PassageState.FAILED
        self._ongoing.end(passage)
