"""Drives merges: opens those that are due and does what their states ask of the orchestrator itself.

Everything here is level-triggered: each tick looks at the states in the database and does what is not done yet, so
that a kill at any moment costs a repetition at most. Heavy work runs in threads, never in the writer's.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
import numpy as np
import structlog
from sqlalchemy import Connection, select, update

from protocol.errors import StorageError, Unavailable
from protocol.hashes import hash_bytes
from protocol.merges import ObjectRef, StateHead, UploadRef
from protocol.runs import DenseCodes, RunSpec
from subnet.orchestrator.context import Context
from subnet.orchestrator.merging.answers import slices_of
from subnet.orchestrator.merging.disputes import Disputes
from subnet.orchestrator.merging.fragment_sizes import fragment_numbers
from subnet.orchestrator.merging.merged_states import make_head
from subnet.orchestrator.merging.records import (
    MergeRecord,
    base_head,
    fruitless_merges,
    open_merges,
    past_median_norm,
    read_grams,
    read_merge,
    read_uploads,
    reserve_merge,
    write_coefficients,
)
from subnet.orchestrator.merging.schedule import DueMerge, due_merges, note_early
from subnet.orchestrator.merging.seals import report_key
from subnet.orchestrator.merging.state_heads import add_head, newest_head
from subnet.orchestrator.merging.steps import MergeSteps
from subnet.orchestrator.miners.miners import read_miners
from subnet.orchestrator.receipts.ledger import node_tokens_since
from subnet.orchestrator.runs.runs import RunRecord, read_run, read_runs
from subnet.orchestrator.tables.schema import fragment_states, merges, miners
from swarm.merge_arithmetic import coefficients_to_bytes
from swarm.merge_coefficients import coefficients
from swarm.merge_phases import deadline_of, open_merge
from swarm.merge_reports import gram_from_bytes, gram_to_bytes, partition_gram, products_of
from swarm.merge_states import (
    CoefficientsPublished,
    DeadlineReached,
    DisputeSettled,
    MergePlan,
    Reporting,
    Unworkable,
    Weighing,
)
from swarm.merge_times import phase_seconds
from swarm.partitions import split
from swarm.quantisation import codes_from_bytes, scales_from_bytes

_log = structlog.get_logger()
READ_LIMIT_BYTES = 8 * 1024**3
GROWTHS_LIMIT = 8
"""More merges that ran out of time need not be counted: patience grows no further by then."""
FAILURES_LIMIT = 5
"""A merge that can't be served so often in a row is abandoned."""


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """What a merge's coefficients are worked out from; uploads by partition, tokens by upload."""

    spec: RunSpec
    uploads: tuple[tuple[UploadRef, ...], ...]
    grams: tuple[str, ...]
    tokens: tuple[float, ...]
    past_median_norm: float | None


