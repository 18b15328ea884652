"""A speed check and whoever started it: JSON lines on the check's stdout. It ends by itself, or when its stdin closes.

Where the internet line is to be measured too, that goes first: LineBegan, then LineMeasured or LineNotMeasured. Then
Began, a Stretch every second or so, LineEnough where it can be said, and Ended; or CheckFailed at any time, after which
nothing follows.
"""

from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import msgspec

from protocol.proxies import SYSTEM, ProxySetting
from protocol.wire import from_json, to_json

LINE_LIMIT_BYTES: Final = 16 * 1024
LONGEST_SECONDS: Final = 75.0
"""Of the whole check, its start included; a person waits for it."""
LINE_MOST_BYTES: Final = 20 * 10**6
"""That measuring the line moves at most, both ways and all around it included; a person is told before."""

LINE_ORDER: Final = "TRAIN_AT_HOME_LINE"
"""The variable of the check's environment that holds a LineOrder in JSON. An older check, which does not know it, still
measures the training speed."""

_Name: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Address: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
_Words: TypeAlias = Annotated[str, msgspec.Meta(max_length=1000)]
_Speed: TypeAlias = Annotated[float, msgspec.Meta(ge=0.0, le=1e12)]
_Share: TypeAlias = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]


class LineOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Measure the internet line too."""

    url: _Address
    """The network's orchestrator."""
    folder: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    """Where what it takes of the month's data is counted (engine_control.DATA_USED_FILE)."""
    up_bytes_per_second: Annotated[float, msgspec.Meta(gt=0.0, le=1e12)] | None = None
    """The person's caps."""
    down_bytes_per_second: Annotated[float, msgspec.Meta(gt=0.0, le=1e12)] | None = None
    proxy: ProxySetting = SYSTEM


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="told", kw_only=True):
    """Base of what is told."""


class Began(_Line, tag="began", frozen=True, kw_only=True):
    """The small part is in place on the device; from now on it trains."""

    device: _Name
    parameters: Annotated[int, msgspec.Meta(ge=1, le=10**12)]


class Stretch(_Line, tag="stretch", frozen=True, kw_only=True):
    """So much of the check is done, and so fast it trained since the stretch before."""

    done_share: _Share
    tokens_per_second: _Speed


class LineBegan(_Line, tag="line_began", frozen=True, kw_only=True):
    """The network is asked, and then bytes that mean nothing go up and come down."""


class LineBound(StrEnum):
    """What kept a way from being faster."""

    LINE = "line"
    CAP = "cap"
    """The person's own limit."""
    VOLUME = "volume"
    """Nothing: all that may be moved was there before it was up to speed, so the line does this and more."""


class LineSpeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way of the line."""

    bytes_per_second: Annotated[float, msgspec.Meta(gt=0.0, le=1e12)]
    bound: LineBound = LineBound.LINE


class LineMeasured(_Line, tag="line", frozen=True, kw_only=True):
    up: LineSpeed
    down: LineSpeed


class LineTrouble(StrEnum):
    UNREACHABLE = "unreachable"
    """Offline, or the network is."""
    INTERRUPTED = "interrupted"
    """It answered and then did not: it has too much to do, or the connection broke off."""
    NOT_OFFERED = "not_offered"
    """What answers is older than this, or no network of this kind."""
    TOO_SLOW = "too_slow"
    """Not even the smallest piece came through in time."""
    NOT_COUNTED = "not_counted"
    """What it takes of the month's data could not be written down, so it was not taken."""


class LineNotMeasured(_Line, tag="no_line", frozen=True, kw_only=True):
    """The training speed is measured all the same."""

    trouble: LineTrouble


class LineEnough(_Line, tag="line_enough", frozen=True, kw_only=True):
    """What the line up is enough for, by the rule that training itself goes by (swarm.compression): in that run this
    computer would send everything made so many times smaller, and so much of what it computes would get out in time."""

    run_title: _Words
    times_smaller: Annotated[float, msgspec.Meta(ge=0.0, le=1e12)]
    share: _Share


class Ended(_Line, tag="ended", frozen=True, kw_only=True):
    """All of it was measured; what it came to stands in the stretches."""

    tokens: Annotated[int, msgspec.Meta(ge=0, le=10**15)]


class CheckFailed(_Line, tag="failed", frozen=True, kw_only=True):
    """It can't be measured here, in words for the person."""

    code: _Words
    title: _Words
    advice: _Words = ""


SpeedLine: TypeAlias = LineBegan | LineMeasured | LineNotMeasured | Began | Stretch | LineEnough | Ended | CheckFailed


def encode_line(line: SpeedLine) -> bytes:
    return to_json(line) + b"\n"


def decode_line(line: bytes) -> SpeedLine:
    """Raises MalformedMessage."""
    decoded: SpeedLine = from_json(line, SpeedLine, LINE_LIMIT_BYTES)
    return decoded
