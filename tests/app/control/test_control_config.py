"""`train-at-home config explain` tells every setting, and never touches the file."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.control.command_line import application
from app.control.exit_codes import ExitCode
from app.core.gates.gate import GateSettings, Switch
from app.core.settings.settings import Settings, TryHere, settings_file
from app.core.settings.words import MEANINGS, chosen_of, explained, fields_of


def command(profile: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, ["config", "explain", *arguments, "--profile-folder", str(profile)])


def told(profile: Path, *arguments: str) -> dict[str, Any]:
    result = command(profile, *arguments, "--json")
    assert result.exit_code == ExitCode.OK, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def test_every_setting_has_one_sentence_and_no_sentence_is_left_over() -> None:
    assert set(MEANINGS) == set(fields_of(Settings()))
    assert all(text.endswith(".") and text[0].isupper() for text in MEANINGS.values())


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("threads", ["threads"]),
        ("gates.idle", ["gates.idle"]),
        ("idle", ["gates.idle"]),
        ("MONEY", [f"money.{name}" for name in type(Settings().money).__struct_fields__]),
        ("temperature-most", ["gates.temperature_most_celsius", "gates.graphics_temperature_most_celsius"]),
        ("nonsense", []),
        ("", []),
    ],
)
def test_a_key_names_a_setting_a_group_or_a_part_of_a_name(key: str, names: list[str]) -> None:
    assert [each.name for each in chosen_of(explained(Settings()), key)] == names


def test_what_was_changed_stands_with_what_it_was_at_first(tmp_path: Path) -> None:
    settings_file(tmp_path).save(Settings(network=TryHere(), gates=GateSettings(idle=Switch.ON), threads=4))
    (idle,) = told(tmp_path, "idle")["settings"]
    assert (idle["value"], idle["default"]) == ("on", "off")
    text = command(tmp_path).stdout
    assert 'gates.idle = "on"   (at first: "off")' in text
    assert "threads = 4   (at first: 1)" in text
    assert "    How many threads of the processor" in text
    assert str(tmp_path / "settings.json") in text.replace("\n", "")


def test_without_a_file_all_is_as_at_first_and_none_is_made(tmp_path: Path) -> None:
    report = told(tmp_path)
    assert not report["exists"] and report["trouble"] == ""
    assert all(each["value"] == each["default"] for each in report["settings"])
    assert not (tmp_path / "settings.json").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [('{"threads": "many", "device": "cpu"}', "threads"), ('{"threads": 4', "damaged"), ("[]", "damaged")],
)
def test_what_can_not_be_read_is_told_and_left_as_it_lies(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    assert words in told(tmp_path)["trouble"]
    assert path.read_text() == content
    settings_file(tmp_path).load()
    report = told(tmp_path)
    assert report["trouble"] == ""
    assert len(report["kept"]) == 1
    assert "as it was" in command(tmp_path).stdout


def test_a_setting_that_is_none_and_a_newer_file_are_refused_with_advice(tmp_path: Path) -> None:
    refused = command(tmp_path, "nonsense")
    assert refused.exit_code == ExitCode.REFUSED
    assert "config explain" in refused.stderr
    (tmp_path / "settings.json").write_text('{"schema_version": 99, "written_by": "9.9.9"}')
    newer = command(tmp_path)
    assert newer.exit_code == ExitCode.REFUSED
    assert "9.9.9" in newer.stderr
