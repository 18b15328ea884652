"""A run's life: measured, trained, merged, measured again; leases that lose no microbatch on the way."""

import json
from math import prod
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from engine.shard.model import parameter_shapes
from engine.shard.weights import fragments
from protocol import merges as wire
from protocol import orchestrator_api as api
from protocol.engine_control import EnginePhase
from protocol.errors import IntegrityError, SettingsError
from protocol.hashes import hash_bytes
from protocol.receipts import Direction
from protocol.runs import MergeSpec, ModelSpec, RunSpec, even_stages
from protocol.wire import to_json
from subnet.orchestrator.merging.fragment_sizes import fragment_numbers, run_parameters
from subnet.orchestrator.miners.news import rounded_rate
from subnet.orchestrator.runs.driver import RunFacts, RunStep, next_step
from subnet.orchestrator.runs.measurements import MeasurementState
from subnet.orchestrator.runs.runs import RunPhase, load_spec_file
from subnet.orchestrator.storage.store import ObjectStore
from swarm import merge_arithmetic as arithmetic
from swarm.partitions import split
from swarm.ranges import count
from swarm.run_problems import run_problems


async def feed(alice: Any, bob: Any, lease: api.Lease) -> None:
    """Train every microbatch of a lease, as both miners sign it."""
    await alice.train(bob, lease)


def train_leases(reply: api.LeaseReply) -> list[api.Lease]:
    return [lease for lease in reply.leases if lease.purpose is api.LeasePurpose.TRAIN]


async def phase(net: Any) -> str:
    return str((await net.rows("select phase from runs"))[0][0])


async def publish_alone(miner: Any, run: RunSpec) -> bool:
    """Do what merges ask of a stage's only miner; whether anything was asked."""
    tasks = (await miner.events())["merge_tasks"].tasks
    numbers = fragment_numbers(run, miner.registered.stage)[0]
    slices = split(numbers, run.merge.partitions, run.merge.tile)
    zeros = arithmetic.to_fixed(np.zeros(numbers, dtype=np.float32))
    for task in tasks:
        if isinstance(task, wire.SoloWanted):
            states = []
            for number, part in enumerate(slices):
                data = arithmetic.state_bytes(zeros[part.start : part.end], zeros[part.start : part.end])
                states.append(await miner.put(api.state_key(task.merge_id, miner.node, number), data))
            answer: wire.MergeAnswer = wire.SoloPublished(merge_id=task.merge_id, states=tuple(states))
        else:
            answer = wire.FragmentApplied(merge_id=task.merge_id, hash=arithmetic.fragment_hash([zeros]))
        assert (await miner.answer(answer)).status_code == 204
    return bool(tasks)


async def test_a_run_ends_with_what_there_is_when_a_stage_stays_empty(net: Any, small_run: Any) -> None:
    run = await net.found(small_run())
    alice, bob = await net.staffed(run, "Alice", "Bob")
    while leases := train_leases(await alice.lease()):
        await feed(alice, bob, leases[0])
    assert (await bob.post(api.LEAVE_PATH, api.LeaveRequest(reason="night is over"))).status_code == 204
    await net.tick(times=2)
    for _ in range(6):
        await publish_alone(alice, run)
        await net.tick(seconds=30)
        await alice.beat()
    assert await phase(net) == "merging", "somebody may come back to the empty stage"
    patience_seconds = net.orchestrator.context.settings.empty_stage_seconds
    for _ in range(20):
        await net.tick(seconds=patience_seconds / 10)
        await alice.beat()
    assert await phase(net) == "finished"
    state = (await net.client.get("/v1/runs/small/state")).json()
    assert [[head["version"] for head in stage] for stage in state["stages"]] == [[1], [0]]


