"""`train-at-home autostart`: whether the app starts with the person's session."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from app.control import messages as wire
from app.control.client import ask
from app.control.commands.asking import Json, print_json, told
from app.control.exit_codes import ExitCode
from app.core.gates.words import autostart_sentence
from app.core.ports import AutostartState
from app.platforms.here import autostart_here
from app.platforms.launch import launch_of_this_app
from app.platforms.paths import ROOT, profile_paths
from protocol.errors import UserFacingError


class OnOff(StrEnum):
    ON = "on"
    OFF = "off"


def autostart(
    wanted: Annotated[OnOff | None, typer.Argument(help="Leave it out to ask how it stands.")] = None,
    json: Json = False,
) -> None:
    """Start with your session, from the next one on; off until asked."""
    with told():
        found = autostart_here(launch_of_this_app(ROOT))
        if wanted is OnOff.ON:
            found.enable()
        elif wanted is OnOff.OFF:
            found.disable()
        state = found.state()
    if wanted is not None:
        _have_it_looked_at()
    if json:
        print_json({"state": state, "way": found.way, "brings_back": found.brings_back})
    else:
        Console().print(autostart_sentence(state, found.way, brings_back=found.brings_back), markup=False)
    if state is AutostartState.UNAVAILABLE and wanted is OnOff.ON:
        raise typer.Exit(ExitCode.REFUSED)


def _have_it_looked_at() -> None:
    """An app that runs is watched over from now on, or no longer, and shows it. One that doesn't run needs nothing, and
    one too old to know the question looks at its next start."""
    try:
        ask(profile_paths(None), wire.LookAtAutostart())
    except UserFacingError:
        pass
