"""Miners come and go at the orchestrator: merges before their turn, leases that went to others, streams that broke."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from protocol import orchestrator_api as api
from protocol.engine_control import EnginePhase
from protocol.merges import StateHead
from protocol.receipts import StepId
from protocol.runs import MergeSpec, RunSpec
from protocol.wire import from_json, to_json
from subnet.orchestrator.merging.schedule import EARLY_MERGES, due_merges
from subnet.orchestrator.merging.state_heads import add_head
from subnet.orchestrator.receipts.ledger import WorkEntry, add_entries, node_tokens_since
from subnet.orchestrator.runs.runs import read_run
from subnet.orchestrator.tables.schema import merges
from swarm.merge_states import Done

LOCAL_STEPS = 20
ENOUGH_FOR_A_NEWCOMER = 4


@pytest.fixture
def run(small_run: Callable[..., RunSpec]) -> RunSpec:
    """Two stages; merges are far apart, so that none is due but for the reason at hand."""
    merge = MergeSpec(local_steps=LOCAL_STEPS, partitions=2, tile=16)
    return msgspec.structs.replace(small_run(microbatches=400), merge=merge)


@pytest.fixture(autouse=True)
def by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newcomers go to stage 1, the first of all to stage 0."""

    def chosen(_loads: Any, others: Any, _newcomer: Any, previous: int | None) -> int:
        return previous if previous is not None else min(1, len(others))

    monkeypatch.setattr("subnet.orchestrator.miners.miners.place_newcomer", chosen)


async def take_steps(miner: Any, first: int, count: int) -> None:
    for number in range(first, first + count):
        await miner.deliver(*miner.a_step(number, number))


async def due(net: Any, run: RunSpec) -> list[tuple[int, int]]:
    """(stage, members) of every merge that is due now."""
    settings = net.orchestrator.context.settings
    found = await net.database.read(lambda c: due_merges(c, read_run(c, run.run_id), settings, net.now_ms))
    return [(one.stage, len(one.nodes)) for one in found]


async def a_head(net: Any, run: RunSpec, version: int) -> None:
    """Stage 1 has merged meanwhile."""
    head = StateHead(stage=1, fragment=0, version=version, keys=("a", "b"), hashes=("c", "d"))
    await net.database.write(lambda c: add_head(c, run.run_id, 99, head, "hash", net.now_ms))


async def test_one_busy_miner_makes_a_merge_due_while_its_stage_mate_stands_still(net: Any, run: RunSpec) -> None:
    _, busy = await net.staffed(run, "Solo", "Alice")
    await net.miner("Bob").register()
    await take_steps(busy, 0, 2 * LOCAL_STEPS - 1)
    assert await due(net, run) == []
    await take_steps(busy, 2 * LOCAL_STEPS - 1, 1)
    assert await due(net, run) == [(1, 2)]


async def test_a_newcomer_makes_its_stage_merge_what_it_has_once(net: Any, run: RunSpec) -> None:
    _, mate = await net.staffed(run, "Solo", "Alice")
    await take_steps(mate, 0, ENOUGH_FOR_A_NEWCOMER)
    newcomer = await net.miner("Bob").register(ready=False)
    assert await due(net, run) == []
    await newcomer.beat(EnginePhase.DOWNLOADING)
    assert await due(net, run) == [(1, 1)]
    heads = await stage_heads(net, newcomer)
    assert heads.newer_soon and [head.version for head in heads.heads] == [0]
    await a_head(net, run, 1)
    heads = await stage_heads(net, newcomer)
    assert not heads.newer_soon and [head.version for head in heads.heads] == [1]
    assert await due(net, run) == []


async def test_a_newcomer_waits_for_nothing_where_there_is_nothing_new(net: Any, run: RunSpec) -> None:
    _, mate = await net.staffed(run, "Solo", "Alice")
    await take_steps(mate, 0, ENOUGH_FOR_A_NEWCOMER - 1)
    newcomer = await net.miner("Bob").register(ready=False)
    await newcomer.beat(EnginePhase.DOWNLOADING)
    assert await due(net, run) == []
    assert not (await stage_heads(net, newcomer)).newer_soon


async def test_a_newcomer_is_told_to_wait_while_the_merge_made_for_it_is_open(net: Any, run: RunSpec) -> None:
    _, mate = await net.staffed(run, "Solo", "Alice")
    await take_steps(mate, 0, ENOUGH_FOR_A_NEWCOMER)
    newcomer = await net.miner("Bob").register(ready=False)
    await newcomer.beat(EnginePhase.DOWNLOADING)
    await net.tick()
    assert await net.rows("select stage, phase from merges") == [(1, "solo")]
    assert (await stage_heads(net, newcomer)).newer_soon


