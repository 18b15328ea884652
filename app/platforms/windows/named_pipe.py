"""A named pipe that only one user opens: its server's instances, and a client's end that never waits for ever."""

import ctypes
import io
import time
from collections.abc import Callable
from typing import Any, Final

from app.platforms.windows.system_calls import library, winapi
from app.platforms.windows.users import own_user, owner_of, rights_of, security_attributes, user_of_process

BUFFER_BYTES: Final = 64 * 1024

_DUPLEX, _OVERLAPPED, _FIRST_INSTANCE = 0x3, 0x40000000, 0x00080000
_STREAM_FOR_THIS_COMPUTER: Final = 0x8
"""Bytes without borders between messages; whoever calls from another computer is turned away."""
_ANY_NUMBER: Final = 255
_READ_AND_WRITE, _OPEN_EXISTING = 0xC0000000, 3
_LEND_NO_IDENTITY: Final = 0x00110000
"""Who listens may ask who we are and not act as us: it could be somebody who made a pipe of this name first."""
_GOES_ON, _CANCELLED, _NOTHING_YET = 997, 995, 258
ALL_BUSY, STILL_BUSY = 231, 121
"""Windows' words for: no instance is free, and none became free in time."""


def new_instance(name: str, *, first: bool) -> int:
    """One more end for one more client, opened by the own user alone. The first one fails where the name is taken, so
    that nobody's pipe is mistaken for ours. Raises OSError."""
    mode = _DUPLEX | _OVERLAPPED | (_FIRST_INSTANCE if first else 0)
    sizes = (BUFFER_BYTES, BUFFER_BYTES)
    with security_attributes(rights_of(own_user())) as attributes:
        return int(winapi().CreateNamedPipe(name, mode, _STREAM_FOR_THIS_COMPUTER, _ANY_NUMBER, *sizes, 0, attributes))


def disconnect(handle: int) -> None:
    """Be rid of whoever is at the other end of an instance; another client may then come."""
    library("kernel32").DisconnectNamedPipe(ctypes.c_void_p(handle))


def client_user(handle: int) -> str | None:
    """Who is at the other end of an instance; None where Windows doesn't tell."""
    pid = ctypes.c_ulong(0)
    if not library("kernel32").GetNamedPipeClientProcessId(ctypes.c_void_p(handle), ctypes.byref(pid)):
        return None
    return user_of_process(pid.value)


class PipeStream(io.RawIOBase):
    """A client's end. Reading and writing raise TimeoutError where nothing moves for `seconds`."""

    def __init__(self, handle: int, seconds: float) -> None:
        self._handle = handle
        self._seconds = seconds

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """0 where the other end is gone."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), BUFFER_BYTES)
        try:
            moved, transfer = self._wait(lambda: winapi().ReadFile(self._handle, wanted, True))
        except BrokenPipeError:
            return 0
        view[:moved] = transfer.getbuffer()
        return moved

    def write(self, data: Any) -> int:
        """What was taken of it. Raises BrokenPipeError where the other end is gone."""
        piece = bytes(memoryview(data)[:BUFFER_BYTES])
        return self._wait(lambda: winapi().WriteFile(self._handle, piece, True))[0]

    def close(self) -> None:
        if not self.closed:
            winapi().CloseHandle(self._handle)
        super().close()

    def _wait(self, begin: Callable[[], tuple[Any, int]]) -> tuple[int, Any]:
        """How many bytes crossed. One that is called back may have crossed at that very moment: then it counts."""
        transfer, state = begin()
        milliseconds = max(1, int(self._seconds * 1000))
        if state == _GOES_ON and winapi().WaitForMultipleObjects([transfer.event], False, milliseconds) == _NOTHING_YET:
            transfer.cancel()
        moved, state = transfer.GetOverlappedResult(True)
        if state == _CANCELLED:
            raise TimeoutError(f"nothing moved for {self._seconds} s")
        return int(moved), transfer


def open_pipe(name: str, seconds: float) -> PipeStream:
    """Waits where all instances are busy. Raises FileNotFoundError where there is no such pipe, PermissionError where
    it is somebody else's, TimeoutError after `seconds`, and else OSError."""
    handle = open_handle(name, seconds, winapi())
    stream = PipeStream(handle, seconds)
    try:
        if owner_of(handle) != own_user():
            raise PermissionError(1, f"{name} was made by another user")
    except BaseException:
        stream.close()
        raise
    return stream


def open_handle(name: str, seconds: float, windows: Any) -> int:
    """As `open_pipe`, of whoever the pipe is. `windows` is `winapi()`, or what stands in for it."""
    until = time.monotonic() + seconds
    asked = (name, _READ_AND_WRITE, 0, 0, _OPEN_EXISTING, _OVERLAPPED | _LEND_NO_IDENTITY, 0)
    while True:
        try:
            return int(windows.CreateFile(*asked))
        except OSError as error:
            if _code(error) != ALL_BUSY:
                raise
        _wait_for_instance(name, until - time.monotonic(), windows)


def _wait_for_instance(name: str, seconds: float, windows: Any) -> None:
    if seconds <= 0:
        raise TimeoutError(f"{name} has no free instance")
    try:
        windows.WaitNamedPipe(name, max(1, int(seconds * 1000)))  # to Windows, 0 is as long as the server likes
    except OSError as error:
        if _code(error) == STILL_BUSY:
            raise TimeoutError(f"{name} has no free instance") from error
        raise


def _code(error: OSError) -> int | None:
    return getattr(error, "winerror", None)
