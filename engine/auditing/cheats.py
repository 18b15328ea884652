"""Ways to cheat, so that the validator can be shown to catch them. Never reached unless a test asks by name.

Each lies in the mathematics only: hashes, receipts and signatures are as for honest work.
"""

from typing import Final

import torch
from torch import Tensor

from engine.pipeline.passage import Parcel
from engine.shard.model import Weights
from engine.training.trainer import Trainer
from protocol.errors import SettingsError
from protocol.packets import Packet, PacketKind


class SkippedMlp(Trainer):
    """Saves the last layer's MLP by leaving it out."""

    def weights_for_pass(self) -> Weights:
        outputs = [name for name in self.weights if name.endswith("mlp_out")]
        return {
            name: torch.zeros_like(tensor) if name == outputs[-1] else tensor for name, tensor in self.weights.items()
        }


class StaleWeights(Trainer):
    """Computes on the version before the one that it commits to."""

    _newest: Weights | None = None
    _previous: Weights | None = None

    def weights_for_pass(self) -> Weights:
        if self._newest is not self.weights:
            self._previous, self._newest = self._newest, self.weights
        return self.weights if self._previous is None else self._previous


class CopiedSequence(Trainer):
    """Computes one sequence of a microbatch less, and gives another one's numbers twice."""

    def inputs(self, kind: PacketKind, source: Packet | Parcel) -> tuple[Tensor, Tensor | None]:
        tokens_BT1, latent_BTk = super().inputs(kind, source)
        if kind is PacketKind.FORWARD and latent_BTk is not None and len(latent_BTk) > 1:
            latent_BTk = torch.cat((latent_BTk[:-1], latent_BTk[:1]))
        return tokens_BT1, latent_BTk


CHEATS: Final[dict[str, type[Trainer]]] = {
    "skip_mlp": SkippedMlp,
    "stale_weights": StaleWeights,
    "copied_sequence": CopiedSequence,
}


def trainer_kind(lie: str | None) -> type[Trainer]:
    """The honest Trainer, or the named cheat; raises SettingsError for a name that is none."""
    if lie is None:
        return Trainer
    if lie not in CHEATS:
        raise SettingsError(f"There is no cheat called {lie!r}.")
    return CHEATS[lie]
