"""The hours against an independent slow reference, over years of minutes, in zones whose clocks change and don't."""

import itertools
import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.hours.preview import SpanReason, preview
from app.core.hours.schedule import Closed, hours_at
from app.core.hours.week_ring import levels_of, painted, ring_of, weekly_stretches, windows_of
from app.core.hours.windows import MINUTES_PER_WEEK, DaysOff, Level, NotTonight, Schedule, Window
from app.core.wish import Auto, OffUntil, OnUntil, Wish, begun, settled
from tests.app.fakes.slow_schedule import SlowSchedule

ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Tokyo")
]
FIRST, LAST = datetime(2024, 1, 1), datetime(2031, 12, 31)


def clock_changes() -> list[datetime]:
    """Each hour within eight years in which one of the zones' offsets changes."""
    hours = [FIRST.replace(tzinfo=UTC) + timedelta(hours=count) for count in range(0, 8 * 365 * 24, 12)]
    found = []
    for zone in ZONES:
        offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
        found += [hour for hour, one, other in zip(hours[1:], offsets, offsets[1:], strict=False) if one != other]
    return [hour.replace(tzinfo=None) for hour in found]


CHANGES = clock_changes()
zones = st.sampled_from(ZONES)
windows = st.builds(
    Window,
    weekday=st.integers(0, 6),
    start_minute=st.one_of(st.integers(0, 1439), st.sampled_from([0, 90, 120, 150, 180, 1320, 1380])),
    length_minutes=st.one_of(st.integers(1, 1440), st.sampled_from([30, 60, 480, 540, 1440])),
    level=st.sampled_from(Level),
    last_start_minutes=st.sampled_from([None, None, 0, 10, 45, 200]),
    overrun_minutes=st.sampled_from([None, None, 0, 5, 120]),
)
moments = st.one_of(
    st.datetimes(FIRST, LAST),
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(-999, 999)
    ),
).map(lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC))


@st.composite
def schedules_around(draw: st.DrawFn, now: datetime) -> Schedule:
    """Some windows, and exceptions near `now`."""
    days = st.integers(-3, 9).map(lambda shift: now.date() + timedelta(days=shift))
    off = st.builds(lambda first, more: DaysOff(first, first + timedelta(days=more)), days, st.integers(0, 3))
    nights = st.builds(
        lambda day, minute, long: NotTonight(
            datetime(day.year, day.month, day.day) + timedelta(minutes=minute),
            datetime(day.year, day.month, day.day) + timedelta(minutes=minute + long),
        ),
        days,
        st.integers(0, 1439),
        st.integers(1, 900),
    )
    return Schedule(
        True,
        tuple(draw(st.lists(windows, min_size=1, max_size=8))),
        tuple(draw(st.lists(st.one_of(off, nights), max_size=3))),
        draw(st.sampled_from([0, 0, 15, 90])),
        draw(st.sampled_from([0, 2, 30])),
    )


cases = moments.flatmap(lambda now: st.tuples(st.just(now), schedules_around(now), zones))
slowly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(cases)
@slowly
def test_every_minute_is_open_and_as_hard_as_the_slow_reference_says(case: tuple[datetime, Schedule, ZoneInfo]) -> None:
    around, schedule, zone = case
    slow = SlowSchedule(schedule, zone, around)
    for shift in range(-600, 601, 37):
        now = around + timedelta(minutes=shift)
        hours = hours_at(schedule, now, zone, at_work=True)
        level = slow.level_at(now)
        assert hours.open == (level is not None)
        assert not hours.open or hours.level is level
        change = slow.next_change(now)
        if change is not None and change - now < timedelta(days=9):
            assert hours.next_change == change


TRICKY = Schedule(
    True,
    (
        *(Window(day, 1320, 540) for day in range(5)),  # nights of the week, over midnight
        Window(5, 90, 120, Level.GENTLE),  # from 01:30 to 03:30, where clocks change
        Window(5, 1380, 180),  # until just the time to which clocks are put back
        Window(6, 150, 30),
        Window(6, 1410, 1440, Level.GENTLE),
    ),
)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_each_minute_of_the_days_on_which_clocks_change_and_in_the_long_run_of_two_years(zone: ZoneInfo) -> None:
    days = [change.date() for change in CHANGES if change.year in (2026, 2027)]
    if os.environ.get("TRAIN_AT_HOME_LONG_TESTS"):
        days = [date(2026, 1, 1) + timedelta(days=count) for count in range(730)]
    for day in days:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        slow = SlowSchedule(TRICKY, zone, noon)
        for minute in range(-1440, 1440) if len(days) < 730 else range(-720, 720):
            now = noon + timedelta(minutes=minute)
            hours, level = hours_at(TRICKY, now, zone, at_work=True), slow.level_at(now)
            assert (hours.level if hours.open else None) is level, now


