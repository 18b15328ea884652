"""Rates by receipts, moves between stages, peers out of reach, and senders with friends."""

from typing import Any

import pytest

from protocol import orchestrator_api as api
from protocol.engine_control import EnginePhase
from protocol.public_api import STATUS_PATH, NetworkStatus
from protocol.receipts import Direction
from protocol.wire import from_json

FAST, SLOW = 10.0, 400.0
"""Milliseconds of a pass."""


async def work(miner: Any, duration_ms: float, passes: int = 3) -> None:
    """A few passes, as its receipts tell them."""
    for microbatch in range(passes):
        common = {"microbatch": microbatch, "duration_ms": duration_ms}
        await miner.deliver(miner.receipt(**common), miner.receipt(**common, direction=Direction.BACKWARD))


async def complain(miner: Any, *unreachable: str) -> None:
    message = api.HeartbeatRequest(
        phase=EnginePhase.TRAINING,
        step=miner.step,
        queue=0,
        rate=1.0,
        addresses=("127.0.0.1:4433",),
        unreachable=unreachable,
    )
    await miner.call(api.HEARTBEAT_PATH, message)


async def crew_of(net: Any, run: Any, layout: dict[str, int]) -> dict[str, Any]:
    """One ready miner per name in the stage that `layout` gives it, of a run that trains."""
    await net.found(run)
    crew = {}
    for name, stage in layout.items():
        crew[name] = await net.miner(name).register(holding=api.Holding(run_id=run.run_id, stage=stage))
    assert {name: one.registered.stage for name, one in crew.items()} == layout
    await net.tick()
    await net.measure(list(crew.values()))
    await net.tick()
    return crew


async def asked_to_move(crew: dict[str, Any]) -> list[Any]:
    return [miner for miner in crew.values() if "reassigned" in await miner.events()]


LAYOUT = {"Alice": 0, "Bob": 1, "Charlie": 0, "Dave": 0, "Eve": 0}


async def pass_time(net: Any, crew: dict[str, Any], seconds: float) -> None:
    for _ in range(round(seconds / 2)):
        for miner in crew.values():
            await miner.beat()
        await net.tick(2.0)


async def test_the_table_carries_the_rates_that_receipts_show(net: Any, small_run: Any) -> None:
    crew = await crew_of(net, small_run(), {"Alice": 0, "Bob": 1})
    table = (await crew["Alice"].events())["routing_table"]
    assert [entry.rate for stage in table.stages for entry in stage] == [0.0, 0.0]
    await work(crew["Bob"], 50.0)
    table = (await crew["Alice"].events())["routing_table"]
    assert table.stages[0][0].rate == 0.0
    assert 8.9 < table.stages[1][0].rate < 11.2


async def test_the_table_knows_within_a_heartbeat_of_who_works_gently_and_of_who_does_not_any_more(
    net: Any, small_run: Any
) -> None:
    """Rests between passes show in no receipt."""
    crew = await crew_of(net, small_run(), {"Alice": 0, "Bob": 1})
    await work(crew["Bob"], 50.0)

    async def told() -> float:
        rate: float = (await crew["Alice"].events())["routing_table"].stages[1][0].rate
        return rate

    assert 8.9 < await told() < 11.2
    await crew["Bob"].beat(duty_cycle=0.3)
    assert 2.6 < await told() < 3.4
    await crew["Bob"].beat(duty_cycle=1.0)
    assert 8.9 < await told() < 11.2


@pytest.mark.parametrize("duty_cycle", [0.0, 0.04, 1.1, -1.0])
async def test_a_share_of_the_time_that_is_none_is_refused(net: Any, small_run: Any, duty_cycle: float) -> None:
    crew = await crew_of(net, small_run(), {"Alice": 0, "Bob": 1})
    with pytest.raises(AssertionError, match="400"):
        await crew["Bob"].beat(duty_cycle=duty_cycle)


async def test_a_stage_whose_computers_work_gently_is_a_slow_one(net: Any, small_run: Any) -> None:
    crew = await crew_of(net, small_run(), LAYOUT)
    for miner in crew.values():
        await work(miner, FAST)
    for _ in range(35):
        for name, miner in crew.items():
            await miner.beat(duty_cycle=0.1 if name == "Bob" else 1.0)
        await net.tick(2.0)
    (moved,) = await asked_to_move(crew)
    assert moved.registered.stage == 0


