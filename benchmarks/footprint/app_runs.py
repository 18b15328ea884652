"""The app's own processes, started on a measured desktop and asked through its control socket."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from app.control import messages as wire
from app.control.client import NotRunning, connected
from app.core.engine.phase import Phase
from app.core.settings.app_state import AppState, state_file
from app.core.settings.settings import OwnAddress, Settings, TryHere, settings_file
from app.core.wish import Off, OnUntil
from app.platforms.paths import ProfilePaths, profile_paths
from benchmarks.footprint.desktop import Desktop, running, wait_until
from benchmarks.footprint.lateness import BEGIN, END, READY, Told, told_in
from benchmarks.tables import ROOT

APP_ICON: Final = "train-at-home"
FROZEN: Final = ROOT / "dist" / "train-at-home" / "train-at-home-window"
TRAINING_SECONDS: Final = 300.0
_MODULE = (sys.executable, "-m")


def resting_profile(folder: Path) -> ProfilePaths:
    """Somebody who chose a network and turned training off."""
    return _profile(folder, Settings(network=TryHere(), wish=Off()))


def training_profile(folder: Path, orchestrator_url: str) -> ProfilePaths:
    """Somebody who trains now, with every core."""
    return _profile(
        folder, Settings(network=OwnAddress(orchestrator_url), wish=OnUntil(), threads=psutil.cpu_count() or 1)
    )


def _profile(folder: Path, settings: Settings) -> ProfilePaths:
    paths = profile_paths(folder)
    settings_file(paths.config_folder).save(settings)
    state_file(paths.state_folder).save(AppState(first_visit_done=True))
    return paths


@contextlib.contextmanager
def app_in_tray(desktop: Desktop, program: Path, folder: Path) -> Iterator[tuple[psutil.Process, float]]:
    """The built app, hidden in the tray: its process, and the seconds from the click to the icon."""
    command = (str(program), "--profile-folder", str(folder), "--hidden")
    with running(command, desktop.environment) as child:
        yield psutil.Process(child.pid), _icon_seconds(desktop, APP_ICON, child)
    wait_until(lambda: not desktop.has_icon(APP_ICON), "the icon's end")


@contextlib.contextmanager
def bare_in_tray(desktop: Desktop, name: str) -> Iterator[tuple[psutil.Process, float]]:
    """The same for a bare Qt program with a tray icon."""
    with running((*_MODULE, "benchmarks.footprint.bare_program"), desktop.environment) as child:
        yield psutil.Process(child.pid), _icon_seconds(desktop, name, child)
    wait_until(lambda: not desktop.has_icon(name), "the bare icon's end")


def _icon_seconds(desktop: Desktop, name: str, child: subprocess.Popen[bytes]) -> float:
    def there() -> bool:
        if child.poll() is not None:
            raise RuntimeError(f"the program ended with {child.returncode} before it showed an icon")
        return desktop.has_icon(name)

    return wait_until(there, "the tray icon")


@dataclass
class Timed:
    """A program with a 10 ms timer in its window thread."""

    child: subprocess.Popen[str]

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self.child.pid)

    def begin(self) -> None:
        self._say(BEGIN)

    def end(self) -> Told:
        self._say(END)
        return told_in(self._line())

    def until_ready(self) -> None:
        while self._line().strip() != READY:
            pass

    def _say(self, word: str) -> None:
        assert self.child.stdin is not None
        self.child.stdin.write(word + "\n")
        self.child.stdin.flush()

    def _line(self) -> str:
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError("the timed program ended")
        return line


@contextlib.contextmanager
def timed(desktop: Desktop, module: str, *arguments: str) -> Iterator[Timed]:
    """`module` of benchmarks.footprint, which answers over its pipes."""
    child = subprocess.Popen(
        (*_MODULE, f"benchmarks.footprint.{module}", *arguments),
        env=desktop.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    made = Timed(child)
    try:
        made.until_ready()
        yield made
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(60.0)
        child.kill()
        child.communicate()


@contextlib.contextmanager
def local_network(folder: Path) -> Iterator[str]:
    """A network of one stage with one other miner, beside the app; its orchestrator's address."""
    options = ("--stages", "1", "--miners-per-stage", "1", "--tokens", str(10**9), "--folder", str(folder))
    child = subprocess.Popen(
        (*_MODULE, "subnet.local", "--for-app", *options),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        yield str(json.loads(child.stdout.readline())["orchestrator_url"])
    finally:
        child.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(60.0)
        child.kill()
        child.wait()


def ask(paths: ProfilePaths, request: wire.Request) -> wire.Reply:
    with connected(paths) as client:
        return client.ask(request)


def until_training(paths: ProfilePaths) -> None:
    """Wait until the app's engine trains."""

    def trains() -> bool:
        threading.Event().wait(0.5)
        try:
            reply = ask(paths, wire.Status())
        except NotRunning:
            return False
        return isinstance(reply, wire.StatusReply) and reply.report.engine.phase is Phase.TRAINING

    wait_until(trains, "training", TRAINING_SECONDS)


def window_rounds(desktop: Desktop, rounds: int) -> Iterator[dict[str, object]]:
    """What is left after each round of opening and closing every window; the first row is before any."""
    command = (*_MODULE, "benchmarks.footprint.windows", str(rounds))
    with subprocess.Popen(
        command, env=desktop.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            yield json.loads(line)
    if child.returncode:
        raise RuntimeError(f"opening every window ended with {child.returncode}")


def with_root_on_path() -> None:
    """So that `-m benchmarks...` is found in children, wherever this was started from."""
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
