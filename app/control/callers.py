"""Who is at the other end of the control socket, and whom this app listens to: others could not even open it."""

import asyncio
import os
import socket
import struct
from typing import TypeAlias

from app.platforms.windows.named_pipe import client_user
from app.platforms.windows.users import SYSTEM, own_user

User: TypeAlias = int | str
"""As the system counts its users: by a number, or on Windows by a SID."""


def users_listened_to() -> frozenset[User]:
    """The person and the system's administrator. Raises OSError where Windows doesn't say who the person is."""
    return frozenset({own_user(), SYSTEM}) if os.name == "nt" else frozenset({os.getuid(), 0})


def user_of(writer: asyncio.StreamWriter) -> User | None:
    """None where the system doesn't tell; Linux and Windows do."""
    pipe = writer.get_extra_info("pipe")
    if pipe is not None:
        return client_user(pipe.fileno())
    found = writer.get_extra_info("socket")
    if found is None or found.family != getattr(socket, "AF_UNIX", None) or not hasattr(socket, "SO_PEERCRED"):
        return None
    credentials = found.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _pid, user, _group = struct.unpack("3i", credentials)
    return int(user)
