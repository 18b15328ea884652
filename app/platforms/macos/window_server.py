"""What fills a Mac's screen: its window server tells any program of the session what is shown, whose, and where.

Titles of windows would need the person's leave to record the screen; they are not asked for.
"""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

from app.core.gates.computer_reading import FullScreenReading

_log = structlog.get_logger(__name__)

_GRAPHICS: Final = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"
_FOUNDATION: Final = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"
_SOURCE: Final = "macOS"
_ORDINARY: Final = 0
_MENU_BAR: Final = 24
"""kCGNormalWindowLevel and kCGMainMenuWindowLevel. The desktop lies below 0, panels and overlays above."""
_OWN_OF_THE_SYSTEM: Final = frozenset({"Window Server", "Dock", "WindowManager", "loginwindow", "ScreenSaverEngine"})
"""A lock screen or screen saver fills the screen because nobody is there."""
_NOTCH_POINTS: Final = 40.0
"""What fills a screen with a notch may begin below it."""
_ON_SCREEN: Final = 1
"""kCGWindowListOptionOnScreenOnly."""
_MOST_WINDOWS, _MOST_DISPLAYS, _MOST_NAME_BYTES = 2000, 32, 512
_POINTER, _UTF8, _INT32 = ctypes.c_void_p, 0x08000100, 3
"""kCFStringEncodingUTF8, kCFNumberSInt32Type."""


