"""The tray in real panels: trayer, which embeds X windows, and a watcher of StatusNotifierItems on a real D-Bus."""

import ctypes
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("these panels are Linux's", allow_module_level=True)
pytest.importorskip("PySide6")

from tests.app.fakes.real_services import RealBus, real_bus, real_display, wait_until

ROOT = Path(__file__).resolve().parents[3]
WATCHER, WATCHER_PATH = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"


class Child:
    """A program with our tray, in a process of its own, and the lines that it has said."""

    def __init__(self, environment: dict[str, str], home: Path) -> None:
        environment = {**environment, "QT_QPA_PLATFORM": "xcb", "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
        environment.pop("WAYLAND_DISPLAY", None)
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.fakes.tray_child"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def says(self, *lines: str) -> None:
        """Wait until it has said these and nothing else."""
        wait_until(lambda: len(self.lines) >= len(lines) or not self._reader.is_alive(), f"{lines}, not {self.lines}")
        assert self.lines == [*lines]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        self.lines.extend(line.strip() for line in self._process.stdout)


@pytest.fixture
def display() -> Iterator[str]:
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        pytest.skip("libxcb-cursor0 is not installed, so Qt can't speak X")
    with real_display() as display:
        yield display


@contextmanager
def trayer(display: str) -> Iterator[None]:
    panel = subprocess.Popen(
        ["trayer"], env={**os.environ, "DISPLAY": display}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        panel.kill()
        panel.wait()


def is_embedded(display: str) -> bool:
    """Whether a window of the child lies two windows below trayer's panel, at least as large as an icon."""
    tree = subprocess.run(
        ["xwininfo", "-display", display, "-root", "-tree"], capture_output=True, text=True, timeout=20, check=True
    ).stdout.splitlines()
    below_panel = False
    for line in tree:
        depth = len(line) - len(line.lstrip())
        if '"panel"' in line:
            below_panel, panel_depth = True, depth
        elif below_panel and line.lstrip().startswith("0x") and depth <= panel_depth:
            return False
        elif below_panel and "tray_child" in line:
            width, height = line.split()[-2].split("+")[0].split("x")
            return int(width) > 8 and int(height) > 8
    return False


@pytest.mark.skipif(shutil.which("trayer") is None, reason="trayer is not installed")
@pytest.mark.skipif(shutil.which("xwininfo") is None, reason="x11-utils is not installed")
def test_the_icon_lies_in_a_panel_that_came_late_and_in_its_successor_too(display: str, tmp_path: Path) -> None:
    nobody = f"unix:path={tmp_path / 'no-bus'}"
    child = Child({**os.environ, "DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": nobody}, tmp_path)
    try:
        child.says("started")
        with trayer(display):
            child.says("started", "appeared")
            wait_until(lambda: is_embedded(display), "the icon in the panel")
        child.says("started", "appeared", "gone")
        assert not is_embedded(display)
        with trayer(display):
            child.says("started", "appeared", "gone", "appeared")
            wait_until(lambda: is_embedded(display), "the icon in the second panel")
    finally:
        child.close()


def watch(bus: RealBus) -> None:
    bus.serve(str(ROOT / "tests" / "app" / "fakes" / "status_notifier_watcher.py"), WATCHER)


def registered(bus: RealBus) -> int:
    method = "org.freedesktop.DBus.Mock.GetMethodCalls"
    calls = bus.send(WATCHER, WATCHER_PATH, method, "string:RegisterStatusNotifierItem")
    return calls.count("struct {")


def test_an_extension_that_is_switched_off_and_on_again_gets_the_icon_again(display: str, tmp_path: Path) -> None:
    with real_bus(tmp_path) as bus:
        child = Child({**bus.environment, "DISPLAY": display}, tmp_path)
        try:
            child.says("started")
            watch(bus)
            child.says("started", "appeared")
            wait_until(lambda: registered(bus) > 0, "the icon at the watcher")
            bus.close()
            child.says("started", "appeared", "gone")
            watch(bus)
            child.says("started", "appeared", "gone", "appeared")
            wait_until(lambda: registered(bus) > 0, "the icon at the second watcher")
        finally:
            child.close()
