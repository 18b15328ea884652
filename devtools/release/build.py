"""Runs PyInstaller over a spec, and packs what comes out."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import filelock
import msgspec

from app.platforms.hardware import find_hardware
from app.update.releases import EngineRelease, Release, system_name
from devtools.bundles import APP_NAME, ENGINE_PROGRAM, STAMP, VERSION_FILE, version
from devtools.release.archives import PRESET, pack
from devtools.system import ROOT, SetupFailed, say
from protocol.version import PROTOCOL_VERSION

DIST: Final = ROOT / "dist"
BUILD: Final = ROOT / "build"
MACOS_APP: Final = "Train at Home.app"
SYSTEM_FOLDERS: Final = {"Linux": "linux", "Darwin": "macos", "Windows": "windows"}
_SOURCES: Final = ("app", "chain", "devtools", "edge", "packaging", "protocol", "resources", "swarm", "LICENSE")
"""What an app's bundle is built from."""


class Updates(NamedTuple):
    """Where the built app fetches from, and whose signatures it believes."""

    url: str
    trusted_root: bytes


class Built(NamedTuple):
    """An archive and how it is announced."""

    archive: Path
    release: Release


def cannot_build() -> str | None:
    """Why PyInstaller can't work here, in words; None where it can."""
    if platform.system() not in SYSTEM_FOLDERS:
        return f"There are no specs for {platform.system()}."
    if subprocess.call([sys.executable, "-c", "import PyInstaller"], stderr=subprocess.DEVNULL):
        return "PyInstaller is not in the environment: run `python3 dev.py lint` once."
    import sysconfig

    shared = (
        sysconfig.get_config_var("Py_ENABLE_SHARED") or os.name == "nt" or sysconfig.get_config_var("PYTHONFRAMEWORK")
    )
    if not shared:
        return "This Python was built without a shared library (--enable-shared), which PyInstaller needs."
    if platform.system() == "Linux" and shutil.which("objdump") is None:
        return "PyInstaller needs objdump (Debian: apt-get install binutils)."
    return None


def build_app(updates: Updates | None = None, as_version: str | None = None, dist: Path = DIST) -> Path:
    """The app's folder. `as_version` builds from a copy that says it is another version, for trying updates."""
    with _one_at_a_time():
        return _build_app(updates, as_version, dist)


def _build_app(updates: Updates | None, as_version: str | None, dist: Path) -> Path:
    source = ROOT if as_version is None else _copy_with_version(as_version)
    try:
        _stamp(source, as_version or version(), updates)
        _draw_program_icon(source)
        return _run_spec(source, "app", dist) / (MACOS_APP if sys.platform == "darwin" else APP_NAME)
    finally:
        if source != ROOT:
            shutil.rmtree(source)


def build_engine(dist: Path = DIST) -> Path:
    """The engine's folder, with the build of torch that this environment has."""
    with _one_at_a_time():
        return _run_spec(ROOT, "engine", dist) / ENGINE_PROGRAM


def pack_app(folder: Path, version_text: str, dist: Path = DIST, preset: int = PRESET) -> Built:
    """What people unpack and install, and what apps update themselves from: the same file."""
    system = system_name(find_hardware())
    name = f"{APP_NAME}-{version_text}-{system}.tar.xz"
    unpacked = pack(folder, dist / name, f"{APP_NAME}-{version_text}", preset)
    release = Release(
        path=f"app/{name}",
        system=system,
        version=version_text,
        protocol_version=PROTOCOL_VERSION,
        unpacked_bytes=unpacked,
    )
    return _announced(dist / name, release)


def pack_engine(folder: Path, dist: Path = DIST) -> Built:
    system, variant = system_name(find_hardware()), torch_variant()
    name = f"{ENGINE_PROGRAM}-{variant}-{version()}-{system}.tar.xz"
    unpacked = pack(folder, dist / name, ENGINE_PROGRAM, preset=1)
    release = EngineRelease(
        path=f"engine/{name}",
        system=system,
        version=version(),
        protocol_version=PROTOCOL_VERSION,
        unpacked_bytes=unpacked,
        variant=variant,
    )
    return _announced(dist / name, release)


