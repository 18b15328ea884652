"""How long a phase of a merge may take, from its bytes and from what is known of the stage's lines.

A phase ends as soon as everybody has answered, and who falls silent is not waited for. So patience costs something only
where somebody is there and does not answer; too little of it costs the whole merge, and where no line is measured it
would cost every later one too, for lines are measured by uploads that arrive.
"""

from collections.abc import Iterable
from math import isfinite
from typing import Final

HOME_BYTES_PER_SECOND: Final = 625_000.0
"""5 Mbit/s: what a home's uplink is taken for until one of the stage is measured."""
SLOWEST_BYTES_PER_SECOND: Final = 125_000.0
"""1 Mbit/s: nobody's line, however thin it says it is, has the others wait for longer."""
MARGIN: Final = 2.0
AT_LEAST_SECONDS: Final = 5.0
LARGEST_GROWTH: Final = 16.0


def phase_seconds(size_bytes: int, uplinks: Iterable[float | None], spare_seconds: float, fruitless: int = 0) -> float:
    """For a phase that moves `size_bytes` over the slowest of `uplinks` in bytes per second, None where not measured.

    `spare_seconds` come on top. Each of the last `fruitless` merges of the fragment, which ran out of time one after
    the other, doubles all of it, up to LARGEST_GROWTH; the first that comes to something ends that.
    """
    known = [one for one in uplinks if one is not None and isfinite(one) and one > 0]
    if known:
        needed = max(AT_LEAST_SECONDS, MARGIN * size_bytes / max(SLOWEST_BYTES_PER_SECOND, min(known)))
    else:
        needed = MARGIN * size_bytes / HOME_BYTES_PER_SECOND
    return float((spare_seconds + needed) * min(LARGEST_GROWTH, 2.0 ** min(fruitless, 16)))