async def test_a_miner_of_a_crowd_is_asked_to_move_to_the_slow_stage_and_lands_there(net: Any, small_run: Any) -> None:
    crew = await crew_of(net, small_run(), LAYOUT)
    for name, miner in crew.items():
        await work(miner, SLOW if name == "Bob" else FAST)
    await pass_time(net, crew, 50)
    assert await asked_to_move(crew) == []
    await pass_time(net, crew, 20)
    (moved,) = await asked_to_move(crew)
    assert moved.registered.stage == 0
    await moved.register(holding=api.Holding(run_id="small", stage=0))
    assert moved.registered.stage == 1
    assert await asked_to_move(crew) == []
    table = (await crew["Alice"].events())["routing_table"]
    assert [len(stage) for stage in table.stages] == [3, 2]


async def test_who_does_not_come_back_within_two_minutes_keeps_its_stage(net: Any, small_run: Any) -> None:
    crew = await crew_of(net, small_run(), LAYOUT)
    for name, miner in crew.items():
        await work(miner, SLOW if name == "Bob" else FAST)
    await pass_time(net, crew, 70)
    (moved,) = await asked_to_move(crew)
    net.now_ms += 121_000
    for miner in crew.values():
        await miner.beat()
    assert "reassigned" not in await moved.events()
    await moved.register()
    assert moved.registered.stage == 0


async def test_nobody_moves_while_no_receipts_show_how_fast_anybody_is(net: Any, small_run: Any) -> None:
    crew = await crew_of(net, small_run(), LAYOUT)
    await pass_time(net, crew, 130)
    assert await asked_to_move(crew) == []


async def test_a_peer_that_most_senders_cannot_reach_is_out_of_the_table_for_half_a_minute(
    net: Any, small_run: Any
) -> None:
    crew = await crew_of(net, small_run(), {"Alice": 0, "Bob": 1, "Charlie": 0, "Dave": 1})
    await pass_time(net, crew, 12)
    await complain(crew["Alice"], crew["Bob"].node)
    await net.tick()
    assert len((await crew["Alice"].events())["routing_table"].stages[1]) == 2
    await complain(crew["Charlie"], crew["Bob"].node)
    await net.tick()
    table = (await crew["Alice"].events())["routing_table"]
    assert [entry.node for entry in table.stages[1]] == [crew["Dave"].node]
    await pass_time(net, crew, 32)
    assert len((await crew["Alice"].events())["routing_table"].stages[1]) == 2


async def test_who_comes_back_is_not_left_out_for_what_was_said_of_its_last_life(net: Any, small_run: Any) -> None:
    crew = await crew_of(net, small_run(), {"Alice": 0, "Bob": 1, "Charlie": 0, "Dave": 1})
    for name in ("Alice", "Charlie"):
        await complain(crew[name], crew["Bob"].node)
    await crew["Bob"].register(holding=api.Holding(run_id="small", stage=1))
    await net.tick()
    for name in ("Alice", "Charlie"):
        await complain(crew[name], crew["Bob"].node)  # on its way before the table that tells of the return
    await net.tick()
    table = (await crew["Alice"].events())["routing_table"]
    assert {entry.node for entry in table.stages[1]} == {crew["Bob"].node, crew["Dave"].node}
    await pass_time(net, crew, 12)
    for name in ("Alice", "Charlie"):
        await complain(crew[name], crew["Bob"].node)
    await net.tick()
    table = (await crew["Alice"].events())["routing_table"]
    assert [entry.node for entry in table.stages[1]] == [crew["Dave"].node]


async def test_the_last_of_a_stage_is_never_left_out(net: Any, small_run: Any) -> None:
    crew = await crew_of(net, small_run(), {"Alice": 0, "Bob": 1, "Charlie": 0})
    for name in ("Alice", "Charlie"):
        await complain(crew[name], crew["Bob"].node)
    await net.tick()
    assert len((await crew["Alice"].events())["routing_table"].stages[1]) == 1


async def test_a_sender_that_feeds_only_its_friend_shows_in_the_public_status(net: Any, small_run: Any) -> None:
    run = small_run(microbatches=400)
    crew = await crew_of(net, run, {"Alice": 0, "Bob": 1, "Charlie": 0, "Dave": 1, "Eve": 1})
    for name in ("Bob", "Dave", "Eve"):
        await work(crew[name], FAST)
    await crew["Alice"].events()
    ways = (crew["Bob"].node, crew["Dave"].node, crew["Eve"].node)
    await crew["Alice"].deliver(*(crew["Alice"].receipt(microbatch=m, downstream=ways[0]) for m in range(200)))
    await crew["Charlie"].deliver(*(crew["Charlie"].receipt(microbatch=m, downstream=ways[m % 3]) for m in range(200)))
    await net.tick(2.0)
    status = from_json((await net.client.get(STATUS_PATH)).content, NetworkStatus)
    favours = {miner.node: miner.favoured_peer for miner in status.runs[0].miners}
    assert favours[crew["Alice"].node] == crew["Bob"].node
    assert favours[crew["Charlie"].node] is None
