"""A stage's merges in one process: real mergers, swarm's real state machine; store and network are dictionaries.

Every miner is an `engine.merging.merger.Merger` over a vector of numbers; the crowd does what the orchestrator and a
validator do with the same functions (coefficients, the store's own copy of the state, recomputation of what is
disputed). Bytes are counted where they pass: objects as they are, tasks and answers as the JSON that they travel as.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import msgspec
import numpy as np
import torch

from engine.compute.thread import ComputeThread
from engine.merging.fragments import MergedShard, make_fragment
from engine.merging.merger import Merger
from engine.network.orchestrator_client import OrchestratorClient
from engine.network.silence import Silence
from engine.shard.model import initialise
from engine.shard.weights import fragments, to_vector
from protocol.hashes import check_hash, hash_bytes
from protocol.merges import (
    ApplyWanted,
    CommitWanted,
    FragmentApplied,
    MergeAnswer,
    MergeTask,
    ObjectRef,
    PartitionJob,
    PartitionReported,
    PartitionSummed,
    ReportWanted,
    StateHead,
    SumWanted,
    UploadCommitted,
    UploadRef,
)
from protocol.orchestrator_api import MergeAnswers
from protocol.receipts import StepCommitment, StepId
from protocol.runs import DenseCodes, RunSpec
from protocol.wire import to_json
from subnet.validator.disputes import DisputeFiles, recompute_partition
from swarm import merge_arithmetic as arithmetic
from swarm import merge_states as states
from swarm.merge_coefficients import Coefficients, coefficients
from swarm.merge_phases import advance, deadline_of, open_merge, partitions_wanted
from swarm.merge_reports import gram_from_bytes, gram_to_bytes, partition_gram, products_of
from swarm.merged_deltas import delta_from_bytes, delta_of
from swarm.quantisation import Scales, codes_from_bytes, scales_from_bytes

PHASE_SECONDS: Final = 10.0


class VectorShard:
    """Weights that are one vector; training is whatever the crowd adds to it."""

    def __init__(self, first: torch.Tensor) -> None:
        self.weights = first.clone()
        self.own_steps = 0

    def move(self, by: torch.Tensor) -> None:
        """Training."""
        self.weights += by
        self.own_steps += 1

    def fragment_vector(self, names: tuple[str, ...]) -> torch.Tensor:
        return self.weights.clone()

    def apply_fragment(
        self, names: tuple[str, ...], merged: torch.Tensor, since: torch.Tensor | None, merge_id: int
    ) -> StepCommitment:
        self.weights = merged.clone() if since is None else merged + (self.weights - since)
        return StepCommitment(
            run_id="", stage=0, step=StepId(1, 0), weights_hash="", microbatches=(), learning_rate=0.0, clip_scale=1.0
        )


class InlineCompute:
    """Runs jobs at once, and is never paused."""

    def __init__(self) -> None:
        self.silence = Silence()

    def submit(self, urgency: int, job: Callable[[], Any]) -> "asyncio.Future[Any]":
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        future.set_result(job())
        return future


class CountingClient:
    """The part of OrchestratorClient that a merger uses, over a dictionary."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self._objects = objects
        self.bytes_by_kind: Counter[str] = Counter()

    async def put_objects(self, objects: Mapping[str, bytes], kind: str = "merge") -> None:
        for key, data in objects.items():
            self._objects[key] = data
            self.bytes_by_kind[f"sent {_kind(key)}"] += len(data)

    async def put_object(self, key: str, data: bytes, kind: str = "merge") -> None:
        await self.put_objects({key: data}, kind)

    async def get_objects(self, refs: Sequence[ObjectRef]) -> list[bytes]:
        return [await self.get_object(ref) for ref in refs]

    async def get_object(self, ref: ObjectRef) -> bytes:
        data = self._objects[ref.key]
        check_hash(data, ref.hash, "The object")
        self.bytes_by_kind[f"fetched {_kind(ref.key)}"] += len(data)
        return data


