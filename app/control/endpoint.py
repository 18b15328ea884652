"""Where the control socket of a profile is: a Unix socket, or loopback TCP with a token where there are none."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from app.core.settings.stored_file import write_atomically
from app.platforms.paths import ProfilePaths
from protocol.errors import MalformedMessage
from protocol.wire import from_json, to_json

_SOCKET_PATH_LIMIT: Final = 100
"""macOS takes 104 bytes, Linux 108."""


class UnixEndpoint(msgspec.Struct, frozen=True):
    """Only its owner may open it: the folder is 0700, the socket 0600."""

    path: Path


class TcpEndpoint(msgspec.Struct, frozen=True):
    """On 127.0.0.1. Who can read the file that holds the token may speak."""

    port: int
    token: str


Endpoint: TypeAlias = UnixEndpoint | TcpEndpoint


def socket_path(paths: ProfilePaths) -> Path:
    """In the profile's state folder; where that is too deep for a socket, in a private folder under /tmp."""
    path = paths.state_folder / "control.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"train-at-home-{os.getuid()}" / f"{digest}.sock"


def token_path(paths: ProfilePaths) -> Path:
    return paths.state_folder / "control.json"


def publish_tcp(paths: ProfilePaths, port: int) -> TcpEndpoint:
    """Draw a token and write it where only this person can read it. Raises StorageError."""
    endpoint = TcpEndpoint(port, secrets.token_urlsafe(32))
    write_atomically(token_path(paths), to_json(endpoint))  # its temporary file is made with mode 0600
    return endpoint


def find(paths: ProfilePaths, *, tcp: bool) -> Endpoint | None:
    """Where a running app of this profile would listen; None where none ever did. Raises PermissionError where that is
    kept from us."""
    if not tcp:
        path = socket_path(paths)
        try:
            path.stat()
        except PermissionError:
            raise
        except OSError:
            return None
        return UnixEndpoint(path)
    try:
        found: TcpEndpoint = from_json(token_path(paths).read_bytes(), TcpEndpoint)
    except (OSError, MalformedMessage):
        return None
    return found
