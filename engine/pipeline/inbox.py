"""What comes into a stage: packets are checked, answered at once with what will become of them, and begun."""

import time
from typing import Final

import structlog

from engine.compute.thread import ComputeThread
from engine.pipeline.gradients import GradientGone, GradientReturns
from engine.pipeline.memory_of_microbatches import MicrobatchMemory
from engine.pipeline.microbatch_tasks import MicrobatchTasks
from engine.pipeline.ongoing import OngoingPassages
from engine.pipeline.passage import Parcel, Passage, PassageState, passage_key
from engine.pipeline.passes import StagePasses
from engine.pipeline.peers import Peers
from engine.pipeline.place import StagePlace
from protocol.errors import MalformedMessage, ProtocolError
from protocol.keys import NodeId
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
)

log = structlog.get_logger(__name__)

HELD_TIMES_QUEUED: Final = 3
"""Passes that owe a gradient keep their input, and the version of the weights that they began on, in memory."""
STRANGER_SECONDS: Final = 0.5
"""After which a sender that no table names may try again."""


class StageInbox:
    """Belongs to the event loop."""

    def __init__(
        self,
        place: StagePlace,
        node: NodeId,
        compute: ComputeThread,
        ongoing: OngoingPassages,
        memory: MicrobatchMemory,
        peers: Peers,
        passes: StagePasses,
        gradients: GradientReturns,
        tasks: MicrobatchTasks,
        queue_limit: int,
    ) -> None:
        self._place = place
        self._node = node
        self._compute = compute
        self._ongoing = ongoing
        self._memory = memory
        self._peers = peers
        self._passes = passes
        self._gradients = gradients
        self._tasks = tasks
        self._queue_limit = queue_limit
        self.draining = False
        """Whether nothing new is taken."""

    def feed(self, kind: PacketKind, microbatch: int, lease_id: int, tokens: Parcel) -> bool:
        """A first stage's own microbatch enters; False if it is here or has been, or others see to it."""
        passage = Passage(
            kind, microbatch, lease_id, time.monotonic(), None, tokens.payload_hash, _tokens(tokens.sections)
        )
        if (
            self._ongoing.get(passage.key) is not None
            or self._memory.recall(passage.key)
            or self._memory.is_closed(passage)
        ):
            return False
        self._begin(passage, tokens, None)
        return True

    def receive(self, data: bytes, sender: NodeId | None) -> PacketReply:
        """Who is no neighbour is not read: a newcomer's packet may be here before the table that names it, so it may
        try again."""
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
        if self._peers.preceding(packet.header.sender) is None:
            return Busy(STRANGER_SECONDS)
        if packet.header.kind is PacketKind.QUESTION:
            return self._answer(packet.header)
        return self._take_forward(packet, data)

    @property
    def is_full(self) -> bool:
        """Whether another forward pass would only wait here, or its input be held with too many others."""
        if self.draining or self._compute.paused or len(self._ongoing.by_key) >= HELD_TIMES_QUEUED * self._queue_limit:
            return True
        return self._ongoing.queued >= self._queue_limit

    def _expects(self, sender: NodeId) -> bool:
        """Neighbours, and those that have left the table with something of this stage's."""
        return self._peers.knows(sender) or self._ongoing.were_given_to(sender)

    def _check(self, header: PacketHeader, sender: NodeId | None) -> None:
        run, stage = self._place.run, self._place.stage
        if sender is not None and sender != header.sender:
            raise MalformedMessage("A packet names another sender than its connection.")
        if header.receiver != self._node or header.run_id != run.run_id or header.to_stage != stage:
            raise MalformedMessage("A packet is for another miner, run or stage.")
        wanted = stage + (1 if header.kind is PacketKind.BACKWARD else -1)
        if header.from_stage != wanted:
            raise MalformedMessage("A packet comes from a stage that is no neighbour.")
        if len(header.norm_shares) > len(run.stages):
            raise MalformedMessage("A packet knows of more stages than there are.")

    def _answer(self, header: PacketHeader) -> PacketReply:
        """How full this stage is; a gradient that was asked after and stands ready goes out again."""
        key = passage_key(PacketKind.FORWARD, header.microbatch, header.lease_id)
        finished = self._memory.recall(key)
        if finished is not None and header.sender in finished.upstreams:
            self._memory.keep_until(key, header.lease_id)
            self._tasks.spawn(self._gradients.repeat(header, finished))
        return Standing(
            queued=self._compute.waiting,
            held=self._ongoing.away,
            full=self.is_full,
            has_it=self._ongoing.get(key) is not None or (finished is not None and finished.gradient is not None),
        )

    def _take_forward(self, packet: Packet, data: bytes) -> PacketReply:
        header = packet.header
        key = passage_key(header.kind, header.microbatch, header.lease_id)
        known = self._ongoing.get(key)
        if known is not None:
            known.repeated_by(header.sender, header.lease_id)
            return Accepted(self._compute.waiting)
        finished = self._memory.recall(key)
        if finished is not None and finished.gradient is None and header.kind is PacketKind.FORWARD:
            return Declined(GradientGone.code, "This microbatch was trained here, and its gradient is no longer kept.")
        if finished is not None:
            self._memory.keep_until(key, header.lease_id)
            self._tasks.spawn(self._gradients.repeat(header, finished))
            return Accepted(self._compute.waiting)
        if self._memory.is_closed(header):
            return Declined(GradientGone.code, "A microbatch's lease is closed: it was trained along another path.")
        if self.draining or self._compute.paused:
            return Busy(1.0)
        if self.is_full:
            return Busy(0.2)
        self._begin(_passage_of(header), packet, data)
        return Accepted(self._compute.waiting)

    def _begin(self, passage: Passage, source: Packet | Parcel, received: bytes | None) -> None:
        self._ongoing.begin(passage)
        self._tasks.spawn(self._passes.forward(passage, source, received))

    def _take_gradient(self, packet: Packet, data: bytes) -> PacketReply:
        header = packet.header
        key = passage_key(PacketKind.FORWARD, header.microbatch, header.lease_id)
        passage = self._ongoing.get(key)
        if passage is None or passage.state is PassageState.RETURNING:
            return Accepted() if self._memory.recall(key) or passage else _unknown()
        if passage.state not in (PassageState.AWAY, PassageState.OUTGOING) or header.sender not in passage.given_to:
            return _unknown()
        passage.move(PassageState.RETURNING)
        if header.sender == passage.downstream:
            self._peers.answered(header.sender, time.monotonic(), time.monotonic() - passage.sent_at)
        elif passage.downstream is not None:
            self._peers.withdrawn(passage.downstream)
        passage.downstream = header.sender
        self._tasks.spawn(self._passes.backward(passage, packet, data))
        return Accepted(self._compute.waiting)


def _passage_of(header: PacketHeader) -> Passage:
    return Passage(
        header.kind,
        header.microbatch,
        header.lease_id,
        time.monotonic(),
        header.sender,
        header.payload_hash,
        _tokens(header.sections),
    )


def _tokens(sections: tuple[Section, ...]) -> int:
    """Predicted tokens of a packet whose "tokens" are [B, T + 1]; what is of no such shape is refused when read."""
    for section in sections:
        if section.name == "tokens" and len(section.shape) == 2:
            return section.shape[0] * (section.shape[1] - 1)
    return 0


def _unknown() -> Declined:
    return Declined("unknown_microbatch", "This miner waits for no such gradient.")
