"""What the computer did, on the command line: the answer about last night, then each day with its reasons."""

import io

import msgspec
import pytest
from rich.console import Console

from app.control.messages import REPLY_LIMIT_BYTES, ActivityReply, Reply
from app.control.reports.activity import SPANS_LIMIT, ActivityReport, activity_report
from app.control.reports.activity_text import print_activity
from app.core.activity.lines import Broken, Line, Trained
from app.core.money.earnings import Earnings
from app.core.snapshot import Snapshot, first_snapshot
from protocol.errors import SettingsError
from tests.app.core.test_core_activity import NIGHTS, at, ms, night


@pytest.fixture
def snapshot() -> Snapshot:
    return msgspec.structs.replace(first_snapshot(at(8), Earnings()), activity=tuple(night()))


def printed(report: ActivityReport) -> str:
    out = io.StringIO()
    print_activity(report, Console(file=out, width=120))
    return out.getvalue()


def test_the_terminal_is_told_whether_it_ran_and_what_happened_when(snapshot: Snapshot) -> None:
    lines = printed(activity_report(snapshot, NIGHTS, 2)).splitlines()
    assert lines[0] == (
        "Last night: trained 7 h 40 min of 9 h; paused from 02:10 to 03:30, because the computer was on battery."
    )
    assert "Today: Trained 5 h 40 min" in lines
    assert "  02:10 to 03:30  paused, because the computer was on battery" in lines
    assert not any("still to come" in line for line in lines)


def test_agents_read_the_same_with_times_and_reasons(snapshot: Snapshot) -> None:
    report = activity_report(snapshot, NIGHTS, 1)
    assert report.trained_last_night_seconds == 27_600
    told = msgspec.json.decode(msgspec.json.encode(report))
    assert told["days"][0]["spans"][1]["did"] == {
        "type": "held",
        "reason": "mains",
        "closed_by": None,
        "unknown": False,
    }
    assert told["days"][0]["spans"][1]["begins"] == "2026-11-21T02:10:00+01:00"
    reply = ActivityReply(report=report)
    assert msgspec.json.decode(msgspec.json.encode(reply), type=Reply) == reply


def test_days_of_which_nothing_is_known_are_told_once_and_stay_days_for_scripts(snapshot: Snapshot) -> None:
    report = activity_report(snapshot, NIGHTS, 7)
    assert [day.empty for day in report.days] == [False, False, *[True] * 5]
    lines = [line for line in printed(report).splitlines() if "Nothing was recorded" in line]
    assert lines == ["Sun 15 Nov to Thu 19 Nov: Nothing was recorded"]
    assert "Thu 19 Nov: Nothing was recorded" in printed(activity_report(snapshot, NIGHTS, 3))


@pytest.mark.parametrize("days", [0, -1, 31])
def test_days_that_nobody_can_know_are_refused(snapshot: Snapshot, days: int) -> None:
    with pytest.raises(SettingsError, match="So many days are not kept"):
        activity_report(snapshot, NIGHTS, days)


def test_a_diary_of_a_computer_that_failed_all_the_time_still_fits_into_one_answer(snapshot: Snapshot) -> None:
    begins = ms(at(8, days=-8))
    lines = tuple(
        Line(at_ms=begins + 61_000 * n, did=Broken("x" * 300) if n % 2 else Trained()) for n in range(11 * 1000)
    )
    report = activity_report(msgspec.structs.replace(snapshot, activity=lines), NIGHTS, 30)
    assert sum(len(day.spans) for day in report.days) <= SPANS_LIMIT
    assert any(day.spans_left_out for day in report.days)
    assert len(msgspec.json.encode(ActivityReply(report=report))) < REPLY_LIMIT_BYTES
