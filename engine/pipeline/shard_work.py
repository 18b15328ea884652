"""What the traffic of a stage asks of its mathematics, and what comes back.

The traffic lives on the event loop and the mathematics on the compute thread; this is the whole of what they share.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.pipeline.passage import Parcel
from protocol.packets import Packet, PacketKind
from protocol.receipts import StepCommitment, StepId


class Packing:
    """What a pass sends on: its numbers are there, and become a parcel when they are first asked for it, so that
    another thread may pack while the compute thread is at its next pass."""

    def __init__(self, pack: Callable[[], Parcel]) -> None:
        self._pack: Callable[[], Parcel] | None = pack
        self._parcel: Parcel | None = None

    @property
    def parcel(self) -> Parcel:
        if self._parcel is None:
            assert self._pack is not None
            self._parcel, self._pack = self._pack(), None  # which held the numbers
        return self._parcel


@dataclass(frozen=True)
class BackwardDone:
    """`packing`: the input gradient for the stage before, None at the first. `made`: the new version, if one was due,
    or two, if one before it had waited for memory."""

    packing: Packing | None
    step: StepId
    duration_ms: float
    made: tuple[StepCommitment, ...]

    @property
    def parcel(self) -> Parcel | None:
        return None if self.packing is None else self.packing.parcel

    def packed(self) -> "BackwardDone":
        """The same, ready to be sent."""
        _ = self.parcel
        return self


@dataclass(frozen=True)
class ForwardDone:
    """`packing` goes to the next stage; the last stage has a loss instead, and its backward pass at once."""

    packing: Packing | None
    step: StepId
    duration_ms: float
    loss_sum: float | None = None
    backward: BackwardDone | None = None

    @property
    def parcel(self) -> Parcel | None:
        return None if self.packing is None else self.packing.parcel

    def packed(self) -> "ForwardDone":
        """The same, ready to be sent."""
        _ = self.parcel
        if self.backward is not None:
            self.backward.packed()
        return self


class ShardWork(Protocol):
    """The mathematics of a shard; called on the compute thread only."""

    def forward(self, kind: PacketKind, microbatch: int, source: Packet | Parcel) -> ForwardDone: ...

    def backward(self, microbatch: int, gradient: Packet) -> BackwardDone: ...

    def drop(self, microbatch: int) -> None: ...

    def norm_shares(self) -> tuple[float, ...]: ...
