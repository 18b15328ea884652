"""How a child process stands or ended. Every attempt to start or stop one returns an outcome, never a bare bool."""

from enum import StrEnum
from typing import TypeAlias

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


class GaveUp(_Outcome, frozen=True, tag="gave_up"):
    """It said why it can't go on, then left."""

    code: str
    title: str
    advice: str = ""


class Refused(_Outcome, frozen=True, tag="refused"):
    """The two ends speak different versions; starting again would not help. `theirs` is None where they never said."""

    theirs: int | None
    ours: int


Outcome: TypeAlias = NotStarted | Running | Stopped | Exited | Crashed | GaveUp | Refused


def is_failure(outcome: Outcome) -> bool:
    """Whether the child ended in a way that nobody asked for."""
    return not isinstance(outcome, Running | Stopped)


def may_retry(outcome: Outcome) -> bool:
    """Whether starting the same program again can help."""
    return is_failure(outcome) and not isinstance(outcome, Refused)
