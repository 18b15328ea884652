from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from protocol.wire import from_msgpack, to_msgpack
from swarm.merge_phases import (
    IllegalMove,
    advance,
    blamed,
    deadline_of,
    open_merge,
    partitions_wanted,
)
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
    FragmentApplied,
    MergeAction,
    MergeEvent,
    MergePlan,
    MergerGaveUp,
    MergeState,
    MinerVanished,
    PartitionReported,
    PartitionSummed,
    PublishCoefficients,
    PublishState,
    RecomputeReport,
    Reporting,
    Solo,
    SoloPublished,
    Summing,
    Unworkable,
    Weighing,
)

PLAN = MergePlan(
    merge_id=1, partitions=3, mergers_per_partition=3, nonce=b"secret", phase_seconds=10.0, sample_share=0.0
)
MINERS = ("a", "b", "c", "d", "e")
HASHES = ("h0", "h1", "h2")


def _play(state: MergeState, *events: MergeEvent, now: float = 1.0) -> tuple[MergeState, list[MergeAction]]:
    actions: list[MergeAction] = []
    for event in events:
        state, more = advance(state, event, now)
        actions += more
    return state, actions


def _committed(*miners: str, plan: MergePlan = PLAN) -> MergeState:
    state, _ = _play(open_merge(plan, miners, 0.0), *(Committed(node, HASHES) for node in miners))
    return state


def _answers(state: MergeState, kind: Callable[[str, int, str], MergeEvent]) -> list[MergeEvent]:
    assert isinstance(state, Reporting | Summing)
    return [
        kind(node, partition, f"right {partition}")
        for node in state.alive
        for partition in partitions_wanted(state, node)
    ]


def _weighing(*miners: str, plan: MergePlan = PLAN) -> MergeState:
    state = _committed(*miners, plan=plan)
    return _play(state, *_answers(state, PartitionReported))[0]


def _summing(*miners: str, plan: MergePlan = PLAN) -> MergeState:
    state, _ = _play(_weighing(*miners, plan=plan), CoefficientsPublished())
    assert isinstance(state, Summing)
    return state


def _applying(*miners: str) -> MergeState:
    state = _summing(*miners)
    return _play(state, *_answers(state, PartitionSummed))[0]


@pytest.mark.parametrize("miners", [MINERS, MINERS[:3], MINERS[:2]])
def test_an_undisturbed_merge_goes_through_all_phases(miners: tuple[str, ...]) -> None:
    state = _committed(*miners)
    assert isinstance(state, Reporting)
    assert state.list.uploads == miners
    assert all(len(set(row)) == min(3, len(miners)) for row in state.mergers)
    state, actions = _play(state, *_answers(state, PartitionReported))
    assert isinstance(state, Weighing)
    assert actions == [PublishCoefficients(miners, ("right 0", "right 1", "right 2"))]
    state, _ = _play(state, CoefficientsPublished())
    state, actions = _play(state, *_answers(state, PartitionSummed))
    assert isinstance(state, Applying)
    assert PublishState(("right 0", "right 1", "right 2")) in actions
    state, _ = _play(state, *(FragmentApplied(node, "whole") for node in miners))
    assert state == Done(states=("right 0", "right 1", "right 2"), applied=dict.fromkeys(miners, "whole"))


def test_a_stage_of_one_steps_alone() -> None:
    state = open_merge(PLAN, ["a"], 0.0)
    assert isinstance(state, Solo)
    with pytest.raises(IllegalMove):
        advance(state, SoloPublished("b", HASHES), 1.0)
    state, actions = _play(state, SoloPublished("a", HASHES))
    assert state == Done(states=HASHES)
    assert actions == [PublishState(HASHES)]
    assert isinstance(_play(open_merge(PLAN, ["a"], 0.0), MinerVanished("a"))[0], Abandoned)
    assert isinstance(_play(open_merge(PLAN, ["a"], 0.0), DeadlineReached(), now=10.0)[0], Abandoned)
    assert isinstance(open_merge(PLAN, [], 0.0), Abandoned)


def test_late_uploads_count_until_the_list_is_frozen() -> None:
    state, _ = _play(open_merge(PLAN, MINERS, 0.0), *(Committed(node, HASHES) for node in "abc"))
    state, _ = _play(state, DeadlineReached(), now=9.9)
    assert isinstance(state, Collecting)
    state, _ = _play(state, MinerVanished("d"), Committed("d", HASHES))
    state, _ = _play(state, DeadlineReached(), now=10.0)
    assert isinstance(state, Reporting)
    assert state.list.uploads == ("a", "b", "c", "d")
    assert _play(state, Committed("e", HASHES)) == (state, [])


