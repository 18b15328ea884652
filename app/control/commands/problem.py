"""`train-at-home problem [CODE]`: what a code of the known problems means and what helps; needs no running app."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from app.control import messages as wire
from app.control.client import ask
from app.control.commands.asking import Json, Profile, print_json, told
from app.core.language.speech import _
from app.core.problems.codes import Problem
from app.core.problems.pages import found_pages, page_of
from app.core.problems.present import Present
from app.platforms.paths import profile_paths
from protocol.errors import SettingsError, UserFacingError

Code = Annotated[str | None, typer.Argument(help="Such as TAH-12, or words to look for; leave it out for all of them.")]


class ProblemPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page as it is printed."""

    code: Problem
    title: str
    happened: str
    by_itself: str
    you_can: str


def problem(code: Code = None, json: Json = False, profile_folder: Profile = None) -> None:
    """Look up a known problem by its code: what happened, what the app does by itself, what you can do."""
    with told():
        found = found_pages(code or "")
        if not found:
            raise SettingsError(
                _("No known problem fits “{text}”.").format(text=code), _("All of them: train-at-home problem")
            )
    present = () if code else _present_here(profile_folder)
    if json:
        print_json({"present": present, "problems": [_page(each) for each in found]})
        return
    console = Console()
    if len(found) == 1:
        _print_page(_page(found[0]), console)
        return
    print_present(present, console)
    for each in found:
        console.print(f"{each.value}  {page_of(each).title}", markup=False, highlight=False)


def print_present(present: Sequence[Present], console: Console) -> None:
    """The problems that are here, each with its code, and where to read on. Nothing where there is none."""
    if not present:
        return
    for each in present:
        when = _("now") if each.now else _("lately")
        console.print(f"{each.code.value}  {when}: {each.sentence}", markup=False, highlight=False)
    console.print(_("Read on with: train-at-home problem {code}").format(code=present[0].code.value), markup=False)
    console.print()


def _present_here(profile_folder: Profile) -> tuple[Present, ...]:
    """As the running app says; a list of problems is most wanted where it can't answer."""
    try:
        reply = ask(profile_paths(profile_folder), wire.Why())
    except UserFacingError:
        return ()
    assert isinstance(reply, wire.WhyReply)
    return reply.report.problems


def _page(code: Problem) -> ProblemPage:
    return ProblemPage(code=code, **msgspec.structs.asdict(page_of(code)))


def _print_page(page: ProblemPage, console: Console) -> None:
    console.print(f"{page.code.value}  {page.title}", style="bold", markup=False, highlight=False)
    for heading, text in (
        (_("What happened"), page.happened),
        (_("What the app does by itself"), page.by_itself),
        (_("What you can do"), page.you_can),
    ):
        console.print(f"\n{heading}", style="dim", markup=False)
        console.print(text, markup=False)
