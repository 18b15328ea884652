"""How a child process stands or ended. Every attempt to start or stop one returns an outcome, never a bare bool."""

from enum import StrEnum
from typing import Final, TypeAlias

import msgspec


class StopRung(StrEnum):
    """How far up the ladder a stop had to go."""

    ASKED = "asked"
    TERMINATED = "terminated"
    KILLED = "killed"


class _Outcome(msgspec.Struct, frozen=True, tag_field="outcome"):
    """Base of all outcomes."""


class NotStarted(_Outcome, frozen=True, tag="not_started"):
    """The command could not be run at all."""

    title: str
    advice: str = ""


class Running(_Outcome, frozen=True, tag="running"):
    pid: int


class Stopped(_Outcome, frozen=True, tag="stopped"):
    """It ended because we asked. `saved` is the engine's own word; None when it never said."""

    rung: StopRung
    saved: bool | None = None
    unacknowledged_receipts: int = 0


class Exited(_Outcome, frozen=True, tag="exited"):
    """It left on its own, unasked, with this exit code."""

    code: int
    last_words: str = ""
    """The end of its standard error, for the log and for bug reports."""


class Crashed(_Outcome, frozen=True, tag="crashed"):
    """A signal ended it that we did not send."""

    signal: int
    last_words: str = ""


class Faulted(_Outcome, frozen=True, tag="faulted"):
    """Windows ended it over something that it did and nothing caught; `status` is what Windows calls an NTSTATUS."""

    status: int
    last_words: str = ""


class GaveUp(_Outcome, frozen=True, tag="gave_up"):
    """It said why it can't go on, then left."""

    code: str
    title: str
    advice: str = ""


class Refused(_Outcome, frozen=True, tag="refused"):
    """The two ends speak different versions; starting again would not help. `theirs` is None where they never said."""

    theirs: int | None
    ours: int


Outcome: TypeAlias = NotStarted | Running | Stopped | Exited | Crashed | Faulted | GaveUp | Refused


_LEAST_FAULT: Final = 0xC0000000
_MOST_FAULT: Final = 0xFFFFFFFF
NO_MEMORY_FAULTS: Final = frozenset({0xC0000017, 0xC000009A, 0xC000012D})
"""No memory, insufficient resources, commitment limit."""


def ended_unasked(code: int, last_words: str) -> Exited | Crashed | Faulted:
    """From a return code as asyncio tells it: negative for a signal, on Windows an NTSTATUS for a fault."""
    if code < 0:
        return Crashed(-code, last_words)
    if _LEAST_FAULT <= code <= _MOST_FAULT:
        return Faulted(code, last_words)
    return Exited(code, last_words)


def is_failure(outcome: Outcome) -> bool:
    """Whether the child ended in a way that nobody asked for."""
    return not isinstance(outcome, Running | Stopped)


def may_retry(outcome: Outcome) -> bool:
    """Whether starting the same program again can help."""
    return is_failure(outcome) and not isinstance(outcome, Refused)
