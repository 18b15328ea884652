"""`train-at-home report` against a running app over the fakes, and where none runs."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from app.control.command_line import application
from app.control.exit_codes import ExitCode
from app.control.report_gathering import known_here, report_here, word_of
from app.core.gates.gate import GateName, Switch, plain
from app.core.report.digest import digest
from app.core.report.redaction import Redactor
from app.core.settings.settings import Settings
from app.platforms.paths import profile_paths
from tests.app.conftest import MakeSnapshot
from tests.app.fakes.running_service import started_service

TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Path]:
    """A running service outside its hours, in this process."""
    folder = tmp_path / "profile"
    opened = started_service(folder)
    yield folder
    opened.close(5.0)


def command(profile: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, ["report", *arguments, "--profile-folder", str(profile)])


def test_a_report_of_a_running_app_has_its_readings_and_nothing_that_was_planted(profile: Path, tmp_path: Path) -> None:
    (profile / "logs" / "app.log").write_text(json.dumps({"event": f"fetched with {TOKEN}", "level": "info"}) + "\n")
    target = tmp_path / "report.zip"
    saved = json.loads(command(profile, "--to", str(target), "--json").stdout)
    assert saved["saved"] == str(target)
    with zipfile.ZipFile(target) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert list(files) == [file["name"] for file in saved["files"]]
    assert {"about.txt", "versions.json", "computer.json", "settings.json", "logs/app.log"} <= set(files)
    assert json.loads(files["status.json"])["engine"]
    assert {"hours", "disk"} <= {gate["gate"] for gate in json.loads(files["limits.json"])["gates"]}
    assert json.loads(files["computer.json"])["disk_free_bytes"] > 0
    assert json.loads(files["settings.json"])["network"]["network"] == "this_computer"
    assert "fetched with [secret]" in files["logs/app.log"]
    assert not any(TOKEN in text for text in files.values())


def test_who_else_is_at_the_computer_is_told_to_nobody(tmp_path: Path, make_snapshot: MakeSnapshot) -> None:
    """Even where no list of accounts has them, as of a directory."""
    others = plain(GateName.OTHERS, Switch.AUTOMATIC, False, "logind", "bob.mueller")
    snapshot = make_snapshot()
    gates = tuple(others if gate.gate is GateName.OTHERS else gate for gate in (*snapshot.gates, others))
    snapshot = msgspec.structs.replace(snapshot, gates=gates)
    (tmp_path / "profile").mkdir()
    files = report_here(profile_paths(tmp_path / "profile"), snapshot.at, word_of(snapshot, Settings()))
    told = "".join(file.text for file in files) + digest(files)
    assert "bob" not in told and "mueller" not in told
    assert "Somebody else is at this computer, says logind." in digest(files)


def test_other_users_of_the_computer_are_taken_out_of_every_text() -> None:
    redactor = Redactor(known_here(lambda _home: ["bob.mueller", "eve"]))
    told = redactor.text("C:\\Users\\bob.mueller and /home/eve were asked by Bob.Mueller, every day")
    assert told == "C:\\Users\\[person] and /home/[person] were asked by [person], every day"


def test_a_preview_prints_everything_and_saves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "settings.json").write_text('{"payout_address": torn ' + TOKEN)
    shown = command(tmp_path / "profile", "--preview")
    assert shown.exit_code == ExitCode.OK
    assert "===== settings.json" in shown.stdout and "torn [secret]" in shown.stdout
    assert "was not running" in shown.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["profile"]
    assert TOKEN in (tmp_path / "profile" / "settings.json").read_text(), "a damaged file is shown, never mended"


def test_a_place_that_is_none_is_refused_with_advice(tmp_path: Path) -> None:
    refused = command(tmp_path / "profile", "--to", str(tmp_path))
    assert refused.exit_code == ExitCode.REFUSED
    assert "--to report.zip" in refused.stderr
