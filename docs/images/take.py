"""Take the pictures of this folder from the real desktop app on a real X server.

    python docs/images/take.py [NAME ...]          (in the project's environment)

Needs Xvfb, openbox, trayer, xdotool, ImageMagick's `import` and pngquant (Debian has all of them). Starts its own X server on a free
display, shows the app with the snapshot of an invented night, and ends everything it started. NAME is one of the pictures
below; without any, all are taken.
"""

import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta, timezone
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

PICTURES = ("home-light", "home-dark", "tray-light", "tray-dark", "first-visit")
SCREEN = (1160, 1100)
PANEL_COLOURS = {"light": "0xE6E4DF", "dark": "0x24292B"}
DESKTOP_COLOURS = {"light": "#C9D6D3", "dark": "#0C1012"}
ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"  # a well-known test key's


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--inside":
        show(sys.argv[2])
        return
    for name in sys.argv[1:] or PICTURES:
        take(name)


def take(name: str) -> None:
    """One picture on a fresh X server."""
    look = "dark" if name.endswith("dark") else "light"
    read_end, write_end = os.pipe()
    screen = f"{SCREEN[0]}x{SCREEN[1]}x24"
    server = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", screen, "-nolisten", "tcp"]
    running = [subprocess.Popen(server, pass_fds=[write_end], stderr=subprocess.DEVNULL)]
    try:
        display = ":" + os.read(read_end, 16).decode().strip()
        with tempfile.TemporaryDirectory() as home:
            environment = os.environ | {"DISPLAY": display, "HOME": home, "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}
            quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            running.append(subprocess.Popen(["openbox"], **quiet))
            panel = ["trayer", "--edge", "bottom", "--align", "right", "--SetDockType", "true", "--expand", "true"]
            panel += ["--margin", "0", "--SetPartialStrut", "true", "--height", "32", "--transparent", "true", "--alpha", "0", "--tint", PANEL_COLOURS[look]]
            running.append(subprocess.Popen(panel, **quiet))
            time.sleep(1.5)  # neither tells when it is ready
            subprocess.run(["xsetroot", "-solid", DESKTOP_COLOURS[look]], check=True, **quiet)
            subprocess.run([sys.executable, __file__, "--inside", name], env=environment, check=True)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def show(name: str) -> None:
    """Inside the X server: show the app, wait until it is drawn, and keep the picture."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.core.settings import Settings, Theme, TryHere
    from app.core.schedule import parse_hours
    from app.ui.application import Desktop

    theme = Theme.DARK if name.endswith("dark") else Theme.LIGHT
    application = QApplication([])
    font = application.font()
    font.setFamily("Noto Sans")
    font.setPointSizeF(10)
    application.setFont(font)
    first_visit = name == "first-visit"
    settings = Settings(theme=theme)
    if not first_visit:
        settings = Settings(
            theme=theme, network=TryHere(), schedule=parse_hours("22:00-07:00"), payout_address=ADDRESS
        )
    desktop = Desktop(application, InventedBackend(settings, first_visit))
    desktop.start()
    steps: list[Callable[[], None]] = [lambda: None]
    if name.startswith("home"):
        steps.append(lambda: desktop.home.resize(920, 1036))
    if name.startswith("tray"):
        steps.append(lambda: open_tray_menu(desktop))
    steps.append(lambda: keep(name, desktop))
    steps.append(application.quit)
    timer = QTimer()
    timer.setInterval(900)
    timer.timeout.connect(lambda: steps.pop(0)())
    timer.start()
    application.exec()


def open_tray_menu(desktop) -> None:
    desktop.home.hide()
    place = desktop.tray._icon.geometry().center()
    # Not waited for: the menu opens in this process's own event loop.
    subprocess.Popen(["xdotool", "mousemove", str(place.x()), str(place.y()), "click", "3", "sleep", "0.3", "key", "Down", "Right"])


def keep(name: str, desktop) -> None:
    file = FOLDER / f"{name}.png"
    if name.startswith("tray"):
        where = ["-crop", "640x420+{}+{}".format(SCREEN[0] - 640, SCREEN[1] - 420)]
        subprocess.run(["import", "-window", "root", *where, "+repage", str(file)], check=True)
    else:
        window = desktop.first_visit or desktop.home
        window.grab().save(str(file))
    subprocess.run(["pngquant", "--force", "--quality", "80-100", "--output", str(file), str(file)], check=True)


class InventedBackend:
    """Stands where the supervisor stands, with one snapshot that looks like a night at two."""

    def __init__(self, settings, first_visit: bool) -> None:
        self.settings = settings
        self.first_visit_done = not first_visit
        self.snapshot = evening_before() if first_visit else invented_night()

    def subscribe(self, listener):
        return lambda: None

    def submit(self, command) -> Future:
        done: Future = Future()
        done.set_result(None)
        return done


def evening_before():
    from app.core.earnings import Earnings
    from app.core.snapshot import first_snapshot

    return first_snapshot(datetime(2026, 11, 20, 21, 10, tzinfo=timezone(timedelta(hours=1))), Earnings())


def invented_night():
    from app.core import gates, snapshot as core
    from app.core.decision import decide
    from app.core.earnings import Earnings, RunCredit
    from app.core.engine_phase import EngineStatus, Phase
    from app.core.schedule import parse_hours
    from app.core.wish import Auto

    now = datetime(2026, 11, 21, 1, 48, tzinfo=timezone(timedelta(hours=1)))
    hours = gates.hours_gate(parse_hours("22:00-07:00"), now, now.tzinfo)
    met = [
        gates.plain(gate, gates.Switch.AUTOMATIC, True)
        for gate in gates.GateName
        if gate not in (gates.GateName.HOURS, gates.GateName.DATA_QUOTA, gates.GateName.BUSY_PROGRAM, gates.GateName.IDLE)
    ]
    readings = (hours, *met)
    draw, end = random.Random(4), now.timestamp()
    moments = [end - 13000 + 43 * place for place in range(303)]
    curve = [1.58 + 2.2 * math.exp(-place / 30) + 0.62 * math.exp(-place / 130) for place in range(303)]
    losses = tuple(core.Point(at, value + draw.gauss(0, 0.025)) for at, value in zip(moments, curve))
    held_out = tuple(core.Point(moments[place], curve[place] + 0.06) for place in range(0, 300, 37))
    speeds = tuple(
        core.Point(at, min(1190.0, 130.0 * place) + draw.gauss(0, 14)) for place, at in enumerate(moments, start=1)
    )
    return core.Snapshot(
        at=now,
        gates=readings,
        decision=decide(Auto(), readings, now),
        engine=EngineStatus(
            phase=Phase.TRAINING, pid=1, device="Apple M2", run_id="s", run_title="Shakespeare", stage=1, stages=3,
            parameters=1_240_000, tokens_per_second=speeds[-1].value,
        ),
        service=core.ServiceSide(
            heartbeat_at=now, run_loss=losses[-1].value, held_out_loss=held_out[-1].value, run_share_done=0.34, miners=6
        ),
        earnings=Earnings(
            night_began=now - timedelta(hours=4), runs=(RunCredit("s", 4.1e15, 1.9e15),), credited_rao=1_284_300_000,
            paid_rao=1_060_000_000, credited_at_nightfall_rao=1_253_100_000, heard_at=now,
        ),
        network=core.NetworkView(
            kind=core.NetworkKind.THIS_COMPUTER, name="local", orchestrator_url="http://127.0.0.1:8040",
            dashboard_url="http://127.0.0.1:8040/dashboard", phase=core.NetworkPhase.READY,
        ),
        account=core.Account(hotkey=ADDRESS, payout_address=ADDRESS),
        loss_points=losses,
        held_out_points=held_out,
        speed_points=speeds,
    )


if __name__ == "__main__":
    main()
