"""How much compute time training loses to merges: the engine's own trainer, compute thread and merger, peers faked.

A shard trains step after step on the compute thread. Now and then the miner goes through one merge of one fragment
beside it, as one of three who all merge every partition (the most that a miner is ever asked), the others' uploads
lying in the store. Lost is what the compute thread did for the merge, and what the same number of steps took longer
than without one, against the steps between two merges of a run with the default interval. A part of `benchmarks.merge`.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar, cast

import numpy as np

from benchmarks.merge_crowd import CountingClient
from benchmarks.tables import Row
from engine.compute.thread import ComputeThread, Urgency
from engine.disk.evidence import KeptWeights
from engine.merging.fragments import Fragment, make_fragment, stepped_part
from engine.merging.merger import Merger
from engine.network.orchestrator_client import OrchestratorClient
from engine.pipeline.passage import Parcel
from engine.shard.model import initialise
from engine.shard.passes import Shard
from engine.shard.step import new_state
from engine.shard.weights import fragments, to_vector
from engine.training.trainer import Trainer
from protocol.hashes import hash_bytes
from protocol.merges import (
    ApplyWanted,
    CommitWanted,
    MergeTask,
    ObjectRef,
    PartitionJob,
    PartitionSummed,
    ReportWanted,
    StateHead,
    SumWanted,
    UploadCommitted,
    UploadRef,
)
from protocol.packets import PacketKind, Section
from protocol.runs import DataSpec, MergeSpec, ModelSpec, RunSpec, TrainingSpec, even_stages
from swarm import merge_arithmetic as arithmetic
from swarm.merge_coefficients import coefficients
from swarm.merge_reports import gram_from_bytes, products_of
from swarm.merged_deltas import delta_from_bytes
from swarm.quantisation import codes_to_bytes, quantise, scales_from_bytes, scales_to_bytes

T = TypeVar("T")
OTHERS: Final = ("other1", "other2")
OWN: Final = "own"
LIMIT: Final = 0.01
STEPS_BESIDE: Final = 4
"""Steps timed with a merge and without; a merge is over within them."""


@dataclass
class Spent:
    """Seconds of the compute thread's CPU: in steps, and in what merges asked of it."""

    steps: float = 0.0
    step_jobs: int = 0
    merges: float = 0.0


class TimedCompute(ComputeThread):
    """Counts what each kind of job took; only merges ask for control jobs here."""

    def __init__(self) -> None:
        super().__init__()
        self.spent = Spent()

    def submit(self, urgency: Urgency, job: Callable[[], T]) -> "asyncio.Future[T]":
        def timed() -> T:
            began = time.thread_time()
            try:
                return job()
            finally:
                seconds = time.thread_time() - began
                if urgency is Urgency.CONTROL:
                    self.spent.merges += seconds
                else:
                    self.spent.steps += seconds
                    self.spent.step_jobs += 1

        return super().submit(urgency, timed)


def compute_run(quick: bool) -> RunSpec:
    """One stage of 5 M parameters, 1 M in quick, in four fragments, default interval."""
    width, layers = (128, 4) if quick else (256, 6)
    model = ModelSpec(
        vocabulary=256,
        width=width,
        layers=layers,
        heads=4,
        kv_heads=4,
        mlp_width=11 * width // 4,
        context=128,
        bottleneck_width=width,
    )
    return RunSpec(
        run_id="merges",
        title="Merges",
        model=model,
        stages=even_stages(layers, 1),
        merge=MergeSpec(fragments=4),
        training=TrainingSpec(sequences=8, microbatches=100_000),
        data=DataSpec(
            train_key="t", train_tokens=64, train_hash="", held_out_key="h", held_out_tokens=64, held_out_hash=""
        ),
    )


