"""Which merges are due: a fragment is merged whenever its stage's miners have taken enough steps on it together, and
before its turn when somebody comes or goes: a newcomer begins from the newest merged state, and a leaver's last steps
would be lost.
"""

import msgspec
from sqlalchemy import Connection, func, select

from protocol.engine_control import EnginePhase
from subnet.orchestrator.context import Settings
from subnet.orchestrator.merging.records import MergeRecord, open_merges, read_merge, read_merges
from subnet.orchestrator.merging.state_heads import newest_head, standing_version
from subnet.orchestrator.miners.miners import MinerRecord, online_miners, ready_miners
from subnet.orchestrator.runs.runs import RunPhase, RunRecord, fragments_of
from subnet.orchestrator.tables.schema import held_fragments, merges, miners
from swarm.merge_states import Done

REOPEN_SECONDS = 2.0
"""After a merge that came to nothing."""
FINAL_TRIES = 3
"""How often the last merge of a fragment is begun before the run ends with the state it has."""


FRESH_SHARE = 0.2
"""Of the steps between two merges: what a newcomer may be behind without a merge being made for it."""


class DueMerge(msgspec.Struct, frozen=True):
    """A merge to open now, with the miners that take part."""

    stage: int
    fragment: int
    final: bool
    nodes: tuple[str, ...]


