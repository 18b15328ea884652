"""Gathers what a problem report is made of: files of the profile, this computer, and the running app's own word."""

import getpass
import os
import platform
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Final

import msgspec
import psutil

from app import VERSION
from app.control import messages as wire
from app.control.client import NotRunning, ask
from app.control.reports.limits import LimitsReport, limits_report
from app.control.reports.reports import status_report
from app.core.gates.gate import GateName, GateReading
from app.core.gates.words import evidence
from app.core.report.contents import LOG_LIMIT_BYTES, ReportFacts, ReportFile, report_files
from app.core.report.redaction import Json, Known, Redactor
from app.core.settings.settings import Settings
from app.core.snapshot import Snapshot
from app.core.words import _
from app.platforms.accounts import people_here
from app.platforms.hardware import accelerators, find_hardware
from app.platforms.installation import FromSource, installation
from app.platforms.log_reading import ending_of, log_ending
from app.platforms.paths import ProfilePaths
from protocol.errors import UserFacingError
from protocol.version import PROTOCOL_VERSION

_LIBRARIES: Final = ("PySide6-Essentials", "msgspec", "httpx", "iroh", "keyring", "psutil", "torch")
_NETWORK_LOGS_LIMIT: Final = 16
_SETTINGS_LIMIT_BYTES: Final = 1024 * 1024


class AppsWord(msgspec.Struct, frozen=True, kw_only=True):
    """What the running app said, or why it said nothing."""

    status: Json = None
    limits: Json = None
    notes: tuple[str, ...] = ()


def report_here(paths: ProfilePaths, at: datetime, word: AppsWord) -> tuple[ReportFile, ...]:
    """The whole report of this profile, redacted. Reads files and looks at the hardware, so it may take seconds."""
    facts = ReportFacts(
        at=at,
        versions=_versions(),
        computer=_computer(paths),
        settings=_text_of(paths.config_folder / "settings.json"),
        status=word.status,
        limits=word.limits,
        log_lines=log_ending(paths.log_folder, 2 * LOG_LIMIT_BYTES),
        network_logs=_network_logs(paths.local_network_folder / "logs"),
        notes=word.notes,
    )
    return report_files(facts, Redactor(known_here()))


def asked_of_the_app(paths: ProfilePaths) -> AppsWord:
    """The running app's status and limits; a report is most wanted where it can't answer, so that is only noted."""
    try:
        status, limits = ask(paths, wire.Status()), ask(paths, wire.Limits())
    except NotRunning:
        return AppsWord(notes=(_("The app was not running, so its readings and outcomes are missing."),))
    except UserFacingError as error:
        return AppsWord(notes=(_("The app did not answer: {why}").format(why=error.title),))
    assert isinstance(status, wire.StatusReply) and isinstance(limits, wire.LimitsReply)
    return AppsWord(status=msgspec.to_builtins(status.report), limits=_without_names(limits.report))


def word_of(snapshot: Snapshot, settings: Settings) -> AppsWord:
    """The same where the app itself asks."""
    status, limits = status_report(snapshot), limits_report(snapshot, settings)
    return AppsWord(status=msgspec.to_builtins(status), limits=_without_names(limits))


def _without_names(report: LimitsReport) -> Json:
    """Who else is at this computer is nobody's business, and may come from a directory that lists no names: what the
    gate goes by is told anew, without the name."""
    gates = []
    for line in report.gates:
        if line.gate is GateName.OTHERS:
            nameless = GateReading(gate=line.gate, state=line.state, source=line.source, next_change=line.next_change)
            line = msgspec.structs.replace(line, evidence=evidence(nameless, report.at))
        gates.append(line)
    return msgspec.to_builtins(msgspec.structs.replace(report, gates=tuple(gates)))


def known_here(people: Callable[[Path], Iterable[str]] = people_here) -> Known:
    """What must not be read in a report of this computer: what it and its users are called."""
    homes = {os.path.expanduser("~"), str(Path.home()), os.path.realpath(os.path.expanduser("~"))}
    users = {os.environ.get(name, "") for name in ("USER", "LOGNAME", "USERNAME")} | set(people(Path.home()))
    try:
        users.add(getpass.getuser())
    except (OSError, KeyError, ImportError):
        pass  # nobody of that number is known to this system
    hosts = {socket.gethostname(), platform.node()}
    return Known(homes=tuple(sorted(homes)), users=tuple(sorted(users - {""})), hosts=tuple(sorted(hosts - {""})))


def _versions() -> Mapping[str, str]:
    found = {"train-at-home": VERSION, "protocol": str(PROTOCOL_VERSION), "python": platform.python_version()}
    found["installed"] = _("from source") if isinstance(installation(), FromSource) else _("as a package")
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _computer(paths: ProfilePaths) -> Mapping[str, Json]:
    hardware = find_hardware()
    memory = psutil.virtual_memory()
    return {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "system_version": platform.version(),
        "processors": os.cpu_count(),
        "hardware": hardware._asdict(),
        "fits": accelerators(hardware),
        "memory_bytes": memory.total,
        "memory_free_bytes": memory.available,
        "disk_free_bytes": psutil.disk_usage(str(paths.state_folder)).free,
        "display": os.environ.get("XDG_SESSION_TYPE", "") or sys.platform,
        "desktop": os.environ.get("XDG_CURRENT_DESKTOP", ""),
    }


def _network_logs(folder: Path) -> dict[str, tuple[str, ...]]:
    """The newest few; a network on this computer can have many miners."""
    try:
        found = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime)[-_NETWORK_LOGS_LIMIT:]
    except OSError:
        return {}
    return {path.name: ending_of(path, LOG_LIMIT_BYTES) for path in sorted(found)}


def _text_of(path: Path) -> str | None:
    """As it lies there: a report must show a damaged file too, and not mend it."""
    try:
        with path.open("rb") as file:
            return file.read(_SETTINGS_LIMIT_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
