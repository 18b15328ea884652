"""`train-at-home computer`: what in this computer can train, and how fast it is if that is asked."""

import asyncio
import signal
import sys
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from app.control import messages as wire
from app.control.client import NotRunning, ask
from app.control.commands.asking import Json, Profile, print_done, print_json, told
from app.control.computer import ComputerHere, ComputerServices
from app.control.reports.computer import computer_report, print_computer, print_speed
from app.core.computer.line_words import line_promise
from app.core.computer.speed import Measured, Measuring, NotMeasured, training_now
from app.core.computer.speed_words import progress_text
from app.core.engine.phase import ALIVE
from app.core.network.invitations import COMPUTER_LINK
from app.core.settings.settings import Settings, settings_file
from app.core.words import _
from app.platforms.paths import ProfilePaths, profile_paths
from protocol.errors import Refused

Measure = Annotated[bool, typer.Option("--measure", help="Measure how fast it trains, and the internet line.")]
Window = Annotated[bool, typer.Option("--window", help="Show it in the running app's window instead.")]


def computer(
    measure: Measure = False, window: Window = False, json: Json = False, profile_folder: Profile = None
) -> None:
    """What in this computer can train: devices, memory, drivers, disk; how fast, with --measure.

    That takes half a minute. For the internet line it moves at most 20 MB, counted in the month's data.
    """
    with told():
        paths = profile_paths(profile_folder)
        if window:
            print_done(ask(paths, wire.Show(link=COMPUTER_LINK)), json)
            return
        services, settings = ComputerHere(paths), settings_file(paths.config_folder).look().value
        found, console = services.look(), Console()
        if not json:
            print_computer(found, settings, console)
        if measure and not json:
            console.print(line_promise(services.line_goal(settings.network)), markup=False)
        result = _measured(services, settings, paths, quiet=json) if measure else None
        here = services.engine_is_here()
        if json:
            print_json(computer_report(found, settings, engine_here=here, speed=result))
        elif result is not None:
            print_speed(result, console)
        elif not here:
            console.print(_("The training engine is not on this computer yet."), markup=False)
            console.print(_("Fetch it with `train-at-home engine`: its size is shown before anything is downloaded."))


def _measured(services: ComputerServices, settings: Settings, paths: ProfilePaths, *, quiet: bool) -> Measured:
    """Raises Refused with the reason where it came to nothing."""
    if _app_trains(paths):
        held = training_now()
        raise Refused(held.title, held.advice)
    with Progress(disable=quiet or not sys.stdout.isatty(), transient=True) as bar:
        task = bar.add_task(_("Starting the training engine…"), total=1.0)

        def tell(state: Measuring) -> None:
            text = progress_text(state, services.celsius() if state.device else None)
            bar.update(task, completed=state.done_share, description=text)

        result = asyncio.run(_run(services, settings, tell))
    if isinstance(result, NotMeasured):
        raise Refused(result.title, result.advice)
    return result


async def _run(
    services: ComputerServices, settings: Settings, tell: Callable[[Measuring], None]
) -> Measured | NotMeasured:
    check = services.speed_check(settings, tell)
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGINT, check.cancel)
    except (NotImplementedError, RuntimeError):
        pass  # Windows, or not the main thread: then Ctrl-C ends all at once, and the child with its stdin
    return await check.run()


def _app_trains(paths: ProfilePaths) -> bool:
    try:
        reply = ask(paths, wire.Status())
    except NotRunning:
        return False
    return isinstance(reply, wire.StatusReply) and reply.report.engine.phase in ALIVE