async def test_a_miner_that_is_stopping_merges_its_last_steps_and_gets_nothing_new(net: Any, run: RunSpec) -> None:
    first, leaver = await net.staffed(run, "Solo", "Alice")
    await net.miner("Bob").register()
    await take_steps(leaver, 0, 2)
    assert await due(net, run) == []
    await leaver.beat(EnginePhase.STOPPING)
    table = (await first.events())["routing_table"]
    assert leaver.node not in {entry.node for entry in table.stages[1]}
    assert await due(net, run) == [(1, 2)]
    await net.tick()
    assert [type(task).__name__ for task in (await leaver.events())["merge_tasks"].tasks] == ["CommitWanted"]
    await leaver.call(api.LEAVE_PATH, api.LeaveRequest())
    assert await due(net, run) == []


async def test_a_leaver_without_steps_makes_no_merge_due(net: Any, run: RunSpec) -> None:
    _, leaver = await net.staffed(run, "Solo", "Alice")
    await net.miner("Bob").register()
    await leaver.beat(EnginePhase.STOPPING)
    assert await due(net, run) == []


async def counted(net: Any, miner: Any) -> int:
    ((steps,),) = await net.rows(f"select steps_total from miners where node = '{miner.node}'")
    return int(steps)


async def test_a_commitment_whose_gradients_nobody_signed_for_is_no_step(net: Any, run: RunSpec) -> None:
    _, cheat = await net.staffed(run, "Solo", "Alice")
    await cheat.deliver(*[cheat.commitment(step, (step,)) for step in range(3 * LOCAL_STEPS)])
    assert await counted(net, cheat) == 0
    assert await due(net, run) == []


@pytest.mark.parametrize("together", [True, False])
async def test_a_gradient_makes_one_step_and_a_second_signature_another(net: Any, run: RunSpec, together: bool) -> None:
    _, miner = await net.staffed(run, "Solo", "Alice")
    first, again = miner.a_step(1, 7), miner.a_step(3, 7)
    lines = [*first, miner.commitment(2, (7,)), *again]
    for part in [lines] if together else [[line] for line in lines]:
        await miner.deliver(*part)
    assert await counted(net, miner) == 2


@pytest.mark.parametrize("together", [True, False])
async def test_a_step_that_waited_for_memory_counts_and_leaves_the_next_one_its_gradient(
    net: Any, run: RunSpec, together: bool
) -> None:
    _, miner = await net.staffed(run, "Solo", "Alice")
    (one, made), (two, then) = miner.a_step(1, 0), miner.a_step(2, 1)
    lines = [one, two, made, then, *miner.a_step(3, 2)]
    for part in [lines] if together else [[line] for line in lines]:
        await miner.deliver(*part)
    assert await counted(net, miner) == 3


async def test_one_miner_alone_makes_no_merge_due_for_a_crowd_that_stands_still(net: Any, run: RunSpec) -> None:
    _, cheat = await net.staffed(run, "Solo", "Alice")
    mates = [await net.miner(name).register() for name in ("Bob", "Charlie", "Dave")]
    await take_steps(cheat, 0, 10 * LOCAL_STEPS)
    assert await due(net, run) == []
    for mate in mates[:2]:
        await take_steps(mate, 0, LOCAL_STEPS)
    assert await due(net, run) == [(1, 4)], "the slowest does not keep the others"


async def merged(net: Any, run: RunSpec, version: int, *takers: Any) -> None:
    """The merges that are due are opened and done; `takers` stand on the result."""
    await net.database.write(net.service._open_due)
    done = {"phase": "done", "state_json": to_json(Done(states=())), "finished_unix_ms": 1}
    await net.database.write(lambda c: c.execute(sa.update(merges).values(done)) and None)
    await a_head(net, run, version)
    for miner in takers:
        taken = f"(select steps_total from miners where node = '{miner.node}')"
        await net.run_sql(
            f"update held_fragments set version = {version}, steps_total = {taken} where node = '{miner.node}'"
        )


async def test_who_stops_without_end_has_the_stage_merge_twice(net: Any, run: RunSpec) -> None:
    """Once for what it had, once for what was under way as it was asked to leave."""
    _, cheat = await net.staffed(run, "Solo", "Alice")
    mate = await net.miner("Bob").register()
    opened = 0
    for step in range(8):
        await take_steps(cheat, step, 1)
        await cheat.beat(EnginePhase.STOPPING)
        if await due(net, run):
            opened += 1
            await merged(net, run, opened, cheat, mate)
    assert opened == 2


