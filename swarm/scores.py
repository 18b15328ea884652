"""From credit and verdicts to the score of an epoch, and from shares to integer money.

A miner that was marked down in an epoch scores nothing in it, and the evidence goes with the score. The share of an
emission is cut in whole rao that add up to exactly the emission.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite


@dataclass(frozen=True, slots=True)
class EpochOutcome:
    """`shares` add up to one, or are empty if nobody's work was accepted."""

    shares: Mapping[str, float]
    """By hotkey, of those with accepted credit."""
    marked_down: Mapping[str, str]
    """By hotkey, with the evidence: why all credit of this epoch counts nothing."""


def epoch_scores(credit: Mapping[str, float], marked_down: Mapping[str, str]) -> EpochOutcome:
    """Each hotkey's share of the accepted credit (FLOPs); raises ValueError for credit that no ledger holds."""
    bad = [hotkey for hotkey, flops in credit.items() if not isfinite(flops) or flops < 0]
    if bad:
        raise ValueError(f"credit of {bad[0]} is not a number of FLOPs")
    accepted = {hotkey: flops for hotkey, flops in sorted(credit.items()) if flops > 0 and hotkey not in marked_down}
    total = sum(map(Fraction, accepted.values()))
    shares = {hotkey: float(Fraction(flops) / total) for hotkey, flops in accepted.items()}
    return EpochOutcome(shares, dict(sorted(marked_down.items())))


def split_emission(emission_rao: int, shares: Mapping[str, float]) -> dict[str, int]:
    """`emission_rao` cut by `shares` (any non-negative scale) by largest remainder; the parts add up to it exactly.

    Ties go to the smaller address. With no shares nothing is paid.
    """
    if emission_rao < 0 or any(not isfinite(share) or share < 0 for share in shares.values()):
        raise ValueError("an emission and its shares can't be negative or endless")
    weights = {hotkey: Fraction(share) for hotkey, share in sorted(shares.items()) if share > 0}
    total = sum(weights.values())
    due = {hotkey: emission_rao * weight / total for hotkey, weight in weights.items()}
    paid = {hotkey: int(amount) for hotkey, amount in due.items()}
    left = emission_rao - sum(paid.values()) if paid else 0
    for hotkey in sorted(due, key=lambda one: (paid[one] - due[one], one))[:left]:
        paid[hotkey] += 1
    return paid
