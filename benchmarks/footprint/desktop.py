"""A desktop for measurements: an X server without a screen, a window manager, a panel with a tray, a private D-Bus."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from protocol.errors import SettingsError

NEEDED: Final = ("Xvfb", "openbox", "trayer", "xdotool", "xwininfo", "xprop", "dbus-daemon")
POLL_SECONDS: Final = 0.01
_PANEL: Final = ("trayer", "--edge", "bottom", "--align", "right", "--expand", "true")
_UP_SECONDS: Final = 20.0


class Desktop:
    """Made by `desktop`. `environment` is what programs on it are started with."""

    def __init__(self, display: str, bus: str, home: Path) -> None:
        own = {"DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": bus, "XDG_RUNTIME_DIR": str(home)}
        without = ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_CURRENT_DESKTOP")
        self.environment = {name: value for name, value in os.environ.items() if name not in without} | own

    def has_icon(self, name: str) -> bool:
        """Whether the panel holds a window whose class is `name`."""
        return f'"{name}"' in self._ask("xwininfo", "-name", "panel", "-tree")

    def windows_of(self, process: int) -> list[str]:
        """Those that can be seen."""
        return self._ask("xdotool", "search", "--all", "--onlyvisible", "--pid", str(process), "--name", ".+").split()

    def press(self, window: str, keys: str) -> None:
        """Type `keys` in `window`, as a person would."""
        self._ask("xdotool", "windowactivate", "--sync", window, "key", "--clearmodifiers", keys)

    def close(self, window: str) -> None:
        """As its title bar's button would."""
        self.press(window, "alt+F4")

    def _ask(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=_UP_SECONDS, check=False
        )
        return done.stdout


def wait_until(is_it: Callable[[], bool], what: str, seconds: float = 60.0) -> float:
    """Seconds until it was so. Raises TimeoutError."""
    began = time.perf_counter()
    while not is_it():
        if time.perf_counter() - began > seconds:
            raise TimeoutError(f"never came within {seconds:g} s: {what}")
        time.sleep(POLL_SECONDS)
    return time.perf_counter() - began


@contextlib.contextmanager
def desktop() -> Iterator[Desktop]:
    """Up as long as the block runs. Raises SettingsError that names what is not installed."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise SettingsError(f"This measurement needs {', '.join(missing)}.", "Install them with the system's packages.")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        display = _x_server(stack)
        bus = stack.enter_context(_said(("dbus-daemon", "--session", "--nofork", "--print-address=1"))).strip()
        made = Desktop(display, bus, Path(folder))
        stack.enter_context(running(("openbox",), made.environment))
        wait_until(lambda: "_NET_SUPPORTING_WM_CHECK" in made._ask("xprop", "-root"), "the window manager", _UP_SECONDS)
        stack.enter_context(running(_PANEL, made.environment))  # without a window manager it ends at once, now and then
        wait_until(lambda: '"panel"' in made._ask("xwininfo", "-name", "panel"), "the panel", _UP_SECONDS)
        yield made


@contextlib.contextmanager
def running(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`command` for as long as the block runs; asked to end, then made to."""
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(30.0)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _x_server(stack: contextlib.ExitStack) -> str:
    reading, writing = os.pipe()
    command = ("Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1200x24", "-nolisten", "tcp")
    server = subprocess.Popen(
        command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    os.close(writing)
    stack.callback(server.wait)
    stack.callback(server.kill)
    with os.fdopen(reading) as said:
        return f":{said.readline().strip()}"


@contextlib.contextmanager
def _said(command: Sequence[str]) -> Iterator[str]:
    """The first line that `command` prints, while it runs."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert child.stdout is not None
    try:
        yield child.stdout.readline()
    finally:
        child.kill()
        child.communicate()
