"""`train-at-home computer`: devices in words and as JSON, and a measurement that fails with a sentence."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from app.control.command_line import application
from app.control.computer import ComputerHere
from app.control.exit_codes import ExitCode
from app.core.computer.line import NoLine, WhyNoLine
from app.core.computer.speed import Measuring
from app.core.computer.speed_run import SpeedCheck
from app.core.engine.orders import month_bytes
from app.core.engine.outcomes import NotStarted
from app.core.gates.gate import GateSettings, Switch
from app.core.settings.settings import OwnAddress, Settings, TryHere, settings_file
from app.core.words import bytes_text
from app.platforms.hardware import Hardware
from app.platforms.installation import FromBundle
from app.platforms.paths import profile_paths
from app.update import here
from app.update.states import Fetching, Offered, Ready, Refused, State
from protocol.engine_control import DATA_USED_FILE, DataUsed
from protocol.speed_check import LINE_MOST_BYTES, LINE_ORDER, LineOrder
from protocol.version import PROTOCOL_VERSION
from protocol.wire import from_json, to_json
from tests.app.fakes import update_server

FAKE = Path(__file__).resolve().parents[1] / "fakes" / "fake_speed_check.py"


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
    assert report["disk_may_take_bytes"] == Settings().disk_limit_bytes
    assert report["speed"] is None


def test_nothing_but_json_is_printed_where_that_was_asked_for(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.control", "computer", "--json", "--profile-folder", str(tmp_path)]
    done = subprocess.run(command, cwd=Path(__file__).resolve().parents[3], capture_output=True, timeout=60)
    assert json.loads(done.stdout)["devices"], done.stderr


def test_the_window_is_asked_for_where_the_app_runs_only(tmp_path: Path) -> None:
    assert asked(tmp_path, "--window").exit_code == ExitCode.NOT_RUNNING


def checks_line(services: ComputerHere, settings: Settings) -> tuple[NoLine | None, str]:
    """What holds of the line before the child speaks, and what the child is told."""
    check = services.speed_check(settings, lambda state: None)
    assert check._environment is not None
    line = check._state.line
    assert line is None or isinstance(line, NoLine)
    return line, check._environment[LINE_ORDER]


JOINED = Settings(network=OwnAddress("https://tales.example.org"), upload_bytes_per_second=1e6)


def test_the_line_is_measured_with_the_persons_caps_and_counted_beside_the_engines_bytes(tmp_path: Path) -> None:
    services = ComputerHere(profile_paths(tmp_path), is_metered=lambda: None)
    line, text = checks_line(services, JOINED)
    assert line == NoLine(WhyNoLine.OLD_ENGINE)
    order: LineOrder = from_json(text.encode(), LineOrder)
    assert order.up_bytes_per_second == 1e6
    folder = Path(order.folder)
    folder.mkdir(parents=True)
    (folder / DATA_USED_FILE).write_bytes(to_json(DataUsed(month="9999-01", used_bytes=7)))
    assert month_bytes(profile_paths(tmp_path).engine_folder, datetime.now().astimezone()) == 7


def test_a_line_that_is_paid_by_volume_or_used_up_is_left_alone(tmp_path: Path) -> None:
    metered = ComputerHere(profile_paths(tmp_path), is_metered=lambda: True)
    assert checks_line(metered, JOINED) == (NoLine(WhyNoLine.METERED), "")
    free = ComputerHere(profile_paths(tmp_path), is_metered=lambda: False)
    gates = GateSettings(data_quota=Switch.ON, data_quota_bytes=10**6)
    used_up = msgspec.structs.replace(JOINED, gates=gates)
    assert checks_line(free, used_up) == (NoLine(WhyNoLine.DATA_SHORT), "")


def test_for_a_network_on_this_computer_nobody_is_asked_how_the_line_is_paid(tmp_path: Path) -> None:
    def asked() -> bool:
        raise AssertionError("nothing of that is needed")

    services = ComputerHere(profile_paths(tmp_path), is_metered=asked)
    assert checks_line(services, Settings(network=TryHere())) == (NoLine(WhyNoLine.THIS_COMPUTER), "")
    assert checks_line(services, Settings()) == (NoLine(WhyNoLine.NO_NETWORK), "")


def measured_by(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    """Have the fake measure instead of the engine."""

    def check(self: ComputerHere, settings: Settings, tell: Callable[[Measuring], None]) -> SpeedCheck:
        return SpeedCheck((sys.executable, str(FAKE), mode), tell, environment={LINE_ORDER: "{}"})

    monkeypatch.setattr(ComputerHere, "speed_check", check)


def test_the_line_is_told_below_the_training_speed_and_its_volume_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured_by(monkeypatch, "line")
    folder = profile_paths(tmp_path).config_folder
    folder.mkdir(parents=True, exist_ok=True)
    settings_file(folder).save(JOINED)
    told = " ".join(asked(tmp_path, "--measure").stdout.split())
    assert told.index("at most 20 MB") < told.index("tokens an hour") < told.index("12 Mbit/s up, 95 Mbit/s down")
    assert "Enough for “Tales”" in told
    report = json.loads(asked(tmp_path, "--measure", "--json").stdout)
    assert report["speed"]["line"]["up"]["bytes_per_second"] == 1_500_000.0


def test_the_help_names_the_same_volume(tmp_path: Path) -> None:
    assert bytes_text(LINE_MOST_BYTES) in " ".join(asked(tmp_path, "--help").stdout.split())


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
