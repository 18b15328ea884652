"""Which version of the app runs: a record of what was brought, and pure decisions over it.

The version that was installed (the base) never changes and is always there to fall back on. A newer one lies beside it
in the person's own folder, gets two tries to start, and is given up for good when it reported health in neither.
"""

import re
from typing import Final, NamedTuple

import msgspec

from app import VERSION
from app.core.words import _
from protocol.errors import MalformedMessage

TRIES: Final = 2
SCHEMA_VERSION: Final = 1
_PATTERN: Final = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})")

_VARIANT: Final = re.compile(r"[a-z][a-z0-9]{1,11}(\.\d{1,3})?")


class Version(NamedTuple):
    """Major, minor, patch; compares as one expects."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def parse_version(text: str) -> Version:
    """Raises MalformedMessage for anything but three plain numbers, so that a version is always a safe folder name."""
    found = _PATTERN.fullmatch(text)
    if found is None:
        raise MalformedMessage(
            _("“{text}” is no version.").format(text=text[:40]), _("It has three numbers, like 1.2.3.")
        )
    return Version(*(int(number) for number in found.groups()))


def is_variant(text: str) -> bool:
    """Whether an engine's variant is safe within a folder's name."""
    return _VARIANT.fullmatch(text) is not None


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A version that was fetched, checked and unpacked."""

    version: str
    tries: int = 0
    """Starts that were begun and neither reported health nor ended in order."""
    was_healthy: bool = False
    early: bool = False
    """It was no stable version when it was fetched."""
    given_up: bool = False
    """Its folder may be gone; the line stays, so that it is not fetched again."""


class LaunchRecord(msgspec.Struct, frozen=True, kw_only=True):
    """versions.json."""

    schema_version: int = SCHEMA_VERSION
    written_by: str = VERSION
    brought: tuple[Brought, ...] = ()


class Choice(NamedTuple):
    """What to start; None is the base."""

    version: Version | None
    record: LaunchRecord


def with_brought(record: LaunchRecord, version: Version, *, early: bool = False) -> LaunchRecord:
    """`version` lies ready. One that was there before begins anew."""
    others = tuple(item for item in record.brought if item.version != str(version))
    return msgspec.structs.replace(record, brought=(*others, Brought(version=str(version), early=early)))


def choose(record: LaunchRecord, base: Version, *, counts: bool) -> Choice:
    """The newest version that may still be tried. `counts`: this is a start that will report health, not a question.

    A question asked on the command line doesn't wake a version that never ran.
    """
    given_up = msgspec.structs.replace(record, brought=tuple(_judged(item) for item in record.brought))
    fit = [item for item in given_up.brought if not item.given_up and parse_version(item.version) > base]
    if not counts:
        fit = [item for item in fit if item.was_healthy]
    if not fit:
        return Choice(None, given_up)
    chosen = max(fit, key=lambda item: parse_version(item.version))
    begun = msgspec.structs.replace(chosen, tries=chosen.tries + 1) if counts and not chosen.was_healthy else chosen
    return Choice(parse_version(chosen.version), _replaced(given_up, begun))


def healthy(record: LaunchRecord, version: Version) -> LaunchRecord:
    """`version` runs and works. From now on a crash of it is no reason to go back: the older can't read its files."""
    return _changed(record, version, tries=0, was_healthy=True)


def ended_in_order(record: LaunchRecord, version: Version) -> LaunchRecord:
    """It ended by itself before it came to work, as when another copy was running already: no failed start."""
    item = _find(record, version)
    if item is None or item.was_healthy:
        return record
    return _changed(record, version, tries=max(0, item.tries - 1))


def is_given_up(record: LaunchRecord, version: Version) -> bool:
    item = _find(record, version)
    return item is not None and _judged(item).given_up


def left_behind(record: LaunchRecord, running: Version) -> tuple[Version, ...]:
    """Whose folders may go once `running` is healthy: all older ones, and those that were given up."""
    older = {parse_version(item.version) for item in record.brought if parse_version(item.version) < running}
    failed = {parse_version(item.version) for item in record.brought if item.given_up}
    return tuple(sorted((older | failed) - {running}))


def early_in_waiting(record: LaunchRecord, running: Version) -> tuple[Version, ...]:
    """Early versions that were fetched and never ran: whoever wants stable ones only must not wake up in one."""
    waiting = (item for item in record.brought if item.early and not item.was_healthy and not item.given_up)
    return tuple(version for version in (parse_version(item.version) for item in waiting) if version > running)


def without(record: LaunchRecord, version: Version) -> LaunchRecord:
    """Its folder is gone. That it was given up stays known."""
    kept = tuple(item for item in record.brought if item.version != str(version) or item.given_up)
    return msgspec.structs.replace(record, brought=kept)


def _judged(item: Brought) -> Brought:
    if item.was_healthy or item.tries < TRIES:
        return item
    return msgspec.structs.replace(item, given_up=True)


def _find(record: LaunchRecord, version: Version) -> Brought | None:
    return next((item for item in record.brought if item.version == str(version)), None)


def _changed(record: LaunchRecord, version: Version, *, tries: int, was_healthy: bool | None = None) -> LaunchRecord:
    item = _find(record, version)
    if item is None:
        return record
    known = item.was_healthy if was_healthy is None else was_healthy
    return _replaced(record, msgspec.structs.replace(item, tries=tries, was_healthy=known))


def _replaced(record: LaunchRecord, item: Brought) -> LaunchRecord:
    brought = tuple(item if other.version == item.version else other for other in record.brought)
    return msgspec.structs.replace(record, brought=brought)
