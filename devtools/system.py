"""The system beneath: Python itself, Debian's packages, the libraries that Qt loads, and words to a person."""

from __future__ import annotations  # so that an old Python gets as far as the sentence that names what it lacks

import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from devtools.downloads import Downloads

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".dev"
LOG = WORK / "setup.log"
WINDOWS = os.name == "nt"
PYTHONS = ((3, 13), (3, 12), (3, 11), (3, 14))  # in the order in which they are looked for

# What Qt loads from the system, as Debian and Ubuntu name it, and the file by which it is recognised.
QT_LIBRARIES = {
    "libegl1": "libEGL.so.1",
    "libgl1": "libGL.so.1",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libdbus-1-3": "libdbus-1.so.3",
    "libfontconfig1": "libfontconfig.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-image0": "libxcb-image.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
    "libxcb-randr0": "libxcb-randr.so.0",
    "libxcb-sync1": "libxcb-sync.so.1",
    "libxcb-xfixes0": "libxcb-xfixes.so.0",
    "libxcb-render0": "libxcb-render.so.0",
    "libxcb-shm0": "libxcb-shm.so.0",
}
QT_LIBRARIES_ELSEWHERE = {
    "dnf": "sudo dnf install libglvnd-egl libglvnd-glx libxkbcommon-x11 dbus-libs fontconfig glib2 xcb-util-cursor "
    "xcb-util-wm xcb-util-keysyms xcb-util-image xcb-util-renderutil",
    "pacman": "sudo pacman -S libglvnd libxkbcommon-x11 dbus fontconfig glib2 xcb-util-cursor xcb-util-wm "
    "xcb-util-keysyms xcb-util-image xcb-util-renderutil",
    "zypper": "sudo zypper install libEGL1 libGL1 libxkbcommon-x11-0 libdbus-1-3 fontconfig libxcb-cursor0 "
    "libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0",
}

# Real services that tests of app/platforms talk to, and the program, module or library by which each is recognised.
TEST_SERVICES = {
    "dbus": "dbus-daemon",
    "libglib2.0-bin": "gdbus",
    "xvfb": "Xvfb",
    "x11-utils": "xprop",
    "trayer": "trayer",
    "gnome-keyring": "gnome-keyring-daemon",
    "python3-dbusmock": "/usr/lib/python3/dist-packages/dbusmock",
    "libxcb-screensaver0": "libxcb-screensaver.so.0",
}


class SetupFailed(Exception):
    """The environment cannot be made; the message says what a person can do about it."""


def say(text: str) -> None:
    """One plain line to a person, at once, whatever the terminal's encoding."""
    print(text, flush=True)


def command_line(arguments: list[str]) -> str:
    return " ".join(shlex.quote(str(argument)) for argument in arguments)


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def use_supported_python() -> None:
    """Go on, or start again under a Python of the right version, or say which one to install."""
    if sys.version_info[:2] in PYTHONS:
        return
    for version in PYTHONS:
        found = shutil.which("python%d.%d" % version)  # noqa: UP031 - read by any Python 3
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            say(f"Python {platform.python_version()} is not supported; going on with {found}.")
            raise SystemExit(subprocess.call([found, *sys.argv]))
    raise SetupFailed(
        f"Train at Home needs Python 3.11 to 3.14, and this is {platform.python_version()}.\n"
        "Install one from https://www.python.org/downloads/ (or: brew install python@3.13, winget install "
        "Python.Python.3.13, apt-get install python3), then run this again."
    )


def check_python_is_whole() -> None:
    """Say which module a cut-down Python lacks, before pip or the network fail on it in their own words."""
    advice = {"ssl": "libssl-dev", "sqlite3": "libsqlite3-dev", "ctypes": "libffi-dev", "zlib": "zlib1g-dev"}
    missing = []
    for module in advice:
        try:
            __import__(module)
        except ImportError:
            missing.append(module)
    if missing:
        raise SetupFailed(
            f"The Python at {sys.executable} was built without {', '.join(missing)}.\n"
            f"Use the system's Python or one from python.org; if you build Python yourself, first install "
            f"{' '.join(advice[module] for module in missing)} and build it again."
        )


def apt_get() -> str | None:
    """Where apt-get is and may be used without asking, else None."""
    return shutil.which("apt-get") if is_root() else None


def apt_install(packages: list[str], downloads: Downloads) -> bool:
    """Install Debian packages as root. Returns whether that worked; a machine without network is no reason to stop."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    WORK.mkdir(exist_ok=True)
    for arguments in (["update", "-qq"], ["install", "-y", "-q", "--no-install-recommends", *packages]):
        result = subprocess.run(
            ["apt-get", *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        with LOG.open("ab") as log:
            log.write(result.stdout)
        for line in result.stdout.decode("utf-8", "replace").splitlines():
            downloads.read(line)
        if result.returncode:
            return False
    return True


def provide_qt_libraries(downloads: Downloads) -> None:
    """Qt's libraries of the system: install them as root on Debian and Ubuntu, elsewhere print the command."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return
    missing = [package for package, library in QT_LIBRARIES.items() if not can_load(library)]
    if not missing:
        return
    if apt_get():
        say(f"Installing {len(missing)} libraries of the system that Qt needs ...")
        if apt_install(missing, downloads):
            return
        say(f"That did not work; see {LOG}. Without them the window can't open:")
    else:
        say("Qt needs libraries that this system lacks. Without them the window can't open:")
    if shutil.which("apt-get"):
        say(f"    sudo apt-get install {' '.join(missing)}")
    for tool, command in QT_LIBRARIES_ELSEWHERE.items():
        if shutil.which(tool):
            say(f"    {command}")


def provide_test_services(downloads: Downloads) -> None:
    """Bus and display for tests against real services, as root on Debian and Ubuntu; elsewhere those tests say that
    they were skipped, and why."""
    missing = [package for package, sign in TEST_SERVICES.items() if not _is_there(sign)]
    if platform.system() == "Linux" and missing and apt_get():
        say(f"Installing {len(missing)} services of the system that tests talk to ...")
        if not apt_install(missing, downloads):
            say(f"That did not work; see {LOG}. The tests that need them will be skipped.")


def _is_there(sign: str) -> bool:
    return can_load(sign) if ".so." in sign else Path(sign).exists() or shutil.which(sign) is not None


def can_load(library: str) -> bool:
    import ctypes  # a cut-down Python lacks it, and that is said before this is called

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
