"""`train-at-home run|status|pause|resume|stop|why|earnings|quit`: asks the running app, or runs one in the terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from app.control import messages as wire
from app.control import update_commands
from app.control.client import NotRunning, connected
from app.control.exit_codes import ExitCode
from app.control.moments import moment
from app.platforms.clock import SystemClock
from app.platforms.paths import ProfilePaths, profile_paths
from protocol.errors import AuthenticationError, Refused, SettingsError, UserFacingError

application = typer.Typer(
    name="train-at-home",
    help="Lend this computer to the training of a large language model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would print local variables
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Profile = Annotated[
    Path | None,
    typer.Option("--profile-folder", envvar="TRAIN_AT_HOME_PROFILE", help="Keep everything in this folder."),
]
Until = Annotated[str | None, typer.Option(help="A time of day, like 07:00.")]
For = Annotated[str | None, typer.Option("--for", help="A length of time, like 90m or 2h.")]


@application.command()
def run(
    now: Annotated[bool, typer.Option("--now", help="Train now, whatever the hours say.")] = False,
    until: Until = None,
    span: For = None,
    network: Annotated[str | None, typer.Option(help="A known network's name (local), or an https address.")] = None,
    payout: Annotated[str | None, typer.Option(help="The coldkey address that earnings go to.")] = None,
    hours: Annotated[str | None, typer.Option(help="When to train: 22:00-07:00, or always.")] = None,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """Train: ask the running app, or run one in this terminal."""
    from app.control.headless import run_headless
    from app.control.logs import log_to_file
    from app.control.service import AlreadyRunning, ServiceOptions

    with _told():
        end = moment(until, span, SystemClock().now())
        request = wire.Run(now=now, until=end, network=network, payout=payout, hours=hours)
        paths = profile_paths(profile_folder)
        log_to_file(paths)
        ended = run_headless(ServiceOptions(profile_folder=profile_folder, first=request), json_lines=json)
        if isinstance(ended, AlreadyRunning):
            _print_done(_ask(paths, request), json)
            return
        raise typer.Exit(ended)


@application.command()
def status(json: Json = False, profile_folder: Profile = None) -> None:
    """What it is doing, why, and until when."""
    reply = _ask_told(profile_folder, wire.Status())
    assert isinstance(reply, wire.StatusReply)
    if json:
        _print_json(reply.report)
        return
    report = reply.report
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row("network", report.network.title or "none chosen")
    table.add_row("engine", report.engine.phase.value.replace("_", " "))
    if report.engine.stage is not None and report.engine.stages is not None:
        table.add_row("part", f"{report.engine.stage + 1} of {report.engine.stages} of {report.engine.run_title}")
        table.add_row("speed", f"{report.engine.tokens_per_second:,.0f} tokens/s, step {report.engine.step:,}")
    if report.service.run_loss is not None:
        table.add_row("loss", f"{report.service.run_loss:.3f}, {report.service.run_share_done:.1%} of the run done")
    table.add_row("earnings", report.earnings.sentence)
    for trouble in report.troubles[-3:]:
        table.add_row("trouble", f"{trouble.at:%H:%M} {trouble.title} {trouble.advice}")
    console = Console()
    console.print(report.headline, style="bold", markup=False)
    console.print(report.sentence, markup=False)
    console.print(table, markup=False)


@application.command()
def pause(until: Until = None, span: For = None, json: Json = False, profile_folder: Profile = None) -> None:
    """Pause, until resumed or for a while."""
    with _told():
        end = moment(until, span, SystemClock().now())
    _print_done(_ask_told(profile_folder, wire.Pause(until=end)), json)


@application.command()
def resume(json: Json = False, profile_folder: Profile = None) -> None:
    """Go on training whenever the gates allow."""
    _print_done(_ask_told(profile_folder, wire.Resume()), json)


@application.command()
def stop(
    finish: Annotated[bool, typer.Option("--finish", help="Finish what is under way first.")] = False,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """Stop training until told otherwise; the app stays."""
    _print_done(_ask_told(profile_folder, wire.Stop(finish=finish)), json)


@application.command()
def why(json: Json = False, profile_folder: Profile = None) -> None:
    """Why it trains or doesn't, gate by gate."""
    reply = _ask_told(profile_folder, wire.Why())
    assert isinstance(reply, wire.WhyReply)
    if json:
        _print_json(reply.report)
        return
    table = Table.grid(padding=(0, 2))
    for gate in reply.report.gates:
        table.add_row("holds" if gate.holds else "", gate.label, gate.line)
    console = Console()
    console.print(reply.report.sentence, markup=False)
    console.print(table, markup=False)


@application.command()
def earnings(json: Json = False, profile_folder: Profile = None) -> None:
    """What this computer earned."""
    reply = _ask_told(profile_folder, wire.Earnings())
    assert isinstance(reply, wire.EarningsReply)
    if json:
        _print_json(reply.report)
    else:
        Console().print(reply.report.sentence, markup=False)


@application.command()
def quit(json: Json = False, profile_folder: Profile = None) -> None:
    """Hand over and end the app."""
    _print_done(_ask_told(profile_folder, wire.Quit()), json)


application.command()(update_commands.engine)
application.command()(update_commands.update)


def _ask_told(profile_folder: Path | None, request: wire.Request) -> wire.Reply:
    with _told():
        return _ask(profile_paths(profile_folder), request)


def _ask(paths: ProfilePaths, request: wire.Request) -> wire.Reply:
    with connected(paths) as client:
        return client.ask(request)


@contextmanager
def _told() -> Iterator[None]:
    """Errors that a person may read end here: words to stderr, a code for scripts."""
    try:
        yield
    except UserFacingError as error:
        print(f"{error.title} {error.advice}".strip(), file=sys.stderr)
        raise typer.Exit(exit_code_for(error)) from None


def exit_code_for(error: UserFacingError) -> ExitCode:
    match error:
        case NotRunning():
            return ExitCode.NOT_RUNNING
        case SettingsError() | Refused() | AuthenticationError():
            return ExitCode.REFUSED
        case _:
            return ExitCode.FAILED


def _print_done(reply: wire.Reply, json: bool) -> None:
    assert isinstance(reply, wire.Done)
    if json:
        _print_json({"sentence": reply.sentence})
    else:
        Console().print(reply.sentence, markup=False)


def _print_json(value: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