def pack_what_is_there(dist: Path = DIST) -> list[Built]:
    """The app and the engine that lie in `dist`, whichever do."""
    packed = []
    for name in (APP_NAME, MACOS_APP):
        is_app = name == MACOS_APP or sys.platform != "darwin"  # on a Mac the plain folder is a by-product
        if is_app and (dist / name).is_dir():
            packed.append(pack_app(dist / name, version(), dist))
    if (dist / ENGINE_PROGRAM).is_dir():
        packed.append(pack_engine(dist / ENGINE_PROGRAM, dist))
    return packed


def announcement_of(archive: Path) -> Release:
    """What pack_app or pack_engine said of it, kept beside it. Raises SetupFailed."""
    try:
        content = _note(archive).read_bytes()
        kind = EngineRelease if b'"variant"' in content else Release
        return msgspec.json.decode(content, type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise SetupFailed(f"{archive} was not made by dev.py package: {_note(archive).name} is missing.") from error


def _note(archive: Path) -> Path:
    return archive.with_name(f"{archive.name}.json")


def _announced(archive: Path, release: Release) -> Built:
    _note(archive).write_bytes(msgspec.json.encode(release))
    return Built(archive, release)


def torch_variant() -> str:
    """Which of app.platforms.hardware's names the environment's torch is."""
    question = "import torch; print(torch.__version__)"
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SetupFailed("There is no torch in the environment, so there is nothing to build an engine from.")
    plain = "mps" if platform.system() == "Darwin" else "cpu"
    return answer.stdout.strip().partition("+")[2] or plain


def folder_bytes(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() or path.is_symlink())


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """What a build writes beside its result is shared: the stamp, and PyInstaller's own folder."""
    BUILD.mkdir(exist_ok=True)
    with filelock.FileLock(BUILD / "building.lock"):
        yield


def _run_spec(source: Path, name: str, dist: Path) -> Path:
    reason = cannot_build()
    if reason is not None:
        raise SetupFailed(reason)
    spec = source / "packaging" / SYSTEM_FOLDERS[platform.system()] / f"{name}.spec"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(dist), "--workpath", str(BUILD / "pyinstaller"), str(spec)]
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    environment.update(PYTHONHASHSEED="1", SOURCE_DATE_EPOCH="315532800")
    result = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SetupFailed("\n".join(["PyInstaller failed:", *result.stderr.strip().splitlines()[-20:]]))
    return dist


def _stamp(source: Path, version_text: str, updates: Updates | None) -> None:
    """What the app is told about its own build."""
    folder = source / STAMP
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    build = {"version": version_text, "updates_url": None if updates is None else updates.url}
    (folder / "build.json").write_text(json.dumps(build), encoding="utf-8")
    if updates is not None:
        (folder / "update-root.json").write_bytes(updates.trusted_root)


def _draw_program_icon(source: Path) -> None:
    """Windows and macOS want it inside the program; Linux finds it in share/."""
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    svg = source / "resources" / "icons" / "app.svg"
    if sys.platform == "win32":
        command = [sys.executable, "-m", "devtools.release.icons", str(svg), f"ico={source / 'build/icons/app.ico'}"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    elif sys.platform == "darwin":
        subprocess.run([str(source / "packaging" / "macos" / "make-icon.sh")], env=environment, check=True)


def _copy_with_version(as_version: str) -> Path:
    copy = BUILD / f"as-{as_version}"
    shutil.rmtree(copy, ignore_errors=True)
    for name in _SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    file = copy / VERSION_FILE.relative_to(ROOT)
    text, count = re.subn(r'^VERSION = ".*"$', f'VERSION = "{as_version}"', file.read_text("utf-8"), flags=re.MULTILINE)
    if count != 1:
        raise SetupFailed(f"{file} has no line VERSION.")
    file.write_text(text, encoding="utf-8")
    say(f"Building as version {as_version} from a copy ...")
    return copy
