"""How long a step waits for a validator that is at work."""

from hypothesis import given
from hypothesis import strategies as st

from subnet.orchestrator.auditing.draw_patience import DRAW_MS, DrawPatience


def test_a_step_has_waited_once_it_was_there_for_three_seconds() -> None:
    patience = DrawPatience()
    assert patience.waited_through(7, 1000) == 0
    assert patience.waited_through(9, 1000 + DRAW_MS - 1) == 0
    assert patience.waited_through(9, 1000 + DRAW_MS) == 7
    assert patience.waited_through(9, 1000 + 2 * DRAW_MS) == 9


def test_after_the_clock_went_back_steps_wait_anew() -> None:
    patience = DrawPatience()
    patience.waited_through(7, 10_000_000)
    assert patience.waited_through(7, 1000) == 0
    assert patience.waited_through(7, 1000 + DRAW_MS) == 7


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 5)), max_size=60))
def test_nothing_passes_for_waited_that_was_not_there_so_long_ago(moves: list[tuple[int, int]]) -> None:
    patience, now_ms, cursor, waited = DrawPatience(), 0, 0, 0
    history: list[tuple[int, int]] = []
    for passed_ms, new in moves:
        now_ms, cursor = now_ms + passed_ms, cursor + new
        history.append((now_ms, cursor))
        found = patience.waited_through(cursor, now_ms)
        assert found >= waited
        waited = found
        assert found <= max((there for at_ms, there in history if at_ms <= now_ms - DRAW_MS), default=0)
