"""Merges in the database: swarm's state machine as a row, what was committed, what was blamed."""

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from protocol.keys import NodeId
from protocol.merges import ObjectRef, PartitionJob, StateHead, UploadRef
from protocol.public_api import MergeChanged, MergeStatus
from protocol.wire import from_json, to_json
from subnet.orchestrator.events import EventLog
from subnet.orchestrator.tables.schema import (
    disputes,
    fragment_states,
    merge_blames,
    merge_coefficients,
    merge_uploads,
    merges,
)
from subnet.orchestrator.web.refusals import Unknown
from swarm.merge_states import (
    Abandoned,
    AbandonReason,
    Applying,
    Blame,
    Collecting,
    Dispute,
    DisputeReason,
    Done,
    MergePlan,
    MergeState,
    Reporting,
    Solo,
    Summing,
)

TIMED_OUT: Final = (AbandonReason.NO_UPLOADS, AbandonReason.OUT_OF_TIME)
ABANDONED: Final = "abandoned"
FINISHED_PHASES: Final = ("done", ABANDONED)


class MergeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A merge as the database has it."""

    merge_id: int
    run_id: str
    stage: int
    fragment: int
    base_version: int
    solo: bool
    final: bool
    state: MergeState
    head_version: int | None
    median_norm: float | None
    opened_unix_ms: int
    finished_unix_ms: int | None

    @property
    def whole(self) -> bool:
        """Its results are whole states, not deltas: from one miner alone, or from version 0, that no store has."""
        return self.solo or self.base_version == 0

    @property
    def over(self) -> bool:
        """Nothing more will come of it."""
        done = isinstance(self.state, Done) and self.head_version is not None
        return done or isinstance(self.state, Abandoned)

    @property
    def unpublished(self) -> tuple[str, ...]:
        """The hashes of a decided state that is not a head yet."""
        decided = isinstance(self.state, Applying | Done) and self.head_version is None
        return self.state.states if decided and isinstance(self.state, Applying | Done) else ()


def read_merges(connection: Connection, *conditions: ColumnElement[bool]) -> list[MergeRecord]:
    """Oldest first."""
    query = select(merges).where(*conditions).order_by(merges.c.merge_id)
    return [
        MergeRecord(
            merge_id=row.merge_id,
            run_id=row.run_id,
            stage=row.stage,
            fragment=row.fragment,
            base_version=row.base_version,
            solo=row.solo,
            final=row.final,
            state=from_json(row.state_json, MergeState),
            head_version=row.head_version,
            median_norm=row.median_norm,
            opened_unix_ms=row.opened_unix_ms,
            finished_unix_ms=row.finished_unix_ms,
        )
        for row in connection.execute(query)
    ]


def read_merge(connection: Connection, merge_id: int) -> MergeRecord:
    """Raises Unknown."""
    found = read_merges(connection, merges.c.merge_id == merge_id)
    if not found:
        raise Unknown(f"There is no merge {merge_id}.")
    return found[0]


def open_merges(connection: Connection, run_id: str | None = None) -> list[MergeRecord]:
    """Those of which something may still come."""
    standing = select(merges.c.merge_id).where(merges.c.finished_unix_ms.is_(None))
    if run_id is not None:
        standing = standing.where(merges.c.run_id == run_id)
    # Chosen first, put in order then: an order by number would have SQLite walk through all that ever were.
    return read_merges(connection, merges.c.merge_id.in_(standing))


def reserve_merge(connection: Connection, run_id: str, base: StateHead, final: bool, now_ms: int) -> int:
    """A new merge's number; `write_state` gives it its first state in the same transaction."""
    result = connection.execute(
        insert(merges).values(
            run_id=run_id,
            stage=base.stage,
            fragment=base.fragment,
            base_version=base.version,
            solo=False,
            final=final,
            phase="",
            state_json=b"",
            opened_unix_ms=now_ms,
            collected=False,
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def write_state(connection: Connection, events: EventLog, merge_id: int, state: MergeState, now_ms: int) -> MergeRecord:
    """Write down a state; tells the event log if the phase is another one."""
    before = connection.execute(select(merges.c.phase).where(merges.c.merge_id == merge_id)).scalar_one()
    phase = phase_name(state)
    values: dict[str, object] = {"phase": phase, "state_json": to_json(state)}
    if isinstance(state, Solo):
        values["solo"] = True
    connection.execute(update(merges).where(merges.c.merge_id == merge_id).values(values))
    record = read_merge(connection, merge_id)
    if record.over and record.finished_unix_ms is None:
        connection.execute(update(merges).where(merges.c.merge_id == merge_id).values(finished_unix_ms=now_ms))
        record = msgspec.structs.replace(record, finished_unix_ms=now_ms)
    if phase != before:
        events.append(connection, MergeChanged(run_id=record.run_id, merge=merge_status(record)), now_ms)
    return record


def phase_name(state: MergeState) -> str:
    return str(state.__struct_config__.tag)


def merge_status(record: MergeRecord) -> MergeStatus:
    """A merge as the dashboard draws it."""
    state = record.state
    uploads: int = 0
    miners: int = 0
    match state:
        case Collecting():
            uploads, miners = len(state.committed), len(state.members)
        case Reporting() | Summing():
            uploads, miners = len(state.list.uploads), len(state.alive)
        case Applying():
            uploads, miners = len(state.applied), len(state.alive)
        case Solo():
            miners = 1
        case Done():
            uploads = miners = len(state.applied)
        case _:
            pass
    return MergeStatus(
        merge_id=record.merge_id,
        stage=record.stage,
        fragment=record.fragment,
        version=record.base_version + 1,
        phase=phase_name(state),
        uploads=uploads,
        miners=miners,
        opened_unix_ms=record.opened_unix_ms,
        finished_unix_ms=record.finished_unix_ms,
    )


def plan_of(record: MergeRecord) -> MergePlan | None:
    """What the merge was opened with; None once it is over."""
    return None if isinstance(record.state, Done | Abandoned) else record.state.plan


def base_head(connection: Connection, record: MergeRecord) -> StateHead:
    """The state that the merge starts from."""
    if record.base_version == 0:
        return StateHead(stage=record.stage, fragment=record.fragment, version=0)
    body = connection.execute(
        select(fragment_states.c.head_json).where(
            fragment_states.c.run_id == record.run_id,
            fragment_states.c.stage == record.stage,
            fragment_states.c.fragment == record.fragment,
            fragment_states.c.version == record.base_version,
        )
    ).scalar_one()
    head: StateHead = from_json(body, StateHead)
    return head


def write_uploads(connection: Connection, merge_id: int, uploads: Iterable[tuple[int, UploadRef]]) -> None:
    """Keep one miner's committed objects, by partition; its last word counts."""
    for partition, upload in uploads:
        body = to_json(upload)
        row = {"merge_id": merge_id, "node": upload.node, "partition": partition, "upload_json": body}
        connection.execute(
            upsert(merge_uploads)
            .values(row)
            .on_conflict_do_update(index_elements=["merge_id", "node", "partition"], set_={"upload_json": body})
        )


def read_uploads(
    connection: Connection, merge_id: int, nodes: Iterable[NodeId], partition: int
) -> tuple[UploadRef, ...]:
    """What these miners committed of a partition, in their order."""
    query = select(merge_uploads.c.node, merge_uploads.c.upload_json).where(
        merge_uploads.c.merge_id == merge_id, merge_uploads.c.partition == partition
    )
    found = {row.node: from_json(row.upload_json, UploadRef) for row in connection.execute(query)}
    return tuple(found[node] for node in nodes)


def write_coefficients(
    connection: Connection, merge_id: int, objects: Iterable[ObjectRef], trimmed: bool, median_norm: float
) -> None:
    """Keep where the coefficients of each partition lie."""
    rows = [
        {"merge_id": merge_id, "partition": partition, "object_json": to_json(ref), "trimmed": trimmed}
        for partition, ref in enumerate(objects)
    ]
    connection.execute(insert(merge_coefficients).prefix_with("OR REPLACE"), rows)
    connection.execute(update(merges).where(merges.c.merge_id == merge_id).values(median_norm=median_norm))


def write_grams(connection: Connection, merge_id: int, hashes: tuple[str, ...]) -> None:
    """Keep which reports the coefficients are worked out from."""
    mine = update(merges).where(merges.c.merge_id == merge_id)
    connection.execute(mine.values(grams_json=to_json(hashes)))


def read_grams(connection: Connection, merge_id: int) -> tuple[str, ...]:
    """The hashes of the settled reports, by partition."""
    body = connection.execute(select(merges.c.grams_json).where(merges.c.merge_id == merge_id)).scalar_one()
    hashes: tuple[str, ...] = from_json(body, tuple[str, ...])
    return hashes


def mark_merge_collected(connection: Connection, merge_id: int) -> None:
    """Its objects are gone from the store."""
    connection.execute(update(merges).where(merges.c.merge_id == merge_id).values(collected=True))


def partition_job(
    connection: Connection, merge_id: int, nodes: Iterable[NodeId], partition: int, summing: bool
) -> PartitionJob:
    """All that a merger, or a validator, needs of one partition."""
    uploads = read_uploads(connection, merge_id, nodes, partition)
    if not summing:
        return PartitionJob(partition=partition, uploads=uploads)
    row = connection.execute(
        select(merge_coefficients).where(
            merge_coefficients.c.merge_id == merge_id, merge_coefficients.c.partition == partition
        )
    ).one()
    return PartitionJob(
        partition=partition,
        uploads=uploads,
        coefficients=from_json(row.object_json, ObjectRef),
        trimmed=row.trimmed,
    )


def past_median_norm(connection: Connection, record: MergeRecord) -> float | None:
    """The median norm of the last merge of the same fragment that had uploads."""
    query = (
        select(merges.c.median_norm)
        .where(
            merges.c.run_id == record.run_id,
            merges.c.stage == record.stage,
            merges.c.fragment == record.fragment,
            merges.c.merge_id < record.merge_id,
            merges.c.median_norm.is_not(None),
        )
        .order_by(merges.c.merge_id.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return None if found is None else float(found)


def fruitless_merges(connection: Connection, run_id: str, stage: int, fragment: int, at_most: int) -> int:
    """How many of the last merges of a fragment ran out of time, one after the other."""
    query = (
        select(merges.c.state_json)
        .where(
            merges.c.run_id == run_id,
            merges.c.stage == stage,
            merges.c.fragment == fragment,
            merges.c.finished_unix_ms.is_not(None),
        )
        .order_by(merges.c.merge_id.desc())
        .limit(at_most)
    )
    ended = [from_json(body, MergeState) for body in connection.execute(query).scalars()]
    late = [isinstance(state, Abandoned) and state.reason in TIMED_OUT for state in ended]
    return [*late, False].index(False)


def open_dispute(connection: Connection, record: MergeRecord, state: Summing, action: Dispute, now_ms: int) -> None:
    """Put a partition before the validators, once."""
    job = partition_job(connection, record.merge_id, state.list.uploads, action.partition, summing=True)
    connection.execute(
        insert(disputes)
        .prefix_with("OR IGNORE")
        .values(
            merge_id=record.merge_id,
            partition=action.partition,
            run_id=record.run_id,
            base_json=to_json(base_head(connection, record)),
            job_json=to_json(job),
            claims_json=to_json(action.claims),
            sampled=action.reason is DisputeReason.SAMPLE,
            reason=action.reason.value,
            opened_unix_ms=now_ms,
            provisional=False,
        )
    )


def write_blame(connection: Connection, record: MergeRecord, action: Blame, phase: str, now_ms: int) -> None:
    rows = [
        {
            "merge_id": record.merge_id,
            "partition": action.partition,
            "node": node,
            "phase": phase,
            "unix_ms": now_ms,
        }
        for node in action.nodes
    ]
    if rows:
        connection.execute(insert(merge_blames).prefix_with("OR IGNORE"), rows)
