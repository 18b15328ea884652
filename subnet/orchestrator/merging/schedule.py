"""Which merges are due: a fragment is merged whenever its stage's miners have taken enough steps on it together, and
before its turn when somebody comes or goes: a newcomer begins from the newest merged state, and a leaver's last steps
would be lost.

Nobody alone makes merges come as often as it likes: of what makes one due a miner gives half at most where there are
more than three, and before their turn there are few for each life, and few between two that came in theirs.
"""

from enum import StrEnum

import msgspec
from sqlalchemy import Connection, and_, func, insert, select

from protocol.engine_control import EnginePhase
from protocol.keys import NodeId
from protocol.runs import RunSpec
from subnet.orchestrator.context import Settings
from subnet.orchestrator.merging.records import ABANDONED, open_merges, read_merge, read_merges
from subnet.orchestrator.miners.miners import MinerRecord, online_miners
from subnet.orchestrator.runs.runs import RunPhase, RunRecord, fragments_of
from subnet.orchestrator.tables.schema import early_merges, fragment_states, held_fragments, merges, miners
from swarm.merge_states import Done

REOPEN_SECONDS = 2.0
"""After a merge that came to nothing."""
FINAL_TRIES = 3
"""How often the last merge of a fragment is begun before the run ends with the state it has."""
FRESH_SHARE = 0.2
"""Of the steps between two merges: what a newcomer may be behind without a merge being made for it."""
EARLY_MERGES = 4
"""Before their turn, of one fragment, between two that came in theirs: so many as FRESH_SHARE has room for.""" ""


class Occasion(StrEnum):
    """Why a merge is opened before its turn."""

    NEWCOMER = "newcomer"
    LEAVER = "leaver"


MERGES_FOR_A_LIFE = {Occasion.NEWCOMER: 1, Occasion.LEAVER: 2}
"""Of one fragment. A leaver's second is for what was still under way as it asked to leave."""


class Early(msgspec.Struct, frozen=True):
    """In whose favour a merge comes before its turn."""

    node: NodeId
    life: int
    occasion: Occasion


class DueMerge(msgspec.Struct, frozen=True):
    """A merge to open now, with the miners that take part."""

    stage: int
    fragment: int
    final: bool
    nodes: tuple[str, ...]
    early: tuple[Early, ...] = ()
    """Empty for one that comes in its turn."""


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
    favours: dict[tuple[Early, int], int] = {}
    """By whom and fragment: merges before their turn that were not abandoned."""
    early: dict[tuple[int, int], int] = {}
    """By stage and fragment: merges before their turn since the last that came in its."""

    def of_stage(self, stage: int) -> list[MinerRecord]:
        return [miner for miner in self.online if miner.stage == stage]

    def version(self, stage: int, fragment: int) -> int:
        return self.versions.get((stage, fragment), 0)

    def steps_since(self, miner: MinerRecord, fragment: int) -> int:
        """Steps taken on the newest state; none while the miner has not taken it over."""
        version, steps_then = self.held.get((miner.node, fragment), (-1, 0))
        return 0 if version < self.version(miner.stage, fragment) else miner.steps_total - steps_then

    def waits_for_newer(self, miner: MinerRecord, fragment: int) -> bool:
        """Whether it downloads, nothing newer than what it has is there, and nothing was made for it yet."""
        downloads = miner.phase is EnginePhase.DOWNLOADING
        is_newest = self.held_version(miner, fragment) >= self.version(miner.stage, fragment)
        return downloads and is_newest and self._may_ask(miner, fragment, Occasion.NEWCOMER)

    def leaves_with_steps(self, miner: MinerRecord, fragment: int) -> bool:
        """Whether it is stopping, and steps of it would be lost."""
        has_steps = miner.phase is EnginePhase.STOPPING and self.steps_since(miner, fragment) > 0
        return has_steps and self._may_ask(miner, fragment, Occasion.LEAVER)

    def _may_ask(self, miner: MinerRecord, fragment: int, occasion: Occasion) -> bool:
        if self.early.get((miner.stage, fragment), 0) >= EARLY_MERGES:
            return False
        asked = self.favours.get((Early(miner.node, miner.life, occasion), fragment), 0)
        return asked < MERGES_FOR_A_LIFE[occasion]

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
        favours=_read_favours(connection, run_id),
        early=_read_early(connection, run_id),
    )


