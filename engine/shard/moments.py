"""AdamW's moments in eight bits: blocks of 256 numbers share one fp32 scale, each number is a tiny float beneath it.

Blockwise as in 8-bit optimizers (Dettmers et al., arXiv 2110.02861). In place of their dynamic table, whose look-up
takes 35 ns a number on a processor, the codes are the top bits of the number's own fp32 pattern: integer shifts that
every device has, and 1 ns. A first moment keeps its sign, 4 bits of exponent and 3 of mantissa; of a second moment,
which is never negative, the square root is kept, with 4 and 4: it spans 2^30 within a block, so that few get lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import torch
from torch import Tensor

BLOCK: Final = 256
TILE: Final = 1 << 20
"""Numbers that are worked on at once, a multiple of BLOCK: what is decoded never stands whole."""
_FLOAT_MANTISSA_BITS: Final = 23
_ONE: Final = 0x3F800000
"""1.0 as an fp32 pattern."""
_FIRST_MANTISSA_BITS, _FIRST_TOP = 3, 127
_SECOND_MANTISSA_BITS, _SECOND_TOP = 4, 255


@dataclass(frozen=True, eq=False)
class CodedMoment:
    """One tensor's moment: `codes` int8 (first) or uint8 (second) [n], `scales` fp32 [n / 256 rounded up]."""

    codes: Tensor
    scales: Tensor

    @property
    def is_first(self) -> bool:
        return self.codes.dtype == torch.int8

    @property
    def nbytes(self) -> int:
        return self.codes.nbytes + self.scales.nbytes

    def to(self, device: torch.device) -> "CodedMoment":
        return CodedMoment(self.codes.to(device), self.scales.to(device))

    def clone(self) -> "CodedMoment":
        return CodedMoment(self.codes.clone(), self.scales.clone())

    def read(self, start: int, end: int) -> Tensor:
        """The numbers `start` to `end` as fp32; `start` is a multiple of BLOCK."""
        blocks = slice(start // BLOCK, -(-end // BLOCK))
        codes = self.codes[start:end]
        bits = _FIRST_MANTISSA_BITS if self.is_first else _SECOND_MANTISSA_BITS
        top = _FIRST_TOP if self.is_first else _SECOND_TOP
        magnitude = _to_float(codes.to(torch.int32).abs(), bits, top)
        value = _by_block(magnitude, self.scales[blocks], torch.mul)
        return value * codes.sign() if self.is_first else value.square()

    def code(self, values: Tensor) -> "CodedMoment":
        """`values`, fp32, in this moment's kind of codes."""
        magnitude = values.abs() if self.is_first else values.sqrt()
        scales = _block_maxima(magnitude)
        share = _by_block(magnitude, torch.where(scales == 0, 1.0, scales), torch.div)
        if self.is_first:
            codes = _to_code(share, _FIRST_MANTISSA_BITS, _FIRST_TOP) * values.sign().to(torch.int32)
        else:
            codes = _to_code(share, _SECOND_MANTISSA_BITS, _SECOND_TOP)
        return CodedMoment(codes.to(self.codes.dtype), scales)

    def put(self, start: int, tile: "CodedMoment") -> None:
        """`tile` in place of what stands from `start` on; takes no memory."""
        self.codes[start : start + tile.codes.numel()] = tile.codes
        self.scales[start // BLOCK : start // BLOCK + tile.scales.numel()] = tile.scales


Moment: TypeAlias = Tensor | CodedMoment
Moments: TypeAlias = dict[str, Moment]
"""By tensor name: fp32 tensors of the weights' shapes, or their eight-bit codes."""


def coded_zeros(tensor: Tensor, first: bool) -> CodedMoment:
    """The moment of a tensor that has had no step."""
    blocks, dtype = -(-tensor.numel() // BLOCK), torch.int8 if first else torch.uint8
    return CodedMoment(
        torch.zeros(tensor.numel(), dtype=dtype, device=tensor.device), torch.zeros(blocks, device=tensor.device)
    )


def coded(moment: Tensor, first: bool) -> CodedMoment:
    """An fp32 moment in eight bits."""
    made, flat = coded_zeros(moment, first), moment.reshape(-1)
    for start in range(0, flat.numel(), TILE):
        made.put(start, made.code(flat[start : start + TILE]))
    return made


def decoded(moment: CodedMoment, shape: torch.Size) -> Tensor:
    """The fp32 moment that the codes stand for."""
    size = moment.codes.numel()
    tiles = [moment.read(start, min(size, start + TILE)) for start in range(0, size, TILE)]
    return torch.cat(tiles).view(shape) if tiles else torch.zeros(shape)


def _to_code(share: Tensor, mantissa_bits: int, top: int) -> Tensor:
    """0..top for numbers 0..1, to the nearest: 1 is `top`, each step down one unit in the last place of so short a
    mantissa; what lies below the last exponent is 0."""
    drop = _FLOAT_MANTISSA_BITS - mantissa_bits
    pattern = share.view(torch.int32).add(1 << (drop - 1)).bitwise_right_shift_(drop)
    return pattern.sub_((_ONE >> drop) - top).clamp_(0, top)


def _to_float(code: Tensor, mantissa_bits: int, top: int) -> Tensor:
    drop = _FLOAT_MANTISSA_BITS - mantissa_bits
    pattern = (code + ((_ONE >> drop) - top)).bitwise_left_shift_(drop)
    return torch.where(code == 0, 0.0, pattern.view(torch.float32))


def _block_maxima(flat: Tensor) -> Tensor:
    whole = flat.numel() // BLOCK * BLOCK
    maxima = flat[:whole].view(whole // BLOCK, BLOCK).amax(dim=1)
    return maxima if whole == flat.numel() else torch.cat((maxima, flat[whole:].amax().view(1)))


def _by_block(flat: Tensor, scales: Tensor, apply: Callable[..., Tensor]) -> Tensor:
    """`apply` each number and its block's scale; the last block may be shorter."""
    whole = flat.numel() // BLOCK * BLOCK
    out, shape = torch.empty_like(flat), (whole // BLOCK, BLOCK)
    apply(flat[:whole].view(shape), scales[: whole // BLOCK].unsqueeze(1), out=out[:whole].view(shape))
    if whole < flat.numel():
        apply(flat[whole:], scales[-1], out=out[whole:])
    return out
