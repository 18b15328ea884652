"""The start with the session by a real systemd, a user's own: what dies comes back, what was ended stays ended.

systemd as a user's manager needs no machine that was booted with it, only to believe so; that belief gets a mount
namespace of its own. Where neither can be had these tests say so and are skipped.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("systemd is Linux's", allow_module_level=True)

from app.control.client import NotRunning, connected
from app.core.ports import AutostartState
from app.core.settings.settings import Settings, TryHere, settings_file
from app.core.wish import Off
from app.platforms.launch import Launch
from app.platforms.linux.autostart import UNIT, linux_autostart
from app.platforms.linux.session_watch import WATCH
from app.platforms.paths import profile_paths
from app.platforms.tools import run_tool
from protocol.errors import Refused
from tests.app.fakes.real_services import wait_until

ROOT = Path(__file__).resolve().parents[3]
MANAGER = Path("/lib/systemd/systemd")
BACK_WITHIN_SECONDS = 60.0
AS_IF_BOOTED = "mount -t tmpfs none /run && mkdir -p /run/systemd/system && exec {manager} --user"


class UserSystemd:
    """One user's manager, and `systemctl --user` that speaks to it."""

    def __init__(self, folder: Path) -> None:
        self.config, self.runtime = folder / "config", folder / "run"
        for made in (self.config, self.runtime):
            made.mkdir(mode=0o700)
        self._environment = {
            "XDG_RUNTIME_DIR": str(self.runtime),
            "XDG_CONFIG_HOME": str(self.config),
            "HOME": str(folder),
        }
        self._manager = subprocess.Popen(
            ["unshare", "--mount", "--cgroup", "sh", "-c", AS_IF_BOOTED.format(manager=MANAGER)],
            env={"PATH": os.environ["PATH"], **self._environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(
            lambda: self._gone or self("systemctl", "--user", "show", "--property=Version") is not None, "systemd"
        )

    def __call__(self, *command: str) -> str | None:
        return run_tool(["env", *(f"{name}={value}" for name, value in self._environment.items()), *command], 10.0)

    def run(self, command: Sequence[str]) -> str | None:
        return self(*command)

    def of_unit(self, value: str, unit: str = UNIT) -> str:
        return (self("systemctl", "--user", "show", unit, f"--property={value}", "--value") or "").strip()

    def close(self) -> None:
        self("systemctl", "--user", "exit")
        self._manager.wait(timeout=60)

    @property
    def is_there(self) -> bool:
        return not self._gone

    @property
    def _gone(self) -> bool:
        return self._manager.poll() is not None


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[UserSystemd]:
    if not MANAGER.exists() or shutil.which("unshare") is None:
        pytest.skip("systemd or unshare is not installed")
    if subprocess.run(["unshare", "--mount", "--cgroup", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("namespaces need a right that this user has not")
    home = tmp_path / "home"
    home.mkdir()
    systemd = UserSystemd(home)
    try:
        if not systemd.is_there:
            pytest.skip("systemd does not run as a user's manager here")
        yield systemd
    finally:
        systemd.close()


@pytest.fixture
def launch(tmp_path: Path) -> Launch:
    """The real app without a window, at rest, in a profile whose folder needs every kind of quoting."""
    profile = tmp_path / "100% of $HOME's"
    profile_paths(profile)
    settings_file(profile).save(Settings(network=TryHere(), wish=Off()))
    command = (sys.executable, "-m", "app", "--profile-folder", str(profile), "--hidden")
    return Launch(command=command, folder=ROOT)


def process_of(launch: Launch) -> int | None:
    """Of the app that answers; None as long as none does."""
    try:
        with connected(profile_paths(Path(launch.command[4]))) as client:
            return client.welcome.pid
    except NotRunning:
        return None


@pytest.mark.timeout(180)
def test_an_app_that_was_killed_is_back_within_a_minute_and_one_that_was_ended_stays_away(
    systemd: UserSystemd, launch: Launch
) -> None:
    autostart = linux_autostart(launch, has_display=False, config=systemd.config, run=systemd.run)
    assert autostart.state() is AutostartState.OFF
    with pytest.raises(Refused, match="ends when you log out"):  # nobody is there whom to ask for lingering
        autostart.enable()
    assert autostart.state() is AutostartState.ON
    systemd("systemctl", "--user", "start", UNIT)
    wait_until(lambda: process_of(launch) is not None, "the app", 60.0)
    first = process_of(launch)
    assert first is not None and str(first) == systemd.of_unit("MainPID")

    os.kill(first, signal.SIGKILL)
    began = time.monotonic()
    wait_until(lambda: process_of(launch) not in (None, first), "the app after it was killed", BACK_WITHIN_SECONDS)
    assert time.monotonic() - began < BACK_WITHIN_SECONDS
    again = process_of(launch)
    assert again is not None and systemd.of_unit("NRestarts") == "1"

    os.kill(again, signal.SIGTERM)
    wait_until(lambda: systemd.of_unit("ActiveState") == "inactive", "its orderly end", 60.0)
    assert systemd.of_unit("Result") == "success" and process_of(launch) is None

    autostart.disable()
    assert autostart.state() is AutostartState.OFF and systemd.of_unit("LoadState") == "not-found"


@pytest.mark.timeout(180)
def test_an_app_that_was_opened_by_hand_is_back_within_a_minute_and_stays_away_once_it_stood_down(
    systemd: UserSystemd, launch: Launch
) -> None:
    autostart = linux_autostart(
        launch, has_display=False, config=systemd.config, run=systemd.run, runtime=systemd.runtime
    )
    with pytest.raises(Refused, match="ends when you log out"):
        autostart.enable()
    with subprocess.Popen(launch.command, cwd=ROOT, stdout=subprocess.DEVNULL) as by_hand:
        wait_until(lambda: process_of(launch) == by_hand.pid, "the app", 60.0)
        assert autostart.watch_over(by_hand.pid)
        assert systemd.of_unit("ActiveState", WATCH) == "active"
        by_hand.kill()
    began = time.monotonic()
    wait_until(lambda: process_of(launch) is not None, "the app after it was killed", BACK_WITHIN_SECONDS)
    assert time.monotonic() - began < BACK_WITHIN_SECONDS
    again = process_of(launch)
    assert str(again) == systemd.of_unit("MainPID")
    assert again is not None and not autostart.watch_over(again), "systemd started this one, and looks after it"
    systemd("systemctl", "--user", "stop", UNIT)

    with subprocess.Popen(launch.command, cwd=ROOT, stdout=subprocess.DEVNULL) as once_more:
        wait_until(lambda: process_of(launch) == once_more.pid, "the app opened anew", 60.0)
        assert autostart.watch_over(once_more.pid)
        autostart.stand_down()
        once_more.terminate()
    assert systemd.of_unit("ActiveState", WATCH) == "inactive"
    assert not list(systemd.runtime.glob("systemd/user/*.service"))
    autostart.disable()
