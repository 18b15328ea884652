"""Merges over the wire: phases, restarts in each of them, liars, silent miners, a miner alone in its stage."""

from typing import Any

import numpy as np
import pytest

from protocol import merges as wire
from protocol import orchestrator_api as api
from protocol.engine_control import EnginePhase
from protocol.validator_api import DisputeVerdict
from subnet.orchestrator.merging.schedule import first_merge_steps
from swarm import merge_arithmetic as arithmetic
from swarm.quantisation import dequantise, quantise
from tests.subnet.merging_miners import STAGE, Merger, phases, swarm_of, until_done

pytestmark = pytest.mark.usefixtures("capable")


async def test_three_miners_merge_to_the_bit_and_all_find_the_same_hash(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    assert (await phases(net))[STAGE] == "collecting"
    await until_done(net, mergers)
    assert await net.rows("select count(*), min(matches) from applied") == [(3, 1)]
    assert await net.rows(f"select version from fragment_states where stage = {STAGE}") == [(1,)]
    # The merged anchor is the mean of the three uploads times the outer step, within the rounding of their sum.
    keys = [f"runs/small/state/s1/f0/v1/p{number}" for number in range(2)]
    anchors = [
        arithmetic.state_from_bytes(net.store.read(key, 10**6), part.numbers)[0]
        for key, part in zip(keys, mergers[0].slices, strict=True)
    ]
    merge = run.merge
    mean = np.mean([dequantise(quantise(merger.delta, merge.tile, merge.upload)[0]) for merger in mergers], axis=0)
    expected = 0.7 * (1 + 0.6) * mean
    assert np.abs(arithmetic.from_fixed(np.concatenate(anchors)) - expected).max() < 2e-4


async def test_a_restart_in_every_phase_loses_nothing(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    seen: list[str] = []

    async def restart() -> None:
        seen.append((await phases(net))[STAGE])
        await net.restart()

    await until_done(net, mergers, restart)
    assert {"weighing", "applying", "summing"} & set(seen)
    assert await net.rows(f"select version from fragment_states where stage = {STAGE}") == [(1,)]
    assert await net.rows("select count(*), min(matches) from applied") == [(3, 1)]


async def test_a_restart_after_each_single_answer_changes_no_result(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 2)
    for _ in range(12):
        for merger in mergers:
            if await merger.turn():
                await net.restart()
        await net.tick()
    assert (await phases(net))[STAGE] == "done"
    assert await net.rows("select count(*), min(matches) from applied") == [(2, 1)]


async def second_merge(net: Any, mergers: list[Merger]) -> None:
    """Everybody takes the steps that make the next merge due, and it is opened."""
    for merger in mergers:
        steps = [line for step in (3, 4, 5, 6) for line in merger.miner.a_step(step, step % 8)]
        await merger.miner.deliver(*steps)
    await net.tick()


async def test_later_merges_travel_as_deltas_and_the_store_keeps_the_whole_state(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    await until_done(net, mergers)
    await second_merge(net, mergers)
    await until_two_done(net, mergers)
    assert [merger.stepped for merger in mergers] == [1, 1, 1], "the deltas gave the state that the store has"
    assert await net.rows("select count(*), min(matches) from applied") == [(6, 1)]
    assert net.store.keys(f"runs/small/deltas/s{STAGE}/f0/v2")
    assert not net.store.keys(f"runs/small/deltas/s{STAGE}/f0/v1"), "version 0 is in no store, so v1 travelled whole"


async def until_two_done(net: Any, mergers: list[Merger]) -> None:
    for _ in range(20):
        for merger in mergers:
            await merger.turn()
        await net.tick()
        done = await net.rows(f"select count(*) from merges where stage = {STAGE} and phase = 'done'")
        if done == [(2,)] and not any([await merger.tasks() for merger in mergers]):
            return
    raise AssertionError(await phases(net))


async def test_who_stands_on_another_state_is_left_out_of_the_next_merge(
    net: Any, small_run: Any, error_of: Any
) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    await until_done(net, mergers)
    astray = mergers[2]
    forget = "update held_fragments set version = 0 where node = ?"
    await net.database.write(lambda c: c.exec_driver_sql(forget, (astray.miner.node,)))
    await second_merge(net, mergers[:2])
    (commit,) = [task for task in await astray.tasks() if isinstance(task, wire.CommitWanted)]
    assert error_of(await astray.miner.answer(await astray._commit(commit.merge_id))) == (403, "refused")
    await until_two_done(net, mergers[:2])
    query = f"select count(distinct node) from merge_uploads where merge_id = {commit.merge_id}"
    assert await net.rows(query) == [(2,)]


async def test_a_miner_alone_publishes_its_own_weights(net: Any, small_run: Any) -> None:
    run = small_run()
    solo, _ = await swarm_of(net, run, 2)
    assert [type(task).__name__ for task in await solo.tasks()] == ["SoloWanted"]
    await solo.turn()
    await net.tick()
    ((head_json,),) = await net.rows("select head_json from fragment_states where stage = 0")
    assert b'"version":1' in head_json
    assert [type(task).__name__ for task in await solo.tasks()] == ["ApplyWanted"]
    await solo.turn()
    assert await solo.tasks() == ()


async def test_an_upload_that_is_not_what_was_announced_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 2)
    (task,) = await mergers[0].tasks()
    answer = await mergers[0]._commit(task.merge_id)
    key = api.upload_key(task.merge_id, mergers[0].miner.node, 0, "codes")
    await mergers[0].miner.put(key, bytes(mergers[0].slices[0].numbers // 2))
    assert error_of(await mergers[0].miner.answer(answer)) == (400, "integrity")
    missing = api.upload_key(task.merge_id, mergers[0].miner.node, 1, "codes")
    net.store.delete(missing)
    assert error_of(await mergers[0].miner.answer(answer))[0] in (400, 404)
    assert (await phases(net))[STAGE] == "collecting"
    await until_done(net, mergers)


async def test_codes_can_not_be_changed_after_they_were_committed(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 2)
    await mergers[0].turn()
    ((merge_id,),) = await net.rows(f"select max(merge_id) from merges where stage = {STAGE}")
    key = api.upload_key(merge_id, mergers[0].miner.node, 0, "codes")
    await mergers[0].miner.put(key, bytes(mergers[0].slices[0].numbers // 2))
    await until_done(net, mergers)
    assert await net.rows("select min(matches) from applied") == [(1,)]


async def test_a_miner_that_vanishes_holds_nobody_up(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    for merger in mergers:
        await merger.turn()
    assert (await phases(net))[STAGE] == "reporting"
    gone = mergers.pop()
    await gone.miner.call(api.LEAVE_PATH, api.LeaveRequest())
    await until_done(net, mergers)
    # Its committed upload was not lost.
    ((state,),) = await net.rows(f"select state_json from merges where stage = {STAGE}")
    ((uploads,),) = await net.rows("select count(distinct node) from merge_uploads")
    assert uploads == 3 and b"done" in state
    # When it comes back it starts from the merged state.
    await gone.miner.register()
    assert [head.version for head in gone.miner.registered.heads] == [1]


async def test_a_silent_miner_is_left_out_when_the_time_is_up(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    for merger in mergers[:2]:
        await merger.turn()
    assert (await phases(net))[STAGE] == "collecting"
    for _ in range(6):
        for merger in mergers:
            await merger.miner.beat()
        await net.tick(4.0)
    assert (await phases(net))[STAGE] == "reporting"


async def test_a_paused_miner_takes_over_the_result_when_it_is_back(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3)
    await mergers[2].miner.beat(EnginePhase.PAUSED)
    await until_done(net, mergers[:2])
    await mergers[2].miner.beat()
    assert [type(task).__name__ for task in await mergers[2].tasks()] == ["ApplyWanted"]
    await mergers[2].turn()
    assert await net.rows("select count(*), min(matches) from applied") == [(3, 1)]


async def test_a_liar_among_three_is_outvoted_for_now_and_named_by_a_validator(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3, lies=(1,))
    await until_done(net, mergers)
    liar = mergers[1].miner.node
    blamed = await net.rows("select distinct node, phase from merge_blames")
    assert blamed == [(liar, "reporting")]  # a report is recomputed by the orchestrator itself
    disputes = await net.rows("select dispute_id, provisional, right_hash from disputes where sampled = 0")
    assert disputes and all(provisional for _, provisional, _ in disputes)
    service = net.service
    for dispute_id, _, right_hash in disputes:
        verdict = DisputeVerdict(dispute_id=dispute_id, right_hash=right_hash)
        await net.database.write(lambda c, one=verdict: service.disputes.settle(c, one, "judge", net.now_ms))
    await net.tick()
    assert set(await net.rows("select distinct node, phase from merge_blames")) == {
        (liar, "reporting"),
        (liar, "summing"),
    }
    assert await net.rows("select distinct decided_by, provisional from disputes where sampled = 0") == [("judge", 0)]


async def test_while_a_validator_is_at_work_a_dispute_waits_for_it(net: Any, small_run: Any) -> None:
    from subnet.orchestrator.auditing.validators import see_validator

    run = small_run()
    _, mergers = await swarm_of(net, run, 3, lies=(2,))
    await net.database.write(lambda c: see_validator(c, "judge", net.now_ms))
    for _ in range(8):
        for merger in mergers:
            await merger.turn()
        await net.tick()
    assert (await phases(net))[STAGE] == "summing"
    for dispute_id, claims in await net.rows("select dispute_id, claims_json from disputes where sampled = 0"):
        honest = mergers[0].miner.node.encode()
        right = claims.split(honest + b'":"')[1][:64].decode()
        verdict = DisputeVerdict(dispute_id=dispute_id, right_hash=right)
        await net.database.write(lambda c, one=verdict: net.service.disputes.settle(c, one, "judge", net.now_ms))
    await until_done(net, mergers)
    assert (mergers[2].miner.node, "summing") in await net.rows("select distinct node, phase from merge_blames")


async def test_a_verdict_without_a_state_decides_nothing(net: Any, small_run: Any) -> None:
    from subnet.orchestrator.auditing.validators import see_validator

    run = small_run()
    _, mergers = await swarm_of(net, run, 3, lies=(0,))
    await net.database.write(lambda c: see_validator(c, "judge", net.now_ms))
    for _ in range(8):
        for merger in mergers:
            await merger.turn()
        await net.tick()
    (dispute_id,) = (await net.rows("select min(dispute_id) from disputes where sampled = 0"))[0]
    verdict = DisputeVerdict(dispute_id=dispute_id, right_hash="ab" * 32)
    await net.database.write(lambda c: net.service.disputes.settle(c, verdict, "judge", net.now_ms))
    await net.tick()
    assert await net.rows(f"select decided_unix_ms from disputes where dispute_id = {dispute_id}") == [(None,)]


async def test_a_majority_without_a_state_is_not_asked_again_at_every_look(net: Any, small_run: Any) -> None:
    run = small_run()
    _, mergers = await swarm_of(net, run, 3, lies=(0,))
    for _ in range(8):
        for merger in mergers:
            await merger.turn()
        if await net.rows("select 1 from disputes where sampled = 0"):
            break
        await net.tick()
    for key in net.store.keys("merges"):
        if "/answered/" in key:
            net.store.delete(key)
    looks: list[tuple[str, bool]] = []
    bring = net.service.disputes.bring

    async def looked(row: Any) -> None:
        looks.append((row.dispute_id, row.provisional))
        await bring(row)

    net.service.disputes.bring = looked
    for _ in range(5):
        await net.tick()
    disputes = {row for (row,) in await net.rows("select dispute_id from disputes where sampled = 0")}
    assert disputes and sorted(looks) == [(one, True) for one in sorted(disputes)]
    assert await net.rows("select distinct decided_unix_ms from disputes where sampled = 0") == [(None,)]


async def test_an_answer_that_nobody_asked_for_is_refused(net: Any, small_run: Any, error_of: Any) -> None:
    run = small_run()
    solo, mergers = await swarm_of(net, run, 2)
    (task,) = await mergers[0].tasks()
    foreign = await mergers[0]._commit(task.merge_id)
    assert error_of(await solo.miner.answer(foreign)) == (403, "refused")
    unknown = wire.FragmentApplied(merge_id=999, hash="ab" * 32)
    assert error_of(await solo.miner.answer(unknown)) == (404, "refused")
    early = wire.FragmentApplied(merge_id=task.merge_id, hash="ab" * 32)
    assert error_of(await mergers[0].miner.answer(early)) == (403, "refused")


async def test_old_states_and_finished_merges_leave_the_store(net: Any, small_run: Any) -> None:
    run = small_run()
    solo, _ = await swarm_of(net, run, 1)
    for version in range(1, 6):
        await solo.turn()
        await net.tick()
        await solo.turn()
        steps = range(2 * version + 1, 2 * version + 3)
        await solo.miner.deliver(*(line for step in steps for line in solo.miner.a_step(step, step % 8)))
        await net.tick()
    versions = {int(key.split("/v")[1].split("/")[0]) for key in net.store.keys("runs/small/state/s0")}
    assert versions == {3, 4, 5}
    for _ in range(20):
        await net.tick(4.0)
    finished = await net.rows("select merge_id from merges where finished_unix_ms is not null")
    assert all(net.store.keys(f"merges/{merge_id}") == [] for (merge_id,) in finished)


def test_fragments_take_turns_from_the_start() -> None:
    assert [first_merge_steps(50, fragment, 5) for fragment in range(5)] == [10, 20, 30, 40, 50]
    assert first_merge_steps(1, 0, 4) == 1


async def test_uploads_that_take_longer_than_a_phase_are_waited_for_after_some_merges(net: Any, small_run: Any) -> None:
    """A stage over the store alone: nothing but its uploads measures its lines, and these take 70 seconds."""
    solo, mergers = await swarm_of(net, small_run(), 3)
    for _ in range(6):
        asked = [(one, task) for one in mergers for task in await one.tasks() if isinstance(task, wire.CommitWanted)]
        for _ in range(14):
            for one in (solo, *mergers):
                await one.miner.beat()
            await net.tick(5.0)
        for merger, task in asked:
            if task in await merger.tasks():
                await merger.miner.answer(await merger._commit(task.merge_id))
        if (await phases(net))[STAGE] == "reporting":
            break
    await until_done(net, mergers)
    assert await net.rows(f"select version from fragment_states where stage = {STAGE}") == [(1,)]


async def test_an_upload_that_comes_too_late_tells_how_thin_its_line_is(net: Any, small_run: Any) -> None:
    _, mergers = await swarm_of(net, small_run(), 3)
    late = mergers[2]
    answer = await late._commit((await late.tasks())[0].merge_id)
    for merger in mergers[:2]:
        await merger.turn()
    for _ in range(6):
        for merger in mergers:
            await merger.miner.beat()
        await net.tick(4.0)
    assert (await phases(net))[STAGE] == "reporting"
    speed = f"select upload_bytes_per_second from miners where node = '{late.miner.node}'"
    assert await net.rows(speed) == [(None,)]
    assert (await late.miner.answer(answer)).status_code == 204
    assert await net.rows(speed) == [(1e6,)]
