"""A clean Debian in a folder: made by debootstrap, entered by chroot as an ordinary person, taken down again."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from devtools.system import SetupFailed, say

PERSON: Final = "person"
CHROOT: Final = shutil.which("chroot") or "/usr/sbin/chroot"
_MOUNTS: Final = (("proc", "proc"), ("sysfs", "sys"), ("tmpfs", "dev/shm"))
_SOURCES: Final = ("/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources")


class Screen(NamedTuple):
    """An X server without a monitor."""

    display: str


class CleanRoot:
    """One root file system. Commands run with an environment of their own: nothing of ours gets in."""

    def __init__(self, folder: Path, screen: Screen) -> None:
        self.folder = folder
        self._screen = screen

    @property
    def home(self) -> Path:
        return self.folder / "home" / PERSON

    def environment(self) -> dict[str, str]:
        return {
            "HOME": f"/home/{PERSON}",
            "USER": PERSON,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "DISPLAY": self._screen.display,
            "XDG_RUNTIME_DIR": f"/run/user-{PERSON}",
        }

    def as_root(self, *command: str) -> str:
        """Raises SetupFailed with the command's last words."""
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LANG": "C.UTF-8"}
        environment |= {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        return _run([CHROOT, str(self.folder), *command], environment)

    def as_person(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            self._of_person(command), env=self.environment(), capture_output=True, text=True, check=False
        )
        if check and result.returncode:
            raise SetupFailed(
                f"{' '.join(command)} ended with {result.returncode}:\n{(result.stdout + result.stderr)[-2000:]}"
            )
        return result

    def start_as_person(self, log: Path, *command: str) -> subprocess.Popen[bytes]:
        with log.open("ab") as file:
            return subprocess.Popen(self._of_person(command), env=self.environment(), stdout=file, stderr=file)

    def _of_person(self, command: Sequence[str]) -> list[str]:
        return [CHROOT, f"--userspec={PERSON}:{PERSON}", str(self.folder), *command]


def system_mirror() -> str:
    """The mirror that this system's own apt uses. Raises SetupFailed where that can't be told."""
    for source in _SOURCES:
        with_text = Path(source)
        text = with_text.read_text("utf-8") if with_text.exists() else ""
        if found := re.search(r"^(?:deb\s+(?:\[.*?\]\s*)?|URIs:\s*)(https?://\S+)", text, re.MULTILINE):
            return found.group(1)
    raise SetupFailed("Name a Debian mirror with --mirror.")


@contextmanager
def screen() -> Iterator[Screen]:
    """Xvfb on a free number, which anybody on this computer may draw on."""
    if shutil.which("Xvfb") is None:
        raise SetupFailed("Install xvfb first.")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-ac", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            number = pipe.readline().decode().strip()
        if not number:
            raise SetupFailed("Xvfb did not start.")
        yield Screen(f":{number}")
    finally:
        server.terminate()
        server.wait()


def debootstrap(folder: Path, suite: str, mirror: str) -> None:
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise SetupFailed("This needs root, and debootstrap (Debian: apt-get install debootstrap).")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    _run(["debootstrap", "--variant=minbase", suite, str(folder), mirror], environment)


def unmount_left_over(folder: Path) -> None:
    """What a killed program left mounted: a folder with that in it must not be taken away."""
    for _kind, name in _MOUNTS:
        if (folder / name).is_mount():
            _unmount(folder / name)


@contextmanager
def mounted(root: CleanRoot) -> Iterator[None]:
    """/proc, /sys and shared memory, as every running system has them; taken down whatever happens."""
    unmount_left_over(root.folder)
    with ExitStack() as stack:
        for kind, name in _MOUNTS:
            place = root.folder / name
            place.mkdir(parents=True, exist_ok=True)
            _run(["mount", "-t", kind, kind, str(place)], dict(os.environ))
            stack.callback(_unmount, place)
        yield


def add_person(root: CleanRoot) -> None:
    root.as_root("useradd", "--create-home", PERSON)
    runtime = root.folder / "run" / f"user-{PERSON}"
    root.as_root("install", "-d", "-m", "700", "-o", PERSON, f"/{runtime.relative_to(root.folder)}")
    shutil.copyfile("/etc/resolv.conf", root.folder / "etc" / "resolv.conf")


def wait_until(what: str, holds: Callable[[], bool], within_seconds: float) -> float:
    """How long it took. Raises SetupFailed."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > within_seconds:
            raise SetupFailed(f"After {within_seconds:.0f} s still not: {what}.")
        time.sleep(0.25)
    return time.monotonic() - began


def _unmount(place: Path) -> None:
    if subprocess.call(["umount", str(place)], stderr=subprocess.DEVNULL):
        say(f"{place} is still in use; unmounting it lazily.")
        subprocess.call(["umount", "--lazy", str(place)])


def _run(command: Sequence[str], environment: dict[str, str]) -> str:
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        words = (result.stderr.strip() or result.stdout.strip())[-2000:]
        raise SetupFailed(f"{' '.join(command)} ended with {result.returncode}:\n{words}")
    return result.stdout
