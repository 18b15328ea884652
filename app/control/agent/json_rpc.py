"""JSON-RPC 2.0 over lines, as the Model Context Protocol uses it: bytes in, values out. Nothing here raises."""

from collections.abc import Iterator
from enum import IntEnum
from typing import Any, BinaryIO, Final, TypeAlias

import msgspec

LINE_LIMIT_BYTES: Final = 64 * 1024
"""What one message may hold; none that is meant for us comes near."""
_NO_ID: Final = msgspec.Raw(b"null")
"""What an answer carries where the question's id could not be read."""


class ErrorCode(IntEnum):
    PARSE = -32700
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL = -32603


class Call(msgspec.Struct, frozen=True):
    """Wants one answer. `id` is kept byte for byte: what it means is the other end's business."""

    id: msgspec.Raw
    method: str
    params: dict[str, Any]


class Notice(msgspec.Struct, frozen=True):
    """Wants no answer, whatever it says; answers to questions that we never asked count as such too."""

    method: str


class Unreadable(msgspec.Struct, frozen=True):
    """Not a message; the answer that says so."""

    answer: bytes


Message: TypeAlias = Call | Notice | Unreadable


class _Id(msgspec.Struct, frozen=True):
    id: msgspec.Raw = _NO_ID


def lines(stream: BinaryIO, limit_bytes: int = LINE_LIMIT_BYTES) -> Iterator[bytes]:
    """Each line without its end. Of one that is too long only its beginning comes, one byte longer than the limit."""
    while line := stream.readline(limit_bytes + 1):
        ended = line.endswith(b"\n")
        if not ended and len(line) > limit_bytes:
            _skip_rest(stream, limit_bytes)
        yield line.rstrip(b"\r\n") if ended else line


def _skip_rest(stream: BinaryIO, piece_bytes: int) -> None:
    while piece := stream.readline(piece_bytes):
        if piece.endswith(b"\n"):
            return


def read(line: bytes, limit_bytes: int = LINE_LIMIT_BYTES) -> Message:
    """What `line` says."""
    if len(line) > limit_bytes:
        return _unreadable(ErrorCode.INVALID_REQUEST, f"A message may hold {limit_bytes} bytes; this one holds more.")
    try:
        found = msgspec.json.decode(line)
    except msgspec.ValidationError:
        return _unreadable(ErrorCode.INVALID_REQUEST, "A number in this message is out of range.")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _unreadable(ErrorCode.PARSE, "This line is no JSON.")
    if isinstance(found, list):
        return _unreadable(ErrorCode.INVALID_REQUEST, "One message a line, please: batches are not understood.")
    if not isinstance(found, dict):
        return _unreadable(ErrorCode.INVALID_REQUEST, "A message is a JSON object.")
    return _message(found, line)


def _message(found: dict[str, Any], line: bytes) -> Message:
    call_id = _call_id(found, line)
    if call_id is None:
        return _unreadable(ErrorCode.INVALID_REQUEST, "The id of a request is a text or a number.")
    method, params = found.get("method"), found.get("params", {})
    wants_answer = "id" in found
    if method is None and ("result" in found or "error" in found):
        return Notice("")
    if found.get("jsonrpc") != "2.0" or not isinstance(method, str):
        return _unreadable(ErrorCode.INVALID_REQUEST, "This is no JSON-RPC 2.0 request.", call_id)
    if not wants_answer:
        return Notice(method)
    if not isinstance(params, dict):
        return _unreadable(ErrorCode.INVALID_PARAMS, "The params are a JSON object.", call_id)
    return Call(call_id, method, params)


def _call_id(found: dict[str, Any], line: bytes) -> msgspec.Raw | None:
    """The id as it was written, or null where there is none; None for one that can't be."""
    if "id" not in found:
        return _NO_ID
    if not isinstance(found["id"], str | int | float) or isinstance(found["id"], bool):
        return None
    written: _Id = msgspec.json.decode(line, type=_Id)
    return msgspec.Raw(bytes(written.id).strip())


def result(call: Call, value: Any) -> bytes:
    """The answer to `call`, without the line's end."""
    return msgspec.json.encode({"jsonrpc": "2.0", "id": call.id, "result": value})


def error(call_id: msgspec.Raw, code: ErrorCode, sentence: str) -> bytes:
    """The answer to what could not be done."""
    return msgspec.json.encode({"jsonrpc": "2.0", "id": call_id, "error": {"code": int(code), "message": sentence}})


def _unreadable(code: ErrorCode, sentence: str, call_id: msgspec.Raw = _NO_ID) -> Unreadable:
    return Unreadable(error(call_id, code, sentence))
