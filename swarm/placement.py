"""Which stage a miner serves: newcomers where the pipeline is thinnest, moves only where they clearly help.

A stage's rate is the sum over its miners of min(compute, link). The run is as fast as its slowest stage, so a newcomer
goes there. A move must lift the slower of the two stages it touches: by 15 %, or by less where the other stage was
15 % faster and stays the faster one, since in a stage of many no single miner makes 15 %. It must leave two miners
behind, or one where the other stage stands empty. The sorted list of rates rises with each move, so that moves come to
an end.

A miner's rate is what it could do, not what it does: in a pipeline every stage does what the slowest lets it do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median, median_low

from protocol.keys import NodeId

HYSTERESIS = 0.15
REST_SECONDS = 600.0
"""A miner that moved is not moved again before."""
CLAIMED_MOST = 8.0
"""What a miner says of its speed counts as no more than so many times the speed in the middle of those that are there,
until its passes show more. Who claims to outdo all the others together keeps no newcomers from its stage."""
KEPT_MINERS = 2
"""What a stage that gives a miner away must keep; one is enough where the other stage stands empty."""


@dataclass(frozen=True, slots=True)
class StageLoad:
    """What one microbatch asks of a stage's miner."""

    memory_bytes: int
    flops_per_microbatch: float
    upload_bytes_per_microbatch: float
    """Forward and backward, at the codec's size."""


@dataclass(frozen=True, slots=True)
class MinerPower:
    """What a miner can do, as measured; `stage` is where it serves now, None for a newcomer."""

    node: NodeId
    memory_bytes: int
    flops_per_second: float
    upload_bytes_per_second: float | None = None
    stage: int | None = None
    rate: float | None = None
    """Microbatches a second that it could do in `stage`, by the time its passes and the rests between them take; None
    until it has shown any."""
    duty_cycle: float = 1.0
    """The share of the time that it is let compute."""


@dataclass(frozen=True, slots=True)
class Move:
    """A miner that should register again for another stage."""

    node: NodeId
    from_stage: int
    to_stage: int


def expected_rate(load: StageLoad, miner: MinerPower) -> float:
    """Microbatches a second that `miner` should manage with this load: min(compute, link)."""
    flops_per_second = miner.duty_cycle * max(0.0, miner.flops_per_second)
    compute = flops_per_second / load.flops_per_microbatch if load.flops_per_microbatch > 0 else float("inf")
    if miner.upload_bytes_per_second is None or load.upload_bytes_per_microbatch <= 0:
        return compute
    return min(compute, max(0.0, miner.upload_bytes_per_second) / load.upload_bytes_per_microbatch)


def calibrated(stages: tuple[StageLoad, ...], miners: Iterable[MinerPower]) -> tuple[MinerPower, ...]:
    """`miners` with a rate each: those that have shown none get what their FLOP/s promise, times what others keep of
    such promises.

    So a newcomer's paper speed does not outweigh the measured speed of those that are there, however absurd it is.
    """
    placed = tuple(miners)
    kept = [
        miner.rate / expected_rate(stages[miner.stage], miner)
        for miner in placed
        if miner.rate is not None and miner.stage is not None and expected_rate(stages[miner.stage], miner) > 0
    ]
    factor = median(kept) if kept else 1.0
    speeds = [_flops_shown(stages, miner, factor) for miner in placed if miner.stage is not None]
    most = CLAIMED_MOST * median_low(speeds) if speeds else 0.0
    return tuple(
        replace(miner, rate=_believed_rate(stages[miner.stage], miner, factor, most))
        if miner.rate is None and miner.stage is not None
        else miner
        for miner in placed
    )


def _flops_shown(stages: tuple[StageLoad, ...], miner: MinerPower, factor: float) -> float:
    """FLOPs a second, which compare between stages: by its passes, else by what is kept of such promises."""
    if miner.rate is None or miner.stage is None:
        return factor * max(0.0, miner.flops_per_second)
    return miner.rate * stages[miner.stage].flops_per_microbatch


def _believed_rate(load: StageLoad, miner: MinerPower, factor: float, most_flops_per_second: float) -> float:
    promised = factor * expected_rate(load, miner)
    if load.flops_per_microbatch <= 0:
        return promised
    return min(promised, most_flops_per_second / load.flops_per_microbatch)