def test_a_merge_that_nobody_uploads_for_is_abandoned() -> None:
    state, actions = _play(open_merge(PLAN, MINERS, 0.0), DeadlineReached(), now=10.0)
    assert state == Abandoned(reason=AbandonReason.NO_UPLOADS)
    assert actions == [Abandon(AbandonReason.NO_UPLOADS)]


def test_the_list_freezes_once_all_who_are_left_have_committed() -> None:
    state, _ = _play(open_merge(PLAN, MINERS, 0.0), *(Committed(node, HASHES) for node in "abcd"), MinerVanished("e"))
    assert isinstance(state, Reporting)
    assert state.alive == ("a", "b", "c", "d")


def test_the_upload_of_a_miner_that_vanished_after_committing_counts() -> None:
    events: list[MergeEvent] = [
        Committed("a", HASHES),
        MinerVanished("a"),
        *(Committed(node, HASHES) for node in "bcde"),
    ]
    state, _ = _play(open_merge(PLAN, MINERS, 0.0), *events)
    assert isinstance(state, Reporting)
    assert state.list.uploads == MINERS
    assert all("a" not in row for row in state.mergers)


def test_the_partitions_of_vanished_mergers_go_to_others() -> None:
    state = _summing(*MINERS)
    assert isinstance(state, Summing)
    gone = state.mergers[0][0]
    changed, actions = _play(state, MinerVanished(gone))
    assert isinstance(changed, Summing)
    assert all(gone not in row and len(set(row)) == 3 for row in changed.mergers)
    assert actions
    finished, _ = _play(changed, *_answers(changed, PartitionSummed))
    assert isinstance(finished, Applying)


def test_a_merger_that_gives_a_partition_up_is_replaced_there_only() -> None:
    state = _summing(*MINERS)
    assert isinstance(state, Summing)
    node = state.mergers[1][0]
    changed, _ = _play(state, MergerGaveUp(node, 1))
    assert isinstance(changed, Summing)
    assert node not in changed.mergers[1]
    assert len(changed.mergers[1]) == 3
    assert (changed.mergers[0], changed.mergers[2]) == (state.mergers[0], state.mergers[2])


def test_results_that_differ_wait_for_the_recomputation_that_names_the_liar() -> None:
    state = _summing(*MINERS)
    assert isinstance(state, Summing)
    liar = state.mergers[2][1]
    events = [
        PartitionSummed(one.node, one.partition, "wrong") if (one.node, one.partition) == (liar, 2) else one
        for one in _answers(state, PartitionSummed)
        if isinstance(one, PartitionSummed)
    ]
    state, actions = _play(state, *events)
    claims = {node: "wrong" if node == liar else "right 2" for node in state.mergers[2]}  # type: ignore[union-attr]
    assert actions == [Dispute(2, claims, DisputeReason.DISAGREEMENT)]
    assert isinstance(state, Summing)
    waiting, _ = _play(state, DeadlineReached(), now=100.0)
    assert isinstance(waiting, Summing)
    state, actions = _play(waiting, DisputeSettled(2, "right 2"))
    assert actions[0] == Blame(2, (liar,))
    assert isinstance(state, Applying)
    assert state.states[2] == "right 2"


def test_reports_that_differ_are_recomputed_by_the_orchestrator() -> None:
    state = _committed(*MINERS)
    assert isinstance(state, Reporting)
    events = _answers(state, PartitionReported)
    liar = state.mergers[0][0]
    events = [PartitionReported(liar, 0, "wrong") if (one.node, one.partition) == (liar, 0) else one for one in events]  # type: ignore[union-attr]
    state, actions = _play(state, *events)
    assert isinstance(actions[0], RecomputeReport)
    state, actions = _play(state, DisputeSettled(0, "right 0"))
    assert actions == [Blame(0, (liar,)), PublishCoefficients(MINERS, ("right 0", "right 1", "right 2"))]


def test_a_share_of_agreeing_reports_is_recomputed_before_it_counts() -> None:
    state = _committed(*MINERS, plan=replace(PLAN, sample_share=1.0))
    lies = [PartitionReported(one.node, one.partition, "wrong") for one in _answers(state, PartitionReported)]  # type: ignore[union-attr]
    state, actions = _play(state, *lies)
    assert isinstance(state, Reporting)
    assert [one.partition for one in actions if isinstance(one, RecomputeReport)] == [1, 0, 2]
    state, actions = _play(state, *(DisputeSettled(part, f"right {part}") for part in range(3)))
    assert isinstance(state, Weighing)
    assert [len(one.nodes) for one in actions if isinstance(one, Blame)] == [3, 3, 3]