@given(cases)
@slowly
def test_training_begins_only_while_enough_of_the_hours_is_left(case: tuple[datetime, Schedule, ZoneInfo]) -> None:
    around, schedule, zone = case
    slow = SlowSchedule(schedule, zone, around)
    for shift in range(-600, 601, 53):
        now = around + timedelta(minutes=shift)
        hours = hours_at(schedule, now, zone, at_work=False)
        assert hours.open == slow.may_begin_at(now)
        assert (hours.closed_by is Closed.TOO_LATE) == (slow.level_at(now) is not None and not hours.open)


@given(cases)
@slowly
def test_past_the_end_it_hands_over_as_long_as_the_hours_that_ended_allow(
    case: tuple[datetime, Schedule, ZoneInfo],
) -> None:
    around, schedule, zone = case
    slow = SlowSchedule(schedule, zone, around)
    for shift in range(-600, 601, 29):
        now = around + timedelta(minutes=shift)
        if slow.level_at(now) is None:
            assert hours_at(schedule, now, zone, at_work=True).hand_over_until == slow.hand_over_until(now)


@given(cases)
@slowly
def test_the_preview_tells_from_when_on_nothing_new_begins(case: tuple[datetime, Schedule, ZoneInfo]) -> None:
    now, schedule, zone = case
    slow = SlowSchedule(schedule, zone, now)
    for span in preview(schedule, Auto(), now, zone):
        closes = slow.next_change(span.ends - timedelta(minutes=1))
        if span.reason is not SpanReason.HOURS or closes != span.ends:
            assert (span.starts_until, span.hand_over_until) == (None, None)
            continue
        last = span.ends - timedelta(minutes=1)
        too_late = span.starts_until is not None
        assert slow.may_begin_at(last) is not too_late
        if span.starts_until is not None and span.starts_until - timedelta(minutes=1) > slow.begin:
            assert not slow.may_begin_at(max(span.starts_until, span.begins))
        assert span.hand_over_until in (None, slow.hand_over_until(span.ends), span.ends)


@given(cases, st.booleans(), st.floats(0, 1, exclude_max=True))
@slowly
def test_nothing_changes_before_the_next_look(
    case: tuple[datetime, Schedule, ZoneInfo], at_work: bool, share: float
) -> None:
    now, schedule, zone = case
    first = hours_at(schedule, now, zone, at_work=at_work)
    end = first.next_look
    assert end is None or now < end
    if end is not None and end - now < timedelta(days=2):
        later = hours_at(schedule, min(now + (end - now) * share, end - timedelta(seconds=1)), zone, at_work=at_work)
        told = [(one.open, one.level, one.closed_by, one.next_change, one.hand_over_until) for one in (first, later)]
        assert told[0] == told[1]


@given(cases, st.lists(st.tuples(st.integers(-4000, 4000), zones), min_size=1, max_size=4))
@slowly
def test_after_sleep_a_set_clock_or_a_flight_the_answer_is_that_of_the_clock_on_the_screen(
    case: tuple[datetime, Schedule, ZoneInfo], readings: list[tuple[int, ZoneInfo]]
) -> None:
    """No reading remembers an earlier one: however the clock got there, the reference for that clock agrees."""
    around, schedule, _zone = case
    for minutes, zone in readings:
        now = around + timedelta(minutes=minutes)
        level = SlowSchedule(schedule, zone, now).level_at(now)
        assert hours_at(schedule, now, zone, at_work=True).open == (level is not None)


@given(cases)
@slowly
def test_the_preview_is_what_will_happen(case: tuple[datetime, Schedule, ZoneInfo]) -> None:
    now, schedule, zone = case
    spans = preview(schedule, Auto(), now, zone)
    slow = SlowSchedule(schedule, zone, now)
    assert spans[0].begins == now
    assert spans[-1].ends.astimezone(zone).date() == now.astimezone(zone).date() + timedelta(days=7)
    for span, following in itertools.pairwise(spans):
        assert span.ends == following.begins
        assert (span.level, span.reason) != (following.level, following.reason)
    for span in spans:
        middle = (span.begins + (span.ends - span.begins) / 2).replace(second=0, microsecond=0)
        for moment in {max(middle, span.begins), span.ends - timedelta(minutes=1)}:
            assert slow.level_at(moment) is span.level
        assert (span.reason is SpanReason.HOURS) == (span.level is not None)


