"""The folder for what is large of the engine's work, as a person sets it. Pure: whether it is there the engine sees."""

from pathlib import Path
from typing import Final

from app.core.language.speech import _
from protocol.errors import SettingsError

BESIDE: Final = "none"
"""Typed for no folder of its own."""
_MOST_LETTERS: Final = 1024


def checked_work_folder(text: str) -> str | None:
    """What was typed as it is kept; None for beside the app's other data. Raises SettingsError."""
    typed = text.strip()
    if not typed or typed.casefold() == BESIDE:
        return None
    if len(typed) > _MOST_LETTERS or not typed.isprintable():
        raise SettingsError(_("That is no name of a folder."), _("Choose a folder that is there."))
    if not Path(typed).is_absolute():
        raise SettingsError(
            _("“{folder}” does not say on which disk it is.").format(folder=typed),
            _("Give the whole way to the folder, from the disk on."),
        )
    return str(Path(typed))


def work_folder_sentence(setting: str | None) -> str:
    """One line for the settings."""
    return _("With the app's other data") if setting is None else setting


def freed_sentence() -> str:
    """Where what engines kept was taken away."""
    return _("That room is free again. What is needed is fetched when training next begins.")


def disk_for_work(setting: str | None, otherwise: Path) -> Path:
    """On whose disk room is needed; `otherwise`: where the app's other data lie."""
    return otherwise if setting is None else Path(setting)
