"""What few bits cost in loss: three replicas merge pseudo-gradients as fp32, or as swarm's own codes and arithmetic.

Replicas of one small model in one process, same seeds and data order in every arm, a merge after each `interval` steps.
The arms with codes go the whole way: quantise with error feedback, report, coefficients, integer sum, merged delta of 8
bits, outer step in fixed point. The fp32 arm averages and steps in float64. A part of `benchmarks.merge`.
"""

from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from benchmarks.plain_loop import Decoder, LoopConfig, held_out_loss, learning_rate, load_text
from protocol.runs import DenseCodes, MergeSpec, SparseCodes
from swarm import merge_arithmetic as arithmetic
from swarm.merge_coefficients import coefficients
from swarm.merge_reports import partition_gram, products_of
from swarm.merged_deltas import delta_of, rounded
from swarm.quantisation import quantise

REPLICAS: Final = 3
Vectors: TypeAlias = list[NDArray[np.float32]]


@dataclass(frozen=True)
class Arm:
    """`merge` None sends fp32; `feedback` off throws away what quantising took."""

    name: str
    merge: MergeSpec | None
    feedback: bool = True


FP32: Final = Arm("fp32", None)
ARMS: Final = (
    FP32,
    Arm("8 bits", MergeSpec(upload=DenseCodes(8), tile=256)),
    Arm("4 bits", MergeSpec()),
    Arm("4 bits without error feedback", MergeSpec(), feedback=False),
    Arm("sparse: 64 of 4096, 2 bits", MergeSpec(upload=SparseCodes(64), tile=4096)),
    Arm("sparse: 256 of 4096, 2 bits", MergeSpec(upload=SparseCodes(256), tile=4096)),
)


@dataclass
class Outcome:
    loss: float
    flagged_merges: int


@dataclass
class Merged:
    """What the replicas stand on, and what is carried from merge to merge."""

    arm: Arm
    outer: MergeSpec
    anchor: arithmetic.Fixed
    momentum: arithmetic.Fixed
    residuals: Vectors
    floats: NDArray[np.float64]
    speed: NDArray[np.float64]
    past_median: float | None = None
    flagged_merges: int = field(default=0)

    def merge(self, weights: Vectors) -> NDArray[np.float32]:
        """The weights that everybody goes on from."""
        if self.arm.merge is None:
            mu, rate = self.outer.outer_momentum, self.outer.outer_learning_rate
            mean = np.mean(weights, axis=0, dtype=np.float64) - self.floats
            self.speed = mu * self.speed + mean
            self.floats = self.floats + rate * (mean + mu * self.speed)
            return self.floats.astype(np.float32)
        delta = self._merged_delta(weights, self.arm.merge)
        rate_fixed = arithmetic.outer_fixed(self.outer.outer_learning_rate)
        momentum_fixed = arithmetic.outer_fixed(self.outer.outer_momentum)
        self.anchor, self.momentum = arithmetic.outer_step(
            self.anchor, self.momentum, delta, rate_fixed, momentum_fixed
        )
        return arithmetic.from_fixed(self.anchor)

    def _merged_delta(self, weights: Vectors, spec: MergeSpec) -> arithmetic.Fixed:
        base, codes, scales = arithmetic.from_fixed(self.anchor), [], []
        for row, own in enumerate(weights):
            upload, residual = quantise(own - base + self.residuals[row], spec.tile, spec.upload)
            if self.arm.feedback:
                self.residuals[row] = residual
            codes.append(upload.codes)
            scales.append(upload.scales)
        inner = products_of(partition_gram(codes, scales, spec.tile), scales)
        work, trimmable = [1.0] * len(weights), isinstance(spec.upload, DenseCodes)
        decided = coefficients(inner, np.stack(scales), work, self.past_median, trimmable)
        self.past_median = decided.median_norm
        self.flagged_merges += any(decided.flagged)
        return delta_of(rounded(arithmetic.merge(codes, decided.values, spec.tile, decided.trimmed), spec.tile))


def simulate(arm: Arm, outer: MergeSpec, tokens: int, interval: int, seed: int) -> Outcome:
    """Held-out loss of the merged model after so many tokens of all replicas together."""
    config = replace(LoopConfig(), sequences=LoopConfig().sequences // REPLICAS)
    train_tokens, held_out = load_text()
    torch.manual_seed(seed)
    models = [Decoder(config) for _ in range(REPLICAS)]
    for twin in models[1:]:
        twin.load_state_dict(models[0].state_dict())
    optimizers = [_optimizer(model, config) for model in models]
    first = torch.nn.utils.parameters_to_vector(models[0].parameters()).detach().numpy()
    fixed = arithmetic.to_fixed(first)
    nothing = np.zeros(first.size)
    merged = Merged(
        arm, outer, fixed, np.zeros_like(fixed), [np.zeros_like(first)] * REPLICAS, first.astype(np.float64), nothing
    )
    steps, span = tokens // (REPLICAS * config.sequences * config.context), torch.arange(config.context + 1)
    for step in range(steps):
        for model, optimizer in zip(models, optimizers, strict=True):
            at_BT1 = torch.randint(len(train_tokens) - config.context, (config.sequences, 1)) + span
            _train_on(
                model, optimizer, train_tokens[at_BT1], config, learning_rate(config, config.steps * step // steps)
            )
        if (step + 1) % interval == 0 or step + 1 == steps:
            vectors = [torch.nn.utils.parameters_to_vector(model.parameters()).detach().numpy() for model in models]
            together = torch.from_numpy(merged.merge(vectors))
            for model in models:
                torch.nn.utils.vector_to_parameters(together.clone(), model.parameters())
    return Outcome(held_out_loss(models[0], config, held_out), merged.flagged_merges)


def _train_on(
    model: Decoder, optimizer: torch.optim.Optimizer, tokens_BT1: torch.Tensor, config: LoopConfig, rate: float
) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate
    F.cross_entropy(model(tokens_BT1[:, :-1]).flatten(0, 1), tokens_BT1[:, 1:].flatten()).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), config.clip_norm)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def _optimizer(model: Decoder, config: LoopConfig) -> torch.optim.Optimizer:
    groups = [
        {"params": [each for each in model.parameters() if each.dim() > 1], "weight_decay": config.weight_decay},
        {"params": [each for each in model.parameters() if each.dim() == 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=(config.beta1, config.beta2), eps=config.epsilon, foreach=True)
