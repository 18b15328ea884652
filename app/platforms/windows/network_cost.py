"""Whether Windows counts the connection as metered: one method of one COM object, called without a library for it."""

import ctypes
import uuid
from typing import Any, Final

from app.core.gates.computer_reading import MeteredReading

_CLASS: Final = uuid.UUID("DCB00C01-570F-4A9B-8D69-199FDBA5723B")
"""NetworkListManager."""
_INTERFACE: Final = uuid.UUID("DCB00008-570F-4A9B-8D69-199FDBA5723B")
"""INetworkCostManager."""
_ANY_SERVER: Final = 0x17
_RELEASE, _GET_COST = 2, 3
"""Places in the object's table of methods."""
_COSTS: Final = 0x2 | 0x4 | 0x10000 | 0x40000
"""A fixed allowance, paid by volume, over the allowance, roaming."""
_UNRESTRICTED: Final = 0x1


class WindowsMetered:
    """Belongs to the one thread that reads it, as COM wants."""

    def __init__(self) -> None:
        self._ready = False

    def read(self) -> MeteredReading:
        ole32: Any = ctypes.OleDLL("ole32")  # type: ignore[attr-defined, unused-ignore]
        try:
            if not self._ready:
                ole32.CoInitializeEx(None, 0)
                self._ready = True
            manager = ctypes.c_void_p()
            class_id, interface_id = _CLASS.bytes_le, _INTERFACE.bytes_le
            ole32.CoCreateInstance(class_id, None, _ANY_SERVER, interface_id, ctypes.byref(manager))
        except OSError:
            return MeteredReading()
        cost = ctypes.c_ulong(0)
        failed = _method(manager, _GET_COST, ctypes.c_void_p, ctypes.c_void_p)(manager, ctypes.byref(cost), None)
        _method(manager, _RELEASE)(manager)
        return MeteredReading() if failed else MeteredReading(metered_of_cost(cost.value), "Windows")


def metered_of_cost(cost: int) -> bool | None:
    """Flags of NLM_CONNECTION_COST; 0 is "unknown"."""
    if cost & _COSTS:
        return True
    return False if cost & _UNRESTRICTED else None


def _method(instance: ctypes.c_void_p, place: int, *arguments: Any) -> Any:
    """The method at `place` of a COM object: an object begins with the address of its table."""
    table = ctypes.cast(ctypes.cast(instance, ctypes.POINTER(ctypes.c_void_p))[0] or 0, ctypes.POINTER(ctypes.c_void_p))
    prototype: Any = ctypes.WINFUNCTYPE(ctypes.c_long, ctypes.c_void_p, *arguments)  # type: ignore[attr-defined, unused-ignore]
    return prototype(table[place])
