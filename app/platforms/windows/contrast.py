"""Whether a contrast theme is on in Windows, from its own library."""

import ctypes
import struct
from typing import Final

from app.platforms.windows.system_calls import library

_GET_HIGH_CONTRAST: Final = 0x0042
_LAYOUT: Final = "@IIP"
"""HIGHCONTRASTW: its size, flags, and where the scheme's name lies."""
_IS_ON: Final = 1


class WindowsContrast:
    def more_wanted(self) -> bool | None:
        size = struct.calcsize(_LAYOUT)
        answer = ctypes.create_string_buffer(struct.pack(_LAYOUT, size, 0, 0), size)
        if not library("user32").SystemParametersInfoW(_GET_HIGH_CONTRAST, size, answer, 0):
            return None
        return contrast_of_answer(answer.raw)


def contrast_of_answer(answer: bytes) -> bool:
    """Of a HIGHCONTRASTW."""
    _size, flags, _scheme = struct.unpack(_LAYOUT, answer)
    return bool(flags & _IS_ON)
