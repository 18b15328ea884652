"""A pause is silent: what takes long rests at its next piece, and comes back to what is wanted then."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch

from engine import __main__ as program
from engine.auditing.auditee import Auditee
from engine.compute.thread import ComputeThread
from engine.control import AppPipe
from engine.disk.checkpoint import Checkpoint, CheckpointPlace, read_place, save_checkpoint
from engine.disk.evidence import EvidenceLocker
from engine.merging.fragments import make_fragment
from engine.merging.merger import Merger
from engine.miner import Miner
from engine.network.orchestrator_client import OrchestratorClient
from engine.network.silence import Silence, Silenced, after_pauses
from engine.shard.model import initialise
from engine.training.trainer import Trainer
from protocol.engine_control import AppCommand, Pause, Resume, StopTraining
from protocol.merges import CommitWanted, MergeAnswer, StateHead, UploadCommitted
from protocol.miner_events import AuditTasks, EvidenceWanted
from protocol.orchestrator_api import EvidenceRequest
from protocol.receipts import Direction, StepId
from protocol.runs import MergeSpec, RunSpec

PARTITIONS = 8
NUMBERS = PARTITIONS * 128
PAUSED_AT = 3


async def idle(turns: int = 300) -> None:
    """Whatever could go on without a clock or a thread has done so."""
    for _ in range(turns):
        await asyncio.sleep(0)
    await asyncio.to_thread(lambda: None)
    for _ in range(turns):
        await asyncio.sleep(0)


class Store:
    """The part of OrchestratorClient that uploads; a pause begins with its `PAUSED_AT`-th upload."""

    def __init__(self, compute: ComputeThread) -> None:
        self._compute = compute
        self.put: list[str] = []
        self.pauses = 1
        self.paused = asyncio.Event()
        self.answers: list[MergeAnswer] = []
        self.evidence: list[EvidenceRequest] = []
        self.answered = asyncio.Event()

    async def put_objects(self, objects: Mapping[str, bytes], kind: str = "merge") -> None:
        self._compute.silence.check()
        if self.pauses and len(self.put) == PAUSED_AT:
            self.pauses -= 1
            self._compute.pause()
            self.paused.set()
            self._compute.silence.check()
        self.put.append(next(iter(objects)))

    async def put_object(self, key: str, data: bytes, kind: str = "merge") -> None:
        await self.put_objects({key: data}, kind)

    async def answer_merges(self, answers: tuple[MergeAnswer, ...]) -> None:
        self.answers += answers
        self.answered.set()

    async def hand_over_evidence(self, request: EvidenceRequest) -> None:
        self.evidence.append(request)
        self.answered.set()


class FlatShard:
    own_steps = 1

    def fragment_vector(self, names: tuple[str, ...]) -> torch.Tensor:
        return torch.full((NUMBERS,), 1e-3)


@asynccontextmanager
async def at_work(loop: Coroutine[Any, Any, None], compute: ComputeThread) -> AsyncIterator[None]:
    task = asyncio.create_task(loop)
    try:
        async with asyncio.timeout(30):
            yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await compute.stop()


def merging(compute: ComputeThread, store: Store, tiny_run: Callable[..., RunSpec]) -> tuple[Merger, StateHead]:
    run = tiny_run(merge=MergeSpec(partitions=PARTITIONS, tile=128))
    head = StateHead(stage=0, fragment=0, version=0)
    fragment = make_fragment(run, 0, ("w",), head, np.zeros(NUMBERS, dtype=np.int32))
    client = cast(OrchestratorClient, cast(Any, store))
    return Merger(run, "me", [fragment], cast(Any, FlatShard()), compute, client, lambda _made: None), head


async def test_a_merge_rests_between_two_partitions_and_goes_on_if_it_is_still_asked_for(
    tiny_run: Callable[..., RunSpec],
) -> None:
    compute = ComputeThread()
    store = Store(compute)
    merger, head = merging(compute, store, tiny_run)
    async with at_work(merger.run(), compute):
        merger.take((CommitWanted(merge_id=1, base=head, deadline_unix_ms=0),))
        await store.paused.wait()
        await idle()
        assert len(store.put) == PAUSED_AT and store.answers == []
        compute.resume()
        await store.answered.wait()
    assert len(store.put) == len(set(store.put)) == PARTITIONS
    assert isinstance(store.answers[0], UploadCommitted)


async def test_a_merge_that_went_on_without_the_paused_miner_is_dropped_and_the_next_one_is_joined(
    tiny_run: Callable[..., RunSpec],
) -> None:
    compute = ComputeThread()
    store = Store(compute)
    merger, head = merging(compute, store, tiny_run)
    async with at_work(merger.run(), compute):
        merger.take((CommitWanted(merge_id=1, base=head, deadline_unix_ms=0),))
        await store.paused.wait()
        merger.take(())
        await idle()
        merger.take((CommitWanted(merge_id=2, base=head, deadline_unix_ms=0),))
        await idle()
        assert len(store.put) == PAUSED_AT and store.answers == []
        assert not merger.fragments[0].uploaded
        compute.resume()
        await store.answered.wait()
    (answer,) = store.answers
    assert isinstance(answer, UploadCommitted) and answer.merge_id == 2
    assert len(store.put) == PAUSED_AT + PARTITIONS


async def test_evidence_rests_too_and_nothing_of_it_is_sent_twice(
    tmp_path: Path, tiny_run: Callable[..., RunSpec], tiny_trainer: Callable[..., Trainer]
) -> None:
    compute = ComputeThread()
    store = Store(compute)
    run, step = tiny_run(), StepId(1, 0)
    trainer = tiny_trainer(run)
    trainer.first_commitment()
    evidence = EvidenceLocker(tmp_path, 8, 10**9)
    for microbatch in range(4):
        evidence.keep(step, Direction.FORWARD, microbatch, b"in", b"out")
    auditee = Auditee("me", evidence, trainer, compute, cast(OrchestratorClient, cast(Any, store)))
    wanted = (EvidenceWanted(audit_id=7, step=step),)
    async with at_work(auditee.run(), compute):
        auditee.take(AuditTasks(decided_through=StepId(-1, 0), wanted=wanted))
        await store.paused.wait()
        await idle()
        assert len(store.put) == PAUSED_AT and store.evidence == []
        compute.resume()
        await store.answered.wait()
    assert len(store.put) == len(set(store.put)) == 1 + 2 * 4
    assert store.evidence[0].missing is None


def test_a_checkpoint_that_a_pause_breaks_off_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, tiny_run: Callable[..., RunSpec], tiny_trainer: Callable[..., Trainer]
) -> None:
    trainer, path, asked = tiny_trainer(tiny_run()), tmp_path / "checkpoint", list[int]()

    def checkpoint(steps: int) -> Checkpoint:
        place = CheckpointPlace(run_id="tiny", stage=0, optimizer_steps=steps, fragment_versions=(0, 0))
        kept = trainer.snapshot()
        assert kept is not None
        return Checkpoint(place, *kept)

    def pause_comes() -> None:
        asked.append(1)
        if len(asked) == 5:
            raise Silenced(Silence())

    save_checkpoint(path, checkpoint(1))
    with pytest.raises(Silenced):
        save_checkpoint(path, checkpoint(2), pause_comes)
    place = read_place(path)
    assert place is not None and place.optimizer_steps == 1
    assert list(tmp_path.iterdir()) == [path]


def test_seeding_ends_within_a_tensor(tiny_run: Callable[..., RunSpec]) -> None:
    run = tiny_run()
    silence = Silence()
    asked = iter(range(100))

    def pause_comes() -> None:
        if next(asked) == 3:
            silence.begin()
        silence.check()

    with pytest.raises(Silenced):
        initialise(run.model, run.stages, 0, 0, go_on=pause_comes)
    assert next(asked) == 4


async def test_what_a_pause_cancels_tells_so_and_what_ends_before_it_does_not_notice() -> None:
    silence = Silence()

    async def soon() -> str:
        await asyncio.sleep(0)
        return "done"

    assert await silence.unbroken(soon()) == "done"
    long = asyncio.create_task(silence.unbroken(asyncio.sleep(1000)))
    await idle(3)
    silence.begin()
    with pytest.raises(Silenced) as broken:
        await long
    assert silence.reigns
    waiting = asyncio.create_task(broken.value.over())
    await idle(3)
    assert not waiting.done()
    silence.end()
    await waiting


async def test_what_is_begun_anew_after_each_pause_comes_to_its_end() -> None:
    silence, begun = Silence(), list[int]()

    async def work() -> int:
        begun.append(1)
        if len(begun) < 3:
            silence.begin()
            asyncio.get_running_loop().call_soon(silence.end)
        silence.check()
        return len(begun)

    assert await after_pauses(work) == 3


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Pipe:
    """Says what is put into it."""

    def __init__(self) -> None:
        self.commands: asyncio.Queue[AppCommand | None] = asyncio.Queue()

    async def next_command(self) -> AppCommand | None:
        return await self.commands.get()


class SlowMiner:
    """Its pauses hang."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.fault: Exception | None = None

    async def pause(self) -> None:
        self.heard.append("pause")
        if self.fault is not None:
            raise self.fault
        await asyncio.Event().wait()

    async def resume(self) -> None:
        self.heard.append("resume")

    def stop(self, _within_seconds: float) -> None:
        self.heard.append("stop")