levels = st.sampled_from([*Level, None])


@given(st.lists(windows, max_size=8), st.integers(0, MINUTES_PER_WEEK - 1), st.integers(1, 3000), levels)
@settings(max_examples=40, deadline=None)
def test_painting_changes_the_painted_minutes_and_no_others(
    before: list[Window], first: int, length: int, level: Level | None
) -> None:
    after = painted(before, first, length, level)
    rings = ring_of(before), ring_of(after)
    inside = {minute % MINUTES_PER_WEEK for minute in range(first, first + length)}
    assert all(rings[0][minute] == rings[1][minute] for minute in range(MINUTES_PER_WEEK) if minute not in inside)
    assert set(levels_of([rings[1][minute] for minute in inside])) == {level}
    kept = [minute for minute in inside if rings[0][minute] is not None and rings[1][minute] is not None]
    assert all(rings[0][minute].ending == rings[1][minute].ending for minute in kept)  # type: ignore[union-attr]
    assert windows_of(rings[1]) == after
    assert all(1 <= window.length_minutes <= 1440 for window in after)


@given(st.lists(windows, max_size=8))
@settings(max_examples=40, deadline=None)
def test_stretches_cover_what_the_windows_cover(some: list[Window]) -> None:
    ring = bytearray(MINUTES_PER_WEEK)
    for stretch in weekly_stretches(tuple(some)):
        for minute in range(stretch.start_minute, stretch.start_minute + stretch.length_minutes):
            ring[minute % MINUTES_PER_WEEK] += 1
    assert [place is not None for place in ring_of(some)] == [place == 1 for place in ring]


@given(cases)
@slowly
def test_hours_cut_anew_for_the_grid_are_the_same_hours(case: tuple[datetime, Schedule, ZoneInfo]) -> None:
    """Without exceptions: those go by the day on which a window starts."""
    around, schedule, zone = case
    schedule = msgspec.structs.replace(schedule, exceptions=())
    cut = msgspec.structs.replace(schedule, windows=windows_of(ring_of(schedule.windows)))
    for shift in range(-600, 601, 41):
        now = around + timedelta(minutes=shift)
        if _clocks_change_near(now, zone):
            continue  # a window that is cut where clocks change has other neighbours than its first half had
        for at_work in (False, True):
            was, now_is = (hours_at(each, now, zone, at_work=at_work) for each in (schedule, cut))
            assert (was.open, was.level, was.hand_over_until) == (now_is.open, now_is.level, now_is.hand_over_until)


def _clocks_change_near(moment: datetime, zone: ZoneInfo) -> bool:
    offsets = {(moment + timedelta(days=days)).astimezone(zone).utcoffset() for days in (-2, 0, 2)}
    return len(offsets) > 1


@given(
    st.sampled_from([OnUntil, OffUntil]),
    st.integers(1, 72 * 60),
    st.lists(st.tuples(st.integers(1, 600), st.integers(-600_000, 600_000)), max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_however_the_clock_jumps_no_more_than_its_whole_length_is_left_of_a_wish_and_it_ends(
    kind: type[OnUntil] | type[OffUntil], length_minutes: int, steps: list[tuple[int, int]]
) -> None:
    clock = datetime(2026, 11, 20, 12, tzinfo=UTC)
    length = timedelta(minutes=length_minutes)
    wish: Wish = begun(kind(clock + length), clock)
    for passed, jump in steps:
        clock += timedelta(minutes=passed + jump)
        wish = settled(wish, clock, engine_gone=True)
        if isinstance(wish, Auto):
            return
        assert isinstance(wish, kind)
        assert wish.until is not None
        assert wish.until - clock <= length + timedelta(minutes=1)
    assert settled(wish, clock + length + timedelta(minutes=1), engine_gone=True) == Auto()


def test_a_long_holiday_ends_when_it_says() -> None:
    away = DaysOff(date(2026, 7, 1), date(2027, 3, 31))
    schedule = Schedule(True, tuple(Window(day, 1320, 480) for day in range(7)), (away,))
    hours = hours_at(schedule, datetime(2026, 7, 2, 12, tzinfo=ZONES[0]), ZONES[0])
    assert hours.next_change == datetime(2027, 4, 1, 22, tzinfo=ZONES[0])
