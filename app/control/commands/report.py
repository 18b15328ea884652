"""`train-at-home report`: a problem report as a file that the person reads first and sends on if they want to."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.control.commands.asking import Json, Profile, print_json, told
from app.control.report_gathering import asked_of_the_app, report_here
from app.core.report.contents import preview_text, zipped
from app.core.settings.stored_file import write_atomically
from app.core.words import _, bytes_text
from app.platforms.clock import SystemClock
from app.platforms.paths import profile_paths
from protocol.errors import SettingsError

To = Annotated[Path | None, typer.Option("--to", help="Where to save it; else in the present folder.")]
Preview = Annotated[bool, typer.Option("--preview", help="Print everything that would go in, and save nothing.")]


def report(to: To = None, preview: Preview = False, json: Json = False, profile_folder: Profile = None) -> None:
    """Save logs, settings and readings as a file for whoever helps you. Names and secrets are taken out of it."""
    with told():
        if to is not None and to.is_dir():
            raise SettingsError(_("{path} is a folder.").format(path=to), _("Name the file: --to report.zip"))
        paths, at = profile_paths(profile_folder), SystemClock().now()
        files = report_here(paths, at, asked_of_the_app(paths))
        if preview:
            print(preview_text(files), end="")
            return
        target = Path(to or f"train-at-home-report-{at:%Y%m%d-%H%M}.zip").absolute()
        content = zipped(files)
        write_atomically(target, content)
    if json:
        names = [{"name": file.name, "bytes": file.size_bytes} for file in files]
        print_json({"saved": str(target), "bytes": len(content), "files": names})
        return
    console = Console()
    for file in files:
        console.print(f"  {file.name}  {bytes_text(file.size_bytes)}", markup=False, highlight=False)
    console.print(saved_sentence(str(target)), markup=False)


def saved_sentence(path: str) -> str:
    return _("Saved as {path}. Nothing was sent: read it, then send it yourself to whoever helps you.").format(
        path=path
    )
