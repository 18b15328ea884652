"""Training passes whose lease has closed by the time that they come to the compute thread are not begun."""

from engine.pipeline.memory_of_microbatches import MicrobatchMemory
from engine.pipeline.ongoing import OngoingPassages
from engine.pipeline.passage import Parcel, passage_key
from engine.pipeline.shard_work import BackwardDone, ForwardDone, ShardWork
from protocol.errors import LocalError
from protocol.packets import Packet, PacketKind


class LeaseClosed(LocalError):
    """A microbatch waited here until it had been trained along another path."""

    code = "lease_closed"

    def __init__(self) -> None:
        super().__init__("A microbatch came too late to be of use here.", "It has been trained elsewhere.")


class WorkOnOpenLeases:
    """A shard's mathematics as ShardWork has them; called on the compute thread only, which just looks up what the
    event loop holds."""

    def __init__(self, work: ShardWork, ongoing: OngoingPassages, memory: MicrobatchMemory) -> None:
        self._work = work
        self._ongoing = ongoing
        self._memory = memory

    def forward(self, kind: PacketKind, microbatch: int, source: Packet | Parcel) -> ForwardDone:
        """Raises LeaseClosed, and has done nothing."""
        if kind is PacketKind.FORWARD:
            passage = self._ongoing.get(passage_key(kind, microbatch, 0))
            if passage is not None and passage.lease_id < self._memory.closed_below:
                raise LeaseClosed
        return self._work.forward(kind, microbatch, source)

    def backward(self, microbatch: int, gradient: Packet) -> BackwardDone:
        return self._work.backward(microbatch, gradient)

    def drop(self, microbatch: int) -> None:
        self._work.drop(microbatch)

    def norm_shares(self) -> tuple[float, ...]:
        return self._work.norm_shares()
