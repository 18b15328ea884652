"""One optimizer step: AdamW (arXiv 1711.05101) or Muon (engine.shard.muon) on fp32 master weights, clipped by the whole
model's gradient norm.

A step makes new weights; the old ones stay as they were for the passes still in flight on them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, isfinite, pi, sqrt
from typing import Final, TypeAlias

import torch
from torch import Tensor
from torch.utils._foreach_utils import _get_fused_kernels_supported_devices

from engine.shard import muon
from engine.shard.model import Weights
from engine.shard.moments import TILE, CodedMoment, Moment, Moments, coded, coded_zeros, decoded
from engine.shard.weights import zeros_like
from protocol.errors import DeviceError
from protocol.runs import OptimizerSpec

FUSED_DEVICES: Final = frozenset(_get_fused_kernels_supported_devices())
"""Kinds of device for which torch has AdamW in one kernel: on a processor it takes a third of the parts' time."""
MOST_TIMES_OWN: Final = 1e4
"""Of squared norms: more than a hundred times this stage's own norm is nobody believed to have."""
WARMUP_START = 0.01
"""The share of the peak rate that warm-up starts from: a rate of zero would make a first step that changes nothing."""


@dataclass(frozen=True, eq=False)
class OptimizerState:
    """AdamW's first and second moments by tensor name, fp32 or in eight bits, and the steps they have seen."""

    first: Moments
    second: Moments
    step: int = 0

    def to(self, device: torch.device) -> "OptimizerState":
        """The same on another device."""
        first = {name: moment.to(device) for name, moment in self.first.items()}
        return OptimizerState(first, {name: moment.to(device) for name, moment in self.second.items()}, self.step)

    @property
    def nbytes(self) -> int:
        """All its numbers take."""
        return sum(moment.nbytes for moments in (self.first, self.second) for moment in moments.values())

    def clone(self) -> "OptimizerState":
        """A copy that no step will write into."""
        first = {name: moment.clone() for name, moment in self.first.items()}
        return OptimizerState(first, {name: moment.clone() for name, moment in self.second.items()}, self.step)


def new_state(weights: Weights, eight_bit: bool = False) -> OptimizerState:
    """Before any step; `eight_bit` takes a quarter of the memory and rounds each moment to its code at every step."""
    if not eight_bit:
        return OptimizerState(dict(zeros_like(weights)), dict(zeros_like(weights)))
    return OptimizerState(
        {name: coded_zeros(tensor, first=True) for name, tensor in weights.items()},
        {name: coded_zeros(tensor, first=False) for name, tensor in weights.items()},
    )


def fitting_state(state: OptimizerState, weights: Weights, eight_bit: bool) -> OptimizerState:
    """`state` in the form that is wanted, fp32 or eight bits."""

    def fit(moments: Moments, first: bool) -> Moments:
        fitted: Moments = {}
        for name, moment in moments.items():
            if isinstance(moment, CodedMoment):
                fitted[name] = moment if eight_bit else decoded(moment, weights[name].shape)
            else:
                fitted[name] = coded(moment, first) if eight_bit else moment
        return fitted

    return OptimizerState(fit(state.first, True), fit(state.second, False), state.step)


Retire: TypeAlias = Callable[[str, Tensor], Tensor]
"""(name, old tensor) → what stands in for it, of equal numbers, such as a file's pages."""


