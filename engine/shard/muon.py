"""Muon: momentum, made orthogonal, for matrices (Jordan et al., "Muon: An optimizer for hidden layers", 2024).

A matrix's update is the nearest semi-orthogonal matrix to its Nesterov momentum, found by five steps of a quintic
Newton-Schulz iteration; so every direction moves alike, and no entry can move further than the largest singular value.
Embeddings, heads, vectors and all of a border are not Muon's and stay with AdamW: a border's matrices that moved that
far at every step would drown what crosses it (docs/experiments.md).
"""

from math import sqrt
from typing import Final

import torch
from torch import Tensor

MOMENTUM: Final = 0.95
COEFFICIENTS: Final = (3.4445, -4.7750, 2.0315)
"""Of the quintic; chosen by its authors to grow small singular values as fast as it can."""
ITERATIONS: Final = 5
LARGEST_SINGULAR_VALUE: Final = 1.25
"""The iteration leaves singular values between about 0.7 and 1.2; so much an entry can move at most, in rates."""
_NOT_HIDDEN: Final = ("embedding", "head")


def is_for_muon(name: str, tensor: Tensor) -> bool:
    """Hidden matrices only: rows of a table are each their own direction."""
    return tensor.dim() == 2 and name not in _NOT_HIDDEN and not name.startswith("borders.")


def orthogonal(matrix_RC: Tensor) -> Tensor:
    """About U Vᵀ of the matrix's singular value decomposition U S Vᵀ, [R, C] fp32; zeros stay zeros.

    Multiplies in bf16, as its authors do: the iteration forgives it.
    """
    a, b, c = COEFFICIENTS
    tall = matrix_RC.shape[0] > matrix_RC.shape[1]
    x = (matrix_RC.T if tall else matrix_RC).to(torch.bfloat16)
    x = x / (x.float().norm().to(x.dtype) + 1e-7)
    for _ in range(ITERATIONS):
        gram = x @ x.T
        polynomial = torch.addmm(gram, gram, gram, beta=b, alpha=c)  # added up before it is rounded to bf16
        x = torch.addmm(x, polynomial, x, beta=a)
    return (x.T if tall else x).float()


def step_size(shape: tuple[int, ...]) -> float:
    """In rates: tall matrices move more, so that the change of their output has one size whatever their shape."""
    rows, columns = shape
    return sqrt(max(1.0, rows / columns))


def entry_bound(shape: tuple[int, ...]) -> float:
    """The most that one step moves an entry, in rates: no entry is larger than the largest singular value."""
    return step_size(shape) * LARGEST_SINGULAR_VALUE


def move_matrix(
    old_RC: Tensor, gradient_RC: Tensor, momentum_RC: Tensor, learning_rate: float, kept_share: float
) -> Tensor:
    """`kept_share` of the matrix, moved by one step. `momentum_RC` is changed in place, and last of all: where memory
    runs out before, the step can be taken again."""
    momentum = momentum_RC * MOMENTUM + gradient_RC
    update_RC = orthogonal(gradient_RC + MOMENTUM * momentum)
    moved_RC = old_RC * kept_share - learning_rate * step_size(tuple(old_RC.shape)) * update_RC
    momentum_RC.copy_(momentum)
    return moved_RC
