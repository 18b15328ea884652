"""One merge of one fragment of one stage as a pure state machine: what happened goes in, what to do comes out.

    Collecting ─ all committed, or deadline ─► Reporting ─ all partitions ─► Weighing ─ CoefficientsPublished ─►
    Summing ─ all partitions settled ─► Applying ─ all applied, or deadline ─► Done
    Collecting without any upload, and anything that runs out of miners or patience or is Unworkable ─► Abandoned
    Solo (a stage of one) ─ SoloPublished ─► Done

What each miner is asked follows from the state alone (`partitions_wanted`), so a restarted orchestrator or miner
misses nothing. Repeated and late answers change nothing; answers that nobody asked for raise IllegalMove and leave the
state as it was. Times are unix seconds.
"""

from collections.abc import Iterable, Mapping
from typing import assert_never

import msgspec

from protocol.errors import Refused
from protocol.keys import NodeId
from swarm.merge_states import (
    Abandon,
    Abandoned,
    AbandonReason,
    Applying,
    Blame,
    CoefficientsPublished,
    Collecting,
    Committed,
    DeadlineReached,
    Dispute,
    DisputeReason,
    DisputeSettled,
    Done,
    Event,
    FragmentApplied,
    Frozen,
    MergeAction,
    MergeEvent,
    MergePlan,
    MergerGaveUp,
    MergeState,
    MinerVanished,
    Outcome,
    PartitionReported,
    PartitionSummed,
    PublishCoefficients,
    PublishState,
    RecomputeReport,
    Reporting,
    Solo,
    SoloPublished,
    State,
    Summing,
    TasksChanged,
    Unworkable,
    Weighing,
)
from swarm.partitions import draw_mergers, draw_seed, drawn_for_sample, reassign


class IllegalMove(Refused):
    """An answer that this merge has not asked for."""


def open_merge(plan: MergePlan, miners: Iterable[NodeId], now: float) -> MergeState:
    """The first state for a stage of these miners."""
    alive = tuple(sorted(set(miners)))
    deadline = now + plan.phase_seconds
    if not alive:
        return Abandoned(reason=AbandonReason.NO_MINERS)
    if len(alive) == 1:
        return Solo(plan=plan, miner=alive[0], deadline=deadline)
    return Collecting(plan=plan, members=alive, alive=alive, deadline=deadline)


def partitions_wanted(state: MergeState, node: NodeId) -> tuple[int, ...]:
    """The partitions that `node` is asked to report or to sum now; empty in other phases."""
    if not isinstance(state, Reporting | Summing):
        return ()
    return tuple(partition for partition in range(state.plan.partitions) if node in _awaited(state, partition))


def deadline_of(state: MergeState) -> float | None:
    """When DeadlineReached next does something; None if never."""
    match state:
        case Collecting() | Reporting() | Summing() | Applying() | Solo():
            return state.deadline
        case Weighing() | Done() | Abandoned():
            return None
        case _:
            assert_never(state)


def blamed(claims: Mapping[NodeId, str], right_hash: str) -> tuple[NodeId, ...]:
    """Whose claim is not what the recomputation gave."""
    return tuple(sorted(node for node, claim in claims.items() if claim != right_hash))


_ORDER: dict[type[State] | type[Event], int] = {
    Collecting: 0,
    Committed: 0,
    Reporting: 1,
    PartitionReported: 1,
    Weighing: 2,
    CoefficientsPublished: 2,
    Summing: 3,
    PartitionSummed: 3,
    Applying: 4,
    FragmentApplied: 4,
}
"""An answer of an earlier phase is late and changes nothing; one of a later phase nobody can have asked for."""


def advance(state: MergeState, event: MergeEvent, now: float) -> Outcome:
    """The next state and what to do; raises IllegalMove for an answer that was not asked for."""
    deadline = deadline_of(state)
    if isinstance(event, DeadlineReached) and (deadline is None or now < deadline):
        return state, ()
    if isinstance(event, Unworkable) and not isinstance(state, Abandoned):
        return _abandoned(AbandonReason.UNWORKABLE)
    if isinstance(state, Done | Abandoned):
        return state, ()
    if isinstance(state, Solo):
        return _solo(state, event)
    if isinstance(event, SoloPublished):
        raise IllegalMove("A stage of several miners merges; none of them steps alone.")
    of_event, of_state = _ORDER.get(type(event)), _ORDER[type(state)]
    if of_event is not None and of_event < of_state:
        return state, ()
    if of_event is not None and of_event > of_state:
        raise IllegalMove(f"A merge that is {type(state).__name__.lower()} has not asked for this answer yet.")
    match state:
        case Collecting():
            return _collecting(state, event, now)
        case Reporting() | Summing():
            return _drawn(state, event, now)
        case Weighing():
            return _weighing(state, event, now)
        case Applying():
            return _applying(state, event)
        case _:
            assert_never(state)