def _read_favours(connection: Connection, run_id: str) -> dict[tuple[Early, int], int]:
    """Those of the miners that are there, in the lives that they are in."""
    columns = (early_merges.c.node, early_merges.c.life, early_merges.c.occasion, merges.c.fragment)
    query = (
        select(*columns, func.count())
        .join(merges, merges.c.merge_id == early_merges.c.merge_id)
        .join(miners, and_(miners.c.node == early_merges.c.node, miners.c.life == early_merges.c.life))
        .where(merges.c.run_id == run_id, miners.c.online.is_(True), merges.c.phase != ABANDONED)
        .group_by(*columns)
    )
    return {
        (Early(node, life, Occasion(occasion)), fragment): int(times)
        for node, life, occasion, fragment, times in connection.execute(query)
    }


def _read_early(connection: Connection, run_id: str) -> dict[tuple[int, int], int]:
    is_early = merges.c.merge_id.in_(select(early_merges.c.merge_id))
    regular = (
        select(merges.c.stage, merges.c.fragment, func.max(merges.c.merge_id).label("newest"))
        .where(merges.c.run_id == run_id, ~is_early)
        .group_by(merges.c.stage, merges.c.fragment)
        .subquery()
    )
    same = and_(regular.c.stage == merges.c.stage, regular.c.fragment == merges.c.fragment)
    query = (
        select(merges.c.stage, merges.c.fragment, func.count())
        .outerjoin(regular, same)
        .where(merges.c.run_id == run_id, is_early, merges.c.merge_id > func.coalesce(regular.c.newest, 0))
        .group_by(merges.c.stage, merges.c.fragment)
    )
    return {(stage, fragment): int(times) for stage, fragment, times in connection.execute(query)}


def note_early(connection: Connection, merge_id: int, due: DueMerge) -> None:
    """Remember in whose favour a merge was opened; goes with its opening in one transaction."""
    rows = [
        {"merge_id": merge_id, "node": one.node, "life": one.life, "occasion": one.occasion.value} for one in due.early
    ]
    if rows:
        connection.execute(insert(early_merges), rows)


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
            early: tuple[Early, ...] = ()
            if final:
                due = not final_settled(connection, run.run_id, stage, fragment)
            else:
                due = _enough_steps(standing, run.spec, stage, fragment, settings.alone_steps)
                early = () if due else early_for(standing, run.spec, stage, fragment)
            if (due or early) and _may_open(connection, run.run_id, stage, fragment, now_ms):
                nodes = tuple(miner.node for miner in merging)
                found.append(DueMerge(stage, fragment, final, nodes, early))
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
    in_turn = _enough_steps(standing, spec, stage, fragment, alone_steps)
    return in_turn or bool(early_for(standing, spec, stage, fragment))


def early_for(standing: Standing, spec: RunSpec, stage: int, fragment: int) -> tuple[Early, ...]:
    """In whose favour a merge should come before its turn; nobody's if it need not."""
    there = standing.of_stage(stage)
    found = [
        Early(miner.node, miner.life, Occasion.LEAVER) for miner in there if standing.leaves_with_steps(miner, fragment)
    ]
    if refresh_due(standing, spec, stage, fragment):
        found += [
            Early(miner.node, miner.life, Occasion.NEWCOMER)
            for miner in there
            if standing.waits_for_newer(miner, fragment)
        ]
    return tuple(found)


def _enough_steps(standing: Standing, spec: RunSpec, stage: int, fragment: int, alone_steps: int) -> bool:
    """By all steps of the stage: the slowest must not keep the others, nor a newcomer, from the fast one's work. Yet
    one miner gives what two should at most, or half of what all should: else one that signs what it never did would
    have all the others merge without end."""
    merging = [miner for miner in standing.of_stage(stage) if miner.merging]
    local_steps = spec.merge.local_steps
    if len(merging) == 1:
        local_steps = max(local_steps, alone_steps)
    if not standing.version(stage, fragment):
        local_steps = first_merge_steps(local_steps, fragment, fragments_of(spec, stage))
    wanted = local_steps * len(merging)
    most = max(2 * local_steps, wanted // 2)
    taken = sum(min(standing.steps_since(miner, fragment), most) for miner in merging)
    return bool(merging) and taken >= wanted


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
