"""What merges ask of miners now: a function of the tables, so that a miner or orchestrator that comes back misses
nothing."""

from collections import defaultdict
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, func, select

from protocol.keys import NodeId
from protocol.merges import (
    ApplyWanted,
    CommitWanted,
    MergeTask,
    PartitionJob,
    ReportWanted,
    SoloWanted,
    StateHead,
    SumWanted,
)
from protocol.miner_events import MergeTasks
from protocol.wire import from_json
from subnet.orchestrator.merging.records import MergeRecord, base_head, open_merges, partition_job
from subnet.orchestrator.runs.runs import RunRecord
from subnet.orchestrator.tables.schema import fragment_states, held_fragments, merge_uploads, miners
from swarm.merge_phases import partitions_wanted
from swarm.merge_states import Collecting, Reporting, Solo, Summing


def merge_tasks(connection: Connection, run: RunRecord, *who: ColumnElement[bool]) -> dict[NodeId, MergeTasks]:
    """All that is asked of the miners of `run` that meet the conditions, by node, in a few statements for all of them.
    Results that a miner lacks come first: it uploads and sums on what they say."""
    query = select(miners.c.node, miners.c.stage).where(miners.c.run_id == run.run_id, *who)
    stages: dict[NodeId, int] = {row.node: row.stage for row in connection.execute(query)}
    tasks: dict[NodeId, list[MergeTask]] = {node: [] for node in stages}
    for node, lacking in missing_states(connection, run.run_id, *who).items():
        tasks[node] += lacking
    for record in open_merges(connection, run.run_id):
        paper = _Paper(connection, record)
        for node in tasks:
            if stages[node] == record.stage and (task := _task_of(paper, node)) is not None:
                tasks[node].append(task)
    return {node: MergeTasks(tasks=tuple(found)) for node, found in tasks.items()}


class _Paper:
    """A merge with what its tasks name. Miners are asked the same of a partition, so it is read once for all."""

    def __init__(self, connection: Connection, record: MergeRecord) -> None:
        self.record = record
        self._connection = connection
        self._jobs: dict[int, PartitionJob] = {}

    @cached_property
    def base(self) -> StateHead:
        return base_head(self._connection, self.record)

    def jobs(self, state: Reporting | Summing, node: NodeId) -> tuple[PartitionJob, ...]:
        return tuple(self._job(state, partition) for partition in partitions_wanted(state, node))

    def _job(self, state: Reporting | Summing, partition: int) -> PartitionJob:
        if partition not in self._jobs:
            self._jobs[partition] = partition_job(
                self._connection, self.record.merge_id, state.list.uploads, partition, isinstance(state, Summing)
            )
        return self._jobs[partition]


def _task_of(paper: _Paper, node: NodeId) -> MergeTask | None:
    record, state = paper.record, paper.record.state
    match state:
        case Collecting():
            if node not in state.members or node in state.committed:
                return None
            return CommitWanted(
                merge_id=record.merge_id,
                base=paper.base,
                deadline_unix_ms=round(state.deadline * 1000),
            )
        case Solo():
            if node != state.miner:
                return None
            return SoloWanted(
                merge_id=record.merge_id,
                base=paper.base,
                deadline_unix_ms=round(state.deadline * 1000),
            )
        case Reporting():
            jobs = paper.jobs(state, node)
            return ReportWanted(merge_id=record.merge_id, fragment=record.fragment, jobs=jobs) if jobs else None
        case Summing():
            jobs = paper.jobs(state, node)
            if not jobs:
                return None
            return SumWanted(merge_id=record.merge_id, base=paper.base, jobs=jobs)
        case _:
            return None


def missing_states(
    connection: Connection, run_id: str, *who: ColumnElement[bool]
) -> dict[NodeId, tuple[ApplyWanted, ...]]:
    """The newest merged state of every fragment of which a miner has an older one, by node."""
    newest = (
        select(func.max(fragment_states.c.version))
        .where(
            fragment_states.c.run_id == run_id,
            fragment_states.c.stage == miners.c.stage,
            fragment_states.c.fragment == held_fragments.c.fragment,
        )
        .scalar_subquery()
        .correlate(miners, held_fragments)
    )
    columns = (miners.c.node, miners.c.stage, held_fragments.c.fragment, held_fragments.c.version)
    query = (
        select(*columns, newest.label("newest"))
        .join(held_fragments, held_fragments.c.node == miners.c.node)
        .where(miners.c.run_id == run_id, held_fragments.c.version < newest, *who)
        .order_by(miners.c.node, held_fragments.c.fragment)
    )
    behind: defaultdict[tuple[int, int, int, int], list[NodeId]] = defaultdict(list)
    for node, stage, fragment, version, newest_version in connection.execute(query):
        behind[stage, fragment, version, newest_version].append(node)
    found: defaultdict[NodeId, list[ApplyWanted]] = defaultdict(list)
    for (stage, fragment, held_version, _), nodes in sorted(behind.items()):
        merge_id, head = _newest_state(connection, run_id, stage, fragment)
        counted = _counted_merges(connection, run_id, nodes, head, held_version)
        for node in nodes:
            found[node].append(ApplyWanted(merge_id=merge_id, head=head, counted=counted.get(node)))
    return {node: tuple(wanted) for node, wanted in found.items()}


def _newest_state(connection: Connection, run_id: str, stage: int, fragment: int) -> tuple[int, StateHead]:
    """Of a fragment that was merged: by which merge, and the state."""
    query = (
        select(fragment_states.c.merge_id, fragment_states.c.head_json)
        .where(
            fragment_states.c.run_id == run_id,
            fragment_states.c.stage == stage,
            fragment_states.c.fragment == fragment,
        )
        .order_by(fragment_states.c.version.desc())
        .limit(1)
    )
    merge_id, body = connection.execute(query).one()
    return merge_id, from_json(body, StateHead)


def _counted_merges(
    connection: Connection, run_id: str, nodes: list[NodeId], head: StateHead, held_version: int
) -> dict[NodeId, int]:
    """By node the newest merge after `held_version`, up to `head`, whose list its upload is on. A list is frozen with
    the uploads that are written down then; later ones never are."""
    query = (
        select(merge_uploads.c.node, func.max(fragment_states.c.merge_id))
        .join(merge_uploads, merge_uploads.c.merge_id == fragment_states.c.merge_id)
        .where(
            fragment_states.c.run_id == run_id,
            fragment_states.c.stage == head.stage,
            fragment_states.c.fragment == head.fragment,
            fragment_states.c.version > held_version,
            fragment_states.c.version <= head.version,
            merge_uploads.c.node.in_(nodes),
        )
        .group_by(merge_uploads.c.node)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
