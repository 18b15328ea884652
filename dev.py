#!/usr/bin/env python3
"""Two commands and a few more, with nothing but Python's own library: `python3 dev.py run`, `python3 dev.py test`.

The first start makes `.venv` beside this file, installs what requirements.lock names (every file checked by hash) and
the build of PyTorch that fits the hardware found, and says how long that took and what it downloaded. Every later
start compares one small stamp file and goes straight on.

    python3 dev.py run [...]        the app on a local network; without a display the same in the terminal
    python3 dev.py test [...]       ruff, import contracts, types and all tests; with arguments only pytest with them
    python3 dev.py local [...]      a whole network on this computer, with a report
    python3 dev.py bench NAME [...] one program of benchmarks/
    python3 dev.py package COMMAND  bundles, packages and signed updates; --help lists the commands
    python3 dev.py windows COMMAND  tests, or the app, with Windows' own Python under Wine; --help lists the commands
    python3 dev.py lint             ruff, import contracts and types
    python3 dev.py translate        bring the translations in step with the texts of the code; --check only looks
    python3 dev.py lock             resolve requirements.lock anew from pyproject.toml (needs the network)

TRAIN_AT_HOME_TORCH=cpu (or cu126, cu130, rocm7.2, xpu ...) overrides what the hardware says.
"""

from __future__ import annotations  # so that an old Python gets as far as the sentence that names the version it lacks

import contextlib
import io
import os
import platform
import shutil
import subprocess
import sys

from devtools.checks import run_tests, static_checks
from devtools.downloads import Downloads
from devtools.environment import (
    LOCK_FILE,
    VENV_PYTHON,
    child_environment,
    ensure_environment,
    qt_loads,
    read_stamp,
    run_logged,
)
from devtools.system import ROOT, WINDOWS, WORK, SetupFailed, provide_qt_libraries, say, use_supported_python

UV_VERSION = "0.13.8"


def hand_over(arguments: list[str]) -> int:
    """Become `python ARGUMENTS` of the environment; on Windows stay and wait, as exec would detach the terminal."""
    command = [str(VENV_PYTHON), *arguments]
    if not WINDOWS:
        sys.stdout.flush()
        os.chdir(ROOT)
        os.execve(command[0], command, child_environment())
    process = subprocess.Popen(command, cwd=ROOT, env=child_environment())
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # the child got the same Ctrl+C and ends by itself
            return process.wait()


def run_app(arguments: list[str]) -> int:
    """The window and the tray; where there is no display, or no Qt, the app itself turns to the terminal."""
    has_screen = platform.system() != "Linux" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if has_screen and not qt_is_usable():
        say("Qt does not load, so Train at Home runs in this terminal.")
        os.environ.pop("DISPLAY", None)
        os.environ.pop("WAYLAND_DISPLAY", None)
    return hand_over(["-m", "app", *arguments])


def qt_is_usable() -> bool:
    """What setup found, or whether the missing libraries have come since or can be had now."""
    if read_stamp().get("qt_works") or qt_loads():
        return True
    provide_qt_libraries(Downloads())
    return qt_loads()


def run_lint(_arguments: list[str]) -> int:
    return 1 if static_checks() else 0


def benchmark_names() -> list[str]:
    """The programs among benchmarks/; the other files there are their parts."""
    return sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py") if "__main__" in path.read_text("utf-8"))


def run_bench(arguments: list[str]) -> int:
    names = benchmark_names()
    if not arguments or arguments[0] not in names:
        say(f"Which benchmark? {', '.join(names)}")
        return 2
    return hand_over(["-m", f"benchmarks.{arguments[0]}", *arguments[1:]])


def run_lock(arguments: list[str]) -> int:
    """Resolve pyproject.toml for every system and Python at once; versions stay unless --upgrade is given."""
    folder = WORK / "uv"
    environment = dict(child_environment(), UV_NO_CONFIG="1")
    run_logged([str(VENV_PYTHON), "-m", "pip", "install", "-q", "--target", str(folder), f"uv=={UV_VERSION}"], "No uv:")
    command = [
        shutil.which("uv", path=str(folder / "bin")) or "uv",
        "pip",
        "compile",
        "pyproject.toml",
        "--universal",
        "--quiet",
    ]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"]
    command += ["--no-annotate", "--no-header", "-o", LOCK_FILE.name]
    for group in ("app", "engine", "subnet", "chain", "dev"):
        command += ["--group", group]
    return subprocess.call([*command, *arguments], cwd=ROOT, env=environment)


COMMANDS = {
    "run": run_app,
    "test": run_tests,
    "local": lambda arguments: hand_over(["-m", "subnet.local", *arguments]),
    "bench": run_bench,
    "package": lambda arguments: hand_over(["-m", "devtools.release", *arguments]),
    "windows": lambda arguments: hand_over(["-m", "devtools.windows", *arguments]),
    "translate": lambda arguments: hand_over(["-m", "devtools.translations", *arguments]),
    "lint": run_lint,
    "lock": run_lock,
}


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if not arguments or arguments[0] not in COMMANDS:
        say(__doc__.strip())
        return 0 if arguments and arguments[0] in ("-h", "--help", "help") else 2
    try:
        use_supported_python()
        ensure_environment()
        return COMMANDS[arguments[0]](arguments[1:])
    except SetupFailed as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted. Nothing is lost; the same command goes on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
