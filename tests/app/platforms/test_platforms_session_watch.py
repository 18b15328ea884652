"""Who brings back an app that the person opened: a job of launchd, and on Windows a process of our own.

On Linux a real systemd does it (test_platforms_real_systemd.py). launchd is a stand-in here; the job's shell is real.
"""

import os
import plistlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.platforms.launch import Launch
from app.platforms.macos import session_watch as on_macos
from app.platforms.macos.launch_agent import LABEL, LaunchAgent
from app.platforms.windows import bring_back
from app.platforms.windows.session_watch import SessionWatch
from tests.app.fakes.real_services import wait_until

LAUNCH = Launch(command=("/Applications/Train at Home.app/Contents/MacOS/train-at-home", "--hidden"), folder=Path("/"))
NEEDS_WINDOWS = pytest.mark.skipif(os.name != "nt", reason="Windows' events and processes")
NEEDS_SHELL = pytest.mark.skipif(os.name == "nt", reason="a job of launchd is a shell's")


class Launchctl:
    """A launchd that remembers what it was given; `running` is the process of the app's own agent."""

    def __init__(self) -> None:
        self.loaded: dict[str, str] = {}
        self.running: int | None = None

    def __call__(self, command: Sequence[str]) -> str | None:
        program, verb, *rest = command
        assert program == "launchctl"
        match verb:
            case "print":
                pid = "" if self.running is None else f"\tpid = {self.running}\n"
                return f"{rest[0]} = {{\n\tactive count = 1\n{pid}\timmediate reason = speculative\n}}\n"
            case "bootstrap":
                label = plistlib.loads(Path(rest[1]).read_bytes())["Label"]
                if label in self.loaded:
                    return None
                self.loaded[label] = rest[1]
            case "bootout":
                return None if self.loaded.pop(rest[0].rpartition("/")[2], None) is None else ""
        return ""


def test_a_mac_watches_over_an_app_that_launchd_did_not_start_until_it_stands_down(tmp_path: Path) -> None:
    launchctl, session = Launchctl(), tmp_path / "session"
    session.mkdir()
    agent = LaunchAgent(LAUNCH, tmp_path, launchctl, session)
    agent.enable()
    assert launchctl.loaded == {}, "loaded at once it would start a second app"
    assert agent.watch_over(4711) and agent.watch_over(4712)
    watch = session / f"{on_macos.WATCH_LABEL}.plist"
    assert launchctl.loaded == {on_macos.WATCH_LABEL: str(watch)}
    command = plistlib.loads(watch.read_bytes())["ProgramArguments"]
    described = str(tmp_path / "Library" / "LaunchAgents" / f"{LABEL}.plist")
    assert command[3:] == ["sh", "4712", on_macos.domain(), LABEL, described], "over the newest app, and over no other"
    agent.stand_down()
    agent.stand_down()
    assert launchctl.loaded == {} and not watch.exists()
    launchctl.running = 4711
    assert not agent.watch_over(4711) and not watch.exists(), "launchd looks after its own"
    launchctl.running = None
    assert agent.watch_over(4711)
    agent.disable()
    assert launchctl.loaded == {}, "who wants no start with the session wants none in it"


def test_the_job_is_taken_away_though_macos_has_emptied_its_temporary_folder(tmp_path: Path) -> None:
    launchctl, session = Launchctl(), tmp_path / "session"
    session.mkdir()
    agent = LaunchAgent(LAUNCH, tmp_path, launchctl, session)
    watch = session / f"{on_macos.WATCH_LABEL}.plist"
    assert agent.watch_over(4711)
    watch.unlink()
    assert agent.watch_over(4712), "over the newest app"
    watch.unlink()
    agent.stand_down()
    assert launchctl.loaded == {}, "it would start the app again"


