"""What leaves a stage: packets with their headers, signed, on their way by the carrier, and every byte of them counted.

Who gets a packet and what its answer means is for others to say (`delivery`, `gradients`, `questions`).
"""

import time

from engine.carriers.base import Carrier
from engine.pipeline.passage import Parcel, Passage
from engine.pipeline.place import StagePlace
from engine.pipeline.shard_work import ShardWork
from protocol.hashes import hash_bytes
from protocol.keys import NodeId, NodeKey
from protocol.miner_events import PeerEntry
from protocol.packets import PacketHeader, PacketKind, PacketReply, encode_packet
from protocol.receipts import StepId


class Outbox:
    """Belongs to the event loop."""

    def __init__(self, place: StagePlace, key: NodeKey, work: ShardWork, carrier: Carrier) -> None:
        self._place = place
        self._key = key
        self._work = work
        self.carrier = carrier
        self.bytes_sent: dict[str, int] = {kind.value: 0 for kind in PacketKind}

    @property
    def node(self) -> NodeId:
        """This miner, the sender of all of it."""
        return self._key.node_id

    def output(self, passage: Passage, receiver: NodeId) -> bytes:
        """The output of its forward pass as a packet for the next stage, signed."""
        assert passage.output is not None
        assert passage.step is not None
        return self._address(passage.kind, passage, receiver, passage.output, passage.step, self._place.stage + 1)

    def gradient(self, passage: Passage, receiver: NodeId, gradient: Parcel, step: StepId) -> bytes:
        """For the stage before."""
        return self._address(PacketKind.BACKWARD, passage, receiver, gradient, step, self._place.stage - 1)

    def question(self, passage: Passage, receiver: NodeId) -> bytes:
        """To a peer of the next stage: how full it is, and whether it has this microbatch."""
        nothing, no_step = Parcel((), b"", hash_bytes(b"")), StepId(0, 0)
        return self._address(PacketKind.QUESTION, passage, receiver, nothing, no_step, self._place.stage + 1)

    async def send(self, peer: PeerEntry, packet: bytes) -> PacketReply:
        """Raises PeerUnreachable and Silenced as carriers do. The sender counts what it holds for sent."""
        return await self.carrier.send(peer, packet)

    def count(self, kind: PacketKind, packet: bytes) -> None:
        self.bytes_sent[kind.value] += len(packet)

    def _address(
        self, kind: PacketKind, passage: Passage, receiver: NodeId, parcel: Parcel, step: StepId, to_stage: int
    ) -> bytes:
        header = PacketHeader(
            kind=kind,
            run_id=self._place.run.run_id,
            microbatch=passage.microbatch,
            lease_id=passage.lease_id,
            sender=self._key.node_id,
            receiver=receiver,
            from_stage=self._place.stage,
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


def _unix_ms() -> int:
    return int(time.time() * 1000)
