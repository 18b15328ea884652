"""Hours: by start weekday, across midnight, through daylight saving, and constant until the change they promise."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.gates.gate import GateState, Switch, hours_gate
from app.core.hours.schedule import Closed, Hours, Schedule, Window, hours_at, last_opening, parse_hours
from app.core.hours.wall_clock import to_instant
from app.core.money.earnings import night_began
from protocol.errors import SettingsError

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KOLKATA = ZoneInfo("Asia/Kolkata")
ZONES = [BERLIN, NEW_YORK, LORD_HOWE, KOLKATA, ZoneInfo("Pacific/Apia"), ZoneInfo("America/Sao_Paulo"), UTC]
MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6


def weekly(weekday: int, start: str, end: str) -> Schedule:
    """One window of one weekday."""
    window = parse_hours(f"{start}-{end}").windows[0]
    return Schedule(True, (Window(weekday, window.start_minute, window.length_minutes),))


def length_of_the_window_after(schedule: Schedule, moment: datetime, zone: tzinfo) -> timedelta:
    opens = hours_at(schedule, moment, zone).next_change
    assert opens is not None
    closes = hours_at(schedule, opens, zone).next_change
    assert closes is not None
    return closes - opens


def test_friday_night_is_friday_evening_and_saturday_morning_and_no_other() -> None:
    schedule = weekly(FRIDAY, "22:00", "06:00")
    friday = datetime(2026, 11, 20, tzinfo=BERLIN)
    opened = [
        hours_at(schedule, friday + timedelta(hours=hour), BERLIN).open for hour in (2, 5, 21, 22, 23, 24, 29, 30, 46)
    ]
    assert opened == [False, False, False, True, True, True, True, False, False]


@pytest.mark.parametrize("weekday", range(7))
def test_a_window_of_any_weekday_opens_on_that_day_and_closes_on_the_next(weekday: int) -> None:
    hours = hours_at(weekly(weekday, "23:00", "07:00"), datetime(2026, 6, 3, 12, tzinfo=BERLIN), BERLIN)
    assert hours.next_change is not None
    assert hours.next_change.astimezone(BERLIN).weekday() == weekday
    closes = hours_at(weekly(weekday, "23:00", "07:00"), hours.next_change, BERLIN).next_change
    assert closes is not None
    assert closes.astimezone(BERLIN).weekday() == (weekday + 1) % 7


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        (BERLIN, datetime(2026, 3, 28, 12), 7),
        (BERLIN, datetime(2026, 10, 24, 12), 9),
        (BERLIN, datetime(2026, 6, 1, 12), 8),
        (NEW_YORK, datetime(2026, 3, 7, 12), 7),
        (NEW_YORK, datetime(2026, 10, 31, 12), 9),
        (LORD_HOWE, datetime(2026, 10, 3, 12), 7.5),
        (LORD_HOWE, datetime(2026, 4, 4, 12), 8.5),
        (KOLKATA, datetime(2026, 3, 28, 12), 8),
    ],
)
def test_a_night_through_a_clock_change_is_as_long_as_the_wall_clock_says(
    zone: ZoneInfo, evening: datetime, hours: float
) -> None:
    night = parse_hours("22:00-06:00")
    assert length_of_the_window_after(night, evening.replace(tzinfo=zone), zone) == timedelta(hours=hours)


def test_a_time_that_does_not_exist_is_the_moment_of_the_jump() -> None:
    jump = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert to_instant(datetime(2026, 3, 29, 2, 30), BERLIN, last=False) == jump
    assert to_instant(datetime(2026, 3, 29, 2, 30), BERLIN, last=True) == jump
    evening = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert hours_at(weekly(SUNDAY, "02:30", "06:00"), evening, BERLIN).next_change == jump
    assert length_of_the_window_after(weekly(SUNDAY, "02:30", "03:15"), evening, BERLIN) == timedelta(minutes=15)
    inside_the_gap = hours_at(weekly(SUNDAY, "02:10", "02:50"), evening, BERLIN)
    assert inside_the_gap.next_change == datetime(2026, 4, 5, 0, 10, tzinfo=UTC)  # that night has no such time


def test_a_time_that_comes_twice_starts_at_its_first_and_ends_at_its_last() -> None:
    evening = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    starting = hours_at(weekly(SUNDAY, "02:30", "06:00"), evening, BERLIN).next_change
    assert starting == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert length_of_the_window_after(weekly(SATURDAY, "22:00", "02:30"), evening, BERLIN) == timedelta(hours=5.5)
    twice = hours_at(weekly(SUNDAY, "02:30", "06:00"), datetime(2026, 10, 25, 1, 10, tzinfo=UTC), BERLIN)
    assert twice.open  # the clock shows 02:10 for the second time


@pytest.mark.parametrize(
    ("zone", "sunday", "end"), [(BERLIN, (2026, 10, 25), "02:00"), (LORD_HOWE, (2026, 4, 5), "01:30")], ids=str
)
def test_hours_until_just_the_time_to_which_clocks_are_put_back_end_when_it_comes_first(
    zone: ZoneInfo, sunday: tuple[int, int, int], end: str
) -> None:
    hour, minute = map(int, end.split(":"))
    first = datetime(*sunday, hour, minute, tzinfo=zone, fold=0).astimezone(UTC)
    again = datetime(*sunday, hour, minute, tzinfo=zone, fold=1).astimezone(UTC)
    assert again > first
    evening = datetime(*sunday, 12, tzinfo=zone) - timedelta(days=1)
    hours = weekly(SATURDAY, "22:00", end)
    opens = hours_at(hours, evening, zone).next_change
    assert opens is not None and hours_at(hours, opens, zone).next_change == first
    assert not hours_at(hours, first, zone).open


def test_without_hours_it_is_always_open_and_never_changes() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert hours_at(Schedule(), now, BERLIN) == Hours(True, None, None)
    assert hours_gate(Schedule(), now, BERLIN).switch is Switch.OFF


def test_seven_whole_days_never_change_either() -> None:
    hours = hours_at(parse_hours("00:00-24:00"), datetime(2026, 3, 28, 5, tzinfo=BERLIN), BERLIN)
    assert (hours.open, hours.opened, hours.next_change) == (True, None, None)


def test_a_whole_day_has_no_hole_at_its_end() -> None:
    monday = weekly(MONDAY, "00:00", "24:00")
    assert hours_at(monday, datetime(2026, 11, 23, 23, 59, 59, tzinfo=BERLIN), BERLIN).open
    assert not hours_at(monday, datetime(2026, 11, 24, 0, 0, tzinfo=BERLIN), BERLIN).open


def test_no_windows_at_all_never_open() -> None:
    hours = hours_at(Schedule(True), datetime(2026, 1, 1, tzinfo=UTC), BERLIN)
    assert hours == Hours(False, None, None, closed_by=Closed.NO_HOURS)


def test_the_same_instant_in_another_zone_is_judged_by_that_zones_clock() -> None:
    """Somebody travels with a laptop: the windows follow the clock on its screen."""
    night = parse_hours("22:00-06:00")
    moment = datetime(2026, 6, 1, 22, 30, tzinfo=BERLIN)
    assert hours_at(night, moment, BERLIN).open
    assert not hours_at(night, moment, NEW_YORK).open


def test_a_zone_changed_in_the_middle_of_a_window_ends_it_or_not_as_the_clock_there_says() -> None:
    """Berlin 23:00 is 17:00 in New York and 03:30 in Kolkata."""
    night = parse_hours("22:00-06:00")
    moment = datetime(2026, 11, 20, 23, tzinfo=BERLIN)
    there = [hours_at(night, moment, zone) for zone in (BERLIN, NEW_YORK, KOLKATA)]
    assert [hours.open for hours in there] == [True, False, True]
    assert there[2].next_change == datetime(2026, 11, 21, 6, tzinfo=KOLKATA)


def test_a_clock_set_back_an_hour_trains_the_hour_again_and_ends_when_the_clock_says_so() -> None:
    night = parse_hours("22:00-06:00")
    for shown in (datetime(2026, 11, 21, 5, 30, tzinfo=BERLIN), datetime(2026, 11, 21, 4, 30, tzinfo=BERLIN)):
        hours = hours_at(night, shown, BERLIN)
        assert (hours.open, hours.next_change) == (True, datetime(2026, 11, 21, 6, tzinfo=BERLIN))


def test_a_window_that_starts_at_midnight_belongs_to_the_day_that_begins() -> None:
    saturday = weekly(SATURDAY, "00:00", "06:00")
    assert not hours_at(saturday, datetime(2026, 11, 20, 23, 59, 59, tzinfo=BERLIN), BERLIN).open
    assert hours_at(saturday, datetime(2026, 11, 21, 0, 0, tzinfo=BERLIN), BERLIN).open


@pytest.mark.parametrize(
    "text", ["22:00", "25:00-07:00", "22:00-22:00", "22:60-07:00", "a-b", "22-07", "-1:00-07:00", ""]
)
def test_hours_that_make_no_sense_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match=r"22:00-07:00|00:00-24:00"):
        parse_hours(text)


def test_always_means_no_hours() -> None:
    assert parse_hours("always") == Schedule()


windows = st.builds(
    Window,
    weekday=st.integers(0, 6),
    start_minute=st.integers(0, 1439),
    length_minutes=st.one_of(st.integers(1, 1440), st.sampled_from([30, 60, 480, 1440])),
)
schedules = st.builds(Schedule, enabled=st.just(True), windows=st.lists(windows, max_size=6).map(tuple))
clock_changes = st.sampled_from(
    [datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1), datetime(2026, 3, 8, 7), datetime(2026, 11, 1, 6)]
)
moments = st.one_of(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),
    st.builds(lambda change, minutes: change + timedelta(minutes=minutes), clock_changes, st.integers(-2000, 2000)),
).map(lambda moment: moment.replace(tzinfo=UTC, second=0, microsecond=0))


@given(schedules, moments, st.sampled_from(ZONES), st.floats(0, 1, exclude_max=True))
@settings(max_examples=50, deadline=None)
def test_the_answer_is_constant_until_the_promised_change_and_differs_there(
    schedule: Schedule, now: datetime, zone: tzinfo, share: float
) -> None:
    first = hours_gate(schedule, now, zone)
    end = first.next_change
    if end is None:
        later = now + timedelta(days=30) * share
        assert hours_gate(schedule, later, zone).state is first.state
        return
    assert now < end <= now + timedelta(days=9)
    between = hours_gate(schedule, min(now + (end - now) * share, end - timedelta(microseconds=1)), zone)
    assert (between.state, between.next_change) == (first.state, end)
    assert hours_gate(schedule, end, zone).state is not first.state


@given(schedules, moments, st.sampled_from(ZONES))
@settings(max_examples=50, deadline=None)
def test_it_is_open_exactly_where_the_wall_clock_reads_inside_a_window(
    schedule: Schedule, now: datetime, zone: tzinfo
) -> None:
    """Except where a time comes twice: there the first start and the last end count, so open is more than inside."""
    local = now.astimezone(zone).replace(tzinfo=None, fold=0)
    inside = any(
        start <= local < start + timedelta(minutes=window.length_minutes)
        for window in schedule.windows
        for back in (0, 1)
        for day in [local.date() - timedelta(days=back)]
        if day.weekday() == window.weekday
        for start in [datetime(day.year, day.month, day.day) + timedelta(minutes=window.start_minute)]
    )
    is_open = hours_gate(schedule, now, zone).state is GateState.YES
    near_a_repeat = now.astimezone(zone).utcoffset() != (now - timedelta(hours=3)).astimezone(zone).utcoffset()
    near_a_repeat |= now.astimezone(zone).utcoffset() != (now + timedelta(hours=3)).astimezone(zone).utcoffset()
    assert is_open == inside or (near_a_repeat and is_open)


@given(schedules, moments, st.sampled_from(ZONES))
@settings(max_examples=50, deadline=None)
def test_the_night_began_before_now_and_never_a_day_ago(schedule: Schedule, now: datetime, zone: tzinfo) -> None:
    began = night_began(schedule, now, zone)
    assert now - timedelta(hours=25) <= began <= now
    opened = last_opening(schedule, now, zone)
    assert opened is None or opened <= now
