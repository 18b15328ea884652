"""An uplink's speed from packets alone, on lines whose truth is known: quiet ones, and homes as they are."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.runs import CodecSpec, DataSpec, LadderSpec, ModelSpec, RungSpec, RunSpec, TrainingSpec, even_stages
from swarm.compression import LinkSpeed, bytes_per_token, choose_rung
from swarm.uplinks import LATELY_SECONDS, STEADY_OBSERVATIONS, WINDOW_SECONDS, UplinkMeter

ROUND_TRIP = 0.05
SENDS = st.lists(st.tuples(st.floats(0, 1), st.integers(5_000, 1_000_000)), min_size=2, max_size=40)


def over_a_line(sends: list[tuple[float, int]], rate: float) -> tuple[float | None, float]:
    """What the meter says after packets that leave one after the other; (rate, the end)."""
    meter, now, free = UplinkMeter(), 0.0, 0.0
    confirmed = []
    for pause, size in sends:
        now += pause
        free = max(free, now) + size / rate
        confirmed.append((now, free + ROUND_TRIP, size))
    for began, ended, size in confirmed:
        meter.confirmed(began, ended, size, ROUND_TRIP)
    return meter.bytes_per_second(confirmed[-1][1]), confirmed[-1][1]


@given(SENDS, st.floats(20_000, 2e6))
def test_a_quiet_line_is_never_taken_for_a_faster_one(sends: list[tuple[float, int]], rate: float) -> None:
    measured, _ = over_a_line(sends, rate)
    assert measured is None or measured <= rate * 1.001


@given(st.integers(20_000, 1_000_000), st.floats(20_000, 2e6))
def test_packets_that_meet_no_others_tell_the_rate_once_round_trips_are_known_to_be_steady(
    size: int, rate: float
) -> None:
    meter, now = UplinkMeter(), 0.0
    for _ in range(STEADY_OBSERVATIONS + 40):
        meter.confirmed(now, now + size / rate + ROUND_TRIP, size, ROUND_TRIP)
        now += size / rate + 1.0
    told = meter.bytes_per_second(now)
    assert told is None or told == pytest.approx(rate, rel=0.01)


def test_nothing_is_known_without_two_packets_of_some_size_and_old_ones_are_forgotten() -> None:
    meter = UplinkMeter()
    meter.confirmed(0.0, 0.1, 100, ROUND_TRIP)
    meter.confirmed(1.0, 1.25, 200_000, ROUND_TRIP)
    assert meter.bytes_per_second(1.3) is None, "one alone proves nothing"
    meter.confirmed(2.0, 2.25, 200_000, ROUND_TRIP)
    assert meter.bytes_per_second(2.3) == pytest.approx(1e6)
    assert meter.bytes_per_second(3.0 + WINDOW_SECONDS) is None


def test_a_far_peers_packets_are_not_judged_by_a_near_peers_round_trip() -> None:
    meter = UplinkMeter()
    for at in range(40):
        peer, way = ("near", 0.01) if at % 2 else ("far", 0.2)
        meter.confirmed(at, at + way + 0.4, 100_000, way, peer)
    assert meter.bytes_per_second(40.0) == pytest.approx(250_000)


def test_what_is_slower_lately_counts_at_once_and_what_is_faster_once_it_stays_so() -> None:
    meter = UplinkMeter()

    def send(seconds: range, rate: float) -> float | None:
        for at in seconds:
            meter.confirmed(at, at + ROUND_TRIP + 100_000 / rate, 100_000, ROUND_TRIP)
        return meter.bytes_per_second(seconds.stop)

    assert send(range(20), 400_000) == pytest.approx(400_000)
    assert send(range(20, 20 + int(LATELY_SECONDS)), 200_000) == pytest.approx(200_000)
    assert send(range(30, 35), 800_000) == pytest.approx(400_000, rel=0.1), "most of what it knows is from before"
    assert send(range(35, 65), 800_000) == pytest.approx(800_000)


# ── homes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

Queue = Callable[[float, random.Random], float]
"""(time, chance) → seconds that others' bytes stand before ours in the home's router."""


def nobody(now: float, chance: random.Random) -> float:
    return 0.0


def pages(now: float, chance: random.Random) -> float:
    """Short bursts, another one for every packet."""
    return chance.uniform(0, 0.2)


def a_photo_upload(now: float, chance: random.Random) -> float:
    """TCP fills the router's buffer by and by, and halves it at each loss."""
    return 0.2 * (0.5 + 0.5 * (now / 3 % 1.0))


def an_upload_that_ends(now: float, chance: random.Random) -> float:
    return 0.15 if now < 40 else 0.0


QUEUES: tuple[Queue, ...] = (nobody, pages, a_photo_upload, an_upload_that_ends)


