"""What a stage remembers of finished microbatches: ids until their lease closes, so that none enters the weights twice,
and the gradient that went upstream, so that a repeat after a lost peer gets the same one."""

from collections import deque
from dataclasses import dataclass, replace
from typing import Final

from engine.pipeline.passage import Parcel, Passage, PassageKey
from protocol.errors import LocalError
from protocol.keys import NodeId
from protocol.packets import PacketHeader, PacketKind
from protocol.receipts import StepId

KEPT_GRADIENTS: Final = 128
"""Gradients are a few hundred kilobytes each; ids cost next to nothing and stay until their lease closes."""


class LeaseClosed(LocalError):
    """A microbatch waited here until it had been trained along another path."""

    code = "lease_closed"

    def __init__(self) -> None:
        super().__init__("A microbatch came too late to be of use here.", "It has been trained elsewhere.")


@dataclass(frozen=True)
class Finished:
    lease_id: int
    """The newest of those that it came under: while that one is open it may come again."""
    upstreams: tuple[NodeId, ...]
    step: StepId | None
    gradient: Parcel | None


class MicrobatchMemory:
    """Belongs to the event loop."""

    def __init__(self) -> None:
        self.closed_below = 0
        """No microbatch of a train lease below this id can come again."""
        self._finished: dict[PassageKey, Finished] = {}
        self._with_gradient: deque[PassageKey] = deque()

    def __len__(self) -> int:
        return len(self._finished)

    def remember(self, passage: Passage) -> None:
        self._finished[passage.key] = Finished(
            passage.open_until_lease_id, passage.upstreams, passage.step, passage.gradient
        )
        if passage.gradient is not None:
            self._with_gradient.append(passage.key)
        if len(self._with_gradient) > KEPT_GRADIENTS:
            self._let_gradient_go(self._with_gradient.popleft())

    def recall(self, key: PassageKey) -> Finished | None:
        return self._finished.get(key)

    def keep_until(self, key: PassageKey, lease_id: int) -> None:
        """It came under `lease_id` too, and its gradient goes out again. Only where that is still kept: what can't be
        answered any longer has to be forgotten with its first lease, or nobody could ever train it to its end."""
        finished = self._finished.get(key)
        if finished is not None and finished.gradient is not None and lease_id > finished.lease_id:
            self._finished[key] = replace(finished, lease_id=lease_id)

    def is_closed(self, packet: Passage | PacketHeader) -> bool:
        """Whether its lease is closed, which only those of training are known to be. A packet may lie in the store for
        minutes, and by then what this stage knew of its microbatch is forgotten. Any thread may ask."""
        return packet.kind is PacketKind.FORWARD and packet.lease_id < self.closed_below

    def forget_leases_below(self, lease_id: int) -> None:
        """What comes under a closed lease is taken no more, since nothing here tells any longer what was trained."""
        self.closed_below = lease_id
        for key in [key for key, finished in self._finished.items() if finished.lease_id < lease_id]:
            del self._finished[key]

    def _let_gradient_go(self, key: PassageKey) -> None:
        finished = self._finished.get(key)
        if finished is not None:
            self._finished[key] = replace(finished, gradient=None)