async def test_who_downloads_without_end_has_the_stage_merge_once(net: Any, run: RunSpec) -> None:
    _, mate = await net.staffed(run, "Solo", "Alice")
    idler = await net.miner("Bob").register(ready=False)
    await idler.beat(EnginePhase.DOWNLOADING)
    opened = 0
    for number in range(4):
        await take_steps(mate, ENOUGH_FOR_A_NEWCOMER * number, ENOUGH_FOR_A_NEWCOMER)
        if await due(net, run):
            opened += 1
            await merged(net, run, opened, idler, mate)
    assert opened == 1
    assert not (await stage_heads(net, idler)).newer_soon


async def test_between_two_merges_in_their_turn_are_few_for_those_who_come_and_go(net: Any, run: RunSpec) -> None:
    """However often a cheat begins another life to leave it again."""
    _, mate = await net.staffed(run, "Solo", "Alice")
    cheat, opened = net.miner("Bob"), 0
    for step in range(EARLY_MERGES + 3):
        await cheat.register()
        await take_steps(cheat, step, 1)
        await cheat.beat(EnginePhase.STOPPING)
        if await due(net, run):
            opened += 1
            await merged(net, run, opened, cheat, mate)
    assert opened == EARLY_MERGES
    await cheat.call(api.LEAVE_PATH, api.LeaveRequest())
    await take_steps(mate, 0, LOCAL_STEPS)
    assert await due(net, run) == [(1, 1)], "one in its turn"
    await merged(net, run, opened + 1, mate)
    await take_steps(mate, LOCAL_STEPS, 1)
    await mate.beat(EnginePhase.STOPPING)
    assert await due(net, run) == [(1, 1)], "and who leaves now is heard again"


async def test_a_leaver_whose_merge_came_to_nothing_is_not_left_behind(net: Any, run: RunSpec) -> None:
    _, leaver = await net.staffed(run, "Solo", "Alice")
    await net.miner("Bob").register()
    await take_steps(leaver, 0, 2)
    await leaver.beat(EnginePhase.STOPPING)
    for _ in range(3):
        assert await due(net, run) == [(1, 2)]
        await net.database.write(net.service._open_due)
        await net.run_sql("update merges set phase = 'abandoned', finished_unix_ms = 1")


async def test_a_heartbeat_tells_which_leases_have_gone_to_others(net: Any, run: RunSpec) -> None:
    feeder, _ = await net.staffed(run, "Solo", "Alice")
    lease = next(one for one in (await feeder.lease()).leases if one.purpose is api.LeasePurpose.TRAIN)
    assert (await feeder.beat(leases=(lease.lease_id,))).open_leases == (lease.lease_id,)
    await net.tick(30.0)
    assert (await feeder.beat(leases=(lease.lease_id,))).open_leases == ()


async def test_a_heartbeat_that_no_database_holds_is_refused_and_costs_no_others(
    net: Any, run: RunSpec, error_of: Any
) -> None:
    good, bad = await net.staffed(run, "Alice", "Bob")
    net.now_ms += 1000
    await good.beat()
    for told in ({"active_leases": (2**70,)}, {"bytes_sent": {"merge": 2**70}}, {"step": StepId(1, 2**70)}):
        fields = {"phase": EnginePhase.TRAINING, "step": bad.step, "queue": 0, "rate": 1.0, "addresses": ()}
        beat = api.HeartbeatRequest(**{**fields, **told})
        assert error_of(await bad.post(api.HEARTBEAT_PATH, beat)) == (400, "malformed")
    await net.tick()
    seen = dict(await net.rows("select node, last_seen_unix_ms from miners"))
    assert seen[good.node] == net.now_ms


async def test_a_miner_whose_stream_broke_is_gone_within_a_second_unless_it_shows_up(net: Any, run: RunSpec) -> None:
    crew = await net.staffed(run, "Solo", "Alice", "Bob", "Charlie")
    desk = net.orchestrator.attendance
    for miner in crew[1:]:
        desk.stream_opened(miner.node)
        desk.stream_ended(miner.node)
    desk.stream_opened(crew[2].node)
    await net.tick(0.5)
    await crew[3].beat()
    await net.tick(0.6)
    online = {name for (name,) in await net.rows("select node from miners where online = 1")}
    assert online == {crew[0].node, crew[2].node, crew[3].node}


async def test_a_second_stream_of_a_miner_outlives_its_first(net: Any, run: RunSpec) -> None:
    _, miner = await net.staffed(run, "Solo", "Alice")
    desk = net.orchestrator.attendance
    desk.stream_opened(miner.node)
    desk.stream_opened(miner.node)
    desk.stream_ended(miner.node)
    await net.tick(1.5)
    assert await net.rows(f"select online from miners where node = '{miner.node}'") == [(1,)]


async def online(net: Any) -> set[str]:
    return {node for (node,) in await net.rows("select node from miners where online = 1")}


