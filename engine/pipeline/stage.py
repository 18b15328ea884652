"""The traffic of one stage: packets in, passes computed, packets out, nothing lost in between.

    inbox ─► passes ─► delivery ─► outbox ─► peers of the next stage
                │          ▲
                │          └── overdue_watch ─► questions (candidates are asked as a forward pass begins)
                └─► endings ─► gradients ─► outbox ─► peers of the stage before

The network's side of a shard. It decides nothing about numbers (`ShardWork` does, on the compute thread) and nothing
about life (`miner` does). Every packet is answered at once with what will become of it; computing and sending follow.
"""

import asyncio
from collections.abc import Callable

from engine.carriers.base import Carrier
from engine.compute.thread import ComputeThread
from engine.disk.journal import Journal
from engine.pipeline.delivery import Delivery
from engine.pipeline.endings import Endings, StageEvents
from engine.pipeline.gradients import GradientReturns
from engine.pipeline.inbox import StageInbox
from engine.pipeline.memory_of_microbatches import MicrobatchMemory
from engine.pipeline.microbatch_tasks import MicrobatchTasks
from engine.pipeline.ongoing import OngoingPassages
from engine.pipeline.outbox import Outbox
from engine.pipeline.overdue_watch import OverdueWatch
from engine.pipeline.passage import Parcel, Passage, PassageKey
from engine.pipeline.passes import StagePasses
from engine.pipeline.peers import Peers
from engine.pipeline.place import StagePlace
from engine.pipeline.questions import Questions
from engine.pipeline.receipt_writer import PacketSink, ReceiptWriter
from engine.pipeline.shard_work import ShardWork
from protocol.keys import NodeId, NodeKey
from protocol.miner_events import RoutingTable
from protocol.packets import PacketKind, PacketReply
from protocol.runs import RunSpec


class Stage:
    """One stage's traffic, put together here. All methods belong to the event loop."""

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
        self._place = place = StagePlace(run, stage)
        self._ongoing = ongoing = OngoingPassages()
        self._tasks = tasks = MicrobatchTasks()
        self._outbox = outbox = Outbox(place, key, work, carrier)
        self.memory = MicrobatchMemory()
        self.peers = peers = Peers(key.node_id)
        receipts = ReceiptWriter(run, stage, journal, evidence, events.stepped)
        gradients = GradientReturns(outbox, peers)
        self._endings = Endings(place, ongoing, self.memory, peers, gradients, events)
        self._questions = Questions(outbox, peers, tasks)
        delivery = Delivery(outbox, peers, self._endings, compute, tasks)
        passes = StagePasses(
            place, work, compute, self.memory, receipts, outbox, self._questions, delivery, self._endings, events.loss
        )
        self._inbox = StageInbox(
            place, key.node_id, compute, ongoing, self.memory, peers, passes, gradients, tasks, queue_limit
        )
        watch = OverdueWatch(ongoing, peers, self._questions, delivery, tasks, compute.silence)
        self._watch = asyncio.create_task(watch.run())

    @property
    def stage(self) -> int:
        return self._place.stage

    @property
    def is_first(self) -> bool:
        return self._place.is_first

    @property
    def is_last(self) -> bool:
        return self._place.is_last

    @property
    def passages(self) -> dict[PassageKey, Passage]:
        """Those that are here just now."""
        return self._ongoing.by_key

    @property
    def bytes_sent(self) -> dict[str, int]:
        return self._outbox.bytes_sent

    @property
    def draining(self) -> bool:
        return self._inbox.draining

    @draining.setter
    def draining(self, draining: bool) -> None:
        self._inbox.draining = draining

    def set_table(self, table: RoutingTable) -> None:
        """Take a newer routing table; passages with peers that left it are sent elsewhere at the next look."""
        following = () if self.is_last else table.stages[self.stage + 1]
        preceding = () if self.is_first else table.stages[self.stage - 1]
        for node in self.peers.set_table(following, preceding):
            self._outbox.carrier.forget(node)

    def feed(self, kind: PacketKind, microbatch: int, lease_id: int, tokens: Parcel) -> bool:
        """A first stage's own microbatch enters; False if it is here or has been, or others see to it."""
        return self._inbox.feed(kind, microbatch, lease_id, tokens)

    async def receive(self, data: bytes, sender: NodeId | None) -> PacketReply:
        """The carrier's inbox."""
        return self._inbox.receive(data, sender)

    def abandon(self, unwanted: Callable[[Passage], bool]) -> None:
        """Forget training passages that wait for a peer and that others see to now."""
        self._endings.abandon(unwanted)

    async def until_idle(self) -> None:
        """Returns when no computed work waits to leave: every answered packet has been handled."""
        while self._ongoing.computing or self._tasks.under_way:
            await self._tasks.a_moment()

    async def close(self) -> None:
        self._watch.cancel()
        await self._tasks.close()
        await asyncio.gather(self._watch, return_exceptions=True)
