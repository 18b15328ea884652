"""What every command of the command line does: ask the running app, print its answer, and put errors into words."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer
from rich.console import Console

from app.control import messages as wire
from app.control.client import NotRunning, ask, connected
from app.control.exit_codes import ExitCode
from app.core.language.overheard import heard
from app.core.language.speech import _
from app.platforms.ending import Ending
from app.platforms.paths import profile_paths
from protocol.errors import AuthenticationError, Refused, SettingsError, Unavailable, UserFacingError

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ENDING_SECONDS: Final = 60.0
Profile = Annotated[
    Path | None,
    typer.Option("--profile-folder", envvar="TRAIN_AT_HOME_PROFILE", help="Keep everything in this folder."),
]


def ask_told(profile_folder: Path | None, request: wire.Request) -> wire.Reply:
    """The running app's answer; errors are told and end the command."""
    with told():
        return ask(profile_paths(profile_folder), request)


def quit_told(profile_folder: Path | None) -> wire.Reply:
    """As `ask_told`, and back only once the app has ended: whoever removes its files has to know."""
    with told():
        with connected(profile_paths(profile_folder)) as client:
            ending = Ending(client.welcome.pid)
            reply = client.ask(wire.Quit())
        if not ending.comes_within(ENDING_SECONDS):
            raise Unavailable(
                _("Train at Home has not ended within a minute."), _("End it in its window and try again.")
            )
        return reply


@contextmanager
def told() -> Iterator[None]:
    """Errors that a person may read end here: words to stderr, a code for scripts."""
    try:
        yield
    except UserFacingError as error:
        print(f"{heard(error.title)} {heard(error.advice)}".strip(), file=sys.stderr)
        raise typer.Exit(exit_code_for(error)) from None


def exit_code_for(error: UserFacingError) -> ExitCode:
    match error:
        case NotRunning():
            return ExitCode.NOT_RUNNING
        case SettingsError() | Refused() | AuthenticationError():
            return ExitCode.REFUSED
        case _:
            return ExitCode.FAILED


def print_done(reply: wire.Reply, json: bool) -> None:
    """The sentence that says how things stand now."""
    assert isinstance(reply, wire.Done)
    if json:
        print_json({"sentence": reply.sentence})
    else:
        Console().print(reply.sentence, markup=False)


def print_json(value: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
