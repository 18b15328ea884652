"""`train-at-home schedule show|set|add|remove|except` and `train-at-home skip tonight`."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.control import messages as wire
from app.control.commands.asking import Json, Profile, ask_told, print_done, print_json, told
from app.control.reports.schedule import ScheduleReport
from app.core.hours.preview import SpanReason
from app.core.hours.windows import DaysOff
from app.core.hours.words import exception_text
from app.core.language.speech import _, counted, full_stop
from protocol.errors import SettingsError

schedule = typer.Typer(
    name="schedule",
    help="The hours in which this computer may train.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Hours = Annotated[
    list[str],
    typer.Argument(
        help='Like "22:00-07:00", "fri 22:00-06:00", "weekdays 09:00-17:00 gently" or "weekends all day". With '
        '"last-start 30" or "overrun 10" after it these hours have minutes of their own. A line of cron does too, '
        'such as "* 22-23,0-6 * * mon-fri": every minute that it names is one to train in.'
    ),
]
LastStart = Annotated[
    int | None, typer.Option("--last-start", help="Begin nothing in the last so many minutes of the hours.")
]
Overrun = Annotated[
    int | None, typer.Option("--overrun", help="Minutes past the end in which work in flight may be handed over.")
]


@schedule.command()
def show(json: Json = False, profile_folder: Profile = None) -> None:
    """The hours, the days off, and what the next seven days bring."""
    _print(ask_told(profile_folder, wire.ShowSchedule()), json)


@schedule.command("set")
def set_(
    hours: Annotated[list[str] | None, typer.Argument(help="The hours from now on, or: always.")] = None,
    last_start: LastStart = None,
    overrun: Overrun = None,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """Set all hours anew, or the minutes that go with them."""
    with told():
        if hours is None and last_start is None and overrun is None:
            raise SettingsError(_("Nothing was said to set."), _("For example: train-at-home schedule set 22:00-07:00"))
    request = wire.ChangeSchedule(
        hours=None if hours is None else tuple(hours), last_start_minutes=last_start, overrun_minutes=overrun
    )
    _print(ask_told(profile_folder, request), json)


@schedule.command()
def add(hours: Hours, json: Json = False, profile_folder: Profile = None) -> None:
    """Add hours to those there are."""
    _print(ask_told(profile_folder, wire.ChangeSchedule(add=tuple(hours))), json)


@schedule.command()
def remove(hours: Hours, json: Json = False, profile_folder: Profile = None) -> None:
    """Take hours out."""
    _print(ask_told(profile_folder, wire.ChangeSchedule(remove=tuple(hours))), json)


@schedule.command("except")
def except_(
    days: Annotated[list[str], typer.Argument(help="Like 2026-12-24, 2026-12-24..2026-12-26 or tomorrow.")],
    undo: Annotated[bool, typer.Option("--remove", help="Train on these days after all.")] = False,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """Days off: no hours that begin on them count."""
    asked = tuple(days)
    request = wire.ChangeSchedule(days_on=asked) if undo else wire.ChangeSchedule(days_off=asked)
    _print(ask_told(profile_folder, request), json)


def skip(
    what: Annotated[str, typer.Argument(help="Only: tonight.")] = "tonight",
    undo: Annotated[bool, typer.Option("--undo", help="Tonight after all.")] = False,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """Leave out the hours that run now, or else the next ones, once."""
    with told():
        if what.strip().lower() != "tonight":
            raise SettingsError(
                _("“{what}” can't be skipped.").format(what=what),
                _("For days: train-at-home schedule except 2026-12-24"),
            )
    print_done(ask_told(profile_folder, wire.Skip(undo=undo)), json)


def _print(reply: wire.Reply, json: bool) -> None:
    assert isinstance(reply, wire.ScheduleReply)
    if json:
        print_json(reply.report)
        return
    console = Console()
    console.print(full_stop(reply.report.line), style="bold", markup=False)
    console.print(_details(reply.report), markup=False)


def _details(report: ScheduleReport) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    if report.enabled:
        table.add_row(_("hours"), "\n".join(window.text for window in report.windows))
    for days in report.days_off:
        table.add_row(_("days off"), exception_text(DaysOff(days.first, days.last), report.at))
    if report.last_start_minutes:
        table.add_row(
            _("last start"),
            counted(
                "{count} minute before the end", "{count} minutes before the end", report.last_start_minutes
            ).format(count=report.last_start_minutes),
        )
    table.add_row(
        _("handing over"),
        counted(
            "up to {count} minute past the end", "up to {count} minutes past the end", report.overrun_minutes
        ).format(count=report.overrun_minutes),
    )
    told = [span.text for span in report.preview if span.reason is not SpanReason.OUTSIDE]
    table.add_row(_("next 7 days"), "\n".join(told) or _("no training"))
    return table
