"""The last stage's end: head and cross entropy over slices of tokens, so that logits [B, T, V] never stand whole.

The gradients of a slice are taken as soon as its logits are there and only those of the inputs are kept, so that
nothing is computed twice (as in Liger Kernel, arXiv 2410.10989, and Cut Cross-Entropy, 2411.09009). Small vocabularies
take one slice, whose numbers are those of torch's own cross entropy to rounding.

Legend: N tokens, D model width, V vocabulary.
"""

from collections.abc import Callable
from typing import Any, Final

import torch
import torch.nn.functional as F
from torch import Tensor

SLICE_BYTES: Final = 64 * 1024**2
"""Of one slice's logits in fp32; two more of that size are held while it is worked on."""


def slice_tokens(vocabulary: int) -> int:
    """Tokens of one slice. A constant of the model, so that every miner and validator rounds alike."""
    return max(1, SLICE_BYTES // (4 * vocabulary))


class _SlicedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x_ND: Tensor, head_VD: Tensor, targets_N: Tensor, between: Callable[[], None] | None
    ) -> Tensor:
        matrix_VD, wide = head_VD.to(x_ND.dtype), torch.promote_types(x_ND.dtype, torch.float32)
        x_gradient = torch.empty_like(x_ND) if ctx.needs_input_grad[0] else None
        head_gradient = torch.zeros_like(head_VD) if ctx.needs_input_grad[1] else None
        total, size = torch.zeros((), dtype=wide, device=x_ND.device), slice_tokens(len(head_VD))
        for first in range(0, len(x_ND), size):
            if between is not None and first:
                between()
            part = slice(first, first + size)
            logits = F.linear(x_ND[part], matrix_VD).to(wide)
            total += F.cross_entropy(logits, targets_N[part], reduction="sum")
            if x_gradient is not None:
                share = _logit_gradient(logits, targets_N[part]).div_(len(x_ND)).to(x_ND.dtype)
                x_gradient[part] = share @ matrix_VD
                if head_gradient is not None:
                    _add_product(head_gradient, share, x_ND[part])
        ctx.gradients = x_gradient, head_gradient
        return total / len(x_ND)

    @staticmethod
    def backward(ctx: Any, *outputs: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        (scale,) = outputs
        x_gradient, head_gradient = ctx.gradients
        del ctx.gradients
        if x_gradient is not None:
            x_gradient = x_gradient.mul_(scale)
        if head_gradient is not None:
            head_gradient = head_gradient.mul_(scale)
        return x_gradient, head_gradient, None, None


def _logit_gradient(logits_NV: Tensor, targets_N: Tensor) -> Tensor:
    """Softmax minus one at the target: the gradient of the summed loss. Uses `logits_NV` up."""
    share = torch.softmax(logits_NV, dim=-1, out=logits_NV)
    share[torch.arange(len(share), device=share.device), targets_N] -= 1
    return share


def _add_product(total_VD: Tensor, share_NV: Tensor, x_ND: Tensor) -> None:
    if share_NV.dtype == total_VD.dtype:
        total_VD.addmm_(share_NV.t(), x_ND)
    else:
        total_VD.add_(share_NV.t() @ x_ND)


def mean_cross_entropy(
    x_BTD: Tensor, head_VD: Tensor, targets_BT: Tensor, between: Callable[[], None] | None = None
) -> Tensor:
    """Nats per token of the logits x · headᵀ, fp32 (fp64 for inputs of that type); products in the type of `x_BTD`.

    `between` is called between slices and may raise to end the pass. Good for one backward pass.
    """
    x_ND, targets_N = x_BTD.flatten(0, 1), targets_BT.flatten()
    if len(x_ND) <= slice_tokens(len(head_VD)):
        logits_NV = F.linear(x_ND, head_VD.to(x_ND.dtype))
        return F.cross_entropy(logits_NV.to(torch.promote_types(x_ND.dtype, torch.float32)), targets_N)
    loss: Tensor = _SlicedCrossEntropy.apply(x_ND, head_VD, targets_N, between)  # type: ignore[no-untyped-call]
    return loss
