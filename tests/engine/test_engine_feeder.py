"""The feeder: as full as the run allows and no fuller, and nothing kept that another miner could feed."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import msgspec
import pytest

from engine.network.orchestrator_client import OrchestratorClient
from engine.pipeline.feeder import EVALUATIONS_IN_FLIGHT, Feeder
from engine.pipeline.passage import Parcel, Passage
from engine.pipeline.stage import Stage
from engine.pipeline.token_files import TokenFiles
from protocol.errors import Unavailable
from protocol.orchestrator_api import Lease, LeasePurpose, LeaseReply
from protocol.packets import PacketKind
from protocol.runs import RunSpec

MakeRun = Callable[..., RunSpec]


def lease(lease_id: int, *ranges: tuple[int, int], purpose: LeasePurpose = LeasePurpose.TRAIN) -> LeaseReply:
    one = Lease(lease_id=lease_id, purpose=purpose, microbatches=ranges, expires_unix_ms=0)
    return LeaseReply(leases=(one,))


class FakeWorld:
    """The stage, the token files and the orchestrator of one feeder. Leases are given out in order."""

    def __init__(self, *replies: LeaseReply) -> None:
        self.replies = deque(replies)
        self.asked = 0
        self.returned: list[int] = []
        self.fed: list[tuple[PacketKind, int, int]] = []
        self.known: set[int] = set()
        self.troubles: list[Exception] = []
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.changed = asyncio.Event()

    async def lease(self, microbatches: int) -> LeaseReply:
        self.asked += 1
        self.changed.set()
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise Unavailable("The network does not answer.", retry_after_seconds=0.01)
        return self.replies.popleft() if self.replies else LeaseReply(leases=(), retry_after_seconds=60.0)

    async def return_leases(self, lease_ids: tuple[int, ...]) -> None:
        self.returned += lease_ids
        self.changed.set()

    def feed(self, kind: PacketKind, microbatch: int, lease_id: int, tokens: Parcel) -> bool:
        if microbatch in self.known:
            return False
        self.fed.append((kind, microbatch, lease_id))
        self.changed.set()
        return True

    def parcel(self, kind: PacketKind, microbatch: int) -> Parcel:
        return Parcel((), b"", "")

    def has_fed(self, number: int) -> bool:
        return len(self.fed) == number

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def feeding(run: RunSpec, world: FakeWorld) -> AsyncIterator[Feeder]:
    fake = cast(Any, world)
    feeder = Feeder(
        run, cast(Stage, fake), cast(TokenFiles, fake), cast(OrchestratorClient, fake), world.troubles.append
    )
    loop = asyncio.create_task(feeder.run())
    try:
        yield feeder
    finally:
        loop.cancel()
        done, _ = await asyncio.wait({loop}, timeout=10)
        assert done, "the feeder did not end"


def home(feeder: Feeder, fed: tuple[PacketKind, int, int]) -> None:
    kind, microbatch, lease_id = fed
    feeder.finished(Passage(kind, microbatch, lease_id, 0.0, None))


async def test_never_more_are_in_flight_than_the_run_allows_and_all_come_in_order(tiny_run: MakeRun) -> None:
    run = tiny_run()
    world = FakeWorld(lease(1, (0, 4), (10, 12)), lease(2, (20, 24)))
    async with feeding(run, world) as feeder:
        for done in range(10):
            await world.until(partial(world.has_fed, min(10, done + run.training.in_flight)))
            home(feeder, world.fed[done])
        assert [microbatch for _, microbatch, _ in world.fed] == [0, 1, 2, 3, 10, 11, 20, 21, 22, 23]
        assert [lease_id for _, _, lease_id in world.fed] == [1] * 6 + [2] * 4
        assert feeder.lease_ids == ()
    assert world.returned == [] and world.troubles == []


async def test_the_next_lease_is_asked_for_before_the_last_runs_dry(tiny_run: MakeRun) -> None:
    world = FakeWorld(lease(1, (0, 20)))
    async with feeding(tiny_run(), world) as feeder:
        for done in range(13):
            await world.until(partial(world.has_fed, done + 3))
            home(feeder, world.fed[done])
        assert world.asked == 1
        await world.until(lambda: len(world.fed) == 16)
        home(feeder, world.fed[13])
        await world.until(lambda: world.asked == 2)
        assert len(world.fed) < 20


async def test_what_a_pause_hands_back_is_not_fed_and_a_resumed_feeder_asks_anew(tiny_run: MakeRun) -> None:
    world = FakeWorld(lease(1, (0, 9)), lease(2, (50, 51)))
    async with feeding(tiny_run(), world) as feeder:
        await world.until(lambda: len(world.fed) == 3)
        await feeder.hand_back()
        assert world.returned == [1]
        for fed in list(world.fed):
            home(feeder, fed)
        assert feeder.lease_ids == ()
        assert len(world.fed) == 3
        feeder.resume()
        await world.until(lambda: world.fed[3:] == [(PacketKind.FORWARD, 50, 2)])


async def test_a_lease_that_arrives_after_the_halt_goes_straight_back(tiny_run: MakeRun) -> None:
    world = FakeWorld(lease(1, (0, 4)))
    world.gate.clear()
    async with feeding(tiny_run(), world) as feeder:
        await world.until(lambda: world.asked == 1)
        await feeder.hand_back()
        assert world.returned == []
        world.gate.set()
        await world.until(lambda: world.returned == [1])
        assert world.fed == [] and feeder.lease_ids == ()


async def test_evaluations_have_room_of_their_own(tiny_run: MakeRun) -> None:
    run = tiny_run()
    both = lease(1, (0, 8)).leases + lease(2, (0, 8), purpose=LeasePurpose.EVALUATE).leases
    world = FakeWorld(LeaseReply(leases=both))

    def fed(kind: PacketKind) -> list[tuple[PacketKind, int, int]]:
        return [each for each in world.fed if each[0] is kind]

    def evaluates_more_than(number: int) -> bool:
        return len(fed(PacketKind.EVALUATE)) > number

    async with feeding(run, world) as feeder:
        await world.until(lambda: len(world.fed) == run.training.in_flight + EVALUATIONS_IN_FLIGHT)
        assert len(fed(PacketKind.EVALUATE)) == EVALUATIONS_IN_FLIGHT
        for done in range(8):
            await world.until(partial(evaluates_more_than, done))
            home(feeder, fed(PacketKind.EVALUATE)[done])
        assert feeder.lease_ids == (1,)
        assert len(fed(PacketKind.FORWARD)) == run.training.in_flight


async def test_microbatches_known_here_already_take_no_room(tiny_run: MakeRun) -> None:
    world = FakeWorld(lease(1, (0, 6)), lease(2, (30, 31)))
    world.known = {0, 1, 2, 3, 4, 5}
    async with feeding(tiny_run(), world) as feeder:
        await world.until(lambda: world.asked == 1)
        feeder.finished(Passage(PacketKind.FORWARD, 99, 99, 0.0, None))
        await world.until(lambda: world.fed == [(PacketKind.FORWARD, 30, 2)])
        assert feeder.lease_ids == (2,)


async def test_an_orchestrator_that_does_not_answer_is_told_of_and_asked_again(tiny_run: MakeRun) -> None:
    world = FakeWorld(lease(1, (0, 2)))
    world.failures = 3
    async with feeding(tiny_run(), world):
        await world.until(lambda: len(world.fed) == 2)
    assert world.asked >= 4
    assert [str(trouble) for trouble in world.troubles] == ["The network does not answer."] * 3


@pytest.mark.parametrize("failing", [True, False], ids=["unreachable", "reachable"])
async def test_a_halted_feeder_asks_for_nothing(tiny_run: MakeRun, failing: bool) -> None:
    world = FakeWorld(lease(1, (0, 2)))
    async with feeding(tiny_run(), world) as feeder:
        await feeder.hand_back()
        world.failures = 5 if failing else 0
        feeder.finished(Passage(PacketKind.FORWARD, 1, 1, 0.0, None))
        for _ in range(20):
            await asyncio.sleep(0)
        assert (world.asked, world.fed) == (0, [])
        world.failures = 0
        feeder.resume()
        await world.until(lambda: len(world.fed) == 2)


async def test_a_cancel_that_comes_together_with_a_wake_ends_the_feeder(tiny_run: MakeRun) -> None:
    world = FakeWorld(lease(1, (0, 9)))
    async with feeding(tiny_run(), world) as feeder:
        await world.until(lambda: len(world.fed) == 3)
        await asyncio.sleep(0)
        home(feeder, world.fed[0])
        # Leaving cancels the loop in this very tick.


async def test_no_step_begins_before_the_last_ones_gradients_are_back(tiny_run: MakeRun) -> None:
    """A gradient that is a step old costs more loss than anything that overlapping steps could win."""
    plain = tiny_run()
    training = msgspec.structs.replace(plain.training, in_flight=4, microbatches_per_step=2, steps_ahead=0)
    run = msgspec.structs.replace(plain, training=training)
    world = FakeWorld(lease(1, (0, 8)))
    async with feeding(run, world) as feeder:
        await world.until(lambda: len(world.fed) == 2)
        home(feeder, world.fed[0])
        await asyncio.sleep(0)
        assert len(world.fed) == 2
        home(feeder, world.fed[1])
        await world.until(lambda: len(world.fed) == 4)
        assert [microbatch for _, microbatch, _ in world.fed] == [0, 1, 2, 3]


async def test_leases_that_went_to_others_are_fed_no_more_and_make_room_for_new_ones(tiny_run: MakeRun) -> None:
    run = tiny_run()
    world = FakeWorld(lease(1, (0, 20)), lease(2, (40, 44)))
    async with feeding(run, world) as feeder:
        await world.until(lambda: len(world.fed) == run.training.in_flight)
        feeder.lose(frozenset({1, 77}))
        assert feeder.lease_ids == (1,)
        for one in list(world.fed):
            home(feeder, one)
        await world.until(lambda: len(world.fed) == 2 * run.training.in_flight)
        assert {lease_id for _, _, lease_id in world.fed[run.training.in_flight :]} == {2}
        assert feeder.lease_ids == (2,)
