"""An X server of its own for pictures: a window manager, a tray, a colour behind, on a display that was free.

Needs Xvfb, openbox, trayer, xsetroot (Debian has all of them).
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

PANEL_COLOURS = {"light": "0xE6E4DF", "dark": "0x24292B"}
DESKTOP_COLOURS = {"light": "#C9D6D3", "dark": "#0C1012"}
TRAY_SECONDS = 20.0


@contextmanager
def x_server(look: str, screen: tuple[int, int], panel_height: int = 32) -> Iterator[dict[str, str]]:
    """The environment for programs inside; what was started here ends with it."""
    read_end, write_end = os.pipe()
    server = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "{}x{}x24".format(*screen), "-nolisten", "tcp"]
    running = [subprocess.Popen(server, pass_fds=[write_end], stderr=subprocess.DEVNULL)]
    try:
        display = ":" + os.read(read_end, 16).decode().strip()
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}
        quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running.append(subprocess.Popen(["openbox"], **quiet))
        panel = ["trayer", "--edge", "bottom", "--align", "right", "--SetDockType", "true", "--expand", "true"]
        panel += ["--margin", "0", "--SetPartialStrut", "true", "--height", str(panel_height)]
        panel += ["--transparent", "true", "--alpha", "0", "--tint", PANEL_COLOURS[look]]
        running.append(subprocess.Popen(panel, **quiet))
        wait_for_tray(environment)
        subprocess.run(["xsetroot", "-solid", DESKTOP_COLOURS[look]], check=True, **quiet)
        yield environment
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def wait_for_tray(environment: dict[str, str]) -> None:
    """Until somebody takes in tray icons. The window manager is up by then: the panel is a window that it placed."""
    give_up_at = time.monotonic() + TRAY_SECONDS
    search = ["xdotool", "search", "--class", "trayer"]
    while not subprocess.run(search, env=environment, capture_output=True).stdout.strip():
        if time.monotonic() > give_up_at:
            raise TimeoutError("no tray came up")
        time.sleep(0.1)
