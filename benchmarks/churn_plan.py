"""Who comes and who goes in `benchmarks/churn.py`, and what of the swarm's speed is left afterwards: pure functions."""

import random
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

RECOVERY_SECONDS: Final = 10.0


class Kind(StrEnum):
    KILL = "kill -9"
    LEAVE = "leave"
    JOIN = "join"


@dataclass(frozen=True)
class Happening:
    """One event: when, what, and to which node; by the clock that receipts carry."""

    kind: Kind
    node: str
    unix_ms: int


@dataclass(frozen=True)
class Pass:
    """A backward pass as its receipt tells it."""

    node: str
    finished_unix_ms: int


def plan(miners: int, epochs: int) -> list[tuple[float, Kind]]:
    """(epochs done when it is due, what): a third of the miners leaves or joins in each epoch, by turns, so that the
    swarm keeps its size to one; every second leaver is killed."""
    per_epoch = max(1, round(miners / 3))
    kinds = (Kind.KILL, Kind.JOIN, Kind.LEAVE, Kind.JOIN)
    return [((number + 0.5) / per_epoch, kinds[number % len(kinds)]) for number in range(per_epoch * epochs)]


def choose_leaver(stages: Mapping[int, int], rng: random.Random) -> int | None:
    """Which of the miners (number → stage) leaves: never the last of its stage."""
    crews = {stage: sum(one == stage for one in stages.values()) for stage in stages.values()}
    free = sorted(number for number, stage in stages.items() if crews[stage] > 1)
    return rng.choice(free) if free else None


def kept_rates(
    passes: Sequence[Pass], happenings: Sequence[Happening], window_seconds: float
) -> list[tuple[Happening, float]]:
    """For each event: the rate of all but the miner that it is about in the last window within RECOVERY_SECONDS of it,
    or before the next event where that comes sooner, over their own rate in the window before it. Events too close
    to their neighbours or to the end of the passes for that are left out."""
    found, window_ms = [], window_seconds * 1000
    over_ms = max((one.finished_unix_ms for one in passes), default=0)
    for number, event in enumerate(happenings):
        previous_ms = happenings[number - 1].unix_ms if number else 0
        later = happenings[number + 1 : number + 2]
        until_ms = min(event.unix_ms + RECOVERY_SECONDS * 1000, *(one.unix_ms for one in later), float("inf"))
        if until_ms > over_ms or until_ms - window_ms < event.unix_ms or event.unix_ms - window_ms < previous_ms:
            continue
        before = _count(passes, event, event.unix_ms - window_ms, event.unix_ms)
        if before:
            found.append((event, _count(passes, event, until_ms - window_ms, until_ms) / before))
    return found


def _count(passes: Sequence[Pass], event: Happening, start_ms: float, end_ms: float) -> int:
    return sum(one.node != event.node and start_ms <= one.finished_unix_ms < end_ms for one in passes)


def lowest_tenth(values: Sequence[float]) -> float:
    """The value that nine of ten exceed; the lowest of fewer than ten."""
    return min(values) if len(values) < 10 else statistics.quantiles(values, n=10)[0]
