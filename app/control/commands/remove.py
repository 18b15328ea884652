"""`train-at-home remove`: lists what the app keeps on this computer, asks, ends the app in order, and takes it away."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from app.control.commands.asking import Profile, told
from app.control.removing import Removing, app_stays_sentence
from app.core.removal_plan import RemovalChoice, RemovalPlan, What, what_text
from app.core.words import _, bytes_text
from app.platforms.paths import profile_paths
from protocol.errors import Refused

KeepSettings = Annotated[bool, typer.Option("--keep-settings", help="Leave the settings.")]
KeepWork = Annotated[bool, typer.Option("--keep-work", help="Leave unfinished work and checkpoints.")]
KeepEngine = Annotated[bool, typer.Option("--keep-engine", help="Leave the engine that was fetched.")]
KeepLogs = Annotated[bool, typer.Option("--keep-logs", help="Leave the logs.")]


def remove(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    with_key: Annotated[
        bool, typer.Option("--with-key", help="This computer's key too. What is still owed belongs to it.")
    ] = False,
    keep_settings: KeepSettings = False,
    keep_work: KeepWork = False,
    keep_engine: KeepEngine = False,
    keep_logs: KeepLogs = False,
    profile_folder: Profile = None,
) -> None:
    """Remove all that the app keeps on this computer: engine, work, logs, settings, its start with your session."""
    asked = {What.SETTINGS: keep_settings, What.WORK: keep_work, What.PROGRAMS: keep_engine, What.LOGS: keep_logs}
    choice = RemovalChoice(with_key=with_key, keep=frozenset(what for what, kept in asked.items() if kept))
    with told():
        removing = Removing(profile_paths(profile_folder), own_profile=profile_folder is None)
        _list(removing.plan(choice), Console(), starts=removing.starts_with_session())
        if not yes and not _agreed(with_key):
            print(_("Nothing was removed."))
            raise typer.Exit(0)
        plan = removing.carry_out(choice)
    print(_("Removed: {size}.").format(size=bytes_text(plan.size_bytes)))
    print(app_stays_sentence())


def _list(plan: RemovalPlan, console: Console, *, starts: bool) -> None:
    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    say(_("This is removed:"))
    for each in plan.removed:
        say(f"  {bytes_text(each.size_bytes):>9}  {each.path}  ({what_text(each.what)})")
    if starts:
        say("             " + _("its start with your session"))
    for path in (*(each.path for each in plan.kept), *plan.keys_kept, *plan.not_ours):
        say(_("This stays: {path}").format(path=path))
    if plan.keys_kept:
        say(_("What is still owed to this computer belongs to its key, so that stays; --with-key takes it too."))


def _agreed(with_key: bool) -> bool:
    if with_key:
        print(_("With this computer's key goes what is still owed to it, unless you have saved a copy."))
    if not sys.stdin.isatty():
        raise Refused(_("There is nobody to ask."), _("Say --yes if it is to be removed."))
    return typer.confirm(_("Remove all of it?"), default=False)
