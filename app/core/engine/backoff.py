"""How long to wait before a child that failed is started again."""

from typing import Final

LADDER_SECONDS: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
HEALTHY_SECONDS: Final = 120.0
"""A child that ran this long counts as healthy: its next failure is the first again."""
JITTER_SHARE: Final = 0.2
"""Delays are stretched by up to this share, so that computers that failed together don't return together."""


def delay_seconds(failures: int, jitter: float) -> float:
    """Before the next start after `failures` (>= 1) in a row; `jitter` in [0, 1) is drawn by the caller."""
    step = LADDER_SECONDS[min(max(failures, 1), len(LADDER_SECONDS)) - 1]
    return min(step * (1.0 + JITTER_SHARE * jitter), LADDER_SECONDS[-1])


def failures_in_row(before: int, ran_seconds: float) -> int:
    """The count after one more failure of a child that had run for `ran_seconds`."""
    return 1 if ran_seconds >= HEALTHY_SECONDS else before + 1
