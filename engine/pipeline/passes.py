"""The passes of one stage: what the compute thread makes of a packet, written down before anybody hears of it.

A receipt follows its result without any wait between them: the journal's lines stand in the order in which results
came, and what is offered to a peer has been signed for, so that no kill leaves work unpaid.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, TypeVar

from engine.compute.thread import ComputeStopped, ComputeThread, Urgency
from engine.pipeline.delivery import Addressed, Delivery
from engine.pipeline.endings import Endings
from engine.pipeline.memory_of_microbatches import LeaseClosed, MicrobatchMemory
from engine.pipeline.outbox import Outbox
from engine.pipeline.passage import Parcel, Passage, PassageState
from engine.pipeline.place import StagePlace
from engine.pipeline.questions import Questions
from engine.pipeline.receipt_writer import ReceiptWriter
from engine.pipeline.shard_work import BackwardDone, ForwardDone, ShardWork
from protocol.packets import Packet, PacketKind
from swarm.borders import most_plain_bytes

Done = TypeVar("Done", ForwardDone, BackwardDone)
Source = TypeVar("Source", Packet, Packet | Parcel)
_FORWARD: Final = frozenset({PassageState.QUEUED, PassageState.OUTGOING})
_BACKWARD: Final = frozenset({PassageState.RETURNING})


class StagePasses:
    """Belongs to the event loop."""

    def __init__(
        self,
        place: StagePlace,
        work: ShardWork,
        compute: ComputeThread,
        memory: MicrobatchMemory,
        receipts: ReceiptWriter,
        outbox: Outbox,
        questions: Questions,
        delivery: Delivery,
        endings: Endings,
        heard_loss: Callable[[float], None],
    ) -> None:
        self._place = place
        self._work = work
        self._compute = compute
        self._memory = memory
        self._receipts = receipts
        self._outbox = outbox
        self._questions = questions
        self._delivery = delivery
        self._endings = endings
        self._heard_loss = heard_loss
        self._forward_seconds = 0.0
        self._most_bytes = most_plain_bytes(place.run)

    async def forward(self, passage: Passage, source: Packet | Parcel, received: bytes | None) -> None:
        """Compute it, write its receipt and send it on; at the last stage the backward pass has come with it."""
        urgency = Urgency.EVALUATE if passage.kind is PacketKind.EVALUATE else Urgency.FORWARD
        loop = asyncio.get_running_loop()

        def compute(opened: Packet | Parcel) -> ForwardDone:
            if self._memory.is_closed(passage):  # while it waited for its turn
                raise LeaseClosed
            loop.call_soon_threadsafe(self._began, passage)
            return self._work.forward(passage.kind, passage.microbatch, opened)

        done = await self._computed(passage, urgency, source, compute)
        if done is not None:
            with self._failing(passage, _FORWARD):
                await self._go_on(passage, done, received)

    async def _go_on(self, passage: Passage, done: ForwardDone, received: bytes | None) -> None:
        passage.output, passage.step = done.parcel, done.step
        self._forward_seconds = done.duration_ms / 1000
        if done.loss_sum is not None and passage.kind is PacketKind.FORWARD:
            self._heard_loss(done.loss_sum / passage.tokens)
        if self._place.is_last:
            self._receipts.forward(passage, done, received, None, None)
            if done.backward is not None:
                self._write_backward(passage, done.backward, None, None)
            await self._endings.finish(passage)
            return
        passage.move(PassageState.OUTGOING)
        await self._delivery.deliver(passage, self._signed_for(passage, done, received))

    async def backward(self, passage: Passage, packet: Packet, received: bytes) -> None:
        """Compute it from the next stage's gradient, write its receipt and give this stage's gradient back."""

        def compute(opened: Packet) -> BackwardDone:
            return self._work.backward(passage.microbatch, opened)

        done = await self._computed(passage, Urgency.BACKWARD, packet, compute)
        if done is not None:
            with self._failing(passage, _BACKWARD):
                self._write_backward(passage, done, packet, received)
                await self._endings.finish(passage)

    @contextmanager
    def _failing(self, passage: Passage, states: frozenset[PassageState]) -> Iterator[None]:
        """What nobody foresaw fails a passage that is still in one of `states`: else it would stick in it, and whoever
        waits for it with it."""
        try:
            yield
        except ComputeStopped:
            raise
        except Exception as error:
            if passage.state not in states:
                raise
            self._endings.fail(passage, error)

    async def _computed(
        self, passage: Passage, urgency: Urgency, source: Source, job: Callable[[Source], Done]
    ) -> Done | None:
        """The compute thread's result, None if the pass has failed. Reading the packet out and packing what is sent on
        are done beside that thread."""
        try:
            opened = source
            if isinstance(source, Packet):
                opened = await self._compute.ahead(partial(source.opened, self._most_bytes))
            return await self._compute.submit_finished(urgency, lambda: job(opened), lambda done: done.packed())
        except ComputeStopped:
            raise
        except Exception as error:  # noqa: BLE001 - per-message loop: a pass may fail for any reason, memory above all
            self._endings.fail(passage, error)
            return None

    def _began(self, passage: Passage) -> None:
        """Its forward pass is on the compute thread."""
        if not self._place.is_last and passage.kind is PacketKind.FORWARD:
            self._questions.ask_candidates(passage, self._forward_seconds)

    def _signed_for(self, passage: Passage, done: ForwardDone, received: bytes | None) -> Addressed | None:
        """Write the receipt before anybody is asked to take the output, and return what goes out first: once the next
        version is committed to, a receipt that names this one might come too late to be audited."""
        first = self._delivery.next_peer(passage)
        node = None if first is None else first.peer.node
        packet = self._outbox.output(passage, self._outbox.node) if first is None else first.packet
        self._receipts.forward(passage, done, received, packet, node)
        return first

    def _write_backward(
        self, passage: Passage, done: BackwardDone, packet: Packet | None, received: bytes | None
    ) -> None:
        passage.gradient, passage.step = done.parcel, done.step
        sent = None
        if done.parcel is not None and passage.upstream is not None:
            sent = self._outbox.gradient(passage, passage.upstream, done.parcel, done.step)
        self._receipts.backward(passage, done, packet.header.payload_hash if packet else "", received, sent)
