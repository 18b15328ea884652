"""What "remove everything" takes and what it leaves: decided by name, from what lies in the app's folders. Pure.

Only what the app itself puts somewhere is taken. A profile may be any folder that the person chose, so whatever else
lies there is theirs and stays.
"""

from collections.abc import Container, Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import msgspec

from app.core.words import _


class Place(StrEnum):
    """Which of the app's folders a thing lies in; on some systems several are one."""

    CONFIG = "config"
    STATE = "state"
    LOGS = "logs"
    PROGRAMS = "programs"
    WORK = "work"
    """What an engine's state folder remembers of a folder that the person chose."""


class What(StrEnum):
    PROGRAMS = "programs"
    WORK = "work"
    BOOKS = "books"
    LOGS = "logs"
    SETTINGS = "settings"
    KEY = "key"


_BOOKS: Final = (
    *("state.json", "state.json.*", ".state.json.*", "earnings.jsonl", "earnings.jsonl.*", ".earnings.jsonl.*"),
    *("activity.jsonl", "activity.jsonl.*", ".activity.jsonl.*"),
    *("app.lock", "control.sock", "hotkey-in-keychain", ".hotkey-in-keychain.*"),
)
NAMES: Final = {
    What.PROGRAMS: ((Place.PROGRAMS, "*"),),
    What.WORK: ((Place.STATE, "engine"), (Place.STATE, "local-network"), (Place.WORK, "*")),
    What.BOOKS: tuple((Place.STATE, name) for name in _BOOKS),
    What.LOGS: ((Place.LOGS, "app.log"), (Place.LOGS, "app.log.[0-9]*")),
    What.SETTINGS: tuple((Place.CONFIG, name) for name in ("settings.json", "settings.json.*", ".settings.json.*")),
    What.KEY: ((Place.STATE, "keys"),),
}
"""Each by the folder it lies in and its name there."""


class Found(msgspec.Struct, frozen=True):
    """One entry of one of the app's folders, with the size of all that is in it."""

    place: Place
    path: Path
    size_bytes: int


class Removal(msgspec.Struct, frozen=True):
    what: What
    path: Path
    size_bytes: int


class RemovalPlan(msgspec.Struct, frozen=True):
    removed: tuple[Removal, ...]
    keys_kept: tuple[Path, ...] = ()
    not_ours: tuple[Path, ...] = ()
    """Left where it lies, since this app did not put it there."""
    kept: tuple[Removal, ...] = ()
    """Left since the person asked for that."""

    @property
    def size_bytes(self) -> int:
        return sum(each.size_bytes for each in self.removed)


class RemovalChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What the person chose."""

    with_key: bool = False
    keep: frozenset[What] = frozenset()


def removal_plan(found: Iterable[Found], *, with_key: bool, keep: Container[What] = ()) -> RemovalPlan:
    """Each path once, even where two of the app's folders are one. The key stays unless it was asked for by name."""
    known: dict[Path, Removal] = {}
    seen: dict[Path, Found] = {}
    for each in found:
        seen[each.path] = each
        what = _what(each.place, each.path.name)
        if what is not None:
            known[each.path] = Removal(what, each.path, each.size_bytes)
    order = list(What)
    removed = sorted(known.values(), key=lambda each: (order.index(each.what), each.path))
    inside = {parent for path in seen for parent in path.parents}
    return RemovalPlan(
        tuple(each for each in removed if each.what not in keep and (with_key or each.what is not What.KEY)),
        () if with_key else tuple(each.path for each in removed if each.what is What.KEY),
        tuple(path for path in sorted(seen) if path not in known and path not in inside),
        tuple(each for each in removed if each.what in keep and each.what is not What.KEY),
    )


def what_text(what: What) -> str:
    """The name of one kind in a list."""
    return {
        What.PROGRAMS: _("the engine and newer versions that were fetched"),
        What.WORK: _("unfinished work and checkpoints"),
        What.BOOKS: _("what it remembers, its earnings book included"),
        What.LOGS: _("logs"),
        What.SETTINGS: _("settings"),
        What.KEY: _("this computer's key"),
    }[what]


def _what(place: Place, name: str) -> What | None:
    for what, names in NAMES.items():
        if any(place is at and fnmatchcase(name, pattern) for at, pattern in names):
            return what
    return None
