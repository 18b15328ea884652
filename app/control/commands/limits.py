"""`train-at-home limits` and `train-at-home limits set`: what binds the work here, and how to change it by hand."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.control import messages as wire
from app.control.commands.asking import Json, Profile, ask_told, print_json, told
from app.control.reports.limits_text import caps_table, changed_lines, gates_table
from app.core.language.speech import _
from app.core.settings.typed_limits import FORMS, permitted
from protocol.errors import SettingsError

limits = typer.Typer(
    name="limits",
    help="What holds training back, what each condition was read from, and what the engine may take at most.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@limits.callback(invoke_without_command=True)
def show(context: typer.Context, json: Json = False, profile_folder: Profile = None) -> None:
    """What holds training back, what each condition was read from, and what the engine may take at most."""
    if context.invoked_subcommand is not None:
        context.obj = (json, profile_folder)
        return
    reply = ask_told(profile_folder, wire.Limits())
    assert isinstance(reply, wire.LimitsReply)
    if json:
        print_json(reply.report)
        return
    console = Console()
    console.print(reply.report.sentence, markup=False)
    console.print(gates_table(reply.report), markup=False)
    console.print(caps_table(reply.report.caps), markup=False)


@limits.command("set")
def set_(
    context: typer.Context,
    changes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME VALUE...",
            help="Names as in `config explain`, each with its value: gates.idle on gates.idle_least_seconds 5min "
            "upload_bytes_per_second 2.5MB/s. Without any it tells them all.",
        ),
    ] = None,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """Change limits and caps, several at once; where one makes no sense, none is changed."""
    said: tuple[bool, Path | None] = context.obj
    json, profile_folder = json or said[0], profile_folder or said[1]
    if not changes:
        _print_names(json)
        return
    with told():
        asked = pairs(changes)
    reply = ask_told(profile_folder, wire.ChangeLimits(changes=asked))
    assert isinstance(reply, wire.LimitsReply)
    if json:
        print_json(reply.report)
        return
    for line in (*changed_lines(reply.report), reply.report.sentence):
        Console().print(line, markup=False, highlight=False, soft_wrap=True)


@limits.command("free")
def free(context: typer.Context, json: Json = False, profile_folder: Profile = None) -> None:
    """Free the disk of what the engine keeps and could fetch again. Earnings and keys are none of it."""
    said: tuple[bool, Path | None] = context.obj
    reply = ask_told(profile_folder or said[1], wire.FreeDisk())
    assert isinstance(reply, wire.Done)
    if json or said[0]:
        print_json(reply)
    else:
        Console().print(reply.sentence, markup=False, highlight=False, soft_wrap=True)


def pairs(words: list[str]) -> tuple[tuple[str, str], ...]:
    """Names and values in turn. Raises SettingsError where one is missing."""
    if len(words) % 2:
        raise SettingsError(
            _("Each name needs a value after it."), _("For example: train-at-home limits set gates.idle on")
        )
    return tuple(zip(words[::2], words[1::2], strict=True))


def _print_names(json: bool) -> None:
    if json:
        print_json([{"name": name, "permitted": permitted(name)} for name in FORMS])
        return
    table = Table.grid(padding=(0, 2))
    for name in FORMS:
        table.add_row(name, permitted(name))
    Console().print(table, markup=False)
