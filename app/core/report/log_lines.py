"""A log's lines as a person reads them: when, how grave, which program, what; and which of them were asked for."""

import re
from datetime import datetime, tzinfo
from enum import IntEnum
from typing import Any, Final

import msgspec


class Grade(IntEnum):
    """How grave a line is; ordered, so that "at least" is a comparison."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


class LogEntry(msgspec.Struct, frozen=True):
    """One line. `text` is all of it in one line, but an exception's lines below."""

    grade: Grade
    text: str


_GRADES: Final = {"warning": Grade.WARNING, "error": Grade.ERROR, "critical": Grade.ERROR, "exception": Grade.ERROR}
_MARKS: Final = {Grade.NOTE: " ", Grade.WARNING: "!", Grade.ERROR: "×"}
_OWN_FIELDS: Final = ("event", "level", "timestamp", "exception", "logger")
_OWN_TIME: Final = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s+")
"""The engine writes one of its own; a second time in the line helps nobody."""
_OF_THE_ENGINE: Final = re.compile(r"\[[a-z]+ *\] (?P<event>[a-z][a-z0-9_]*)(?: +(?P<fields>\w+=.*)| *)", re.DOTALL)
"""As structlog prints for a terminal, in columns that a line under the child's name no longer has."""
_LINE_LIMIT: Final = 8_000


def log_entry(line: str, zone: tzinfo | None = None) -> LogEntry:
    """Total: a line that is not ours is shown as it stands."""
    try:
        fields = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return LogEntry(Grade.NOTE, line[:_LINE_LIMIT])
    if fields.get("event") == "child_stderr":
        return _of_child(fields, zone)
    grade = _GRADES.get(str(fields.get("level")), Grade.NOTE)
    rest = "".join(f"  {key}={_shown(value)}" for key, value in fields.items() if key not in _OWN_FIELDS)
    text = f"{_time(fields, zone)} {_MARKS[grade]} {str(fields.get('event', '')).replace('_', ' ')}{rest}"
    exception = fields.get("exception")
    return LogEntry(grade, (f"{text}\n{exception}" if exception else text)[:_LINE_LIMIT])


def is_asked_for(entry: LogEntry, least: Grade, text: str) -> bool:
    """Every word of `text` must stand in the line, in any order and case."""
    shown = entry.text.casefold()
    return entry.grade >= least and all(word in shown for word in text.casefold().split())


def _of_child(fields: dict[str, Any], zone: tzinfo | None) -> LogEntry:
    """What a child wrote on stderr, which is an event of the engine's or anything else."""
    line = _OWN_TIME.sub("", str(fields.get("line", "")))
    grade = next((grade for name, grade in _GRADES.items() if f"[{name}" in line), Grade.NOTE)
    event = _OF_THE_ENGINE.fullmatch(line)
    if event is not None:
        line = "  ".join(filter(None, (event["event"].replace("_", " "), event["fields"])))
    return LogEntry(grade, f"{_time(fields, zone)} {_MARKS[grade]} {fields.get('child')}: {line}"[:_LINE_LIMIT])


def _time(fields: dict[str, Any], zone: tzinfo | None) -> str:
    try:
        return f"{datetime.fromisoformat(str(fields.get('timestamp'))).astimezone(zone):%d %b %H:%M:%S}"
    except (ValueError, OverflowError):
        return "               "


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
