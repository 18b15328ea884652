"""One optimizer step: AdamW (arXiv 1711.05101) on fp32 master weights, clipped by the whole model's gradient norm.

A step makes new weights; the old ones stay as they were for the passes still in flight on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, isfinite, pi, sqrt

import torch
from torch import Tensor

from engine.shard.model import Weights
from engine.shard.weights import zeros_like
from protocol.errors import DeviceError
from protocol.runs import OptimizerSpec

WARMUP_START = 0.01
"""The share of the peak rate that warm-up starts from: a rate of zero would make a first step that changes nothing."""


@dataclass(frozen=True, eq=False)
class OptimizerState:
    """AdamW's first and second moments by tensor name, fp32, and the steps they have seen."""

    first: Weights
    second: Weights
    step: int = 0


def new_state(weights: Weights) -> OptimizerState:
    return OptimizerState(zeros_like(weights), zeros_like(weights))


def take_step(
    master: Weights,
    state: OptimizerState,
    gradients: Weights,
    optimizer: OptimizerSpec,
    learning_rate: float,
    clip_scale: float = 1.0,
) -> tuple[Weights, OptimizerState]:
    """New weights and the new state. `master` stays as it was; `state` is used up, its moments live on in the result.

    Gradients count times `clip_scale`, and are not changed. Vectors (norms) are not decayed.
    """
    names, step = list(master), state.step + 1
    grads = [gradients[name] for name in names]
    first = [state.first[name] for name in names]
    second = [state.second[name] for name in names]
    with torch.no_grad():
        torch._foreach_mul_(first, optimizer.beta1)
        torch._foreach_add_(first, grads, alpha=(1 - optimizer.beta1) * clip_scale)
        torch._foreach_mul_(second, optimizer.beta2)
        torch._foreach_addcmul_(second, grads, grads, value=(1 - optimizer.beta2) * clip_scale**2)
        denominator = torch._foreach_sqrt(second)
        torch._foreach_div_(denominator, sqrt(1 - optimizer.beta2**step))
        torch._foreach_add_(denominator, optimizer.epsilon)
        decay = [_kept_share(master[name], optimizer, learning_rate) for name in names]
        changed = torch._foreach_mul([master[name] for name in names], decay)
        torch._foreach_addcdiv_(changed, first, denominator, value=-learning_rate / (1 - optimizer.beta1**step))
    weights = dict(zip(names, changed, strict=True))
    return weights, OptimizerState(state.first, state.second, step)


def _kept_share(tensor: Tensor, optimizer: OptimizerSpec, learning_rate: float) -> float:
    return 1 - learning_rate * optimizer.weight_decay if tensor.dim() > 1 else 1.0


def gradient_square_sum(gradients: Weights) -> float:
    """The squared L2 norm of a stage's gradient; waits for the device."""
    norms = torch._foreach_norm(list(gradients.values()))
    return float(torch.stack(norms).double().square().sum())


def add_gradients(total: Weights | None, gradients: Weights, weight: float = 1.0) -> Weights:
    """`total` + weight x `gradients`, for steps of several microbatches; `total` is used up, `gradients` stay."""
    if total is None:
        return {name: tensor * weight for name, tensor in gradients.items()}
    torch._foreach_add_([total[name] for name in gradients], list(gradients.values()), alpha=weight)
    return total


def clip_scale(own_square: float, other_squares: Sequence[float | None], clip_norm: float) -> float:
    """min(1, clip_norm / norm of the whole model's gradient), estimated from this stage's squared norm, which is
    fresh, and the other stages' as last heard. A stage not heard of (None or negative) counts as the mean of the rest.

    Raises DeviceError if `own_square` is not a number: no step may be taken on such a gradient.
    """
    if not isfinite(own_square):
        raise DeviceError("A gradient came out as not a number.", "The step is left out and training goes on.")
    heard = [own_square, *(square for square in other_squares if square is not None and square >= 0)]
    whole = sum(heard) / len(heard) * (1 + len(other_squares))
    return 1.0 if clip_norm <= 0 or whole <= clip_norm**2 else clip_norm / sqrt(whole)


def learning_rate(optimizer: OptimizerSpec, share_done: float) -> float:
    """Linear warm-up, then half a cosine from peak to floor, by the share 0..1 of the run's microbatches done."""
    share = min(1.0, max(0.0, share_done))
    if share < optimizer.warmup_share:
        return optimizer.peak_learning_rate * max(WARMUP_START, share / optimizer.warmup_share)
    rest = (share - optimizer.warmup_share) / max(1e-12, 1 - optimizer.warmup_share)
    span = optimizer.peak_learning_rate - optimizer.floor_learning_rate
    return optimizer.floor_learning_rate + span * (1 + cos(pi * rest)) / 2


def update_bound(optimizer: OptimizerSpec, learning_rate: float, step: int | None = None) -> float:
    """The most that AdamW's `step`-th step (from 1; None: any step) can move one weight, decay not counted.

    With m = (1 − β1) Σ β1^j g_j and v = (1 − β2) Σ β2^j g_j², j = 0 the newest, Cauchy-Schwarz over the products
    (β1^j / β2^(j/2)) (β2^(j/2) g_j) gives |m| ≤ (1 − β1) / √(1 − β2) √(Σ rʲ) √v with r = β1² / β2; so after bias
    correction  |Δw| ≤ lr (1 − β1) / √(1 − β2) √(Σ_{j<t} rʲ) √(1 − β2^t) / (1 − β1^t), whatever the gradients were.
    It is 1 lr at t = 1 (compare section 2.1 of Adam, arXiv 1412.6980), and attained. ε only makes steps smaller.
    """
    steps = range(1, 4097) if step is None else (step,)
    return learning_rate * max(_bound_factor(optimizer, count) for count in steps)


def _bound_factor(optimizer: OptimizerSpec, step: int) -> float:
    beta1, beta2 = optimizer.beta1, optimizer.beta2
    ratio = beta1**2 / beta2
    series = float(step) if ratio == 1 else (1 - ratio**step) / (1 - ratio)
    return (1 - beta1) / sqrt(1 - beta2) * sqrt(series) * sqrt(1 - beta2**step) / (1 - beta1**step)


def update_excess(
    old: Weights, new: Weights, optimizer: OptimizerSpec, learning_rate: float, step: int | None = None
) -> float:
    """The largest |w_new − kept share x w_old| over all weights, in units of `update_bound`. An honest step stays at
    or below 1; fp32 rounding (two roundings of w, a part in 10^4 of the bound) is taken off first."""
    bound = update_bound(optimizer, learning_rate, step)
    worst = 0.0
    for name, before in old.items():
        moved = (new[name] - before * _kept_share(before, optimizer, learning_rate)).abs()
        slack = before.abs() * 2.0**-22 + bound * 1e-4
        worst = max(worst, float((moved - slack).max()))
    return worst / bound if bound > 0 else (0.0 if worst <= 0 else float("inf"))