@dataclass(frozen=True)
class Place:
    """In points, from the upper left corner of the main display."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class ShownWindow:
    owner: str
    layer: int
    place: Place


class Shown(Protocol):
    """What the window server tells. Raises OSError where none answers."""

    def windows(self) -> Sequence[ShownWindow]: ...

    def displays(self) -> Sequence[Place]: ...


class MacFullScreen:
    """app.platforms.services.FullScreenPrograms."""

    def __init__(self, shown: Callable[[], Shown] | None = None) -> None:
        self._make = shown or WindowServer
        self._shown: Shown | None = None
        self._bars_are_told = False
        """Whether a menu bar was ever listed. A macOS that lists none says nothing by leaving one out."""

    def read(self) -> FullScreenReading:
        try:
            shown = self._shown = self._shown or self._make()
            windows = shown.windows()
            self._bars_are_told |= any(window.layer == _MENU_BAR for window in windows)
            return full_screen_of(windows, shown.displays(), bars_are_told=self._bars_are_told)
        except (OSError, AttributeError, ValueError) as error:
            _log.debug("macos_tells_nothing_of_the_screen", reason=str(error))
            return FullScreenReading()


def full_screen_of(
    windows: Sequence[ShownWindow], displays: Sequence[Place], *, bars_are_told: bool
) -> FullScreenReading:
    """Whether an ordinary window fills a display that shows no menu bar. A window that is merely as large as can be
    leaves the bar, and what lies above ordinary windows is an overlay that may be transparent."""
    notch = _NOTCH_POINTS if bars_are_told else 0.0
    bare = [display for display in displays if not any(_is_menu_bar_of(display, window) for window in windows)]
    ordinary = (w for w in windows if w.layer == _ORDINARY and w.owner not in _OWN_OF_THE_SYSTEM)
    for window in ordinary:
        if any(_fills(window.place, display, notch) for display in bare):
            return FullScreenReading(True, window.owner, _SOURCE)
    return FullScreenReading(False, "", _SOURCE)


def _is_menu_bar_of(display: Place, window: ShownWindow) -> bool:
    place = window.place
    begins = (place.x, place.y) == (display.x, display.y)
    return window.layer == _MENU_BAR and begins and place.width >= display.width


def _fills(window: Place, display: Place, notch_points: float) -> bool:
    reaches_sides = window.x <= display.x and window.x + window.width >= display.x + display.width
    reaches_bottom = window.y + window.height >= display.y + display.height
    return reaches_sides and reaches_bottom and window.y - display.y <= notch_points


class _Rectangle(ctypes.Structure):
    """CGRect."""

    _fields_ = [(name, ctypes.c_double) for name in ("x", "y", "width", "height")]


class WindowServer:
    """CoreGraphics by ctypes. Raises OSError or AttributeError where this is no macOS that has all it takes."""

    def __init__(self, graphics: str = _GRAPHICS, foundation: str = _FOUNDATION) -> None:
        self._graphics, self._foundation = ctypes.CDLL(graphics), ctypes.CDLL(foundation)
        _declare(self._graphics, self._foundation)
        keys = ("kCGWindowOwnerName", "kCGWindowLayer", "kCGWindowBounds")
        self._owner, self._layer, self._bounds = (_POINTER.in_dll(self._graphics, key) for key in keys)

    def windows(self) -> list[ShownWindow]:
        """In front first. Raises OSError where there is no session with a screen."""
        found = self._graphics.CGWindowListCopyWindowInfo(_ON_SCREEN, 0)
        if not found:
            raise OSError("no window server answers")
        try:
            count = min(self._foundation.CFArrayGetCount(found), _MOST_WINDOWS)
            told = [self._window(self._foundation.CFArrayGetValueAtIndex(found, at)) for at in range(count)]
        finally:
            self._foundation.CFRelease(found)
        return [window for window in told if window is not None]

    def displays(self) -> list[Place]:
        """Raises OSError where none is told."""
        ids, count = (ctypes.c_uint32 * _MOST_DISPLAYS)(), ctypes.c_uint32()
        if self._graphics.CGGetActiveDisplayList(_MOST_DISPLAYS, ids, ctypes.byref(count)):
            raise OSError("no display is told")
        return [_place(self._graphics.CGDisplayBounds(each)) for each in ids[: min(count.value, _MOST_DISPLAYS)]]

    def _window(self, told: int | None) -> ShownWindow | None:
        """None where its layer or place is missing; an owner may be."""
        value = self._foundation.CFDictionaryGetValue
        layer, place = ctypes.c_int32(), _Rectangle()
        number, bounds = value(told, self._layer), value(told, self._bounds)
        if not number or not self._foundation.CFNumberGetValue(number, _INT32, ctypes.byref(layer)):
            return None
        if not bounds or not self._graphics.CGRectMakeWithDictionaryRepresentation(bounds, ctypes.byref(place)):
            return None
        return ShownWindow(self._name(value(told, self._owner)), layer.value, _place(place))

    def _name(self, told: int | None) -> str:
        text = ctypes.create_string_buffer(_MOST_NAME_BYTES)
        if not told or not self._foundation.CFStringGetCString(told, text, _MOST_NAME_BYTES, _UTF8):
            return ""
        return text.value.decode("utf-8", "replace")


def _place(rectangle: _Rectangle) -> Place:
    return Place(rectangle.x, rectangle.y, rectangle.width, rectangle.height)


def _declare(graphics: Any, foundation: Any) -> None:
    """Pointers are 64 bits wide and a rectangle comes back by value, which ctypes must be told."""
    index, number = ctypes.c_long, ctypes.c_uint32
    kinds: list[tuple[Any, Any, list[Any]]] = [
        (graphics.CGWindowListCopyWindowInfo, _POINTER, [number, number]),
        (graphics.CGGetActiveDisplayList, ctypes.c_int32, [number, _POINTER, _POINTER]),
        (graphics.CGDisplayBounds, _Rectangle, [number]),
        (graphics.CGRectMakeWithDictionaryRepresentation, ctypes.c_bool, [_POINTER, _POINTER]),
        (foundation.CFArrayGetCount, index, [_POINTER]),
        (foundation.CFArrayGetValueAtIndex, _POINTER, [_POINTER, index]),
        (foundation.CFDictionaryGetValue, _POINTER, [_POINTER, _POINTER]),
        (foundation.CFNumberGetValue, ctypes.c_ubyte, [_POINTER, index, _POINTER]),
        (foundation.CFStringGetCString, ctypes.c_ubyte, [_POINTER, ctypes.c_char_p, index, number]),
        (foundation.CFRelease, None, [_POINTER]),
    ]
    for function, result, arguments in kinds:
        function.restype, function.argtypes = result, arguments
