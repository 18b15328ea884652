"""The compute thread: the most urgent first, nothing but control while paused, and no pass lost or changed by it."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest

from engine.compute.thread import ComputeStopped, ComputeThread, PassInterrupted, Urgency
from engine.pipeline.passage import Parcel
from engine.pipeline.shard_work import BackwardDone, ForwardDone
from engine.shard.weights import weights_hash
from engine.training.trainer import Trainer
from protocol.hashes import hash_bytes
from protocol.packets import Packet, PacketHeader, PacketKind, Section
from protocol.receipts import StepId
from protocol.runs import RunSpec
from swarm.borders import most_plain_bytes

MakeRun = Callable[..., RunSpec]
MakeTrainer = Callable[..., Trainer]
MakeTokens = Callable[[RunSpec, int], Parcel]


async def test_the_most_urgent_job_goes_first_and_equals_in_their_order() -> None:
    compute, gate, done = ComputeThread(), threading.Event(), list[str]()
    blocked = compute.submit(Urgency.CONTROL, gate.wait)
    jobs = [
        compute.submit(urgency, partial(done.append, name))
        for urgency, name in (
            (Urgency.EVALUATE, "evaluate"),
            (Urgency.FORWARD, "forward 1"),
            (Urgency.BACKWARD, "backward"),
            (Urgency.FORWARD, "forward 2"),
            (Urgency.CONTROL, "control"),
        )
    ]
    gate.set()
    await asyncio.gather(blocked, *jobs)
    assert done == ["control", "backward", "forward 1", "forward 2", "evaluate"]
    await compute.stop()


async def test_a_pause_lets_control_through_only() -> None:
    compute, done = ComputeThread(), list[str]()
    compute.pause()
    waiting = compute.submit(Urgency.BACKWARD, lambda: done.append("backward"))
    await compute.submit(Urgency.CONTROL, lambda: done.append("control"))
    assert done == ["control"] and compute.waiting == 1 and not waiting.done()
    compute.resume()
    await waiting
    assert done == ["control", "backward"]
    await compute.stop()


async def test_what_a_job_raises_reaches_whoever_asked_and_nobody_else() -> None:
    compute = ComputeThread()
    failing = compute.submit(Urgency.FORWARD, lambda: 1 // 0)
    fine = compute.submit(Urgency.FORWARD, lambda: 7)
    with pytest.raises(ZeroDivisionError):
        await failing
    assert await fine == 7
    await compute.stop()


async def test_a_stop_fails_what_waits_and_what_comes_later() -> None:
    compute = ComputeThread()
    compute.pause()
    waiting = [compute.submit(Urgency.FORWARD, lambda: 1) for _ in range(3)]
    await compute.stop()
    for job in (*waiting, compute.submit(Urgency.CONTROL, lambda: 1)):
        with pytest.raises(ComputeStopped):
            await asyncio.wait_for(job, 5)


async def test_the_prepared_thread_is_the_only_one_that_works() -> None:
    names: list[str] = []
    compute = ComputeThread(lambda: names.append(threading.current_thread().name))
    names.append(await compute.submit(Urgency.FORWARD, lambda: threading.current_thread().name))
    assert names == ["compute", "compute"]
    await compute.stop()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


async def test_time_in_jobs_and_time_without_one_are_told_apart_and_a_pause_is_neither() -> None:
    clock = Clock()
    compute = ComputeThread(clock=clock)
    await compute.submit(Urgency.FORWARD, lambda: clock.pass_by(3.0))
    assert (compute.busy_seconds, compute.idle_seconds) == (3.0, 0.0)
    clock.pass_by(5.0)
    await compute.submit(Urgency.BACKWARD, lambda: clock.pass_by(0.5))
    assert (compute.busy_seconds, compute.idle_seconds) == (3.5, 5.0)
    clock.pass_by(1.0)
    compute.pause()
    clock.pass_by(100.0)
    await compute.submit(Urgency.CONTROL, lambda: clock.pass_by(0.25))
    clock.pass_by(100.0)
    compute.resume()
    clock.pass_by(2.0)
    await compute.submit(Urgency.FORWARD, lambda: None)
    assert (compute.busy_seconds, compute.idle_seconds) == (3.75, 8.0)
    await compute.stop()


class Interrupter:
    """A yield point that pauses the thread when a pass comes by for the `at`-th time."""

    def __init__(self) -> None:
        self.compute: ComputeThread | None = None
        self.at = 0
        self.seen = 0
        self.interrupted = 0

    def __call__(self) -> None:
        assert self.compute is not None
        self.seen += 1
        if self.seen == self.at:
            self.compute.pause()
        try:
            self.compute.yield_point()
        except PassInterrupted:
            self.interrupted += 1
            raise


def returning(run: RunSpec, forward: ForwardDone) -> Packet:
    """A gradient for the middle stage: the codes that it sent, as if they were one."""
    assert forward.parcel is not None
    sections = tuple(section for section in forward.parcel.sections if section.name != "tokens")
    size = sum(section.wire_bytes for section in sections)
    return packet(run, PacketKind.BACKWARD, sections, forward.parcel.payload[-size:])


def packet(run: RunSpec, kind: PacketKind, sections: tuple[Section, ...], payload: bytes) -> Packet:
    header = PacketHeader(
        kind=kind,
        run_id=run.run_id,
        microbatch=0,
        lease_id=1,
        sender="",
        receiver="",
        from_stage=0,
        to_stage=1,
        step=StepId(1, 0),
        codec_id=run.codec.codec_id,
        codec_bits=run.codec.bits,
        sections=sections,
        payload_hash=hash_bytes(payload),
        norm_shares=(0.5, -1.0, 0.25),
    )
    return Packet(header, payload)


async def one_round(
    run: RunSpec, make_trainer: MakeTrainer, tokens: Parcel, stage: int, pause_at: int
) -> tuple[list[str], int]:
    """Forward and backward of one stage, paused at its `pause_at`-th yield point; hashes of all that came out."""
    first = make_trainer(run, 0)
    came = first.forward(PacketKind.FORWARD, 0, tokens)
    assert came.parcel is not None
    source = tokens if stage == 0 else packet(run, PacketKind.FORWARD, came.parcel.sections, came.parcel.payload)
    point = Interrupter()
    trainer = make_trainer(run, stage, yield_point=point)
    compute = point.compute = ComputeThread()
    point.at = pause_at

    async def finished(urgency: Urgency, job: Callable[[], object]) -> object:
        future = compute.submit(urgency, job)
        async with asyncio.timeout(20):
            while not future.done():
                await asyncio.wait({future}, timeout=0.005)
                if compute.paused and compute.waiting:
                    trainer.release_graphs()
                    compute.resume()
        return future.result()

    forward = await finished(Urgency.FORWARD, lambda: trainer.forward(PacketKind.FORWARD, 0, source))
    assert isinstance(forward, ForwardDone)
    backward = forward.backward
    if backward is None:
        gradient = returning(run, forward)
        done = await finished(Urgency.BACKWARD, lambda: trainer.backward(0, gradient))
        assert isinstance(done, BackwardDone)
        backward = done
    await compute.stop()
    parcels = [parcel.payload_hash for parcel in (forward.parcel, backward.parcel) if parcel is not None]
    return [*parcels, repr(forward.loss_sum), weights_hash(trainer.weights)], point.interrupted


@pytest.mark.parametrize("stage", [0, 1, 2], ids=["first", "middle", "last"])
async def test_a_pass_interrupted_at_any_layer_starts_anew_and_comes_to_the_same_bits(
    stage: int, tiny_run: MakeRun, tiny_trainer: MakeTrainer, tiny_tokens: MakeTokens
) -> None:
    run = tiny_run(3)
    tokens = tiny_tokens(run, 5)
    undisturbed, interrupted = await one_round(run, tiny_trainer, tokens, stage, pause_at=0)
    assert interrupted == 0
    layers = run.stages[stage].end_layer - run.stages[stage].first_layer
    for pause_at in range(1, 2 * layers + 1):
        again, interrupted = await one_round(run, tiny_trainer, tokens, stage, pause_at)
        assert interrupted == 1, f"paused at layer {pause_at}"
        assert again == undisturbed, f"paused at layer {pause_at}"


def test_a_pass_keeps_its_packet_as_it_came_and_not_the_numbers_read_out_of_it(
    tiny_run: MakeRun, tiny_trainer: MakeTrainer, tiny_tokens: MakeTokens
) -> None:
    run = tiny_run(3)
    came = tiny_trainer(run).forward(PacketKind.FORWARD, 0, tiny_tokens(run, 0)).parcel
    assert came is not None
    middle = tiny_trainer(run, 1)
    opened = packet(run, PacketKind.FORWARD, came.sections, came.payload).opened(most_plain_bytes(run))
    middle.forward(PacketKind.FORWARD, 0, opened)
    kept = middle._records[0].source
    assert isinstance(kept, Packet) and kept.payload == came.payload and not kept.plain