def _kind(key: str) -> str:
    words = ("codes", "scales", "coefficients", "deltas", "states")
    return next((word for word in words if word in key), "other")


class CrowdMiner:
    """One miner: its shard, its merger, what it sent and fetched."""

    def __init__(self, run: RunSpec, node: str, anchor: arithmetic.Fixed, objects: dict[str, bytes]) -> None:
        self.node = node
        self.shard = VectorShard(torch.from_numpy(arithmetic.from_fixed(anchor)))
        self.client = CountingClient(objects)
        self.fragment = make_fragment(run, 0, (), StateHead(stage=0, fragment=0, version=0), anchor)
        self.lie: Callable[[MergeTask, MergeAnswer], MergeAnswer] | None = None
        """What this miner answers in place of the truth; None for an honest one."""
        self.merger = Merger(
            run,
            node,
            [self.fragment],
            cast(MergedShard, self.shard),
            cast(ComputeThread, InlineCompute()),
            cast(OrchestratorClient, cast(Any, self.client)),
            lambda made: None,
        )

    async def answer(self, task: MergeTask) -> tuple[MergeAnswer, ...]:
        self.client.bytes_by_kind["fetched tasks"] += len(to_json(task))
        self.merger.take((task,))
        answers = await self.merger.answer(task)
        if self.lie is not None:
            answers = tuple(self.lie(task, answer) for answer in answers)
        self.client.bytes_by_kind["sent answers"] += len(to_json(MergeAnswers(answers=answers)))
        return answers


@dataclass(frozen=True)
class Leaving:
    """After so many answers these miners give none any more; unless `silent`, the orchestrator is told."""

    nodes: tuple[str, ...]
    after_answers: int
    silent: bool


NOBODY: Final = Leaving((), 0, silent=False)


@dataclass
class Merge:
    """What became of one merge."""

    state: states.MergeState
    now: float = 0.0
    answers: int = 0
    left: set[str] = field(default_factory=set)
    committed: set[str] = field(default_factory=set)
    """Miners whose upload was whole in the store before the list froze."""
    listed: tuple[str, ...] = ()
    blamed: set[str] = field(default_factory=set)
    decided: Coefficients | None = None

    @property
    def done(self) -> bool:
        return isinstance(self.state, states.Done)


