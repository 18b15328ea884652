"""Who sits at this computer besides us: the session at the console, where Windows has switched to another user."""

import ctypes
import os
import struct
from typing import Any, Final

from app.core.gates.computer_reading import OthersReading
from app.platforms.windows.system_calls import library

_NOBODY: Final = 0xFFFFFFFF
_USER_NAME, _SESSION_INFO_EX = 5, 25
_LOCKED: Final = 0
_LEVEL_ONE: Final = struct.Struct("<I4xIIi")
"""Of WTSINFOEX: the level, and after the gap that its clocks' alignment leaves, session, state and flags."""


class WindowsOthers:
    def __init__(self, kernel: Any = None, terminal: Any = None) -> None:
        self._kernel, self._terminal = kernel, terminal

    def read(self) -> OthersReading:
        kernel = self._kernel or library("kernel32")
        console, own = int(kernel.WTSGetActiveConsoleSessionId()) & _NOBODY, ctypes.c_ulong(0)
        if not kernel.ProcessIdToSessionId(os.getpid(), ctypes.byref(own)):
            return OthersReading()
        if console in (_NOBODY, own.value):
            return OthersReading(False, "", "Windows")
        return others_at_console(self._told(console, _USER_NAME), self._told(console, _SESSION_INFO_EX))

    def _told(self, session: int, what: int) -> bytes:
        """Empty where Windows does not say."""
        terminal = self._terminal or library("wtsapi32")
        address, length = ctypes.c_void_p(), ctypes.c_ulong(0)
        if not terminal.WTSQuerySessionInformationW(None, session, what, ctypes.byref(address), ctypes.byref(length)):
            return b""
        try:
            return ctypes.string_at(address, length.value) if address else b""
        finally:
            terminal.WTSFreeMemory(address)


def others_at_console(user_name: bytes, session_info: bytes) -> OthersReading:
    """Of a console that isn't ours. Without a name the screen of the login is shown; a locked one is left alone."""
    name = user_name.decode("utf-16-le", "replace").rstrip("\0")
    return OthersReading(bool(name) and not _is_locked(session_info), name, "Windows")


def _is_locked(session_info: bytes) -> bool:
    if len(session_info) < _LEVEL_ONE.size:
        return False
    level, _session, _state, flags = _LEVEL_ONE.unpack_from(session_info)
    return bool(level == 1 and flags == _LOCKED)
