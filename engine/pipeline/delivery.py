"""The way of an output to a peer of the next stage: who is chosen, what it answers, and who is tried instead."""

import time
from dataclasses import dataclass
from typing import Final

import structlog

from engine.carriers.base import PeerUnreachable
from engine.compute.thread import ComputeThread
from engine.network.silence import Silenced
from engine.pipeline.endings import Endings
from engine.pipeline.gradients import GradientGone
from engine.pipeline.microbatch_tasks import MicrobatchTasks
from engine.pipeline.outbox import Outbox
from engine.pipeline.passage import Passage, PassageState
from engine.pipeline.peers import Peers
from protocol.miner_events import PeerEntry
from protocol.packets import Accepted, Busy, Declined, PacketKind, Standing

log = structlog.get_logger(__name__)

LEAST_BUSY_SECONDS: Final = 0.2
"""After a first "no room", doubling with each that follows: every try costs both lines the whole packet."""
MOST_BUSY_SECONDS: Final = 2.0
"""However long a peer asks for: another one may have room by then."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A packet, and the peer that the router chose for it."""

    peer: PeerEntry
    packet: bytes


class Refusals:
    """Of one delivery, by peers that had no room."""

    def __init__(self) -> None:
        self._count = 0

    def wait_seconds(self, asked_for: float) -> float:
        """Before the next try, after one more of them."""
        grown = LEAST_BUSY_SECONDS * 2 ** min(self._count, 8)
        self._count += 1
        return min(MOST_BUSY_SECONDS, max(asked_for, grown))


class Delivery:
    """Belongs to the event loop."""

    def __init__(
        self, outbox: Outbox, peers: Peers, endings: Endings, compute: ComputeThread, tasks: MicrobatchTasks
    ) -> None:
        self._outbox = outbox
        self._peers = peers
        self._endings = endings
        self._compute = compute
        self._tasks = tasks

    def next_peer(self, passage: Passage) -> Addressed | None:
        """Who gets the output now; None while nobody can be asked."""
        assert passage.output is not None
        peer = self._peers.choose(time.monotonic(), len(passage.output.payload), passage.avoided, passage.loads)
        passage.loads = {}
        return None if peer is None else Addressed(peer, self._outbox.output(passage, peer.node))

    async def deliver(self, passage: Passage, first: Addressed | None = None) -> None:
        """Bring the output to a peer of the next stage, until one holds it or the gradient came by another way."""
        chosen, refusals = first, Refusals()
        while passage.state is PassageState.OUTGOING:
            if self._compute.paused:
                if chosen is not None:
                    self._peers.withdrawn(chosen.peer.node)
                chosen = None
                await self._compute.silence.over()
                continue
            chosen = chosen or self.next_peer(passage)
            if chosen is None and passage.gone_at and passage.gone_at >= self._peers.present:
                self._endings.gradient_is_gone(passage)
                return
            if chosen is None:
                passage.avoided.clear()
                await self._peers.changed(timeout_seconds=0.5)
                continue
            if await self._send(chosen, passage, refusals):
                await self._held_by(chosen.peer, passage)
                return
            chosen = None

    def send_elsewhere(self, passage: Passage, lost: bool) -> None:
        """To another peer, the one that has it being `lost` or only late; the first gradient that comes counts."""
        if passage.downstream is not None:
            passage.avoided.add(passage.downstream)
            if lost:
                self._peers.failed(passage.downstream, time.monotonic())
            else:
                self._peers.withdrawn(passage.downstream)
        passage.move(PassageState.OUTGOING)
        self._tasks.spawn(self.deliver(passage))

    async def _held_by(self, peer: PeerEntry, passage: Passage) -> None:
        if passage.state is not PassageState.OUTGOING:
            return
        if passage.kind is PacketKind.EVALUATE:
            self._peers.withdrawn(peer.node)
            await self._endings.finish(passage)
        else:
            passage.move(PassageState.AWAY)

    async def _send(self, chosen: Addressed, passage: Passage, refusals: Refusals) -> bool:
        """True once the peer holds the packet."""
        peer, packet = chosen.peer, chosen.packet
        began = passage.sent_at = passage.asked_at = time.monotonic()
        passage.downstream = peer.node
        passage.given_to.add(peer.node)
        try:
            reply = await self._outbox.send(peer, packet)
        except Silenced:
            self._peers.withdrawn(peer.node)
            return False
        except PeerUnreachable:
            self._peers.failed(peer.node, time.monotonic())
            passage.avoided.add(peer.node)
            return False
        self._outbox.count(passage.kind, packet)
        match reply:
            case Accepted():
                onward_seconds = self._outbox.carrier.onward_seconds(peer, len(packet))
                self._peers.reached(peer.node, len(packet), time.monotonic() - began + onward_seconds)
                return True
            case Busy(retry_after_seconds=seconds):
                self._peers.withdrawn(peer.node)
                await self._peers.changed(timeout_seconds=refusals.wait_seconds(seconds))
            case Declined() | Standing():
                self._declined(peer, passage, reply)
        return False

    def _declined(self, peer: PeerEntry, passage: Passage, reply: Declined | Standing) -> None:
        code, title = ("no_question", "Nothing was asked.")
        if isinstance(reply, Declined):
            code, title = reply.code, reply.title
            if code == GradientGone.code:
                passage.gone_at.add(peer.node)
        log.warning("packet_declined", peer=peer.node[:8], code=code, title=title)
        self._peers.declined(peer.node, time.monotonic())
        passage.avoided.add(peer.node)
