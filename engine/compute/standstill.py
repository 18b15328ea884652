"""Whether the compute thread still gets anywhere.

The driver of a graphics card may hang for good, above all after the computer slept. The event loop lives on then and
its heartbeats say that all is well, so nobody outside of this process can tell.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from engine.compute.thread import ComputeThread
from protocol.errors import DeviceError

STANDSTILL_SECONDS: Final = 900.0
"""Without a layer's border or a job's end. On a slow, busy processor one layer of a large model takes minutes."""
LOOK_SECONDS: Final = 5.0
LOOK_COUNTS_SECONDS: Final = 10.0
"""More than this between two looks is no evidence: the computer slept, or this process was not let run."""


class ComputeStandsStill(DeviceError):
    """Nothing in this process can end a call into a driver that does not return; only the process' end does."""

    code = "compute_stands_still"

    def __init__(self) -> None:
        super().__init__(
            "The device that computes did not answer any more.",
            "If this comes back, start the computer anew and update the driver of its graphics card.",
        )


@dataclass(frozen=True)
class Standstill:
    """What was seen at the last look, and for how long it has been the same. The clock is passed in."""

    seconds: float = 0.0
    progress: int | None = None
    looked_at: float | None = None

    def after_look(self, progress: int, at_work: bool, now_seconds: float) -> "Standstill":
        """`progress` is any number that grows while the thread gets on; a thread without a job stands still rightly."""
        if not at_work or progress != self.progress or self.looked_at is None:
            return Standstill(0.0, progress, now_seconds)
        passed = min(max(0.0, now_seconds - self.looked_at), LOOK_COUNTS_SECONDS)
        return Standstill(self.seconds + passed, progress, now_seconds)


async def watch_for_standstill(
    compute: ComputeThread,
    limit_seconds: float = STANDSTILL_SECONDS,
    look_seconds: float = LOOK_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> NoReturn:
    """Looks for as long as it is let; raises ComputeStandsStill."""
    seen = Standstill()
    while True:
        seen = seen.after_look(compute.progress, compute.at_work, clock())
        if seen.seconds >= limit_seconds:
            raise ComputeStandsStill
        await asyncio.sleep(look_seconds)
