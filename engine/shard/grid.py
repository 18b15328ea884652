"""Latents as codes of 1 to 8 bits: a uniform grid around zero whose step is fitted to each tile's spread.

A tile is one feature of up to TILE_TOKENS consecutive tokens, so that a scale costs next to nothing (16 bits for 512
codes) and a feature much larger than the others coarsens none but itself. Codes are offsets on a grid without a zero
(mid-rise); its step is the one with the least squared error for a normal distribution of the tile's root mean square
(Max, "Quantizing for minimum distortion", IRE Trans. Inf. Theory 6, 1960, uniform case), so that outliers are cut off
instead of coarsening the rest. Everything after the root mean square is elementwise IEEE arithmetic.

Legend: B sequences, T tokens, N = B x T tokens of a microbatch in order, k features per token, S tiles = ceil(N / 512).
"""

from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

TILE_TOKENS: Final = 512
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


def scales_to_bits(scales_Sk: Tensor) -> bytes:
    """The upper halves of the fp32 scales, little-endian."""
    return (scales_Sk.cpu().numpy().view(np.uint32) >> 16).astype("<u2").tobytes()


def scales_from_bits(halves_Sk: "np.ndarray[tuple[int, ...], np.dtype[np.uint16]]") -> Tensor:
    """Their fp32 values; may be anything a half can hold, so check them."""
    return torch.from_numpy((halves_Sk.astype(np.uint32) << 16).view(np.float32))


def pack(codes_BTk: Tensor, bits: int) -> bytes:
    """Codes one after another, `bits` each, the lowest bit first."""
    flat = codes_BTk.cpu().numpy().reshape(-1, 1)
    if bits == 8:
        return flat.tobytes()
    return np.packbits(np.unpackbits(flat, axis=1, count=bits, bitorder="little"), bitorder="little").tobytes()


def unpack(data: bytes | memoryview, shape: tuple[int, ...], bits: int) -> Tensor:
    """The codes again, uint8 of `shape`; `data` has the length that `pack` makes."""
    raw = np.frombuffer(data, dtype=np.uint8)
    if bits == 8:
        return torch.from_numpy(raw.reshape(shape).copy())
    single = np.unpackbits(raw, count=int(np.prod(shape)) * bits, bitorder="little").reshape(-1, bits)
    return torch.from_numpy(np.packbits(single, axis=1, bitorder="little").reshape(shape))
