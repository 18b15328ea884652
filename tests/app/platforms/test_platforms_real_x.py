"""The X server's services against a real X server."""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

if sys.platform != "linux":
    pytest.skip("X is asked on Linux only", allow_module_level=True)

from app.core.gates.computer_reading import FullScreenReading, IdleReading
from app.platforms.here import this_computer
from app.platforms.linux.x_server import XFullScreen, XIdle, XServer
from tests.app.fakes.real_services import real_display, wait_until

needs_xprop = pytest.mark.skipif(shutil.which("xprop") is None, reason="xprop is not installed")


@pytest.fixture
def display() -> Iterator[str]:
    with real_display() as display:
        yield display


def xprop(display: str, *arguments: str) -> str:
    command = ["xprop", "-display", display, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout


def test_the_time_since_the_last_touch_grows(display: str) -> None:
    server = XServer(display)
    idle = XIdle(server)
    first = idle.read()
    if first == IdleReading():
        pytest.skip("libxcb-screensaver is not installed")
    assert first.source == "the X server"
    assert first.seconds is not None and 0 <= first.seconds < 600
    earlier = first.seconds
    wait_until(lambda: (idle.read().seconds or 0) >= earlier + 0.2, "a later time")
    server.close()


@needs_xprop
def test_a_window_that_fills_the_screen_is_noticed(display: str) -> None:
    server = XServer(display)
    screen = XFullScreen(server, lambda process: f"program {process}")
    assert screen.read() == FullScreenReading(), "no window manager says which window is active"
    xprop(display, "-root", "-f", "_NET_ACTIVE_WINDOW", "32x", "-set", "_NET_ACTIVE_WINDOW", "0x0")
    assert screen.read() == FullScreenReading(False, "", "the X server")
    root = server._root
    xprop(display, "-root", "-f", "_NET_ACTIVE_WINDOW", "32x", "-set", "_NET_ACTIVE_WINDOW", hex(root))
    assert screen.read().active is False
    states = "_NET_WM_STATE_FULLSCREEN"
    xprop(display, "-root", "-f", "_NET_WM_STATE", "32a", "-set", "_NET_WM_STATE", states)
    xprop(display, "-root", "-f", "_NET_WM_PID", "32c", "-set", "_NET_WM_PID", "4711")
    assert screen.read() == FullScreenReading(True, "program 4711", "the X server")
    server.close()


def test_a_server_that_goes_away_makes_it_unknown_and_ends_nothing(display: str) -> None:
    server = XServer(":987")
    assert XIdle(server).read() == IdleReading()
    assert XFullScreen(server).read() == FullScreenReading()
    server.close()


@needs_xprop
@pytest.mark.parametrize(("wayland", "told"), [("", False), ("wayland-0", None)])
def test_an_x_server_inside_wayland_can_not_say_that_nothing_fills_the_screen(
    display: str, wayland: str, told: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    computer = this_computer()
    assert computer.full_screen.read().active is None, "connected, since a server forgets all with its last client"
    xprop(display, "-root", "-f", "_NET_ACTIVE_WINDOW", "32x", "-set", "_NET_ACTIVE_WINDOW", "0x0")
    assert computer.full_screen.read().active is told
    computer.close()
