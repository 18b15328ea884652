"""A microbatch in slices of its sequences, where memory has no room for the whole: the same means, to rounding.

Each sequence is independent of the others in a decoder, so latents and their gradients are simply cut; weight
gradients of the slices are added up. Losses and what follows from them are weighted by the slice's share of the rows,
so that a last slice with fewer of them counts for less.

Legend: B sequences, T tokens, k latent width.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.shard.model import Weights
from engine.shard.passes import BackwardResult, ForwardResult, Shard
from engine.shard.step import gather_gradients


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a pass begins from; tensors of B rows or None, as for Shard.forward_pass."""

    tokens_BT: Tensor | None
    latent_in_BTk: Tensor | None
    targets_BT: Tensor | None
    rank: int | None = None
    """Features of the latent to send; None: all, or the last stage."""

    @property
    def rows(self) -> int:
        source = self.latent_in_BTk if self.tokens_BT is None else self.tokens_BT
        assert source is not None
        return len(source)

    def forward(self, shard: Shard, weights: Weights, keep_graph: bool) -> ForwardResult:
        """The pass over all rows at once."""
        return shard.forward_pass(
            weights, self.tokens_BT, self.latent_in_BTk, self.targets_BT, keep_graph=keep_graph, rank=self.rank
        )

    def part(self, first: int, end: int) -> "Inputs":
        """Rows `first` to `end` (exclusive)."""

        def cut(tensor: Tensor | None) -> Tensor | None:
            return None if tensor is None else tensor[first:end]

        return Inputs(cut(self.tokens_BT), cut(self.latent_in_BTk), cut(self.targets_BT), self.rank)


def forward_in_slices(shard: Shard, weights: Weights, inputs: Inputs, rows: int) -> ForwardResult:
    """A forward pass that keeps no graph, `rows` sequences at once."""
    if rows >= inputs.rows:
        return inputs.forward(shard, weights, keep_graph=False)
    latents, loss, tokens = [], None, 0
    for first in range(0, inputs.rows, rows):
        part = inputs.part(first, first + rows)
        result = part.forward(shard, weights, keep_graph=False)
        tokens += result.tokens
        if result.latent_out is not None:
            latents.append(result.latent_out)
        if result.loss_mean is not None:
            share = result.loss_mean * (part.rows / inputs.rows)
            loss = share if loss is None else loss + share
    return ForwardResult(tokens, torch.cat(latents) if latents else None, loss)


def train_in_slices(
    shard: Shard,
    weights: Weights,
    inputs: Inputs,
    rows: int,
    output_gradient_BTk: Tensor | None = None,
    auxiliary_weight: float = 0.0,
) -> tuple[Tensor | None, BackwardResult]:
    """Forward and backward of each slice in turn: the mean loss (last stage) and the whole microbatch's gradients.

    `output_gradient_BTk` is that of the latent sent, None on the last stage; what `auxiliary_weight` weighs is a mean
    as well.
    """
    loss, arrived, gathered = None, [], None
    for first in range(0, inputs.rows, rows):
        part = inputs.part(first, first + rows)
        share = part.rows / inputs.rows
        forward = part.forward(shard, weights, keep_graph=True)
        assert forward.graph is not None
        gradient = None if output_gradient_BTk is None else output_gradient_BTk[first : first + rows]
        result = shard.backward_pass(forward.graph, gradient, auxiliary_weight * share)
        weight = share if shard.is_last else 1.0
        gathered = gather_gradients(gathered, result.weight_gradients, weight)
        if result.input_gradient is not None:
            arrived.append(result.input_gradient * weight)
        if forward.loss_mean is not None:
            loss = forward.loss_mean * share if loss is None else loss + forward.loss_mean * share
        del forward, result
    assert gathered is not None
    return loss, BackwardResult(torch.cat(arrived) if arrived else None, gathered)
