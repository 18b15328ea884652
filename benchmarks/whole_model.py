"""All stages of a run trained in one process as one graph: what the network computes, without the network.

Forward and backward through engine.shard's own functions with the borders' codes in between, so a loss measured here is
the pipeline's own (tests hold the two against each other). One thread; matrices in bf16 where the device measured that
to be faster, for all arms alike.
"""

import time
from dataclasses import dataclass, field
from typing import Final

import torch
from torch import Tensor

from benchmarks.border_arms import SEQUENCES, Arm, Border, Tally, is_silent, over_wire, rung_at, rung_name
from engine.devices import choose
from engine.shard.auxiliary import auxiliary_loss, auxiliary_weight
from engine.shard.bottleneck import narrow
from engine.shard.loss import mean_cross_entropy
from engine.shard.model import Weights, hidden, initialise
from engine.shard.step import clip_scale, gradient_square_sum, learning_rate, new_state, take_step
from protocol.runs import OptimizerSpec, RungSpec, RunSpec
from swarm.borders import auxiliary_head, has_auxiliary

EVALUATIONS: Final = 20
"""Held-out measurements over a run, for the steps to the baseline's loss."""
EVALUATED_MICROBATCHES: Final = 8


@dataclass
class Outcome:
    """Of one arm and seed. `curve`: held-out loss over the run's first microbatches of it, at equal distances."""

    held_out_loss: float
    bytes_per_token: float
    tokens_per_second: float
    curve: list[float] = field(default_factory=list)
    by_rung: dict[str, float] = field(default_factory=dict)
    """Of mixed rungs: the held-out loss with all borders at one of them, by `rung_name`."""


class WholeModel:
    """Weights of all stages, under one optimizer."""

    def __init__(self, run: RunSpec, arm: Arm, optimizer: OptimizerSpec, dtype: torch.dtype = torch.float32) -> None:
        self.run, self.arm, self._optimizer, self._dtype = run, arm, optimizer, dtype
        self.stages = [initialise(run.model, run.stages, stage, run.training.seed) for stage in range(len(run.stages))]
        if arm.border is Border.IOTA:
            self._forget_anchors()
        self._states = [new_state(stage) for stage in self.stages]
        self.fixed_rung: RungSpec | None = None
        """What all borders take, whatever the arm would choose."""

    def loss(self, stages: list[Weights], window_BT1: Tensor, microbatch: int, tally: Tally | None = None) -> Tensor:
        """Mean nats per token of a microbatch, with the borders as the arm has them at that point of the run; where a
        gradient is wanted with what the stages' own heads add."""
        run, latent_BTk = self.run, None
        tokens_BT, own = window_BT1[:, :-1], []
        for stage, weights in enumerate(stages):
            x_BTD = hidden(run.model, run.stages, stage, weights, tokens_BT, latent_BTk, self._dtype)
            if stage == len(stages) - 1:
                loss = mean_cross_entropy(x_BTD, weights["head"], window_BT1[:, 1:])
                break
            latent_BTk = self._crossed(stage, weights, x_BTD, microbatch, tally)
            if has_auxiliary(run.model) and torch.is_grad_enabled():
                own.append(auxiliary_loss(run.model, weights[auxiliary_head(stage)], x_BTD, tokens_BT))
        return loss + auxiliary_weight(run, microbatch) * torch.stack(own).sum() if own else loss

    def _crossed(self, stage: int, weights: Weights, x_BTD: Tensor, microbatch: int, tally: Tally | None) -> Tensor:
        """The latent [B, T, k] that the stage after starts from."""
        run, rung = self.run, self.fixed_rung or rung_at(self.arm, self.run, microbatch, stage)
        sent_BTk = narrow(run.model, weights, stage, x_BTD, rung.rank).float()
        if not is_silent(self.arm, run, microbatch):
            return over_wire(sent_BTk, self.arm, rung, tally)
        if tally is not None:
            tally.forward(rung.codec)
        return torch.zeros_like(sent_BTk)

    def train_on(self, window_BT1: Tensor, microbatch: int) -> float:
        """One step on one microbatch. Returns the bytes per token that a border takes for it, both ways together."""
        tally = Tally(window_BT1)
        leaves = [{name: tensor.detach().requires_grad_() for name, tensor in stage.items()} for stage in self.stages]
        flat = [leaf for stage in leaves for leaf in stage.values()]
        found = torch.autograd.grad(self.loss(leaves, window_BT1, microbatch, tally), flat, allow_unused=True)
        gradients = iter([torch.zeros_like(leaf) if g is None else g for leaf, g in zip(flat, found, strict=True)])
        by_stage = [{name: next(gradients) for name in stage} for stage in leaves]
        scale = clip_scale(sum(map(gradient_square_sum, by_stage)), (), self._optimizer.clip_norm)
        rate = learning_rate(self._optimizer, microbatch / self.run.training.microbatches)
        for stage, own in enumerate(by_stage):
            self._step(stage, own, rate, scale)
        return tally.bytes / (len(self.stages) - 1) / (window_BT1.shape[0] * (window_BT1.shape[1] - 1))

    def _forget_anchors(self) -> None:
        """IOTA's border has none: rows of zeros that stay so add nothing."""
        for weights in self.stages:
            weights.update({name: torch.zeros_like(each) for name, each in weights.items() if name.endswith(".anchor")})

    def _step(self, stage: int, gradients: Weights, rate: float, scale: float) -> None:
        if self.arm.border is Border.IOTA:
            gradients = {n: torch.zeros_like(g) if n.endswith(".anchor") else g for n, g in gradients.items()}
        self.stages[stage], self._states[stage] = take_step(
            self.stages[stage], self._states[stage], gradients, self._optimizer, rate, scale
        )

    def held_out(self, windows_NT1: Tensor, microbatch: int) -> float:
        with torch.no_grad():
            losses = [float(self.loss(self.stages, rows, microbatch)) for rows in windows_NT1.split(SEQUENCES)]
        return sum(losses) / len(losses)


def train(run: RunSpec, arm: Arm, optimizer: OptimizerSpec, text: Tensor, held_out_NT1: Tensor) -> Outcome:
    """The whole run; `text` [n] are the training split's ids, `held_out_NT1` whole windows of the other split."""
    dtype = choose("cpu").compute_dtype()
    model, count, context = WholeModel(run, arm, optimizer, dtype), run.training.microbatches, run.model.context
    sequences = run.training.sequences
    generator, span = torch.Generator().manual_seed(run.training.seed), torch.arange(context + 1)
    written, curve = 0.0, []
    seconds, few = 0.0, held_out_NT1[: EVALUATED_MICROBATCHES * SEQUENCES]
    for microbatch in range(count):
        at_B1 = torch.randint(len(text) - context, (sequences, 1), generator=generator)
        began = time.perf_counter()
        written += model.train_on(text[at_B1 + span], microbatch)
        seconds += time.perf_counter() - began
        if (microbatch + 1) * EVALUATIONS // count > microbatch * EVALUATIONS // count:
            curve.append(model.held_out(few, microbatch))
    speed, by_rung = count * sequences * context / seconds, {}
    loss = model.held_out(held_out_NT1, count - 1)
    for model.fixed_rung in run.rungs if arm.mixed else ():
        by_rung[rung_name(model.fixed_rung)] = model.held_out(held_out_NT1, count - 1)
    return Outcome(loss, written / count, speed, curve, by_rung)
