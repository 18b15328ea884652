"""Latents as codes of 1 to 8 bits: a uniform grid around zero whose step is fitted to each tile's spread.

A tile is one feature of up to TILE_TOKENS consecutive tokens, so that a scale costs next to nothing (16 bits for 512
codes) and a feature much larger than the others coarsens none but itself. Codes are offsets on a grid without a zero
(mid-rise); its step is the one with the least squared error for a normal distribution of the tile's root mean square
(Max, "Quantizing for minimum distortion", IRE Trans. Inf. Theory 6, 1960, uniform case), so that outliers are cut off
instead of coarsening the rest. Everything after the root mean square is elementwise IEEE arithmetic.

Legend: B sequences, T tokens, N = B x T tokens of a microbatch in order, k features per token, S tiles = ceil(N / 512).
"""

from math import prod
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

TILE_TOKENS: Final = 512
BYTE: Final = 8
"""Bits of one. Words are read as bytes where they lie, lowest first: every machine that torch has a build for does."""
STEPS_OF_SPREAD: Final = {
    1: 1.5958,
    2: 0.9957,
    3: 0.5860,
    4: 0.3352,
    5: 0.1881,
    6: 0.1041,
    7: 0.0569,
    8: 0.0308,
}
"""Bits per code → the grid's step in units of the tile's root mean square."""
SMALLEST_SCALE: Final = 2.0**-100
"""Below it a tile is sent as zeros; squares of such values would leave fp32."""
SCALE_ULP: Final = 2.0**-7
"""Scales travel with 8 significant bits: two that stand for nearly equal spreads differ by at most so much."""


def tiles_of(tokens: int) -> int:
    """Tiles per feature of a microbatch of so many tokens."""
    return -(-tokens // TILE_TOKENS)


def fitted_scales(latent_BTk: Tensor, bits: int) -> Tensor:
    """The grid's step for each tile and feature, [S, k] fp32 with 8 significant bits; 0 for a tile of zeros."""
    rows_Nk = latent_BTk.flatten(0, 1)
    tokens, features = rows_Nk.shape
    tiles = tiles_of(tokens)
    padded = F.pad(rows_Nk, (0, 0, 0, tiles * TILE_TOKENS - tokens)).view(tiles, TILE_TOKENS, features)
    counts_S1 = torch.full((tiles, 1), TILE_TOKENS, device=rows_Nk.device, dtype=torch.float32)
    counts_S1[-1] = tokens - (tiles - 1) * TILE_TOKENS
    # Divided by the largest first, so that no square leaves fp32.
    largest_Sk = padded.abs().amax(dim=1).clamp_min(SMALLEST_SCALE)
    spread_Sk = largest_Sk * ((padded / largest_Sk.unsqueeze(1)).square().sum(dim=1) / counts_S1).sqrt()
    scales_Sk = (spread_Sk * STEPS_OF_SPREAD[bits]).to(torch.bfloat16).float()
    return torch.where(scales_Sk < SMALLEST_SCALE, 0.0, scales_Sk)


def to_codes(latent_BTk: Tensor, scales_Sk: Tensor, bits: int) -> Tensor:
    """The nearest grid point of every value as uint8 [B, T, k], 0 to 2^bits − 1."""
    scales_BTk = spread_out(scales_Sk, latent_BTk.shape)
    divisor_BTk = torch.where(scales_BTk == 0, 1.0, scales_BTk)
    half = 2 ** (bits - 1)
    return ((latent_BTk / divisor_BTk).floor().clamp(-half, half - 1) + half).to(torch.uint8)


def from_codes(codes_BTk: Tensor, scales_Sk: Tensor, bits: int) -> Tensor:
    """The fp32 values [B, T, k] that codes stand for."""
    half = 2 ** (bits - 1)
    return (codes_BTk.float() - (half - 0.5)) * spread_out(scales_Sk, codes_BTk.shape)


def spread_out(scales_Sk: Tensor, shape: torch.Size) -> Tensor:
    """What holds for each tile and feature, [S, k], for each of the tile's values: [B, T, k]."""
    tokens = shape[0] * shape[1]
    return scales_Sk.repeat_interleave(TILE_TOKENS, dim=0)[:tokens].view(shape)


def scales_to_halves(scales_Sk: Tensor) -> Tensor:
    """The upper halves of the fp32 scales, sign and all: int16 [S, k]."""
    return (scales_Sk.contiguous().view(torch.int32) >> 16).to(torch.int16)


def scales_from_bits(halves_Sk: "np.ndarray[tuple[int, ...], np.dtype[np.uint16]]") -> Tensor:
    """Their fp32 values; may be anything a half can hold, so check them."""
    return torch.from_numpy((halves_Sk.astype(np.uint32) << 16).view(np.float32))


def pack(codes_BTk: Tensor, bits: int) -> Tensor:
    """Codes one after another, `bits` each, the lowest bit first: uint8 [bytes], where the codes lie. Eight codes make
    one word of `bits` bytes, so that a card does it in a few kernels and a processor without unpacking single bits."""
    flat = codes_BTk.reshape(-1)
    if bits == BYTE:
        return flat
    lanes_W8 = F.pad(flat, (0, -flat.numel() % BYTE)).view(-1, BYTE)
    words_W = torch.zeros(len(lanes_W8), dtype=torch.int64, device=flat.device)
    for lane in range(BYTE):
        words_W |= lanes_W8[:, lane].to(torch.int64) << (lane * bits)
    return words_W.view(torch.uint8).view(-1, BYTE)[:, :bits].reshape(-1)[: -(-flat.numel() * bits // BYTE)]


def unpack(packed: Tensor, shape: tuple[int, ...], bits: int) -> Tensor:
    """The codes again, uint8 of `shape`; `packed` has the length that `pack` makes."""
    if bits == BYTE:
        return packed.view(shape)
    count = prod(shape)
    words = -(-count // BYTE)
    padded_W8 = packed.new_zeros((words, BYTE))
    padded_W8[:, :bits] = F.pad(packed, (0, words * bits - packed.numel())).view(words, bits)
    words_W, codes_W8 = padded_W8.view(torch.int64).view(-1), torch.empty_like(padded_W8)
    for lane in range(BYTE):
        codes_W8[:, lane] = (words_W >> (lane * bits)) & (2**bits - 1)
    return codes_W8.view(-1)[:count].view(shape)
