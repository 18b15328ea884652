"""`.venv`: made once from requirements.lock and the right build of torch, then recognised by one stamp file."""

from __future__ import annotations  # so that an old Python gets as far as the sentence that names what it lacks

import contextlib
import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import IO

from devtools.downloads import Downloads
from devtools.hardware import TORCH_VERSION, TorchBuild, find_hardware, torch_builds
from devtools.system import (
    LOG,
    ROOT,
    WINDOWS,
    WORK,
    SetupFailed,
    apt_get,
    apt_install,
    check_python_is_whole,
    command_line,
    provide_qt_libraries,
    say,
)

VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
LOCK_FILE = ROOT / "requirements.lock"
STAMP = VENV / "train-at-home.json"
UNFINISHED = VENV / "train-at-home.unfinished"
LOG_HINT = f"All of it: {LOG}"
IMPORTED = "torch, iroh, numpy, msgspec, litestar, sqlalchemy, aiosqlite, alembic.command, httpx, uvicorn, structlog"
SETUP_FORMAT = 1  # raised when an environment made by an older dev.py must be gone over again


def child_environment() -> dict[str, str]:
    """UTF-8 whatever the locale, and none of the variables that would send a child to another Python."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    environment.update(PYTHONUTF8="1", PYTHONUNBUFFERED="1", VIRTUAL_ENV=str(VENV))
    return environment


def expected_stamp() -> dict[str, object]:
    """What the stamp must say for the environment to be whole and today's."""
    return {
        "format": SETUP_FORMAT,
        "lock_sha256": hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest(),
        "torch": TORCH_VERSION,
        "torch_wanted": os.environ.get("TRAIN_AT_HOME_TORCH", ""),
        "interpreter": os.path.realpath(VENV_PYTHON),  # another one after an upgrade of the system
    }


def read_stamp() -> dict[str, object]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def is_ready() -> bool:
    stamp = read_stamp()
    return VENV_PYTHON.exists() and all(stamp.get(name) == value for name, value in expected_stamp().items())


@contextlib.contextmanager
def setup_lock() -> Iterator[None]:
    """Only one dev.py builds at a time; the next waits and finds it done. The lock of a killed one is free at once."""
    WORK.mkdir(exist_ok=True)
    with (WORK / "setup.lock").open("a+b") as file:
        if not try_lock(file):
            say("Another dev.py is making the environment; waiting for it ...")
            while not try_lock(file):
                time.sleep(0.2)
        os.set_inheritable(file.fileno(), True)
        yield


def try_lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def ensure_environment() -> None:
    """Nothing when the stamp is right, else build. A build that was cut short leaves no stamp and starts afresh."""
    if is_ready():
        return
    check_python_is_whole()
    with setup_lock():
        if not is_ready():
            build_environment()


def build_environment() -> None:
    started = time.monotonic()
    LOG.write_bytes(b"")
    STAMP.unlink(missing_ok=True)
    downloads = Downloads()
    if UNFINISHED.exists() or subprocess_fails([str(VENV_PYTHON), "-c", "import pip"]):
        make_venv(downloads)
    UNFINISHED.touch()
    provide_qt_libraries(downloads)
    install_locked(downloads)
    hardware = find_hardware()
    torch_build = install_torch(torch_builds(hardware, os.environ.get("TRAIN_AT_HOME_TORCH", "")), downloads)
    qt_works = check_imports()
    stamp = dict(expected_stamp(), torch_build=torch_build, qt_works=qt_works)
    temporary = STAMP.with_suffix(".new")
    temporary.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    os.replace(temporary, STAMP)
    UNFINISHED.unlink()
    seconds = time.monotonic() - started
    say(f"Ready after {seconds:.0f} s; {downloads.summary()}.")


def subprocess_fails(arguments: list[str]) -> bool:
    try:
        return subprocess.call(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) != 0
    except OSError:
        return True


