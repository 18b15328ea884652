"""Hours from the command line, against a running app over the fakes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.control.command_line import application
from app.control.exit_codes import ExitCode
from tests.app.fakes.running_service import started_service


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Path]:
    """A running service outside its hours, in this process."""
    opened = started_service(tmp_path)
    yield tmp_path
    opened.close(5.0)


def command(profile: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, [*arguments, "--profile-folder", str(profile)])


def told(profile: Path, *arguments: str) -> dict[str, Any]:
    result = command(profile, *arguments, "--json")
    assert result.exit_code == ExitCode.OK, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def test_hours_are_set_added_removed_and_shown(profile: Path) -> None:
    assert told(profile, "schedule", "show")["line"] == "Every day 03:00 to 03:01"
    report = told(profile, "schedule", "set", "weekdays 23:00-07:00", "weekends all day gently")
    assert report["line"] == "Monday to Friday 23:00 to 07:00; weekends all day, gently"
    assert [window["text"] for window in report["windows"]][:1] == ["mon 23:00-07:00"]
    report = told(profile, "schedule", "add", "wed 12:00-13:00 gently")
    assert {"wed 12:00-13:00 gently"} <= {window["text"] for window in report["windows"]}
    report = told(profile, "schedule", "remove", "wed 12:00-12:30")
    assert {"wed 12:30-13:00 gently"} <= {window["text"] for window in report["windows"]}
    report = told(profile, "schedule", "set", "--last-start", "20", "--overrun", "7")
    assert (report["last_start_minutes"], report["overrun_minutes"]) == (20, 7)
    shown = command(profile, "schedule", "show").stdout
    for text in (
        "Monday to Friday",
        "wed 12:30-13:00 gently",
        "20 minutes before the end",
        "next 7 days",
        "training",
    ):
        assert text in shown


def test_hours_have_minutes_of_their_own(profile: Path) -> None:
    report = told(profile, "schedule", "set", "mon 23:00-07:00 last-start 30 overrun 10", "tue 23:00-07:00")
    assert [(one["last_start_minutes"], one["overrun_minutes"]) for one in report["windows"]] == [
        (30, 10),
        (None, None),
    ]
    assert report["line"].startswith("Monday 23:00 to 07:00, nothing new in the last 30 min, 10 min to hand over")
    ends = [(span["starts_until"], span["hand_over_until"]) for span in report["preview"] if span["starts_until"]]
    # Two where Monday's hours are going on just now: what is left of them, and those of the next Monday.
    assert 1 <= len(ends) <= 2
    assert all("T06:30" in starts_until and "T07:10" in hand_over_until for starts_until, hand_over_until in ends)
    assert "mon 23:00-07:00 last-start 30 overrun 10" in command(profile, "schedule", "show").stdout
    report = told(profile, "schedule", "add", "mon 23:00-07:00 overrun 5")
    assert report["windows"][0]["text"] == "mon 23:00-07:00 overrun 5"


def test_always_keeps_the_hours_for_later(profile: Path) -> None:
    report = told(profile, "schedule", "set", "always")
    assert (report["line"], report["enabled"], len(report["windows"])) == ("At any hour", False, 7)


def test_days_off_are_made_and_taken_back(profile: Path) -> None:
    report = told(profile, "schedule", "except", "tomorrow")
    assert len(report["days_off"]) == 1
    assert any(span["reason"] == "day_off" for span in report["preview"])
    assert told(profile, "schedule", "except", "tomorrow", "--remove")["days_off"] == []


def test_tonight_is_skipped_and_taken_back(profile: Path) -> None:
    assert "Outside your hours" in told(profile, "skip", "tonight")["sentence"]
    assert told(profile, "schedule", "show")["not_tonight"]
    assert "Outside your hours until" in told(profile, "skip", "--undo")["sentence"]
    assert not told(profile, "schedule", "show")["not_tonight"]


def test_finish_and_run_until_and_pause_until_say_how_things_stand(profile: Path) -> None:
    assert "until" in told(profile, "pause", "--until", "tomorrow 09:00")["sentence"]
    assert "Starting" in told(profile, "run", "--for", "2h30m")["sentence"]
    assert "Finish" in told(profile, "finish")["sentence"]


def test_resume_goes_back_to_the_training_that_was_asked_for_and_then_to_the_hours(profile: Path) -> None:
    told(profile, "run", "--for", "2h")
    asked = told(profile, "status")["wish"]
    assert "Paused" in told(profile, "pause", "--for", "1h")["sentence"]
    preview = told(profile, "schedule", "show")["preview"]
    assert [span["reason"] for span in preview[:2]] == ["paused", "asked"]
    told(profile, "resume")
    wish = told(profile, "status")["wish"]
    assert (wish["wish"], wish["until"]) == ("on_until", asked["until"])
    assert "Outside your hours" in told(profile, "resume")["sentence"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("schedule", "set", "whenever"), "Write it like"),
        (("schedule", "set"), "Nothing was said"),
        (("schedule", "remove", "fri 12:00-13:00"), "not set"),
        (("schedule", "except", "2026-02-30"), "not a date"),
        (("schedule", "set", "--overrun", "999"), "Up to 120"),
        (("schedule", "add", "fri 12:00-13:00 overrun 999"), "Up to 120"),
        (("schedule", "add", "fri 12:00-13:00 last-start 60"), "never begin"),
        (("schedule", "add", "fri 12:00-13:00 last-start soon"), "last-start 30 overrun 10"),
        (("schedule", "set", "--last-start", "5"), "never begin"),
        (("schedule", "remove", "03:00-03:01"), "never train"),
        (("skip", "lunch"), "can't be skipped"),
        (("pause", "--until", "2020-01-01"), "over already"),
    ],
)
def test_what_makes_no_sense_is_refused_with_advice_and_changes_nothing(
    profile: Path, arguments: tuple[str, ...], words: str
) -> None:
    before = told(profile, "schedule", "show")["windows"]
    refused = command(profile, *arguments)
    assert refused.exit_code == ExitCode.REFUSED
    assert words in refused.stderr.replace("\n", " ")
    after = told(profile, "schedule", "show")
    assert (after["windows"], after["last_start_minutes"], after["overrun_minutes"]) == (before, 0, 2)


def test_without_an_app_every_schedule_verb_says_so(tmp_path: Path) -> None:
    for arguments in (("schedule", "show"), ("schedule", "add", "22:00-07:00"), ("skip", "tonight"), ("finish",)):
        assert command(tmp_path, *arguments).exit_code == ExitCode.NOT_RUNNING
