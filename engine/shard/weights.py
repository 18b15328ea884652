"""Weights as one vector: hashed, cut into fragments, flattened for a merge, checked when they come from elsewhere."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from engine.shard.model import Weights, parameter_shapes
from protocol.errors import MalformedMessage
from protocol.hashes import hash_parts
from protocol.runs import ModelSpec, StageSpec
from swarm.borders import Shapes


def weights_hash(weights: Weights) -> str:
    """BLAKE3 over the raw little-endian fp32 bytes of all tensors in canonical order."""
    return hash_parts(_buffers(weights))


def _buffers(weights: Weights) -> Iterator[memoryview]:
    for tensor in weights.values():
        array = tensor.detach().cpu().contiguous().numpy().astype("<f4", copy=False)
        yield array.reshape(-1).view(np.uint8).data


def fragments(model: ModelSpec, stages: Sequence[StageSpec], stage: int, count: int) -> tuple[tuple[str, ...], ...]:
    """The stage's parameters as contiguous groups of whole layers, as even as they go; fewer than `count` if it has
    fewer layers. What comes before the first layer goes with it, what comes after the last with that one."""
    names = list(parameter_shapes(model, stages, stage))
    span = stages[stage]
    layers = span.end_layer - span.first_layer
    count = max(1, min(count, layers))
    borders = [span.first_layer + layers * part // count for part in range(1, count)]
    starts = [0, *(names.index(f"layers.{layer}.attention_norm") for layer in borders), len(names)]
    return tuple(tuple(names[first:end]) for first, end in pairwise(starts))


def to_vector(weights: Weights, names: Sequence[str]) -> Tensor:
    """The tensors of `names`, one after another, as a new flat fp32 vector on the CPU."""
    return torch.cat([weights[name].detach().reshape(-1).cpu() for name in names])


def from_vector(vector: Tensor, weights: Weights, names: Sequence[str]) -> Weights:
    """A new version of `weights` with the tensors of `names` read from a flat vector; the others are shared.

    Raises ValueError if the length doesn't fit.
    """
    changed: Weights = {}
    for name, part in zip(names, vector.split([weights[name].numel() for name in names]), strict=True):
        old = weights[name]
        changed[name] = part.to(device=old.device, dtype=torch.float32, copy=True).view(old.shape)
    return {name: changed.get(name, tensor) for name, tensor in weights.items()}


def zeros_like(weights: Weights) -> Weights:
    return {name: torch.zeros_like(tensor) for name, tensor in weights.items()}


def check_weights(weights: Weights, shapes: Shapes) -> Weights:
    """`weights` that came from elsewhere, in canonical order; raises MalformedMessage if they are not of `shapes`."""
    if weights.keys() != shapes.keys():
        raise MalformedMessage("Weights arrived with tensors missing or to spare.")
    for name, shape in shapes.items():
        tensor = weights[name]
        if tuple(tensor.shape) != shape or tensor.dtype != torch.float32:
            raise MalformedMessage(f"The tensor {name} arrived with another shape or type.")
        if not torch.isfinite(tensor).all():
            raise MalformedMessage(f"The tensor {name} arrived with values that are not numbers.")
    return {name: weights[name] for name in shapes}
