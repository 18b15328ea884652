"""An X server of its own for pictures: a window manager, a tray, a colour behind, on a display that was free.

Needs Xvfb, openbox, trayer, xdotool, xsetroot (Debian has all of them).
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

PANEL_COLOURS = {"light": "0xE6E4DF", "dark": "0x24292B"}
DESKTOP_COLOURS = {"light": "#C9D6D3", "dark": "#0C1012"}
START_SECONDS = 20.0


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
        wait_for(["xdotool", "get_num_desktops"], environment)  # told by the window manager
        panel = ["trayer", "--edge", "bottom", "--align", "right", "--SetDockType", "true", "--expand", "true"]
        panel += ["--margin", "0", "--SetPartialStrut", "true", "--height", str(panel_height)]
        panel += ["--transparent", "true", "--alpha", "0", "--tint", PANEL_COLOURS[look]]
        running.append(subprocess.Popen(panel, **quiet))
        wait_for(["xdotool", "search", "--class", "trayer"], environment)
        subprocess.run(["xsetroot", "-solid", DESKTOP_COLOURS[look]], check=True, **quiet)
        yield environment
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def wait_for(question: list[str], environment: dict[str, str]) -> None:
    """Ask until there is an answer."""
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        asked = subprocess.run(question, env=environment, capture_output=True)
        if asked.returncode == 0 and asked.stdout.strip():
            return
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"nothing answers {' '.join(question)}")
        time.sleep(0.1)