class Crowd:
    """A stage's miners, the store, and the orchestrator's and validator's part."""

    def __init__(self, run: RunSpec, miners: int, seed: int) -> None:
        self.run, self.random = run, random.Random(seed)
        self.objects: dict[str, bytes] = {}
        seeded = initialise(run.model, run.stages, 0, run.training.seed)
        names = fragments(run.model, run.stages, 0, 1)[0]
        anchor = arithmetic.to_fixed(to_vector(seeded, names).numpy())
        nodes = [f"{number:064x}" for number in range(miners)]
        self.miners = {node: CrowdMiner(run, node, anchor, self.objects) for node in nodes}
        self.slices = self.miners[nodes[0]].fragment.slices
        self.head = StateHead(stage=0, fragment=0, version=0)
        self.merges = 0
        self._past_median: float | None = None
        self._counted: dict[str, int] = {}
        self._uploads: dict[str, tuple[UploadRef, ...]] = {}
        self._grams: dict[str, bytes] = {}
        self._jobs: tuple[PartitionJob, ...] = ()

    async def merge(self, leaving: Leaving = NOBODY) -> Merge:
        """Play one merge to its end."""
        self.merges += 1
        self._uploads, self._grams = {}, {}
        plan = states.MergePlan(
            merge_id=self.merges,
            partitions=len(self.slices),
            mergers_per_partition=self.run.merge.mergers_per_partition,
            nonce=self.random.randbytes(16),
            phase_seconds=PHASE_SECONDS,
            sample_share=0.0,
        )
        merge = Merge(open_merge(plan, self.miners, 0.0))
        while deadline_of(merge.state) is not None:
            if not await self._round(merge, leaving):
                merge.now = deadline_of(merge.state) or merge.now
                self._happen(merge, states.DeadlineReached())
        current = f"runs/{self.head.version}/"
        for key in [key for key in self.objects if not key.startswith(current)]:
            del self.objects[key]
        return merge

    async def _round(self, merge: Merge, leaving: Leaving) -> bool:
        """Everybody does what is asked now, in any order; whether anything was."""
        asked = [
            (node, task) for node in self.miners if node not in merge.left for task in self._tasks(merge.state, node)
        ]
        self.random.shuffle(asked)
        asked.sort(key=lambda pair: not isinstance(pair[1], ApplyWanted))
        for node, task in asked:
            if leaving.nodes and not merge.left and merge.answers >= leaving.after_answers:
                merge.left = set(leaving.nodes)
                for gone in () if leaving.silent else leaving.nodes:
                    self._happen(merge, states.MinerVanished(gone))
            if node not in merge.left:
                merge.answers += 1
                for answer in await self.miners[node].answer(task):
                    self._take(merge, node, answer)
        return bool(asked)

    def _tasks(self, state: states.MergeState, node: str) -> list[MergeTask]:
        tasks: list[MergeTask] = []
        if self.miners[node].fragment.head.version < self.head.version:
            counted = self._counted.get(node)
            tasks.append(ApplyWanted(merge_id=self.merges, head=self.head, counted=counted))
        match state:
            case states.Collecting() if node in state.alive and node not in state.committed:
                tasks.append(CommitWanted(merge_id=self.merges, base=self.head, deadline_unix_ms=0))
            case states.Reporting() if wanted := partitions_wanted(state, node):
                jobs = tuple(self._jobs[partition] for partition in wanted)
                tasks.append(ReportWanted(merge_id=self.merges, fragment=0, jobs=jobs))
            case states.Summing() if wanted := partitions_wanted(state, node):
                jobs = tuple(self._jobs[partition] for partition in wanted)
                tasks.append(SumWanted(merge_id=self.merges, base=self.head, jobs=jobs))
            case _:
                pass
        return tasks

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, merge: Merge, node: str, answer: MergeAnswer) -> None:
        match answer:
            case UploadCommitted():
                if isinstance(merge.state, states.Collecting):
                    merge.committed.add(node)
                parts = answer.partitions
                self._uploads[node] = tuple(UploadRef(node=node, codes=one.codes, scales=one.scales) for one in parts)
                hashes = tuple(hash_bytes((one.codes.hash + one.scales.hash).encode()) for one in parts)
                event: states.MergeEvent = states.Committed(node, hashes)
            case PartitionReported():
                digest = hash_bytes(answer.gram)
                self._grams[digest] = answer.gram
                event = states.PartitionReported(node, answer.partition, digest)
            case PartitionSummed():
                self.objects[f"merges/results/{answer.result.hash}"] = self.objects[answer.result.key]
                event = states.PartitionSummed(node, answer.partition, answer.result.hash)
            case FragmentApplied():
                self._counted.pop(node, None)
                event = states.FragmentApplied(node, answer.hash)
            case _:
                raise AssertionError(f"no miner of several answers {answer}")
        self._happen(merge, event)

    def _happen(self, merge: Merge, event: states.MergeEvent) -> None:
        before = merge.state
        merge.state, actions = advance(before, event, merge.now)
        if isinstance(before, states.Collecting) and isinstance(merge.state, states.Reporting):
            merge.listed = merge.state.list.uploads
            self._jobs = tuple(
                PartitionJob(partition=number, uploads=tuple(self._uploads[node][number] for node in merge.listed))
                for number in range(len(self.slices))
            )
        for action in actions:
            match action:
                case states.RecomputeReport(partition):
                    self._happen(merge, states.DisputeSettled(partition, self._right_report(partition)))
                case states.Dispute(partition):
                    self._happen(merge, states.DisputeSettled(partition, self._right_result(partition)))
                case states.PublishCoefficients():
                    self._weigh(merge, action)
                    self._happen(merge, states.CoefficientsPublished())
                case states.PublishState():
                    self._publish(action.hashes)
                    self._counted |= dict.fromkeys(merge.listed, self.merges)
                case states.Blame():
                    merge.blamed |= set(action.nodes)
                case _:
                    pass  # tasks follow from the state, and an abandoned merge is seen in it

    # ── the orchestrator's and the validator's part ──────────────────────────────────────────────────────────────

    def _right_report(self, partition: int) -> str:
        part, merge, uploads = self.slices[partition], self.run.merge, self._jobs[partition].uploads
        codes = [
            codes_from_bytes(self.objects[one.codes.key], part.numbers, merge.tile, merge.upload) for one in uploads
        ]
        gram = gram_to_bytes(partition_gram(codes, self._scales(partition), merge.tile))
        self._grams[hash_bytes(gram)] = gram
        return hash_bytes(gram)

    def _right_result(self, partition: int) -> str:
        job = self._jobs[partition]
        assert job.coefficients is not None
        codes = tuple(self.objects[upload.codes.key] for upload in job.uploads)
        files = DisputeFiles(codes, self.objects[job.coefficients.key])
        right = recompute_partition(self.run, self.head, job, files)
        self.objects[f"merges/results/{right.hash}"] = right.data
        return right.hash

    def _scales(self, partition: int) -> list[Scales]:
        tiles = self.slices[partition].tiles
        return [scales_from_bytes(self.objects[one.scales.key], tiles) for one in self._jobs[partition].uploads]

    def _weigh(self, merge: Merge, action: states.PublishCoefficients) -> None:
        uploads, scales = len(action.uploads), []
        inner = np.zeros((uploads, uploads))
        for number, digest in enumerate(action.gram_hashes):
            rows = self._scales(number)
            inner += products_of(gram_from_bytes(self._grams[digest], uploads, self.slices[number].numbers), rows)
            scales.append(np.stack(rows))
        trimmable = isinstance(self.run.merge.upload, DenseCodes)
        work = [1.0] * uploads
        merge.decided = coefficients(inner, np.concatenate(scales, axis=1), work, self._past_median, trimmable)
        self._past_median = merge.decided.median_norm
        self._jobs = tuple(self._with_coefficients(job, merge.decided) for job in self._jobs)

    def _with_coefficients(self, job: PartitionJob, decided: Coefficients) -> PartitionJob:
        part = self.slices[job.partition]
        data = arithmetic.coefficients_to_bytes(decided.part(part.first_tile, part.tiles))
        ref = ObjectRef(f"merges/{self.merges}/coefficients/{job.partition}", hash_bytes(data), len(data))
        self.objects[ref.key] = data
        return msgspec.structs.replace(job, coefficients=ref, trimmed=decided.trimmed)

    def _publish(self, hashes: tuple[str, ...]) -> None:
        version = self.head.version + 1
        keys, digests, deltas = [], [], []
        for number, digest in enumerate(hashes):
            data = self.objects[f"merges/results/{digest}"]
            if self.head.version:
                deltas.append(ObjectRef(f"runs/{version}/deltas/{number}", digest, len(data)))
                self.objects[deltas[-1].key] = data
                data = self._stepped(number, data)
            keys.append(f"runs/{version}/states/{number}")
            digests.append(hash_bytes(data))
            self.objects[keys[-1]] = data
        self.head = StateHead(
            stage=0, fragment=0, version=version, keys=tuple(keys), hashes=tuple(digests), deltas=tuple(deltas)
        )

    def _stepped(self, number: int, delta: bytes) -> bytes:
        part, merge = self.slices[number], self.run.merge
        anchor, momentum = arithmetic.state_from_bytes(self.objects[self.head.keys[number]], part.numbers)
        merged = delta_of(delta_from_bytes(delta, part.numbers, merge.tile))
        rate, speed = arithmetic.outer_fixed(merge.outer_learning_rate), arithmetic.outer_fixed(merge.outer_momentum)
        return arithmetic.state_bytes(*arithmetic.outer_step(anchor, momentum, merged, rate, speed))
