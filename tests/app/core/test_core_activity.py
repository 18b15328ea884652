"""What the computer did: days are filled without gap or overlap, whatever happened to the lines, and told in words."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TypeAlias
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.activity.diary import (
    Span,
    day_bounds,
    day_of,
    days_until,
    folded,
    last_night,
    spans_between,
    spans_of_night,
    trained_of,
    without_brief,
)
from app.core.activity.lines import (
    Ahead,
    Broken,
    Held,
    Line,
    NotRecorded,
    Off,
    Slept,
    Trained,
    Waited,
    WaitingFor,
)
from app.core.activity.store import ActivityStore, shortened
from app.core.activity.watch import Watch, looked
from app.core.activity.words import day_name, day_rao, day_sentence, last_night_sentence, span_sentence
from app.core.decision import Reason
from app.core.hours.schedule import Closed, Schedule, parse_hours
from app.core.hours.windows import DaysOff, Level, Window
from app.core.money.ledger import Books
from app.core.money.lines import Credit
from app.core.money.prices import Coin, MoneyView
from protocol.wire import to_json

BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = datetime(2026, 11, 21, tzinfo=BERLIN)
NIGHTS = parse_hours("22:00-07:00")
BATTERY = Held(Reason.MAINS)
HOURS = Held(Reason.HOURS, Closed.OUTSIDE)
VIEW = MoneyView(coin=Coin.TAO)


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


Recorded: TypeAlias = Trained | Waited | Held | Broken | Slept | Off


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return datetime(2026, 11, 21, hour, minute, tzinfo=BERLIN) + timedelta(days=days)


def diary(*changes: tuple[datetime, Recorded], until: datetime) -> list[Line]:
    """The lines of an app that ran from the first change until `until`."""
    watch, lines = Watch(), list[Line]()
    moment, place = changes[0][0].astimezone(UTC), 0
    while moment <= until.astimezone(UTC):
        while place + 1 < len(changes) and changes[place + 1][0] <= moment:
            place += 1
        watch, made = looked(watch, changes[place][1], ms(moment))
        lines += made
        moment += timedelta(minutes=1)
    return lines


def night(battery: bool = True) -> list[Line]:
    """From Friday 21:00: training in the hours of the night, with a while on battery."""
    changes: list[tuple[datetime, Recorded]] = [(at(21, days=-1), HOURS), (at(22, days=-1), Trained()), (at(7), HOURS)]
    if battery:
        changes[2:2] = [(at(2, 10), BATTERY), (at(3, 30), Trained())]
    return diary(*changes, until=at(8))


def told(lines: Sequence[Line], now: datetime, schedule: Schedule = NIGHTS) -> str:
    found = last_night(schedule, now, BERLIN)
    return last_night_sentence(found, () if found is None else spans_of_night(lines, found, now), now)


dids = st.one_of(
    st.builds(Trained, st.sampled_from(Level)),
    st.builds(Waited, st.sampled_from(WaitingFor)),
    st.builds(Held, st.sampled_from(Reason), st.none() | st.sampled_from(Closed), st.booleans()),
    st.builds(Broken, st.text(max_size=20)),
    st.just(Slept()),
    st.just(Off()),
)
first_ms, last_ms = ms(MIDNIGHT - timedelta(days=2)), ms(MIDNIGHT + timedelta(days=2))
lines_of_days = st.lists(
    st.builds(Line, at_ms=st.integers(first_ms, last_ms), did=dids, starts=st.booleans()), max_size=40
)
CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 21))


def assert_fill(spans: Sequence[Span], begins: datetime, ends: datetime) -> None:
    assert spans[0].begins == begins and spans[-1].ends == ends
    assert all(span.begins < span.ends for span in spans)
    assert all(first.ends == second.begins and first.did != second.did for first, second in pairwise(spans))


@given(lines_of_days, st.integers(first_ms, last_ms), st.sampled_from((-1, 0, 1)))
def test_spans_fill_a_day_without_gap_or_overlap_whatever_the_lines(lines: list[Line], now_ms: int, shift: int) -> None:
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    begins, ends = day_bounds(MIDNIGHT.date() + timedelta(days=shift), BERLIN)
    spans = spans_between(lines, begins, ends, now)
    assert_fill(spans, begins, ends)
    assert_fill(without_brief(spans), begins, ends)
    for span in spans:
        assert (span.begins >= now) == isinstance(span.did, Ahead)


@given(lines_of_days, st.randoms(use_true_random=False))
def test_lines_that_come_twice_or_in_another_order_make_the_same_days(lines: list[Line], random: Random) -> None:
    mixed = lines + lines[::2]
    random.shuffle(mixed)
    now = MIDNIGHT + timedelta(hours=9)
    assert days_until(mixed, 3, BERLIN, now) == days_until(lines, 3, BERLIN, now)
    assert days_until(lines, 3, BERLIN, now)[1] == day_of(lines, now.date() - timedelta(days=1), BERLIN, now)


@settings(deadline=None)
@given(st.lists(st.builds(Line, at_ms=st.integers(first_ms, last_ms), did=dids), min_size=1, max_size=8), st.data())
def test_a_file_cut_at_any_byte_keeps_every_whole_line_and_takes_more(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("diary") / "activity.jsonl"
    ActivityStore(path).add(lines)
    content = path.read_bytes()
    cut = data.draw(st.integers(0, len(content)))
    path.write_bytes(content[:cut])
    whole = content[:cut].count(b"\n") + (content[cut : cut + 1] == b"\n")
    store = ActivityStore(path)
    assert set(store.load(last_ms)) == set(lines[:whole])
    more = Line(at_ms=last_ms, did=Slept(), starts=True)
    store.add([more])
    assert set(ActivityStore(path).load(last_ms)) == {*lines[:whole], more}


def test_what_is_no_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "activity.jsonl"
    good = Line(at_ms=first_ms, did=Trained())
    future = b'{"at_ms": 5, "did": {"type": "dreamt"}}'
    path.write_bytes(b"\n".join([b"\xff\xfe", b"[]", future, b'{"at_ms": -1}', b"9" * 9000, to_json(good), b"{"]))
    assert ActivityStore(path).load(last_ms) == (good,)


def test_a_file_that_grew_is_written_anew_with_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.activity.store.REWRITE_BYTES", 500)
    monkeypatch.setattr("app.core.activity.store.LINES_LIMIT", 5)
    store, lines = ActivityStore(tmp_path / "activity.jsonl"), tuple[Line, ...]()
    for n in range(100):
        line = Line(at_ms=first_ms + n, did=Trained() if n % 2 else BATTERY)
        lines = shortened((*lines, line), last_ms)
        store.add([line])
        store.tidy(lines)
    assert store.path.stat().st_size < 1200
    assert ActivityStore(store.path).load(last_ms) == lines and len(lines) == 5


def test_lines_of_three_months_ago_are_forgotten() -> None:
    old, new = (Line(at_ms=ms(MIDNIGHT - timedelta(days=days)), did=Trained()) for days in (90, 1))
    assert shortened([new, old], ms(MIDNIGHT)) == (new,)


def test_nothing_is_written_while_nothing_changes_but_four_times_an_hour() -> None:
    lines = diary((at(1), Trained()), until=at(3))
    assert [line.at_ms - ms(at(1)) for line in lines] == [900_000 * n for n in range(9)]
    assert [line.starts for line in lines[:2]] == [True, False]


@pytest.mark.parametrize(("day", "hours"), list(zip(CHANGES, (23, 25, 24), strict=True)))
def test_a_day_has_as_many_hours_as_its_clocks_show(day: date, hours: int) -> None:
    begins = datetime(day.year, day.month, day.day, tzinfo=BERLIN)
    lines = diary((begins - timedelta(hours=1), Trained()), until=begins + timedelta(days=1, hours=2))
    found = day_of(lines, day, BERLIN, begins + timedelta(days=1, hours=1))
    assert found.trained == found.ends - found.begins == timedelta(hours=hours)
    assert [span.did for span in found.spans] == [Trained()]


def test_an_app_that_was_killed_is_off_from_its_last_line_until_it_starts_again() -> None:
    lines = [*diary((at(1), Trained()), until=at(2, 5)), *diary((at(5), Trained()), until=at(6))]
    spans = spans_between(lines, at(1), at(6), at(6))
    assert spans == (
        Span(at(1).astimezone(UTC), at(2).astimezone(UTC), Trained()),
        Span(at(2).astimezone(UTC), at(5).astimezone(UTC), Off()),
        Span(at(5).astimezone(UTC), at(6).astimezone(UTC), Trained()),
    )


def test_an_app_that_does_not_run_now_is_off_since_its_last_line() -> None:
    spans = spans_between(diary((at(1), Trained()), until=at(2)), at(0), at(12), at(9))
    assert [span.did for span in spans] == [NotRecorded(), Trained(), Off(), Ahead()]
    assert trained_of(spans) == timedelta(hours=1)


def test_a_computer_that_slept_did_not_train_meanwhile() -> None:
    watch, lines = Watch(), list[Line]()
    for moment in (at(1), at(1, 1), at(4), at(4, 1)):
        watch, made = looked(watch, Trained(), ms(moment))
        lines += made
    spans = spans_between(lines, at(1), at(4, 1), at(4, 1))
    assert [(span.did, span.length) for span in spans] == [
        (Trained(), timedelta(minutes=1, milliseconds=1)),
        (Slept(), timedelta(hours=2, minutes=59) - timedelta(milliseconds=1)),
        (Trained(), timedelta(minutes=1)),
    ]


def test_did_it_run_last_night() -> None:
    assert told(night(), at(8)) == (
        "Last night: trained 7 h 40 min of 9 h; paused from 02:10 to 03:30, because the computer was on battery."
    )
    assert told(night(battery=False), at(20)) == "Last night: trained all of 9 h."
    assert told(night(), at(5)) == (
        "Tonight so far: trained 5 h 40 min of 7 h; paused from 02:10 to 03:30, because the computer was on battery."
    )
    assert told([], at(8)) == "Last night: nothing was recorded."
    assert told([], at(5)) == ("Tonight so far: nothing is recorded yet. What is done appears here after a minute.")
    first = diary((at(1), Trained()), (at(7), HOURS), until=at(8))
    assert told(first, at(8)) == "Last night: trained 6 h of 9 h; from 22:00 to 01:00 nothing was recorded."


def test_a_night_in_which_the_app_was_gone_says_so() -> None:
    lines = [
        *diary((at(21, days=-1), HOURS), (at(22, days=-1), Trained()), until=at(0)),
        *diary((at(7, 30), HOURS), until=at(8)),
    ]
    assert told(lines, at(8)) == "Last night: trained 2 h of 9 h; from 00:00 to 07:00 the app did not run."
    paused = diary((at(21, days=-1), Held(Reason.PAUSED)), until=at(8))
    assert told(paused, at(8)) == "Last night: did not train in 9 h; from 22:00 to 07:00 paused by you."


def test_many_interruptions_are_told_by_the_longest_three() -> None:
    changes: list[tuple[datetime, Recorded]] = [(at(22, days=-1), Trained())]
    for hour in range(5):
        changes += [(at(hour, 10), Held(Reason.IDLE)), (at(hour, 20 + hour), Trained())]
    sentence = told(diary(*changes, until=at(8)), at(8))
    assert sentence.startswith("Last night: trained 8 h of 9 h; paused from 02:10 to 02:22, because you were")
    assert sentence.endswith("; 2 shorter interruptions.")


def test_hours_that_were_left_out_or_never_came_are_told() -> None:
    days_off = Schedule(True, NIGHTS.windows, (DaysOff(date(2026, 11, 20), date(2026, 11, 20)),))
    assert told([], at(8), days_off) == "Last night was left out, as you asked."
    assert told([], at(8), Schedule(True)) == "Your hours have not come yet in the last seven days."
    assert told([], at(8), Schedule()).startswith("In the last 24 hours: nothing is recorded yet.")
    monday = Schedule(True, (Window(0, 9 * 60, 60),))
    assert told([], at(8), monday) == "In your last hours, from Mon 16 Nov, 09:00: nothing was recorded."


def test_windows_of_one_night_are_one_night() -> None:
    two = Schedule(True, tuple(Window(day, *span) for day in range(7) for span in ((22 * 60, 60), (60, 60))))
    assert told(night(), at(8), two) == "Last night: trained all of 2 h."


@pytest.mark.parametrize(
    ("evening", "hours"),
    [(datetime(2026, 3, 28, 22, tzinfo=BERLIN), 8), (datetime(2026, 10, 24, 22, tzinfo=BERLIN), 10)],
)
def test_a_night_in_which_clocks_change_has_the_hours_that_passed(evening: datetime, hours: int) -> None:
    morning = evening.replace(hour=8) + timedelta(days=1)
    lines = diary((evening, Trained()), until=morning)
    assert told(lines, morning) == f"Last night: trained all of {hours} h."


def test_a_span_is_told_with_its_times_and_its_reason() -> None:
    spans = day_of(night(), MIDNIGHT.date(), BERLIN, at(8)).spans
    assert [span_sentence(span, BERLIN) for span in spans] == [
        "00:00 to 02:10: trained.",
        "02:10 to 03:30: paused, because the computer was on battery.",
        "03:30 to 07:00: trained.",
        "07:00 to 08:00: outside your hours.",
        "08:00 to 24:00: still to come.",
    ]


@given(dids, st.sampled_from((BERLIN, UTC)))
def test_everything_that_can_be_done_has_a_sentence(did: Recorded, zone: tzinfo) -> None:
    assert span_sentence(Span(at(1), at(2), did), zone).startswith(f"{at(1).astimezone(zone):%H:%M} to ")


def test_a_day_is_told_with_what_it_earned_and_money_can_be_hidden() -> None:
    day = day_of(night(), MIDNIGHT.date(), BERLIN, at(8))
    inside, outside = (Credit(epoch=n, unix_ms=ms(at(9, days=-n)), rao=600_000_000, times=2) for n in (0, 1))
    books = Books(credits=(("home", inside), ("home", outside), ("other", inside)))
    rao = day_rao(books, "home", day)
    assert day_sentence(day, rao, VIEW) == "Trained 5 h 40 min, earned 1.2000 τ"
    assert day_sentence(day, rao, MoneyView(coin=Coin.TAO, hidden=True)) == "Trained 5 h 40 min"
    assert [day_name(each, at(8)) for each in days_until([], 3, BERLIN, at(8))] == ["Today", "Yesterday", "Thu 19 Nov"]
    idle = day_of(diary((at(0), BATTERY), until=at(8)), MIDNIGHT.date(), BERLIN, at(8))
    assert day_sentence(idle, 0, VIEW) == "Did not train: paused, because the computer was on battery"
    assert day_sentence(day_of([], MIDNIGHT.date(), BERLIN, at(8)), 0, VIEW) == "Nothing was recorded"


@given(lines_of_days)
def test_an_hour_of_the_day_is_told_alike_alone_and_within_its_day(lines: list[Line]) -> None:
    whole = spans_between(lines, at(0), at(9), at(9))
    hour = spans_between(lines, at(3), at(4), at(9))
    inside = [span for span in whole if span.begins < at(4) and span.ends > at(3)]
    assert [span.did for span in hour] == [span.did for span in inside]


def test_a_night_with_less_memory_says_from_when_on_and_why() -> None:
    less = Trained(less_at_once=True)
    lines = diary(
        (at(21, days=-1), HOURS), (at(22, days=-1), Trained()), (at(2, 10), less), (at(7), HOURS), until=at(8)
    )
    found = last_night(NIGHTS, at(8), BERLIN)
    assert found is not None
    spans = spans_of_night(lines, found, at(8))
    told = "Last night: trained 9 h of 9 h; from 02:10 with less at once, because memory ran short."
    assert last_night_sentence(found, spans, at(8)) == told
    assert span_sentence(spans[-1], BERLIN) == ("02:10 to 07:00: trained, with less at once because memory ran short.")


@pytest.mark.parametrize("zone", [BERLIN, UTC])
def test_empty_days_that_follow_each_other_are_one_and_the_rest_stays_as_it_is(zone: tzinfo) -> None:
    """Over a month in which clocks change: nothing was written down before the twentieth day back."""
    now = datetime(2026, 11, 5, 8, tzinfo=zone)
    lines = [Line(at_ms=ms(now - timedelta(days=back)), did=Trained(), starts=True) for back in (9, 20)]
    days = days_until(lines, 30, zone, now)
    found = folded(days, keep=lambda day: day == days[25])
    assert found[:21] == days[:21]
    assert found[22] == days[25]
    assert [(one.first, one.day) for one in (found[21], found[23])] == [
        (days[24].day, days[21].day),
        (days[29].day, days[26].day),
    ]
    assert all(later.begins == earlier.ends for later, earlier in pairwise(found))
    assert folded(found, keep=lambda day: day == days[25]) == found
