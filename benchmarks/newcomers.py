"""What a newcomer should begin its optimizer with: nothing, a warm-up, a stage-mate's moments, or its own old ones.

Three replicas of one small decoder, simulated in one process: they step on 4 sequences each and merge by plain
averages. After every merge one of them, in turn, is replaced by a newcomer that holds the merged weights; arms differ
in its moments alone. `benchmarks/churn.py` measures the same in a network of processes.
"""

import copy
from dataclasses import dataclass, replace
from typing import Final

import torch
import torch.nn.functional as F

from benchmarks.merge_lag import Replica
from benchmarks.plain_loop import Decoder, LoopConfig, held_out_loss, learning_rate, load_text
from benchmarks.tables import compare_losses

REPLICAS: Final = 3
INTERVAL: Final = 20
"""Steps of a replica between two merges."""
FULL_TOKENS: Final = 614_400
QUICK_TOKENS: Final = 92_160


@dataclass(frozen=True)
class Arm:
    """`aged` None: no moments; 0: a stage-mate's of now; more: moments that many merges old."""

    name: str
    churn: bool = True
    aged: int | None = None
    warmup_steps: int = 0

    def __str__(self) -> str:
        return self.name


ARMS: Final = (
    Arm("nobody leaves", churn=False),
    Arm("no moments"),
    Arm("no moments, warm-up of 5 steps", warmup_steps=5),
    Arm("no moments, warm-up of 10 steps", warmup_steps=10),
    Arm("no moments, warm-up of 20 steps", warmup_steps=20),
    Arm("a stage-mate's moments", aged=0),
    Arm("moments 1 merge old", aged=1),
    Arm("moments 5 merges old", aged=5),
    Arm("moments 5 merges old, warm-up of 10 steps", aged=5, warmup_steps=10),
)
Moments = list[dict[str, torch.Tensor]]


class Newcomers:
    """The replicas, who came when, and the moments of the last merges."""

    def __init__(self, arm: Arm, config: LoopConfig, seed: int) -> None:
        torch.manual_seed(seed)
        self.arm, self.config = arm, config
        first = Decoder(config)
        self.models = [first, *(copy.deepcopy(first) for _ in range(REPLICAS - 1))]
        self.replicas = [Replica(list(model.parameters()), config) for model in self.models]
        self._steps = [10**6] * REPLICAS
        self._history: list[Moments] = []
        self.merges = 0

    def train_on(self, number: int, tokens_BT1: torch.Tensor, rate: float) -> None:
        model, replica = self.models[number], self.replicas[number]
        logits = model(tokens_BT1[:, :-1])
        F.cross_entropy(logits.flatten(0, 1), tokens_BT1[:, 1:].flatten()).backward()
        self._steps[number] += 1
        warm = min(1.0, self._steps[number] / max(1, self.arm.warmup_steps))
        norm = replica.square_sum() ** 0.5
        replica.step(rate * warm, min(1.0, self.config.clip_norm / max(norm, 1e-12)))

    def merge(self) -> None:
        uploads = [replica.snapshot() for replica in self.replicas]
        merged = [sum(tensors[1:], tensors[0]) / len(tensors) for tensors in zip(*uploads, strict=True)]
        for replica, upload in zip(self.replicas, uploads, strict=True):
            replica.shift(merged, upload)
        self.merges += 1
        if self.arm.churn:
            self._replace(self.merges % REPLICAS)

    def _replace(self, number: int) -> None:
        mate = self.replicas[(number + 1) % REPLICAS]
        self._history.append([copy.deepcopy(dict(mate.optimizer.state[one])) for one in mate.parameters])
        newcomer = Replica(self.replicas[number].parameters, self.config)
        if self.arm.aged is not None:
            moments = self._history[max(0, len(self._history) - 1 - self.arm.aged)]
            for parameter, state in zip(newcomer.parameters, moments, strict=True):
                newcomer.optimizer.state[parameter] = copy.deepcopy(state)
        self.replicas[number], self._steps[number] = newcomer, 0
        del self._history[:-8]


def simulate(arm: Arm, tokens: int, seed: int) -> float:
    """Held-out loss of the merged model."""
    config = replace(LoopConfig(), sequences=LoopConfig().sequences // REPLICAS)
    train_tokens, held_out = load_text()
    swarm = Newcomers(arm, config, seed)
    microbatches, span = tokens // (config.sequences * config.context), torch.arange(config.context + 1)
    for number in range(microbatches):
        at_BT1 = torch.randint(len(train_tokens) - config.context, (config.sequences, 1)) + span
        rate = learning_rate(config, config.steps * number // microbatches)
        swarm.train_on(number % REPLICAS, train_tokens[at_BT1], rate)
        if (number + 1) % (INTERVAL * REPLICAS) == 0:
            swarm.merge()
    swarm.merge()
    return held_out_loss(swarm.models[0], config, held_out)


if __name__ == "__main__":
    compare_losses(
        __doc__ or "", "A newcomer after each merge of three replicas", ARMS, simulate, QUICK_TOKENS, FULL_TOKENS
    )
