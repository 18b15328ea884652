"""Hours, days and times as they are typed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.control.commands.moments import moment, parse_span, parse_until
from app.core.hours.parsing import parse_days_off, parse_windows, window_text
from app.core.hours.windows import DaysOff, Level, Window
from protocol.errors import SettingsError

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=BERLIN)
ALL_DAY = (0, 1440)
OWN_LAST, OWN_OVERRUN = st.none() | st.integers(0, 1439), st.none() | st.integers(0, 120)


def days_and_hours(text: str) -> tuple[list[int], int, int, Level]:
    windows = parse_windows(text)
    (hours,) = {(window.start_minute, window.length_minutes, window.level) for window in windows}
    return [window.weekday for window in windows], *hours


@pytest.mark.parametrize(
    ("text", "days", "start", "length", "level"),
    [
        ("22:00-07:00", range(7), 1320, 540, Level.FULL),
        ("fri 22:00-06:00", [4], 1320, 480, Level.FULL),
        ("Friday 22:00-06:00 gently", [4], 1320, 480, Level.GENTLE),
        ("weekdays 09:00-17:00 gentle", range(5), 540, 480, Level.GENTLE),
        ("weekends all day", [5, 6], *ALL_DAY, Level.FULL),
        ("every day 00:00-24:00 full", range(7), *ALL_DAY, Level.FULL),
        ("mon,wed,fri 1:00-2:00", [0, 2, 4], 60, 60, Level.FULL),
        ("mon, wed, fri 1:00-2:00", [0, 2, 4], 60, 60, Level.FULL),
        ("sat-mon 10:00-11:00", [0, 5, 6], 600, 60, Level.FULL),
        ("Sundays 10:00-11:00, gently", [6], 600, 60, Level.GENTLE),
    ],
)
def test_hours_are_read_in_many_ways(text: str, days: list[int], start: int, length: int, level: Level) -> None:
    assert days_and_hours(text) == (list(days), start, length, level)


@pytest.mark.parametrize(
    "text",
    ["", "gently", "fri", "someday 10:00-11:00", "t 10:00-11:00", "fri 10-11", "fri 10:00-10:00", "a-b-c 1:00-2:00"],
)
def test_hours_that_can_not_be_read_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match=r"22:00-07:00|00:00-24:00"):
        parse_windows(text)


@given(
    st.builds(
        Window,
        st.integers(0, 6),
        st.integers(0, 1439),
        st.integers(1, 1440),
        st.sampled_from(Level),
        OWN_LAST,
        OWN_OVERRUN,
    )
)
def test_every_window_is_written_as_it_is_read(window: Window) -> None:
    assert parse_windows(window_text(window)) == (window,)


@pytest.mark.parametrize(
    ("text", "last_start", "overrun"),
    [
        ("fri 22:00-06:00 last-start 30", 30, None),
        ("fri 22:00-06:00 last start 30 min", 30, None),
        ("Fri 22:00-06:00, gently, last-start 45m, overrun 10", 45, 10),
        ("fri 22:00-06:00 overrun 0 gently", None, 0),
        ("fri 22:00-06:00 OVERRUN 5minutes last-start 0", 0, 5),
    ],
)
def test_hours_may_say_how_they_end(text: str, last_start: int | None, overrun: int | None) -> None:
    (window,) = parse_windows(text)
    assert (window.weekday, window.start_minute, window.length_minutes) == (4, 1320, 480)
    assert (window.last_start_minutes, window.overrun_minutes) == (last_start, overrun)
    assert window.level is (Level.GENTLE if "gently" in text else Level.FULL)


@pytest.mark.parametrize(
    "text",
    ["22:00-06:00 last-start", "22:00-06:00 overrun soon", "22:00-06:00 overrun -5", "22:00-06:00 overrun 5 overrun 6"],
)
def test_minutes_of_the_end_that_can_not_be_read_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match="last-start 30 overrun 10"):
        parse_windows(text)


def test_days_off_are_read() -> None:
    christmas = date(2026, 12, 24)
    assert parse_days_off("2026-12-24", NOON.date()) == DaysOff(christmas, christmas)
    assert parse_days_off("2026-12-24..2026-12-26", NOON.date()) == DaysOff(christmas, date(2026, 12, 26))
    assert parse_days_off("2026-12-24 to 2026-12-26", NOON.date()) == DaysOff(christmas, date(2026, 12, 26))
    assert parse_days_off("tomorrow", NOON.date()) == DaysOff(date(2026, 11, 21), date(2026, 11, 21))
    for text in ("", "24.12.", "2026-02-30", "a..b..c"):
        with pytest.raises(SettingsError, match="2026-12-24"):
            parse_days_off(text, NOON.date())


@pytest.mark.parametrize("text", ["9999-12-31", "2026-12-24..9999-12-31", "3000-01-01"])
def test_days_off_at_the_end_of_the_calendar_are_refused_in_words(text: str) -> None:
    with pytest.raises(SettingsError, match="too far away"):
        parse_days_off(text, NOON.date())


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("9999-12-31", "more than a year away"),
        ("9999-12-31T23:59", "more than a year away"),
        ("9999-12-31T23:59-08:00", "more than a year away"),
        ("0001-01-01T00:00", "over already"),
        ("0001-01-01T00:00+09:00", "over already"),
    ],
)
def test_an_end_at_the_ends_of_the_calendar_is_refused_in_words_in_every_zone(zone: str, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        parse_until(text, NOON.astimezone(ZoneInfo(zone)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17:00", datetime(2026, 11, 20, 17, tzinfo=BERLIN)),
        ("9:30", datetime(2026, 11, 21, 9, 30, tzinfo=BERLIN)),
        ("12:00", datetime(2026, 11, 21, 12, tzinfo=BERLIN)),
        ("tomorrow", datetime(2026, 11, 21, 8, tzinfo=BERLIN)),
        ("Tomorrow 19:15", datetime(2026, 11, 21, 19, 15, tzinfo=BERLIN)),
        ("today 19:15", datetime(2026, 11, 20, 19, 15, tzinfo=BERLIN)),
        ("2026-12-24", datetime(2026, 12, 24, 8, tzinfo=BERLIN)),
        ("2026-12-24 07:00", datetime(2026, 12, 24, 7, tzinfo=BERLIN)),
        ("2026-12-24T07:00", datetime(2026, 12, 24, 7, tzinfo=BERLIN)),
        ("2026-12-24T07:00Z", datetime(2026, 12, 24, 7, tzinfo=UTC)),
        ("2026-12-24T07:00+05:30", datetime(2026, 12, 24, 1, 30, tzinfo=UTC)),
    ],
)
def test_until_is_the_next_such_time(text: str, expected: datetime) -> None:
    assert parse_until(text, NOON).astimezone(UTC) == expected.astimezone(UTC)


@pytest.mark.parametrize("text", ["yesterday", "24:00", "tomorrow noon", "2026-13-01", "17", "in 2h", "today 11:00"])
def test_an_end_that_can_not_be_read_or_is_over_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_until(text, NOON)
    with pytest.raises(SettingsError, match="over already"):
        parse_until("2026-11-19", NOON)
    with pytest.raises(SettingsError, match="year"):
        parse_until("2036-11-19", NOON)


def test_a_time_that_comes_twice_is_the_next_of_the_two_and_one_that_does_not_exist_is_the_jump() -> None:
    between = datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN, fold=1)
    assert parse_until("02:30", between).astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    before = datetime(2026, 10, 25, 1, 0, tzinfo=BERLIN)
    assert parse_until("02:30", before).astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    spring = datetime(2026, 3, 28, 23, tzinfo=BERLIN)
    assert parse_until("02:30", spring).astimezone(UTC) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_lengths_are_read_and_for_is_real_time() -> None:
    for text, minutes in (("90m", 90), ("2h", 120), ("2h30m", 150), ("2h 30min", 150), ("1d", 1440), ("2H", 120)):
        assert parse_span(text) == timedelta(minutes=minutes)
    late = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)
    end = moment(None, "2h", late)
    assert end is not None
    assert end.astimezone(UTC) - late.astimezone(UTC) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("* 22-23,0-6 * * *", "daily 22:00-07:00"),
        ("* 22-6 * * *", "daily 22:00-07:00"),
        ("*/1 9-16 * * mon-fri gently", "weekdays 09:00-17:00 gently"),
        ("30-59 21 * * 5", "fri 21:30-22:00"),
        ("* * * * 6,7", "weekends all day"),
        ("* * * * *", "daily all day"),
        ("* 10-11 * * sat last-start 20 overrun 5", "sat 10:00-12:00 last-start 20 overrun 5"),
        ("* * * * FRI-MON", "fri-mon all day"),
    ],
)
def test_a_line_of_cron_names_the_minutes_that_count(line: str, written: str) -> None:
    assert sorted(parse_windows(line)) == sorted(parse_windows(written))


def test_nights_of_weekdays_by_cron_are_what_the_line_says_and_no_more() -> None:
    found = {window_text(window) for window in parse_windows("* 22-23,0-6 * * 1-5")}
    assert "mon 00:00-07:00" in found and "mon 22:00-07:00" in found
    assert "fri 22:00-24:00" in found, "Saturday's morning is not of the line's days"


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("0 22 * * *", "every minute that it names"),
        ("*/15 9-17 * * *", "every minute that it names"),
        ("* 25 * * *", "every minute that it names"),
        ("* 1-2-3 * * *", "every minute that it names"),
        ("* r * * *", "every minute that it names"),
        ("* h * * *", "every minute that it names"),
        ("* 22 * * l5", "every minute that it names"),
        ("* 22-23 1 * *", "third and fourth field"),
        ("* 22-23 * dec *", "third and fourth field"),
    ],
)
def test_a_line_of_cron_that_names_no_hours_of_the_week_is_refused(line: str, advice: str) -> None:
    with pytest.raises(SettingsError, match=advice):
        parse_windows(line)


@given(st.sets(st.integers(0, 23), min_size=1), st.sets(st.integers(0, 6), min_size=1))
def test_every_minute_that_a_line_of_cron_names_is_open_and_no_other(hours: set[int], days: set[int]) -> None:
    line = f"* {','.join(map(str, hours))} * * {','.join(str((day + 1) % 7) for day in days)}"
    opened = [
        (window.weekday * 1440 + window.start_minute + minute) % 10_080
        for window in parse_windows(line)
        for minute in range(window.length_minutes)
    ]
    assert sorted(opened) == sorted(
        day * 1440 + hour * 60 + minute for day in days for hour in hours for minute in range(60)
    )
