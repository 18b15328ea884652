"""The other end of the control socket, for the command line: blocking, since a command has nothing else to do."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from app.control import messages as wire
from app.control.connecting import open_endpoint
from app.control.endpoint import Endpoint, endpoint_of
from app.core.language.speech import _
from app.platforms.paths import ProfilePaths
from protocol.errors import MalformedMessage, Refused, Unavailable, from_body
from protocol.wire import from_json, to_json

ANSWER_SECONDS: Final = 15.0


class NotRunning(Unavailable):
    """No app of this profile answers."""

    def __init__(self) -> None:
        super().__init__(_("Train at Home is not running."), _("Start it with: train-at-home run"))


class NotAllowed(Refused):
    """There is an app of this profile, and the system keeps us from it."""

    def __init__(self) -> None:
        super().__init__(
            _("You may not open what the Train at Home of this profile listens on."),
            _("It belongs to another user of this computer: ask it as that user."),
        )


class ControlClient:
    """One greeted connection; made by `connected`."""

    def __init__(self, connection: io.RawIOBase, asker: str = "") -> None:
        self._connection = connection
        self._lines = io.BufferedReader(connection)
        welcome = self.ask(wire.Greet(asker=asker))
        if not isinstance(welcome, wire.Welcome):
            raise MalformedMessage(_("What answers at the control socket is not this app."))
        self.welcome = welcome

    def ask(self, request: wire.Request) -> wire.Reply:
        """One question, one answer; raises the app's own error where it refuses, NotRunning where it went away."""
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # it may have said why before it hung up
                _send(self._connection, to_json(request) + b"\n")
            line = self._lines.readline(wire.REPLY_LIMIT_BYTES + 1)
        except OSError as error:
            raise trouble(error) from error
        if not line:
            raise NotRunning
        reply: wire.Reply = from_json(line, wire.Reply, wire.REPLY_LIMIT_BYTES)
        if isinstance(reply, wire.Refusal):
            raise from_body(reply.error)
        return reply


@contextmanager
def connected(
    paths: ProfilePaths, *, asker: str = "", answer_seconds: float = ANSWER_SECONDS
) -> Iterator[ControlClient]:
    """A conversation with the running app of this profile. `asker` is who asks, if not the person. Raises NotRunning,
    NotAllowed, Unavailable where it does not answer in time, or why the app sent us away."""
    with _connect(endpoint_of(paths), answer_seconds) as connection:
        yield ControlClient(connection, asker)


def ask(paths: ProfilePaths, request: wire.Request) -> wire.Reply:
    """The running app's answer. Raises the app's own error, NotRunning or NotAllowed."""
    with connected(paths) as client:
        return client.ask(request)


def _connect(endpoint: Endpoint, answer_seconds: float) -> io.RawIOBase:
    try:
        return open_endpoint(endpoint, answer_seconds)
    except OSError as error:
        raise trouble(error) from error


def trouble(error: OSError) -> NotAllowed | Unavailable:
    """What it means for the person that opening, asking or hearing the answer failed."""
    match error:
        case TimeoutError():
            return Unavailable(_("Train at Home does not answer."), _("It may be busy; try again."))
        case PermissionError():
            return NotAllowed()
        case _:
            return NotRunning()


def _send(connection: io.RawIOBase, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[connection.write(left) or 0 :]
