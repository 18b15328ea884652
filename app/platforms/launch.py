"""How the system is to start the app by itself, for the files that say so."""

import sys
from pathlib import Path

import msgspec

from app import HIDDEN_OPTION
from app.core.language.speech import _
from app.platforms.installation import launcher
from protocol.errors import StorageError


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """A command, and the folder that it is started in."""

    command: tuple[str, ...]
    folder: Path

    @property
    def program(self) -> str:
        return self.command[0]

    @property
    def arguments(self) -> tuple[str, ...]:
        return self.command[1:]


def launch_of_this_app(root: Path) -> Launch:
    """The app as it runs now: a bundle names the program that finds its newest version; a checkout is this Python with
    `root` around it."""
    if getattr(sys, "frozen", False):
        program = launcher()
        return Launch(command=(str(program), HIDDEN_OPTION), folder=program.parent)
    return Launch(command=(sys.executable, "-m", "app", HIDDEN_OPTION), folder=root)


def remove_start_file(path: Path) -> None:
    """One that is gone already is fine. Raises StorageError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            _("{path} can't be removed: {problem}.").format(path=path, problem=error.strerror),
            _("Check who may write there."),
        ) from error
