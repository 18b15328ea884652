"""Take the pictures of the desktop app in this folder: the real app, really training, on a real X server.

    python docs/images/take.py [light|dark|contrast|first-visit ...]          (in the project's environment)

Needs Xvfb, openbox, trayer, xdotool, xsetroot, ImageMagick's `import`, pngquant, dbus-daemon and python3-dbusmock
(Debian has all of them). For each look it starts an X server with a tray on a free display, a bus with the services
that keep a computer awake, and the app with a new profile, lets it train on a network of its own until a quarter is
done, keeps the Home window and the tray's menu, and ends everything it started.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parents[1]), str(FOLDER)]

from x_server import x_server  # noqa: E402

LOOKS = ("light", "dark", "contrast", "first-visit")
SCREEN = (1160, 1500)
WIDTH = 920
ADDRESS = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"  # a well-known test key's
SHARE_DONE = 0.25
STEP_MS = 900


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--inside":
        show(sys.argv[2])
        return
    for look in sys.argv[1:] or LOOKS:
        with computer_services() as services, x_server("dark" if look == "dark" else "light", SCREEN) as environment:
            environment |= services
            subprocess.run([sys.executable, __file__, "--inside", look], env=environment, check=True)


@contextmanager
def computer_services() -> Iterator[dict[str, str]]:
    """What a person's computer has and a container doesn't: logind, which keeps it awake, and power from the wall."""
    from tests.app.fakes.real_services import LOGIN, UPOWER, real_bus

    with tempfile.TemporaryDirectory() as folder, real_bus(Path(folder)) as bus:
        bus.serve("logind", LOGIN)
        bus.serve("upower", UPOWER, {"OnBattery": False})
        yield {name: bus.environment[name] for name in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS")}


def show(look: str) -> None:
    """Inside the X server: the app as `python -m app` puts it together, and a timer in the place of a person."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.control.messages import Run
    from app.control.service import ServiceOptions, open_service
    from app.core.commands import SetAppearance, SetPayoutAddress
    from app.core.settings.settings import Theme
    from app.ui.application import Desktop

    application = QApplication([])
    font = application.font()
    font.setFamily("Noto Sans")
    font.setPointSizeF(10)
    application.setFont(font)
    with tempfile.TemporaryDirectory() as profile:
        first = None if look == "first-visit" else Run(network="local", hours=hours_around_now())
        service = open_service(ServiceOptions(profile_folder=Path(profile), first=first))
        service.start()
        theme = Theme(look) if look in set(Theme) else Theme.LIGHT
        service.supervisor.submit(SetAppearance("en", theme)).result(10)
        if look != "first-visit":
            service.supervisor.submit(SetPayoutAddress(ADDRESS)).result(10)
        desktop = Desktop(application, service.supervisor)
        desktop.start()
        steps = iter(steps_of(look, desktop, application, lambda: service.supervisor.snapshot))
        timer = QTimer()
        timer.setInterval(STEP_MS)
        timer.timeout.connect(lambda: next(steps, None))
        timer.start()
        application.exec()
        desktop.close()
        service.supervisor.stop(20)
        service.wait()
        service.close()


def hours_around_now() -> str:
    """A night that began two hours ago and has six to go."""
    now = datetime.now().replace(minute=0)
    return f"{now - timedelta(hours=2):%H:%M}-{now + timedelta(hours=6):%H:%M}"


def steps_of(look: str, desktop, application, snapshot: Callable) -> Iterator[None]:
    """What a person would do, one thing per turn of the timer."""
    if look == "first-visit":
        yield
        keep_window(desktop.first_visit, "first-visit")
    else:
        desktop.home.resize(WIDTH, 1036)
        while snapshot().service.run_share_done < SHARE_DONE:
            yield
        show_whole_page(desktop.home)
        yield
        keep_window(desktop.home, f"home-{look}")
        if look != "contrast":  # one menu in the README is enough
            desktop.home.hide()
            open_tray_menu(desktop)
            yield
            yield
            keep_corner(f"tray-{look}")
    application.quit()
    yield


def show_whole_page(window) -> None:
    """As high as its text needs, so that nothing has to be scrolled to."""
    window.resize(WIDTH, window.centralWidget().widget().layout().totalHeightForWidth(WIDTH))


def open_tray_menu(desktop) -> None:
    place = desktop.tray._icon.geometry().center()
    # Not waited for: the menu opens in this process's own event loop.
    click = ["xdotool", "mousemove", str(place.x()), str(place.y()), "click", "3"]
    subprocess.Popen([*click, "sleep", "0.3", "key", "Down", "Right"])


def keep_window(window, name: str) -> None:
    window.grab().save(str(FOLDER / f"{name}.png"))
    smaller(name)


def keep_corner(name: str) -> None:
    """The part of the screen where the tray's menu is."""
    where = ["-crop", f"760x420+{SCREEN[0] - 760}+{SCREEN[1] - 420}", "+repage"]
    subprocess.run(["import", "-window", "root", *where, str(FOLDER / f"{name}.png")], check=True)
    smaller(name)


def smaller(name: str) -> None:
    file = str(FOLDER / f"{name}.png")
    subprocess.run(["pngquant", "--force", "--quality", "80-100", "--output", file, file], check=True)


if __name__ == "__main__":
    main()
