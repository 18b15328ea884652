"""What merging costs in loss: steps between merges, and steps that pass between an upload and its result.

Two stages of two replicas, simulated in one process on plain modules, so that interval, lag and routes can be set one
by one; the network's own figures are those of `shakespeare`. Replicas step on 6 sequences each, the baseline on 12.
A result is taken over as the engine does it: what was merged, plus a replica's own steps since its upload.
"""

import math
import random
from dataclasses import dataclass, replace
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.plain_loop import Decoder, LoopConfig, held_out_loss, learning_rate, load_text
from benchmarks.tables import compare_losses

STAGES: Final = 2
FULL_TOKENS: Final = 614_400
QUICK_TOKENS: Final = 46_080


@dataclass(frozen=True)
class Arm:
    """How replicas work together; `interval` and `lag` in steps of one replica."""

    replicas: int = 2
    interval: int = 20
    lag: int = 0
    mixed_routes: bool = True
    merged_moments: bool = False

    def __str__(self) -> str:
        if self.replicas == 1:
            return "one replica, 12 sequences a step"
        routes = "" if self.mixed_routes else ", fixed routes"
        return f"every {self.interval}, lag {self.lag}{routes}{', moments too' * self.merged_moments}"


ARMS: Final = (
    Arm(replicas=1),
    Arm(interval=50),
    Arm(interval=50, mixed_routes=False),
    Arm(interval=20),
    Arm(interval=20, lag=6),
    Arm(interval=20, lag=6, merged_moments=True),
    Arm(interval=10, lag=4),
    Arm(interval=5),
)


class Replica:
    """One stage of one model, with an optimizer of its own."""

    def __init__(self, parameters: list[nn.Parameter], config: LoopConfig) -> None:
        self.parameters = parameters
        matrices = [parameter for parameter in parameters if parameter.dim() > 1]
        vectors = [parameter for parameter in parameters if parameter.dim() == 1]
        groups = [
            {"params": matrices, "weight_decay": config.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, betas=(config.beta1, config.beta2), eps=config.epsilon, foreach=True)

    def snapshot(self) -> list[Tensor]:
        return [parameter.detach().clone() for parameter in self.parameters]

    def square_sum(self) -> float:
        return sum(float(parameter.grad.square().sum()) for parameter in self.parameters if parameter.grad is not None)

    def step(self, rate: float, scale: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        for parameter in self.parameters:
            if parameter.grad is not None:
                parameter.grad.mul_(scale)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)

    def shift(self, merged: list[Tensor], uploaded: list[Tensor]) -> None:
        """The merged weights, plus the steps since `uploaded`."""
        with torch.no_grad():
            for parameter, right, then in zip(self.parameters, merged, uploaded, strict=True):
                parameter.add_(right - then)


class Swarm:
    """Stages of replicas on one model's shape; models[r] holds replica r of every stage."""

    def __init__(self, arm: Arm, config: LoopConfig, seed: int) -> None:
        torch.manual_seed(seed)
        self.arm, self.config = arm, config
        first = Decoder(config)
        self.models = [first] + [_copy(first, config) for _ in range(arm.replicas - 1)]
        self.stages = [
            [Replica(_stage_parameters(model, stage), config) for model in self.models] for stage in range(STAGES)
        ]
        self._uploaded: list[list[list[Tensor]]] | None = None

    def train_on(self, tokens_BT1: Tensor, path: tuple[int, int], rate: float) -> None:
        """One microbatch along the replicas of `path`, and a step of each."""
        head, tail = self.models[path[0]], self.models[path[1]]
        logits = _run_path(head, tail, tokens_BT1[:, :-1])
        F.cross_entropy(logits.flatten(0, 1), tokens_BT1[:, 1:].flatten()).backward()
        on_path = [self.stages[stage][replica] for stage, replica in enumerate(path)]
        norm = math.sqrt(sum(replica.square_sum() for replica in on_path))
        for replica in on_path:
            replica.step(rate, min(1.0, self.config.clip_norm / max(norm, 1e-12)))

    def upload(self) -> None:
        self._uploaded = [[replica.snapshot() for replica in stage] for stage in self.stages]

    def take_over(self) -> None:
        assert self._uploaded is not None
        for stage, uploads in zip(self.stages, self._uploaded, strict=True):
            merged = [sum(tensors[1:], tensors[0]) / len(tensors) for tensors in zip(*uploads, strict=True)]
            for replica, then in zip(stage, uploads, strict=True):
                replica.shift(merged, then)
            if self.arm.merged_moments:
                _average_moments(stage)
        self._uploaded = None

    @property
    def waiting(self) -> bool:
        return self._uploaded is not None


def simulate(arm: Arm, tokens: int, seed: int) -> float:
    """Held-out loss of the merged model."""
    config = replace(LoopConfig(), sequences=LoopConfig().sequences // arm.replicas)
    train_tokens, held_out = load_text()
    swarm, routes = Swarm(arm, config, seed), random.Random(seed)
    microbatches, span = tokens // (config.sequences * config.context), torch.arange(config.context + 1)
    uploaded_at = 0
    for number in range(microbatches):
        first = number % arm.replicas
        second = routes.randrange(arm.replicas) if arm.mixed_routes else first
        at_BT1 = torch.randint(len(train_tokens) - config.context, (config.sequences, 1)) + span
        swarm.train_on(
            train_tokens[at_BT1], (first, second), learning_rate(config, config.steps * number // microbatches)
        )
        since = (number + 1 - uploaded_at) // arm.replicas
        if not swarm.waiting and since >= arm.interval:
            swarm.upload()
            uploaded_at, since = number + 1, 0
        if swarm.waiting and since >= arm.lag:
            swarm.take_over()
    if swarm.waiting:
        swarm.take_over()
    swarm.upload()
    swarm.take_over()
    return held_out_loss(swarm.models[0], config, held_out)


def _copy(model: Decoder, config: LoopConfig) -> Decoder:
    twin = Decoder(config)
    twin.load_state_dict(model.state_dict())
    return twin


def _stage_parameters(model: Decoder, stage: int) -> list[nn.Parameter]:
    half = len(model.layers) // STAGES
    own: list[nn.Module] = [*model.layers[stage * half : (stage + 1) * half]]
    own += [model.embedding] if stage == 0 else [model.final_norm, model.head]
    return [parameter for module in own for parameter in module.parameters()]


def _run_path(head: Decoder, tail: Decoder, tokens_BT: Tensor) -> Tensor:
    """Logits [B, T, V]: the first half of one model's layers, the second half of another's."""

    def rotate(x: Tensor) -> Tensor:
        return x * head.cosine_TC + x.roll(x.shape[-1] // 2, dims=-1) * head.sine_TC

    half = len(head.layers) // STAGES
    x_BTD = head.embedding(tokens_BT)
    for layer in (*head.layers[:half], *tail.layers[half:]):
        x_BTD = layer(x_BTD, rotate)
    logits: Tensor = tail.head(tail.final_norm(x_BTD))
    return logits


def _average_moments(stage: list[Replica]) -> None:
    for twins in zip(*(replica.parameters for replica in stage), strict=True):
        states = [replica.optimizer.state[twin] for replica, twin in zip(stage, twins, strict=True)]
        for name in ("exp_avg", "exp_avg_sq"):
            if all(name in state for state in states):
                mean = sum((state[name] for state in states[1:]), states[0][name]) / len(states)
                for state in states:
                    state[name].copy_(mean)


if __name__ == "__main__":
    compare_losses(__doc__ or "", "Merges of two replicas", ARMS, simulate, QUICK_TOKENS, FULL_TOKENS)
