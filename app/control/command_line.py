"""`train-at-home run|status|pause|resume|finish|stop|...`: asks the running app, or runs one in the terminal."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from app.control import messages as wire
from app.control.agent.command import agent
from app.control.client import ask as _ask
from app.control.commands import update as update_commands
from app.control.commands.asking import Json, Profile
from app.control.commands.asking import ask_told as _ask_told
from app.control.commands.asking import print_done as _print_done
from app.control.commands.asking import print_json as _print_json
from app.control.commands.asking import quit_told as _quit_told
from app.control.commands.asking import told as _told
from app.control.commands.autostart import autostart
from app.control.commands.computer import computer
from app.control.commands.config import config
from app.control.commands.limits import limits
from app.control.commands.moments import moment
from app.control.commands.open import open_link
from app.control.commands.privacy import privacy
from app.control.commands.problem import print_present, problem
from app.control.commands.remove import remove
from app.control.commands.report import report
from app.control.commands.schedule import schedule, skip
from app.control.reports.activity_text import print_activity
from app.control.reports.earnings_text import print_earnings
from app.core import words
from app.core.language.speech import _, figure, percent
from app.core.network.run_titles import run_title
from app.core.problems.codes import with_code
from app.platforms.clock import SystemClock
from app.platforms.installation import comes_back
from app.platforms.paths import profile_paths
from protocol.errors import SettingsError

application = typer.Typer(
    name="train-at-home",
    help="Lend this computer to the training of a large language model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would print local variables
    context_settings={"help_option_names": ["-h", "--help"]},
)

application.add_typer(schedule)
application.add_typer(config)
application.add_typer(limits)
application.command()(autostart)
application.command()(skip)
application.command()(report)
application.command()(remove)
application.command()(computer)
application.command()(privacy)
application.command()(problem)

Until = Annotated[str | None, typer.Option(help="A time, like 07:00, tomorrow or 2026-12-24T07:00.")]
For = Annotated[str | None, typer.Option("--for", help="A length of time, like 90m or 2h30m.")]


@application.command()
def run(
    now: Annotated[bool, typer.Option("--now", help="Train now, whatever the hours say.")] = False,
    until: Until = None,
    span: For = None,
    network: Annotated[str | None, typer.Option(help="A known network's name (local), or an https address.")] = None,
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
        asked = wire.Run(now=now, until=end, network=network, hours=hours)
        first = None if comes_back() else asked  # what the person said since holds
        paths = profile_paths(profile_folder)
        log_to_file(paths)
        ended = run_headless(ServiceOptions(profile_folder=profile_folder, first=first), json_lines=json)
        if isinstance(ended, AlreadyRunning):
            _print_done(_ask(paths, asked), json)
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
    table.add_row(_("network"), report.network.title or _("none chosen"))
    table.add_row(_("engine"), words.phase_label(report.engine.phase))
    if report.engine.stage is not None and report.engine.stages is not None:
        table.add_row(
            _("part"),
            _("{part} of {parts} of {title}").format(
                part=report.engine.stage + 1, parts=report.engine.stages, title=run_title(report.engine.run_title)
            ),
        )
        table.add_row(
            _("speed"),
            _("{speed} tokens/s, step {step}").format(
                speed=figure(report.engine.tokens_per_second, ",.0f"), step=figure(report.engine.step, ",")
            ),
        )
    for member in report.crew:
        speed = _("{speed} tokens/s").format(speed=figure(member.status.tokens_per_second, ",.0f"))
        table.add_row(member.card, f"{words.phase_label(member.status.phase)} · {speed}")
    if report.memory:
        table.add_row(_("memory"), report.memory)
    if report.service.run_loss is not None:
        table.add_row(
            _("loss"),
            _("{loss}, {share} of the run done").format(
                loss=figure(report.service.run_loss, ".3f"),
                share=percent(report.service.run_share_done, ".1f"),
            ),
        )
    table.add_row(_("earnings"), report.earnings.sentence)
    for trouble in report.troubles[-3:]:
        said = with_code(f"{trouble.title} {trouble.advice}".strip(), trouble.problem)
        table.add_row(_("trouble"), f"{trouble.at:%H:%M} {said}")
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
    """End a pause: go on with what it interrupted, or whenever the hours and conditions allow."""
    _print_done(_ask_told(profile_folder, wire.Resume()), json)


@application.command()
def finish(json: Json = False, profile_folder: Profile = None) -> None:
    """Hand over what is under way, then be off until the hours next begin."""
    _print_done(_ask_told(profile_folder, wire.Stop(finish=True)), json)


@application.command()
def stop(
    finish: Annotated[bool, typer.Option("--finish", help="The same as: finish.")] = False,
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
        table.add_row(_("holds") if gate.holds else "", gate.label, with_code(gate.line, gate.problem))
    console = Console()
    console.print(reply.report.sentence, markup=False)
    console.print(table, markup=False)
    print_present(reply.report.problems, console)


@application.command()
def earnings(
    days: Annotated[int | None, typer.Option(help="Only today and the days before it: 1, 7, 30.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print the sessions as a table for a spreadsheet.")] = False,
    paid_csv: Annotated[bool, typer.Option("--paid-csv", help="Print the payouts as such a table.")] = False,
    show_money: Annotated[bool, typer.Option("--show-money", help="Show amounts although they are hidden.")] = False,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """What this computer earned, what that cost, and why something is zero."""
    with _told():
        if csv and json:
            raise SettingsError(_("--csv and --json can't be given together."), _("Choose one."))
        if paid_csv and (csv or json):
            raise SettingsError(_("--paid-csv stands alone."), _("Choose one."))
    asked = wire.Earnings(days=days, csv=csv, paid_csv=paid_csv, show_money=show_money)
    reply = _ask_told(profile_folder, asked)
    assert isinstance(reply, wire.EarningsReply)
    if csv or paid_csv:
        for page in _pages(profile_folder, asked, reply):
            print(page, end="")
    elif json:
        _print_json(reply.report)
    else:
        print_earnings(reply.report, Console())


def _pages(profile_folder: Path | None, asked: wire.Earnings, newest: wire.EarningsReply) -> list[str]:
    """The whole table, oldest first, though a reply has room for some of it only. One headline is enough."""
    pages, left = [newest.csv], newest.csv_left
    while left > 0:
        older = _ask_told(profile_folder, msgspec.structs.replace(asked, csv_until=left))
        assert isinstance(older, wire.EarningsReply)
        pages.insert(0, older.csv)
        left = min(older.csv_left, left - 1)
    return pages[:1] + [page.partition("\r\n")[2] for page in pages[1:]]


@application.command()
def activity(
    days: Annotated[int, typer.Option(help="Today and the days before it.")] = 7,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """What this computer did, hour by hour, and whether it ran last night."""
    reply = _ask_told(profile_folder, wire.Activity(days=days))
    assert isinstance(reply, wire.ActivityReply)
    if json:
        _print_json(reply.report)
    else:
        print_activity(reply.report, Console())


@application.command()
def quit(
    wait: Annotated[bool, typer.Option("--wait", help="Come back only once it has ended.")] = False,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """Hand over and end the app."""
    reply = _quit_told(profile_folder) if wait else _ask_told(profile_folder, wire.Quit())
    _print_done(reply, json)


application.command()(agent)
application.command("open")(open_link)
application.command()(update_commands.engine)
application.command()(update_commands.update)