class Miner:
    """A trainer, its merger and a store in which the others' uploads lie."""

    def __init__(self, run: RunSpec) -> None:
        self.run = run
        weights = initialise(run.model, run.stages, 0, run.training.seed)
        self.compute = TimedCompute()
        self.trainer = Trainer(Shard(run, 0), weights, new_state(weights), 1, KeptWeights(8))
        self.parts = [
            make_fragment(
                run,
                number,
                names,
                StateHead(stage=0, fragment=number, version=0),
                arithmetic.to_fixed(to_vector(weights, names).numpy()),
            )
            for number, names in enumerate(fragments(run.model, run.stages, 0, run.merge.fragments))
        ]
        self.objects: dict[str, bytes] = {}
        client = cast(OrchestratorClient, cast(Any, CountingClient(self.objects)))
        self.merger = Merger(run, OWN, self.parts, self.trainer, self.compute, client, lambda made: None)
        self._microbatch = 0
        self._merges = 0
        self._generator = np.random.default_rng(0)

    async def steps(self, count: int) -> None:
        """Back to back, as many microbatches of random bytes."""
        for _ in range(count):
            step = partial(self.trainer.forward, PacketKind.FORWARD, self._microbatch, self._tokens())
            self._microbatch += 1
            await self.compute.submit(Urgency.FORWARD, step)

    def _tokens(self) -> Parcel:
        shape = (self.run.training.sequences, self.run.model.context + 1)
        payload = self._generator.integers(0, 256, shape, dtype=np.uint8).tobytes()
        return Parcel((Section("tokens", "u8", shape),), payload, hash_bytes(payload))

    async def merge(
        self, fragment: Fragment, beside: Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]
    ) -> None:
        """One merge of `fragment`; what the miner does for it goes through `beside`, what others do does not."""
        self._merges += 1
        merge_id, base = self._merges, fragment.head
        uploads = {node: self._others_upload(fragment, merge_id, node) for node in OTHERS}
        answers: list[Any] = []

        async def ask(task: MergeTask) -> None:
            self.merger.take((task,))
            answers[:] = await self.merger.answer(task)

        await beside(lambda: ask(CommitWanted(merge_id=merge_id, base=base, deadline_unix_ms=0)))
        committed = cast(UploadCommitted, answers[0])
        uploads[OWN] = [UploadRef(node=OWN, codes=one.codes, scales=one.scales) for one in committed.partitions]
        jobs = tuple(
            PartitionJob(partition=number, uploads=tuple(refs[number] for refs in uploads.values()))
            for number in range(len(fragment.slices))
        )
        await beside(lambda: ask(ReportWanted(merge_id=merge_id, fragment=fragment.number, jobs=jobs)))
        jobs = self._with_coefficients(fragment, merge_id, jobs, [one.gram for one in answers])
        results: list[ObjectRef] = []

        async def sum_up() -> None:
            """One partition at a time, as in a large fragment: the result is taken over when all have confirmed it."""
            for job in jobs:
                await ask(SumWanted(merge_id=merge_id, base=base, jobs=(job,)))
                results.append(cast(PartitionSummed, answers[0]).result)

        await beside(sum_up)
        head = self._next_head(fragment, base, results)
        await beside(lambda: ask(ApplyWanted(merge_id=merge_id, head=head, counted=merge_id)))
        assert fragment.head == head
        self.objects.clear()

    def _others_upload(self, fragment: Fragment, merge_id: int, node: str) -> list[UploadRef]:
        spec, refs = self.run.merge, []
        delta = self._generator.normal(0, 1e-3, fragment.anchor.size).astype(np.float32)
        upload, _ = quantise(delta, spec.tile, spec.upload)
        for number, part in enumerate(fragment.slices):
            codes = codes_to_bytes(upload.codes[part.start : part.end], spec.tile, spec.upload)
            scales = scales_to_bytes(upload.scales[part.first_tile : part.first_tile + part.tiles])
            pair = [
                self._stored(f"{merge_id}/{node}/{number}/{kind}", data) for kind, data in (("c", codes), ("s", scales))
            ]
            refs.append(UploadRef(node=node, codes=pair[0], scales=pair[1]))
        return refs

    def _stored(self, key: str, data: bytes) -> ObjectRef:
        self.objects[key] = data
        return ObjectRef(key, hash_bytes(data), len(data))

    def _with_coefficients(
        self, fragment: Fragment, merge_id: int, jobs: tuple[PartitionJob, ...], grams: list[bytes]
    ) -> tuple[PartitionJob, ...]:
        count = len(OTHERS) + 1
        inner, scales = np.zeros((count, count)), []
        for part, job, gram in zip(fragment.slices, jobs, grams, strict=True):
            rows = [scales_from_bytes(self.objects[one.scales.key], part.tiles) for one in job.uploads]
            inner += products_of(gram_from_bytes(gram, count, part.numbers), rows)
            scales.append(np.stack(rows))
        decided = coefficients(inner, np.concatenate(scales, axis=1), [1.0] * count)
        return tuple(
            PartitionJob(
                partition=job.partition,
                uploads=job.uploads,
                coefficients=self._stored(
                    f"{merge_id}/coefficients/{job.partition}",
                    arithmetic.coefficients_to_bytes(decided.part(part.first_tile, part.tiles)),
                ),
                trimmed=decided.trimmed,
            )
            for part, job in zip(fragment.slices, jobs, strict=True)
        )

    def _next_head(self, fragment: Fragment, base: StateHead, results: list[ObjectRef]) -> StateHead:
        """After a first merge the results are the state; later the whole state is only named: nobody fetches it."""
        number, version = fragment.number, base.version + 1
        if not base.version:
            keys, hashes = tuple(one.key for one in results), tuple(one.hash for one in results)
            return StateHead(stage=0, fragment=number, version=version, keys=keys, hashes=hashes)
        spec = self.run.merge
        merged = [
            delta_from_bytes(self.objects[one.key], part.numbers, spec.tile)
            for part, one in zip(fragment.slices, results, strict=True)
        ]
        parts = [stepped_part(fragment, part, own, spec) for part, own in zip(fragment.slices, merged, strict=True)]
        hashes = tuple(hash_bytes(arithmetic.state_bytes(*part)) for part in parts)
        keys = ("-",) * len(hashes)
        return StateHead(stage=0, fragment=number, version=version, keys=keys, hashes=hashes, deltas=tuple(results))


