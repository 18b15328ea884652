"""How many microbatches a first-stage miner keeps under way: enough that nobody waits, and few enough to be fresh.

A pipeline that delivers r microbatches a second, each of which takes t seconds when it meets no queue, is full with
r x t under way; more only stand in queues and grow old. Both are measured: r as the best of the last deliveries, t as
the quickest of them, and a little more than r x t is allowed, so that the bound grows while growing helps (after BBR,
Cardwell et al., ACM Queue 14-5, 2016). Queues hide t; so now and then the bound is halved for a moment, and they empty.
"""

from dataclasses import dataclass, replace

GAIN = 1.25
"""How much more than r x t is allowed."""
WINDOW_SECONDS = 30.0
"""How long a measurement counts."""
PROBE_EVERY_SECONDS = 15.0
FEWEST_DELIVERIES = 3
"""Before so many have come home the bound is START."""
START = 4
REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Delivery:
    """A microbatch that came home; seconds of one monotonic clock."""

    at: float
    seconds_under_way: float


@dataclass(frozen=True, slots=True)
class FlightState:
    """What was measured; `probing_until` is set while queues are being emptied."""

    deliveries: tuple[Delivery, ...] = ()
    quickest: Delivery | None = None
    """The one of the last WINDOW_SECONDS that met the shortest queues."""
    probed_at: float = 0.0
    probing_until: float = 0.0


def delivered(state: FlightState, now: float, seconds_under_way: float) -> FlightState:
    """A microbatch has come home that left `seconds_under_way` ago."""
    delivery = Delivery(now, max(1e-6, seconds_under_way))
    recent = [each for each in state.deliveries[-REMEMBERED:] if now - each.at < WINDOW_SECONDS]
    quickest = state.quickest
    if quickest is None or now - quickest.at > WINDOW_SECONDS:
        quickest = min((*recent, delivery), key=lambda each: each.seconds_under_way)
    elif delivery.seconds_under_way <= quickest.seconds_under_way:
        quickest = delivery
    state = replace(state, deliveries=(*recent, delivery), quickest=quickest)
    if not state.probed_at:
        return replace(state, probed_at=now)
    if now - state.probed_at < PROBE_EVERY_SECONDS:
        return state
    return replace(state, probed_at=now, probing_until=now + quickest.seconds_under_way)


def best_rate(state: FlightState) -> float:
    """r: microbatches a second, the best over any stretch of a quarter of what is remembered."""
    times = [each.at for each in state.deliveries]
    stretch = max(2, len(times) // 4)
    spans = [later - earlier for earlier, later in zip(times, times[stretch:], strict=False)]
    return stretch / max(1e-9, min(spans, default=times[-1] - times[0]))


def allowed(state: FlightState, now: float, most: int) -> int:
    """Microbatches that may be under way now, from 1 to `most` (the run's bound)."""
    if len(state.deliveries) < FEWEST_DELIVERIES or state.quickest is None:
        return max(1, min(START, most))
    full = best_rate(state) * state.quickest.seconds_under_way
    bound = int(GAIN * full) + 1
    if now < state.probing_until:
        bound //= 2
    return max(1, min(bound, most))