async def test_a_run_goes_from_waiting_to_finished(net: Any, small_run: Any) -> None:
    run = await net.found(small_run())
    alice = await net.miner("Alice").register()
    await net.tick()
    assert (await phase(net), (await alice.lease()).leases) == ("waiting", ())
    bob = await net.miner("Bob").register()
    await net.tick()
    await net.measure([alice, bob], loss=3.0)
    await net.tick()
    assert await phase(net) == "training"
    while leases := train_leases(await alice.lease()):
        await feed(alice, bob, leases[0])
    await net.tick()
    assert await phase(net) == "merging"
    await net.tick()
    for _ in range(6):
        for miner in (alice, bob):
            await publish_alone(miner, run)
        await net.tick()
    await net.measure([alice, bob], loss=1.0)
    await net.tick()
    assert await phase(net) == "finished"
    finished = (await alice.events())["run_finished"]
    assert (finished.run_id, finished.held_out_loss) == ("small", 1.0)
    held_out = [json.loads(row) for (row,) in await net.rows("select body from event_log where tag = 'loss'")]
    assert [(one["point"][0], one["point"][1]) for one in held_out if one["held_out"]] == [(0, 3.0), (64, 1.0)]
    assert await net.rows("select count(*), sum(times) from trained") == [(8, 8)]
    assert (await alice.lease()).leases == ()
    state = (await net.client.get("/v1/runs/small/state")).json()
    assert [[head["version"] for head in stage] for stage in state["stages"]] == [[1], [1]]
    await alice.deliver(alice.commitment(9))  # receipts are still taken


