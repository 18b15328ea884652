"""A report in a few lines, for somebody who helps: made of its files as they were redacted, so it tells no more."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from app.core.report.contents import ReportFile
from app.core.settings.settings import Settings
from app.core.settings.words import fields_of, opened
from app.core.words import _, bytes_text

_NEVER_NEWS: Final = frozenset({"schema_version", "written_by"})
_TROUBLES_SHOWN: Final = 3
_OF_A_TROUBLE: Final = ("at", "problem", "title", "advice")


def digest(files: Iterable[ReportFile]) -> str:
    """Version, system, what is set differently, and what was read last. A part that can't be read says so."""
    found = {file.name: _opened_file(file) for file in files if file.name.endswith(".json")}
    parts = [
        _version(found.get("versions.json", {})),
        _system(found.get("computer.json", {})),
        *_status(found.get("status.json")),
        *_settings(found.get("settings.json")),
        *_readings(found.get("limits.json")),
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _opened_file(file: ReportFile) -> dict[str, Any] | None:
    """None where what had to be taken out left no document."""
    try:
        return msgspec.json.decode(file.text, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _version(versions: Mapping[str, Any] | None) -> str:
    known = versions or {}
    return " · ".join(
        str(part)
        for part in (
            f"Train at Home {known.get('train-at-home', '?')}",
            known.get("installed"),
            f"Python {known.get('python', '?')}",
        )
        if part
    )


def _system(computer: Mapping[str, Any] | None) -> str:
    known = computer or {}
    parts = [" ".join(str(known[name]) for name in ("system", "release", "machine") if known.get(name))]
    for name in ("desktop", "display"):
        parts.append(str(known.get(name) or ""))
    memory, disk = known.get("memory_bytes"), known.get("disk_free_bytes")
    if isinstance(memory, int):
        parts.append(_("{size} memory").format(size=bytes_text(memory)))
    if isinstance(disk, int):
        parts.append(_("{now} disk free").format(now=bytes_text(disk)))
    return " · ".join(part for part in parts if part)


def _status(status: Mapping[str, Any] | None) -> list[str]:
    if status is None:
        return [_("Its state can't be told.")]
    troubles = [each for each in status.get("troubles", ()) if isinstance(each, dict)][-_TROUBLES_SHOWN:]
    lines = [f"  {' '.join(str(each[name]) for name in _OF_A_TROUBLE if each.get(name))}" for each in troubles]
    return [str(status.get("sentence", "")), *([_("Troubles:"), *lines] if lines else ())]


def _settings(settings: Mapping[str, Any] | None) -> list[str]:
    if settings is None:
        return [_("Its settings can't be told.")]
    first = fields_of(Settings())
    changed = [
        f"  {name} = {msgspec.json.encode(value).decode()}"
        for name, value in opened(settings).items()
        if name in first and name not in _NEVER_NEWS and value != first[name]
    ]
    return [_("Set differently than at first:"), *changed] if changed else [_("All is set as at first.")]


def _readings(limits: Mapping[str, Any] | None) -> list[str]:
    if limits is None:
        return [_("Its readings can't be told.")]
    asked = [each for each in limits.get("gates", ()) if isinstance(each, dict) and each.get("switch") != "off"]
    lines = []
    for gate in asked:
        said = (gate.get("state"), gate.get("switch"), _("holds") if gate.get("holds") else None)
        lines.append(f"  {gate.get('gate')}: {', '.join(str(each) for each in said if each)} — {gate.get('evidence')}")
    return [_("Read last:"), *lines]