@dataclass(frozen=True)
class Home:
    """A line with its Wi-Fi, and with others who use it."""

    rate: float
    base: float = 0.04
    jitter: float = 0.0
    queue: Queue = nobody
    acknowledgements: int = 12
    """Of one packet: so often its connection sees how long the way is just now."""
    seed: int = 0

    def told(self, seconds: float, packets: Callable[[float, float | None], tuple[float, int]]) -> list[float | None]:
        """What the meter says after each packet. `packets`: (time, told) → (pause before the next, size)."""
        chance, meter, found = random.Random(self.seed), UplinkMeter(), []
        now, free, smoothed, last = 0.0, 0.0, 0.0, None
        while now < seconds:
            pause, size = packets(now, last)
            others = self.queue(now, chance)
            own, free = max(0.0, free - now), max(free, now) + size / self.rate
            for _ in range(self.acknowledgements):
                sample = self.base + chance.uniform(0, self.jitter) + own + others
                smoothed = sample if not smoothed else smoothed + (sample - smoothed) / 8
            ended = free + self.base + chance.uniform(0, self.jitter) + others + chance.uniform(0, 0.002)
            meter.confirmed(now, ended, size, int(smoothed * 1000) / 1000)
            last = meter.bytes_per_second(ended)
            found.append(last)
            now += pause
        return found


HOMES = st.builds(
    Home,
    rate=st.floats(1e5, 2e7),
    base=st.floats(0.005, 0.2),
    jitter=st.floats(0, 0.06),
    queue=st.sampled_from(QUEUES),
    acknowledgements=st.integers(1, 100),
    seed=st.integers(0, 999),
)


@settings(max_examples=150, deadline=None)
@given(HOMES, st.integers(5_000, 500_000), st.floats(0.05, 3))
def test_no_home_is_told_more_than_half_again_what_its_line_carries(home: Home, size: int, pause: float) -> None:
    pause = max(pause, 1.1 * size / home.rate)
    told = [rate for rate in home.told(100 * pause, lambda now, last: (pause, size)) if rate is not None]
    assert max(told, default=0.0) <= 1.5 * home.rate


@settings(max_examples=50, deadline=None)
@given(st.floats(1e5, 2e7), st.floats(0.005, 0.2), st.floats(0.01, 2), st.integers(0, 99))
def test_a_steady_line_is_told_by_more_than_half(rate: float, base: float, on_the_line: float, seed: int) -> None:
    """By packets that take a hundredth of a second or more."""
    pause = 1.1 * on_the_line + 0.1
    told = Home(rate, base, seed=seed).told(40 * pause, lambda now, last: (pause, max(5_000, int(rate * on_the_line))))
    assert told[-1] is not None and told[-1] >= 0.6 * rate


@pytest.mark.parametrize(
    ("home", "size", "pause"),
    [
        (Home(250e3, 0.03, 0.02), 5_000, 0.1),
        (Home(250e3, 0.03, 0.04), 16_000, 0.2),
        (Home(2.5e6, 0.03, 0.02), 16_000, 0.1),
        (Home(250e3, 0.03, 0.002, pages), 16_000, 0.2),
    ],
    ids=["Wi-Fi", "bad Wi-Fi", "a wide line behind Wi-Fi", "a shared line"],
)
def test_where_the_connections_average_was_taken_for_the_way_lines_were_seen_many_times_too_wide(
    home: Home, size: int, pause: float
) -> None:
    """Up to 64 times."""
    told = [rate for rate in home.told(60, lambda now, last: (pause, size)) if rate is not None]
    assert max(told) <= 1.1 * home.rate


RUNGS = tuple(
    RungSpec(rank, CodecSpec("grid", bits), CodecSpec("grid", bits))
    for rank, bits in ((512, 6), (256, 6), (128, 6), (64, 6))
)
RUN = RunSpec(
    run_id="home",
    title="Home",
    model=ModelSpec(
        vocabulary=256, width=1024, layers=4, heads=4, kv_heads=4, mlp_width=512, context=1024, bottleneck_width=512
    ),
    stages=even_stages(4, 4),
    codec=CodecSpec("grid", 6),
    training=TrainingSpec(sequences=4, microbatches=400),
    data=DataSpec(train_key="", train_tokens=1, train_hash="", held_out_key="", held_out_tokens=1, held_out_hash=""),
    ladder=LadderSpec(RUNGS),
)
TOKENS = RUN.tokens_per_microbatch


def rungs_taken(home: Home, tokens_per_second: float) -> list[int]:
    """The rung of every packet of four minutes, chosen anew every two seconds from what the meter says."""
    taken, looked = [len(RUNGS) - 1], [0.0]

    def packets(now: float, told: float | None) -> tuple[float, int]:
        present = taken[-1]
        if now - looked[0] >= 2.0:
            looked[0] = now
            present = choose_rung(RUN, 1, LinkSpeed(tokens_per_second, told), present)
        taken.append(present)
        return TOKENS / tokens_per_second / 2, int(bytes_per_token(RUNGS[present], True, False) * TOKENS) + 600

    home.told(240, packets)
    return taken


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.__name__)
@pytest.mark.parametrize("jitter", [0.0, 0.02])
@pytest.mark.parametrize(
    ("rate", "tokens_per_second"), [(2.5e6, 2000.0), (2.5e6, 8000.0), (250e3, 400.0), (250e3, 1500.0)]
)
def test_rungs_settle_and_never_ask_more_than_the_line_has(
    rate: float, tokens_per_second: float, jitter: float, queue: Queue
) -> None:
    taken = rungs_taken(Home(rate, jitter=jitter, queue=queue), tokens_per_second)
    settled = taken[len(taken) // 2 :]
    assert sum(one != other for one, other in pairwise(settled)) <= 1, settled
    fits = choose_rung(RUN, 1, LinkSpeed(tokens_per_second, rate), 0)
    assert min(settled) >= fits
    if queue is nobody:
        assert settled[-1] <= fits + 1
