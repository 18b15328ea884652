"""The app's end of the control socket, living in the supervisor's loop."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final, Protocol

import structlog

from app import VERSION
from app.control import messages as wire
from app.control.callers import User, user_of, users_listened_to
from app.control.endpoint import Endpoint, PipeEndpoint, UnixEndpoint, endpoint_of
from app.core.language.speech import _
from app.platforms.paths import ProfilePaths
from app.platforms.windows.pipe_server import start_pipe_server
from protocol.errors import (
    AuthenticationError,
    ErrorBody,
    MalformedMessage,
    StorageError,
    Unavailable,
    UserFacingError,
    VersionMismatch,
    to_body,
)
from protocol.wire import from_json, to_json

_log = structlog.get_logger(__name__)

GREETING_SECONDS: Final = 10.0
CONNECTIONS_LIMIT: Final = 32
LISTENING_ON_SECONDS: Final = 1.0
"""After a refusal what the other end still says is heard and forgotten: hung up on at once, it might never read it."""
_LISTENING_ON_BYTES: Final = 16 * wire.REQUEST_LIMIT_BYTES

Answer = Callable[[wire.Request], Awaitable[wire.Reply]]
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
FindUser = Callable[[asyncio.StreamWriter], User | None]
"""Who is at the other end; None where the system doesn't tell."""


class _Server(Protocol):
    """A socket's or a pipe's."""

    def close(self) -> None: ...

    async def wait_closed(self) -> None: ...


@contextlib.asynccontextmanager
async def listening(paths: ProfilePaths, answer: Answer, *, find_user: FindUser = user_of) -> AsyncIterator[None]:
    """Serve `answer` until left. The instance lock must be held: whatever socket lies there is then a dead app's.
    Raises StorageError where it can't listen there."""
    endpoint = endpoint_of(paths)
    try:
        service = _Service(answer, find_user, users_listened_to())
        server = await _start(endpoint, service.serve)
    except OSError as error:
        title = _("The command line can't reach this app: {problem}.").format(problem=error.strerror)
        raise StorageError(title, _advice(endpoint)) from error
    try:
        yield
    finally:
        server.close()
        service.hang_up()
        await server.wait_closed()
        if isinstance(endpoint, UnixEndpoint):  # a pipe goes with its last handle
            with contextlib.suppress(OSError):
                endpoint.path.unlink()


def _advice(endpoint: Endpoint) -> str:
    match endpoint:
        case UnixEndpoint():
            return _("Check who may write in the profile's folder.")
        case PipeEndpoint():  # has no folder: its name is taken
            return _("Another program listens in its place. Log out and in again, then start the app anew.")


async def _start(endpoint: Endpoint, serve: Serve) -> _Server:
    match endpoint:
        case UnixEndpoint(path=path):
            return await _start_unix(path, serve)
        case PipeEndpoint(name=name):
            return await start_pipe_server(name, serve, limit_bytes=wire.REQUEST_LIMIT_BYTES)


async def _start_unix(path: Path, serve: Serve) -> _Server:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = path.parent.stat()
    if owner.st_uid != os.getuid():
        raise PermissionError(1, f"{path.parent} belongs to somebody else")
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    return await asyncio.start_unix_server(serve, sock=listener, limit=wire.REQUEST_LIMIT_BYTES)


class _LineTooLong(MalformedMessage):
    """Where the next line begins is not known, so the conversation is over."""

    def __init__(self) -> None:
        super().__init__(_("What was asked is too long for this app."), _("Ask for less at once."))


