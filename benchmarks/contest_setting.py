"""The routing contest's rules: how many miners, how fast, who drops out when, and the time that no routing can beat.

From the public specification of IOTA's simulator contest (Macrocosmos, subnet 1, "iota Simulator Competition"): 96
miners in 3 to 8 stages, a cache of 5 activations each, stale after 60 s, backward first, 5 epochs of 500 activations,
queues cleared between epochs, score clamp(1 - time / ceiling), median of 5 seeds. Its simulator is closed. What the
specification leaves open is set here, alike for every policy:

* A pass takes 0.25 s forward and 0.5 s backward on a miner of speed 1, give or take 10 %, one pass at a time. A miner
  that works gently rests after each, for as long as brings its passes to 30 % of the time.
* An activation holds a place in the cache from the end of its forward pass to the end of its backward pass. Forwards
  queue without limit; with a full cache they stand still. The last stage turns round at once.
* A first-stage miner feeds itself whenever it has nothing else to do and room in its cache. The holder of an activation
  chooses the next peer, the gradient returns over the same path.
* Links take 50 ms one way and are never full. Who drops out loses what it held, answers nothing, and is back within
  the epoch with empty hands.
* Each epoch another tenth of the miners drops out, at most a third of a stage at a time.
* Everybody hears a peer's queue and free places with each of its replies and in a broadcast every 2 s (IOTA: every
  5 s), 50 ms old. A table of who is there comes within 0.1 s of a change, a change being known 6 s after a miner's
  last sign of life, with the rates that receipts show. Failures are found out and packets sent again by the same
  functions of `swarm.patience` for every policy.
* The ceiling is four times the bound's time; the bound is the smallest, over stages, of the sum of its miners' rates.
"""

import math
import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MINERS: Final = 96
CEILING_FACTOR: Final = 4.0


class Mix(StrEnum):
    """How speeds are spread."""

    EQUAL = "equal"
    LOG_NORMAL = "log-normal 1 to 4"
    SLOW_STAGE = "one slow stage"
    GENTLE = "a third gently"


GENTLE_SHARE: Final = 1 / 3
GENTLE_DUTY_CYCLE: Final = 0.3
"""As the app's (app.core.engine.pace)."""


@dataclass(frozen=True)
class Setting:
    """One task of the contest. Times in seconds, speeds relative to a miner of speed 1."""

    mix: Mix
    stages: int
    seed: int
    miners: int = MINERS
    epochs: int = 5
    activations: int = 500
    cache: int = 5
    stale_seconds: float = 60.0
    link_seconds: float = 0.05
    forward_seconds: float = 0.25
    backward_seconds: float = 0.5
    jitter: float = 0.1
    dropout_share: float = 0.1
    status_seconds: float = 2.0
    table_seconds: float = 2.0
    gone_after_seconds: float = 6.0

    @property
    def service_seconds(self) -> float:
        """Both passes of one activation on a miner of speed 1."""
        return self.forward_seconds + self.backward_seconds

    def rng(self, purpose: str) -> random.Random:
        """The same draws for every policy."""
        return random.Random(f"{self.mix} {self.stages} {self.seed} {purpose}")


@dataclass(frozen=True)
class Dropout:
    """A miner is away from `at` to `until`, in seconds since the epoch's begin."""

    miner: int
    at: float
    until: float


def stage_of_miners(setting: Setting) -> tuple[int, ...]:
    """The stage of each miner at the start, as even as the numbers allow."""
    return tuple(miner % setting.stages for miner in range(setting.miners))


def speeds(setting: Setting) -> tuple[float, ...]:
    """The speed of each miner."""
    rng, stages = setting.rng("speeds"), stage_of_miners(setting)
    match setting.mix:
        case Mix.EQUAL | Mix.GENTLE:
            return (1.0,) * setting.miners
        case Mix.LOG_NORMAL:
            # Two deviations either side of 1 make the ratio of 4; the few draws beyond are cut off.
            spread = math.log(2.0) / 2
            return tuple(math.exp(max(-2.0, min(2.0, rng.gauss(0, 1))) * spread) for _ in stages)
        case Mix.SLOW_STAGE:
            slow = rng.randrange(setting.stages)
            return tuple(0.5 if stage == slow else 1.0 for stage in stages)


def duty_cycles(setting: Setting) -> tuple[float, ...]:
    """The share of the time that each miner computes; it rests after each pass."""
    if setting.mix is not Mix.GENTLE:
        return (1.0,) * setting.miners
    gentle = setting.rng("duty cycles").sample(range(setting.miners), round(GENTLE_SHARE * setting.miners))
    return tuple(GENTLE_DUTY_CYCLE if miner in gentle else 1.0 for miner in range(setting.miners))


def bound_rate(setting: Setting) -> float:
    """Activations a second that the slowest stage could do if nobody ever waited or left."""
    rates = [0.0] * setting.stages
    for stage, speed, duty in zip(stage_of_miners(setting), speeds(setting), duty_cycles(setting), strict=True):
        rates[stage] += duty * speed / setting.service_seconds
    return min(rates)


def bound_seconds(setting: Setting) -> float:
    """The time of all epochs at the bound's rate."""
    return setting.epochs * setting.activations / bound_rate(setting)


def dropouts(setting: Setting, epoch: int) -> tuple[Dropout, ...]:
    """Who drops out in `epoch`, when, and for how long: the same for every policy."""
    rng, stages = setting.rng(f"dropouts {epoch}"), stage_of_miners(setting)
    length = bound_seconds(setting) / setting.epochs
    order = rng.sample(range(setting.miners), setting.miners)
    sizes = [stages.count(stage) for stage in range(setting.stages)]
    chosen: list[int] = []
    for miner in order:
        gone = sum(stages[other] == stages[miner] for other in chosen)
        if len(chosen) < round(setting.dropout_share * setting.miners) and gone + 1 <= sizes[stages[miner]] / 3:
            chosen.append(miner)
    found = []
    for miner in chosen:
        at = rng.uniform(0.0, 0.7) * length
        found.append(Dropout(miner, at, at + rng.uniform(0.1, 0.3) * length))
    return tuple(found)


def score(setting: Setting, seconds: float) -> float:
    """The contest's: clamp(1 - time / ceiling)."""
    return min(1.0, max(0.0, 1.0 - seconds / (CEILING_FACTOR * bound_seconds(setting))))