async def test_a_restart_loses_no_lease_and_no_microbatch(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    (lease,) = train_leases(await alice.lease(4))
    await net.restart()
    (second,) = train_leases(await alice.lease(4))
    assert (lease.microbatches, second.microbatches) == (((0, 4),), ((4, 8),))
    assert train_leases(await alice.lease(4)) == []
    await feed(alice, bob, lease)
    await feed(alice, bob, second)
    assert (await alice.beat()).share_done == 1.0


async def test_leases_of_a_miner_that_falls_silent_go_to_another(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    (lease,) = train_leases(await alice.lease(4))
    await feed(alice, bob, msgspec.structs.replace(lease, microbatches=((0, 1),)))
    for _ in range(4):
        await net.tick(2.0)
        await bob.beat()
    await alice.register()
    (again,) = train_leases(await alice.lease(8))
    assert again.microbatches == ((1, 8),)


async def test_a_lease_runs_out_unless_its_miner_renews_it(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(lease_seconds=10.0), "Alice", "Bob")
    (kept,), (lost,) = train_leases(await alice.lease(2)), train_leases(await alice.lease(2))
    for _ in range(6):
        await net.tick(2.0)
        await bob.beat()
        await alice.beat(leases=(kept.lease_id,))
    assert train_leases(await alice.lease(8))[0].microbatches == ((2, 8),)
    closed = (await alice.events())["leases_closed"]
    assert closed.below_lease_id == kept.lease_id
    assert lost.microbatches == ((2, 4),)


async def test_what_is_handed_back_is_leased_again_at_once(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    (lease,) = train_leases(await alice.lease(4))
    foreign = api.ReturnLeases(lease_ids=(lease.lease_id,))
    await bob.call(api.RETURN_LEASES_PATH, foreign)
    assert train_leases(await alice.lease(4))[0].microbatches == ((4, 8),)
    await alice.call(api.RETURN_LEASES_PATH, foreign)
    assert train_leases(await alice.lease(4))[0].microbatches == ((0, 4),)


async def test_nothing_is_leased_while_a_stage_stands_empty(net: Any, small_run: Any, error_of: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    await bob.beat(EnginePhase.PAUSED)
    reply = await alice.lease()
    assert reply.leases == () and reply.retry_after_seconds is not None
    await bob.beat()
    assert train_leases(await alice.lease())
    assert error_of(await bob.post(api.LEASES_PATH, api.LeaseRequest(microbatches=1))) == (403, "refused")


async def test_a_microbatch_trained_twice_is_counted_twice_and_done_once(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    (lease,) = train_leases(await alice.lease(1))
    await feed(alice, bob, lease)
    await feed(alice, bob, lease)
    assert await net.rows("select microbatch, times from trained") == [(0, 2)]
    assert (await alice.beat()).share_done == 1 / 8


async def test_a_receipt_under_another_miners_lease_finishes_nothing(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    await alice.deliver(alice.receipt(direction=Direction.BACKWARD, lease_id=4711, downstream=bob.node))
    assert (await alice.beat()).share_done == 0.0


def gradient(alice: Any, bob: Any, lease: api.Lease, microbatch: int) -> tuple[Any, Any]:
    """What the two sign of the gradient that came back from Bob to Alice."""
    digest, named = hash_bytes(f"{microbatch}".encode()), {"microbatch": microbatch, "lease_id": lease.lease_id}
    told = named | {"direction": Direction.BACKWARD}
    came = alice.receipt(**told, input_hash=digest, output_hash="", downstream=bob.node)
    went = bob.receipt(**told, input_hash="", output_hash=digest, upstream=alice.node)
    return came, went


@pytest.mark.parametrize("first_to_tell", [0, 1])
async def test_a_microbatch_is_done_once_the_next_stage_confirms_it(
    net: Any, small_run: Any, first_to_tell: int
) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    (lease,) = train_leases(await alice.lease(4))
    told = list(zip((alice, bob), gradient(alice, bob, lease, 2), strict=True))
    for done, place in ((0.0, first_to_tell), (1 / 8, 1 - first_to_tell)):
        miner, receipt = told[place]
        await miner.deliver(receipt)
        assert (await alice.beat()).share_done == done
    assert await net.rows("select microbatch, times from trained") == [(2, 1)]


async def test_one_miner_alone_can_t_end_a_run(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(microbatches=400), "Alice", "Bob")
    (lease,) = train_leases(await alice.lease(4))
    unmatched = {"direction": Direction.BACKWARD, "lease_id": lease.lease_id, "downstream": bob.node}
    await alice.deliver(*(alice.receipt(**unmatched, microbatch=number, output_hash="") for number in range(400)))
    await net.tick()
    assert await net.rows("select phase, share_done from runs") == [("training", 0.0)]


async def test_a_microbatch_outside_of_its_lease_is_not_done_even_if_it_is_confirmed(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(), "Alice", "Bob")
    (lease,) = train_leases(await alice.lease(4))
    came, went = gradient(alice, bob, lease, 6)
    await alice.deliver(came)
    await bob.deliver(went)
    assert (await alice.beat()).share_done == 0.0


async def test_a_run_of_one_stage_needs_no_confirmation(net: Any, small_run: Any) -> None:
    (alice,) = await net.staffed(small_run(stages=1), "Alice")
    (lease,) = train_leases(await alice.lease(4))
    await alice.deliver(alice.receipt(direction=Direction.BACKWARD, lease_id=lease.lease_id, output_hash=""))
    assert (await alice.beat()).share_done == 1 / 8


async def test_no_miner_leases_the_whole_run(net: Any, small_run: Any) -> None:
    alice, _ = await net.staffed(small_run(microbatches=400), "Alice", "Bob")
    mate = await net.miner("Carol").register(holding=api.Holding(run_id="small", stage=0))
    held = 0
    for _ in range(50):
        held += sum(count(lease.microbatches) for lease in train_leases(await alice.lease(10**6)))
    assert held == 2 * (4 + 2)
    assert train_leases(await mate.lease(4))


async def test_an_idle_miner_s_leases_go_to_others_and_it_is_passed_over(net: Any, small_run: Any) -> None:
    run = small_run(microbatches=12, lease_seconds=60.0)
    alice, bob = await net.staffed(run, "Alice", "Bob")
    mate = await net.miner("Carol").register(holding=api.Holding(run_id="small", stage=0))
    (first,) = train_leases(await alice.lease(100))
    assert first.microbatches == ((0, 12),), "so that there is nothing left"
    lost_after = None
    for turn in range(400):
        await net.tick(2.0)
        held = (await alice.beat(leases=(first.lease_id,))).open_leases
        await mate.beat()
        await bob.beat()
        if not held:
            lost_after = 2 * turn
            break
    assert lost_after is not None and 600 <= lost_after <= 670
    assert train_leases(await alice.lease(100)) == []
    (gained,) = train_leases(await mate.lease(100))
    assert gained.microbatches == ((0, 12),)


async def test_what_was_told_but_not_yet_confirmed_is_not_leased_again_at_once(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(lease_seconds=60.0), "Alice", "Bob")
    mate = await net.miner("Carol").register(holding=api.Holding(run_id="small", stage=0))
    (lease,) = train_leases(await alice.lease(4))
    came, went = gradient(alice, bob, lease, 1)
    await alice.deliver(came)
    await alice.call(api.LEAVE_PATH, api.LeaveRequest())
    (others,) = train_leases(await mate.lease(8))
    assert others.microbatches == ((0, 1), (2, 8))
    await bob.deliver(went)
    assert (await mate.beat()).share_done == 1 / 8


async def test_what_nobody_confirms_is_leased_again_in_the_end(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(lease_seconds=60.0), "Alice", "Bob")
    mate = await net.miner("Carol").register(holding=api.Holding(run_id="small", stage=0))
    (lease,) = train_leases(await alice.lease(8))
    await alice.deliver(gradient(alice, bob, lease, 1)[0])
    await alice.call(api.LEAVE_PATH, api.LeaveRequest())
    for _ in range(31):
        await net.tick(2.0)
        await mate.beat()
        await bob.beat()
    (others,) = train_leases(await mate.lease(8))
    assert others.microbatches == ((0, 8),)


async def test_a_receipt_that_comes_after_its_lease_ran_out_still_counts(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(lease_seconds=5.0), "Alice", "Bob")
    (lease,) = train_leases(await alice.lease(4))
    await net.tick(5.5)
    for miner in (alice, bob):
        await miner.beat()
    (again,) = train_leases(await alice.lease(2))
    assert again.microbatches == ((0, 2),)
    came, went = gradient(alice, bob, lease, 3)
    await alice.deliver(came)
    await bob.deliver(went)
    assert (await alice.beat()).share_done == 1 / 8
    assert train_leases(await alice.lease(8))[0].microbatches == ((2, 3), (4, 8))


async def test_measurements_come_between_while_training_goes_on(net: Any, small_run: Any) -> None:
    alice, bob = await net.staffed(small_run(evaluate_every=2, evaluate_microbatches=1), "Alice", "Bob")
    (lease,) = train_leases(await alice.lease(2))
    await feed(alice, bob, lease)
    await net.tick()
    reply = await alice.lease(1)
    assert sorted(lease.purpose.value for lease in reply.leases) == ["evaluate", "train"]
    (measuring,) = [lease for lease in reply.leases if lease.purpose is api.LeasePurpose.EVALUATE]
    assert measuring.microbatches == ((0, 1),)
    told = {"direction": Direction.EVALUATE, "lease_id": measuring.lease_id, "loss_sum": 12.0}
    await bob.deliver(bob.receipt(**told), bob.receipt(**told))
    assert (await alice.beat()).held_out_loss == 1.5


async def test_training_begins_without_a_measurement_that_hangs(net: Any, small_run: Any) -> None:
    await net.found(small_run())
    crew = [await net.miner(name).register() for name in ("Alice", "Bob")]
    await net.tick()
    for _ in range(70):
        await net.tick(2.0)
        for miner in crew:
            await miner.beat()
        if await phase(net) == "training":
            break
    assert await phase(net) == "training"
    assert await net.rows("select state from measurements") == [("timed_out",)]


FACTS = RunFacts(
    phase=RunPhase.WAITING,
    manned=True,
    microbatches=10,
    untrained=10,
    evaluate_every=0,
    before=None,
    during_open=False,
    measured_at=0,
    merged=False,
    applied=False,
    after=None,
)


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({}, RunStep.MEASURE_BEFORE),
        ({"manned": False}, None),
        ({"before": MeasurementState.OPEN}, None),
        ({"before": MeasurementState.TIMED_OUT}, RunStep.TRAIN),
        ({"phase": RunPhase.TRAINING}, None),
        ({"phase": RunPhase.TRAINING, "untrained": 0}, RunStep.MERGE),
        ({"phase": RunPhase.TRAINING, "untrained": 5, "evaluate_every": 5}, RunStep.MEASURE_DURING),
        ({"phase": RunPhase.TRAINING, "untrained": 5, "evaluate_every": 5, "during_open": True}, None),
        ({"phase": RunPhase.MERGING}, None),
        ({"phase": RunPhase.MERGING, "merged": True}, None),
        ({"phase": RunPhase.MERGING, "merged": True, "applied": True}, RunStep.MEASURE_AFTER),
        ({"phase": RunPhase.MERGING, "merged": True, "after": MeasurementState.DONE}, RunStep.FINISH),
        ({"phase": RunPhase.FINISHED}, None),
    ],
)
def test_the_next_step_follows_from_the_facts(changes: dict[str, Any], step: RunStep | None) -> None:
    assert next_step(msgspec.structs.replace(FACTS, **changes)) is step


def test_a_run_is_read_from_its_file_and_brings_its_tokens(tmp_path: Path, small_run: Any) -> None:
    run, store = small_run(), ObjectStore(tmp_path / "store")
    file = tmp_path / "run.json"
    file.write_bytes(to_json(run))
    with pytest.raises(SettingsError, match="missing"):
        load_spec_file(file, store)
    train, held_out = b"to be or not to be " * 12, b"that is the question"
    (tmp_path / "train").write_bytes(b"another text")
    with pytest.raises(IntegrityError):
        load_spec_file(file, store)
    (tmp_path / "train").write_bytes(train)
    (tmp_path / "held_out").write_bytes(held_out)
    assert load_spec_file(file, store) == run
    assert store.read("data/train", 10**6) == train
    file.write_bytes(b"{")
    with pytest.raises(SettingsError, match="can't be read"):
        load_spec_file(file, store)
    assert run_problems(run) == []


def test_an_impossible_run_is_told_what_is_wrong(small_run: Any) -> None:
    run = small_run()
    for wrong in (
        {"run_id": "../x"},
        {"stages": even_stages(2, 2)[:1]},
        {"training": msgspec.structs.replace(run.training, microbatches=0)},
        {"data": msgspec.structs.replace(run.data, train_tokens=2)},
        {"data": msgspec.structs.replace(run.data, held_out_tokens=2)},
    ):
        assert run_problems(msgspec.structs.replace(run, **wrong))


@pytest.mark.parametrize(("stages", "count", "narrow"), [(1, 1, 16), (2, 2, 16), (3, 2, 8), (5, 3, 4)])
def test_fragments_are_counted_as_the_engine_cuts_them(small_run: Any, stages: int, count: int, narrow: int) -> None:
    model = ModelSpec(
        vocabulary=50, width=16, layers=5, heads=4, kv_heads=2, mlp_width=24, context=4, bottleneck_width=narrow
    )
    run = msgspec.structs.replace(
        small_run(), model=model, stages=even_stages(5, stages), merge=MergeSpec(fragments=count)
    )
    total = 0
    for stage in range(stages):
        shapes = parameter_shapes(model, run.stages, stage)
        sizes = {name: prod(shape) for name, shape in shapes.items()}
        cut = fragments(model, run.stages, stage, count)
        assert fragment_numbers(run, stage) == tuple(sum(sizes[name] for name in names) for names in cut)
        total += sum(sizes.values())
    assert run_parameters(run) == total


def test_rates_are_rounded_so_that_tables_seldom_change() -> None:
    assert rounded_rate(0.0) == 0.0
    assert rounded_rate(1.0) == rounded_rate(1.1) == 1.0
    assert abs(rounded_rate(37.0) / 37.0 - 1) < 0.125
