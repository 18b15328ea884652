"""`train-at-home agent`: lets a person's own agent speak to the running app, over its standard input and output."""

import contextlib
import sys
from typing import Annotated, BinaryIO

import structlog
import typer

from app.control import messages as wire
from app.control.agent import json_rpc
from app.control.agent.session import AgentSession
from app.control.agent.tools import Scope
from app.control.client import connected
from app.control.commands.asking import Profile, told
from app.platforms.clock import SystemClock
from app.platforms.paths import ProfilePaths, profile_paths

Allowed = Annotated[
    list[Scope] | None,
    typer.Option("--allow", help="Beyond reading: run (train, pause, finish), settings (hours, limits). Repeatable."),
]


def agent(allow: Allowed = None, profile_folder: Profile = None) -> None:
    """Speak to an agent by the Model Context Protocol. Agents start this themselves; unless allowed it only reads."""
    _log_to_standard_error()
    with told():
        paths = profile_paths(profile_folder)

    def ask(request: wire.Request, asker: str) -> wire.Reply:
        return _ask(paths, request, asker)

    session = AgentSession(frozenset(allow or ()), ask, SystemClock().now)
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):  # the agent has gone
        serve(session, sys.stdin.buffer, sys.stdout.buffer)


def _log_to_standard_error() -> None:
    """Standard output is the protocol's. Tracebacks are plain: pretty ones would print local variables."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def serve(session: AgentSession, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer line by line until the questions end."""
    for line in json_rpc.lines(questions):
        answer = session.answer(line)
        if answer is not None:
            answers.write(answer + b"\n")
            answers.flush()


def _ask(paths: ProfilePaths, request: wire.Request, asker: str) -> wire.Reply:
    """Connected anew each time, so that an app that was started or updated meanwhile is found."""
    with connected(paths, asker=asker) as client:
        return client.ask(request)