def stage_rates(stages: tuple[StageLoad, ...], miners: Iterable[MinerPower]) -> tuple[float, ...]:
    """Summed rate by stage, in microbatches a second."""
    rates = [0.0] * len(stages)
    for miner in miners:
        if miner.stage is not None and miner.stage < len(stages):
            rates[miner.stage] += _present_rate(stages, miner)
    return tuple(rates)


def place_newcomer(
    stages: tuple[StageLoad, ...],
    miners: Iterable[MinerPower],
    newcomer: MinerPower,
    previous_stage: int | None = None,
) -> int | None:
    """The stage for `newcomer`; None if it has memory for none.

    Empty stages come first, then the least summed rate, then the lowest number. `previous_stage` is where the same
    node served before and what it still holds: it is kept unless another stage stands empty while its own does not.
    """
    others = [miner for miner in miners if miner.node != newcomer.node and miner.stage is not None]
    fitting = [stage for stage, load in enumerate(stages) if load.memory_bytes <= newcomer.memory_bytes]
    if not fitting:
        return None
    rates = stage_rates(stages, others)
    manned = {miner.stage for miner in others}
    if previous_stage in fitting and (previous_stage not in manned or all(stage in manned for stage in fitting)):
        return previous_stage
    return min(fitting, key=lambda stage: (stage in manned, rates[stage], stage))


def best_move(stages: tuple[StageLoad, ...], miners: Iterable[MinerPower], rested: frozenset[NodeId]) -> Move | None:
    """The move to ask for now, of one of the `rested`; None as well while nobody has shown how fast it is: paper speeds
    move nobody."""
    placed = tuple(miners)
    if all(miner.rate is None for miner in placed):
        return None
    return propose_move(stages, calibrated(stages, placed), rested)


def propose_move(
    stages: tuple[StageLoad, ...], miners: Iterable[MinerPower], movable: frozenset[NodeId] | None = None
) -> Move | None:
    """The one move that lifts the slowest stages most, or None if none is worth the download of a shard.

    Only the `movable` move, all if it is None; the others count for their stages all the same.
    """
    placed = tuple(miner for miner in miners if miner.stage is not None and miner.stage < len(stages))
    rates = stage_rates(stages, placed)
    counts = [sum(miner.stage == stage for miner in placed) for stage in range(len(stages))]
    found: list[tuple[float, float, Move]] = []
    for miner in sorted(placed, key=lambda one: one.node):
        if movable is not None and miner.node not in movable:
            continue
        source = miner.stage or 0
        for target, load in enumerate(stages):
            kept = KEPT_MINERS if counts[target] else 1
            if target == source or load.memory_bytes > miner.memory_bytes or counts[source] - 1 < kept:
                continue
            left = rates[source] - _present_rate(stages, miner)
            lifted = rates[target] + _rate_elsewhere(stages, miner, target)
            if _worth_moving(rates[source], rates[target], left, lifted):
                found.append((rates[target], -min(left, lifted), Move(miner.node, source, target)))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _worth_moving(source_rate: float, target_rate: float, left: float, lifted: float) -> bool:
    """By the two stages' rates before and after; a shard has to be downloaded for it."""
    if min(left, lifted) > min(source_rate, target_rate) * (1 + HYSTERESIS):
        return True
    return source_rate > target_rate * (1 + HYSTERESIS) and left >= lifted > target_rate


def _present_rate(stages: tuple[StageLoad, ...], miner: MinerPower) -> float:
    return _rate_elsewhere(stages, miner, miner.stage or 0)


def _rate_elsewhere(stages: tuple[StageLoad, ...], miner: MinerPower, target: int) -> float:
    """What it shows where it is, by the work that a microbatch is there and here; and no more than its link carries."""
    here, there = stages[miner.stage or 0], stages[target]
    if miner.rate is None or here.flops_per_microbatch <= 0 or there.flops_per_microbatch <= 0:
        return expected_rate(there, miner)
    compute = miner.rate * here.flops_per_microbatch / there.flops_per_microbatch
    if miner.upload_bytes_per_second is None or there.upload_bytes_per_microbatch <= 0:
        return compute
    return min(compute, miner.upload_bytes_per_second / there.upload_bytes_per_microbatch)
