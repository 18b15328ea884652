"""Power, idle time and full screen from Windows' own libraries. What they answer is decoded by pure functions."""

import ctypes
import importlib
import struct
from typing import Any, Final

from app.core.gates.computer_reading import FullScreenReading, IdleReading, PowerReading

_POWER_BYTES: Final = 12
_UNKNOWN: Final = 255
_NO_BATTERY: Final = 128
_CHARGING: Final = 8
_FULL_SCREEN: Final = frozenset({2, 3, 4})
"""Busy, Direct3D in full screen, presentation mode. 1 is a locked or empty session, 5 accepts notices."""


class WindowsPower:
    def read(self) -> PowerReading:
        answer = ctypes.create_string_buffer(_POWER_BYTES)
        if not library("kernel32").GetSystemPowerStatus(answer):
            return PowerReading()
        return power_of_status(answer.raw)


class WindowsIdle:
    def read(self) -> IdleReading:
        answer = ctypes.create_string_buffer(struct.pack("<II", 8, 0), 8)
        if not library("user32").GetLastInputInfo(answer):
            return IdleReading()
        last = struct.unpack("<II", answer.raw)[1]
        return IdleReading(idle_of_ticks(library("kernel32").GetTickCount(), last), "GetLastInputInfo")


class WindowsFullScreen:
    def read(self) -> FullScreenReading:
        state = ctypes.c_int(0)
        if library("shell32").SHQueryUserNotificationState(ctypes.byref(state)) != 0:
            return FullScreenReading()
        return full_screen_of_state(state.value)


def power_of_status(answer: bytes) -> PowerReading:
    """SYSTEM_POWER_STATUS: line, flags, percent, saver, and two lengths of time."""
    line, flags, percent, saver, _left, _full = struct.unpack("<BBBBII", answer)
    on_mains = {0: False, 1: True}.get(line)
    has_battery = flags != _UNKNOWN and not flags & _NO_BATTERY
    if on_mains is None and flags != _UNKNOWN and not has_battery:
        on_mains = True
    share = percent / 100 if has_battery and percent <= 100 else None
    charging = bool(flags & _CHARGING) if has_battery else None
    return PowerReading(on_mains, share, charging, saver == 1, "Windows", "Windows")


def idle_of_ticks(now: int, last: int) -> float:
    """Both count milliseconds in 32 bits and begin again after 49.7 days."""
    return ((now - last) & 0xFFFFFFFF) / 1000


def full_screen_of_state(state: int) -> FullScreenReading:
    """A QUERY_USER_NOTIFICATION_STATE; 0 and what is not known yet tell nothing."""
    if not 1 <= state <= 7:
        return FullScreenReading()
    return FullScreenReading(state in _FULL_SCREEN, "", "Windows")


def library(name: str) -> Any:
    """One of Windows' own. Addresses go in and out of it as ctypes' own types only, which know their width."""
    return ctypes.WinDLL(name)  # type: ignore[attr-defined, unused-ignore]


def winapi() -> Any:
    """What Python's own asyncio and multiprocessing call Windows by: handles are numbers, failures are OSError, and
    what a call in the background needs stays alive until it is over."""
    return importlib.import_module("_winapi")
