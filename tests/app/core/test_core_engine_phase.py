"""The engine's phases: one table, and what every event does to the status."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.engine.backoff import HEALTHY_SECONDS, delay_seconds, failures_in_row
from app.core.engine.outcomes import (
    Crashed,
    Exited,
    GaveUp,
    NotStarted,
    Outcome,
    Refused,
    Stopped,
    StopRung,
    is_failure,
    may_retry,
)
from app.core.engine.phase import (
    ALIVE,
    FOLLOWS,
    Ended,
    EngineStatus,
    Launched,
    Phase,
    PhaseEvent,
    StopAsked,
    Told,
    apply,
    failure_of,
)
from protocol import engine_control as wire

NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
OUTCOMES: list[Outcome] = [
    NotStarted("It can't be started."),
    Stopped(StopRung.ASKED, True),
    Exited(1),
    Crashed(11),
    GaveUp("device", "The device is gone."),
    Refused(2, 1),
]


def told(phase: wire.EnginePhase) -> Told:
    return Told(wire.PhaseChanged(phase=phase))


def test_every_phase_stands_in_the_table_and_every_wire_phase_has_one() -> None:
    assert set(FOLLOWS) == set(Phase)
    assert {phase.value for phase in wire.EnginePhase} | {"stopped", "failed"} == {phase.value for phase in Phase}


@pytest.mark.parametrize("before", list(Phase))
@pytest.mark.parametrize("said", list(wire.EnginePhase))
def test_what_the_engine_says_moves_it_exactly_where_the_table_allows(before: Phase, said: wire.EnginePhase) -> None:
    after = apply(EngineStatus(phase=before), told(said), NOW).phase
    wanted = Phase(said.value)
    assert after is (wanted if before in ALIVE and wanted in FOLLOWS[before] else before)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
def test_each_outcome_ends_in_stopped_or_in_failed_with_words(outcome: Outcome) -> None:
    retry_at = NOW + timedelta(seconds=5) if may_retry(outcome) else None
    status = apply(EngineStatus(phase=Phase.TRAINING, pid=1), Ended(outcome, retry_at), NOW)
    assert status.pid is None
    if is_failure(outcome):
        assert status.phase is Phase.FAILED
        assert status.failure is not None
        assert status.failure.title
        assert status.retry_at == retry_at
    else:
        assert (status.phase, status.failure) == (Phase.STOPPED, None)


@pytest.mark.parametrize("outcome", [Exited(137), Crashed(9)], ids=["exit code 137", "SIGKILL"])
def test_an_engine_that_the_system_killed_is_told_to_have_lacked_memory(outcome: Outcome) -> None:
    failure = failure_of(outcome)
    assert failure is not None
    assert failure.title == "The system ended the engine, most likely because memory ran out."
    assert failure.advice == "Close other programs, or give training less memory under Limits."
    assert failure_of(Exited(1)) != failure != failure_of(Crashed(11))


def test_once_asked_to_stop_late_news_of_training_changes_nothing() -> None:
    status = apply(EngineStatus(phase=Phase.TRAINING), StopAsked(), NOW)
    assert apply(status, told(wire.EnginePhase.TRAINING), NOW).phase is Phase.STOPPING
    assert apply(status, told(wire.EnginePhase.SAVING), NOW).phase is Phase.STOPPING


def test_a_new_start_forgets_the_failure_and_the_old_counters() -> None:
    failed = apply(EngineStatus(phase=Phase.TRAINING, step=9, tokens=900), Ended(Exited(1), NOW), NOW)
    started = apply(failed, Launched(77), NOW)
    assert (started.phase, started.pid, started.failure, started.tokens) == (Phase.STARTING, 77, None, 0)


def test_the_reason_belongs_to_the_phase_it_came_with() -> None:
    waiting = Told(wire.PhaseChanged(phase=wire.EnginePhase.WAITING_FOR_PEERS, reason="Two of three parts are there."))
    status = apply(EngineStatus(phase=Phase.STARTING), waiting, NOW)
    assert status.reason == "Two of three parts are there."
    assert apply(status, told(wire.EnginePhase.TRAINING), NOW).reason == ""


def test_the_time_of_a_phase_is_when_it_was_entered_not_when_it_was_last_said() -> None:
    status = apply(EngineStatus(phase=Phase.STARTING), told(wire.EnginePhase.TRAINING), NOW)
    again = apply(status, told(wire.EnginePhase.TRAINING), NOW + timedelta(minutes=1))
    assert again.phase_since == NOW


events = st.one_of(
    st.sampled_from(list(wire.EnginePhase)).map(told),
    st.just(Launched(5)),
    st.just(StopAsked()),
    st.sampled_from(OUTCOMES).map(lambda outcome: Ended(outcome, NOW)),
    st.just(Told(wire.StepFinished(step=1, tokens=2, tokens_per_second=3.0))),
)


@given(st.lists(events, max_size=20))
@settings(max_examples=50, deadline=None)
def test_no_order_of_events_leaves_the_table(story: list[PhaseEvent]) -> None:
    status = EngineStatus()
    for event in story:
        after = apply(status, event, NOW)
        assert after.phase is status.phase or after.phase in FOLLOWS[status.phase]
        assert after.phase is Phase.FAILED or after.failure is None
        assert after.phase in ALIVE or (after.tokens_per_second == 0 and after.pid is None)
        status = after


def test_delays_climb_stay_bounded_and_begin_anew_after_a_healthy_while() -> None:
    plain = [delay_seconds(failures, 0.0) for failures in range(1, 12)]
    assert plain[:5] == [1, 2, 5, 10, 30]
    assert plain == sorted(plain)
    assert max(delay_seconds(failures, 0.999) for failures in range(1, 50)) == 300
    assert 1.0 < delay_seconds(1, 0.5) < 1.2
    assert failures_in_row(6, HEALTHY_SECONDS) == 1
    assert failures_in_row(6, 1.0) == 7


def test_shortages_of_memory_count_until_another_shard_or_another_engine_begins() -> None:
    measured = wire.ResourcesMeasured(
        computing_seconds=1.0, idle_seconds=0.0, loop_cpu_seconds=0.1, process_cpu_seconds=1.0, memory_shortages=2
    )
    short = apply(EngineStatus(phase=Phase.TRAINING), Told(measured), NOW)
    assert short.memory_shortages == 2
    joined = wire.RunJoined(run_id="r2", run_title="More", stage=0, stages=2, parameters=10)
    assert apply(short, Told(joined), NOW).memory_shortages == 0
    assert apply(short, Launched(7), NOW).memory_shortages == 0
