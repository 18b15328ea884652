"""Limits from the command line: how they are typed, and against a running app over the fakes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.control.command_line import application
from app.control.exit_codes import ExitCode
from app.core.commands import SetTypedLimits
from app.core.gates.gate import Switch
from app.core.settings.change import changed
from app.core.settings.settings import Settings
from app.core.settings.typed_limits import FORMS, permitted
from app.core.settings.words import MEANINGS, fields_of
from protocol.errors import SettingsError
from tests.app.fakes.running_service import started_service


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Path]:
    """A running service outside its hours, in this process."""
    opened = started_service(tmp_path)
    yield tmp_path
    opened.close(5.0)


def command(profile: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, [*arguments, "--profile-folder", str(profile)])


def told(profile: Path, *arguments: str) -> Any:
    result = command(profile, *arguments, "--json")
    assert result.exit_code == ExitCode.OK, result.stderr
    return json.loads(result.stdout)


def after(*changes: tuple[str, str]) -> dict[str, Any]:
    return fields_of(changed(Settings(), SetTypedLimits(changes)))


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("gates.idle", "on", "on"),
        ("idle", "Automatic", "automatic"),
        ("gates.idle_least_seconds", "5min", 300.0),
        ("gates.idle-least-seconds", "90 s", 90.0),
        ("gates.idle_least_seconds", "240", 240.0),
        ("gates.battery_least_share", "40%", 0.4),
        ("gates.temperature_most_celsius", "90C", 90.0),
        ("gates.temperature_most_celsius", "90 °C", 90.0),
        ("gates.fans_most_rpm", "1800rpm", 1800.0),
        ("gates.memory_least_bytes", "512MiB", 512 * 1024**2),
        ("gates.disk_least_bytes", "20GB", 20 * 10**9),
        ("gates.data_quota_bytes", "0.1 TB", 10**11),
        ("gates.electricity_most_per_kwh", "0.35", 0.35),
        ("gates.busy_programs", "steam, blender", ["steam", "blender"]),
        ("gates.busy_programs", "none", []),
        ("threads", "8", 8),
        ("work_share", "10%", 0.1),
        ("work_share", "0.7", 0.7),
        ("memory_limit_bytes", "none", None),
        ("upload_bytes_per_second", "2.5MB/s", 2.5e6),
        ("download_bytes_per_second", "20Mbit/s", 2.5e6),
        ("hide_address", "yes", True),
        ("proxy", "none", "none"),
        ("proxy", "http://10.0.0.1:3128", "http://10.0.0.1:3128"),
        ("work_folder", "none", None),
        ("device", "cpu", "cpu"),
    ],
)
def test_a_limit_is_typed_as_a_person_says_it(name: str, typed: str, value: object) -> None:
    found = after((name, typed))
    full = name.replace("-", "_") if name.replace("-", "_") in found else f"gates.{name}"
    assert found[full] == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("gates.idle", "sometimes", "off, automatic or on"),
        ("gates.idle_least_seconds", "5h", "1 to 240 min, like 5min"),
        ("gates.idle_least_seconds", "5GB", "1 to 240 min"),
        ("gates.battery_least_share", "30", "5 to 100 %"),
        ("gates.temperature_most_celsius", "nan", "40 to 110"),
        ("gates.temperature_most_celsius", "-50", "40 to 110"),
        ("gates.data_quota_bytes", "none", "0.1 to 100000 GB"),
        ("threads", "1.5", "1 to 256"),
        ("threads", "", "1 to 256"),
        ("work_share", "9%", "10 to 100 %"),
        ("upload_bytes_per_second", "0", "or none"),
        ("hide_address", "automatic", "on or off"),
        ("proxy", "socks5://10.0.0.1:9050", "HTTP address"),
        ("device", "abacus", "auto, cpu"),
        ("work_folder", "large/disk", "whole way"),
        ("payout_address", "none", "limits set"),
        ("hotkey", "made_here", "limits set"),
        ("network", "local", "limits set"),
        ("gates.network", "off", "limits set"),
        ("gates.update", "off", "limits set"),
        ("gates.data_quota", "on", "gates.data_quota_bytes"),
    ],
)
def test_what_is_no_limit_or_out_of_its_range_is_refused_with_what_may_be(name: str, typed: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        after((name, typed))
    assert words in refused.value.advice


def test_a_password_in_a_proxys_address_is_refused_and_repeated_nowhere(profile: Path) -> None:
    refused = command(profile, "limits", "set", "proxy", "http://anna:sesame@proxy.example.org:3128")
    assert refused.exit_code == ExitCode.REFUSED and "before @" in refused.stderr
    assert "sesame" not in refused.output + refused.stderr
    told(profile, "limits", "set", "proxy", "http://proxy.example.org:3128")
    (explained,) = told(profile, "config", "explain", "proxy")["settings"]
    assert (explained["value"], explained["default"]) == ("http://proxy.example.org:3128", "system")
    kept = [path.read_bytes() for path in profile.rglob("*") if path.is_file()]
    assert not any(b"sesame" in content for content in kept)
    assert any(b"proxy.example.org:3128" in content for content in kept)


def test_a_limit_given_twice_is_refused_under_either_of_its_names() -> None:
    with pytest.raises(SettingsError, match="given twice"):
        after(("idle", "on"), ("gates.idle", "off"))


def test_every_limit_has_a_meaning_and_a_range_and_stands_in_the_settings_file() -> None:
    assert set(FORMS) <= set(MEANINGS) & set(fields_of(Settings()))
    assert all(permitted(name) for name in FORMS)
    assert not set(FORMS) & {"payout_address", "hotkey", "network", "wish"}


def test_several_limits_are_set_at_once_and_the_answer_is_how_they_stand(profile: Path) -> None:
    report = told(
        profile, "limits", "set", "gates.idle", "on", "idle_least_seconds", "10min", "upload_bytes_per_second", "1MB/s"
    )
    assert {each["name"]: (each["before"], each["now"]) for each in report["changed"]} == {
        "gates.idle": ("off", "on"),
        "gates.idle_least_seconds": (300.0, 600.0),
        "upload_bytes_per_second": (None, 1e6),
    }
    assert report["caps"]["upload_bytes_per_second"] == 1e6
    gates = {gate["gate"]: gate for gate in report["gates"]}
    assert (gates["idle"]["switch"], gates["idle"]["limit"]) == (Switch.ON, 600.0)
    assert told(profile, "limits")["changed"] == []
    settings = {each["name"]: each["value"] for each in told(profile, "config", "explain")["settings"]}
    assert settings["gates.idle_least_seconds"] == 600.0


def test_one_bad_limit_among_good_ones_changes_nothing(profile: Path) -> None:
    before = told(profile, "limits")["caps"]
    refused = command(profile, "limits", "set", "threads", "2", "work_share", "200%")
    assert refused.exit_code == ExitCode.REFUSED
    assert "10 to 100 %" in refused.stderr
    assert command(profile, "limits", "set", "threads").exit_code == ExitCode.REFUSED
    assert told(profile, "limits")["caps"] == before


def test_a_number_beside_a_switch_that_is_off_is_told_to_count_for_nothing_yet(profile: Path) -> None:
    said = command(profile, "limits", "set", "gates.fans_most_rpm", "1800rpm").stdout
    assert "gates.fans_most_rpm = 1800.0   (before: 2500.0)" in said
    assert "counts once gates.fans is automatic or on" in said
    assert "It was so already." in command(profile, "limits", "set", "gates.fans_most_rpm", "1800rpm").stdout


def test_options_before_the_verb_count_as_after_it(profile: Path) -> None:
    asked = ["limits", "--json", "--profile-folder", str(profile), "set", "threads", "3"]
    result = CliRunner().invoke(application, asked)
    assert result.exit_code == ExitCode.OK, result.stderr
    assert json.loads(result.stdout)["caps"]["threads"] == 3


def test_without_names_all_of_them_are_told_and_no_app_is_needed(tmp_path: Path) -> None:
    assert "gates.idle_least_seconds" in command(tmp_path, "limits", "set").stdout
    assert {each["name"] for each in told(tmp_path, "limits", "set")} == set(FORMS)
    assert command(tmp_path, "limits", "set", "threads", "2").exit_code == ExitCode.NOT_RUNNING


def test_room_that_the_engine_took_is_freed_by_one_word(profile: Path) -> None:
    engine = profile / "state" / "engine" / "network"
    (engine / "data").mkdir(parents=True)
    for path in (engine / "data" / "text.tokens", engine / "checkpoint.safetensors", engine / "journal"):
        path.write_bytes(b"x" * 1000)
    result = command(profile, "limits", "free")
    assert result.exit_code == ExitCode.OK, result.stderr
    assert "That room is free again." in result.stdout
    assert {path.name for path in engine.iterdir() if not path.name.startswith(".")} == {"journal"}
