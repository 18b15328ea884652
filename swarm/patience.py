"""How long to wait for an answer before the packet goes to another peer.

As TCP's retransmission timer (Jacobson 1988; RFC 6298): the mean of the measured round trips plus four times their mean
deviation, doubled for each time that the same microbatch was asked after or sent again. TCP measures nothing that was
sent more than once, since nobody knows which sending an answer is to (Karn's rule). Here an answer names its sender,
so that what went to another peer is measured as well, from its last sending, and what came late makes everybody more
patient. Only a peer that was sent the same twice may pass for quicker than it is.
"""

from dataclasses import dataclass
from typing import Final

MEAN_WEIGHT: Final = 1 / 8
DEVIATION_WEIGHT: Final = 1 / 4
DEVIATIONS: Final = 4.0
LONGEST_SECONDS: Final = 120.0
"""However slow the pipeline, a microbatch is asked after once in this time."""


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """Measured seconds from sending to the answer, averaged. Nothing measured: `mean_seconds` is None."""

    mean_seconds: float | None = None
    deviation_seconds: float = 0.0


def measured(known: RoundTrips, seconds: float) -> RoundTrips:
    """`known` after one more round trip; what is not a positive time changes nothing."""
    if not seconds > 0:
        return known
    if known.mean_seconds is None:
        return RoundTrips(seconds, seconds / 2)
    off = abs(seconds - known.mean_seconds)
    return RoundTrips(
        known.mean_seconds + MEAN_WEIGHT * (seconds - known.mean_seconds),
        known.deviation_seconds + DEVIATION_WEIGHT * (off - known.deviation_seconds),
    )


def patience_seconds(known: RoundTrips, attempts: int, first_seconds: float, least_seconds: float) -> float:
    """How long the answer to the `attempts`-th repetition (0: the first sending) may take.

    `first_seconds` holds while nothing is measured, `least_seconds` guards against a deviation that is still unknown.
    """
    if known.mean_seconds is None:
        expected = first_seconds
    else:
        expected = max(least_seconds, known.mean_seconds + DEVIATIONS * known.deviation_seconds)
    return float(min(LONGEST_SECONDS, expected * 2.0 ** min(attempts, 16)))
