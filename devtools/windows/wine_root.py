"""A Debian in a folder with Wine in it, in which programs for Windows run as an ordinary person."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from devtools.release.clean_root import (
    CHROOT,
    PERSON,
    CleanRoot,
    Screen,
    add_person,
    debootstrap,
    mounted,
    system_mirror,
)
from devtools.system import ROOT, say

SUITE: Final = "trixie"
"""With Wine 10; Rust's libraries load from Wine 9 on."""
_PACKAGES: Final = (
    *("wine", "wine64", "wine32:i386", "winbind", "ca-certificates", "procps"),
    *("fonts-wine", "fonts-dejavu-core", "fonts-noto-core", "fonts-noto-cjk"),
    *("gcc-mingw-w64-x86-64-posix", "binutils-mingw-w64-x86-64"),
)
_NATIVE_FIRST: Final = "msvcp140,msvcp140_1,msvcp140_2,vcruntime140,vcruntime140_1,concrt140=n,b"
"""Microsoft's own, which lie beside Python: an exception of C++ that is handed on crashes Wine's."""
_OVERRIDES: Final = f"mscoree,mshtml,winedbg.exe=;{_NATIVE_FIRST}"
_FONTS: Final = "usr/share/fonts/truetype/dejavu"
_LETTERS: Final = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
"""For tests without a screen, for which Qt takes the first in Windows' folder of fonts; with one it asks Windows."""
MADE: Final = "made-for-train-at-home"


class WineRoot:
    """Paths inside it are as Debian sees them; Windows sees them on drive Z."""

    def __init__(self, folder: Path, screen: Screen) -> None:
        self.root = CleanRoot(folder, screen)
        self.python_folder = self.root.home / "python"
        self.tree = self.root.home / "train-at-home"
        self._drive_c = self.root.home / ".wine" / "drive_c"
        self.local_app_data = self._drive_c / "users" / PERSON / "AppData" / "Local"

    @property
    def is_made(self) -> bool:
        return (self.root.folder / MADE).exists()

    def environment(self) -> dict[str, str]:
        return self.root.environment() | {
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": _OVERRIDES,
            "KMP_AFFINITY": "disabled",  # Wine counts no NUMA nodes, over which Intel's OpenMP would give up
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def make(self, mirror: str | None) -> None:
        say(f"Making a Debian with Wine in {self.root.folder} ...")
        debootstrap(self.root.folder, SUITE, mirror or system_mirror())
        add_person(self.root)
        self.root.as_root("dpkg", "--add-architecture", "i386")  # setup programs have 32 bits
        self.root.as_root("apt-get", "update", "-q")
        self.root.as_root("apt-get", "install", "-y", "--no-install-recommends", *_PACKAGES)

    def finish(self) -> None:
        """Begin Windows for the first time. Call inside `entered`, with the tree there."""
        self.run("wineboot", "--init")
        place = self._drive_c / "windows" / "Fonts"
        for name in _LETTERS:
            shutil.copyfile(self.root.folder / _FONTS / name, place / name)
        self.give_to_person(place)
        (self.root.folder / MADE).touch()

    def copy_tree(self) -> None:
        """The repository as it is, without what was built in it."""
        shutil.rmtree(self.tree, ignore_errors=True)
        left_out = shutil.ignore_patterns(".git", ".venv", ".dev", "build", "dist", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, self.tree, ignore=left_out, symlinks=True)
        self.give_to_person(self.tree)

    def give_to_person(self, place: Path) -> None:
        self.root.as_root("chown", "-R", f"{PERSON}:{PERSON}", self.inside(place))

    def inside(self, place: Path) -> str:
        return f"/{place.relative_to(self.root.folder)}"

    def run(self, *command: str) -> int:
        """A program for Windows, in the tree; its exit code."""
        return subprocess.call(self._line(command), env=self.environment())

    def told(self, *command: str) -> tuple[int, str]:
        """As `run`; its exit code and what it said, by way of a file: Wine's server would keep a pipe open for ever."""
        with tempfile.TemporaryFile() as said:
            code = subprocess.call(self._line(command), env=self.environment(), stdout=said, stderr=said)
            said.seek(0)
            return code, said.read().decode("utf-8", "replace")

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """As `run`, without waiting for its end."""
        quiet = subprocess.DEVNULL
        return subprocess.Popen(self._line(command), env=self.environment(), stdout=quiet, stderr=quiet)

    def end_all(self) -> None:
        """End all programs for Windows, those left behind too."""
        path = f"{self.environment()['PATH']}:/usr/lib/wine"
        subprocess.call([*self._as_person, "wineserver", "--kill"], env=self.environment() | {"PATH": path})

    def _line(self, command: Sequence[str]) -> list[str]:
        return [*self._as_person, "sh", "-c", 'cd "$0" && exec wine "$@"', self.inside(self.tree), *command]

    @property
    def _as_person(self) -> list[str]:
        return [CHROOT, f"--userspec={PERSON}:{PERSON}", str(self.root.folder)]

    def python(self, arguments: Sequence[str]) -> int:
        return self.run(f"{self.inside(self.python_folder)}/python.exe", *arguments)


@contextmanager
def entered(wine: WineRoot) -> Iterator[None]:
    """With /proc and /dev; all programs are ended when it is left."""
    with mounted(wine.root):
        try:
            yield
        finally:
            wine.end_all()
