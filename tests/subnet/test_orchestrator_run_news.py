"""What the miners of a run should know is read once for each ring of its bell, for all of them together."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from protocol.engine_control import EnginePhase
from protocol.runs import RunSpec
from subnet.orchestrator.auditing.asking import tasks_of
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.miners.news import NEWS_KEPT_MS, Look, Newsroom, RunNews
from subnet.orchestrator.miners.outbox import Outbox, present_events


@pytest.fixture
def run(small_run: Callable[..., RunSpec]) -> RunSpec:
    return small_run()


async def news(net: Any, newsroom: Newsroom, run: RunSpec, ring: int, later_ms: int = 0) -> RunNews:
    found: RunNews = await net.database.read(lambda c: newsroom.news(c, run.run_id, ring, net.now_ms + later_ms))
    return found


def look_of(net: Any, miner: Any, ring: int) -> Look:
    registered = miner.registered
    return Look(node=miner.node, run_id=registered.run.run_id, life=registered.life, ring=ring, now_ms=net.now_ms)


def tags_of(events: tuple[Any, ...]) -> list[str]:
    return sorted(str(one.__struct_config__.tag) for one in events)


async def test_a_ring_costs_as_many_statements_for_many_miners_as_for_two(net: Any, run: RunSpec) -> None:
    crew = await net.staffed(run, "Solo", "Alice")
    newsroom = Newsroom(audit_tasks=tasks_of)
    queries: list[str] = []
    event.listen(net.database._reading, "before_cursor_execute", lambda *call: queries.append(call[2]))
    counts = []
    for ring in (1, 2):
        queries.clear()
        looks = [look_of(net, miner, ring) for miner in crew]
        told = await asyncio.gather(*(present_events(net.database, look, newsroom) for look in looks))
        assert {len(events) for events in told} == {4}
        counts.append(len(queries))
        crew += [await net.miner(name).register() for name in ("Bob", "Carol", "Dave", "Erin")]
    assert counts[0] == counts[1] < 14


async def test_streams_that_look_at_once_get_one_reading_though_who_began_it_goes(net: Any, run: RunSpec) -> None:
    crew = await net.staffed(run, "Solo", "Alice")
    newsroom = Newsroom()
    first = asyncio.ensure_future(newsroom.as_of(net.database, look_of(net, crew[0], 1)))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(newsroom.as_of(net.database, look_of(net, crew[1], 1)))
    await asyncio.sleep(0)
    first.cancel()
    found = await second
    assert set(found.by_node) == {miner.node for miner in crew}
    assert await newsroom.as_of(net.database, look_of(net, crew[0], 1)) is found


async def test_a_look_after_a_ring_does_not_take_a_reading_from_before_it(net: Any, run: RunSpec) -> None:
    solo, leaver = await net.staffed(run, "Solo", "Alice")
    newsroom = Newsroom()
    before = asyncio.ensure_future(newsroom.as_of(net.database, look_of(net, solo, 1)))
    await asyncio.sleep(0)
    await leaver.beat(EnginePhase.STOPPING)
    after = await newsroom.as_of(net.database, look_of(net, solo, 2))
    assert (await before) is not after
    assert [len(stage) for stage in after.table.stages] == [1, 0]


async def test_the_first_look_of_a_stream_is_at_the_tables_themselves(net: Any, run: RunSpec) -> None:
    solo, _ = await net.staffed(run, "Solo", "Alice")
    newsroom, look = Newsroom(audit_tasks=tasks_of), look_of(net, solo, 1)
    assert "packet_parked" not in tags_of(await present_events(net.database, look, newsroom))
    await net.run_sql(
        "insert into parked (key, receiver, sender, hash, size_bytes, created_unix_ms, fetched, announced) "
        f"values ('parked/one', '{solo.node}', 'x', '{'0' * 64}', 1, 1, 0, 1)"
    )
    assert "packet_parked" not in tags_of(await present_events(net.database, look, newsroom)), "nobody rang"
    assert "packet_parked" in tags_of(await present_events(net.database, look, newsroom, is_first=True))


async def test_a_miner_that_was_silent_still_hears_on_its_stream_and_an_older_life_is_sent_away(
    net: Any, run: RunSpec
) -> None:
    solo, _ = await net.staffed(run, "Solo", "Alice")
    await net.run_sql(f"update miners set online = 0 where node = '{solo.node}'")
    newsroom, look = Newsroom(audit_tasks=tasks_of), look_of(net, solo, 1)
    told = ["audit_tasks", "leases_closed", "merge_tasks", "routing_table"]
    assert tags_of(await present_events(net.database, look, newsroom)) == told
    await solo.register()
    assert tags_of(await present_events(net.database, msgspec.structs.replace(look, ring=2), newsroom)) == [
        "reassigned"
    ]


async def test_heartbeats_that_are_written_together_ring_once(net: Any, run: RunSpec) -> None:
    crew = await net.staffed(run, "Solo", "Alice")
    for miner in crew:
        await miner.beat()
    before = net.orchestrator.bells.rings(run.run_id)
    await net.orchestrator.attendance.flush()
    await asyncio.sleep(0)
    assert net.orchestrator.bells.rings(run.run_id) == before + 1


async def test_the_streams_of_one_ring_get_the_same_table_without_another_query(net: Any, run: RunSpec) -> None:
    await net.staffed(run, "Solo", "Alice")
    newsroom = Newsroom()
    first = await news(net, newsroom, run, ring=1)
    queries: list[str] = []
    event.listen(net.database._reading, "before_cursor_execute", lambda *call: queries.append(call[2]))
    assert await news(net, newsroom, run, ring=1) is first
    assert queries == ["BEGIN"]
    assert await news(net, newsroom, run, ring=2) is not first
    assert len(queries) > 2


async def test_a_table_keeps_its_number_until_somebody_comes_or_goes(net: Any, run: RunSpec) -> None:
    _, leaver = await net.staffed(run, "Solo", "Alice")
    newsroom = Newsroom()
    first = await news(net, newsroom, run, ring=1)
    assert (await news(net, newsroom, run, ring=2)).table is first.table
    await leaver.beat(EnginePhase.STOPPING)
    later = await news(net, newsroom, run, ring=3)
    assert later.table.version > first.table.version
    assert [len(stage) for stage in later.table.stages] == [1, 0]


async def test_a_stream_that_is_late_does_not_bring_an_older_table_back(net: Any, run: RunSpec) -> None:
    await net.staffed(run, "Solo", "Alice")
    newsroom = Newsroom()
    newest = await news(net, newsroom, run, ring=5)
    assert await news(net, newsroom, run, ring=4) is newest


async def test_what_nobody_rang_for_is_seen_after_a_second_or_a_jump_of_the_clock(net: Any, run: RunSpec) -> None:
    await net.staffed(run, "Solo", "Alice")
    newsroom = Newsroom()
    first = await news(net, newsroom, run, ring=1)
    assert await news(net, newsroom, run, ring=1, later_ms=NEWS_KEPT_MS - 1) is first
    assert await news(net, newsroom, run, ring=1, later_ms=NEWS_KEPT_MS) is not first
    second = await news(net, newsroom, run, ring=1)
    assert await news(net, newsroom, run, ring=1, later_ms=-1) is second, "a stream that waited for its turn"
    assert await news(net, newsroom, run, ring=1, later_ms=-NEWS_KEPT_MS) is not second


async def test_an_outbox_says_a_table_once_and_says_the_next_one(net: Any, run: RunSpec) -> None:
    _, leaver = await net.staffed(run, "Solo", "Alice")
    newsroom, outbox = Newsroom(), Outbox()
    first = await news(net, newsroom, run, ring=1)
    assert len(outbox.fresh((first.table, first.closed))) == 2
    assert outbox.fresh((first.table, first.closed)) == []
    await leaver.beat(EnginePhase.STOPPING)
    later = await news(net, newsroom, run, ring=2)
    assert [tag for tag, _ in outbox.fresh((later.table, later.closed))] == ["routing_table"]


def test_a_run_counts_the_rings_of_its_own_bell() -> None:
    bells = Bells()
    bells.ring("one")
    bells.ring("one")
    bells.hang("other")
    bells.ring_all()
    assert (bells.rings("one"), bells.rings("other"), bells.rings("unknown")) == (2, 1, 0)