async def test_a_heartbeat_that_is_written_behind_a_goodbye_brings_nobody_back(net: Any, run: RunSpec) -> None:
    """Nobody would miss it any more: its stage's merges would wait for it for ever."""
    here, leaver = await net.staffed(run, "Solo", "Alice")
    desk = net.orchestrator.attendance
    last = api.HeartbeatRequest(
        phase=EnginePhase.STOPPING, step=leaver.step, queue=0, rate=1.0, addresses=("127.0.0.1:4433",)
    )

    async def leave() -> None:
        await net.database.write(lambda connection: desk.depart(connection, [leaver.node]))
        desk.forget(leaver.node)

    await asyncio.gather(leave(), desk.heard(leaver.node, last))
    assert await online(net) == {here.node}
    await desk.heard(leaver.node, last)
    assert await online(net) == {here.node, leaver.node}, "who speaks up later is there again, and would be missed"
    await here.beat()
    await net.tick(60.0)
    assert leaver.node not in await online(net)


@pytest.mark.parametrize("hours", [-1, 0.4])
async def test_a_clock_that_is_set_keeps_nobody_and_sends_nobody_away(net: Any, run: RunSpec, hours: float) -> None:
    here, silent = await net.staffed(run, "Solo", "Alice")
    net.set_clock(3600 * hours)
    await net.tick()
    assert await online(net) == {here.node, silent.node}
    for _ in range(4):
        await here.beat()
        await net.tick(net.orchestrator.context.settings.gone_after_seconds / 3)
    assert await online(net) == {here.node}


@pytest.mark.parametrize("hours", [-1, 0, 0.4])
async def test_after_a_restart_everybody_has_the_time_of_one_silence_whatever_the_clock_says(
    net: Any, run: RunSpec, hours: float
) -> None:
    here, silent = await net.staffed(run, "Solo", "Alice")
    net.set_clock(3600 * hours)
    await net.restart()
    await net.tick()
    assert await online(net) == {here.node, silent.node}
    await here.beat()
    await net.tick(net.orchestrator.context.settings.gone_after_seconds)
    assert await online(net) == {here.node}


async def test_a_stream_that_broke_is_told_by_whatever_the_clock_says(net: Any, run: RunSpec) -> None:
    here, gone = await net.staffed(run, "Solo", "Alice")
    net.orchestrator.attendance.stream_opened(gone.node)
    net.orchestrator.attendance.stream_ended(gone.node)
    net.set_clock(-3600)
    await net.tick(1.1)
    assert await online(net) == {here.node}


async def test_an_upload_weighs_by_the_work_since_its_miner_began_anew(net: Any, run: RunSpec) -> None:
    _, miner = await net.staffed(run, "Solo", "Alice")

    def entry(microbatch: int) -> WorkEntry:
        return WorkEntry(
            microbatch=microbatch, stage=1, node=miner.node, hotkey="h", sequence=microbatch,
            step_life=miner.registered.life, step=0, tokens=8,
        )  # fmt: skip

    async def note(*entries: WorkEntry) -> None:
        await net.database.write(lambda c: add_entries(c, read_run(c, run.run_id), entries, net.now_ms) and None)

    async def weight() -> dict[str, int]:
        found: dict[str, int] = await net.database.read(lambda c: node_tokens_since(c, run.run_id, [miner.node], 0))
        return found

    await note(entry(0), entry(1))
    assert await weight() == {miner.node: 16}
    await miner.register()
    assert await weight() == {}
    await note(entry(2))
    assert await weight() == {miner.node: 8}


async def test_the_rest_of_an_object_can_be_fetched_alone(net: Any, run: RunSpec) -> None:
    miner, _ = await net.staffed(run, "Solo", "Alice")
    wish = api.StoreWish(method="GET", key=run.data.train_key)
    grants = await miner.call(api.STORE_GRANTS_PATH, api.StoreGrantsRequest(wishes=(wish,)), api.StoreGrants)
    whole = (await net.client.get(grants.urls[0])).content
    rest = await net.client.get(grants.urls[0], headers={"Range": "bytes=100-"})
    assert (rest.status_code, rest.content) == (206, whole[100:])
    assert rest.headers["content-range"] == f"bytes 100-{len(whole) - 1}/{len(whole)}"
    behind = await net.client.get(grants.urls[0], headers={"Range": f"bytes={len(whole)}-"})
    assert behind.status_code == 416
    strange = await net.client.get(grants.urls[0], headers={"Range": "bytes=5-9,20-"})
    assert (strange.status_code, strange.content) == (200, whole)


async def stage_heads(net: Any, miner: Any) -> api.StageHeads:
    answer = await net.client.get(api.HEADS_PATH, headers=miner.headers)
    assert answer.status_code == 200, answer.text
    found: api.StageHeads = from_json(answer.content, api.StageHeads)
    return found