async def compute_rows(quick: bool) -> list[Row]:
    """Interleaved: so many steps without a merge, as many with one beside them."""
    run = compute_run(quick)
    miner, rounds = Miner(run), 4 if quick else 16
    await miner.steps(3)
    for fragment in miner.parts:  # the first merge of each travels whole and is not counted
        await miner.merge(fragment, lambda work: work())
        await miner.steps(1)
    miner.compute.spent = Spent()
    quiet: list[float] = []
    longer: list[float] = []
    beside_cpu = 0.0

    async def beside(work: Callable[[], Awaitable[None]]) -> None:
        nonlocal beside_cpu
        quiet.append(await _timed(miner.steps(STEPS_BESIDE)))
        before = time.process_time() - _in_compute(miner)
        longer[-1] += await _timed(asyncio.gather(work(), miner.steps(STEPS_BESIDE))) - quiet[-1]
        beside_cpu += time.process_time() - _in_compute(miner) - before

    for number in range(rounds):
        longer.append(0.0)
        await miner.merge(miner.parts[number % len(miner.parts)], beside)
    await miner.compute.stop()
    spent, steps_between = miner.compute.spent, run.merge.local_steps / len(miner.parts)
    step_cpu = spent.steps / spent.step_jobs
    jobs = spent.merges / rounds / (steps_between * step_cpu)
    between_seconds = steps_between * statistics.median(quiet) / STEPS_BESIDE
    slowed = statistics.fmean(longer) / between_seconds
    unsure = statistics.stdev(longer) / rounds**0.5 / between_seconds
    told = slowed < LIMIT if unsure < LIMIT else None  # other programs' load would be what is measured
    numbers = sum(fragment.anchor.size for fragment in miner.parts)
    title = f"{numbers / 1e6:.1f} M parameters, 4 fragments, every {run.merge.local_steps} steps of {step_cpu:.2g} s"
    return [
        Row(f"CPU of the compute thread for merges ({title})", jobs, "share", None, None, "< 0.01", jobs < LIMIT),
        Row("the same steps longer with a merge beside them", slowed, "share", None, unsure, "< 0.01", told),
        Row("CPU of other threads for merges", beside_cpu / rounds / (steps_between * step_cpu), "share"),
    ]


def _in_compute(miner: Miner) -> float:
    """CPU seconds of the compute thread in all its jobs."""
    return miner.compute.spent.steps + miner.compute.spent.merges


async def _timed(work: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began