class MergeService:
    """One per orchestrator; `tick` is its periodic task."""

    def __init__(
        self, context: Context, steps: MergeSteps, validators_at_work: Callable[[Connection, int], bool]
    ) -> None:
        self._context = context
        self._steps = steps
        self.disputes = Disputes(context, steps, validators_at_work)
        self._failures: Counter[int] = Counter()
        """By open merge how often in a row the orchestrator's own part in it failed."""

    async def tick(self) -> None:
        """Do all that is due. What one merge fails at is its own fault: its deadline holds, and the others go on."""
        await self._by_itself(self._open)
        standing = await self._context.database.read(open_merges)
        self._failures = Counter({one.merge_id: self._failures[one.merge_id] for one in standing})
        for record in standing:
            if await self._by_itself(partial(self._attend, record)):
                self._failures.pop(record.merge_id, None)
            else:
                self._failures[record.merge_id] += 1
            await self._by_itself(partial(self._mind_time, record))
        await self._by_itself(self.disputes.decide_overdue)
        for row in await self.disputes.decided():
            await self._by_itself(partial(self.disputes.bring, row))

    async def _by_itself(self, turn: Callable[[], Awaitable[None]]) -> bool:
        """Take a turn; False if it failed. A disk that is full or busy is nobody's fault, and time mends it."""
        try:
            await turn()
        except (StorageError, Unavailable) as error:
            _log.warning("merge_turn_delayed", title=error.title)
        except Exception:  # noqa: BLE001 - per-merge loop
            # Whatever is wrong with one merge must not stop those of all runs.
            _log.exception("merge_turn_failed")
            return False
        return True

    async def _open(self) -> None:
        if await self._context.database.read(self._due):
            await self._context.database.write(self._open_due)

    async def _mind_time(self, record: MergeRecord) -> None:
        """End a phase whose time is up, and a merge that can't be served: what was uploaded to it is in its miners'
        weights and residuals still, and so in what they upload to the next."""
        deadline = deadline_of(record.state)
        if self._failures[record.merge_id] >= FAILURES_LIMIT:
            await self._context.database.write(partial(self._give_up, merge_id=record.merge_id))
        elif deadline is not None and self._context.clock() / 1000 >= deadline:
            await self._steps.happen(record.merge_id, DeadlineReached())

    def _give_up(self, connection: Connection, merge_id: int) -> None:
        if read_merge(connection, merge_id).head_version is None:
            self._steps.step(connection, merge_id, Unworkable())

    async def _attend(self, record: MergeRecord) -> None:
        if record.unpublished:
            await self._publish(record)
            return
        match record.state:
            case Weighing():
                await self._publish_coefficients(record, record.state)
            case Reporting() if record.state.disputed:
                for partition in record.state.disputed:
                    await self._recompute_report(record, record.state, partition)
            case _:
                pass

    # ── opening ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _due(self, connection: Connection) -> list[tuple[RunRecord, DueMerge]]:
        now_ms, settings = self._context.clock(), self._context.settings
        return [(run, due) for run in read_runs(connection) for due in due_merges(connection, run, settings, now_ms)]

    def _open_due(self, connection: Connection) -> None:
        for run, due in self._due(connection):
            base = newest_head(connection, run.run_id, due.stage, due.fragment)
            merge_id = reserve_merge(connection, run.run_id, base, due.final, self._context.clock())
            note_early(connection, merge_id, due)
            plan = self._plan(connection, run.spec, merge_id, due, base)
            self._steps.write(connection, merge_id, open_merge(plan, due.nodes, self._context.clock() / 1000))

    def _plan(self, connection: Connection, spec: RunSpec, merge_id: int, due: DueMerge, base: StateHead) -> MergePlan:
        settings = self._context.settings
        numbers = _numbers(spec, due.stage, due.fragment)
        slices = split(numbers, spec.merge.partitions, spec.merge.tile)
        uplinks = [miner.upload_bytes_per_second for miner in read_miners(connection, miners.c.node.in_(due.nodes))]
        fruitless = fruitless_merges(connection, spec.run_id, due.stage, due.fragment, GROWTHS_LIMIT)
        # Of a first merge the results are whole states; later a merger fetches and writes two bytes a number at most.
        size_bytes = (2 if base.version else 8) * numbers
        return MergePlan(
            merge_id=merge_id,
            partitions=len(slices),
            mergers_per_partition=spec.merge.mergers_per_partition,
            nonce=secrets.token_bytes(16),
            phase_seconds=phase_seconds(size_bytes, uplinks, settings.merge_seconds, fruitless),
            sample_share=settings.sampled_agreements,
        )

    # ── between report and sum ──────────────────────────────────────────────────────────────────────────────────

    async def _publish_coefficients(self, record: MergeRecord, state: Weighing) -> None:
        def read(connection: Connection) -> Weights:
            nodes = state.list.uploads
            tokens = node_tokens_since(connection, record.run_id, nodes, _last_made(connection, record))
            return Weights(
                spec=read_run(connection, record.run_id).spec,
                uploads=tuple(
                    read_uploads(connection, record.merge_id, nodes, one) for one in range(state.plan.partitions)
                ),
                grams=read_grams(connection, record.merge_id),
                tokens=tuple(float(tokens.get(node, 0)) for node in nodes),
                past_median_norm=past_median_norm(connection, record),
            )

        asked = await self._context.database.read(read)
        refs, trimmed, median_norm = await asyncio.to_thread(self._weigh, record, asked)

        def write(connection: Connection) -> None:
            write_coefficients(connection, record.merge_id, refs, trimmed, median_norm)
            self._steps.step(connection, record.merge_id, CoefficientsPublished())

        await self._context.database.write(write)

    def _weigh(self, record: MergeRecord, asked: Weights) -> tuple[list[ObjectRef], bool, float]:
        """Coefficients from the reports and scales in our own store, put there by partition."""
        store, merge_id, uploads = self._context.store, record.merge_id, len(asked.tokens)
        slices = slices_of(asked.spec, record)
        inner, scales = np.zeros((uploads, uploads)), []
        for part, digest, refs in zip(slices, asked.grams, asked.uploads, strict=True):
            body = store.read(report_key(merge_id, digest), READ_LIMIT_BYTES)
            rows = [scales_from_bytes(store.read(ref.scales.key, READ_LIMIT_BYTES), part.tiles) for ref in refs]
            inner += products_of(gram_from_bytes(body, uploads, part.numbers), rows)
            scales.append(np.stack(rows))
        trimmable = isinstance(asked.spec.merge.upload, DenseCodes)
        all_scales = np.concatenate(scales, axis=1)
        chosen = coefficients(inner, all_scales, asked.tokens, asked.past_median_norm, trimmable)
        objects = []
        for part in slices:
            data = coefficients_to_bytes(chosen.part(part.first_tile, part.tiles))
            ref = ObjectRef(f"merges/{merge_id}/coefficients/{hash_bytes(data)}", hash_bytes(data), len(data))
            store.put(ref.key, data)
            objects.append(ref)
        return objects, chosen.trimmed, chosen.median_norm

    async def _recompute_report(self, record: MergeRecord, state: Reporting, partition: int) -> None:
        """Mergers' reports differ, or only one came: dot products of integers are quickly done again."""

        def read(connection: Connection) -> tuple[RunSpec, tuple[UploadRef, ...]]:
            uploads = read_uploads(connection, record.merge_id, state.list.uploads, partition)
            return read_run(connection, record.run_id).spec, uploads

        spec, uploads = await self._context.database.read(read)
        part, merge = slices_of(spec, record)[partition], spec.merge
        store = self._context.store

        def compute() -> str:
            codes, scales = [], []
            for one in uploads:
                data = store.read(one.codes.key, READ_LIMIT_BYTES)
                codes.append(codes_from_bytes(data, part.numbers, merge.tile, merge.upload))
                scales.append(scales_from_bytes(store.read(one.scales.key, READ_LIMIT_BYTES), part.tiles))
            data = gram_to_bytes(partition_gram(codes, scales, merge.tile))
            digest = hash_bytes(data)
            store.put(report_key(record.merge_id, digest), data)
            return digest

        digest = await asyncio.to_thread(compute)
        await self._steps.happen(record.merge_id, DisputeSettled(partition, digest))

    # ── the result ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _publish(self, record: MergeRecord) -> None:
        """Give the agreed state its public keys; the head appears once all its objects are there."""
        spec, base = await self._context.database.read(
            lambda connection: (read_run(connection, record.run_id).spec, base_head(connection, record))
        )
        head, anchor_hash = await asyncio.to_thread(make_head, self._context.store, record, spec, base)
        now_ms = self._context.clock()

        def write(connection: Connection) -> None:
            current = read_merge(connection, record.merge_id)
            if current.head_version is not None:
                return
            add_head(connection, record.run_id, record.merge_id, head, anchor_hash, now_ms)
            mine = update(merges).where(merges.c.merge_id == record.merge_id)
            connection.execute(mine.values(head_version=head.version))
            self._steps.write(connection, record.merge_id, current.state)

        await self._context.database.write(write)


def _numbers(spec: RunSpec, stage: int, fragment: int) -> int:
    return fragment_numbers(spec, stage)[fragment]


def _last_made(connection: Connection, record: MergeRecord) -> int:
    """When the base of a merge was made; 0 for the seeded initialisation."""
    query = select(fragment_states.c.made_unix_ms).where(
        fragment_states.c.run_id == record.run_id,
        fragment_states.c.stage == record.stage,
        fragment_states.c.fragment == record.fragment,
        fragment_states.c.version == record.base_version,
    )
    return int(connection.execute(query).scalar() or 0)