def test_a_share_of_the_agreements_is_recomputed_without_waiting() -> None:
    plan = replace(PLAN, sample_share=1.0)
    state = _committed(*MINERS, plan=plan)
    state, _ = _play(state, *_answers(state, PartitionReported))
    state, _ = _play(state, *(DisputeSettled(part, f"right {part}") for part in range(3)), CoefficientsPublished())
    state, actions = _play(state, *_answers(state, PartitionSummed))
    samples = [one for one in actions if isinstance(one, Dispute)]
    assert sorted(one.partition for one in samples) == [0, 1, 2]
    assert all(one.reason is DisputeReason.SAMPLE and len(one.claims) == 3 for one in samples)
    assert isinstance(state, Applying)


def test_one_answer_that_nobody_confirms_is_recomputed_before_it_counts() -> None:
    state, actions = _play(_summing("a", "b"), *(PartitionSummed("a", part, f"right {part}") for part in range(3)))
    state, actions = _play(state, MinerVanished("b"))
    assert [one.reason for one in actions if isinstance(one, Dispute)] == [DisputeReason.SINGLE_ANSWER] * 3
    state, _ = _play(state, *(DisputeSettled(part, f"right {part}") for part in range(3)))
    assert isinstance(state, Applying)


def test_at_the_deadline_two_answers_are_enough_and_the_silent_are_replaced() -> None:
    state = _summing(*MINERS)
    assert isinstance(state, Summing)
    silent = state.mergers[0][2]
    events = [one for one in _answers(state, PartitionSummed) if one.node != silent]  # type: ignore[union-attr]
    state, _ = _play(state, *events)
    assert isinstance(state, Summing)
    state, _ = _play(state, DeadlineReached(), now=deadline_of(state) or 0.0)
    assert isinstance(state, Applying)

    state = _summing(*MINERS)
    assert isinstance(state, Summing)
    asked = state.mergers
    state, _ = _play(state, DeadlineReached(), now=deadline_of(state) or 0.0)
    assert isinstance(state, Summing)
    assert all(set(row) - set(before) for row, before in zip(state.mergers, asked, strict=True))


def test_a_merge_out_of_time_or_miners_is_abandoned() -> None:
    state: MergeState = _summing(*MINERS)
    for _ in range(PLAN.extensions + 1):
        assert isinstance(state, Summing)
        state, _ = _play(state, DeadlineReached(), now=state.deadline)
    assert state == Abandoned(reason=AbandonReason.OUT_OF_TIME)
    gone, _ = _play(_weighing("a", "b"), MinerVanished("a"), MinerVanished("b"))
    assert gone == Abandoned(reason=AbandonReason.NO_MINERS)


def test_miners_that_never_apply_hold_nothing_up() -> None:
    state, _ = _play(_applying(*MINERS), *(FragmentApplied(node, "w") for node in "abc"), MinerVanished("d"))
    assert isinstance(state, Applying)
    state, _ = _play(state, DeadlineReached(), now=1000.0)
    assert isinstance(state, Done)
    assert blamed({**state.applied, "x": "other"}, "w") == ("x",)


ILLEGAL: list[tuple[Callable[..., MergeState], MergeEvent]] = [
    (lambda *m: open_merge(PLAN, m, 0.0), Committed("stranger", HASHES)),
    (lambda *m: open_merge(PLAN, m, 0.0), Committed("a", HASHES[:2])),
    (lambda *m: open_merge(PLAN, m, 0.0), PartitionReported("a", 0, "x")),
    (lambda *m: open_merge(PLAN, m, 0.0), PartitionSummed("a", 0, "x")),
    (lambda *m: open_merge(PLAN, m, 0.0), SoloPublished("a", HASHES)),
    (_committed, PartitionReported("stranger", 0, "x")),
    (_committed, PartitionReported("a", 3, "x")),
    (_committed, PartitionReported("a", -1, "x")),
    (_committed, CoefficientsPublished()),
    (_committed, FragmentApplied("a", "x")),
    (_weighing, PartitionSummed("a", 0, "x")),
    (_summing, PartitionSummed("stranger", 0, "x")),
    (_summing, MergerGaveUp("a", 9)),
    (_summing, DisputeSettled(9, "x")),
    (_summing, FragmentApplied("a", "x")),
    (_applying, SoloPublished("a", HASHES)),
]


@pytest.mark.parametrize(("start", "event"), ILLEGAL)
def test_answers_that_nobody_asked_for_are_refused(start: Callable[..., MergeState], event: MergeEvent) -> None:
    state = start(*MINERS)
    before = to_msgpack(state)
    with pytest.raises(IllegalMove):
        advance(state, event, 1.0)
    assert to_msgpack(state) == before


