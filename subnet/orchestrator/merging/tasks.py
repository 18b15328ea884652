"""What merges ask of one miner now: a function of the tables, so that a miner or orchestrator that comes back misses
nothing."""

from sqlalchemy import Connection, func, select

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
from subnet.orchestrator.merging.records import MergeRecord, base_head, open_merges, partition_job
from subnet.orchestrator.merging.state_heads import newest_head
from subnet.orchestrator.miners.miners import MinerRecord
from subnet.orchestrator.runs.runs import RunRecord, fragments_of
from subnet.orchestrator.tables.schema import fragment_states, held_fragments, merge_uploads
from swarm.merge_phases import partitions_wanted
from swarm.merge_states import Collecting, Reporting, Solo, Summing


def merge_tasks(connection: Connection, run: RunRecord, miner: MinerRecord) -> MergeTasks:
    """All that is asked of `miner`. Results it lacks come first: it uploads and sums on what they say."""
    tasks: list[MergeTask] = [*missing_states(connection, run, miner)]
    for record in open_merges(connection, run.run_id):
        if record.stage == miner.stage:
            task = _task_of(connection, record, miner.node)
            if task is not None:
                tasks.append(task)
    return MergeTasks(tasks=tuple(tasks))


def _task_of(connection: Connection, record: MergeRecord, node: NodeId) -> MergeTask | None:
    state = record.state
    match state:
        case Collecting():
            if node not in state.members or node in state.committed:
                return None
            return CommitWanted(
                merge_id=record.merge_id,
                base=base_head(connection, record),
                deadline_unix_ms=round(state.deadline * 1000),
            )
        case Solo():
            if node != state.miner:
                return None
            return SoloWanted(
                merge_id=record.merge_id,
                base=base_head(connection, record),
                deadline_unix_ms=round(state.deadline * 1000),
            )
        case Reporting():
            jobs = _jobs(connection, record, state, node)
            return ReportWanted(merge_id=record.merge_id, fragment=record.fragment, jobs=jobs) if jobs else None
        case Summing():
            jobs = _jobs(connection, record, state, node)
            if not jobs:
                return None
            return SumWanted(merge_id=record.merge_id, base=base_head(connection, record), jobs=jobs)
        case _:
            return None


def _jobs(
    connection: Connection, record: MergeRecord, state: Reporting | Summing, node: NodeId
) -> tuple[PartitionJob, ...]:
    summing = isinstance(state, Summing)
    return tuple(
        partition_job(connection, record.merge_id, state.list.uploads, partition, summing)
        for partition in partitions_wanted(state, node)
    )


def missing_states(connection: Connection, run: RunRecord, miner: MinerRecord) -> tuple[ApplyWanted, ...]:
    """The newest merged state of every fragment of which the miner has an older one."""
    query = select(held_fragments.c.fragment, held_fragments.c.version).where(held_fragments.c.node == miner.node)
    held = {row.fragment: row.version for row in connection.execute(query)}
    wanted = []
    for fragment in range(fragments_of(run.spec, miner.stage)):
        head = newest_head(connection, run.run_id, miner.stage, fragment)
        if head.version > held.get(fragment, 0):
            merge_id = connection.execute(
                select(fragment_states.c.merge_id).where(
                    fragment_states.c.run_id == run.run_id,
                    fragment_states.c.stage == miner.stage,
                    fragment_states.c.fragment == fragment,
                    fragment_states.c.version == head.version,
                )
            ).scalar_one()
            counted = _counted_merge(connection, run.run_id, miner, head, held.get(fragment, 0))
            wanted.append(ApplyWanted(merge_id=merge_id, head=head, counted=counted))
    return tuple(wanted)


def _counted_merge(
    connection: Connection, run_id: str, miner: MinerRecord, head: StateHead, held_version: int
) -> int | None:
    """The newest merge after `held_version`, up to `head`, whose list the miner's upload is on. A list is frozen with
    the uploads that are written down then; later ones never are."""
    query = (
        select(func.max(fragment_states.c.merge_id))
        .join(merge_uploads, merge_uploads.c.merge_id == fragment_states.c.merge_id)
        .where(
            fragment_states.c.run_id == run_id,
            fragment_states.c.stage == head.stage,
            fragment_states.c.fragment == head.fragment,
            fragment_states.c.version > held_version,
            fragment_states.c.version <= head.version,
            merge_uploads.c.node == miner.node,
        )
    )
    counted: int | None = connection.execute(query).scalar()
    return counted
