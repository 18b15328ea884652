"""The X server: time since the last touch, and whether the active window fills the screen.

Through xcb, as Xlib ends the whole process when its server goes away. One object belongs to one thread.
"""

import ctypes
import struct
from collections.abc import Callable
from ctypes.util import find_library
from typing import Any, Final

from app.core.gates.computer_reading import FullScreenReading, IdleReading
from app.core.language.speech import later
from app.platforms.portable import program_name

_ANY_TYPE: Final = 0
_MOST_ATOMS: Final = 64
_SOURCE: Final = later("the X server")


class _Cookie(ctypes.Structure):
    _fields_ = [("sequence", ctypes.c_uint)]


class _ScreenIterator(ctypes.Structure):
    _fields_ = [("data", ctypes.POINTER(ctypes.c_uint32)), ("rem", ctypes.c_int), ("index", ctypes.c_int)]


class XServer:
    """A connection that is opened when first asked and again after it broke. Answers None where there is none."""

    def __init__(self, display: str | None = None) -> None:
        self._display = None if display is None else display.encode()
        self._xcb = _load("libxcb.so.1", "xcb")
        self._saver = _load("libxcb-screensaver.so.0", "xcb-screensaver")
        self._libc = ctypes.CDLL(None)
        self._libc.free.argtypes = [ctypes.c_void_p]
        self._connection: int | None = None
        self._root = 0
        if self._xcb is not None:
            _declare(self._xcb, self._saver)

    def idle_milliseconds(self) -> int | None:
        """Since the last key press or movement."""
        if self._saver is None or not self._open():
            return None
        cookie = self._saver.xcb_screensaver_query_info(self._connection, self._root)
        reply = self._saver.xcb_screensaver_query_info_reply(self._connection, cookie, None)
        answer = self._taken(reply, 20)
        return None if answer is None else idle_of_reply(answer)

    def active_window(self) -> int | None:
        """Its id; 0 where none is active, None where there is no window manager that says so."""
        found = self._property(self._root, "_NET_ACTIVE_WINDOW") if self._open() else None
        return found[0] if found else None

    def is_full_screen(self, window: int) -> bool:
        wanted = self._atom("_NET_WM_STATE_FULLSCREEN")
        return wanted != 0 and wanted in (self._property(window, "_NET_WM_STATE") or ())

    def process_of(self, window: int) -> int | None:
        found = self._property(window, "_NET_WM_PID")
        return found[0] if found else None

    def close(self) -> None:
        if self._connection is not None and self._xcb is not None:
            self._xcb.xcb_disconnect(self._connection)
            self._connection = None

    def _open(self) -> bool:
        if self._xcb is None:
            return False
        if self._connection is not None and self._xcb.xcb_connection_has_error(self._connection):
            self.close()
        if self._connection is None:
            connection = self._xcb.xcb_connect(self._display, None)
            if self._xcb.xcb_connection_has_error(connection):
                self._xcb.xcb_disconnect(connection)
                return False
            screens = self._xcb.xcb_setup_roots_iterator(self._xcb.xcb_get_setup(connection))
            self._connection, self._root = connection, int(screens.data[0])
        return True

    def _atom(self, name: str) -> int:
        """0 where nobody has ever spoken of it."""
        assert self._xcb is not None
        cookie = self._xcb.xcb_intern_atom(self._connection, 1, len(name), name.encode())
        answer = self._taken(self._xcb.xcb_intern_atom_reply(self._connection, cookie, None), 12)
        return 0 if answer is None else int(struct.unpack_from("=I", answer, 8)[0])

    def _property(self, window: int, name: str) -> tuple[int, ...] | None:
        """Its 32-bit numbers."""
        atom = self._atom(name)
        if not atom or self._xcb is None:
            return None
        cookie = self._xcb.xcb_get_property(self._connection, 0, window, atom, _ANY_TYPE, 0, _MOST_ATOMS)
        reply = self._xcb.xcb_get_property_reply(self._connection, cookie, None)
        answer = self._taken(reply, 32 + 4 * _MOST_ATOMS, sized=True)
        return None if answer is None else numbers_of_reply(answer)

    def _taken(self, reply: int | None, most_bytes: int, *, sized: bool = False) -> bytes | None:
        """The reply's bytes; `sized` ones are as long as their own header says."""
        if not reply:
            return None
        length = 32 + 4 * struct.unpack_from("=I", ctypes.string_at(reply, 8), 4)[0] if sized else most_bytes
        taken = ctypes.string_at(reply, min(length, most_bytes))
        self._libc.free(reply)
        return taken


class XIdle:
    def __init__(self, server: XServer) -> None:
        self._server = server

    def read(self) -> IdleReading:
        milliseconds = self._server.idle_milliseconds()
        return IdleReading() if milliseconds is None else IdleReading(milliseconds / 1000, _SOURCE)


class XFullScreen:
    """Of programs that speak X. Under Wayland (`sees_all` is false) others may fill the screen unseen, so that nothing
    is known until one that speaks X does."""

    def __init__(self, server: XServer, name_of: Callable[[int], str] = program_name, *, sees_all: bool = True) -> None:
        self._server = server
        self._name_of = name_of
        self._no = FullScreenReading(False, "", _SOURCE) if sees_all else FullScreenReading()

    def read(self) -> FullScreenReading:
        window = self._server.active_window()
        if window is None:
            return FullScreenReading()
        if not window or not self._server.is_full_screen(window):
            return self._no
        process = self._server.process_of(window)
        return FullScreenReading(True, "" if process is None else self._name_of(process), _SOURCE)


def idle_of_reply(reply: bytes) -> int:
    """`ms_since_user_input` of ScreenSaver's QueryInfo."""
    return int(struct.unpack_from("=I", reply, 16)[0])


def numbers_of_reply(reply: bytes) -> tuple[int, ...] | None:
    """The values of a GetProperty reply; None where there is no such property or its numbers are of another size."""
    bits, count = reply[1], int(struct.unpack_from("=I", reply, 16)[0])
    if bits != 32:
        return None
    count = min(count, (len(reply) - 32) // 4)
    return struct.unpack_from(f"={count}I", reply, 32)


def _load(*names: str) -> Any:
    for name in names:
        try:
            return ctypes.CDLL(name if ".so" in name else find_library(name) or name)
        except OSError:
            continue
    return None


def _declare(xcb: Any, saver: Any) -> None:
    pointer, number, text = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p
    kinds: list[tuple[Any, Any, list[Any]]] = [
        (xcb.xcb_connect, pointer, [text, pointer]),
        (xcb.xcb_connection_has_error, ctypes.c_int, [pointer]),
        (xcb.xcb_disconnect, None, [pointer]),
        (xcb.xcb_get_setup, pointer, [pointer]),
        (xcb.xcb_setup_roots_iterator, _ScreenIterator, [pointer]),
        (xcb.xcb_intern_atom, _Cookie, [pointer, ctypes.c_uint8, ctypes.c_uint16, text]),
        (xcb.xcb_intern_atom_reply, pointer, [pointer, _Cookie, pointer]),
        (xcb.xcb_get_property, _Cookie, [pointer, ctypes.c_uint8, number, number, number, number, number]),
        (xcb.xcb_get_property_reply, pointer, [pointer, _Cookie, pointer]),
    ]
    if saver is not None:
        kinds.append((saver.xcb_screensaver_query_info, _Cookie, [pointer, number]))
        kinds.append((saver.xcb_screensaver_query_info_reply, pointer, [pointer, _Cookie, pointer]))
    for function, result, arguments in kinds:
        function.restype, function.argtypes = result, arguments
