"""Shares of a whole as integers: weights as the chain wants them, money without a rao lost. Pure."""

import math
from collections.abc import Mapping
from typing import Final

from protocol.errors import SettingsError

WEIGHT_MAX: Final = 65_535


def to_u16(shares: Mapping[str, float]) -> dict[str, int]:
    """Weights as subtensor keeps them: the largest is 65535, the rest in proportion, zeros left out.

    Raises SettingsError for a share that is negative or no number, and where no share is above zero.
    """
    if any(not math.isfinite(share) or share < 0 for share in shares.values()):
        raise SettingsError("A weight is negative or no number.", "Look at the validator's scores.")
    largest = max(shares.values(), default=0.0)
    if largest <= 0:
        raise SettingsError("No weight is above zero.", "Set weights once somebody has earned some.")
    scaled = {hotkey: round(share / largest * WEIGHT_MAX) for hotkey, share in shares.items()}
    return {hotkey: weight for hotkey, weight in scaled.items() if weight}


def split(amount: int, parts: Mapping[str, int]) -> dict[str, int]:
    """`amount` in proportion to `parts`, to the last unit: what rounding leaves goes to the largest remainders.

    The sum is exactly `amount`; with no part above zero it is empty. Ties go by name, so every node agrees.
    """
    whole = sum(parts.values())
    if whole <= 0:
        return {}
    given = {name: amount * part // whole for name, part in parts.items()}
    by_remainder = sorted(parts, key=lambda name: (-(amount * parts[name] % whole), name))
    for name in by_remainder[: amount - sum(given.values())]:
        given[name] += 1
    return given


def share_emission(amount: int, stakes: Mapping[str, int], weights: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """`amount` by the stake-weighted mean of the validators' normalised weights.

    A mean, not Yuma consensus: a local network has one validator or a few, all its own. Integers throughout, at a
    scale of 2^64 per validator's whole, so that every process computes the same.
    """
    scale = 1 << 64
    combined: dict[str, int] = {}
    for validator, row in weights.items():
        stake = stakes.get(validator, 0)
        for hotkey, share in split(scale, row).items():
            combined[hotkey] = combined.get(hotkey, 0) + share * stake
    return {hotkey: rao for hotkey, rao in split(amount, combined).items() if rao}
