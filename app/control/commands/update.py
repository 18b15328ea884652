"""`train-at-home engine` and `train-at-home update`: what would be fetched, a question, and the fetching itself."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from app.control import messages as wire
from app.control.commands.asking import Profile, ask_told, print_done, told
from app.control.exit_codes import ExitCode
from app.core.settings.settings import Settings, UpdateChannel, settings_file
from app.core.words import _
from app.platforms.installation import FromSource, installation
from app.platforms.paths import profile_paths, programs_folder
from app.update.here import fetcher_here
from app.update.programs import Programs
from app.update.states import Fetching, Offered, Ready, Refused, State, Unpacking, UpToDate, Verifying
from app.update.words import ended_sentence, offer_sentence
from protocol.errors import UserFacingError

if TYPE_CHECKING:
    from app.update.fetching import Fetcher

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask: fetch it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and ask nothing.")]
Check = Annotated[bool, typer.Option("--check", help="Only say whether there is something.")]


def engine(
    yes: Yes = False,
    check: Check = False,
    variant: Annotated[str | None, typer.Option(help="cpu, cu130, rocm7.2, xpu, mps; else what fits is found.")] = None,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """Fetch the training engine for the hardware found; its size is shown first."""
    if isinstance(installation(), FromSource):
        _end(Ready("source"), json, _("This app runs from source and brings its own engine."))
    fetcher = _fetcher(_settings(profile_folder))
    offer: State = fetcher.offer_engine(variant)
    if isinstance(offer, Offered) and _agreed(offer, yes=yes, check=check, json=json):
        offer = _shown(lambda tell: fetcher.fetch_engine(tell, variant), json)
    _end(offer, json, ended_sentence(offer, _("The training engine is here. Training can begin.")))


def update(
    yes: Yes = False,
    check: Check = False,
    channel: Annotated[
        UpdateChannel | None, typer.Option(help="Take versions of this kind from now on; fetch nothing yet.")
    ] = None,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """Fetch a newer version of the app, if there is one; it runs from the next start on."""
    if channel is not None:
        print_done(ask_told(profile_folder, wire.ChangeUpdates(channel)), json)
        return
    if isinstance(installation(), FromSource):
        _end(UpToDate("source"), json, _("This app runs from source: update it with git."))
    settings = _settings(profile_folder)
    if settings.update_channel is UpdateChannel.EARLY and not json:
        Console().print(_("Early versions are looked at too."), style="dim", markup=False)
    fetcher = _fetcher(settings)
    offer: State = fetcher.offer_app()
    if isinstance(offer, Offered) and _agreed(offer, yes=yes, check=check, json=json):
        offer = _shown(fetcher.fetch_app, json)
    _end(offer, json, ended_sentence(offer, _("The new version is here. It runs from the next start on.")))


def _settings(profile_folder: Profile) -> Settings:
    """As they are, whether the app runs or not."""
    with told():
        return settings_file(profile_paths(profile_folder).config_folder).look().value


def _fetcher(settings: Settings) -> "Fetcher":
    try:
        return fetcher_here(installation(), Programs(programs_folder()), settings)
    except UserFacingError as error:
        print(f"{error.title} {error.advice}".strip(), file=sys.stderr)
        raise typer.Exit(ExitCode.FAILED) from None


def _agreed(offer: Offered, *, yes: bool, check: bool, json: bool) -> bool:
    if not json:
        Console().print(offer_sentence(offer), markup=False)
    if check or yes:
        return yes and not check
    if json or not sys.stdin.isatty():
        return False
    return typer.confirm(_("Fetch it now?"))


def _shown(fetch: Callable[[Callable[[State], None]], State], json: bool) -> State:
    """Fetch with a bar on a terminal; a log gets no more than the end."""
    with Progress(disable=json or not sys.stdout.isatty(), transient=True) as bar:
        task = bar.add_task(_("Downloading"), total=None)

        def tell(state: State) -> None:
            match state:
                case Fetching(done, total):
                    bar.update(task, completed=done, total=total)
                case Verifying():
                    bar.update(task, description=_("Checking"))
                case Unpacking(done, total):
                    bar.update(task, description=_("Unpacking"), completed=done, total=total)
                case _:
                    pass

        return fetch(tell)


def _end(state: State, json: bool, sentence: str) -> None:
    refused = isinstance(state, Refused)
    if json:
        body = {"state": type(state).__name__, "sentence": sentence, **msgspec.structs.asdict(state)}
        if isinstance(state, Refused):
            body["problem"] = state.problem
        print(msgspec.json.format(msgspec.json.encode(body), indent=2).decode())
    else:
        Console(stderr=refused).print(sentence, markup=False)
    raise typer.Exit(ExitCode.REFUSED if refused else ExitCode.OK)
