"""Gradients on their way back to the stage before, at once or when it asks again."""

import asyncio
import time
from functools import partial
from typing import Final

from engine.carriers.base import PeerUnreachable
from engine.network.silence import after_pauses
from engine.pipeline.memory_of_microbatches import Finished
from engine.pipeline.outbox import Outbox
from engine.pipeline.passage import Parcel, Passage
from engine.pipeline.peers import Peers
from protocol.errors import LocalError
from protocol.keys import NodeId
from protocol.packets import Busy, PacketHeader, PacketKind

GRADIENT_TRIES: Final = 5
MOST_BUSY_SECONDS: Final = 2.0
"""However long the stage before asks for: a gradient that waits there keeps a microbatch open here as well."""
REPEATS_AT_ONCE: Final = 16
"""To one node; it asks again after those that have to wait."""


class GradientGone(LocalError):
    """All of the next stage have trained a microbatch so long ago that nobody has its gradient for this one."""

    code = "gradient_gone"

    def __init__(self) -> None:
        super().__init__("A microbatch came too late to be of use here.", "Its tokens are given out again.")


class GradientReturns:
    """Belongs to the event loop."""

    def __init__(self, outbox: Outbox, peers: Peers) -> None:
        self._outbox = outbox
        self._peers = peers
        self._repeating: dict[NodeId, set[int]] = {}

    async def give_back(self, passage: Passage, upstream: NodeId, gradient: Parcel) -> None:
        """Best effort: if the stage before is gone, its successor asks by repeating the microbatch."""
        assert passage.step is not None
        packet = self._outbox.gradient(passage, upstream, gradient, passage.step)
        for attempt in range(GRADIENT_TRIES):
            peer = self._peers.preceding(upstream)
            if peer is None:
                return
            try:
                reply = await after_pauses(partial(self._outbox.send, peer, packet))
            except PeerUnreachable:
                await asyncio.sleep(0.2 * 2**attempt)
                continue
            self._outbox.count(PacketKind.BACKWARD, packet)
            if not isinstance(reply, Busy):
                return
            await asyncio.sleep(min(reply.retry_after_seconds, MOST_BUSY_SECONDS))

    async def repeat(self, asked: PacketHeader, finished: Finished) -> None:
        """The gradient that was kept, to who `asked` for it. A question is small and a gradient waits for the uplink
        with all its bytes, so a node that asks on while one is on its way gets no second one."""
        if finished.gradient is None:
            return  # of an evaluation
        repeating = self._repeating.setdefault(asked.sender, set())
        if asked.microbatch in repeating or len(repeating) >= REPEATS_AT_ONCE:
            return
        repeating.add(asked.microbatch)
        try:
            repeat = Passage(PacketKind.FORWARD, asked.microbatch, asked.lease_id, time.monotonic(), asked.sender)
            repeat.step = finished.step
            await self.give_back(repeat, asked.sender, finished.gradient)
        finally:
            repeating.discard(asked.microbatch)
            if not repeating:
                self._repeating.pop(asked.sender, None)
