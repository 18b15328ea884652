"""Each stage's share of the squared gradient norm, as far as packets told of it: the whole model is clipped by it."""

from typing import Final

from engine.shard.model import Weights
from engine.shard.step import clip_scale, gradient_square_sum
from protocol.packets import PacketHeader, PacketKind

UNHEARD: Final = -1.0


class NormShares:
    """Written on the compute thread; `by_stage` is replaced as a whole, so any thread may read it."""

    def __init__(self, stage: int, stages: int) -> None:
        self._own = stage
        self.by_stage = (UNHEARD,) * stages

    def hear(self, header: PacketHeader) -> None:
        """Forward packets know best of the stages before, backward packets of those after."""
        for stage, share in enumerate(header.norm_shares):
            fresher = stage > self._own if header.kind is PacketKind.BACKWARD else stage < self._own
            if fresher and share >= 0:
                self._set(stage, share)

    def clip_scale(self, gradients: Weights, clip_norm: float) -> float:
        """Of this stage's next step, whose share is known from now on; raises DeviceError for a gradient that is not a
        number."""
        own = gradient_square_sum(gradients)
        others = [share for stage, share in enumerate(self.by_stage) if stage != self._own]
        scale = clip_scale(own, others, clip_norm)
        self._set(self._own, own)
        return scale

    def _set(self, stage: int, share: float) -> None:
        self.by_stage = (*self.by_stage[:stage], share, *self.by_stage[stage + 1 :])
