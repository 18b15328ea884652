"""`train-at-home privacy`: what leaves this computer, to whom, and what never does."""

import msgspec
from rich.console import Console

from app.control.commands.asking import Json, Profile, print_json, told
from app.core.privacy import privacy_statement
from app.core.settings.settings import settings_file
from app.platforms.paths import profile_paths


def privacy(json: Json = False, profile_folder: Profile = None) -> None:
    """What leaves this computer, to whom, and what never does, with your settings as they are."""
    with told():
        settings = settings_file(profile_paths(profile_folder).config_folder).look().value
    statement = privacy_statement(settings)
    if json:
        print_json({"statement": [msgspec.to_builtins(each) for each in statement]})
        return
    console = Console()
    for each in statement:
        console.print(each.title, style="bold", markup=False, highlight=False)
        for sentence in each.sentences:
            console.print(f"    {sentence}", markup=False, highlight=False)
