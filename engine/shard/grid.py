"""Latents as codes of nominally 1 to 6 bits: a uniform grid that is shifted for every number, and shifted back.

    code = round(x / step + shift)        value = (code − shift) step        step = spread x 2^(2 − bits)

Shifts are drawn anew for every latent, from a generator that its scales seed, so both ends know them. They make the
error of a value independent of the value (subtractive dither; Gray and Stockham, "Dithered quantizers", IEEE Trans.
Inf. Theory 39, 1993), so that it averages out over tokens; without them small numbers, most of a gradient's, would all
become zero, and with shifts that stay the same their errors would add up from step to step (docs/experiments.md).

The grid is wide instead of few levels long, and its codes are then written in as many bits as they are worth
(protocol.packets): a normal distribution's take `bits` and little more, others' fewer (Ziv, "On universal
quantization", IEEE Trans. Inf. Theory 31, 1985).

A tile is one feature of up to TILE_TOKENS consecutive tokens, so that a scale costs next to nothing (16 bits for 512
codes) and a feature much larger than the others coarsens none but itself. Everything after the spread, which is the
tile's root mean square, is elementwise IEEE and integer arithmetic.

Legend: B sequences, T tokens, N = B x T tokens of a microbatch in order, k features per token, S tiles = ceil(N / 512).
"""

import hashlib
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

TILE_TOKENS: Final = 512
LARGEST_CODE: Final = 127
"""At 6 bits that is eight times the spread; what lies beyond is cut off."""
LARGEST_STEP: Final = 2.0
"""In spreads: at one bit."""
SMALLEST_SCALE: Final = 2.0**-100
"""Below it a tile is sent as zeros; squares of such values would leave fp32."""
SCALE_ULP: Final = 2.0**-7
"""Scales travel with 8 significant bits: two that stand for nearly equal spreads differ by at most so much."""
_ROUNDS: Final = ((16, 0x21F0AAAD), (15, 0x735A2D97))
_LAST_SHIFT: Final = 15
_WORD: Final = 2**32 - 1
_NO_LONG_WORDS: Final = ("cpu", "mps")
"""Devices whose hashes the processor makes: Apple's graphics do little with int64, and share its memory anyway."""


def tiles_of(tokens: int) -> int:
    """Tiles per feature of a microbatch of so many tokens."""
    return -(-tokens // TILE_TOKENS)


def step_of_spread(bits: int) -> float:
    """The grid's step in units of a tile's root mean square."""
    return 2.0 ** (2 - bits)


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
    scales_Sk = (spread_Sk * step_of_spread(bits)).to(torch.bfloat16).float()
    return torch.where(scales_Sk < SMALLEST_SCALE, 0.0, scales_Sk)


def to_codes(latent_BTk: Tensor, scales_Sk: Tensor) -> Tensor:
    """The nearest point of each number's own grid as int8 [B, T, k], −127 to 127."""
    scales_BTk = spread_out(scales_Sk, latent_BTk.shape)
    divisor_BTk = torch.where(scales_BTk == 0, 1.0, scales_BTk)
    shifted_BTk = latent_BTk / divisor_BTk + shifts(scales_Sk, latent_BTk.shape)
    return shifted_BTk.round().clamp(-LARGEST_CODE, LARGEST_CODE).to(torch.int8)


def from_codes(codes_BTk: Tensor, scales_Sk: Tensor) -> Tensor:
    """The fp32 values [B, T, k] that codes stand for."""
    return (codes_BTk.float() - shifts(scales_Sk, codes_BTk.shape)) * spread_out(scales_Sk, codes_BTk.shape)


def shifts(scales_Sk: Tensor, shape: torch.Size) -> Tensor:
    """[B, T, k] fp32 in [−½, ½), multiples of 2^-24, on the scales' device: a hash of each place and of the scales.

    Wellons' two-round integer hash ("Prospecting for hash functions", 2018) of 32 bits; cards have it in int64.
    """
    halves = scales_to_halves(scales_Sk).cpu().numpy().astype("<i2").tobytes()
    key = int.from_bytes(hashlib.blake2b(halves, digest_size=4).digest(), "little")
    if scales_Sk.device.type in _NO_LONG_WORDS:
        turns = words_here(shape.numel(), key).to(scales_Sk.device)
    else:
        turns = words_on_card(shape.numel(), key, scales_Sk.device)
    return (turns.float() * 2.0**-24 - 0.5).view(shape)


def words_here(count: int, key: int) -> Tensor:
    """24 bits of a hash of each number from 0 to `count` with the key, in numpy's 32 bits."""
    words = np.arange(count, dtype=np.uint32) + np.uint32(key)
    for shift, factor in _ROUNDS:
        words ^= words >> np.uint32(shift)
        words *= np.uint32(factor)
    words ^= words >> np.uint32(_LAST_SHIFT)
    return torch.from_numpy((words >> np.uint32(8)).view(np.int32))


def words_on_card(count: int, key: int, device: torch.device) -> Tensor:
    """The same 24 bits; cards lack unsigned words, but no product here leaves 64 bits."""
    words = (torch.arange(count, dtype=torch.int64, device=device) + key) & _WORD
    for shift, factor in _ROUNDS:
        words = ((words ^ (words >> shift)) * factor) & _WORD
    return (words ^ (words >> _LAST_SHIFT)) >> 8


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