@pytest.fixture
def obeying() -> Callable[[], tuple[Pipe, SlowMiner, "asyncio.Task[None]"]]:
    def begin() -> tuple[Pipe, SlowMiner, "asyncio.Task[None]"]:
        pipe, miner = Pipe(), SlowMiner()
        task = asyncio.create_task(program._obey(cast(AppPipe, cast(Any, pipe)), cast(Miner, cast(Any, miner))))
        return pipe, miner, task

    return begin


Obeying = Callable[[], tuple[Pipe, SlowMiner, "asyncio.Task[None]"]]


async def test_a_stop_and_the_end_of_the_app_are_heard_while_a_pause_hangs(obeying: Obeying) -> None:
    pipe, miner, task = obeying()
    for command in (Pause(), Resume(), Pause(), StopTraining(within_seconds=1.0), None):
        pipe.commands.put_nowait(command)
    async with asyncio.timeout(10):
        await task
    assert miner.heard.count("stop") == 1
    assert [each for each in miner.heard if each != "stop"] == ["pause", "resume", "pause"], "in their order"


async def test_a_pause_that_fails_is_told_though_no_command_follows(obeying: Obeying) -> None:
    pipe, miner, task = obeying()
    miner.fault = RuntimeError("the card is gone")
    pipe.commands.put_nowait(Pause())
    async with asyncio.timeout(10):
        with pytest.raises(RuntimeError, match="card"):
            await task