class _Service:
    """All connections of one server."""

    def __init__(self, answer: Answer, find_user: FindUser, listened_to: frozenset[User]) -> None:
        self._answer = answer
        self._find_user = find_user
        self._listened_to = listened_to
        self._connections: set[asyncio.Task[None]] = set()
        self._is_over = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if self._is_over:  # it came at the moment we left
            writer.close()
            return
        self._connections.add(task)
        try:
            await self._attend(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
            pass  # the other end left, or we do
        except Exception:  # noqa: BLE001  one connection must not end the others
            _log.exception("a_control_connection_failed")
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        refusal = self._sent_away(writer)
        if refusal is None:
            try:
                await self._converse(reader, writer)
            except _LineTooLong as error:
                refusal = error
        if refusal is not None:
            await _send_away(reader, writer, refusal)

    def _sent_away(self, writer: asyncio.StreamWriter) -> UserFacingError | None:
        """Why this connection is not even listened to; None where it is."""
        if len(self._connections) > CONNECTIONS_LIMIT:
            return Unavailable(_("Too many programs speak with this app at once."), _("Try again in a moment."))
        user = self._find_user(writer)
        if user is None or user in self._listened_to:
            return None
        _log.warning("another_user_was_sent_away", user=user)
        return AuthenticationError(
            _("This app belongs to another user of this computer."), _("Only that user may ask it for anything.")
        )

    def hang_up(self) -> None:
        """End all conversations; those that asked us to quit have had their answer."""
        self._is_over = True
        for connection in self._connections:
            connection.cancel()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting = _greeting(await asyncio.wait_for(_read_line(reader), GREETING_SECONDS))
        reply = greeting if isinstance(greeting, wire.Refusal) else self._greeted(greeting)
        await _write_line(writer, reply)
        asker = greeting.asker if isinstance(greeting, wire.Greet) else ""
        while isinstance(reply, wire.Welcome):
            line = await _read_line(reader)
            await _write_line(writer, await self._reply(line, asker))

    def _greeted(self, greeting: wire.Greet) -> wire.Reply:
        if greeting.control_version != wire.CONTROL_VERSION:
            title = _("This app speaks control version {ours}, not {theirs}.").format(
                ours=wire.CONTROL_VERSION, theirs=greeting.control_version
            )
            return _refusal(VersionMismatch(title, _("Use the command line that came with the app.")))
        return wire.Welcome(app_version=VERSION, pid=os.getpid())

    async def _reply(self, line: bytes, asker: str) -> wire.Reply:
        try:
            request: wire.Request = from_json(line, wire.Request, wire.REQUEST_LIMIT_BYTES)
            reply = await self._answer(request)
            _note(asker, request, reply)
            return reply
        except UserFacingError as error:
            return _refusal(error)
        except Exception:  # noqa: BLE001  one request must not end the conversation
            _log.exception("a_control_request_failed")
            return wire.Refusal(error=ErrorBody("error", _("This app made a mistake."), _("Its log says more.")))


def _greeting(line: bytes) -> wire.Greet | wire.Refusal:
    try:
        first: wire.Request = from_json(line, wire.Request, wire.REQUEST_LIMIT_BYTES)
    except MalformedMessage as error:
        return _refusal(error)
    return (
        first if isinstance(first, wire.Greet) else _refusal(MalformedMessage(_("The first line must be a greeting.")))
    )


def _note(asker: str, request: wire.Request, reply: wire.Reply) -> None:
    """What somebody other than the person had done, by what came of it: what was said could hold anything."""
    if not asker:
        return
    match reply:
        case wire.Done(sentence=sentence):
            _log.info("asked_for_the_person", asker=asker, request=type(request).__name__, outcome=sentence)
        case wire.ScheduleReply(report=report) if isinstance(request, wire.ChangeSchedule):
            _log.info("asked_for_the_person", asker=asker, request=type(request).__name__, outcome=report.line)
        case wire.LimitsReply(report=report) if isinstance(request, wire.ChangeLimits):
            names = ", ".join(each.name for each in report.changed) or "nothing"
            _log.info("asked_for_the_person", asker=asker, request=type(request).__name__, outcome=names)


async def _read_line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\n")
    except asyncio.LimitOverrunError as error:
        raise _LineTooLong from error


async def _send_away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, error: UserFacingError) -> None:
    """One line that says why; whoever called closes."""
    with contextlib.suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(LISTENING_ON_SECONDS):
            await _write_line(writer, _refusal(error))
            heard = 0
            while heard < _LISTENING_ON_BYTES and (chunk := await reader.read(wire.REQUEST_LIMIT_BYTES)):
                heard += len(chunk)


async def _write_line(writer: asyncio.StreamWriter, reply: wire.Reply) -> None:
    writer.write(to_json(reply) + b"\n")
    await writer.drain()


def _refusal(error: UserFacingError) -> wire.Refusal:
    return wire.Refusal(error=to_body(error))
