"""A speed check and whoever started it: JSON lines on the check's stdout. It ends by itself, or when its stdin closes.

First Began, then a Stretch every second or so, then Ended; or CheckFailed at any time, after which nothing follows.
"""

from typing import Annotated, Final, TypeAlias

import msgspec

from protocol.wire import from_json, to_json

LINE_LIMIT_BYTES: Final = 16 * 1024
LONGEST_SECONDS: Final = 60.0
"""Of the whole check, its start included; a person waits for it."""

_Name: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Words: TypeAlias = Annotated[str, msgspec.Meta(max_length=1000)]
_Speed: TypeAlias = Annotated[float, msgspec.Meta(ge=0.0, le=1e12)]
_Share: TypeAlias = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]


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


class Ended(_Line, tag="ended", frozen=True, kw_only=True):
    """All of it was measured; what it came to stands in the stretches."""

    tokens: Annotated[int, msgspec.Meta(ge=0, le=10**15)]


class CheckFailed(_Line, tag="failed", frozen=True, kw_only=True):
    """It can't be measured here, in words for the person."""

    code: _Words
    title: _Words
    advice: _Words = ""


SpeedLine: TypeAlias = Began | Stretch | Ended | CheckFailed


def encode_line(line: SpeedLine) -> bytes:
    return to_json(line) + b"\n"


def decode_line(line: bytes) -> SpeedLine:
    """Raises MalformedMessage."""
    decoded: SpeedLine = from_json(line, SpeedLine, LINE_LIMIT_BYTES)
    return decoded
