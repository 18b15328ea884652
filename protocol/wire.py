"""Encoding and decoding of messages; the one seam where msgspec's errors become ours.

A `kind` may be a union, for which Python 3.11 has no type of a type: hence Any.
"""

from typing import Any

import msgspec

from protocol.errors import MalformedMessage

MESSAGE_LIMIT_BYTES = 8 * 1024 * 1024
"""No message that is not a tensor packet or a stored object may be larger."""


def to_json(message: Any) -> bytes:
    """`message` as JSON. NaN would become null, so floats that may be missing are typed `float | None`."""
    return msgspec.json.encode(message)


def from_json(data: bytes, kind: Any, limit_bytes: int = MESSAGE_LIMIT_BYTES) -> Any:
    """Decode and validate JSON; raises MalformedMessage for anything that is not a `kind`."""
    return _decode(msgspec.json.decode, data, kind, limit_bytes)


def to_msgpack(message: Any) -> bytes:
    """`message` as MessagePack, the form inside tensor packets and journals."""
    return msgspec.msgpack.encode(message)


def from_msgpack(data: bytes, kind: Any, limit_bytes: int = MESSAGE_LIMIT_BYTES) -> Any:
    """Decode and validate MessagePack; raises MalformedMessage for anything that is not a `kind`."""
    return _decode(msgspec.msgpack.decode, data, kind, limit_bytes)


def _decode(decode: Any, data: bytes, kind: Any, limit_bytes: int) -> Any:
    if len(data) > limit_bytes:
        raise MalformedMessage(f"A message of {len(data)} bytes arrived; the limit is {limit_bytes}.")
    try:
        return decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage(f"A message could not be read: {error}.", "Update this program.") from error
