"""macOS tells IOKit's listeners before it sleeps and after it wakes, and waits half a minute for each to allow it.

The listener needs a run loop of Core Foundation, which a thread of its own runs; it wakes for such news only. What a
system without these libraries or functions tells is nothing, as app.core.computer.suspension.NoSuspendWatch does.
"""

import ctypes
import threading
from collections.abc import Callable
from enum import Enum
from typing import Any, Final, Protocol

import structlog

_log = structlog.get_logger(__name__)

WAIT_SECONDS: Final = 5.0
"""Longer than the engine gets to save. macOS would wait for 30, with the person watching."""
_END_SECONDS: Final = 1.0
_KIT: Final = "/System/Library/Frameworks/IOKit.framework/IOKit"
_FOUNDATION: Final = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"
_POINTER, _PORT, _MESSAGE = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32
_CALLBACK: Final = ctypes.CFUNCTYPE(None, _POINTER, _PORT, _MESSAGE, _POINTER)
"""IOServiceInterestCallback: refcon, service, message, and an argument that is the notification's id."""


class News(Enum):
    """What a message of IOPMLib.h is to us."""

    MAY_IT_SLEEP = "asks whether it may sleep, since nobody is there"
    SLEEPS = "is about to sleep, and nobody can say no"
    WOKE = "has woken"
    NOTHING = "something else"


_NEWS: Final = {0xE0000270: News.MAY_IT_SLEEP, 0xE0000280: News.SLEEPS, 0xE0000300: News.WOKE}
"""kIOMessageCanSystemSleep, kIOMessageSystemWillSleep, kIOMessageSystemHasPoweredOn."""


def news_of(message: int) -> News:
    return _NEWS.get(message & 0xFFFFFFFF, News.NOTHING)


class PowerNews(Protocol):
    """What of IOKit is needed."""

    def listen(self, hear: Callable[[int, int], None]) -> None:
        """Block until `stop`, and call `hear` with each message and its id. Where no listener is taken, return."""
        ...

    def allow(self, notification: int) -> None: ...

    def stop(self) -> None:
        """From any thread; nothing where nobody listens (yet)."""
        ...


class IOKitPowerNews:
    """Raises OSError or AttributeError where this is no macOS that has all it takes."""

    def __init__(self, kit: str = _KIT, foundation: str = _FOUNDATION) -> None:
        self._kit, self._foundation = ctypes.CDLL(kit), ctypes.CDLL(foundation)
        _declare(self._kit, self._foundation)
        self._mode = _POINTER.in_dll(self._foundation, "kCFRunLoopDefaultMode")
        self._root = 0
        self._loop: int | None = None
        self._lock = threading.Lock()
        """So that no loop is stopped whose thread has ended."""

    def listen(self, hear: Callable[[int, int], None]) -> None:
        port, notifier = _POINTER(), _PORT()
        call = _CALLBACK(lambda _context, _service, message, argument: hear(message, argument or 0))
        self._root = self._kit.IORegisterForSystemPower(None, ctypes.byref(port), call, ctypes.byref(notifier))
        if not self._root:
            _log.info("macos_tells_nothing_of_sleep")
            return
        loop = self._foundation.CFRunLoopGetCurrent()
        source = self._kit.IONotificationPortGetRunLoopSource(port)
        self._foundation.CFRunLoopAddSource(loop, source, self._mode)
        with self._lock:
            self._loop = loop
        self._foundation.CFRunLoopRun()
        with self._lock:
            self._loop = None
        self._foundation.CFRunLoopRemoveSource(loop, source, self._mode)
        self._kit.IODeregisterForSystemPower(ctypes.byref(notifier))
        self._kit.IOServiceClose(self._root)
        self._kit.IONotificationPortDestroy(port)

    def allow(self, notification: int) -> None:
        self._kit.IOAllowPowerChange(self._root, notification)

    def stop(self) -> None:
        with self._lock:
            if self._loop is not None:
                self._foundation.CFRunLoopStop(self._loop)


class MacSuspendWatch:
    """app.core.ports.SuspendWatch."""

    def __init__(self, power_news: Callable[[], PowerNews] = IOKitPowerNews) -> None:
        self._make = power_news
        self._saved = threading.Event()
        self._news: PowerNews | None = None
        self._thread: threading.Thread | None = None

    def begin(self, about_to_sleep: Callable[[], None], woke: Callable[[], None]) -> None:
        try:
            self._news = news = self._make()
        except (OSError, AttributeError, ValueError) as error:
            _log.info("macos_tells_nothing_of_sleep", reason=str(error))
            return

        def hear(message: int, notification: int) -> None:
            told = news_of(message)
            if told is News.WOKE:
                woke()
            elif told is News.SLEEPS:
                self._saved.clear()
                about_to_sleep()
                self._saved.wait(WAIT_SECONDS)
            if told in (News.SLEEPS, News.MAY_IT_SLEEP):
                news.allow(notification)  # who trains keeps it awake by other means

        self._thread = threading.Thread(target=news.listen, args=(hear,), name="news-of-sleep", daemon=True)
        self._thread.start()

    def may_sleep(self) -> None:
        self._saved.set()

    def end(self) -> None:
        self._saved.set()
        news, thread = self._news, self._thread
        for _turn in range(int(_END_SECONDS / 0.05)):  # a loop that is just beginning forgets that it was stopped
            if news is None or thread is None or not thread.is_alive():
                return
            news.stop()
            thread.join(0.05)


def _declare(kit: Any, foundation: Any) -> None:
    """Pointers and ids are 64 bits wide, which ctypes must be told."""
    kinds: list[tuple[Any, Any, list[Any]]] = [
        (kit.IORegisterForSystemPower, _PORT, [_POINTER, _POINTER, _CALLBACK, _POINTER]),
        (kit.IODeregisterForSystemPower, ctypes.c_int, [_POINTER]),
        (kit.IONotificationPortGetRunLoopSource, _POINTER, [_POINTER]),
        (kit.IONotificationPortDestroy, None, [_POINTER]),
        (kit.IOServiceClose, ctypes.c_int, [_PORT]),
        (kit.IOAllowPowerChange, ctypes.c_int, [_PORT, ctypes.c_ssize_t]),
        (foundation.CFRunLoopGetCurrent, _POINTER, []),
        (foundation.CFRunLoopAddSource, None, [_POINTER, _POINTER, _POINTER]),
        (foundation.CFRunLoopRemoveSource, None, [_POINTER, _POINTER, _POINTER]),
        (foundation.CFRunLoopRun, None, []),
        (foundation.CFRunLoopStop, None, [_POINTER]),
    ]
    for function, result, arguments in kinds:
        function.restype, function.argtypes = result, arguments
