"""The parts that touch the operating system, on the one that runs the tests."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from app.core.ports import Asked
from app.platforms.clock import SystemClock
from app.platforms.here import this_computer
from app.platforms.instance_lock import InstanceLock, LockOutcome
from app.platforms.keep_awake import WakepyKeepAwake
from app.platforms.paths import profile_paths
from app.platforms.portable import PortablePower
from app.platforms.sensor_poll import PolledSensors
from protocol.errors import StorageError

ROOT = Path(__file__).resolve().parents[3]

ZONE_CHECK = """
from datetime import datetime, timedelta, UTC
from zoneinfo import ZoneInfo
from app.core.hours.schedule import to_instant
from app.platforms.clock import SystemZone
mine, theirs = SystemZone(), ZoneInfo({zone!r})
moment = datetime(2026, 1, 1, tzinfo=UTC)
for hour in range(0, 365 * 24 * 2):
    at = moment + timedelta(minutes=30 * hour)
    one, other = at.astimezone(mine), at.astimezone(theirs)
    assert (one.replace(tzinfo=None), one.fold) == (other.replace(tzinfo=None), other.fold), (one, other)
    assert one.utcoffset() == other.utcoffset(), (one, other)
for wall in (datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30), datetime(2026, 3, 8, 2, 30)):
    for last in (False, True):
        assert to_instant(wall, mine, last=last) == to_instant(wall, theirs, last=last), wall
"""


class Battery(NamedTuple):
    """psutil's answer where there is one."""

    percent: float
    secsleft: int
    power_plugged: bool | None


LOCK_HOLDER = """
import sys
from pathlib import Path
from app.platforms.instance_lock import InstanceLock
lock = InstanceLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name == "nt", reason="TZ with a zone's name is POSIX")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_the_systems_zone_agrees_with_the_zone_database_all_year(zone: str) -> None:
    code = ZONE_CHECK.format(zone=zone)
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "TZ": zone}, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_clock_is_aware_and_right() -> None:
    now = SystemClock().now()
    assert now.tzinfo is not None
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_sensors_answer_or_say_that_they_can_not() -> None:
    sensors = PolledSensors(this_computer())
    asked = Asked(folder=ROOT, idle=True, full_screen=True, programs=True)
    reading = sensors.read(asked)
    sensors.close()
    assert reading.power.on_mains in (True, False, None)
    assert (reading.memory_free_bytes or 1) > 0
    assert (reading.disk_free_bytes or 1) > 0
    assert reading.programs
    for celsius in (reading.heat.processor_celsius, reading.heat.graphics_celsius):
        assert celsius is None or 0 < celsius < 150


@pytest.mark.parametrize(
    ("reading", "on_mains", "share"),
    [
        (None, True, None),
        (Battery(percent=55, secsleft=100, power_plugged=False), False, 0.55),
        (Battery(percent=80, secsleft=-1, power_plugged=None), None, 0.8),
    ],
)
def test_a_battery_is_read_as_it_is_and_its_absence_is_mains(
    monkeypatch: pytest.MonkeyPatch, reading: object, on_mains: bool | None, share: float | None
) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: reading, raising=False)
    power = PortablePower().read()
    assert (power.on_mains, power.battery_share) == (on_mains, share)


def test_keeping_awake_holds_and_lets_go_and_a_second_call_changes_nothing() -> None:
    awake = WakepyKeepAwake()
    held = awake.hold()
    assert awake.hold() is held
    awake.release()
    awake.release()


def test_one_app_per_profile_and_a_killed_one_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "app.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", LOCK_HOLDER, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "taken"
    mine = InstanceLock(path)
    assert mine.take() is LockOutcome.HELD_BY_ANOTHER
    holder.kill()
    holder.communicate()
    assert mine.take() is LockOutcome.TAKEN
    mine.release()
    assert InstanceLock(path).take() is LockOutcome.TAKEN


def test_a_throw_away_profile_keeps_everything_in_one_private_folder(tmp_path: Path) -> None:
    paths = profile_paths(tmp_path / "profile")
    for folder in (paths.config_folder, paths.state_folder, paths.log_folder):
        assert folder.is_relative_to(tmp_path / "profile")
        assert folder.is_dir()
    assert os.name == "nt" or (tmp_path / "profile").stat().st_mode & 0o077 == 0


def test_a_profile_that_can_not_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="file"):
        profile_paths(tmp_path / "file")