def _solo(state: Solo, event: MergeEvent) -> Outcome:
    match event:
        case SoloPublished(node, hashes):
            if node != state.miner or len(hashes) != state.plan.partitions:
                raise IllegalMove("This is not the state of the stage's only miner.")
            return Done(states=hashes, applied={}), (PublishState(hashes),)
        case MinerVanished(node):
            return _abandoned(AbandonReason.NO_MINERS) if node == state.miner else (state, ())
        case DeadlineReached():
            return _abandoned(AbandonReason.OUT_OF_TIME)
        case _:
            raise IllegalMove("The only miner of a stage steps alone; there is nothing to merge.")


def _collecting(state: Collecting, event: MergeEvent, now: float) -> Outcome:
    match event:
        case Committed(node, hashes):
            if node not in state.members or len(hashes) != state.plan.partitions:
                raise IllegalMove("This upload does not belong to the merge.")
            alive = tuple(sorted({*state.alive, node}))
            changed = msgspec.structs.replace(state, alive=alive, committed={**state.committed, node: hashes})
            return _frozen_if_whole(changed, now)
        case MinerVanished(node):
            alive = tuple(one for one in state.alive if one != node)
            if not alive:
                return _abandoned(AbandonReason.NO_MINERS)
            return _frozen_if_whole(msgspec.structs.replace(state, alive=alive), now)
        case DeadlineReached():
            return _frozen(state, now) if state.committed else _abandoned(AbandonReason.NO_UPLOADS)
        case _:
            return state, ()


def _frozen_if_whole(state: Collecting, now: float) -> Outcome:
    return _frozen(state, now) if set(state.alive) <= set(state.committed) else (state, ())


def _frozen(state: Collecting, now: float) -> Outcome:
    plan = state.plan
    hashes = [one for committed in state.committed.values() for one in committed]
    drawable = [node for node in state.alive if node in state.committed]
    if len(drawable) < plan.mergers_per_partition:
        drawable = list(state.alive)
    mergers = tuple(
        draw_mergers(hashes, plan.nonce, drawable, partition, plan.mergers_per_partition)
        for partition in range(plan.partitions)
    )
    frozen = Frozen(uploads=tuple(sorted(state.committed)), seed=draw_seed(hashes, plan.nonce))
    reporting = Reporting(
        plan=plan, list=frozen, alive=state.alive, mergers=mergers, used=mergers, deadline=now + plan.phase_seconds
    )
    return reporting, (TasksChanged(state.alive),)


def _drawn(state: Reporting | Summing, event: MergeEvent, now: float) -> Outcome:
    match event:
        case PartitionReported(node, partition, answer) | PartitionSummed(node, partition, answer):
            return _answered(state, node, partition, answer, now)
        case DisputeSettled(partition, right_hash):
            return _dispute_settled(state, partition, right_hash, now)
        case MergerGaveUp(node, partition):
            _check_partition(state, partition)
            return _settled_all(*_without(state, node, (partition,)), now)
        case MinerVanished(node):
            alive = tuple(one for one in state.alive if one != node)
            if not alive and len(state.settled) < state.plan.partitions:
                return _abandoned(AbandonReason.NO_MINERS)
            gone = msgspec.structs.replace(state, alive=alive)
            return _settled_all(*_without(gone, node, range(state.plan.partitions)), now)
        case DeadlineReached():
            return _overdue(state, now)
        case _:
            return state, ()


def _answered(state: Reporting | Summing, node: NodeId, partition: int, answer: str, now: float) -> Outcome:
    _check_partition(state, partition)
    if node not in state.used[partition]:
        raise IllegalMove("This miner was not drawn for the partition.")
    known = state.answers.get(partition, {})
    if known.get(node, answer) != answer:
        raise IllegalMove("A merger can't change its answer.")
    if node in known or partition in state.settled or partition in state.disputed:
        return state, ()
    answers = {**state.answers, partition: {**known, node: answer}}
    return _settled_all(msgspec.structs.replace(state, answers=answers), (), now)


