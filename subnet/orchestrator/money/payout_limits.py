"""From what amount on a payout is made, and how many at a time."""

from typing import Final

LEAST_PAYOUT_RAO: Final = 1_000_000
"""Below it a transfer costs more than it brings, and waits until there is more. What networks.toml says of a network
has to be what its orchestrator was started with."""
PAYOUTS_A_TURN: Final = 16
