"""One conversation with an agent: the Model Context Protocol's server side, line in, line out, without any I/O.

https://modelcontextprotocol.io/specification/2025-06-18
"""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import msgspec
import structlog

from app import VERSION
from app.control import messages as wire
from app.control.agent import json_rpc
from app.control.agent.json_rpc import Call, ErrorCode, Notice, Unreadable
from app.control.agent.tools import TOOLS, Scope, Tool
from protocol.errors import UserFacingError
from protocol.wire import to_json

_log = structlog.get_logger(__name__)

PROTOCOL_VERSION: Final = "2025-06-18"
UNDERSTOOD: Final = (PROTOCOL_VERSION, "2024-11-05")
"""Not 2025-03-26, whose servers must take several messages in one line."""

Ask = Callable[[wire.Request, str], wire.Reply]
"""Puts a request to the running app in the name of somebody. Raises UserFacingError."""


class WrongParams(Exception):
    """The params of a call are not what its method takes; the message says why."""


class AgentSession:
    """`answer` takes each line; `scopes` are what the person allowed, reading always among them."""

    def __init__(self, scopes: frozenset[Scope], ask: Ask, now: Callable[[], datetime]) -> None:
        self._scopes = scopes | {Scope.READ}
        self._ask = ask
        self._now = now
        self._asker = ""
        """Who speaks, once it has said so."""

    def answer(self, line: bytes) -> bytes | None:
        """The answer to one line, without its end; None where none is wanted."""
        match json_rpc.read(line):
            case Unreadable(answer=answer):
                return answer
            case Notice():
                return None
            case Call() as call:
                return self._answered(call)

    def _answered(self, call: Call) -> bytes:
        try:
            match call.method:
                case "initialize":
                    return json_rpc.result(call, self._welcome(call.params))
                case "ping":
                    return json_rpc.result(call, {})
                case "tools/list" | "tools/call" if not self._asker:
                    return json_rpc.error(call.id, ErrorCode.INVALID_REQUEST, "Begin with initialize.")
                case "tools/list":
                    return json_rpc.result(call, self._listed(call.params))
                case "tools/call":
                    return json_rpc.result(call, self._called(call.params))
        except WrongParams as error:
            return json_rpc.error(call.id, ErrorCode.INVALID_PARAMS, str(error))
        except Exception:  # noqa: BLE001  one call must not end the conversation
            _log.exception("an_agent_s_call_failed", method=call.method[: wire.ASKER_LIMIT])
            return json_rpc.error(call.id, ErrorCode.INTERNAL, "This command made a mistake.")
        return json_rpc.error(call.id, ErrorCode.METHOD_NOT_FOUND, f"There is no method “{_short(call.method)}” here.")

    def _welcome(self, params: dict[str, Any]) -> dict[str, Any]:
        wanted, client = params.get("protocolVersion"), params.get("clientInfo")
        if not isinstance(wanted, str):
            raise WrongParams("initialize needs a protocolVersion.")
        name = client.get("name") if isinstance(client, dict) else None
        self._asker = (_short(name) if isinstance(name, str) else "") or "an agent"
        return {
            "protocolVersion": wanted if wanted in UNDERSTOOD else PROTOCOL_VERSION,
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "train-at-home", "title": "Train at Home", "version": VERSION},
            "instructions": self._instructions(),
        }

    def _instructions(self) -> str:
        said = [
            "Train at Home lends this computer to the training of a language model while its person doesn't need it.",
            "Its conditions (mains, heat, memory, ...) protect the computer; asking to train doesn't override them.",
        ]
        if Scope.RUN not in self._scopes:
            said.append("You may read. To train and pause, the person starts this server with --allow run.")
        if Scope.SETTINGS not in self._scopes:
            said.append("To change the hours and limits, the person starts it with --allow settings.")
        return " ".join(said)

    def _listed(self, params: dict[str, Any]) -> dict[str, Any]:
        if params.get("cursor") is not None:
            raise WrongParams("There is one page of tools, so there is no cursor.")
        return {"tools": [tool.listed() for tool in TOOLS if tool.scope in self._scopes]}

    def _called(self, params: dict[str, Any]) -> dict[str, Any]:
        name = params.get("name")
        tool = next((tool for tool in TOOLS if tool.name == name), None)
        if tool is None:
            known = ", ".join(tool.name for tool in TOOLS if tool.scope in self._scopes)
            raise WrongParams(f"There is no such tool. There are: {known}.")
        if tool.scope not in self._scopes:
            return _refused(
                f"The person has not allowed this ({tool.title}). They can: train-at-home agent --allow {tool.scope}"
            )
        asked = _arguments(tool, params.get("arguments"))
        try:
            return _told(self._ask(tool.request(asked, self._now()), self._asker))
        except UserFacingError as error:
            return _refused(f"{error.title} {error.advice}".strip())


def _arguments(tool: Tool, given: object) -> Any:
    try:
        return msgspec.convert({} if given is None else given, tool.arguments)
    except msgspec.ValidationError as error:
        raise WrongParams(f"The arguments of {tool.name} are wrong: {error}.") from None


def _refused(sentence: str) -> dict[str, Any]:
    return {"content": [_text(sentence)], "isError": True}


def _told(reply: wire.Reply) -> dict[str, Any]:
    """A sentence for people, and all of it for programs: as a value and, for older clients, as a text too."""
    match reply:
        case wire.Done(sentence=sentence):
            return {"content": [_text(sentence)], "structuredContent": {"sentence": sentence}}
        case wire.StatusReply(report=report) | wire.WhyReply(report=report) | wire.LimitsReply(report=report):
            return _reported(report.sentence, report)
        case wire.EarningsReply(report=report):
            return _reported(" ".join((report.sentence, *report.why)), report)
        case wire.ScheduleReply(report=report):
            return _reported(f"{report.line}.", report)
        case _:
            return _refused("The app answered something else than it was asked. It may be of another version.")


def _reported(sentence: str, report: object) -> dict[str, Any]:
    return {"content": [_text(sentence), _text(to_json(report).decode())], "structuredContent": report}


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


def _short(text: str) -> str:
    """A stranger's word for a log or a sentence: one line, nothing unprintable, not long."""
    clean = "".join(each for each in text if not unicodedata.category(each).startswith(("C", "Z")) or each == " ")
    return clean.strip()[: wire.ASKER_LIMIT]
