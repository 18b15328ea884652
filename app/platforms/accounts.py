"""Who has an account on this computer, as far as anybody tells: for what must not be read in a problem report."""

import sys
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Final

import psutil

_FIRST_PERSON: Final = 500 if sys.platform == "darwin" else 1000
"""Lower numbers are the system's own."""
_NOBODY: Final = 65_534
_LIMIT: Final = 500
"""A school's directory may list thousands, and each name is looked for in every line."""
_OF_HOMES: Final = frozenset({"home", "users"})
_NOBODYS_HOMES: Final = frozenset({"all users", "default", "default user", "lost+found", "public", "shared"})

Names = Callable[[], Iterable[str]]


def people_here(home: Path, *, logged_in: Names | None = None, listed: Names | None = None) -> frozenset[str]:
    """Names of accounts that are people's. Each source misses some: who never logged in has no home, who comes from a
    directory need not be listed, and not every system tells who is logged in."""
    sources = (logged_in or _logged_in, listed or _listed, lambda: _beside(home))
    found = {name.strip() for source in sources for name in _told(source)}
    return frozenset(name for name in found if len(name) > 1)  # a letter tells nothing, and stands everywhere


def _told(source: Names) -> list[str]:
    try:
        return list(islice(source(), _LIMIT))
    except (OSError, psutil.Error, RuntimeError):
        return []


def _logged_in() -> Iterable[str]:
    return [session.name for session in psutil.users()]


def _listed() -> Iterable[str]:
    if sys.platform == "win32":  # who has a home there is enough
        return []
    import pwd

    return (
        entry.pw_name
        for entry in pwd.getpwall()
        if entry.pw_uid >= _FIRST_PERSON
        and entry.pw_uid != _NOBODY
        and not entry.pw_shell.endswith(("/nologin", "/false"))
    )


def _beside(home: Path) -> Iterable[str]:
    """The names of other homes. Only where homes stand together: beside root's lies all of the system."""
    if home.parent.name.lower() not in _OF_HOMES:
        return []
    return [
        folder.name
        for folder in home.parent.iterdir()
        if folder.is_dir() and not folder.name.startswith(".") and folder.name.lower() not in _NOBODYS_HOMES
    ]