def check_imports() -> bool:
    """The parts that fail on a wrong machine: torch must load; Qt may not, then the terminal takes its place.

    What is imported here leaves its bytecode, as pip would have made of all files. Else a machine that is told to keep
    none would compile torch at each start of an engine, 2 s of its processor.
    """
    keeping = {name: value for name, value in child_environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
    run_logged([str(VENV_PYTHON), "-c", f"import {IMPORTED}"], "PyTorch does not load here:", keeping)
    return qt_loads()


def qt_loads() -> bool:
    return not subprocess_fails([str(VENV_PYTHON), "-c", "import PySide6.QtWidgets"])


def make_venv(downloads: Downloads) -> None:
    """Make .venv with this Python; on Debian without ensurepip install that first or say how."""
    if subprocess.call([sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if apt_get():
            say(f"Installing {package}, which this Python needs to make an environment ...")
        if not (apt_get() and apt_install([package], downloads)):
            raise SetupFailed(
                f"This Python can't make a virtual environment. Install what it lacks, then run this again:\n"
                f"    sudo apt-get install {package}"
            )
    say(f"Making an environment in {VENV.name} with Python {platform.python_version()} ...")
    run_logged([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment can't be made.")


def run_logged(arguments: list[str], complaint: str, environment: dict[str, str] | None = None) -> None:
    """Run quietly, keep everything in the log, and on failure show its end."""
    WORK.mkdir(exist_ok=True)
    environment = environment or child_environment()
    result = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    with LOG.open("ab") as log:
        log.write(result.stdout)
    if result.returncode:
        tail = result.stdout.decode("utf-8", "replace").strip().splitlines()[-15:]
        raise SetupFailed("\n".join([complaint, *tail, LOG_HINT]))


def pip(arguments: list[str], downloads: Downloads) -> tuple[int, list[str]]:
    """Run pip in .venv, log all it says. Returns its exit status and its complaints."""
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--no-input", "--progress-bar", "off", "--no-compile"]
    command += ["--disable-pip-version-check", *arguments]
    errors: list[str] = []
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {command_line(command)}\n")
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=child_environment(),
            close_fds=WINDOWS,  # pip keeps setup.lock, so nobody builds beside a pip whose dev.py was killed
            encoding="utf-8",
            errors="replace",
        )
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            if "ERROR" in line:
                errors.append(line.rstrip())
            words = downloads.read(line)
            if words:
                say(words)
        return process.wait(), errors[-5:]


def install_locked(downloads: Downloads) -> None:
    """Everything but torch, each file by its hash. The lock is complete, so pip need not resolve anything."""
    say("Installing the libraries of requirements.lock ...")
    status, tail = pip(["--no-deps", "--require-hashes", "-r", str(LOCK_FILE)], downloads)
    if status:
        raise SetupFailed("\n".join(["The libraries can't be installed. Is the network there?", *tail, LOG_HINT]))


def installed_torch() -> str | None:
    """The version of torch that lies in .venv, such as 2.13.0+cpu, or None."""
    packages = "Lib/site-packages" if WINDOWS else "lib/python3.*/site-packages"
    for folder in VENV.glob(f"{packages}/torch-*.dist-info"):
        return folder.name[len("torch-") : -len(".dist-info")]
    return None


def install_torch(builds: list[TorchBuild], downloads: Downloads) -> str:
    """Try one build after the other, briefly each, and return the name of the one that is in."""
    if not builds:
        raise SetupFailed("PyTorch has no build for this kind of computer: Macs need an M1 or later.")
    present = installed_torch() or ""
    if present.partition("+")[0] == TORCH_VERSION and present.partition("+")[2] in ("", builds[0].name):
        return builds[0].name
    last_words: list[str] = []
    for build in builds:
        say(f"Installing PyTorch {TORCH_VERSION} ({build.name}) ...")
        arguments = ["--retries", "1", "--timeout", "30", build.requirement]
        if build.index_url:
            arguments += ["--index-url", build.index_url]
        if not build.with_dependencies:
            arguments.append("--no-deps")
        status, last_words = pip(arguments, downloads)
        if status == 0:
            return build.name
    raise SetupFailed("\n".join(["PyTorch can't be installed:", *last_words, LOG_HINT]))
