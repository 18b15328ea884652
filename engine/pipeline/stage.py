"""The traffic of one stage: packets in, passes computed, packets out, nothing lost in between.

The network's side of a shard. It decides nothing about numbers (`ShardWork` does, on the compute thread) and nothing
about life (`miner` does). Every packet is answered at once with what will become of it; computing and sending follow.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog

from engine.carriers.base import Carrier, PeerUnreachable
from engine.compute.thread import ComputeStopped, ComputeThread, Urgency
from engine.disk.journal import Journal
from engine.network.silence import Silenced, after_pauses
from engine.pipeline.memory_of_microbatches import Finished, MicrobatchMemory
from engine.pipeline.passage import Parcel, Passage, PassageKey, PassageState, Remedy, overdue
from engine.pipeline.peers import Peers
from engine.pipeline.receipt_writer import PacketSink, ReceiptWriter
from engine.pipeline.shard_work import BackwardDone, ForwardDone, ShardWork
from protocol.errors import LocalError, MalformedMessage, ProtocolError, UserFacingError
from protocol.hashes import hash_bytes
from protocol.keys import NodeId, NodeKey
from protocol.miner_events import PeerEntry, RoutingTable
from protocol.packets import (
    Accepted,
    Busy,
    Declined,
    Packet,
    PacketHeader,
    PacketKind,
    PacketReply,
    Section,
    Standing,
    decode_packet,
    encode_packet,
)
from protocol.receipts import StepCommitment, StepId
from protocol.runs import RunSpec
from swarm.patience import RoundTrips, measured, patience_seconds
from swarm.routing import Load

log = structlog.get_logger(__name__)

WATCH_SECONDS: Final = 0.2
ASK_LEAST_SECONDS: Final = 0.05
"""Candidates are asked how full they are where a forward pass takes so long; else the answers come too late to help."""
FIRST_ANSWER_SECONDS: Final = 10.0
LEAST_ANSWER_SECONDS: Final = 2.0
"""How long the answer to a question may take: before anything is measured, and at least; a thin line may be busy."""
GRADIENT_TRIES: Final = 5
HELD_TIMES_QUEUED: Final = 3
"""Passes that owe a gradient keep their input, and the version of the weights that they began on, in memory."""
STRANGER_SECONDS: Final = 0.5
"""After which a sender that no table names may try again."""


class GradientGone(LocalError):
    """All of the next stage have trained a microbatch so long ago that nobody has its gradient for this one."""

    code = "gradient_gone"

    def __init__(self) -> None:
        super().__init__("A microbatch came too late to be of use here.", "Its tokens are given out again.")


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


@dataclass(frozen=True, slots=True)
class _Addressed:
    """A packet, and the peer that the router chose for it."""

    peer: PeerEntry
    packet: bytes


class Stage:
    """One stage's traffic. All methods belong to the event loop."""

    def __init__(
        self,
        run: RunSpec,
        stage: int,
        key: NodeKey,
        work: ShardWork,
        compute: ComputeThread,
        carrier: Carrier,
        journal: Journal,
        evidence: PacketSink,
        events: StageEvents,
        queue_limit: int = 16,
    ) -> None:
        self._run = run
        self.stage = stage
        self._key = key
        self._work = work
        self._compute = compute
        self._carrier = carrier
        self._receipts = ReceiptWriter(run, stage, journal, evidence, events.stepped)
        self._events = events
        self._queue_limit = queue_limit
        self.memory = MicrobatchMemory()
        self.passages: dict[PassageKey, Passage] = {}
        self.peers = Peers(key.node_id)
        self.draining = False
        self.bytes_sent: dict[str, int] = {kind.value: 0 for kind in PacketKind}
        self._forward_seconds = 0.0
        self._replies = RoundTrips()
        self._tasks: set[asyncio.Task[None]] = set()
        self._watch = asyncio.create_task(self._watch_overdue())

    @property
    def is_first(self) -> bool:
        return self.stage == 0

    @property
    def is_last(self) -> bool:
        return self.stage == len(self._run.stages) - 1

    def set_table(self, table: RoutingTable) -> None:
        """Take a newer routing table; passages with peers that left it are sent elsewhere at the next look."""
        following = () if self.is_last else table.stages[self.stage + 1]
        preceding = () if self.is_first else table.stages[self.stage - 1]
        for node in self.peers.set_table(following, preceding):
            self._carrier.forget(node)

    def feed(self, kind: PacketKind, microbatch: int, lease_id: int, tokens: Parcel) -> bool:
        """A first stage's own microbatch enters; False if it is here or has been."""
        passage = Passage(
            kind, microbatch, lease_id, time.monotonic(), None, tokens.payload_hash, _tokens(tokens.sections)
        )
        if passage.key in self.passages or self.memory.recall(passage.key):
            return False
        self.passages[passage.key] = passage
        self._spawn(self._forward(passage, tokens, None))
        return True

    async def receive(self, data: bytes, sender: NodeId | None) -> PacketReply:
        """The carrier's inbox. Who is no neighbour is not read: a newcomer's packet may be here before the table that
        names it, so it may try again."""
        if sender is not None and not self._expects(sender):
            return Busy(STRANGER_SECONDS)
        try:
            packet = decode_packet(data)
            self._check(packet.header, sender)
        except ProtocolError as error:
            log.warning("packet_refused", code=error.code, title=error.title)
            return Declined(error.code, error.title)
        if packet.header.kind is PacketKind.BACKWARD:
            return self._take_gradient(packet, data)
        if self.peers.preceding(packet.header.sender) is None:
            return Busy(STRANGER_SECONDS)
        if packet.header.kind is PacketKind.QUESTION:
            return self._answer(packet.header)
        return self._take_forward(packet, data)

    def abandon(self, unwanted: Callable[[Passage], bool]) -> None:
        """Forget training passages that wait for a peer and that others see to now."""
        for passage in [one for one in self.passages.values() if unwanted(one)]:
            if passage.kind is PacketKind.FORWARD and passage.state in (PassageState.OUTGOING, PassageState.AWAY):
                if passage.downstream is not None and passage.state is PassageState.AWAY:
                    self.peers.withdrawn(passage.downstream)
                self._give_up(passage)
                self._events.abandoned(passage)

    async def close(self) -> None:
        self._watch.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(self._watch, *self._tasks, return_exceptions=True)

    async def until_idle(self) -> None:
        """Returns when no computed work waits to leave: every answered packet has been handled."""
        while (
            any(p.state in (PassageState.QUEUED, PassageState.RETURNING) for p in self.passages.values()) or self._tasks
        ):
            await asyncio.wait(self._tasks, timeout=0.1) if self._tasks else await asyncio.sleep(0.01)

    # ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────

    def _expects(self, sender: NodeId) -> bool:
        """Neighbours, and those that have left the table with something of this stage's."""
        return self.peers.knows(sender) or any(sender in passage.given_to for passage in self.passages.values())

    def _check(self, header: PacketHeader, sender: NodeId | None) -> None:
        if sender is not None and sender != header.sender:
            raise MalformedMessage("A packet names another sender than its connection.")
        if header.receiver != self._key.node_id or header.run_id != self._run.run_id or header.to_stage != self.stage:
            raise MalformedMessage("A packet is for another miner, run or stage.")
        wanted = self.stage + (1 if header.kind is PacketKind.BACKWARD else -1)
        if header.from_stage != wanted:
            raise MalformedMessage("A packet comes from a stage that is no neighbour.")
        if len(header.norm_shares) > len(self._run.stages):
            raise MalformedMessage("A packet knows of more stages than there are.")

    def _answer(self, header: PacketHeader) -> PacketReply:
        """How full this stage is; a gradient that was asked after and stands ready goes out again."""
        key = (False, header.microbatch)
        finished = self.memory.recall(key)
        if finished is not None and header.sender in finished.upstreams:
            self._spawn(self._repeat_gradient(header, finished))
        return Standing(
            queued=self._compute.waiting,
            held=sum(passage.state is PassageState.AWAY for passage in self.passages.values()),
            full=self._is_full(),
            has_it=key in self.passages or (finished is not None and finished.gradient is not None),
        )

    def _is_full(self) -> bool:
        """Whether another forward pass would only wait here, or its input be held with too many others."""
        if self.draining or self._compute.paused or len(self.passages) >= HELD_TIMES_QUEUED * self._queue_limit:
            return True
        return sum(p.state is PassageState.QUEUED for p in self.passages.values()) >= self._queue_limit

    def _take_forward(self, packet: Packet, data: bytes) -> PacketReply:
        header = packet.header
        key = (header.kind is PacketKind.EVALUATE, header.microbatch)
        known = self.passages.get(key)
        if known is not None:
            known.repeated_by(header.sender)
            return Accepted(self._compute.waiting)
        finished = self.memory.recall(key)
        if finished is not None and finished.gradient is None and header.kind is PacketKind.FORWARD:
            return Declined(GradientGone.code, "This microbatch was trained here, and its gradient is no longer kept.")
        if finished is not None:
            self._spawn(self._repeat_gradient(header, finished))
            return Accepted(self._compute.waiting)
        if self.draining or self._compute.paused:
            return Busy(1.0)
        if self._is_full():
            return Busy(0.2)
        passage = Passage(
            header.kind,
            header.microbatch,
            header.lease_id,
            time.monotonic(),
            header.sender,
            header.payload_hash,
            _tokens(header.sections),
        )
        self.passages[key] = passage
        self._spawn(self._forward(passage, packet, data))
        return Accepted(self._compute.waiting)

    def _take_gradient(self, packet: Packet, data: bytes) -> PacketReply:
        header = packet.header
        passage = self.passages.get((False, header.microbatch))
        if passage is None or passage.state is PassageState.RETURNING:
            return Accepted() if self.memory.recall((False, header.microbatch)) or passage else _unknown()
        if passage.state not in (PassageState.AWAY, PassageState.OUTGOING) or header.sender not in passage.given_to:
            return _unknown()
        passage.move(PassageState.RETURNING)
        if header.sender == passage.downstream:
            self.peers.answered(header.sender, time.monotonic(), time.monotonic() - passage.sent_at)
        elif passage.downstream is not None:
            self.peers.withdrawn(passage.downstream)
        passage.downstream = header.sender
        self._spawn(self._backward(passage, packet, data))
        return Accepted(self._compute.waiting)

    # ── what is computed ─────────────────────────────────────────────────────────────────────────────────────────

    async def _forward(self, passage: Passage, source: Packet | Parcel, received: bytes | None) -> None:
        urgency = Urgency.EVALUATE if passage.kind is PacketKind.EVALUATE else Urgency.FORWARD
        loop = asyncio.get_running_loop()

        def compute() -> ForwardDone:
            loop.call_soon_threadsafe(self._ask_candidates, passage)
            return self._work.forward(passage.kind, passage.microbatch, source)

        try:
            done = await self._compute.submit(urgency, compute)
        except ComputeStopped:
            raise
        except Exception as error:  # noqa: BLE001 - per-message loop: a pass may fail for any reason, memory above all
            self._fail(passage, error)
            return
        passage.output, passage.step = done.parcel, done.step
        self._forward_seconds = done.duration_ms / 1000
        if done.loss_sum is not None and passage.kind is PacketKind.FORWARD:
            self._events.loss(done.loss_sum / passage.tokens)
        if self.is_last:
            self._receipts.forward(passage, done, received, None, None)
            if done.backward is not None:
                self._write_backward(passage, done.backward, None, None)
            await self._finish(passage)
            return
        passage.move(PassageState.OUTGOING)
        await self._deliver(passage, self._signed_for(passage, done, received))

    def _signed_for(self, passage: Passage, done: ForwardDone, received: bytes | None) -> _Addressed | None:
        """Write the receipt before anybody is asked to take the output, and return what goes out first: once the next
        version is committed to, a receipt that names this one might come too late to be audited."""
        first = self._next_peer(passage)
        node = None if first is None else first.peer.node
        packet = self._onward(passage, self._key.node_id) if first is None else first.packet
        self._receipts.forward(passage, done, received, packet, node)
        return first

    async def _backward(self, passage: Passage, packet: Packet, received: bytes) -> None:
        try:
            done = await self._compute.submit(Urgency.BACKWARD, lambda: self._work.backward(passage.microbatch, packet))
        except ComputeStopped:
            raise
        except Exception as error:  # noqa: BLE001 - per-message loop: a pass may fail for any reason, memory above all
            self._fail(passage, error)
            return
        self._write_backward(passage, done, packet, received)
        await self._finish(passage)

    async def _finish(self, passage: Passage) -> None:
        passage.move(PassageState.DONE)
        self.memory.remember(passage)
        self.passages.pop(passage.key, None)
        if passage.kind is PacketKind.FORWARD:
            self._events.trained(passage, passage.tokens)
            if passage.gradient is not None:
                await asyncio.gather(
                    *(self._return_gradient(passage, node, passage.gradient) for node in passage.upstreams)
                )
        elif self.is_first:
            self._events.trained(passage, 0)

    def _fail(self, passage: Passage, error: Exception) -> None:
        """A pass that can't be computed leaves no trace here; whoever waits for it sends it elsewhere."""
        if not isinstance(error, UserFacingError):
            log.error("pass_failed", microbatch=passage.microbatch, exc_info=error)
        self._give_up(passage)
        self._events.failed(passage, error)

    def _give_up(self, passage: Passage) -> None:
        passage.state = PassageState.FAILED
        self.passages.pop(passage.key, None)

    # ── what goes out ────────────────────────────────────────────────────────────────────────────────────────────

    async def _deliver(self, passage: Passage, first: _Addressed | None = None) -> None:
        """Bring the output to a peer of the next stage, until one holds it or the gradient came by another way."""
        chosen = first
        while passage.state is PassageState.OUTGOING:
            if self._compute.paused:
                if chosen is not None:
                    self.peers.withdrawn(chosen.peer.node)
                chosen = None
                await self._compute.silence.over()
                continue
            chosen = chosen or self._next_peer(passage)
            if chosen is None and passage.gone_at and passage.gone_at >= self.peers.present:
                self._fail(passage, GradientGone())
                self.memory.remember(passage)  # the stage before hears the same when it asks
                return
            if chosen is None:
                passage.avoided.clear()
                await self.peers.changed(timeout_seconds=0.5)
                continue
            (peer, packet), chosen = (chosen.peer, chosen.packet), None
            passage.downstream, passage.sent_at = peer.node, time.monotonic()
            passage.given_to.add(peer.node)
            passage.asked_at = passage.sent_at
            if not await self._send(peer, packet, passage):
                continue
            if passage.state is PassageState.OUTGOING:
                if passage.kind is PacketKind.EVALUATE:
                    self.peers.withdrawn(peer.node)
                    await self._finish(passage)
                else:
                    passage.move(PassageState.AWAY)
            return

    def _next_peer(self, passage: Passage) -> _Addressed | None:
        """Who gets the output now; None while nobody can be asked."""
        assert passage.output is not None
        peer = self.peers.choose(time.monotonic(), len(passage.output.payload), passage.avoided, passage.loads)
        passage.loads = {}
        return None if peer is None else _Addressed(peer, self._onward(passage, peer.node))

    def _onward(self, passage: Passage, receiver: NodeId) -> bytes:
        """The output as a packet, signed."""
        assert passage.output is not None
        assert passage.step is not None
        return self._address(passage.kind, passage, receiver, passage.output, passage.step, self.stage + 1)

    async def _send(self, peer: PeerEntry, packet: bytes, passage: Passage) -> bool:
        """True once the peer holds the packet."""
        began = time.monotonic()
        try:
            reply = await self._carrier.send(peer, packet)
        except Silenced:
            self.peers.withdrawn(peer.node)
            return False
        except PeerUnreachable:
            self.peers.failed(peer.node, time.monotonic())
            passage.avoided.add(peer.node)
            return False
        self.bytes_sent[passage.kind.value] += len(packet)
        match reply:
            case Accepted():
                seconds = time.monotonic() - began + self._carrier.onward_seconds(peer, len(packet))
                self.peers.reached(peer.node, len(packet), seconds)
                return True
            case Busy(retry_after_seconds=seconds):
                self.peers.withdrawn(peer.node)
                await self.peers.changed(timeout_seconds=min(seconds, 1.0))
                return False
            case Declined(code=code, title=title):
                log.warning("packet_declined", peer=peer.node[:8], code=code, title=title)
                if code == GradientGone.code:
                    passage.gone_at.add(peer.node)
            case Standing():
                log.warning("packet_declined", peer=peer.node[:8], code="no_question", title="Nothing was asked.")
        self.peers.declined(peer.node, time.monotonic())
        passage.avoided.add(peer.node)
        return False

    # ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────

    def _ask_candidates(self, passage: Passage) -> None:
        """Called as its forward pass begins, so that the answers are there when it ends."""
        if self.is_last or passage.kind is not PacketKind.FORWARD or self._forward_seconds < ASK_LEAST_SECONDS:
            return
        for peer in filter(self._carrier.answers, self.peers.candidates(time.monotonic(), 0, passage.avoided)):
            self._spawn(self._ask_load(passage, peer))

    async def _ask_load(self, passage: Passage, peer: PeerEntry) -> None:
        standing = await self._question(passage, peer)
        if isinstance(standing, Standing) and passage.state is PassageState.QUEUED:
            passage.loads[peer.node] = Load(standing.queued, standing.held, standing.full)

    async def _ask_after(self, passage: Passage, node: NodeId) -> None:
        """Whether a late peer still has a passage; if it hasn't, or can't be reached, another gets it."""
        peer = self.peers.following(node)
        reply = None if peer is None else await self._question(passage, peer)
        if passage.state is not PassageState.AWAY or passage.downstream != node:
            return
        if reply is None or (isinstance(reply, Standing) and not reply.has_it):
            self._send_elsewhere(passage, lost=reply is None)

    async def _question(self, passage: Passage, peer: PeerEntry) -> Standing | Accepted | None:
        """What it says; Accepted if the question lies in the store or a pause kept it back: nothing is known then, and
        nothing is lost."""
        parcel, step = Parcel((), b"", hash_bytes(b"")), StepId(0, 0)
        packet = self._address(PacketKind.QUESTION, passage, peer.node, parcel, step, self.stage + 1)
        self.bytes_sent[PacketKind.QUESTION.value] += len(packet)
        try:
            asked_at = time.monotonic()
            async with asyncio.timeout(patience_seconds(self._replies, 0, FIRST_ANSWER_SECONDS, LEAST_ANSWER_SECONDS)):
                reply = await self._carrier.send(peer, packet)
        except Silenced:
            return Accepted()
        except (PeerUnreachable, TimeoutError):
            return None
        self._replies = measured(self._replies, time.monotonic() - asked_at)
        return reply if isinstance(reply, Standing | Accepted) else None

    async def _return_gradient(self, passage: Passage, upstream: NodeId, gradient: Parcel) -> None:
        """Best effort: if the stage before is gone, its successor asks by repeating the microbatch."""
        assert passage.step is not None
        packet = self._address(PacketKind.BACKWARD, passage, upstream, gradient, passage.step, self.stage - 1)
        for attempt in range(GRADIENT_TRIES):
            peer = self.peers.preceding(upstream)
            if peer is None:
                return
            try:
                await after_pauses(partial(self._carrier.send, peer, packet))
            except PeerUnreachable:
                await asyncio.sleep(0.2 * 2**attempt)
                continue
            self.bytes_sent[PacketKind.BACKWARD.value] += len(packet)
            return

    async def _repeat_gradient(self, header: PacketHeader, finished: Finished) -> None:
        if finished.gradient is None:
            return  # of an evaluation
        repeat = Passage(PacketKind.FORWARD, header.microbatch, header.lease_id, time.monotonic(), header.sender)
        repeat.step = finished.step
        await self._return_gradient(repeat, header.sender, finished.gradient)

    def _address(
        self, kind: PacketKind, passage: Passage, receiver: NodeId, parcel: Parcel, step: StepId, to_stage: int
    ) -> bytes:
        header = PacketHeader(
            kind=kind,
            run_id=self._run.run_id,
            microbatch=passage.microbatch,
            lease_id=passage.lease_id,
            sender=self._key.node_id,
            receiver=receiver,
            from_stage=self.stage,
            to_stage=to_stage,
            step=step,
            codec_id=parcel.codec.codec_id,
            codec_bits=parcel.codec.bits,
            sections=parcel.sections,
            payload_hash=parcel.payload_hash,
            norm_shares=self._work.norm_shares(),
            sent_at_unix_ms=_unix_ms(),
        )
        return encode_packet(self._key, header, parcel.payload)

    def _write_backward(
        self, passage: Passage, done: BackwardDone, packet: Packet | None, received: bytes | None
    ) -> None:
        passage.gradient, passage.step = done.parcel, done.step
        sent = None
        if done.parcel is not None and passage.upstream is not None:
            sent = self._address(PacketKind.BACKWARD, passage, passage.upstream, done.parcel, done.step, self.stage - 1)
        self._receipts.backward(passage, done, packet.header.payload_hash if packet else "", received, sent)

    # ── what is watched ──────────────────────────────────────────────────────────────────────────────────────────

    async def _watch_overdue(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            await self._compute.silence.over()
            now = time.monotonic()
            failed = frozenset(self.peers.unreachable)
            for late in overdue(list(self.passages.values()), self.peers.present, failed, self.peers.answers, now):
                self._remedy(late.passage, late.remedy, now)

    def _remedy(self, passage: Passage, remedy: Remedy, now: float) -> None:
        log.info("passage_overdue", microbatch=passage.microbatch, remedy=remedy.name, attempts=passage.attempts)
        passage.attempts += 1
        passage.asked_at = now
        if remedy is Remedy.ASK and passage.downstream is not None:
            self._spawn(self._ask_after(passage, passage.downstream))
        else:
            self._send_elsewhere(passage, lost=False)

    def _send_elsewhere(self, passage: Passage, lost: bool) -> None:
        """To another peer; the first gradient that comes counts."""
        if passage.downstream is not None:
            passage.avoided.add(passage.downstream)
            if lost:
                self.peers.failed(passage.downstream, time.monotonic())
            else:
                self.peers.withdrawn(passage.downstream)
        passage.move(PassageState.OUTGOING)
        self._spawn(self._deliver(passage))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    """One microbatch's trouble is logged and harms no other: the per-message loop of this room."""
    try:
        await work
    except (asyncio.CancelledError, ComputeStopped):
        pass
    except Exception:
        log.exception("microbatch_failed")


def _tokens(sections: tuple[Section, ...]) -> int:
    """Predicted tokens of a packet whose "tokens" are [B, T + 1]; what is of no such shape is refused when read."""
    for section in sections:
        if section.name == "tokens" and len(section.shape) == 2:
            return section.shape[0] * (section.shape[1] - 1)
    return 0


def _unknown() -> Declined:
    return Declined("unknown_microbatch", "This miner waits for no such gradient.")


def _unix_ms() -> int:
    return int(time.time() * 1000)
