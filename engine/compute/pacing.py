"""How gently this computer is used: which share of the time computes, on how many threads, behind which others.

Pure: the clock is passed in.
"""

from dataclasses import dataclass
from typing import Final

LONGEST_REST_SECONDS: Final = 30.0
"""However long a pass took: a peer that waits for this stage must not take it for dead."""


@dataclass(frozen=True)
class Pacing:
    """`duty_cycle`: the share of the time spent in passes, above 0 to 1. `rest_until`: no pass begins before."""

    duty_cycle: float = 1.0
    rest_until: float = float("-inf")

    def after_pass(self, began: float, ended: float) -> "Pacing":
        """A pass is over: as much rest as brings the share of the two to the duty cycle."""
        rest = min(LONGEST_REST_SECONDS, (ended - began) * (1 / self.duty_cycle - 1))
        return Pacing(self.duty_cycle, ended + rest)

    def with_duty_cycle(self, duty_cycle: float, now: float) -> "Pacing":
        """Another share from now on; a rest under way is shortened or let be, in proportion."""
        if not 0 < duty_cycle <= 1:
            raise ValueError("a duty cycle is above 0 and at most 1")
        left = self.rest_until - now
        if left <= 0:
            return Pacing(duty_cycle, self.rest_until)
        return Pacing(duty_cycle, now + left * min(1.0, (1 / duty_cycle - 1) / (1 / self.duty_cycle - 1)))

    def rest_seconds(self, now: float) -> float:
        """How long until the next pass may begin."""
        return max(0.0, self.rest_until - now)
