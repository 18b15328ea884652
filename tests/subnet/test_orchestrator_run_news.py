"""What all streams of a run have in common is read once for each ring of its bell."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from protocol.engine_control import EnginePhase
from protocol.runs import RunSpec
from subnet.orchestrator.miners.bells import Bells
from subnet.orchestrator.miners.news import NEWS_KEPT_MS, Newsroom, RunNews
from subnet.orchestrator.miners.outbox import Outbox


@pytest.fixture
def run(small_run: Callable[..., RunSpec]) -> RunSpec:
    return small_run()


async def news(net: Any, newsroom: Newsroom, run: RunSpec, ring: int, later_ms: int = 0) -> RunNews:
    found: RunNews = await net.database.read(lambda c: newsroom.news(c, run.run_id, ring, net.now_ms + later_ms))
    return found


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
