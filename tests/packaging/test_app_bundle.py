"""The app's bundle, built from this checkout by PyInstaller and started as a person would start it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import pytest

from devtools.bundles import APP_NAME
from devtools.environment import qt_loads
from devtools.release.build import build_app, cannot_build, folder_bytes
from devtools.release.linux_packages import DEPENDS
from devtools.system import ROOT
from protocol.version import PROTOCOL_VERSION

LARGEST_MB = 200
FAKES = ROOT / "tests" / "app" / "fakes"
OF_PACKAGES = {
    "libc6 (>= 2.36)": (
        "ld-linux-x86-64.so.2",
        "libc.so.6",
        "libdl.so.2",
        "libm.so.6",
        "libpthread.so.0",
        "librt.so.1",
    ),
    "libegl1": ("libEGL.so.1",),
    "libgl1": ("libGL.so.1",),
    "libwayland-client0": ("libwayland-client.so.0",),
    "libwayland-cursor0": ("libwayland-cursor.so.0",),
    "libwayland-egl1": ("libwayland-egl.so.1",),
    "libxcb1": ("libxcb.so.1",),
}
REASON = cannot_build()
pytestmark = [
    pytest.mark.skipif(
        REASON is not None or sys.platform != "linux", reason=REASON or "this test starts the Linux one"
    ),
    pytest.mark.slow,
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once for all workers of a run; about half a minute of one core."""
    if not qt_loads():
        pytest.skip("Qt does not load here, so there is no window program to build")
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return build_app(dist=tmp_path_factory.mktemp("dist"))
    dist = tmp_path_factory.getbasetemp().parent / f"dist-{run}"
    with filelock.FileLock(dist.with_suffix(".lock")):
        return dist / APP_NAME if (dist / APP_NAME).exists() else build_app(dist=dist)


class Started:
    """The bundle's window program without a screen, with everything it keeps in one folder."""

    def __init__(self, bundle: Path, folder: Path) -> None:
        self.bundle = bundle
        self.profile = folder / "profile"
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "QT_QPA_PLATFORM": "offscreen",
            "LANG": "C.UTF-8",
        }
        self.programs = folder / "data" / "train-at-home" / "programs"
        command = [str(bundle / "train-at-home-window"), "--profile-folder", str(self.profile)]
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def command_line(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.bundle / "train-at-home"), *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)

    def status(self) -> dict[str, Any] | None:
        assert self.process.poll() is None, self.process.communicate()[0]
        said = self.command_line("status", "--json", "--profile-folder", str(self.profile))
        return None if said.returncode else json.loads(said.stdout)

    def wait_until(self, holds: Callable[[dict[str, Any]], bool], within_seconds: float = 90.0) -> dict[str, Any]:
        deadline = time.monotonic() + within_seconds
        status = None
        while time.monotonic() < deadline:
            status = self.status()
            if status is not None and holds(status):
                return status
            time.sleep(0.1)
        raise AssertionError(f"never so: {status}")


@pytest.fixture
def started(bundle: Path, tmp_path: Path) -> Iterator[Started]:
    app = Started(bundle, tmp_path)
    yield app
    if app.process.poll() is None:
        app.process.kill()
    app.process.communicate()


def test_the_bundle_is_small_and_holds_neither_torch_nor_the_engine(bundle: Path) -> None:
    assert folder_bytes(bundle) < LARGEST_MB * 1e6
    names = {path.name for path in bundle.rglob("*")}
    assert not any(name.startswith(("torch", "libtorch", "libgtk", "iroh", "libiroh")) for name in names)
    assert (bundle / "_internal" / "LICENSE").is_file()
    assert (bundle / "_internal" / "resources" / "icons" / "app.svg").is_file()


def test_what_it_needs_of_the_system_is_what_the_package_depends_on(bundle: Path) -> None:
    needed: set[str] = set()
    present = {path.name for path in bundle.rglob("*")}
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink() and (".so" in path.name or os.access(path, os.X_OK)):
            said = subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True, check=False).stdout
            needed |= {line.split()[1] for line in said.splitlines() if line.strip().startswith("NEEDED")}
    promised = {library for package in DEPENDS for library in OF_PACKAGES.get(package, ())} | {"libresolv.so.2"}
    assert needed - present <= promised


def test_it_starts_answers_says_what_is_missing_trains_once_that_is_there_and_ends_in_order(started: Started) -> None:
    started.wait_until(lambda status: status["engine"]["phase"] == "stopped")
    fetched = started.command_line("engine", "--json")
    assert json.loads(fetched.stdout)["state"] == "Refused"
    assert "no address to fetch from" in fetched.stdout

    asked = started.command_line("run", "--network", "local", "--now", "--profile-folder", str(started.profile))
    assert asked.returncode == 0, asked.stderr
    status = started.wait_until(lambda status: bool(status["troubles"]))
    assert "engine is not on this computer yet" in status["troubles"][-1]["title"]

    lay_fake_engine(started.programs)
    status = started.wait_until(lambda status: status["engine"]["phase"] == "training")
    assert status["network"]["phase"] == "ready"

    started.process.send_signal(signal.SIGTERM)
    assert started.process.wait(60.0) == 0


def lay_fake_engine(programs: Path) -> None:
    """An engine bundle whose program hands over to the fakes that the app's own tests use."""
    folder = programs / "engine" / "cpu-0.1.0"
    folder.mkdir(parents=True)
    lines = ["#!/bin/sh", 'module="$2"', "shift 2", "case $module in"]
    for module, fake in (("engine", "fake_engine.py"), ("subnet.local", "fake_local_network.py")):
        lines.append(f"    {module}) exec env PYTHONPATH='{ROOT}' '{sys.executable}' '{FAKES / fake}' good ;;")
    (folder / "train-at-home-engine").write_text("\n".join([*lines, "esac", ""]))
    (folder / "train-at-home-engine").chmod(0o755)
    description = {"version": "0.1.0", "variant": "cpu", "protocol_version": PROTOCOL_VERSION}
    (folder / "bundle.json").write_text(json.dumps(description))