def _dispute_settled(state: Reporting | Summing, partition: int, right_hash: str, now: float) -> Outcome:
    _check_partition(state, partition)
    if partition not in state.disputed:
        return state, ()
    liars = blamed(state.answers.get(partition, {}), right_hash)
    changed = msgspec.structs.replace(
        state,
        settled={**state.settled, partition: right_hash},
        disputed=tuple(one for one in state.disputed if one != partition),
    )
    return _settled_all(changed, (Blame(partition, liars),) if liars else (), now)


def _without(
    state: Reporting | Summing, node: NodeId, partitions: Iterable[int]
) -> tuple[Reporting | Summing, tuple[MergeAction, ...]]:
    """`state` with another merger in place of `node` wherever its answer is still awaited."""
    told: set[NodeId] = set()
    for partition in partitions:
        if node in _awaited(state, partition):
            state, replacement = _replaced(state, partition, node)
            told |= {replacement} if replacement else set()
    return state, (TasksChanged(tuple(sorted(told))),) if told else ()


def _replaced(state: Reporting | Summing, partition: int, node: NodeId) -> tuple[Reporting | Summing, NodeId | None]:
    """Another merger for `node`: of those with the least to do, but who has answered anything in this merge comes
    before who has not been heard of yet."""
    heard = {one for given in state.answers.values() for one in given}
    unheard = len(state.mergers) + 1
    load = {
        one: sum(one in mergers for mergers in state.mergers) + (0 if one in heard else unheard) for one in state.alive
    }
    replacement = reassign(state.list.seed, partition, state.alive, state.used[partition], load)
    rest = tuple(one for one in state.mergers[partition] if one != node)
    added = (replacement,) if replacement else ()
    changed = msgspec.structs.replace(
        state,
        mergers=_with_row(state.mergers, partition, rest + added),
        used=_with_row(state.used, partition, state.used[partition] + added),
    )
    return changed, replacement


def _overdue(state: Reporting | Summing, now: float) -> Outcome:
    """Two answers are enough now; silent mergers are replaced while there is anybody else to ask."""
    heard = _without_silent(state)
    # Patience is spent where nobody was found silent; those who were can't fail this merge again.
    extended = state.extended + (heard.alive == state.alive)
    if extended > state.plan.extensions:
        return _abandoned(AbandonReason.OUT_OF_TIME)
    state = heard
    for partition in range(state.plan.partitions):
        given = state.answers.get(partition, {})
        for node in _awaited(state, partition):
            others = set(state.alive) - set(state.used[partition])
            given_up = node not in state.alive or extended > 1
            if len(given) >= 2 or (given and given_up and not others):
                rest = tuple(one for one in state.mergers[partition] if one != node)
                state = msgspec.structs.replace(state, mergers=_with_row(state.mergers, partition, rest))
            elif others:
                state, _ = _replaced(state, partition, node)
        if not given and not state.mergers[partition]:
            state = msgspec.structs.replace(state, mergers=_with_row(state.mergers, partition, state.alive))
            state = msgspec.structs.replace(
                state,
                used=_with_row(state.used, partition, tuple(sorted({*state.used[partition], *state.alive}))),
            )
    state = msgspec.structs.replace(state, extended=extended, deadline=now + state.plan.phase_seconds)
    return _settled_all(state, (TasksChanged(state.alive),), now)


def _without_silent(state: Reporting | Summing) -> Reporting | Summing:
    """Who let a deadline pass is asked nothing more in this merge, or silent ones would get each other's partitions
    until time runs out; what it still answers counts. If it is more than half of all, it is not they who failed."""
    silent = {node for partition in range(state.plan.partitions) for node in _awaited(state, partition)}
    heard = tuple(node for node in state.alive if node not in silent)
    return msgspec.structs.replace(state, alive=heard) if 2 * len(heard) >= len(state.alive) else state


