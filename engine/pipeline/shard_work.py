"""What the traffic of a stage asks of its mathematics, and what comes back.

The traffic lives on the event loop and the mathematics on the compute thread; this is the whole of what they share.
"""

from dataclasses import dataclass
from typing import Protocol

from engine.pipeline.passage import Parcel
from protocol.packets import Packet, PacketKind
from protocol.receipts import StepCommitment, StepId


@dataclass(frozen=True)
class BackwardDone:
    """`parcel`: the input gradient for the stage before, None at the first. `made`: the new version, if one was due, or
    two, if one before it had waited for memory."""

    parcel: Parcel | None
    step: StepId
    duration_ms: float
    made: tuple[StepCommitment, ...]


@dataclass(frozen=True)
class ForwardDone:
    """`parcel` goes to the next stage; the last stage has a loss instead, and its backward pass at once."""

    parcel: Parcel | None
    step: StepId
    duration_ms: float
    loss_sum: float | None = None
    backward: BackwardDone | None = None


class ShardWork(Protocol):
    """The mathematics of a shard; called on the compute thread only."""

    def forward(self, kind: PacketKind, microbatch: int, source: Packet | Parcel) -> ForwardDone: ...

    def backward(self, microbatch: int, gradient: Packet) -> BackwardDone: ...

    def drop(self, microbatch: int) -> None: ...

    def norm_shares(self) -> tuple[float, ...]: ...
