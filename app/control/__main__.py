"""The command line's entry: `train-at-home`, or `python -m app.control`."""

import sys
from typing import Any

import typer.main

from app.control.command_line import application
from app.control.logs import log_to_stderr
from app.control.speaking import profile_in, speak_as_set
from app.core.language.speech import spoken


def main() -> None:
    log_to_stderr()
    speak_as_set(profile_in(sys.argv[1:]))
    command = typer.main.get_command(application)
    say_help(command)
    command()


def say_help(command: Any) -> None:
    """Turn the help of a command, of its options and of the commands in it into the person's language."""
    said = spoken().translate  # of literals where they stand in the commands: devtools/spoken_texts.py finds them
    for each in (command, *command.params):
        if getattr(each, "help", None):
            each.help = said(each.help)
    for inner in getattr(command, "commands", {}).values():
        say_help(inner)


if __name__ == "__main__":
    main()
