"""What a problem report holds: a few files of text, each redacted before anybody sees it. Nothing of it is ever sent.

The same files are shown as a preview and put into the zip, so that what a person read is what the person saves.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from app.core.report.redaction import Json, Redactor
from app.core.words import _

LOG_LIMIT_BYTES: Final = 2 * 1024**2
"""Of each log, the end."""
_ZIP_TIME: Final = (2020, 1, 1, 0, 0, 0)
_OWN_LOG: Final = "app"


class ReportFile(msgspec.Struct, frozen=True):
    """One file of the zip."""

    name: str
    text: str

    @property
    def size_bytes(self) -> int:
        return len(self.text.encode())


class ReportFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that was gathered, nothing of it redacted yet. None: it could not be had; `notes` says why."""

    at: datetime
    versions: Mapping[str, str]
    computer: Mapping[str, Json]
    """Operating system, devices, free room."""
    settings: str | None
    """settings.json as it lies there."""
    status: Json = None
    """What the running app says of itself: engine, last outcomes, troubles."""
    limits: Json = None
    """Each gate with its reading, and the caps."""
    log_lines: tuple[str, ...] = ()
    """Of the app's log, which has the engine's lines too."""
    network_logs: Mapping[str, tuple[str, ...]] = {}
    """Of the network on this computer: the file's name, its last lines."""
    notes: tuple[str, ...] = ()


def report_files(facts: ReportFacts, redactor: Redactor) -> tuple[ReportFile, ...]:
    """The report, redacted, in the order in which one reads it."""
    files = [
        ReportFile("versions.json", _shown(dict(facts.versions), redactor)),
        ReportFile("computer.json", _shown(dict(facts.computer), redactor)),
    ]
    if facts.settings is not None:
        files.append(ReportFile("settings.json", redactor.document(facts.settings)))
    for name, value in (("status.json", facts.status), ("limits.json", facts.limits)):
        if value is not None:
            files.append(ReportFile(name, _shown(value, redactor)))
    for source, lines in logs_by_source(facts.log_lines).items():
        files.append(ReportFile(f"logs/{source}.log", redactor.lines(lines)))
    for name, of_one in facts.network_logs.items():
        files.append(ReportFile(f"logs/this-computers-network/{name}", redactor.lines(_ending(list(of_one)))))
    about = redactor.text("\n".join((_about(facts.at), *facts.notes)) + "\n")
    return (ReportFile("about.txt", about), *files)


def logs_by_source(lines: Iterable[str]) -> dict[str, list[str]]:
    """The app's own lines, the engine's and the local network's apart, of each the end that is worth keeping."""
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(_source_of(line), []).append(line)
    return {source: _ending(of_one) for source, of_one in sorted(found.items())}


def zipped(files: Iterable[ReportFile]) -> bytes:
    """The same files give the same bytes: no clock and no name of this computer goes into the archive's headers."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.name, _ZIP_TIME), file.text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def preview_text(files: Iterable[ReportFile]) -> str:
    """All of it as one text, for a terminal."""
    return "\n".join(f"===== {file.name}\n{file.text}" for file in files)


def _about(at: datetime) -> str:
    return _(
        "A problem report of Train at Home, {time}.\n"
        "Nobody was sent this: whoever has it got it from the person who saved it.\n"
        "Names of person and computer, folders, addresses of wallets and of the internet, e-mail addresses, and all "
        "that looks like a password, key or token were taken out. The same address has the same number everywhere."
    ).format(time=at.strftime("%Y-%m-%d %H:%M"))


def _shown(value: Json, redactor: Redactor) -> str:
    return redactor.document(msgspec.json.encode(value).decode())


def _source_of(line: str) -> str:
    """Which program wrote the line; what children say on stderr stands in the app's log under their name."""
    if '"child"' not in line:
        return _OWN_LOG
    try:
        fields = msgspec.json.decode(line, type=dict[str, Json])
    except msgspec.MsgspecError:
        return _OWN_LOG
    child = fields.get("child")
    if fields.get("event") != "child_stderr" or not isinstance(child, str):
        return _OWN_LOG
    name = child.replace(" ", "-")
    return name if name.replace("-", "").isalpha() else _OWN_LOG


def _ending(lines: list[str]) -> list[str]:
    room, begin = LOG_LIMIT_BYTES, len(lines)
    while begin and (room := room - len(lines[begin - 1].encode()) - 1) >= 0:
        begin -= 1
    return lines[begin:]
