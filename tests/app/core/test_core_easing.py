"""Heat near its limit makes training gentle before it makes it stop."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.decision import Action, Decision, decide
from app.core.gates.easing import BEGINS, eased
from app.core.gates.gate import GateName, GateReading, Switch, at_most
from app.core.gates.steadiness import LastNo, steadied
from app.core.gates.words import evidence
from app.core.hours.windows import Level
from app.core.wish import Auto, OnUntil, Wish

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
LIMIT = 90.0
WARM = LIMIT - BEGINS[GateName.TEMPERATURE]


def heat(celsius: float | None, switch: Switch = Switch.AUTOMATIC) -> GateReading:
    return at_most(GateName.TEMPERATURE, switch, celsius, LIMIT, "coretemp")


def over_time(readings: Sequence[GateReading]) -> list[GateReading]:
    """Each reading after both rules, one a second."""
    noes: tuple[LastNo, ...] = ()
    warm: tuple[LastNo, ...] = ()
    answers = []
    for second, reading in enumerate(readings):
        now = NOW + timedelta(seconds=second)
        steady, noes = steadied([reading], noes, now)
        steady, warm = eased(steady, warm, now)
        answers.append(steady[0])
    return answers


def decided(reading: GateReading, wish: Wish = Auto()) -> Decision:  # noqa: B008  frozen
    return decide(wish, [reading], NOW)


def test_it_goes_gently_four_degrees_below_the_limit_and_stops_above_it() -> None:
    cool, warm, hot = over_time([heat(WARM), heat(WARM + 1), heat(LIMIT + 1)])
    assert (decided(cool).action, decided(cool).level) == (Action.RUN, Level.FULL)
    assert (decided(warm).action, decided(warm).level) == (Action.RUN, Level.GENTLE)
    assert decided(warm).eased_by is GateName.TEMPERATURE
    assert decided(hot).action is Action.HOLD


def test_it_goes_in_full_again_once_it_was_cool_for_a_minute() -> None:
    answers = over_time([heat(WARM + 1)] + [heat(WARM - 7)] * 70)
    assert [answer.gently for answer in answers[:61]] == [True] * 60 + [False]
    still_warm = over_time([heat(WARM + 1)] + [heat(WARM - 6)] * 200)
    assert all(answer.gently for answer in still_warm)


def test_train_now_goes_gently_too_where_it_is_warm() -> None:
    warm = over_time([heat(WARM + 1)])[0]
    assert decided(warm, OnUntil(NOW + timedelta(hours=1))).level is Level.GENTLE


def test_heat_that_is_not_looked_at_or_not_known_eases_nothing() -> None:
    assert not over_time([heat(WARM + 1, Switch.OFF)])[0].gently
    assert not over_time([heat(WARM + 1), heat(None)])[1].gently


def test_the_evidence_says_that_it_goes_gently() -> None:
    warm = over_time([heat(WARM + 1)])[0]
    assert evidence(warm, NOW) == "87 °C, 90 °C at most, so it goes gently, says coretemp."


@given(st.lists(st.floats(60, 100), min_size=1, max_size=300))
def test_whatever_the_heat_does_the_pace_changes_at_most_twice_a_minute_and_is_never_full_near_the_limit(
    course: list[float],
) -> None:
    answers = over_time([heat(celsius) for celsius in course])
    for celsius, answer in zip(course, answers, strict=True):
        assert celsius <= WARM or answer.gently
    changes = [at for at in range(1, len(answers)) if answers[at].gently is not answers[at - 1].gently]
    assert all(later - earlier >= 60 for earlier, later in zip(changes, changes[2:], strict=False))


def test_fans_that_get_loud_make_it_gentle_before_they_make_it_wait() -> None:
    def fans(rpm: float) -> GateReading:
        return at_most(GateName.FANS, Switch.ON, rpm, 2500.0, "nct6798")

    quiet, loud, too_loud, calmer, calm = over_time([fans(2350), fans(2351), fans(2501), fans(2301), fans(2300)])
    assert [decided(each).level for each in (quiet, loud)] == [Level.FULL, Level.GENTLE]
    assert decided(loud).eased_by is GateName.FANS
    assert [decided(each).action for each in (too_loud, calmer, calm)] == [Action.HOLD] * 3
    assert calmer.next_change is None, "not quiet enough yet"
    assert calm.next_change == NOW + timedelta(seconds=3 + 60)
    assert evidence(loud, NOW) == "2351 rpm, 2500 rpm at most, so it goes gently, says nct6798."


def test_train_now_passes_the_fans_wholly() -> None:
    loud = over_time([at_most(GateName.FANS, Switch.ON, 2800.0, 2500.0, "nct6798")])[0]
    now = decided(loud, OnUntil(NOW + timedelta(hours=1)))
    assert (now.action, now.level, now.eased_by) == (Action.RUN, Level.FULL, None)
