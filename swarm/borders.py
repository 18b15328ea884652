"""The tensors of a stage border, by name and shape: what both ends of the wire count with.

A border narrower than the model has a sender's half and a receiver's half (engine.shard.bottleneck says what they do);
one at full width has none. Border n lies between stage n and stage n + 1.

Legend: D model width, k latent width, M units of the sender's mix, R rows of the anchor and of the auxiliary head.
"""

from math import prod
from typing import TypeAlias

from protocol.runs import ModelSpec, RunSpec

Shapes: TypeAlias = dict[str, tuple[int, ...]]

ANCHOR_ROWS = 2048
"""Rows of a border's anchor table, at most: with a larger vocabulary several tokens share rows."""

MIX_WIDTH = 512
"""Units of the sender's nonlinear part, at most: in wide models more would cost memory that a home computer lacks."""


def is_full_width(model: ModelSpec) -> bool:
    """Whether borders pass the residual stream on as it is."""
    return model.bottleneck_width == model.width


def has_auxiliary(model: ModelSpec) -> bool:
    """Whether the stages before narrow borders have heads of their own."""
    return model.auxiliary_heads and not is_full_width(model)


def auxiliary_head(stage: int) -> str:
    """The name of that head's matrix."""
    return f"borders.{stage}.auxiliary"


def anchor_rows(model: ModelSpec) -> int:
    """R: one row for each token id where there are few, else ANCHOR_ROWS, each for many."""
    return min(model.vocabulary, ANCHOR_ROWS)


def mix_width(model: ModelSpec) -> int:
    """M: as many units as the model is wide, or MIX_WIDTH."""
    return min(model.width, MIX_WIDTH)


def sending_shapes(model: ModelSpec, stage: int) -> Shapes:
    """Tensors that `stage` owns for sending to the stage after it."""
    if is_full_width(model):
        return {}
    shapes: Shapes = {
        f"borders.{stage}.mix": (mix_width(model), model.width),
        f"borders.{stage}.narrow": (model.bottleneck_width, mix_width(model)),
    }
    return shapes | {auxiliary_head(stage): (anchor_rows(model), model.width)} if has_auxiliary(model) else shapes


def receiving_shapes(model: ModelSpec, stage: int) -> Shapes:
    """Tensors that `stage` owns for receiving from the stage before it."""
    if is_full_width(model):
        return {}
    return {
        f"borders.{stage - 1}.expand": (model.width, model.bottleneck_width),
        f"borders.{stage - 1}.anchor": (anchor_rows(model), model.width),
    }


def border_numbers(model: ModelSpec) -> tuple[int, int]:
    """How many numbers the sender's and the receiver's half of a border hold."""
    halves = sending_shapes(model, 0), receiving_shapes(model, 1)
    return sum(map(prod, halves[0].values())), sum(map(prod, halves[1].values()))


def border_matmul_numbers(model: ModelSpec) -> tuple[int, int]:
    """Those that every token is multiplied with; the anchor is looked up."""
    sending, receiving = border_numbers(model)
    return sending, 0 if is_full_width(model) else receiving - anchor_rows(model) * model.width


def most_plain_bytes(run: RunSpec) -> int:
    """Of a packet's numbers in any of the run's codecs: a latent in fp32, an id and a scale for each token."""
    tokens = run.training.sequences * (run.model.context + 1)
    return 4 * tokens * (run.model.bottleneck_width + 2)
