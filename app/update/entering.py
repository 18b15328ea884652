"""The first lines of every program of the app's bundle: which version runs, and what happens when it ends.

The program that was installed looks for a newer version that was fetched and becomes that one. So nothing that was
installed is ever overwritten: a package manager's files, a signature and a running program all stay whole.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import MutableMapping
from importlib import import_module
from pathlib import Path
from typing import Final

from app import HIDDEN_OPTION, LINK_SCHEME, VERSION
from app.platforms.installation import COMES_BACK_VARIABLE, LAUNCHER_VARIABLE
from app.platforms.paths import programs_folder
from app.update.programs import Programs, program_path
from app.update.versions import Version, choose, ended_in_order, parse_version
from protocol.errors import UserFacingError

CHOSEN_VARIABLE: Final = "TRAIN_AT_HOME_VERSION"
"""Set for the version that the installed program became, so that this one does not choose again."""
RESTART_EXIT_CODE: Final = 75
"""The app ended to come back as a newer version. Never seen outside: the program starts itself again."""
_SHOWN_VARIABLE: Final = "TRAIN_AT_HOME_COMES_BACK_SHOWN"
"""From the version that ends to the first lines of the one that comes after it: whether a window was open."""


def enter(module: str, *, serves: bool) -> int:
    """Run `module`'s main in the version that is due. `serves`: this program always becomes the app that stays."""
    arguments = sys.argv[1:]
    counts = serves or arguments[:1] == ["run"]
    programs = Programs(programs_folder())
    put_back_library_path(os.environ)
    while True:
        chosen = os.environ.get(CHOSEN_VARIABLE)
        newer = None if chosen else due_version(programs, counts=counts)
        if newer is not None:
            code = _become(programs.app_folder(newer) / program_path(Path(sys.executable).name), newer, arguments)
            if code is not None:
                return code
        code = run_module(module)
        if chosen and counts and code == 0:
            note_orderly_end(programs, parse_version(chosen))
        if code != RESTART_EXIT_CODE:
            return code
        _start_again(arguments_to_come_back(arguments, os.environ.pop(_SHOWN_VARIABLE, None)))


def come_back(*, shown: bool) -> None:
    """How the app that ends now is to begin, should it end to come back: as it is, with a window or without."""
    os.environ[_SHOWN_VARIABLE] = str(int(shown))


def arguments_to_come_back(arguments: list[str], shown: str | None) -> list[str]:
    """Those it was started with, but for a link, which was opened then, and with the window as it was last; `shown`
    is None for a program that has none."""
    kept = [each for each in arguments if not each.lower().startswith(LINK_SCHEME)]
    if shown is None:
        return kept
    return [each for each in kept if each != HIDDEN_OPTION] + ([HIDDEN_OPTION] if shown == "0" else [])


def due_version(programs: Programs, *, counts: bool) -> Version | None:
    """The version to become; None is this one. Whatever is wrong with the record, the app starts."""
    with contextlib.suppress(UserFacingError):
        file = programs.record_file
        record = file.load().value
        version, after = choose(record, parse_version(VERSION), counts=counts)
        if after != record:
            file.save(after)
        return version
    return None


def note_orderly_end(programs: Programs, version: Version) -> None:
    """It ended by itself and without a fault; if it never got as far as health, that was no failed start."""
    with contextlib.suppress(UserFacingError):
        file = programs.record_file
        record = file.load().value
        after = ended_in_order(record, version)
        if after != record:
            file.save(after)


def run_module(module: str) -> int:
    """`module`'s main; its exit code, however it says it."""
    try:
        return int(import_module(module).main() or 0)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1


def put_back_library_path(environment: MutableMapping[str, str]) -> None:
    """Undo what the bundle's start did to it on Linux: a browser that is opened must not find our libraries first."""
    if sys.platform != "linux":
        return
    original = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is None:
        environment.pop("LD_LIBRARY_PATH", None)
    else:
        environment["LD_LIBRARY_PATH"] = original


def _become(program: Path, version: Version, arguments: list[str]) -> int | None:
    """Turn into `program`. Returns only where that can't be, with None, or on Windows with its exit code."""
    environment = {
        **os.environ,
        CHOSEN_VARIABLE: str(version),
        LAUNCHER_VARIABLE: os.environ.get(LAUNCHER_VARIABLE) or sys.executable,
        "PYINSTALLER_RESET_ENVIRONMENT": "1",
    }
    return _exec(program, arguments, environment)


def _start_again(arguments: list[str]) -> None:
    """As the installed program, which chooses anew. Returns where that can't be."""
    launcher = os.environ.pop(LAUNCHER_VARIABLE, None) or sys.executable
    os.environ.pop(CHOSEN_VARIABLE, None)
    environment = {**os.environ, COMES_BACK_VARIABLE: "1", "PYINSTALLER_RESET_ENVIRONMENT": "1"}
    code = _exec(Path(launcher), arguments, environment)
    if code is not None:
        sys.exit(code)


def _exec(program: Path, arguments: list[str], environment: dict[str, str]) -> int | None:
    command = [str(program), *arguments]
    try:
        if sys.platform == "win32":  # has no exec: the new process would lose the terminal and our exit code
            return subprocess.call(command, env=environment)
        sys.stdout.flush()
        os.execve(program, command, environment)
    except OSError:
        return None