@NEEDS_SHELL
@pytest.mark.parametrize("was_loaded", [True, False])
def test_the_job_waits_for_the_process_and_has_launchd_start_the_agent(tmp_path: Path, was_loaded: bool) -> None:
    told = tmp_path / "told"
    stand_ins = {"launchctl": f'echo "$*" >> "{told}"; [ "$1" != kickstart ] || exit {0 if was_loaded else 113}'}
    stand_ins["sleep"] = f'echo "slept $1" >> "{told}"; exec {_real_sleep()} 0.02'
    for name, text in stand_ins.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    app = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    command = plistlib.loads(on_macos.watch_plist(app.pid, LABEL, tmp_path / "agent.plist"))["ProgramArguments"]
    watch = subprocess.Popen(command, env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    wait_until(lambda: told.exists() and told.read_text().count("slept 5") > 3, "the job to look several times")
    assert "launchctl" not in told.read_text() and "kick" not in told.read_text()
    app.kill()
    app.communicate()
    watch.wait(timeout=60)
    kick = [f"kickstart {on_macos.domain()}/{LABEL}"]
    load = [] if was_loaded else [f"bootstrap {on_macos.domain()} {tmp_path / 'agent.plist'}"]
    last = told.read_text().splitlines()
    assert last[last.index("slept 10") :] == ["slept 10", *kick, *load]


def _real_sleep() -> str:
    return next(str(path) for folder in ("/bin", "/usr/bin") if (path := Path(folder, "sleep")).exists())


def test_an_orderly_end_is_an_end_and_a_death_is_not() -> None:
    assert bring_back.ends_to_remember(0, (), 1000.0) is None
    assert bring_back.ends_to_remember(1, (), 1000.0) == (1000.0,)
    assert bring_back.ends_to_remember(0xC0000005, (900.0,), 1000.0) == (900.0, 1000.0)


@given(st.lists(st.floats(min_value=1.0, max_value=400.0), min_size=1, max_size=60))
def test_an_app_that_dies_at_every_start_is_left_alone_after_ten_in_a_quarter_of_an_hour(lives_s: list[float]) -> None:
    """Whatever the distances: never more than ten restarts in any quarter of an hour, and fewer stop nobody."""
    now, variable, deaths = 1_800_000_000.0, "", []
    for lived in lives_s:
        now += round(lived)
        ends = bring_back.ends_to_remember(1, bring_back.read(variable), now)
        deaths.append(now)
        recent = [death for death in deaths if now - death < bring_back.GIVE_UP_SECONDS]
        assert (ends is None) == (len(recent) > bring_back.GIVE_UP_TIMES)
        if ends is None:
            return
        variable = bring_back.written(ends)


@given(st.text())
def test_a_variable_that_somebody_else_filled_is_read_as_whatever_numbers_stand_in_it(text: str) -> None:
    assert len(bring_back.read(text)) <= bring_back.GIVE_UP_TIMES


def _app_of(folder: Path) -> Launch:
    """An app that leaves the times of its starts' predecessors in a file, and waits."""
    lines = "import os, pathlib, sys; pathlib.Path('started').write_text(os.environ['TRAIN_AT_HOME_ENDS'])"
    return Launch(command=(sys.executable, "-c", lines), folder=folder)


@NEEDS_WINDOWS
def test_windows_brings_back_what_was_killed(tmp_path: Path) -> None:
    watch = SessionWatch(_app_of(tmp_path), restart_seconds=0.1)
    app = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert watch.begin(app.pid) and watch.begin(app.pid)
    app.kill()
    app.communicate()
    wait_until(lambda: (tmp_path / "started").exists(), "the app to be back")
    wait_until(lambda: len(bring_back.read((tmp_path / "started").read_text())) == 1, "the death to be counted")


@NEEDS_WINDOWS
@pytest.mark.parametrize("way", ["ends in order", "stands down"])
def test_windows_leaves_alone_what_ended_in_order_or_stood_down(tmp_path: Path, way: str) -> None:
    app = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    command = [sys.executable, "-m", bring_back.MODULE, str(app.pid), "0.1", str(tmp_path), *_app_of(tmp_path).command]
    watcher = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert watcher.stdout is not None and watcher.stdout.readline().strip() == bring_back.WATCHING
    if way == "stands down":
        SessionWatch(_app_of(tmp_path)).end(app.pid)
        assert watcher.wait(timeout=60) == 0, "before the app ends"
        app.kill()
        app.communicate()
    else:
        app.communicate(b"\n")
    assert watcher.wait(timeout=60) == 0
    watcher.stdout.close()
    assert not (tmp_path / "started").exists()


@NEEDS_WINDOWS
def test_nobody_is_watched_who_is_gone(tmp_path: Path) -> None:
    assert not SessionWatch(_app_of(tmp_path)).begin(0x7FFF_FFF0)
