"""Levels, days off, “not tonight”, the last start, time to hand over, wishes that end by themselves."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from app.core import words
from app.core.decision import Action, Decision, Reason, decide
from app.core.engine.orders import order_for
from app.core.engine.pace import GENTLE_DUTY_CYCLE, duty_cycle_at, paced
from app.core.engine.phase import EngineStatus, Phase
from app.core.engine.plan import EngineStep, Standing, plan
from app.core.gates.gate import GateName, GateReading, GateState, Switch, hours_gate, plain
from app.core.hours.changes import (
    checked,
    tonight_after_all,
    with_exception,
    with_windows,
    without_days_off,
    without_tonight,
    without_windows,
)
from app.core.hours.preview import SpanReason, preview, week_preview
from app.core.hours.schedule import Closed, hours_at, next_opening, parse_hours
from app.core.hours.week_ring import painted
from app.core.hours.windows import (
    AS_FOR_ALL,
    DaysOff,
    Ending,
    Level,
    NotTonight,
    Schedule,
    Window,
    ending_of,
    minutes_at_end,
)
from app.core.hours.words import clock_change_text, schedule_line, span_text
from app.core.settings.settings import OwnAddress, Settings
from app.core.wish import Auto, FinishThenOff, Off, OffUntil, OffUntilOpening, OnUntil, Wish, begun, resumed, settled
from protocol.errors import SettingsError

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NIGHTS = parse_hours("22:00-06:00")
FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
FRIDAY_NIGHT = datetime(2026, 11, 20, 23, tzinfo=BERLIN)
DAY = timedelta(days=1)
MIXED = Schedule(
    True,
    (*(Window(day, 22 * 60, 120) for day in range(7)), *(Window(day, 0, 360, Level.GENTLE) for day in range(7))),
)


OWN_ENDS = Schedule(True, (Window(4, 22 * 60, 120, Level.FULL, 5), Window(5, 0, 360, Level.GENTLE, 45, 10)))


def decided(schedule: Schedule, now: datetime, wish: Wish | None = None, *, at_work: bool = False) -> Decision:
    assert now.tzinfo is not None
    gates = [hours_gate(schedule, now, now.tzinfo, at_work=at_work)]
    return decide(Auto() if wish is None else wish, gates, now)


def test_not_tonight_leaves_out_the_night_to_come_and_no_other() -> None:
    schedule = without_tonight(NIGHTS, FRIDAY_NOON)
    assert not hours_at(schedule, FRIDAY_NIGHT, BERLIN).open
    assert not hours_at(schedule, FRIDAY_NIGHT + timedelta(hours=6), BERLIN).open
    assert hours_at(schedule, FRIDAY_NIGHT + DAY, BERLIN).open
    assert hours_at(schedule, FRIDAY_NIGHT, BERLIN).closed_by is Closed.NOT_TONIGHT


def test_not_tonight_said_in_the_middle_of_the_night_ends_this_one() -> None:
    schedule = without_tonight(NIGHTS, FRIDAY_NIGHT)
    assert not hours_at(schedule, FRIDAY_NIGHT, BERLIN).open
    assert hours_at(schedule, FRIDAY_NIGHT + DAY, BERLIN).open
    held = decided(schedule, FRIDAY_NIGHT, at_work=True)
    assert words.why(held, FRIDAY_NIGHT) == "Not tonight, as you asked: off until Sat 22:00."


def test_not_tonight_takes_the_whole_night_though_it_is_made_of_two_windows() -> None:
    schedule = without_tonight(MIXED, FRIDAY_NOON)
    assert not hours_at(schedule, FRIDAY_NIGHT, BERLIN).open
    assert not hours_at(schedule, FRIDAY_NIGHT + timedelta(hours=4), BERLIN).open
    assert hours_at(schedule, FRIDAY_NIGHT + DAY, BERLIN).open


def test_not_tonight_with_every_hour_painted_leaves_out_one_day() -> None:
    schedule = without_tonight(parse_hours("00:00-24:00"), FRIDAY_NOON)
    assert hours_at(schedule, FRIDAY_NOON, BERLIN).next_change == datetime(2026, 11, 21, tzinfo=BERLIN)


def test_not_tonight_follows_the_clock_of_the_place_where_the_night_is() -> None:
    schedule = without_tonight(NIGHTS, FRIDAY_NOON)
    assert not hours_at(schedule, FRIDAY_NIGHT.replace(tzinfo=NEW_YORK), NEW_YORK).open


def test_not_tonight_is_taken_back_and_said_twice_skips_two_nights() -> None:
    once = without_tonight(NIGHTS, FRIDAY_NOON)
    assert tonight_after_all(once) == NIGHTS
    twice = without_tonight(once, FRIDAY_NOON)
    assert not hours_at(twice, FRIDAY_NIGHT + DAY, BERLIN).open
    assert hours_at(twice, FRIDAY_NIGHT + 2 * DAY, BERLIN).open


def test_without_hours_there_is_no_night_to_leave_out() -> None:
    with pytest.raises(SettingsError, match="no night"):
        without_tonight(Schedule(), FRIDAY_NOON)


def test_exceptions_that_are_over_are_dropped_when_the_next_is_made() -> None:
    schedule = without_tonight(NIGHTS, FRIDAY_NOON)
    later = without_tonight(schedule, FRIDAY_NOON + 30 * DAY)
    assert len(later.exceptions) == 1


def test_on_a_day_off_no_window_that_starts_that_day_opens_and_the_night_before_ends_as_ever() -> None:
    schedule = with_exception(NIGHTS, DaysOff(date(2026, 11, 21), date(2026, 11, 21)), FRIDAY_NOON)
    saturday = datetime(2026, 11, 21, tzinfo=BERLIN)
    assert hours_at(schedule, saturday + timedelta(hours=3), BERLIN).open  # Friday's window
    assert not hours_at(schedule, saturday + timedelta(hours=23), BERLIN).open
    assert not hours_at(schedule, saturday + timedelta(hours=27), BERLIN).open  # it would have been Saturday's
    assert hours_at(schedule, saturday + timedelta(hours=47), BERLIN).open
    held = decided(schedule, saturday + timedelta(hours=23))
    assert words.why(held, saturday + timedelta(hours=23)) == "A day off: no training until Sun 22:00."


def test_a_day_off_counts_where_no_hours_are_set_too() -> None:
    schedule = with_exception(Schedule(), DaysOff(date(2026, 11, 21), date(2026, 11, 22)), FRIDAY_NOON)
    hours = hours_at(schedule, FRIDAY_NOON, BERLIN)
    assert (hours.open, hours.next_change) == (True, datetime(2026, 11, 21, tzinfo=BERLIN))
    off = hours_at(schedule, FRIDAY_NOON + DAY, BERLIN)
    assert (off.open, off.next_change) == (False, datetime(2026, 11, 23, tzinfo=BERLIN))
    assert without_days_off(schedule, date(2026, 11, 22)) == Schedule()
    with pytest.raises(SettingsError, match="no day off"):
        without_days_off(schedule, date(2026, 11, 25))


def test_in_the_last_minutes_nothing_begins_and_what_runs_goes_on() -> None:
    schedule = msgspec.structs.replace(NIGHTS, last_start_minutes=30)
    late = datetime(2026, 11, 21, 5, 40, tzinfo=BERLIN)
    held = decided(schedule, late)
    assert (held.action, held.reason) == (Action.HOLD, Reason.HOURS)
    assert words.why(held, late) == "Too late to begin in these hours; the next begin at 22:00."
    running = decided(schedule, late, at_work=True)
    assert (running.action, running.until) == (Action.RUN, datetime(2026, 11, 21, 6, tzinfo=BERLIN))
    assert decided(schedule, late - timedelta(minutes=20)).action is Action.RUN


def test_after_the_end_what_is_in_flight_may_be_handed_over_and_then_it_is_stopped() -> None:
    schedule = msgspec.structs.replace(NIGHTS, overrun_minutes=5)
    end = datetime(2026, 11, 21, 6, tzinfo=BERLIN)
    training = Standing(status=EngineStatus(phase=Phase.TRAINING), held_since=end)
    for minutes, step in ((0, EngineStep.HAND_OVER), (4, EngineStep.HAND_OVER), (5, EngineStep.STOP)):
        now = end + timedelta(minutes=minutes)
        assert plan(decided(schedule, now, at_work=True), training, now) is step
    asleep_till_nine = end + timedelta(hours=3)
    assert plan(decided(schedule, asleep_till_nine), training, asleep_till_nine) is EngineStep.STOP


def test_whatever_else_holds_stops_it_without_that_time() -> None:
    end = datetime(2026, 11, 21, 6, tzinfo=BERLIN)
    gates: list[GateReading] = [hours_gate(NIGHTS, end, BERLIN), plain(GateName.MAINS, Switch.ON, False)]
    assert decide(Auto(), gates[:1], end).hand_over_until is not None
    assert decide(Auto(), gates, end).hand_over_until is None


def test_a_window_may_say_itself_how_late_it_begins_and_how_long_it_hands_over() -> None:
    friday = Window(4, 22 * 60, 480, Level.FULL, 60, 30)
    schedule = Schedule(True, (friday, Window(5, 22 * 60, 480)), (), 10, 2)
    saturday_six = datetime(2026, 11, 21, 6, tzinfo=BERLIN)
    late = saturday_six - timedelta(minutes=60)
    assert decided(schedule, late).reason is Reason.HOURS
    assert decided(schedule, late - timedelta(minutes=1)).action is Action.RUN
    assert decided(schedule, late, at_work=True).action is Action.RUN
    assert decided(schedule, late + DAY).action is Action.RUN
    assert decided(schedule, late + DAY + timedelta(minutes=50)).reason is Reason.HOURS
    assert decided(schedule, saturday_six).hand_over_until == saturday_six + timedelta(minutes=30)
    assert decided(schedule, saturday_six + DAY).hand_over_until == saturday_six + DAY + timedelta(minutes=2)


def test_of_windows_that_overlap_the_one_that_ends_last_says_how_the_hours_end() -> None:
    long, short = Window(4, 600, 240, Level.FULL, 60, 0), Window(4, 600, 120, Level.FULL, 5, 90)
    schedule = Schedule(True, (long, short))
    noon, two = FRIDAY_NOON, FRIDAY_NOON + timedelta(hours=2)
    assert decided(schedule, noon - timedelta(minutes=1)).action is Action.RUN  # nothing ends at noon
    assert decided(schedule, noon, at_work=True).action is Action.RUN
    assert decided(schedule, two - timedelta(minutes=60)).reason is Reason.HOURS
    assert decided(schedule, two).hand_over_until is None


def test_of_windows_that_end_together_own_minutes_win_and_of_those_the_ones_that_leave_more_time() -> None:
    ending = ending_of((Ending(), Ending(30, 5), Ending(10, None)))
    assert ending == Ending(10, 5)
    assert minutes_at_end(Schedule(last_start_minutes=40, overrun_minutes=9), ending) == (10, 5)
    assert minutes_at_end(Schedule(last_start_minutes=40, overrun_minutes=9), AS_FOR_ALL) == (40, 9)


def test_hours_made_longer_in_the_grid_end_as_they_did_and_added_ones_as_they_say() -> None:
    night = Window(4, 1320, 480, Level.FULL, 30, 10)
    longer = painted((night,), 5 * 1440 + 360, 60, Level.FULL)
    assert longer == (Window(4, 1320, 540, Level.FULL, 30, 10),)
    gentler = painted((night,), 5 * 1440 + 300, 60, Level.GENTLE)
    assert gentler == (Window(4, 1320, 420, Level.FULL, 30, 10), Window(5, 300, 60, Level.GENTLE, 30, 10))
    added = with_windows(Schedule(True, (night,)), [Window(5, 360, 60)]).windows
    assert added == (night, Window(5, 360, 60))


def test_a_short_gap_between_windows_is_a_pause_and_no_hand_over() -> None:
    schedule = Schedule(True, (Window(4, 600, 60), Window(4, 665, 60)))
    now = datetime(2026, 11, 20, 11, 1, tzinfo=BERLIN)
    training = Standing(status=EngineStatus(phase=Phase.TRAINING), held_since=now)
    assert plan(decided(schedule, now, at_work=True), training, now) is EngineStep.PAUSE


def test_the_level_is_that_of_the_window_and_of_two_the_fuller_one() -> None:
    assert decided(MIXED, FRIDAY_NIGHT).level is Level.FULL
    assert decided(MIXED, FRIDAY_NIGHT + timedelta(hours=2)).level is Level.GENTLE
    assert decided(MIXED, FRIDAY_NIGHT).until == datetime(2026, 11, 21, 6, tzinfo=BERLIN)
    assert decided(MIXED, FRIDAY_NIGHT).next_change == datetime(2026, 11, 21, 0, tzinfo=BERLIN)
    both = Schedule(True, (Window(4, 1320, 480, Level.GENTLE), Window(4, 1320, 60)))
    assert decided(both, FRIDAY_NIGHT - timedelta(minutes=30)).level is Level.FULL
    assert decided(MIXED, FRIDAY_NIGHT + timedelta(hours=2), OnUntil()).level is Level.FULL


def test_a_running_engine_is_told_of_a_new_level_and_a_starting_one_gets_it_in_its_order() -> None:
    order = order_for(Settings(network=OwnAddress("http://network:1")), "http://network:1", "5x", Path("/engine"))
    assert duty_cycle_at(order, Level.FULL) == 1.0
    assert duty_cycle_at(order, Level.GENTLE) == GENTLE_DUTY_CYCLE
    assert duty_cycle_at(paced(order, 0.2), Level.GENTLE) == 0.2
    gently = Decision(action=Action.RUN, reason=Reason.GATES_OPEN, level=Level.GENTLE)
    for phase, step in ((Phase.TRAINING, EngineStep.PACE), (Phase.STARTING, EngineStep.NONE)):
        untold = Standing(status=EngineStatus(phase=phase), wanted_duty_cycle=GENTLE_DUTY_CYCLE)
        assert plan(gently, untold, FRIDAY_NIGHT) is step
    told = msgspec.structs.replace(untold, status=EngineStatus(phase=Phase.TRAINING), duty_cycle=GENTLE_DUTY_CYCLE)
    assert plan(gently, told, FRIDAY_NIGHT) is EngineStep.NONE


def test_finished_means_off_until_the_hours_next_begin() -> None:
    def opening(after: datetime) -> datetime | None:
        return next_opening(NIGHTS, after, BERLIN)

    off = settled(FinishThenOff(), FRIDAY_NIGHT, True, opening)
    saturday_evening = datetime(2026, 11, 21, 22, tzinfo=BERLIN)
    assert off == OffUntilOpening(FRIDAY_NIGHT, saturday_evening)
    held = decided(NIGHTS, FRIDAY_NIGHT, off)
    assert (held.action, held.reason, held.until) == (Action.HOLD, Reason.FINISHED, saturday_evening)
    assert words.why(held, FRIDAY_NIGHT) == "Finished, as you asked; off until Sat 22:00."
    assert settled(off, FRIDAY_NIGHT + timedelta(hours=20), True, opening) == off
    assert settled(off, saturday_evening, True, opening) == Auto()
    assert settled(off, saturday_evening + 5 * DAY, True, opening) == Auto()  # it slept through the opening
    put_back = settled(off, FRIDAY_NIGHT - 400 * DAY, True, opening)
    assert isinstance(put_back, OffUntilOpening)
    assert put_back.until is not None
    assert put_back.until - (FRIDAY_NIGHT - 400 * DAY) <= DAY


def test_finished_follows_the_hours_and_the_zone_as_they_are_then() -> None:
    off = OffUntilOpening(FRIDAY_NIGHT, None)
    there = settled(off, FRIDAY_NIGHT, True, lambda after: next_opening(NIGHTS, after, NEW_YORK))
    assert there == OffUntilOpening(FRIDAY_NIGHT, datetime(2026, 11, 20, 22, tzinfo=NEW_YORK))
    assert settled(off, FRIDAY_NIGHT, True, lambda after: next_opening(Schedule(), after, BERLIN)) == Off()
    assert settled(FinishThenOff(), FRIDAY_NIGHT, True) == Off()


@pytest.mark.parametrize("kind", [OnUntil, OffUntil])
def test_a_wish_with_an_end_ends_by_itself_and_never_lasts_longer_when_the_clock_is_put_back(
    kind: type[OnUntil] | type[OffUntil],
) -> None:
    end = FRIDAY_NIGHT + timedelta(hours=2)
    wish = begun(kind(end), FRIDAY_NIGHT)
    assert settled(wish, end - timedelta(seconds=1), False) == wish
    assert settled(wish, end, False) == Auto()
    assert settled(wish, end + 9 * DAY, False) == Auto()
    a_year_ago = FRIDAY_NIGHT - 365 * DAY
    moved = settled(wish, a_year_ago, False)
    assert isinstance(moved, kind)
    assert moved.until == a_year_ago + timedelta(hours=2)
    assert settled(moved, a_year_ago + timedelta(hours=2), False) == Auto()
    a_little = FRIDAY_NIGHT - timedelta(seconds=30)
    assert settled(wish, a_little, False) == wish
    again = msgspec.json.decode(msgspec.json.encode(wish), type=Wish)
    assert again == wish  # so it outlives a restart


def test_a_pause_on_top_of_a_wish_to_train_gives_way_to_it_again_unless_it_has_ended() -> None:
    training = begun(OnUntil(FRIDAY_NIGHT), FRIDAY_NOON)
    at_two, at_three = FRIDAY_NOON + timedelta(hours=2), FRIDAY_NOON + timedelta(hours=3)
    paused = begun(OffUntil(), at_two, training)
    assert resumed(paused, at_three) == training
    assert resumed(paused, FRIDAY_NIGHT) == Auto()
    assert settled(paused, FRIDAY_NIGHT, False) == OffUntil()
    for_an_hour = begun(OffUntil(at_three), at_two, training)
    assert settled(for_an_hour, at_three, False) == training
    longer = begun(OffUntil(at_three + timedelta(hours=1)), at_two, for_an_hour)
    assert resumed(longer, at_three) == training
    past_its_end = begun(OffUntil(FRIDAY_NIGHT + timedelta(hours=1)), at_two, training)
    assert settled(past_its_end, FRIDAY_NIGHT + timedelta(hours=1), False) == Auto()
    assert msgspec.json.decode(msgspec.json.encode(paused), type=Wish) == paused


@pytest.mark.parametrize("before", [Auto(), Off(), FinishThenOff(), OffUntil(), OffUntilOpening(FRIDAY_NOON)])
def test_a_pause_on_top_of_anything_else_goes_back_to_the_hours(before: Wish) -> None:
    assert resumed(begun(OffUntil(), FRIDAY_NOON, before), FRIDAY_NIGHT) == Auto()
    assert resumed(before, FRIDAY_NIGHT) == Auto()
    assert resumed(OnUntil(), FRIDAY_NIGHT) == Auto()


def test_of_a_wish_that_is_interrupted_no_more_than_its_length_is_left_when_the_clock_is_put_back() -> None:
    paused = begun(OffUntil(), FRIDAY_NOON, begun(OnUntil(FRIDAY_NOON + timedelta(hours=2)), FRIDAY_NOON))
    a_year_ago = FRIDAY_NOON - 365 * DAY
    goes_on = resumed(settled(paused, a_year_ago, False), a_year_ago)
    assert isinstance(goes_on, OnUntil)
    assert goes_on.until == a_year_ago + timedelta(hours=2)


def test_a_wish_with_an_end_is_the_same_moment_in_another_zone() -> None:
    wish = begun(OffUntil(FRIDAY_NIGHT), FRIDAY_NOON)
    assert settled(wish, FRIDAY_NIGHT.astimezone(NEW_YORK), False) == Auto()
    assert settled(wish, (FRIDAY_NIGHT - timedelta(minutes=1)).astimezone(NEW_YORK), False) == wish


@pytest.mark.parametrize(
    ("schedule", "advice"),
    [
        (Schedule(True), "Add hours"),
        (Schedule(True, (Window(0, 0, 30),), last_start_minutes=30), "longer hours"),
        (Schedule(True, (Window(0, 0, 30),), overrun_minutes=500), "120"),
        (Schedule(True, (Window(0, 0, 30, Level.FULL, 30),)), "longer hours"),
        (Schedule(True, (Window(0, 0, 30, Level.FULL, None, 500),)), "120"),
        (Schedule(True, tuple(Window(day, 0, 1440) for day in range(7)), last_start_minutes=2000), "1439"),
        (Schedule(True, tuple(Window(day, 0, 1440, Level.FULL, 2000) for day in range(7))), "1439"),
        (Schedule(exceptions=(DaysOff(date(2026, 2, 2), date(2026, 2, 1)),)), "Swap"),
        (Schedule(exceptions=(DaysOff(date(2026, 2, 2), date(2028, 2, 1)),)), "turn training off"),
    ],
)
def test_hours_by_which_it_would_never_train_are_refused_with_advice(schedule: Schedule, advice: str) -> None:
    with pytest.raises(SettingsError, match=advice):
        checked(schedule)


def test_a_short_window_that_touches_a_longer_one_may_have_a_last_start() -> None:
    checked(Schedule(True, (Window(0, 1380, 60), Window(1, 0, 30, Level.GENTLE)), last_start_minutes=60))
    checked(Schedule(True, (Window(0, 1380, 60), Window(1, 0, 30, Level.GENTLE, 60))))
    checked(Schedule(True, (Window(0, 0, 30, Level.FULL, 0), Window(1, 0, 120)), last_start_minutes=60))


def test_windows_are_added_and_taken_out_by_their_hours() -> None:
    schedule = with_windows(Schedule(), [Window(4, 1320, 480)])
    assert schedule == Schedule(True, (Window(4, 1320, 480),))
    schedule = with_windows(schedule, [Window(5, 0, 120, Level.GENTLE)])
    assert schedule.windows == (Window(4, 1320, 120), Window(5, 0, 120, Level.GENTLE), Window(5, 120, 240))
    schedule = without_windows(schedule, [Window(4, 1320, 240)])
    assert schedule.windows == (Window(5, 120, 240),)
    with pytest.raises(SettingsError, match="not set"):
        without_windows(schedule, [Window(1, 0, 60)])


def test_the_preview_tells_levels_days_off_pauses_and_the_night_in_which_clocks_change() -> None:
    now = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    schedule = with_exception(NIGHTS, DaysOff(date(2026, 10, 26), date(2026, 10, 26)), now)
    spans = preview(schedule, OffUntil(now + timedelta(hours=1)), now, BERLIN)
    assert [span.reason for span in spans[:6]] == [
        SpanReason.PAUSED,
        SpanReason.OUTSIDE,
        SpanReason.HOURS,
        SpanReason.OUTSIDE,
        SpanReason.HOURS,
        SpanReason.OUTSIDE,
    ]
    long_night = spans[2]
    assert long_night.ends - long_night.begins == timedelta(hours=9)
    assert span_text(long_night, now) == "Sat 22:00 to Sun 06:00, training (clocks go back, 60 min longer)"
    assert clock_change_text(spans[4], BERLIN) == ""
    (always,) = week_preview(Schedule(), Auto(), now, BERLIN)
    assert span_text(always, now) == "Sat from 12:00 on, training"
    until_six = [span for span in preview(OWN_ENDS, Auto(), FRIDAY_NOON, BERLIN) if span.reason is SpanReason.HOURS]
    assert [span_text(span, FRIDAY_NOON) for span in until_six] == [
        "Fri 22:00 to 24:00, training",
        "Sat 00:00 to 06:00, training, gently, nothing new after 05:15, handing over until 06:10",
    ]
    assert SpanReason.DAY_OFF in [span.reason for span in spans]
    assert spans[-1].ends == datetime(2026, 10, 31, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("wish", "reason", "level"),
    [
        (OnUntil(FRIDAY_NIGHT), SpanReason.ASKED, Level.FULL),
        (OffUntil(), SpanReason.PAUSED, None),
        (Off(), SpanReason.TURNED_OFF, None),
        (FinishThenOff(), SpanReason.PAUSED, None),
        (Auto(), SpanReason.OUTSIDE, None),
    ],
)
def test_the_preview_begins_with_what_was_asked_for(wish: Wish, reason: SpanReason, level: Level | None) -> None:
    first = preview(NIGHTS, wish, FRIDAY_NOON, BERLIN)[0]
    assert (first.reason, first.level) == (reason, level)


def test_the_preview_tells_a_pause_and_then_what_it_interrupts() -> None:
    until_one, until_three = FRIDAY_NOON + timedelta(hours=1), FRIDAY_NOON + timedelta(hours=3)
    spans = preview(NIGHTS, OffUntil(until_one, interrupts=OnUntil(until_three)), FRIDAY_NOON, BERLIN)
    assert [(span.reason, span.ends) for span in spans[:2]] == [
        (SpanReason.PAUSED, until_one),
        (SpanReason.ASKED, until_three),
    ]
    assert spans[2].reason is SpanReason.OUTSIDE


WEEKDAYS = [Window(day, 540, 480, Level.GENTLE) for day in range(5)]
WEEKENDS = [Window(day, 0, 1440) for day in (5, 6)]


@pytest.mark.parametrize(
    ("schedule", "line"),
    [
        (Schedule(), "At any hour"),
        (Schedule(True), "Never: no hours are set"),
        (parse_hours("23:00-07:00"), "Nights 23:00 to 07:00"),
        (parse_hours("08:00-12:00"), "Every day 08:00 to 12:00"),
        (parse_hours("00:00-24:00"), "Day and night"),
        (Schedule(True, (Window(4, 1320, 480),)), "Friday 22:00 to 06:00"),
        (
            Schedule(True, (*WEEKDAYS, *WEEKENDS)),
            "Monday to Friday 09:00 to 17:00, gently; weekends all day",
        ),
        (
            Schedule(True, tuple(Window(day, 1380, 480) for day in (6, 0, 1, 2, 3))),
            "Sunday to Thursday 23:00 to 07:00",
        ),
        (
            Schedule(True, (Window(0, 0, 60), Window(2, 0, 60), Window(4, 0, 60))),
            "Monday, Wednesday and Friday 00:00 to 01:00",
        ),
        (
            Schedule(exceptions=(DaysOff(date(2026, 12, 24), date(2026, 12, 26)),)),
            "At any hour; off from 24 Dec to 26 Dec",
        ),
        (Schedule(exceptions=(DaysOff(date(2026, 11, 1), date(2026, 11, 2)),)), "At any hour"),
        (without_tonight(NIGHTS, FRIDAY_NOON), "Nights 22:00 to 06:00; not tonight"),
        (
            Schedule(True, (Window(4, 1320, 480, Level.GENTLE, 30, 10), Window(5, 1320, 480, Level.FULL, 0))),
            "Friday 22:00 to 06:00, gently, nothing new in the last 30 min, 10 min to hand over; "
            "Saturday 22:00 to 06:00, to begin up to the end",
        ),
    ],
)
def test_a_schedule_is_one_line_of_plain_words(schedule: Schedule, line: str) -> None:
    assert schedule_line(schedule, FRIDAY_NOON) == line


def test_seven_windows_with_seven_times_are_still_one_line() -> None:
    schedule = Schedule(True, tuple(Window(day, 60 * day, 60) for day in range(7)))
    assert schedule_line(schedule).endswith("; and 2 more")


def test_a_skip_for_another_day_says_which() -> None:
    skip = NotTonight(datetime(2026, 11, 23, 22), datetime(2026, 11, 23, 22, 1))
    assert "not on Mon 23 Nov from 22:00" in schedule_line(with_exception(NIGHTS, skip, FRIDAY_NOON), FRIDAY_NOON)


def test_hours_say_unknown_to_nobody() -> None:
    assert hours_gate(NIGHTS, datetime(2026, 1, 1, tzinfo=UTC), BERLIN).state is not GateState.UNKNOWN