def _settled_all(state: Reporting | Summing, actions: tuple[MergeAction, ...], now: float) -> Outcome:
    """Settle or dispute every partition whose mergers have all answered; go on once nothing is open."""
    for partition in range(state.plan.partitions):
        given = state.answers.get(partition, {})
        closed = partition in state.settled or partition in state.disputed
        if closed or not given or _awaited(state, partition):
            continue
        confirmed = len(given) > 1 or state.plan.mergers_per_partition == 1
        if len(set(given.values())) == 1 and confirmed and not _report_sampled(state, partition):
            answer = next(iter(given.values()))
            state = msgspec.structs.replace(state, settled={**state.settled, partition: answer})
            actions += _sampled(state, partition, given)
        else:
            state = msgspec.structs.replace(state, disputed=(*state.disputed, partition))
            actions += (_recomputation(state, partition, given),)
    if len(state.settled) < state.plan.partitions:
        return state, actions
    hashes = tuple(state.settled[partition] for partition in range(state.plan.partitions))
    if isinstance(state, Reporting):
        weighing = Weighing(plan=state.plan, list=state.list, alive=state.alive, mergers=state.mergers)
        return weighing, (*actions, PublishCoefficients(state.list.uploads, hashes))
    deadline = now + state.plan.phase_seconds
    applying = Applying(plan=state.plan, alive=state.alive, states=hashes, deadline=deadline)
    return applying, (*actions, PublishState(hashes), TasksChanged(state.alive))


def _report_sampled(state: Reporting | Summing, partition: int) -> bool:
    """A share of agreeing reports is recomputed too, before it counts: the orchestrator does that itself, quickly."""
    seed = state.list.seed + b"report"
    return isinstance(state, Reporting) and drawn_for_sample(seed, partition, state.plan.sample_share)


def _sampled(state: Reporting | Summing, partition: int, given: dict[NodeId, str]) -> tuple[MergeAction, ...]:
    if isinstance(state, Summing) and drawn_for_sample(state.list.seed, partition, state.plan.sample_share):
        return (Dispute(partition, given, DisputeReason.SAMPLE),)
    return ()


def _recomputation(state: Reporting | Summing, partition: int, given: dict[NodeId, str]) -> MergeAction:
    if isinstance(state, Reporting):
        return RecomputeReport(partition, given)
    alone = len(given) == 1
    return Dispute(partition, given, DisputeReason.SINGLE_ANSWER if alone else DisputeReason.DISAGREEMENT)


def _weighing(state: Weighing, event: MergeEvent, now: float) -> Outcome:
    match event:
        case CoefficientsPublished():
            return _summing(state, now)
        case MinerVanished(node):
            alive = tuple(one for one in state.alive if one != node)
            changed = msgspec.structs.replace(state, alive=alive)
            return (changed, ()) if alive else _abandoned(AbandonReason.NO_MINERS)
        case _:
            return state, ()


def _summing(state: Weighing, now: float) -> Outcome:
    """Those who reported sum as well, since the codes are with them; who is gone is replaced."""
    plan = state.plan
    mergers: list[tuple[NodeId, ...]] = []
    for partition in range(plan.partitions):
        row = [node for node in state.mergers[partition] if node in state.alive]
        while len(row) < min(plan.mergers_per_partition, len(state.alive)):
            load = {node: sum(node in one for one in mergers) for node in state.alive}
            added = reassign(state.list.seed, partition, state.alive, row, load)
            row += [added] if added else []
        mergers.append(tuple(row))
    drawn = tuple(mergers)
    deadline = now + plan.phase_seconds
    summing = Summing(plan=plan, list=state.list, alive=state.alive, mergers=drawn, used=drawn, deadline=deadline)
    return summing, (TasksChanged(state.alive),)


def _applying(state: Applying, event: MergeEvent) -> Outcome:
    match event:
        case FragmentApplied(node, digest):
            state = msgspec.structs.replace(state, applied={**state.applied, node: digest})
        case MinerVanished(node):
            state = msgspec.structs.replace(state, alive=tuple(one for one in state.alive if one != node))
        case DeadlineReached():
            return Done(states=state.states, applied=state.applied), ()
        case _:
            return state, ()
    if set(state.alive) <= set(state.applied):
        return Done(states=state.states, applied=state.applied), ()
    return state, ()


def _abandoned(reason: AbandonReason) -> Outcome:
    return Abandoned(reason=reason), (Abandon(reason),)


def _awaited(state: Reporting | Summing, partition: int) -> tuple[NodeId, ...]:
    if partition in state.settled or partition in state.disputed:
        return ()
    given = state.answers.get(partition, {})
    return tuple(node for node in state.mergers[partition] if node not in given)


def _check_partition(state: Reporting | Summing, partition: int) -> None:
    if not 0 <= partition < state.plan.partitions:
        raise IllegalMove(f"This merge has no partition {partition}.")


def _with_row(
    rows: tuple[tuple[NodeId, ...], ...], partition: int, row: tuple[NodeId, ...]
) -> tuple[tuple[NodeId, ...], ...]:
    return (*rows[:partition], row, *rows[partition + 1 :])