def first_merge_steps(local_steps: int, fragment: int, fragments: int) -> int:
    """Steps to a fragment's first merge: the fragments of a stage take turns from the start."""
    return max(1, local_steps * (fragment + 1) // fragments)


def due_merges(connection: Connection, run: RunRecord, settings: Settings, now_ms: int) -> list[DueMerge]:
    """All that should be opened now; never two of one fragment at once.

    At a run's end a stage that nobody was heard of in for `empty_stage_seconds` gets merges without miners: they come
    to nothing, and after some tries the run ends with the state that the stage has.
    """
    empty_since_ms = now_ms - round(settings.empty_stage_seconds * 1000)
    if run.phase not in (RunPhase.TRAINING, RunPhase.MERGING):
        return []
    found = []
    for stage in range(run.stages):
        there = [miner for miner in online_miners(connection, run.run_id) if miner.stage == stage]
        merging = [miner for miner in there if miner.merging]
        if not merging and not (run.phase is RunPhase.MERGING and _left(connection, run, stage, empty_since_ms)):
            continue
        for fragment in range(fragments_of(run.spec, stage)):
            last = _last_merge(connection, run.run_id, stage, fragment)
            if last is not None and not _may_follow(last, now_ms):
                continue
            if run.phase is RunPhase.MERGING:
                due = not final_settled(connection, run.run_id, stage, fragment)
            else:
                due = _enough_steps(connection, run, stage, fragment, merging, settings.alone_steps)
                due = due or _for_who_comes_or_goes(connection, run, stage, fragment, there)
            if due:
                nodes = tuple(miner.node for miner in merging)
                found.append(DueMerge(stage, fragment, run.phase is RunPhase.MERGING, nodes))
    return found


def final_settled(connection: Connection, run_id: str, stage: int, fragment: int) -> bool:
    """Whether the fragment's last merge is done, or was tried often enough."""
    tried = read_merges(
        connection,
        merges.c.run_id == run_id,
        merges.c.stage == stage,
        merges.c.fragment == fragment,
        merges.c.final.is_(True),
    )
    done = any(isinstance(record.state, Done) and record.over for record in tried)
    return done or (len(tried) >= FINAL_TRIES and all(record.over for record in tried))


def all_final_settled(connection: Connection, run: RunRecord) -> bool:
    return all(
        final_settled(connection, run.run_id, stage, fragment)
        for stage in range(run.stages)
        for fragment in range(fragments_of(run.spec, stage))
    )


def last_merged_ms(connection: Connection, run: RunRecord) -> int:
    """When the newest merge of the run was finished."""
    query = select(func.max(merges.c.finished_unix_ms)).where(merges.c.run_id == run.run_id)
    return int(connection.execute(query).scalar() or 0)


def all_applied(connection: Connection, run: RunRecord) -> bool:
    """Whether every ready miner stands on the newest state of all its fragments."""
    return all(
        standing_version(connection, miner.node, fragment)
        >= newest_head(connection, run.run_id, miner.stage, fragment).version
        for miner in ready_miners(connection, run.run_id)
        for fragment in range(fragments_of(run.spec, miner.stage))
    )


def _enough_steps(
    connection: Connection, run: RunRecord, stage: int, fragment: int, merging: list[MinerRecord], alone_steps: int
) -> bool:
    """By all steps of the stage: the slowest must not keep the others, nor a newcomer, from the fast one's work."""
    version = newest_head(connection, run.run_id, stage, fragment).version
    local_steps = run.spec.merge.local_steps
    if len(merging) == 1:
        local_steps = max(local_steps, alone_steps)
    wanted = local_steps if version else first_merge_steps(local_steps, fragment, fragments_of(run.spec, stage))
    taken = sum(_steps_since(connection, miner, fragment, version) for miner in merging)
    return bool(merging) and taken >= wanted * len(merging)


def _for_who_comes_or_goes(
    connection: Connection, run: RunRecord, stage: int, fragment: int, there: list[MinerRecord]
) -> bool:
    """Whether a newcomer would begin far behind the stage's miners, or a leaver would take steps along."""
    return refresh_due(connection, run, stage, fragment, there) or _leaver_has_steps(
        connection, run, stage, fragment, there
    )


def refresh_due(connection: Connection, run: RunRecord, stage: int, fragment: int, there: list[MinerRecord]) -> bool:
    """Whether a miner that downloads should get a newer state than there is; one for all that came since the last."""
    version = newest_head(connection, run.run_id, stage, fragment).version
    waits = any(
        miner.phase is EnginePhase.DOWNLOADING and standing_version(connection, miner.node, fragment) >= version
        for miner in there
    )
    ahead = [_steps_since(connection, miner, fragment, version) for miner in there if miner.merging]
    return waits and max(ahead, default=0) >= max(1, round(FRESH_SHARE * run.spec.merge.local_steps))


def newer_soon(connection: Connection, run: RunRecord, stage: int) -> bool:
    """Whether a newer state of some fragment of the stage is under way, or about to be."""
    if any(record.stage == stage and record.head_version is None for record in open_merges(connection, run.run_id)):
        return True
    there = [miner for miner in online_miners(connection, run.run_id) if miner.stage == stage]
    return run.phase is RunPhase.TRAINING and any(
        refresh_due(connection, run, stage, fragment, there) for fragment in range(fragments_of(run.spec, stage))
    )


def _leaver_has_steps(
    connection: Connection, run: RunRecord, stage: int, fragment: int, there: list[MinerRecord]
) -> bool:
    version = newest_head(connection, run.run_id, stage, fragment).version
    leavers = [miner for miner in there if miner.phase is EnginePhase.STOPPING]
    return any(_steps_since(connection, miner, fragment, version) > 0 for miner in leavers)


def _steps_since(connection: Connection, miner: MinerRecord, fragment: int, version: int) -> int:
    """Steps taken on the newest state; none while the miner has not taken it over."""
    query = select(held_fragments.c.version, held_fragments.c.steps_total).where(
        held_fragments.c.node == miner.node, held_fragments.c.fragment == fragment
    )
    held = connection.execute(query).one_or_none()
    return 0 if held is None or held.version < version else miner.steps_total - int(held.steps_total)


def _left(connection: Connection, run: RunRecord, stage: int, since_ms: int) -> bool:
    """Whether no miner of the stage was heard of since."""
    query = select(func.max(miners.c.last_seen_unix_ms)).where(miners.c.run_id == run.run_id, miners.c.stage == stage)
    return int(connection.execute(query).scalar() or 0) < since_ms


def _last_merge(connection: Connection, run_id: str, stage: int, fragment: int) -> MergeRecord | None:
    query = select(func.max(merges.c.merge_id)).where(
        merges.c.run_id == run_id, merges.c.stage == stage, merges.c.fragment == fragment
    )
    newest = connection.execute(query).scalar()
    return None if newest is None else read_merge(connection, int(newest))


def _may_follow(last: MergeRecord, now_ms: int) -> bool:
    if last.finished_unix_ms is None:
        return False
    return isinstance(last.state, Done) or now_ms - last.finished_unix_ms > REOPEN_SECONDS * 1000
