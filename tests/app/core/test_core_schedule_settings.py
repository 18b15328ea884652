"""Hours on disk: old files load unchanged, and what can't be read falls back alone, with a backup and a sentence."""

import json
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from app.core.gates.gate import GateSettings, Switch
from app.core.hours.windows import DaysOff, Level, NotTonight, Schedule, Window
from app.core.settings.settings import NamedNetwork, Settings, settings_file
from app.core.wish import Off, OffUntil
from protocol.errors import StorageError

OLD = {
    "schema_version": 1,
    "written_by": "0.1.0",
    "network": {"network": "named", "name": "x"},
    "wish": {"wish": "off_until", "until": None},
    "schedule": {
        "enabled": True,
        "windows": [
            {"weekday": 0, "start_minute": 1320, "length_minutes": 540},
            {"weekday": 4, "start_minute": 1320, "length_minutes": 480},
        ],
    },
    "threads": 2,
}
NIGHTS = (Window(0, 1320, 540), Window(4, 1320, 480))


def load(folder: Path, content: object) -> tuple[Settings, str]:
    """The settings of a file with `content`, and what the person is told."""
    file = settings_file(folder)
    file.path.write_text(json.dumps(content))
    loaded = file.load()
    return loaded.value, "" if loaded.trouble is None else f"{loaded.trouble.title} {loaded.trouble.advice}"


@pytest.mark.parametrize("last", ["9999-12-31", "3000-01-01"])
def test_days_off_at_the_end_of_the_calendar_fall_back_alone(tmp_path: Path, last: str) -> None:
    kept = {"exception": "days_off", "first": "2026-12-24", "last": "2026-12-26"}
    exceptions = [{"exception": "days_off", "first": last, "last": last}, kept]
    settings, told = load(tmp_path, OLD | {"schedule": OLD["schedule"] | {"exceptions": exceptions}})  # type: ignore[operator]
    assert settings.schedule == Schedule(True, NIGHTS, (DaysOff(date(2026, 12, 24), date(2026, 12, 26)),))
    assert "schedule, exceptions, item 1" in told


def test_a_file_from_before_levels_and_days_off_loads_unchanged(tmp_path: Path) -> None:
    settings, told = load(tmp_path, OLD)
    assert not told
    assert settings.schedule == Schedule(True, NIGHTS)
    assert settings.wish == OffUntil()
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_everything_about_hours_comes_back(tmp_path: Path) -> None:
    exceptions = (
        DaysOff(date(2026, 12, 24), date(2026, 12, 26)),
        NotTonight(datetime(2026, 11, 21, 22), datetime(2026, 11, 21, 22, 1)),
    )
    schedule = Schedule(True, (Window(0, 540, 480, Level.GENTLE, 45, 0), *NIGHTS), exceptions, 30, 5)
    settings_file(tmp_path).save(Settings(schedule=schedule))
    assert settings_file(tmp_path).load().value.schedule == schedule


@pytest.mark.parametrize(
    "bad",
    [
        {"weekday": 7, "start_minute": 0, "length_minutes": 60},
        {"weekday": 1, "start_minute": 0, "length_minutes": 0},
        {"weekday": 1, "start_minute": 0, "length_minutes": 60, "level": "furious"},
        {"weekday": 1, "start_minute": 0, "length_minutes": 60, "overrun_minutes": 500},
        {"weekday": "Tuesday"},
        None,
    ],
)
def test_one_bad_window_falls_back_alone_with_a_backup_and_a_sentence(tmp_path: Path, bad: object) -> None:
    content = OLD | {"schedule": {"enabled": True, "windows": [OLD["schedule"]["windows"][0], bad]}}  # type: ignore[index]
    settings, told = load(tmp_path, content)
    assert settings.schedule == Schedule(True, NIGHTS[:1])
    assert (settings.network, settings.threads) == (NamedNetwork("x"), 2)
    assert "schedule, windows, item 2" in told
    (backup,) = tmp_path.glob("settings.json.mended-*")
    assert str(backup) in told
    assert json.loads(backup.read_text()) == content


def test_what_was_mended_is_told_once_and_stays_mended(tmp_path: Path) -> None:
    load(tmp_path, OLD | {"threads": 0})
    again = settings_file(tmp_path).load()
    assert again.trouble is None
    assert again.value.threads == 1
    assert again.value.schedule == Schedule(True, NIGHTS)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"wish": {"wish": "perhaps"}}, Settings(wish=Off())),
        ({"threads": 0}, Settings(threads=1)),
        ({"gates": {"mains": "maybe", "idle": "on"}}, Settings(gates=GateSettings(mains=Switch.ON, idle=Switch.ON))),
    ],
)
def test_any_other_bad_key_falls_back_alone_too(tmp_path: Path, change: dict[str, object], expected: Settings) -> None:
    settings, told = load(tmp_path, {key: value for key, value in OLD.items() if key not in change} | change)
    assert told
    (key,) = change
    assert getattr(settings, key) == getattr(expected, key)
    assert settings.network == NamedNetwork("x")


@pytest.mark.parametrize("hours", ["always", 5, {"enabled": "perhaps", "windows": []}, None])
def test_hours_that_can_not_be_read_never_mean_any_hour(tmp_path: Path, hours: object) -> None:
    settings, told = load(tmp_path, OLD | {"schedule": hours})
    assert "schedule" in told
    assert settings.schedule.enabled
    assert settings.schedule.windows == ()


def test_a_disk_that_takes_no_backup_is_told_and_the_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = settings_file(tmp_path)
    content = json.dumps(OLD | {"threads": 0})
    file.path.write_text(content)

    def full(path: Path, _content: bytes) -> None:
        raise StorageError(f"{path} can't be written: no space.", "Free some disk space.")

    monkeypatch.setattr("app.core.settings.stored_file.write_atomically", full)
    with pytest.raises(StorageError):
        file.load()
    assert file.path.read_text() == content


def test_a_settings_struct_is_made_of_parts_that_can_be_mended() -> None:
    """Whatever is added to the settings, a value of the wrong kind in any field falls back alone."""
    for field in msgspec.structs.fields(Settings):
        assert field.default is not msgspec.NODEFAULT or field.default_factory is not msgspec.NODEFAULT, field.name
