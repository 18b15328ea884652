"""A computer whose clock leaps, forward or back, while others rely on what was agreed."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import orchestrator_api as api
from subnet.orchestrator.clocks import AT_ONCE_MS, SLEW, CalmClock, followed
from tests.subnet.merging_miners import STAGE, phases, swarm_of, until_done

NOW_MS = 1_800_000_000_000
LEAPS_MS = st.integers(-AT_ONCE_MS // 20, AT_ONCE_MS // 20)


class Hands:
    """Two clocks that the test moves."""

    def __init__(self) -> None:
        self.wall_ms, self.steady_ms = NOW_MS, 0

    def go_on(self, milliseconds: int) -> None:
        self.wall_ms += milliseconds
        self.steady_ms += milliseconds


@given(st.lists(st.tuples(st.integers(0, 60_000), LEAPS_MS), max_size=20))
def test_the_calm_clock_never_leaps_nor_goes_back(moves: list[tuple[int, int]]) -> None:
    hands = Hands()
    calm = CalmClock(lambda: hands.wall_ms, lambda: hands.steady_ms)
    said = [(0, calm())]
    for passed_ms, leap_ms in moves:
        hands.go_on(passed_ms)
        hands.wall_ms += leap_ms
        said.append((hands.steady_ms, calm()))
    for (before_ms, earlier), (after_ms, later) in pairwise(said):
        passed_ms = after_ms - before_ms
        assert (1 - SLEW) * passed_ms - 1 <= later - earlier <= (1 + SLEW) * passed_ms + 1


@given(LEAPS_MS, st.integers(1, 5_000))
def test_the_calm_clock_comes_to_say_what_the_computer_says(leap_ms: int, look_ms: int) -> None:
    passed_ms = round(abs(leap_ms) / SLEW) + look_ms
    assert followed(NOW_MS, passed_ms, NOW_MS + passed_ms + leap_ms) == NOW_MS + passed_ms + leap_ms
    hands = Hands()
    calm = CalmClock(lambda: hands.wall_ms, lambda: hands.steady_ms)
    for _ in range(50):
        hands.go_on(look_ms)
        assert calm() == hands.wall_ms, "nothing leapt"


def test_a_clock_that_had_never_been_set_is_believed_at_once() -> None:
    hands = Hands()
    calm = CalmClock(lambda: hands.wall_ms, lambda: hands.steady_ms)
    hands.wall_ms += 30 * 24 * AT_ONCE_MS
    assert calm() == hands.wall_ms


@pytest.mark.parametrize("minutes", [-50, 50])
async def test_leases_outlive_a_clock_that_leaps(net: Any, small_run: Any, minutes: float) -> None:
    alice, bob = await net.staffed(small_run(lease_seconds=10.0), "Alice", "Bob")
    (held,) = [lease for lease in (await alice.lease(4)).leases if lease.purpose == "train"]
    net.set_clock(60 * minutes)
    for _ in range(3):
        await net.tick(1.0)
        await bob.beat()
        await alice.beat(leases=(held.lease_id,))
    (other,) = [lease for lease in (await alice.lease(4)).leases if lease.purpose == "train"]
    assert (held.microbatches, other.microbatches) == (((0, 4),), ((4, 8),))


@pytest.mark.parametrize("minutes", [-50, 50])
@pytest.mark.usefixtures("capable")
async def test_a_merge_waits_for_its_uploads_whatever_the_clock_says(net: Any, small_run: Any, minutes: float) -> None:
    _, mergers = await swarm_of(net, small_run(), 3)
    assert (await phases(net))[STAGE] == "collecting"
    net.set_clock(60 * minutes)
    await net.tick(0.1)
    await until_done(net, mergers)
    assert await net.rows("select count(*), min(matches) from applied") == [(3, 1)]


async def test_what_a_miner_is_told_is_never_older_than_what_it_heard_before(net: Any, small_run: Any) -> None:
    """The app takes a credit that is older than the one it knows for one that came late."""
    alice, _ = await net.staffed(small_run(), "Alice", "Bob")
    before = await alice.beat()
    net.set_clock(-50 * 60)
    await net.tick(1.0)
    assert before.unix_ms < (await alice.beat()).unix_ms < before.unix_ms + 1100


async def test_who_signs_by_a_clock_that_is_right_is_let_in_while_ours_catches_up(net: Any, small_run: Any) -> None:
    await net.found(small_run())
    await net.miner("Alice").register()
    net.set_clock(50 * 60)
    assert net.orchestrator.context.clock() < net.now_ms - 49 * 60_000
    await net.miner("Bob").register()
    hello = await net.client.get(api.HELLO_PATH)
    assert hello.json()["unix_ms"] == net.now_ms