def test_an_answer_may_be_repeated_but_not_changed() -> None:
    state = _summing(*MINERS)
    assert isinstance(state, Summing)
    node = state.mergers[0][0]
    state, _ = _play(state, PartitionSummed(node, 0, "x"))
    assert _play(state, PartitionSummed(node, 0, "x")) == (state, [])
    with pytest.raises(IllegalMove, match="change its answer"):
        advance(state, PartitionSummed(node, 0, "y"), 1.0)


@pytest.mark.parametrize("start", [_committed, _weighing, _summing, _applying])
def test_a_merge_survives_storage(start: Callable[..., MergeState]) -> None:
    state = start(*MINERS)
    assert from_msgpack(to_msgpack(state), MergeState) == state


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 8), st.integers(0, 2**32), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 7)), max_size=7))
def test_while_two_miners_live_no_partition_is_lost(miners: int, seed: int, deaths: list[tuple[int, int]]) -> None:
    """Miners die at any moment, all but the two that never do; whoever lives answers; the merge ends."""
    nodes = [f"n{place}" for place in range(miners)]
    state, now, dead = open_merge(replace(PLAN, nonce=seed.to_bytes(8, "little")), nodes, 0.0), 0.0, set[str]()
    for turn in range(200):
        for moment, victim in deaths:
            if moment == turn and 2 <= victim < miners:
                dead.add(nodes[victim])
                state, _ = advance(state, MinerVanished(nodes[victim]), now)
        node = nodes[turn % miners]
        events: list[MergeEvent] = [DeadlineReached()]
        if node not in dead:
            match state:
                case Collecting():
                    events.append(Committed(node, HASHES))
                case Reporting():
                    events += [PartitionReported(node, part, "r") for part in partitions_wanted(state, node)]
                case Weighing():
                    events.append(CoefficientsPublished())
                case Summing():
                    events += [PartitionSummed(node, part, "s") for part in partitions_wanted(state, node)]
                case Applying():
                    events.append(FragmentApplied(node, "f"))
                case _:
                    break
        for event in events:
            state, _ = advance(state, event, now)
        now += 0.1
    assert isinstance(state, Done)
    assert state.states == ("s", "s", "s")


@settings(max_examples=60, deadline=None)
@given(st.integers(4, 24), st.integers(1, 12), st.integers(0, 2**32), st.integers(0, 4))
def test_a_third_that_falls_silent_without_a_word_costs_no_partition(
    miners: int, partitions: int, seed: int, phase: int
) -> None:
    """From some phase on they answer nothing and nobody says that they are gone."""
    nodes = [f"n{place}" for place in range(miners)]
    silent, hashes = set(nodes[: int(0.35 * miners)]), tuple(f"h{part}" for part in range(partitions))
    plan = replace(PLAN, nonce=seed.to_bytes(8, "little"), partitions=partitions)
    state, now = open_merge(plan, nodes, 0.0), 0.0
    order = [Collecting, Reporting, Weighing, Summing, Applying]
    for _ in range(40):
        for node in [*nodes, *nodes]:
            if isinstance(state, Done | Abandoned) or (node in silent and order.index(type(state)) >= phase):
                continue
            events: list[MergeEvent] = []
            match state:
                case Collecting():
                    events = [Committed(node, hashes)]
                case Reporting():
                    events = [PartitionReported(node, part, "r") for part in partitions_wanted(state, node)]
                    events += [DisputeSettled(part, "r") for part in state.disputed]
                case Weighing():
                    events = [CoefficientsPublished()]
                case Summing():
                    events = [PartitionSummed(node, part, "s") for part in partitions_wanted(state, node)]
                    events += [DisputeSettled(part, "s") for part in state.disputed]
                case Applying():
                    events = [FragmentApplied(node, "f")]
            for event in events:
                state, _ = advance(state, event, now)
        now += 10.0
        state, _ = advance(state, DeadlineReached(), now)
    assert isinstance(state, Done)
    assert state.states == ("s",) * partitions


def test_where_nearly_everybody_is_late_nobody_is_given_up() -> None:
    state = _committed(*MINERS)
    state, _ = _play(state, DeadlineReached(), now=11.0)
    assert isinstance(state, Reporting)
    assert state.alive == MINERS


def test_what_the_orchestrator_can_not_do_ends_a_merge_in_any_phase_but_only_once() -> None:
    alone = open_merge(PLAN, ("a",), 0.0)
    for state in (_committed(*MINERS), _weighing(*MINERS), _applying(*MINERS), alone, Done(states=HASHES)):
        ended, actions = _play(state, Unworkable())
        assert ended == Abandoned(reason=AbandonReason.UNWORKABLE)
        assert actions == [Abandon(AbandonReason.UNWORKABLE)]
    assert _play(Abandoned(reason=AbandonReason.NO_UPLOADS), Unworkable())[1] == []
