"""Opens the control socket as a client: a stream of bytes that waits for an answer so long and no longer."""

import io
import socket

from app.control.endpoint import Endpoint, PipeEndpoint, UnixEndpoint
from app.platforms.windows.named_pipe import open_pipe


def open_endpoint(endpoint: Endpoint, seconds: float) -> io.RawIOBase:
    """Opening, reading and writing raise TimeoutError where nothing moves for `seconds`. Raises PermissionError where
    it is kept from us or is somebody else's, and else OSError: nobody listens there."""
    match endpoint:
        case PipeEndpoint(name=name):
            return open_pipe(name, seconds)
        case UnixEndpoint(path=path):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(seconds)
                connection.connect(str(path))
                return connection.makefile("rwb", buffering=0)  # keeps the connection until it is closed itself