@dataclass(frozen=True)
class _Rule:
    """One step's arithmetic."""

    optimizer: OptimizerSpec
    learning_rate: float
    clip_scale: float
    step: int

    def move(
        self, old: Sequence[Tensor], grads: list[Tensor], first: list[Tensor], second: list[Tensor], decay: bool
    ) -> list[Tensor]:
        """New numbers for `old`; the moments are changed in place. In one kernel where torch has one for the device."""
        if self.clip_scale != 1.0:
            grads = list(torch._foreach_mul(grads, self.clip_scale))
        new = [tensor.clone() for tensor in old]
        if not new or new[0].device.type not in FUSED_DEVICES:
            self._move_by_parts(new, grads, first, second, decay)
            return new
        steps = [torch.tensor(float(self.step), device=tensor.device) for tensor in new]
        torch._fused_adamw_(
            new,
            grads,
            first,
            second,
            [],
            steps,
            lr=self.learning_rate,
            beta1=self.optimizer.beta1,
            beta2=self.optimizer.beta2,
            weight_decay=self.optimizer.weight_decay if decay else 0.0,
            eps=self.optimizer.epsilon,
            amsgrad=False,
            maximize=False,
            grad_scale=None,
            found_inf=None,
        )
        return new

    def _move_by_parts(
        self, new: list[Tensor], grads: list[Tensor], first: list[Tensor], second: list[Tensor], decay: bool
    ) -> None:
        optimizer, step = self.optimizer, self.step
        # Memory is taken before anything is changed: a step that ran out of it goes on where it was.
        denominator = [torch.empty_like(tensor) for tensor in second]
        torch._foreach_mul_(first, optimizer.beta1)
        torch._foreach_add_(first, grads, alpha=1 - optimizer.beta1)
        torch._foreach_mul_(second, optimizer.beta2)
        torch._foreach_addcmul_(second, grads, grads, value=1 - optimizer.beta2)
        torch._foreach_copy_(denominator, second)
        torch._foreach_sqrt_(denominator)
        torch._foreach_div_(denominator, sqrt(1 - optimizer.beta2**step))
        torch._foreach_add_(denominator, optimizer.epsilon)
        if decay:
            torch._foreach_mul_(new, 1 - self.learning_rate * optimizer.weight_decay)
        torch._foreach_addcdiv_(new, first, denominator, value=-self.learning_rate / (1 - optimizer.beta1**step))

    def move_tile(self, old: Tensor, grad: Tensor, first: Moment, second: Moment, start: int, decay: bool) -> Tensor:
        """New numbers for the tile of a flat tensor that begins at `start`; moments in eight bits are coded again."""
        end = min(old.numel(), start + TILE)
        tiles = [old[start:end]], [grad[start:end]]
        if isinstance(first, Tensor) and isinstance(second, Tensor):
            (moved,) = self.move(*tiles, [first.view(-1)[start:end]], [second.view(-1)[start:end]], decay)
            return moved
        assert isinstance(first, CodedMoment)
        assert isinstance(second, CodedMoment)
        moments = first.read(start, end), second.read(start, end)
        (moved,) = self.move(*tiles, [moments[0]], [moments[1]], decay)
        self._bound(moved, tiles[0][0], decay)
        made = first.code(moments[0]), second.code(moments[1])
        first.put(start, made[0])
        second.put(start, made[1])
        return moved

    def _bound(self, new: Tensor, old: Tensor, decay: bool) -> None:
        """Rounded moments may ask for more than AdamW ever would, and than an audit allows: no further than that."""
        from_here = old * (1 - self.learning_rate * self.optimizer.weight_decay) if decay else old
        bound = update_bound(self.optimizer, self.learning_rate, self.step)
        torch.clamp(new, from_here - bound, from_here + bound, out=new)


class Step:
    """A step under way. Where memory runs out inside of `finish`, that can be called again and goes on where it was:
    every moment has then seen the gradient once."""

    def __init__(
        self,
        master: Weights,
        state: OptimizerState,
        gradients: Weights,
        optimizer: OptimizerSpec,
        learning_rate: float,
        clip_scale: float = 1.0,
        retire: Retire | None = None,
    ) -> None:
        self._master, self._state, self._gradients, self._retire = master, state, gradients, retire
        self._rule = _Rule(optimizer, learning_rate, clip_scale, state.step + 1)
        self._muons = {name for name, tensor in master.items() if _is_muons(optimizer, name, tensor)}
        self._to_do = _groups(master, state, self._muons)[::-1]
        self._made: Weights = {}
        self._tiles_done = 0

    @property
    def made(self) -> Weights:
        """The new tensors so far. Who brings a step's numbers to another device replaces them in its dictionaries."""
        return self._made

    @property
    def still_to_move(self) -> frozenset[str]:
        """Of the old tensors, those that it still reads."""
        return frozenset(name for names in self._to_do for name in names)

    def finish(self) -> tuple[Weights, OptimizerState]:
        """New weights and the new state; called again, the same."""
        with torch.no_grad():
            while self._to_do:
                names = self._to_do[-1]
                if names[0] in self._muons:
                    self._move_matrix(names[0])
                elif len(names) > 1:
                    self._move_together(names)
                else:
                    self._move_by_tiles(names[0])
                self._to_do.pop()
                if self._retire is not None:
                    for name in names:
                        self._master[name] = self._retire(name, self._master[name])
        weights = {name: self._made[name] for name in self._master}
        return weights, OptimizerState(self._state.first, self._state.second, self._rule.step)

    def _move_together(self, names: Sequence[str]) -> None:
        pairs = [(self._state.first[name], self._state.second[name]) for name in names]
        first = [moment for moment, _ in pairs if isinstance(moment, Tensor)]
        second = [moment for _, moment in pairs if isinstance(moment, Tensor)]
        old, grads = [self._master[name] for name in names], [self._gradients[name] for name in names]
        self._made |= zip(names, self._rule.move(old, grads, first, second, old[0].dim() > 1), strict=True)

    def _move_matrix(self, name: str) -> None:
        rule, momentum = self._rule, self._state.first[name]
        assert isinstance(momentum, Tensor)
        old, rate = self._master[name], rule.learning_rate * rule.optimizer.matrix_rate
        kept = _kept_share(old, rule.optimizer, rule.learning_rate)
        self._made[name] = muon.move_matrix(old, self._gradients[name], momentum, rate, kept)

    def _move_by_tiles(self, name: str) -> None:
        """So that neither temporaries nor decoded moments ever stand whole."""
        old, first, second = self._master[name], self._state.first[name], self._state.second[name]
        if name not in self._made:
            self._made[name], self._tiles_done = torch.empty_like(old), 0
        new, flat, grad = self._made[name].view(-1), old.reshape(-1), self._gradients[name].reshape(-1)
        while (start := self._tiles_done * TILE) < flat.numel():
            new[start : start + TILE] = self._rule.move_tile(flat, grad, first, second, start, old.dim() > 1)
            self._tiles_done += 1


