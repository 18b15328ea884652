"""Whether macOS slows itself down for heat: NSProcessInfo says so to all, and degrees to nobody without rights."""

import ctypes
from collections.abc import Callable
from typing import Final

from app.core.gates.computer_reading import HeatReading

_SERIOUS: Final = 2
_CRITICAL: Final = 3
"""Nominal is 0; at fair, 1, only fans turn faster."""


class ProcessInfoThermals:
    def __init__(self, state: Callable[[], int | None] | None = None) -> None:
        self._state = state or thermal_state

    def read(self) -> HeatReading:
        return heat_of_state(self._state())


def heat_of_state(state: int | None) -> HeatReading:
    """Of an NSProcessInfoThermalState; what is not known yet tells nothing."""
    if state is None or not 0 <= state <= _CRITICAL:
        return HeatReading()
    return HeatReading(processor_source="macOS", slowed_down=state >= _SERIOUS)


def thermal_state() -> int | None:
    """`NSProcessInfo.processInfo.thermalState`, by the runtime of Objective-C; None where that can't be had."""
    try:
        runtime = ctypes.CDLL("/usr/lib/libobjc.A.dylib")
        ctypes.CDLL("/System/Library/Frameworks/Foundation.framework/Foundation")
    except OSError:
        return None
    runtime.objc_getClass.restype = runtime.sel_registerName.restype = ctypes.c_void_p
    runtime.objc_getClass.argtypes = runtime.sel_registerName.argtypes = [ctypes.c_char_p]
    address = ctypes.cast(runtime.objc_msgSend, ctypes.c_void_p).value
    if not address:
        return None
    send_for_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(address)
    send_for_number = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)(address)
    own = send_for_object(runtime.objc_getClass(b"NSProcessInfo"), runtime.sel_registerName(b"processInfo"))
    return int(send_for_number(own, runtime.sel_registerName(b"thermalState"))) if own else None
