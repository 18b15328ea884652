"""When a network next decides on payouts, as it told: a time to go, never a time of its clock."""

from typing import Final

import msgspec

LONGEST_SECONDS: Final = 7 * 86_400.0
"""Nobody pays out so rarely: a longer time to go is a mistake, and counts as none."""
AROUND_SECONDS: Final = 90.0
"""What “about” means: so long before and after the time that was told it may just be happening."""


class NextPayout(msgspec.Struct, frozen=True, kw_only=True):
    """By this computer's clock, so that it does not matter what the network's shows."""

    network: str
    heard_unix: float
    at_unix: float


def next_payout_of(network: str, seconds: float | None, heard_unix: float) -> NextPayout | None:
    """What `network` told at `heard_unix`; None where it told nothing, or what can't be."""
    if seconds is None or not 0 < seconds <= LONGEST_SECONDS:
        return None
    return NextPayout(network=network, heard_unix=heard_unix, at_unix=heard_unix + seconds)


def seconds_to_go(told: NextPayout | None, network: str, now_unix: float) -> float | None:
    """How long until `network` next decides; None where that is unknown, long over, or this clock was put back."""
    if told is None or told.network != network or now_unix < told.heard_unix:
        return None
    left = told.at_unix - now_unix
    return left if left > -AROUND_SECONDS else None