def take_step(
    master: Weights,
    state: OptimizerState,
    gradients: Weights,
    optimizer: OptimizerSpec,
    learning_rate: float,
    clip_scale: float = 1.0,
    retire: Retire | None = None,
) -> tuple[Weights, OptimizerState]:
    """New weights and the new state. `master` stays as it was; `state` is used up, its moments live on in the result.

    Gradients count times `clip_scale`, and are not changed. Vectors (norms) are not decayed. With `retire`, each old
    tensor of `master` is replaced by what that returns for it as soon as the new one is there, so that the two versions
    never stand in memory together.
    """
    return Step(master, state, gradients, optimizer, learning_rate, clip_scale, retire).finish()


def _is_muons(optimizer: OptimizerSpec, name: str, tensor: Tensor) -> bool:
    return optimizer.kind == "muon" and muon.is_for_muon(name, tensor)


def _groups(master: Weights, state: OptimizerState, muons: set[str]) -> list[list[str]]:
    """Small tensors of one kind together, which saves kernels; one that is large, Muon's or has coded moments alone."""
    groups: list[list[str]] = []
    open_groups: dict[bool, tuple[list[str], int]] = {}
    for name, tensor in master.items():
        if name in muons or tensor.numel() > TILE or isinstance(state.first[name], CodedMoment):
            groups.append([name])
            continue
        names, numbers = open_groups.get(tensor.dim() > 1, ([], 0))
        if not names or numbers + tensor.numel() > TILE:
            names, numbers = [], 0
            groups.append(names)
        names.append(name)
        open_groups[tensor.dim() > 1] = names, numbers + tensor.numel()
    return groups


def _kept_share(tensor: Tensor, optimizer: OptimizerSpec, learning_rate: float) -> float:
    return 1 - learning_rate * optimizer.weight_decay if tensor.dim() > 1 else 1.0


def gradient_square_sum(gradients: Weights) -> float:
    """The squared L2 norm of a stage's gradient; waits for the device. Tensors' norms are added up in fp64 by the
    processor, since Apple's graphics and many of Intel's have none."""
    norms = torch._foreach_norm(list(gradients.values()))
    return float(torch.stack(norms).cpu().double().square().sum())


def add_gradients(total: Weights | None, gradients: Weights, weight: float = 1.0) -> Weights:
    """`total` + weight x `gradients`, for steps of several microbatches; `total` is used up, `gradients` stay."""
    if total is None:
        return {name: tensor * weight for name, tensor in gradients.items()}
    torch._foreach_add_([total[name] for name in gradients], list(gradients.values()), alpha=weight)
    return total


def gather_gradients(total: Weights | None, gradients: Weights, weight: float = 1.0) -> Weights:
    """The same where nobody else holds `gradients`: both are used up and no memory is taken."""
    if total is None:
        if weight != 1.0:
            torch._foreach_mul_(list(gradients.values()), weight)
        return gradients
    add_gradients(total, gradients, weight)
    gradients.clear()  # whoever still holds them must not hold their memory
    return total


def clip_scale(own_square: float, other_squares: Sequence[float | None], clip_norm: float) -> float:
    """min(1, clip_norm / norm of the whole model's gradient), estimated from this stage's squared norm, which is
    fresh, and the other stages' as last heard. A stage not heard of (None or negative) counts as the mean of the rest,
    and none as more than MOST_TIMES_OWN x this one's own: whoever says so may lie, to bring the others to a standstill.

    Raises DeviceError if `own_square` is not a number: no step may be taken on such a gradient.
    """
    if not isfinite(own_square):
        raise DeviceError("A gradient came out as not a number.", "The step is left out and training goes on.")
    most = MOST_TIMES_OWN * own_square
    heard = [own_square, *(min(square, most) for square in other_squares if square is not None and square >= 0)]
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
    """The largest |w_new − kept share x w_old| over all weights, in units of what the optimizer can do (`update_bound`,
    for Muon's matrices their own). An honest step stays at or below 1; fp32 rounding (two roundings of w, a part in
    10^4 of the bound) is taken off first."""
    adamw, worst = update_bound(optimizer, learning_rate, step), 0.0
    for name, before in old.items():
        is_muons = _is_muons(optimizer, name, before)
        bound = learning_rate * optimizer.matrix_rate * muon.entry_bound(tuple(before.shape)) if is_muons else adamw
        moved = (new[name] - before * _kept_share(before, optimizer, learning_rate)).abs()
        excess = float((moved - before.abs() * 2.0**-22 - bound * 1e-4).max())
        worst = max(worst, excess / bound if bound > 0 else (0.0 if excess <= 0 else float("inf")))
    return worst
