"""What this computer did, and the lines in which it is kept: each says what was done from a moment on.

A line says how things stood and never what to add, so that a line that is torn, repeated or out of order changes
nothing but what it told itself.
"""

from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import msgspec

from app.core.decision import Reason
from app.core.hours.schedule import Closed
from app.core.hours.windows import Level

HEARTBEAT_MS: Final = 15 * 60_000
"""While nothing changes, so often a line says that the app still runs."""
TRUSTED_MS: Final = HEARTBEAT_MS + 2 * 60_000
"""So long a line speaks for what came after it; then the app must have been gone."""
_TEXT_LIMIT: Final = 300


class WaitingFor(StrEnum):
    """What was missing while this computer was allowed to train."""

    BEGINNING = "beginning"
    """The engine or the network was starting, or the engine was saving."""
    DOWNLOAD = "download"
    PEERS = "peers"
    NEXT_RUN = "next_run"


class _Did(msgspec.Struct, frozen=True):
    """Base of everything that a computer can have done."""


class Trained(_Did, frozen=True, tag="trained"):
    level: Level = Level.FULL
    less_at_once: bool = False
    """Memory had run short, so that the engine did less at once, and more slowly."""


class Waited(_Did, frozen=True, tag="waited"):
    waiting_for: WaitingFor


class Held(_Did, frozen=True, tag="held"):
    """It did not train, for a reason."""

    reason: Reason
    closed_by: Closed | None = None
    """Of the hours only: why they were closed."""
    unknown: bool = False
    """Nobody could tell about the condition, which the person asked to watch."""


class Broken(_Did, frozen=True, tag="broken"):
    """It was to train and could not."""

    title: Annotated[str, msgspec.Meta(max_length=_TEXT_LIMIT)] = ""


class Slept(_Did, frozen=True, tag="slept"):
    """The computer slept: the app was there and its clock jumped."""


class Off(_Did, frozen=True, tag="off"):
    """The app did not run."""


class NotRecorded(_Did, frozen=True, tag="not_recorded"):
    """Before the first line that is kept."""


class Ahead(_Did, frozen=True, tag="ahead"):
    """Still to come."""


Did: TypeAlias = Trained | Waited | Held | Broken | Slept | Off | NotRecorded | Ahead
Kept: TypeAlias = Trained | Waited | Held | Broken | Slept | Off
"""What a line can say; the rest follows from where lines are missing."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """From `at_ms` on this was done. `starts`: nothing before it was seen by the process that wrote it."""

    at_ms: Annotated[int, msgspec.Meta(ge=0, le=250_000_000_000_000)]
    """Unix milliseconds."""
    did: Kept
    starts: bool = False


def title_of(text: str) -> str:
    """`text` as a line can hold it."""
    return text if len(text) <= _TEXT_LIMIT else text[: _TEXT_LIMIT - 1] + "…"
