"""`train-at-home problem` with and without a running app, and the codes in `why`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.control.command_line import application
from app.control.exit_codes import ExitCode
from app.control.reports.reports import status_report, why_report
from app.core.gates.gate import GateName, Switch, at_least
from app.core.problems.codes import Problem
from tests.app.conftest import MakeSnapshot
from tests.app.fakes.running_service import started_service


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "profile"
    opened = started_service(folder)
    yield folder
    opened.close(5.0)


def command(profile: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, [*arguments, "--profile-folder", str(profile)])


def test_a_page_is_read_without_a_running_app(tmp_path: Path) -> None:
    shown = command(tmp_path, "problem", "tah-24")
    assert shown.exit_code == ExitCode.OK
    assert shown.stdout.startswith("TAH-24  The disk is full")
    assert "What you can do" in shown.stdout
    assert list(tmp_path.iterdir()) == []


def test_words_find_pages_and_json_has_all_of_them(tmp_path: Path) -> None:
    assert "TAH-34  The keychain is locked" in command(tmp_path, "problem", "keychain").stdout
    told = json.loads(command(tmp_path, "problem", "--json").stdout)
    assert [page["code"] for page in told["problems"]] == [problem.value for problem in Problem]
    assert told["present"] == []
    assert set(told["problems"][0]) == {"code", "title", "happened", "by_itself", "you_can"}


@pytest.mark.parametrize("typed", ["TAH-4711", "no such words at all", "\x07"])
def test_what_is_no_problem_is_refused_with_advice(tmp_path: Path, typed: str) -> None:
    refused = command(tmp_path, "problem", typed)
    assert refused.exit_code == ExitCode.REFUSED
    assert "All of them: train-at-home problem" in refused.stderr


def test_why_tells_what_is_wrong_now_with_its_code(make_snapshot: MakeSnapshot) -> None:
    disk = at_least(GateName.DISK, Switch.AUTOMATIC, 1e9, 2e9)
    report = why_report(make_snapshot(gates=(disk,)))
    assert [(each.code, each.now) for each in report.problems] == [(Problem.DISK_NEARLY_FULL, True)]
    assert report.gates[0].problem is Problem.DISK_NEARLY_FULL
    assert status_report(make_snapshot(gates=(disk,))).problems == report.problems


def test_why_in_json_has_a_place_for_problems_also_where_there_are_none(profile: Path) -> None:
    told = json.loads(command(profile, "why", "--json").stdout)
    assert isinstance(told["problems"], list)
    assert all("problem" in gate for gate in told["gates"])
    assert command(profile, "problem").exit_code == ExitCode.OK
