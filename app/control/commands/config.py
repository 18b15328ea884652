"""`train-at-home config explain`: every setting with its value, what it was at first, and what it means."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from app.control.commands.asking import Json, Profile, print_json, told
from app.core.settings.settings import settings_file
from app.core.settings.words import Explained, chosen_of, explained
from app.core.words import _
from app.platforms.paths import profile_paths
from protocol.errors import SettingsError

config = typer.Typer(
    name="config",
    help="What is set, and what it means.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@config.callback()
def _config() -> None:
    """A group, although it has one command yet."""


@config.command()
def explain(
    key: Annotated[
        str | None, typer.Argument(help="One setting, or a group like gates; all of them without it.")
    ] = None,
    json: Json = False,
    profile_folder: Profile = None,
) -> None:
    """Every setting: its value, its default, its meaning; where the file lies, and what of it could not be read."""
    with told():
        stored = settings_file(profile_paths(profile_folder).config_folder)
        found = stored.look()
        shown = explained(found.value)
        if key is not None:
            shown = chosen_of(shown, key)
            if not shown:
                raise SettingsError(
                    _("There is no setting “{key}”.").format(key=key), _("All of them: train-at-home config explain")
                )
    kept = sorted(str(path) for path in stored.path.parent.glob(f"{stored.path.name}.*-*"))
    trouble = "" if found.trouble is None else f"{found.trouble.title} {found.trouble.advice}".strip()
    if json:
        report = {"file": str(stored.path), "exists": stored.path.exists(), "trouble": trouble, "kept": kept}
        print_json(report | {"settings": [msgspec.to_builtins(each) for each in shown]})
        return
    _print(shown, Console())
    lines = [_file_line(str(stored.path), exists=stored.path.exists()), trouble]
    lines += [_("Put right earlier; the file as it was: {path}").format(path=path) for path in kept]
    for line in filter(None, lines):
        print(line)


def _print(shown: tuple[Explained, ...], console: Console) -> None:
    """What you set stands out; what is as at first is told by its value alone."""
    for each in shown:
        value = f"{each.name} = {_text(each.value)}"
        if not each.is_default:
            value += "   " + _("(at first: {value})").format(value=_text(each.default))
        console.print(value, style="" if each.is_default else "bold", markup=False, highlight=False, soft_wrap=True)
        console.print(f"    {each.meaning}", style="dim", markup=False, highlight=False)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _file_line(path: str, *, exists: bool) -> str:
    if exists:
        return _("The file: {path}").format(path=path)
    return _("There is no file yet, so all is as at first. It will be: {path}").format(path=path)
