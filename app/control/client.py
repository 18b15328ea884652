"""The other end of the control socket, for the command line: blocking, since a command has nothing else to do."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from app.control import endpoint
from app.control import messages as wire
from app.control.endpoint import Endpoint, TcpEndpoint, UnixEndpoint
from app.core.language.speech import _
from app.platforms.paths import ProfilePaths
from protocol.errors import MalformedMessage, Refused, Unavailable, from_body
from protocol.wire import from_json, to_json

ANSWER_SECONDS: Final = 15.0
USES_TCP: Final = os.name == "nt"


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

    def __init__(self, connection: socket.socket, token: str, asker: str = "") -> None:
        self._connection = connection
        self._lines = connection.makefile("rb")
        welcome = self.ask(wire.Greet(token=token, asker=asker))
        if not isinstance(welcome, wire.Welcome):
            raise MalformedMessage(_("What answers at the control socket is not this app."))
        self.welcome = welcome

    def ask(self, request: wire.Request) -> wire.Reply:
        """One question, one answer; raises the app's own error where it refuses, NotRunning where it went away."""
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # it may have said why before it hung up
                self._connection.sendall(to_json(request) + b"\n")
            line = self._lines.readline(wire.REPLY_LIMIT_BYTES + 1)
        except TimeoutError as error:
            raise Unavailable(_("Train at Home does not answer."), _("It may be busy; try again.")) from error
        except OSError as error:
            raise NotRunning from error
        if not line:
            raise NotRunning
        reply: wire.Reply = from_json(line, wire.Reply, wire.REPLY_LIMIT_BYTES)
        if isinstance(reply, wire.Refusal):
            raise from_body(reply.error)
        return reply

    def close(self) -> None:
        self._lines.close()
        self._connection.close()


@contextmanager
def connected(paths: ProfilePaths, *, tcp: bool = USES_TCP, asker: str = "") -> Iterator[ControlClient]:
    """A conversation with the running app of this profile. `asker` is who asks, if not the person. Raises NotRunning,
    NotAllowed, or why the app sent us away."""
    found = _find(paths, tcp=tcp)
    if found is None:
        raise NotRunning
    connection = _connect(found)
    try:
        client = ControlClient(connection, found.token if isinstance(found, TcpEndpoint) else "", asker)
        try:
            yield client
        finally:
            client.close()
    finally:
        connection.close()


def ask(paths: ProfilePaths, request: wire.Request) -> wire.Reply:
    """The running app's answer. Raises the app's own error, NotRunning or NotAllowed."""
    with connected(paths) as client:
        return client.ask(request)


def _find(paths: ProfilePaths, *, tcp: bool) -> Endpoint | None:
    try:
        return endpoint.find(paths, tcp=tcp)
    except PermissionError as error:
        raise NotAllowed from error


def _connect(found: Endpoint) -> socket.socket:
    family = socket.AF_UNIX if isinstance(found, UnixEndpoint) else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(ANSWER_SECONDS)
    try:
        if isinstance(found, UnixEndpoint):
            connection.connect(str(found.path))
        else:
            connection.connect(("127.0.0.1", found.port))
    except PermissionError as error:
        connection.close()
        raise NotAllowed from error
    except OSError as error:
        connection.close()
        raise NotRunning from error
    return connection
