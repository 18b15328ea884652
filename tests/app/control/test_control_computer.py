"""`train-at-home computer`: devices in words and as JSON, and a measurement that fails with a sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.control.command_line import application
from app.control.computer import ComputerHere
from app.control.exit_codes import ExitCode
from app.core.computer.speed_run import SpeedCheck
from app.core.engine.outcomes import NotStarted
from app.platforms.hardware import Hardware
from app.platforms.installation import FromBundle
from app.platforms.paths import profile_paths
from app.update import here
from app.update.states import Fetching, Offered, Ready, Refused, State
from protocol.version import PROTOCOL_VERSION
from tests.app.fakes import update_server


def asked(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, ["computer", *arguments, "--profile-folder", str(folder)])


def test_devices_and_disk_are_told_in_words(tmp_path: Path) -> None:
    told = asked(tmp_path)
    assert told.exit_code == ExitCode.OK, told.stderr
    assert "Computes on the processor" in told.stdout
    assert "of the disk are free" in told.stdout


def test_json_says_the_same_for_programs(tmp_path: Path) -> None:
    report = json.loads(asked(tmp_path, "--json").stdout)
    assert report["engine_here"] is True  # a checkout brings its own
    assert {device["way"] for device in report["devices"]} >= {"cpu"}
    assert {device["fitness"]["type"] for device in report["devices"]} <= {"Suitable", "Limited", "NotSuitable"}
    assert report["disk_may_take_bytes"] == 4 * 10**9
    assert report["speed"] is None


def test_nothing_but_json_is_printed_where_that_was_asked_for(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.control", "computer", "--json", "--profile-folder", str(tmp_path)]
    done = subprocess.run(command, cwd=Path(__file__).resolve().parents[3], capture_output=True, timeout=60)
    assert json.loads(done.stdout)["devices"], done.stderr


def test_the_window_is_asked_for_where_the_app_runs_only(tmp_path: Path) -> None:
    assert asked(tmp_path, "--window").exit_code == ExitCode.NOT_RUNNING


def test_a_measurement_that_comes_to_nothing_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = NotStarted("The training engine is not on this computer yet.", "Fetch it.")
    monkeypatch.setattr(ComputerHere, "speed_check", lambda self, settings, tell: SpeedCheck(missing, tell))
    told = asked(tmp_path, "--measure")
    assert told.exit_code == ExitCode.REFUSED
    assert "not on this computer yet" in told.stderr


def test_an_installation_without_an_engine_says_so_and_what_keeps_it_from_fetching(tmp_path: Path) -> None:
    (tmp_path / "build.json").write_text(json.dumps({"version": "0.1.0"}))
    services = ComputerHere(profile_paths(tmp_path / "profile"), FromBundle(tmp_path, tmp_path))
    services._programs.folder = tmp_path / "programs"
    stands = services.engine()
    assert isinstance(stands, Refused)
    assert "no address to fetch from" in stands.title
    folder = tmp_path / "programs" / "engine" / "cpu-0.1.0"
    folder.mkdir(parents=True)
    bundle = {"version": "0.1.0", "variant": "cpu", "protocol_version": PROTOCOL_VERSION}
    (folder / "bundle.json").write_text(json.dumps(bundle))
    assert not isinstance(services.engine(), Refused)


@pytest.mark.skipif(sys.platform != "linux", reason="the archive published here is one for Linux")
def test_an_engine_is_offered_fetched_from_a_signed_repository_and_then_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here, "find_hardware", lambda: Hardware("Linux", "x86_64"))
    publisher = update_server.Publisher(tmp_path / "publisher")
    publisher.publish_engine("cpu", protocol=PROTOCOL_VERSION)
    with update_server.served(publisher.repository) as web:
        (tmp_path / "build.json").write_text(json.dumps({"version": "0.1.0", "updates_url": web.url}))
        (tmp_path / "update-root.json").write_bytes(publisher.root)
        services = ComputerHere(profile_paths(tmp_path / "profile"), FromBundle(tmp_path, tmp_path))
        services._programs.folder = tmp_path / "programs"
        offer = services.engine()
        assert isinstance(offer, Offered)
        assert not services.engine_is_here()
        stopped = services.fetch_engine(lambda state: None, lambda: True)
        assert isinstance(stopped, Refused)
        told: list[State] = []
        assert isinstance(services.fetch_engine(told.append, lambda: False), Ready)
        assert any(isinstance(state, Fetching) for state in told)
        assert services.engine_is_here()
