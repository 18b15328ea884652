"""Which merges are due: a fragment is merged whenever its stage's miners have taken enough steps on it together, and
before its turn when somebody comes or goes: a newcomer begins from the newest merged state, and a leaver's last steps
would be lost.
"""

import msgspec
from sqlalchemy import Connection, func, select

from protocol.engine_control import EnginePhase
from protocol.keys import NodeId
from protocol.runs import RunSpec
from subnet.orchestrator.context import Settings
from subnet.orchestrator.merging.records import open_merges, read_merge, read_merges
from subnet.orchestrator.miners.miners import MinerRecord, online_miners
from subnet.orchestrator.runs.runs import RunPhase, RunRecord, fragments_of
from subnet.orchestrator.tables.schema import fragment_states, held_fragments, merges, miners
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


class Standing(msgspec.Struct, frozen=True):
    """How far a run's miners are, read at once: what is due is looked up often, for all of them."""

    online: tuple[MinerRecord, ...]
    versions: dict[tuple[int, int], int]
    """Newest merged version by stage and fragment; nothing where there was no merge."""
    held: dict[tuple[NodeId, int], tuple[int, int]]
    """By node and fragment: the version it stands on, and all steps that it had taken by then."""

    def of_stage(self, stage: int) -> list[MinerRecord]:
        return [miner for miner in self.online if miner.stage == stage]

    def version(self, stage: int, fragment: int) -> int:
        return self.versions.get((stage, fragment), 0)

    def steps_since(self, miner: MinerRecord, fragment: int) -> int:
        """Steps taken on the newest state; none while the miner has not taken it over."""
        version, steps_then = self.held.get((miner.node, fragment), (-1, 0))
        return 0 if version < self.version(miner.stage, fragment) else miner.steps_total - steps_then

    def waits_for_newer(self, miner: MinerRecord, fragment: int) -> bool:
        """Whether it downloads, and nothing newer than what it has is there."""
        downloads = miner.phase is EnginePhase.DOWNLOADING
        return downloads and self.held_version(miner, fragment) >= self.version(miner.stage, fragment)

    def held_version(self, miner: MinerRecord, fragment: int) -> int:
        return self.held.get((miner.node, fragment), (0, 0))[0]


def read_standing(connection: Connection, run_id: str) -> Standing:
    newest = select(fragment_states.c.stage, fragment_states.c.fragment, func.max(fragment_states.c.version))
    newest = newest.where(fragment_states.c.run_id == run_id).group_by(
        fragment_states.c.stage, fragment_states.c.fragment
    )
    columns = (held_fragments.c.node, held_fragments.c.fragment, held_fragments.c.version, held_fragments.c.steps_total)
    held = select(*columns).join(miners, miners.c.node == held_fragments.c.node)
    held = held.where(miners.c.run_id == run_id, miners.c.online.is_(True))
    return Standing(
        online=tuple(online_miners(connection, run_id)),
        versions={(stage, fragment): version for stage, fragment, version in connection.execute(newest)},
        held={(node, fragment): (version, steps) for node, fragment, version, steps in connection.execute(held)},
    )


def due_merges(connection: Connection, run: RunRecord, settings: Settings, now_ms: int) -> list[DueMerge]:
    """All that should be opened now; never two of one fragment at once.

    At a run's end a stage that nobody was heard of in for `empty_stage_seconds` gets merges without miners: they come
    to nothing, and after some tries the run ends with the state that the stage has.
    """
    empty_since_ms = now_ms - round(settings.empty_stage_seconds * 1000)
    if run.phase not in (RunPhase.TRAINING, RunPhase.MERGING):
        return []
    final = run.phase is RunPhase.MERGING
    standing = read_standing(connection, run.run_id)
    found = []
    for stage in range(run.stages):
        merging = [miner for miner in standing.of_stage(stage) if miner.merging]
        if not merging and not (final and _left(connection, run, stage, empty_since_ms)):
            continue
        for fragment in range(fragments_of(run.spec, stage)):
            if final:
                due = not final_settled(connection, run.run_id, stage, fragment)
            else:
                due = steps_are_due(standing, run.spec, stage, fragment, settings.alone_steps)
            if due and _may_open(connection, run.run_id, stage, fragment, now_ms):
                found.append(DueMerge(stage, fragment, final, tuple(miner.node for miner in merging)))
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
    standing = read_standing(connection, run.run_id)
    return all(
        standing.held_version(miner, fragment) >= standing.version(miner.stage, fragment)
        for miner in standing.online
        if miner.ready
        for fragment in range(fragments_of(run.spec, miner.stage))
    )


