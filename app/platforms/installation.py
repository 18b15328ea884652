"""How this app was installed: from a checkout, or as a bundle that was built from one."""

import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from app.core.words import _
from protocol.errors import SettingsError
from protocol.wire import from_json

LAUNCHER_VARIABLE: Final = "TRAIN_AT_HOME_LAUNCHER"
"""Set by a bundle for the version it starts in its place: the program that the person, or autostart, started."""
COMES_BACK_VARIABLE: Final = "TRAIN_AT_HOME_COMES_BACK"
"""Set where the app ended to come back as a newer version: what its command line asked for was obeyed before."""
COMMAND_LINE: Final = "train-at-home"
WINDOW_PROGRAM: Final = "train-at-home-window"
BUILD_FILE: Final = "build.json"
ROOT_FILE: Final = "update-root.json"
_BUILD_LIMIT_BYTES: Final = 64 * 1024


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """What the build wrote into the bundle."""

    version: str
    updates_url: str | None = None
    """Where newer versions and engines are; None for a build that nobody publishes for."""


class FromSource(msgspec.Struct, frozen=True):
    """A checkout, whose own Python has everything."""

    python: str


class FromBundle(msgspec.Struct, frozen=True):
    """One folder with programs in it, and `resources` below."""

    folder: Path
    resources: Path


Installation = FromSource | FromBundle


def installation() -> Installation:
    if not getattr(sys, "frozen", False):
        return FromSource(sys.executable)
    return FromBundle(Path(sys.executable).resolve().parent, Path(__file__).resolve().parents[2])


def own_module(found: Installation, module: str) -> tuple[str, ...]:
    """The command that runs a module of the app in a process of its own; a bundle's command line answers to it."""
    match found:
        case FromSource(python):
            return (python, "-m", module)
        case FromBundle(folder=folder):
            return (str(folder / program_name(COMMAND_LINE)), "-m", module)


def program_name(name: str) -> str:
    """Of the file of one of a bundle's programs."""
    return f"{name}.exe" if sys.platform == "win32" else name


def launcher() -> Path:
    """The bundle's program to be named wherever something is to start this app later: it finds the newest version
    itself. It is the one with the window, whoever asks, since the command line stays no app; where there is no display
    it does without."""
    return Path(os.environ.get(LAUNCHER_VARIABLE) or sys.executable).with_name(program_name(WINDOW_PROGRAM))


def comes_back() -> bool:
    """Whether this app ended to come back; told once, so that what it starts is none the wiser."""
    return os.environ.pop(COMES_BACK_VARIABLE, None) is not None


def read_build(bundle: FromBundle) -> Build:
    """Raises SettingsError for a bundle that lost its build file."""
    try:
        build: Build = from_json((bundle.resources / BUILD_FILE).read_bytes(), Build, _BUILD_LIMIT_BYTES)
    except OSError as error:
        raise SettingsError(_("This installation is not whole."), _("Install the app again.")) from error
    return build


def read_trusted_root(bundle: FromBundle) -> bytes | None:
    """The public keys that came with the app, as TUF's root metadata; None where nobody publishes for this build."""
    try:
        return (bundle.resources / ROOT_FILE).read_bytes()
    except OSError:
        return None
