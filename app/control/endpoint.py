"""Where the control socket of a profile is: a Unix socket, or a named pipe on Windows. Only its owner opens it."""

import hashlib
import ntpath
import os
import tempfile
from pathlib import Path, PurePath
from typing import Final, TypeAlias

import msgspec

from app.platforms.paths import ProfilePaths

_SOCKET_PATH_LIMIT: Final = 100
"""macOS takes 104 bytes, Linux 108."""


class UnixEndpoint(msgspec.Struct, frozen=True):
    """The folder is 0700, the socket 0600."""

    path: Path


class PipeEndpoint(msgspec.Struct, frozen=True):
    """Its rights name the owner; see app.platforms.windows.users."""

    name: str


Endpoint: TypeAlias = UnixEndpoint | PipeEndpoint


def endpoint_of(paths: ProfilePaths) -> Endpoint:
    """Where an app of this profile listens while it runs."""
    return PipeEndpoint(pipe_name(paths.state_folder)) if os.name == "nt" else UnixEndpoint(socket_path(paths))


def socket_path(paths: ProfilePaths) -> Path:
    """In the profile's state folder; where that is too deep for a socket, in a private folder under /tmp."""
    path = paths.state_folder / "control.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"train-at-home-{os.getuid()}" / f"{digest}.sock"


def pipe_name(state_folder: PurePath) -> str:
    """Pipes have no folders, so the name holds the profile's. However its folder is written, it is one profile."""
    folder = ntpath.normcase(str(state_folder)).encode("utf-8", "surrogatepass")
    return rf"\\.\pipe\train-at-home-{hashlib.sha256(folder).hexdigest()[:32]}"