def steps_are_due(standing: Standing, spec: RunSpec, stage: int, fragment: int, alone_steps: int) -> bool:
    """Whether enough steps were taken, a newcomer would begin far behind the others, or a leaver take steps along."""
    return (
        _enough_steps(standing, spec, stage, fragment, alone_steps)
        or refresh_due(standing, spec, stage, fragment)
        or _leaver_has_steps(standing, stage, fragment)
    )


def _enough_steps(standing: Standing, spec: RunSpec, stage: int, fragment: int, alone_steps: int) -> bool:
    """By all steps of the stage: the slowest must not keep the others, nor a newcomer, from the fast one's work."""
    merging = [miner for miner in standing.of_stage(stage) if miner.merging]
    local_steps = spec.merge.local_steps
    if len(merging) == 1:
        local_steps = max(local_steps, alone_steps)
    if not standing.version(stage, fragment):
        local_steps = first_merge_steps(local_steps, fragment, fragments_of(spec, stage))
    taken = sum(standing.steps_since(miner, fragment) for miner in merging)
    return bool(merging) and taken >= local_steps * len(merging)


def refresh_due(standing: Standing, spec: RunSpec, stage: int, fragment: int) -> bool:
    """Whether a miner that downloads should get a newer state than there is; one for all that came since the last."""
    there = standing.of_stage(stage)
    waits = any(standing.waits_for_newer(miner, fragment) for miner in there)
    ahead = [standing.steps_since(miner, fragment) for miner in there if miner.merging]
    return waits and max(ahead, default=0) >= max(1, round(FRESH_SHARE * spec.merge.local_steps))


def newer_soon(connection: Connection, run: RunRecord, stage: int) -> bool:
    """Whether a newer state of some fragment of the stage is under way, or about to be."""
    if any(record.stage == stage and record.head_version is None for record in open_merges(connection, run.run_id)):
        return True
    standing = read_standing(connection, run.run_id)
    return run.phase is RunPhase.TRAINING and any(
        refresh_due(standing, run.spec, stage, fragment) for fragment in range(fragments_of(run.spec, stage))
    )


def _leaver_has_steps(standing: Standing, stage: int, fragment: int) -> bool:
    leavers = [miner for miner in standing.of_stage(stage) if miner.phase is EnginePhase.STOPPING]
    return any(standing.steps_since(miner, fragment) > 0 for miner in leavers)


def _left(connection: Connection, run: RunRecord, stage: int, since_ms: int) -> bool:
    """Whether no miner of the stage was heard of since."""
    query = select(func.max(miners.c.last_seen_unix_ms)).where(miners.c.run_id == run.run_id, miners.c.stage == stage)
    return int(connection.execute(query).scalar() or 0) < since_ms


def _may_open(connection: Connection, run_id: str, stage: int, fragment: int, now_ms: int) -> bool:
    """Not while one of the fragment is open, nor soon after one that came to nothing."""
    query = select(func.max(merges.c.merge_id)).where(
        merges.c.run_id == run_id, merges.c.stage == stage, merges.c.fragment == fragment
    )
    newest = connection.execute(query).scalar()
    if newest is None:
        return True
    last = read_merge(connection, int(newest))
    if last.finished_unix_ms is None:
        return False
    return isinstance(last.state, Done) or now_ms - last.finished_unix_ms > REOPEN_SECONDS * 1000
