"""What a Linux desktop wants around the bundle: a menu entry, icons, a description, a manual page; and the .deb."""

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from devtools.bundles import APP_NAME, WINDOW_PROGRAM
from devtools.release.build import folder_bytes
from devtools.system import ROOT, SetupFailed

ICON_SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)
METAINFO: Final = "org.trainathome.TrainAtHome.metainfo.xml"
SHARE: Final = ROOT / "packaging" / "linux" / "share"
SCRIPTS: Final = ("install.sh", "uninstall.sh")
DEPENDS: Final = (
    "libc6 (>= 2.36)",
    "libegl1",
    "libgl1",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libxcb1",
    "libx11-data",
    "xkb-data",
    "fontconfig-config",
    "fonts-dejavu-core | fonts-liberation | fonts-noto-core | fonts-freefont-ttf",
)
"""What the bundle needs and does not bring: the C library, graphics drivers, keyboard tables and fonts.

tests/packaging compares this with what the built bundle's libraries ask for.
"""
RECOMMENDS: Final = ("gnome-keyring | keepassxc | kwalletmanager", "xdg-utils", "xdg-desktop-portal")


def add_share(folder: Path, version_text: str, day: date) -> None:
    """Lay install.sh, uninstall.sh and share/ into the bundle, ready to be copied to /usr or ~/.local."""
    share = folder / "share"
    shutil.rmtree(share, ignore_errors=True)
    for script in SCRIPTS:
        shutil.copyfile(SHARE.parent / script, folder / script)
        (folder / script).chmod(0o755)
    _copy(SHARE / f"{APP_NAME}.desktop", share / "applications" / f"{APP_NAME}.desktop")
    _copy(SHARE / f"{APP_NAME}.1", share / "man" / "man1" / f"{APP_NAME}.1")
    metainfo = (SHARE / METAINFO).read_text("utf-8").replace("@VERSION@", version_text).replace("@DATE@", f"{day}")
    (share / "metainfo").mkdir(parents=True)
    (share / "metainfo" / METAINFO).write_text(metainfo, encoding="utf-8")
    _draw_icons(share / "icons" / "hicolor")


def build_deb(folder: Path, version_text: str, dist: Path) -> Path:
    """A .deb of the bundle `folder`, which `add_share` completed before."""
    if shutil.which("dpkg-deb") is None:
        raise SetupFailed("A .deb is built by dpkg-deb, which this system lacks.")
    machine = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
    package = dist / f"{APP_NAME}_{version_text}_{machine}.deb"
    with tempfile.TemporaryDirectory(dir=dist) as temporary:
        root = Path(temporary) / "root"
        _lay_out(folder, root)
        (root / "DEBIAN").mkdir()
        size_kib = folder_bytes(root) // 1024
        (root / "DEBIAN" / "control").write_text(control(version_text, machine, size_kib), encoding="utf-8")
        _maintainer_script(root / "DEBIAN" / "postrm", "postrm.sh")
        command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", str(root), str(package)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return package


def control(version_text: str, machine: str, size_kib: int) -> str:
    """The package's control file."""
    return "\n".join(
        [
            f"Package: {APP_NAME}",
            f"Version: {version_text}",
            f"Architecture: {machine}",
            "Section: net",
            "Priority: optional",
            "Maintainer: Train at Home <packages@trainathome.invalid>",
            f"Installed-Size: {size_kib}",
            f"Depends: {', '.join(DEPENDS)}",
            f"Recommends: {', '.join(RECOMMENDS)}",
            "Description: lend this computer to the training of a language model",
            " You say when the computer may work. It then trains a part of a model that is",
            " too large for any home computer, together with other people's computers, and",
            " steps aside the moment you want it back.",
            " .",
            " The training engine (PyTorch) is fetched after you agreed to its size.",
            "",
        ]
    )


def _lay_out(folder: Path, root: Path) -> None:
    program = root / "usr" / "lib" / APP_NAME

    def is_elsewhere(path: str, names: list[str]) -> set[str]:
        return {"share", *SCRIPTS} & set(names) if Path(path) == folder else set()

    shutil.copytree(folder, program, symlinks=True, ignore=is_elsewhere)
    shutil.copytree(folder / "share", root / "usr" / "share")
    manual = root / "usr" / "share" / "man" / "man1" / f"{APP_NAME}.1"
    manual.with_suffix(".1.gz").write_bytes(gzip.compress(manual.read_bytes(), mtime=0))
    manual.unlink()
    _copy(ROOT / "LICENSE", root / "usr" / "share" / "doc" / APP_NAME / "copyright")
    (root / "usr" / "bin").mkdir()
    for name in (APP_NAME, WINDOW_PROGRAM):
        os.symlink(f"../lib/{APP_NAME}/{name}", root / "usr" / "bin" / name)


def _maintainer_script(path: Path, name: str) -> None:
    shutil.copyfile(SHARE.parent / name, path)
    path.chmod(0o755)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _draw_icons(folder: Path) -> None:
    """From the one SVG, at the sizes that panels and menus ask for."""
    source = ROOT / "resources" / "icons" / "app.svg"
    pairs = [f"{size}={folder / f'{size}x{size}' / 'apps' / APP_NAME}.png" for size in ICON_SIZES]
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    command = [sys.executable, "-m", "devtools.release.icons", str(source), *pairs]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    _copy(source, folder / "scalable" / "apps" / f"{APP_NAME}.svg")
